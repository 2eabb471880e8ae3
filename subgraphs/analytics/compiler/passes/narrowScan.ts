import { all, any } from '../../model/condition.ts'
import type { AnalyticsPlan } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'
import { mapAggregation } from './rewrite.ts'
import { simplify } from './simplify.ts'

/**
 * Reads only rows that some measure counts, such as those of a few events. Declines with groups: a group is there when it has any row, and no
 * number and no row may depend on what is selected.
 */
export const narrowScan: Pass = {
  name: 'narrowScan',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    return mapAggregation(plan, {
      metrics: (node) => {
        if (node.keys.length > 0 || node.columns.length === 0) return node
        const counted = any(...node.columns.flatMap(({ aggregate }) => ('of' in aggregate ? [aggregate.of] : [])))
        return { ...node, input: { ...node.input, condition: simplify(all(node.input.condition, counted)) } }
      },
    })
  },
}
