import { Tenant } from '#db/entities/tenant/Tenant.ts'
import type { EntityManager } from '#db/tenantScope.ts'
import { countUsed, lockQuota, type CountedQuota } from '#db/usage/quotas.ts'
import { quotaExceeded } from '#ops/service/errors.ts'
import { planOf } from '#ops/service/plans.ts'

/** Throws QUOTA_EXCEEDED when the tenant's plan has no room for one more. Holds until the transaction ends, so two cannot take the last place. */
export async function requireRoom(em: EntityManager, tenantId: string, quota: CountedQuota, now: Date): Promise<void> {
  const { plan } = await em.findOneOrFail(Tenant, { id: tenantId })
  const limit = planOf(plan)[quota]
  if (limit === null) return
  await lockQuota(em, tenantId, quota)
  const used = await countUsed(em, quota, now)
  if (used >= limit) throw quotaExceeded({ quota, used, limit })
}
