import type { Aggregate, AnalyticsPlan, Divide, GroupKey } from '../plan/nodes.ts'
import { describe } from '../plan/describe.ts'
import { binary, call, named, select, stored, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { lowerCondition, lowerOperand } from './lowerCondition.ts'
import { lowerAlone, lowerArranged } from './lowerArrange.ts'
import { lowerMeasure, lowerNumberOf } from './lowerMeasure.ts'
import { lowerDerived } from './lowerQuotient.ts'
import { lowerOrder, lowerScan } from './lowerScan.ts'
import { isInRange, lowerStream } from './lowerStream.ts'
import { lowerBucket } from './lowerTime.ts'

/**
 * One aggregation for rows and totals, so that totals are right for distinct users and quotients: over one scan of events, or over a stream of
 * events and costs when there are costs or several windows.
 */
export function lowerMetrics(plan: AnalyticsPlan, divide: Divide): SqlSelect {
  const arrange = plan.arrange ?? null
  if (arrange === null) return lowerPlain(plan, divide)
  if (divide.input.keys.length === 0) return lowerAlone(lowerPlain(plan, divide), { arrange, divide })
  const { keys, counted, source } = lowerAggregate(divide.input)
  const seen = hasOthers(divide.input) ? call('countIf', isInRange) : call('count')
  return lowerArranged({ plan, arrange, divide, keys, counted, source, seen })
}

/** Whether there are rows besides those of the range. */
export const hasOthers = ({ windows, users }: Aggregate): boolean => windows.length > 1 || users !== null
const isStream = (aggregate: Aggregate): boolean => aggregate.costs !== null || hasOthers(aggregate)

function lowerPlain(plan: AnalyticsPlan, divide: Divide): SqlSelect {
  const aggregate = divide.input
  const { keys, counted: lowered, source } = lowerAggregate(aggregate)
  const counted = lowered.map(({ name, value }) => ({ as: name, expression: value }))
  const quotients = divide.columns.map((column) => ({ as: column.name, expression: lowerDerived(column, aggregate.columns) }))
  // A group that has rows in compared windows alone, or of users of another time, counts in the totals and is no row.
  const isCut = hasOthers(aggregate) && keys.length > 0
  const inRange = isCut ? [{ as: IN_RANGE, expression: call('countIf', isInRange) }] : []
  // Without groups there is one row even over no rows, which takes an aggregate.
  const atLeastOne = keys.length + counted.length === 0 ? [{ as: 'row_count', expression: call('count') }] : []
  const columns = [...keys, ...counted, ...quotients, ...atLeastOne]
  const whole = select({
    comments: [...(isCut ? [] : [plan]), divide, aggregate, ...(isStream(aggregate) ? [] : [aggregate.input])].map(describe),
    columns: [...columns, ...inRange],
    ...source,
    groupBy: keys.map((key) => named(key.as)),
    withTotals: aggregate.hasTotals,
  })
  const order = { orderBy: aggregate.keys.length === 0 ? [] : lowerOrder(plan.order, aggregate.keys), limit: plan.limitRows + 1 }
  return isCut
    ? cut(whole, { comments: [describe(plan)], columns: columns.map(({ as }) => ({ as, expression: named(as) })), ...order })
    : { ...whole, ...order }
}

const IN_RANGE = 'in_range'

/** The filter stands outside of the aggregation: a HAVING would take the groups out of the totals too. */
function cut(inner: SqlSelect, outer: Pick<SqlSelect, 'comments' | 'columns' | 'orderBy' | 'limit'>): SqlSelect {
  return select({ ...outer, from: { kind: 'select', select: inner, as: null }, where: [binary('>', named(IN_RANGE), whole(0))] })
}

/** What is aggregated: the keys, the columns and where they come from. */
export const lowerAggregate = (aggregate: Aggregate) => (isStream(aggregate) ? overStream(aggregate) : overScan(aggregate))

function overScan(aggregate: Aggregate) {
  const counted = aggregate.columns.map(({ name, aggregate: spec }) => {
    if (!('of' in spec)) throw new Error('A scan of events has neither costs nor users of another time.')
    const condition = spec.of.kind === 'always' ? null : lowerCondition(spec.of)
    return lowerMeasure(name, spec, { condition, ...SCANNED })
  })
  return { keys: aggregate.keys.map((key) => ({ as: key.name, expression: lowerKey(key) })), counted, source: lowerScan(aggregate.input) }
}

const SCANNED = {
  user: stored('user_id'),
  revenue: stored('revenue'),
  number: lowerNumberOf,
  text: (property: string) => lowerOperand({ kind: 'property', name: property }),
  place: call('tuple', stored('occurred_at'), stored('event_id')),
}

function overStream(aggregate: Aggregate) {
  const { from, counted } = lowerStream(aggregate)
  return { keys: aggregate.keys.map((key) => ({ as: key.name, expression: named(key.name) })), counted, source: { from } }
}

function lowerKey(key: GroupKey): SqlExpression {
  return key.kind === 'time' ? lowerBucket(stored('occurred_at'), key.unit, key.timeZone) : lowerOperand(key.operand)
}
