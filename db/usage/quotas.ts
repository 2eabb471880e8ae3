import { App } from '../entities/tenant/App.ts'
import { Invitation } from '../entities/tenant/Invitation.ts'
import { Key } from '../entities/tenant/Key.ts'
import { Membership } from '../entities/tenant/Membership.ts'
import type { EntityManager } from '../tenantScope.ts'

/** What is counted by counting rows. */
export type CountedQuota = 'members' | 'keys' | 'apps'

/** What the tenant of the scope has of it now: members with invitations that wait, keys in force, apps. */
export async function countUsed(em: EntityManager, quota: CountedQuota, now: Date): Promise<number> {
  switch (quota) {
    case 'members':
      return (await em.count(Membership)) + (await em.count(Invitation, { acceptedAt: null, revokedAt: null, expiresAt: { $gt: now } }))
    case 'keys':
      return em.count(Key, { revokedAt: null, $or: [{ expiresAt: null }, { expiresAt: { $gt: now } }] })
    case 'apps':
      return em.count(App)
  }
}

/** Lets one transaction at a time count and add, or two that each see one place left would both take it. Held until the transaction ends. */
export async function lockQuota(em: EntityManager, tenantId: string, quota: CountedQuota): Promise<void> {
  await em.execute('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [`quota:${quota}:${tenantId}`])
}
