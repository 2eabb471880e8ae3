import type { Aggregate as AggregateSpec } from '../../model/measures.ts'
import type { AnalyticsPlan, ScanEvents } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'
import { mapAggregation, mapEntries, mapScans } from './rewrite.ts'
import { simplify } from './simplify.ts'

/** Drops what is always true from every filter and every count: it would be asked of each row. */
export const simplifyConditions: Pass = {
  name: 'simplifyConditions',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    const scan = (node: ScanEvents): ScanEvents => ({ ...node, condition: simplify(node.condition), rowFilter: simplify(node.rowFilter) })
    const column = <Column extends { readonly aggregate: AggregateSpec }>(each: Column): Column => ({
      ...each,
      aggregate: { ...each.aggregate, of: simplify(each.aggregate.of) },
    })
    const withScans = mapEntries(mapScans(plan, scan), (entries) => ({ ...entries, filter: simplify(entries.filter) }))
    return mapAggregation(withScans, {
      metrics: (node) => ({ ...node, columns: node.columns.map(column) }),
      cohorts: (node) => ({ ...node, columns: node.columns.map(column) }),
    })
  },
}
