import { countUsed, type CountedQuota } from '#db/usage/quotas.ts'
import { periodEnd, readUseIn, type CountedUse } from '#db/usage/counters.ts'
import { planOf, type PlanName } from '#ops/service/plans.ts'
import type { Acting } from './acting.ts'
import type { UsedRow } from './rows.ts'

export type UsageStore = ReturnType<typeof createUsageStore>

/** How much of its plan the viewer's tenant has used. */
export function createUsageStore(acting: Acting) {
  return {
    /** What there is now. */
    counted: (quota: CountedQuota, plan: PlanName): Promise<UsedRow> =>
      acting.inOwn(async (em) => ({ used: await countUsed(em, quota, acting.now()), limit: planOf(plan)[quota], resetsAt: null })),

    /** What there was in this month, or on this day. */
    metered: (kind: CountedUse, plan: PlanName): Promise<UsedRow> =>
      acting.inOwn(async (em) => {
        const at = acting.now()
        const { eventsPerMonth, queriesPerDay } = planOf(plan)
        const used = await readUseIn(em, { tenantId: acting.tenantId(), kind, at })
        return { used, limit: kind === 'events' ? eventsPerMonth : queriesPerDay, resetsAt: periodEnd(kind, at) }
      }),
  }
}
