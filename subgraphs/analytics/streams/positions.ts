import { createPositionSealer } from '#db/conversions/positionSealer.ts'
import type { LogPosition } from '#db/conversions/readLog.ts'
import { failure } from '#ops/service/errors.ts'

/** Positions in the log as the cursors of one question. */
export type PositionCursors = {
  readonly seal: (position: LogPosition) => string
  /** Throws BAD_CURSOR for what was not sealed for this tenant, field and question. `argument` is where it came from. */
  readonly open: (cursor: string, argument: string) => LogPosition
}

export function createPositionCursors(key: string, { tenantId, question }: { readonly tenantId: string; readonly question: string }): PositionCursors {
  const sealer = createPositionSealer(key, { tenantId, question })
  return {
    seal: sealer.seal,
    open: (cursor, argument) => {
      const position = sealer.open(cursor)
      if (position === null) throw failure('BAD_CURSOR', { argument })
      return position
    },
  }
}
