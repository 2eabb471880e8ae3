import type { AnalyticsPlan } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'

/** Groups by nothing when only the totals are shown: the one row is the totals. */
export const totalsAlone: Pass = {
  name: 'totalsAlone',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    const { input, layout } = plan
    if (!plan.showsRows && input.kind === 'DivideCredit' && layout.kind === 'attribution')
      return { ...plan, input: { ...input, input: { ...input.input, keys: [] }, hasTotals: false }, order: [], layout: { ...layout, groups: [] } }
    if (plan.showsRows || input.kind !== 'Divide' || layout.kind !== 'metrics' || input.input.keys.length === 0) return plan
    return { ...plan, input: { ...input, input: { ...input.input, keys: [], hasTotals: false } }, order: [], layout: { ...layout, groups: [] } }
  },
}
