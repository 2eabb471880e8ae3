import type { AnalyticsPlan } from '../plan/nodes.ts'
import type { SqlSelect } from './ast.ts'
import { lowerCohorts } from './lowerCohorts.ts'
import { lowerMetrics } from './lowerMetrics.ts'

/** Says the plan in the shape that ClickHouse does it best. */
export function lower(plan: AnalyticsPlan): SqlSelect {
  const { input } = plan
  return input.kind === 'Divide' ? lowerMetrics(plan, input) : lowerCohorts(plan, input)
}
