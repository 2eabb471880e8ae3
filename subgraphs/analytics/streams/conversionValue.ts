import type { EntrySight, SeenEntry } from '#db/conversions/conversionFields.ts'
import type { LogGap, LogPage, LogPosition } from '#db/conversions/readLog.ts'
import type { Identity } from '#ops/security/identity.ts'
import type { PositionCursors } from './positions.ts'

/** What an asker may see of entries. */
export type Sight = EntrySight & { readonly cursors: PositionCursors }
/** An entry as this asker may see it. */
export type ConversionValue = SeenEntry

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

export function toBatch({ entries, position, gap }: LogPage, sight: Sight): BatchValue {
  return { entries: entries.map((entry) => ({ entry, sight })), position, gap, sight }
}
