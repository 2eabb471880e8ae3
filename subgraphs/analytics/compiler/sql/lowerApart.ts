import type { TextOperand } from '../../model/condition.ts'
import { describe } from '../plan/describe.ts'
import type { Aggregate, AnalyticsPlan, Divide } from '../plan/nodes.ts'
import { call, named, select, type SqlSelect } from './ast.ts'
import { hasOthers, lowerAggregate } from './lowerMetrics.ts'
import { lowerDerived } from './lowerQuotient.ts'
import { lowerOrder } from './lowerScan.ts'

const APART = named('apart')
const TOTAL = named('total')

/** Whether each row that is counted is of the question's own range, and so of one of the questions. */
export const mayBeApart = ({ input }: Divide): boolean => !hasOthers(input)

/**
 * What lowerMetrics asks, of each value of the operand: its groups, in their order and as many as the limit says, and before them its totals, which are
 * aggregated side by side.
 */
export function lowerApart(plan: AnalyticsPlan, divide: Divide, operand: TextOperand): SqlSelect {
  const aggregate: Aggregate = { ...divide.input, keys: [{ kind: 'text', name: 'apart', operand }, ...divide.input.keys] }
  const { keys, counted, source } = lowerAggregate(aggregate)
  const [, first] = keys
  const hasTotals = aggregate.hasTotals && first !== undefined
  const columns = [
    ...keys,
    ...counted.map(({ name, value }) => ({ as: name, expression: value })),
    ...divide.columns.map((column) => ({ as: column.name, expression: lowerDerived(column, aggregate.columns) })),
    ...(hasTotals ? [{ as: 'total', expression: call('grouping', named(first.as)) }] : []),
  ]
  const grouped = select({
    comments: [divide, aggregate, ...(aggregate.costs === null ? [aggregate.input] : [])].map(describe),
    columns,
    ...source,
    groupBy: keys.map(({ as }) => named(as)),
    ...(hasTotals ? { alsoBy: [APART] } : {}),
  })
  return select({
    comments: [describe(plan)],
    columns: columns.map(({ as }) => ({ as, expression: named(as) })),
    from: { kind: 'select', select: grouped, as: null },
    orderBy: [...(hasTotals ? [{ expression: TOTAL, direction: 'DESC' as const, nullsLast: false }] : []), ...lowerOrder(plan.order, aggregate.keys)],
    limit: plan.limitRows + (hasTotals ? 2 : 1),
    limitBy: [APART],
  })
}
