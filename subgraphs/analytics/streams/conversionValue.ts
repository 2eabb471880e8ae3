import type { LogEntry, LogGap, LogPage, LogPosition } from '#db/conversions/readLog.ts'
import type { Identity } from '#ops/security/identity.ts'
import type { PositionCursors } from './positions.ts'

/** An entry as this asker may see it. */
export type ConversionValue = { readonly entry: LogEntry; readonly sight: Sight }

/** What an asker may see of entries. */
export type Sight = {
  readonly cursors: PositionCursors
  /** Numbers would tell how much of the log is hidden. */
  readonly seesSequence: boolean
  /** Whether a field is shown; a masked one is null. */
  readonly sees: (field: string) => boolean
}

export type BatchValue = { readonly entries: readonly ConversionValue[]; readonly position: LogPosition; readonly gap: LogGap | null; readonly sight: Sight }

/** Sequence numbers are for those who may read all of the tenant's numbers; the ids of users need their own scope, and no mask on them. */
export function createSight({ scopes, filters, masks }: Pick<Identity, 'scopes' | 'filters' | 'masks'>, cursors: PositionCursors): Sight {
  return {
    cursors,
    seesSequence: scopes.includes('analytics:read') && filters.length === 0 && !masks.includes('sequence'),
    // wall: stream-masks
    sees: (field) => !masks.includes(field) && (field !== 'userId' || scopes.includes('identifiers:read')),
  }
}

export const positionOf = ({ sequence, recordedAt }: LogEntry): LogPosition => ({ sequence, recordedAtMs: recordedAt.getTime() })

export function toBatch({ entries, position, gap }: LogPage, sight: Sight): BatchValue {
  return { entries: entries.map((entry) => ({ entry, sight })), position, gap, sight }
}
