import type { EventAggregate, PropertyAggregate } from '../../model/measures.ts'
import type { AnalyticsPlan, CountJourneys, ScanCosts, ScanEvents } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'
import { mapAggregation, mapCosts, mapCredit, mapEntries, mapEventPaths, mapScans, mapSteps } from './rewrite.ts'
import { simplify } from './simplify.ts'

/** Drops what is always true from every filter and every count: it would be asked of each row. */
export const simplifyConditions: Pass = {
  name: 'simplifyConditions',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    const scan = (node: ScanEvents): ScanEvents => ({ ...node, condition: simplify(node.condition), rowFilter: simplify(node.rowFilter) })
    const costs = (node: ScanCosts): ScanCosts => ({ ...node, condition: simplify(node.condition), rowFilter: simplify(node.rowFilter) })
    const counted = <Counted extends EventAggregate | PropertyAggregate>(aggregate: Counted): Counted => ({ ...aggregate, of: simplify(aggregate.of) })
    const withScans = mapEntries(mapCosts(mapScans(plan, scan), costs), (entries) => ({ ...entries, filter: simplify(entries.filter) }))
    const withPaths = mapCredit(withScans, (node) => ({
      ...node,
      shown: simplify(node.shown),
      input: { ...node.input, conversion: simplify(node.input.conversion) },
      journeys: node.journeys === null ? null : simplifyJourneys(node.journeys, scan),
    }))
    const withSteps = mapSteps(withPaths, (node) => ({
      ...node,
      steps: node.steps.map(simplify),
      first: { ...node.first, where: simplify(node.first.where) },
      exclusion: node.exclusion === null ? null : simplify(node.exclusion),
    }))
    const withEventPaths = mapEventPaths(withSteps, (node) => ({
      ...node,
      step: simplify(node.step),
      around: node.around.condition === null ? node.around : { ...node.around, condition: simplify(node.around.condition) },
    }))
    return mapAggregation(withEventPaths, {
      metrics: (node) => ({
        ...node,
        columns: node.columns.map((each) => ({ ...each, aggregate: 'of' in each.aggregate ? counted(each.aggregate) : each.aggregate })),
        users: node.users === null ? null : { ...node.users, where: simplify(node.users.where) },
      }),
      cohorts: (node) => ({ ...node, columns: node.columns.map((each) => ({ ...each, aggregate: counted(each.aggregate) })) }),
    })
  },
}

function simplifyJourneys(node: CountJourneys, scan: (node: ScanEvents) => ScanEvents): CountJourneys {
  return { ...node, shown: simplify(node.shown), input: { ...node.input, conversion: simplify(node.input.conversion), input: scan(node.input.input) } }
}
