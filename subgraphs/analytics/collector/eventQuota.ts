import type { VerifiedKey } from '#db/access/verifyKey.ts'
import { withTenant, type Pool } from '#db/pool.ts'
import { periodEnd, periodOf, readUse } from '#db/usage/counters.ts'
import { planOf } from '#ops/service/plans.ts'
import { quotaExceeded } from './requestError.ts'

/** How long a count that was read is gone by; what this process accepts meanwhile is added to it. */
const KNOWN_MS = 1_000
const MAX_TENANTS = 10_000

type Known = { used: number; readonly period: string; readonly until: number }
type QuotaKey = Pick<VerifiedKey, 'tenantId' | 'plan'>

export type EventQuota = {
  /** Throws QUOTA_EXCEEDED (429) when the tenant's month is used up. The request that fills it is still taken whole. */
  readonly require: (key: QuotaKey) => Promise<void>
  /** Adds what was accepted to what is known here. */
  readonly count: (key: QuotaKey, accepted: number) => void
}

/** Holds tenants to the events of their plan. Each commit counts in its own transaction; a tenant without a limit costs nothing here. */
export function createEventQuota({ pool, now }: { readonly pool: Pool; readonly now: () => number }): EventQuota {
  const tenants = new Map<string, Known>()

  async function usedBy(tenantId: string, at: Date): Promise<number> {
    const known = tenants.get(tenantId)
    const period = periodOf('events', at)
    if (known !== undefined && known.period === period && known.until > at.getTime()) return known.used
    const used = await withTenant(pool, tenantId, (client) => readUse(client, { tenantId, kind: 'events', at }))
    if (tenants.size >= MAX_TENANTS) tenants.clear()
    tenants.set(tenantId, { used, period, until: at.getTime() + KNOWN_MS })
    return used
  }

  return {
    async require({ tenantId, plan }) {
      const limit = planOf(plan).eventsPerMonth
      if (limit === null) return
      const at = new Date(now())
      const used = await usedBy(tenantId, at)
      const resetsInSeconds = Math.ceil((periodEnd('events', at).getTime() - at.getTime()) / 1000)
      if (used >= limit) throw quotaExceeded({ used, limit, resetsInSeconds })
    },
    count({ tenantId, plan }, accepted) {
      const known = planOf(plan).eventsPerMonth === null ? undefined : tenants.get(tenantId)
      if (known !== undefined) known.used += accepted
    },
  }
}
