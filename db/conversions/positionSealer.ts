import { createHash } from 'node:crypto'
import { createCursorSealer, type CursorSealer } from '#ops/security/cursor.ts'
import type { LogCondition } from './logFilter.ts'
import type { LogPosition } from './readLog.ts'

const SEQUENCE_BYTES = 8
export const POSITION_BYTES = 16

/** Positions in the log as opaque text of one question. */
export type PositionSealer = {
  readonly seal: (position: LogPosition) => string
  /** null for what was not sealed for this tenant and question. */
  readonly open: (cursor: string) => LogPosition | null
}

/** The query, the subscription and the webhooks read one log, and go on from each other's cursors. */
const FIELD = 'conversions'

export function createPositionSealer(key: string, { tenantId, question }: { readonly tenantId: string; readonly question: string }): PositionSealer {
  const sealer = createLogSealer(key, { tenantId, question })
  return {
    seal: (position) => sealer.seal(bytesOfPosition(position)),
    open: (cursor) => {
      const bytes = sealer.open(cursor)
      return bytes?.length === POSITION_BYTES ? readPosition(bytes) : null
    },
  }
}

/** Seals what begins with a position of the log of this tenant and question. */
export function createLogSealer(key: string, { tenantId, question }: { readonly tenantId: string; readonly question: string }): CursorSealer {
  // wall: log-cursor
  return createCursorSealer(key, [tenantId, FIELD, question])
}

export function bytesOfPosition({ sequence, recordedAtMs }: LogPosition): Buffer {
  const bytes = Buffer.alloc(POSITION_BYTES)
  bytes.writeBigInt64BE(sequence)
  bytes.writeBigInt64BE(BigInt(Math.trunc(recordedAtMs)), SEQUENCE_BYTES)
  return bytes
}

export const readPosition = (bytes: Buffer): LogPosition => ({
  sequence: bytes.readBigInt64BE(),
  recordedAtMs: Number(bytes.readBigInt64BE(SEQUENCE_BYTES)),
})

/** What a cursor is bound to beside tenant and field: another question would go on from it with other entries. */
export function questionOf(conditions: readonly LogCondition[]): string {
  return createHash('sha256').update(JSON.stringify(conditions)).digest('hex')
}
