import type { LogPosition } from '#db/conversions/readLog.ts'
import { createCursorSealer } from '#ops/security/cursor.ts'
import { failure } from '#ops/service/errors.ts'

const SEQUENCE_BYTES = 8
const POSITION_BYTES = 16

/** Positions in the log as the cursors of one question. */
export type PositionCursors = {
  readonly seal: (position: LogPosition) => string
  /** Throws BAD_CURSOR for what was not sealed for this tenant, field and question. `argument` is where it came from. */
  readonly open: (cursor: string, argument: string) => LogPosition
}

/** The query and the subscription read one log, and go on from each other's cursors. */
const FIELD = 'conversions'

export function createPositionCursors(key: string, { tenantId, question }: { readonly tenantId: string; readonly question: string }): PositionCursors {
  // wall: log-cursor
  const sealer = createCursorSealer(key, [tenantId, FIELD, question])
  return {
    seal: ({ sequence, recordedAtMs }) => {
      const bytes = Buffer.alloc(POSITION_BYTES)
      bytes.writeBigInt64BE(sequence)
      bytes.writeBigInt64BE(BigInt(Math.trunc(recordedAtMs)), SEQUENCE_BYTES)
      return sealer.seal(bytes)
    },
    open: (cursor, argument) => {
      const bytes = sealer.open(cursor)
      if (bytes?.length !== POSITION_BYTES) throw failure('BAD_CURSOR', { argument })
      return { sequence: bytes.readBigInt64BE(), recordedAtMs: Number(bytes.readBigInt64BE(SEQUENCE_BYTES)) }
    },
  }
}
