import type { EventAggregate, PropertyAggregate } from '../../model/measures.ts'
import { all } from '../../model/condition.ts'
import type { AnalyticsPlan, ScanEvents } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'
import { mapAggregation } from './rewrite.ts'
import { given } from './simplify.ts'

/** What a scan asks of all its rows is not asked of them once more for a number. Declines where rows of costs are counted too. */
export const knownOfRows: Pass = {
  name: 'knownOfRows',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    const counted = <Counted extends EventAggregate | PropertyAggregate>(aggregate: Counted, { condition, rowFilter }: ScanEvents): Counted => ({
      ...aggregate,
      of: given(aggregate.of, all(condition, rowFilter)),
    })
    return mapAggregation(plan, {
      metrics: (node) => ({
        ...node,
        columns: node.columns.map((each) =>
          'of' in each.aggregate && node.costs === null ? { ...each, aggregate: counted(each.aggregate, node.input) } : each,
        ),
      }),
      cohorts: (node) => ({ ...node, columns: node.columns.map((each) => ({ ...each, aggregate: counted(each.aggregate, node.input.activity) })) }),
    })
  },
}
