import type { AnalyticsPlan } from '../plan/nodes.ts'
import type { SqlSelect } from './ast.ts'
import { unreachable } from '../unreachable.ts'
import { lowerAttribution } from './lowerAttribution.ts'
import { lowerCohorts } from './lowerCohorts.ts'
import { lowerEventPaths } from './lowerEventPaths.ts'
import { lowerEvents } from './lowerEvents.ts'
import { lowerFunnel } from './lowerFunnel.ts'
import { lowerMetrics } from './lowerMetrics.ts'
import { lowerSegmentSize } from './lowerSegmentSize.ts'
import { lowerUsers } from './lowerPeople.ts'

/** Says the plan in the shape that ClickHouse does it best. */
export function lower(plan: AnalyticsPlan): SqlSelect {
  const { input } = plan
  switch (input.kind) {
    case 'Divide':
      return lowerMetrics(plan, input)
    case 'CollectCells':
      return lowerCohorts(plan, input)
    case 'DivideCredit':
      return lowerAttribution(plan, input)
    case 'CountSteps':
      return lowerFunnel(plan, input)
    case 'CountEventPaths':
      return lowerEventPaths(plan, input)
    case 'CountMembers':
      return lowerSegmentSize(plan, input)
    case 'ListUsers':
      return lowerUsers(plan, input)
    case 'ListEvents':
      return lowerEvents(plan, input)
    default:
      return unreachable(input)
  }
}
