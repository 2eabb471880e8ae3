import type { CursorSealer } from '#ops/security/cursor.ts'
import { failure } from '#ops/service/errors.ts'
import type { EventPlace } from '../compiler/cell.ts'
import type { EventValue } from './shapeEvents.ts'

const TIME_BYTES = 8

/** Where a page of events ends. */
export function sealPlace(sealer: CursorSealer, { occurredAt, id }: EventValue): string {
  const time = Buffer.alloc(TIME_BYTES)
  time.writeBigInt64BE(BigInt(occurredAt.getTime()))
  return sealer.seal(Buffer.concat([time, Buffer.from(id)]))
}

/** Throws BAD_CURSOR for what is no place of the sealer's. */
export function openPlace(sealer: CursorSealer, cursor: string): EventPlace {
  const bytes = sealer.open(cursor)
  if (bytes === null || bytes.length < TIME_BYTES) throw failure('BAD_CURSOR', { argument: 'after' })
  return { atMs: Number(bytes.readBigInt64BE()), eventId: bytes.subarray(TIME_BYTES).toString('utf8') }
}
