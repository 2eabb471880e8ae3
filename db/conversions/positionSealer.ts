import { createHash } from 'node:crypto'
import { createCursorSealer } from '#ops/security/cursor.ts'
import type { LogCondition } from './logFilter.ts'
import type { LogPosition } from './readLog.ts'

const SEQUENCE_BYTES = 8
const POSITION_BYTES = 16

/** Positions in the log as opaque text of one question. */
export type PositionSealer = {
  readonly seal: (position: LogPosition) => string
  /** null for what was not sealed for this tenant and question. */
  readonly open: (cursor: string) => LogPosition | null
}

/** The query, the subscription and the webhooks read one log, and go on from each other's cursors. */
const FIELD = 'conversions'

export function createPositionSealer(key: string, { tenantId, question }: { readonly tenantId: string; readonly question: string }): PositionSealer {
  // wall: log-cursor
  const sealer = createCursorSealer(key, [tenantId, FIELD, question])
  return {
    seal: ({ sequence, recordedAtMs }) => {
      const bytes = Buffer.alloc(POSITION_BYTES)
      bytes.writeBigInt64BE(sequence)
      bytes.writeBigInt64BE(BigInt(Math.trunc(recordedAtMs)), SEQUENCE_BYTES)
      return sealer.seal(bytes)
    },
    open: (cursor) => {
      const bytes = sealer.open(cursor)
      if (bytes?.length !== POSITION_BYTES) return null
      return { sequence: bytes.readBigInt64BE(), recordedAtMs: Number(bytes.readBigInt64BE(SEQUENCE_BYTES)) }
    },
  }
}

/** What a cursor is bound to beside tenant and field: another question would go on from it with other entries. */
export function questionOf(conditions: readonly LogCondition[]): string {
  return createHash('sha256').update(JSON.stringify(conditions)).digest('hex')
}
