import type { BehaviourRule, JoinRule } from '../../model/segment.ts'
import { binary, call, conjuncts, every, lambda, named, whole, type SqlExpression } from './ast.ts'
import { lowerCondition } from './lowerCondition.ts'
import { lowerTimes } from './lowerSegment.ts'

type Joining = {
  readonly joins: JoinRule
  /** What is taken of the row by which a user joins: its time first, and then what breaks ties. */
  readonly taken: SqlExpression
  /** By what rows are put in order. */
  readonly place: SqlExpression
}

/** Over the rows of one user: the row by which the rule was first met, as an array of one tuple; an empty one when it never was. */
export function lowerJoin({ joins, ...rest }: Joining): SqlExpression {
  if (joins.kind === 'did') return lowerNth(joins, rest)
  const parts = joins.of.map((each) => lowerJoin({ joins: each, ...rest }))
  const sorted = call('arraySort', call('arrayConcat', ...parts))
  if (joins.kind === 'any') return call('arraySlice', sorted, whole(1), whole(1))
  // The latest of all parts, once each is there.
  return once('rows', sorted, (rows) =>
    call('arrayResize', call('arraySlice', rows, whole(-1)), call('toUInt8', binary('=', call('length', rows), whole(parts.length)))),
  )
}

/** Says the value once under the name, however often the body needs it. */
const once = (name: string, value: SqlExpression, body: (value: SqlExpression) => SqlExpression): SqlExpression =>
  call('arrayElement', call('arrayMap', lambda([name], body(named(name))), call('array', value)), whole(1))

function lowerNth(rule: BehaviourRule, { taken, place }: Omit<Joining, 'joins'>): SqlExpression {
  const { atLeast, rollingMs } = rule
  const times = lowerTimes(rollingMs === null ? rule : { startMs: null, endMs: rule.endMs })
  const isOne = every(...conjuncts(lowerCondition(rule.of)), ...times)
  // The first needs no list of all.
  if (atLeast === 1) return call('arrayResize', call('array', call('argMinIf', taken, place, isOne)), call('least', call('countIf', isOne), whole(1)))
  const sorted = call('arraySort', call('groupArrayIf', taken, isOne))
  if (rollingMs === null) return call('arraySlice', sorted, whole(atLeast), whole(1))
  // Each from the n-th on beside the one with which n rows began.
  const pairs = once('rows', sorted, (rows) => {
    const count = call('greatest', binary('-', call('length', rows), whole(atLeast - 1)), whole(0))
    return call('arrayZip', call('arraySlice', rows, whole(atLeast)), call('arraySlice', rows, whole(1), count))
  })
  const timeOf = (position: number) => call('toUnixTimestamp64Milli', item(item(named('pair'), position), 1))
  const isWithin = binary('<', binary('-', timeOf(1), timeOf(2)), whole(rollingMs))
  const first = call('arraySlice', call('arrayFilter', lambda(['pair'], isWithin), pairs), whole(1), whole(1))
  return call('arrayMap', lambda(['pair'], item(named('pair'), 1)), first)
}

const item = (tuple: SqlExpression, position: number): SqlExpression => call('tupleElement', tuple, whole(position))
