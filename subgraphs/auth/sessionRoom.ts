import { LockMode } from '@mikro-orm/core'
import { Session } from '#db/entities/auth/Session.ts'
import type { EntityManager } from '#db/tenantScope.ts'

/** A revoked session can be looked at this long; one that ran out is of no use to anybody. */
const REVOKED_KEPT_MS = 30 * 86_400_000
/** Of one login; what is left is the next one's. */
const MAX_REMOVED = 1_000
/** Of one account at a time; with one more the one that was not used for the longest ends. */
const MAX_ALIVE = 100

/** What a session that has not ended looks like. */
export const aliveAt = (at: Date) => ({ revokedAt: null, expiresAt: { $gt: at }, absoluteExpiresAt: { $gt: at } })

/** Keeps the number of an account's sessions in bounds, whoever knows its password. */
export function createSessionRoom({ now }: { readonly now: () => Date }) {
  return {
    /** Removes the account's sessions that ran out or were revoked long ago, inside the caller's transaction. */
    async removeEnded(em: EntityManager, accountId: string): Promise<void> {
      const at = now()
      const isEnded = {
        $or: [{ expiresAt: { $lte: at } }, { absoluteExpiresAt: { $lte: at } }, { revokedAt: { $lte: new Date(at.getTime() - REVOKED_KEPT_MS) } }],
      }
      // Those that another login is removing are passed over, so that neither waits for the other.
      const ended = await em.find(Session, { accountId, ...isEnded }, { fields: ['id'], limit: MAX_REMOVED, lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE })
      if (ended.length > 0) await em.nativeDelete(Session, { id: { $in: ended.map(({ id }) => id) } })
    },

    /** Ends the sessions of the account that were not used for the longest, so that there is room for one more; answers their ids. */
    async makeRoom(em: EntityManager, accountId: string): Promise<readonly string[]> {
      const inOrder = { orderBy: { lastUsedAt: 'desc', id: 'asc' }, offset: MAX_ALIVE - 1, limit: MAX_REMOVED } as const
      // As above: those that another login is ending are passed over.
      const many = await em.find(Session, { accountId, ...aliveAt(now()) }, { fields: ['id'], ...inOrder, lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE })
      const ids = many.map(({ id }) => id)
      if (ids.length > 0) await em.nativeUpdate(Session, { id: { $in: ids } }, { revokedAt: now() })
      return ids
    },
  }
}
