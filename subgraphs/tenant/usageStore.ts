import { countUsed, type CountedQuota } from '#db/usage/quotas.ts'
import { withTenant, withSettings, type Pool } from '#db/pool.ts'
import { periodEnd, readUse, type CountedUse } from '#db/usage/counters.ts'
import { planOf, type PlanName } from '#ops/service/plans.ts'
import type { Acting } from './acting.ts'
import type { UsedRow } from './rows.ts'

export type UsageStore = ReturnType<typeof createUsageStore>

/** How much of its plan the viewer's tenant has used. */
export function createUsageStore(acting: Acting, dataPool: Pool) {
  return {
    /** What there is now. */
    counted: (quota: CountedQuota, plan: PlanName): Promise<UsedRow> =>
      acting.inOwn(async (em) => ({ used: await countUsed(em, quota, acting.now()), limit: planOf(plan)[quota], resetsAt: null })),

    /** What there was in this month, or on this day. */
    async metered(kind: CountedUse, plan: PlanName): Promise<UsedRow> {
      const at = acting.now()
      const tenantId = acting.tenantId()
      const { eventsPerMonth, queriesPerDay } = planOf(plan)
      // Events are counted where they are kept, in their own transaction; questions where the plan is.
      const within = kind === 'events' ? withTenant : withSettings
      const used = await within(dataPool, tenantId, (client) => readUse(client, { tenantId, kind, at }))
      return { used, limit: kind === 'events' ? eventsPerMonth : queriesPerDay, resetsAt: periodEnd(kind, at) }
    },
  }
}
