import { describe } from '../plan/describe.ts'
import type { AnalyticsPlan, CountEventPaths } from '../plan/nodes.ts'
import { call, named, select, type SqlSelect } from './ast.ts'
import { EVENT_PATH, lowerEventRows } from './lowerEventRows.ts'
import { lowerPathGraph } from './lowerPathGraph.ts'

/** Columns of the answer. */
export const PATH_COLUMNS = { path: 'path', conversions: 'conversions', users: 'users', revenue: 'revenue' } as const

/** The paths counted by their texts. With a graph they are cut into their nodes and links in the same statement. */
export function lowerEventPaths(plan: AnalyticsPlan, count: CountEventPaths): SqlSelect {
  const { graph } = count
  const comments = [plan, count].map(describe)
  if (graph !== null) return lowerPathGraph({ ...count, graph }, { comments, limitRows: plan.limitRows })
  const path = named(EVENT_PATH.path)
  return select({
    comments,
    columns: [
      ...(count.hasPaths ? [{ expression: path, as: PATH_COLUMNS.path }] : []),
      { expression: call('count'), as: PATH_COLUMNS.conversions },
      ...(count.hasUsers ? [{ expression: call('uniqExact', named(EVENT_PATH.user)), as: PATH_COLUMNS.users }] : []),
      ...(count.input.hasRevenue ? [{ expression: call('sum', named(EVENT_PATH.revenue)), as: PATH_COLUMNS.revenue }] : []),
    ],
    from: { kind: 'select', select: lowerEventRows(count.input), as: null },
    groupBy: count.hasPaths ? [path] : [],
    withTotals: count.hasPaths && count.hasTotals,
    orderBy: plan.order.map(({ name, direction }) => ({ expression: named(name), direction, nullsLast: false })),
    limit: count.hasPaths ? plan.limitRows + 1 : null,
  })
}
