import type { EntrySight, SeenEntry } from '#db/conversions/conversionFields.ts'
import type { LogGap, LogPage, LogPosition } from '#db/conversions/readLog.ts'
import type { Identity } from '#ops/security/identity.ts'
import { createUserHasher, USER_HASH_MASK } from '#ops/security/userHash.ts'
import type { PositionCursors } from './positions.ts'

/** What an asker may see of entries. */
export type Sight = EntrySight & { readonly cursors: PositionCursors }
/** An entry as this asker may see it. */
export type ConversionValue = SeenEntry

export type BatchValue = { readonly entries: readonly ConversionValue[]; readonly position: LogPosition; readonly gap: LogGap | null; readonly sight: Sight }

type Asker = Pick<Identity, 'tenantId' | 'scopes' | 'filters' | 'masks' | 'hashFamily'>
type SightOptions = { readonly cursors: PositionCursors; readonly userHashKey: string }

/** Sequence numbers are for those who may read all of the tenant's numbers. */
export function createSight(asker: Asker, { cursors, userHashKey }: SightOptions): Sight {
  const { scopes, filters, masks } = asker
  return {
    cursors,
    seesSequence: scopes.includes('analytics:read') && filters.length === 0 && !masks.includes('sequence'),
    // wall: stream-masks
    sees: (field) => !masks.includes(field),
    tellUser: userTeller(asker, userHashKey),
  }
}

/** The ids of users need a scope of their own. Who may see hashes sees those, also with the scope; a mask on the ids hides both. */
function userTeller({ tenantId, scopes, masks, hashFamily }: Asker, userHashKey: string): Sight['tellUser'] {
  if (masks.includes('userId')) return () => null
  if (masks.includes(USER_HASH_MASK))
    return tenantId === null || hashFamily === null ? () => null : createUserHasher(userHashKey, { tenantId, family: hashFamily })
  // wall: stream-users
  return scopes.includes('identifiers:read') ? (userId) => userId : () => null
}

export function toBatch({ entries, position, gap }: LogPage, sight: Sight): BatchValue {
  return { entries: entries.map((entry) => ({ entry, sight })), position, gap, sight }
}
