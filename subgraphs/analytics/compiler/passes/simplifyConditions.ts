import type { EventAggregate } from '../../model/measures.ts'
import type { AnalyticsPlan, CountJourneys, ScanCosts, ScanEvents } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'
import { mapAggregation, mapCosts, mapCredit, mapEntries, mapScans } from './rewrite.ts'
import { simplify } from './simplify.ts'

/** Drops what is always true from every filter and every count: it would be asked of each row. */
export const simplifyConditions: Pass = {
  name: 'simplifyConditions',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    const scan = (node: ScanEvents): ScanEvents => ({ ...node, condition: simplify(node.condition), rowFilter: simplify(node.rowFilter) })
    const costs = (node: ScanCosts): ScanCosts => ({ ...node, condition: simplify(node.condition), rowFilter: simplify(node.rowFilter) })
    const counted = <Counted extends EventAggregate>(aggregate: Counted): Counted => ({ ...aggregate, of: simplify(aggregate.of) })
    const withScans = mapEntries(mapCosts(mapScans(plan, scan), costs), (entries) => ({ ...entries, filter: simplify(entries.filter) }))
    const withPaths = mapCredit(withScans, (node) => ({
      ...node,
      shown: simplify(node.shown),
      input: { ...node.input, conversion: simplify(node.input.conversion) },
      journeys: node.journeys === null ? null : simplifyJourneys(node.journeys, scan),
    }))
    return mapAggregation(withPaths, {
      metrics: (node) => ({
        ...node,
        columns: node.columns.map((each) => ({ ...each, aggregate: each.aggregate.kind === 'sumCost' ? each.aggregate : counted(each.aggregate) })),
      }),
      cohorts: (node) => ({ ...node, columns: node.columns.map((each) => ({ ...each, aggregate: counted(each.aggregate) })) }),
    })
  },
}

function simplifyJourneys(node: CountJourneys, scan: (node: ScanEvents) => ScanEvents): CountJourneys {
  return { ...node, shown: simplify(node.shown), input: { ...node.input, conversion: simplify(node.input.conversion), input: scan(node.input.input) } }
}
