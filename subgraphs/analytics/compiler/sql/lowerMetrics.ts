import type { AnalyticsPlan, Divide, GroupKey } from '../plan/nodes.ts'
import { describe } from '../plan/describe.ts'
import { binary, call, named, select, stored, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { lowerCondition, lowerOperand } from './lowerCondition.ts'
import { lowerAggregate, lowerOrder, lowerScan } from './lowerScan.ts'
import { lowerBucket } from './lowerTime.ts'

const QUOTIENT_PLACES = 12
const ANSWER_PLACES = 6

/** One select over one scan; totals are the same aggregation's, so they are right for distinct users and quotients. */
export function lowerMetrics(plan: AnalyticsPlan, divide: Divide): SqlSelect {
  const aggregate = divide.input
  const counted = aggregate.columns.map(({ name, aggregate: spec }) => {
    const condition = spec.of.kind === 'always' ? null : lowerCondition(spec.of)
    return { as: name, expression: lowerAggregate(spec, { condition, user: stored('user_id'), revenue: stored('revenue') }) }
  })
  const keys = aggregate.keys.map((key) => ({ as: key.name, expression: lowerKey(key) }))
  const quotients = divide.columns.map(({ name, numerator, denominator }) => ({ as: name, expression: quotient(named(numerator), named(denominator)) }))
  // Without groups there is one row even over no rows, which takes an aggregate.
  const atLeastOne = keys.length + counted.length === 0 ? [{ as: 'row_count', expression: call('count') }] : []
  return select({
    comments: [plan, divide, aggregate, aggregate.input].map(describe),
    columns: [...keys, ...counted, ...quotients, ...atLeastOne],
    ...lowerScan(aggregate.input),
    groupBy: keys.map((key) => named(key.as)),
    withTotals: aggregate.hasTotals,
    orderBy: aggregate.keys.length === 0 ? [] : lowerOrder(plan.order, aggregate.keys),
    limit: plan.limitRows + 1,
  })
}

function lowerKey(key: GroupKey): SqlExpression {
  return key.kind === 'time' ? lowerBucket(stored('occurred_at'), key.unit, key.timeZone) : lowerOperand(key.operand)
}

/**
 * Cut at 12 places and then rounded half away from zero at 6: the same as rounding the exact quotient, since what is cut cannot make a half.
 * null without a denominator.
 */
function quotient(numerator: SqlExpression, denominator: SqlExpression): SqlExpression {
  const exact = call(
    'divideDecimal',
    call('toDecimal256', numerator, whole(ANSWER_PLACES)),
    call('toDecimal256', denominator, whole(0)),
    whole(QUOTIENT_PLACES),
  )
  return call('if', binary('=', denominator, whole(0)), { kind: 'null' }, call('round', exact, whole(ANSWER_PLACES)))
}
