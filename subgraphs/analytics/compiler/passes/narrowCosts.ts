import type { AnalyticsPlan } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'
import { mapAggregation } from './rewrite.ts'

/** Reads no more of costs than is shown: nothing of them without groups, and only which groups there are when no measure sums them. */
export const narrowCosts: Pass = {
  name: 'narrowCosts',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    return mapAggregation(plan, {
      metrics: (node) => {
        if (node.costs === null || node.columns.some(({ aggregate }) => aggregate.kind === 'sumCost')) return node
        return { ...node, costs: node.keys.length === 0 ? null : { ...node.costs, choosesSource: false } }
      },
    })
  },
}
