import type { Condition, TextOperand } from '../../model/condition.ts'
import type { BehaviourRule, BoundSegment, SegmentRule } from '../../model/segment.ts'
import { describeSegment } from '../plan/describeCondition.ts'
import { unreachable } from '../unreachable.ts'
import { binary, call, conjuncts, every, instant, param, select, stored, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { lowerStored } from './lowerStored.ts'

type Operand = (operand: TextOperand) => SqlExpression
/** How a condition is said over texts; given by lowerCondition, which says segments by this file. */
export type LowerOver = (condition: Condition, textOf: Operand) => SqlExpression

/** Whether the row's user is a member. The same segment is the same text wherever it stands, so that ClickHouse makes its set once. */
export function lowerMembers(segment: BoundSegment, lowerOver: LowerOver): SqlExpression {
  return { kind: 'inSelect', value: stored('user_id'), select: selectMembers(segment, lowerOver) }
}

/** The ids of the members: one scan for the whole definition, in which each behaviour is counted by user. */
export function selectMembers(segment: BoundSegment, lowerOver: LowerOver): SqlSelect {
  return select({
    comments: [`Members of ${describeSegment(segment)}`],
    columns: [{ expression: stored('user_id'), as: null }],
    ...lowerSegmentScan(segment, { condition: segment.rows, startMs: segment.startMs, lowerOver }),
    groupBy: [stored('user_id')],
    having: conjuncts(lowerRule(segment.rule, lowerOver)),
  })
}

type Scanned = { readonly condition: Condition; readonly startMs: number | null; readonly lowerOver: LowerOver }

/** The rows of known users before the evaluation time; of those that were recorded later none where it is frozen. */
export function lowerSegmentScan(segment: BoundSegment, { condition, startMs, lowerOver }: Scanned): Pick<SqlSelect, 'from' | 'where'> {
  const time = stored('occurred_at')
  const at = instant(segment.atMs)
  return {
    from: { kind: 'table', table: 'events' },
    where: [
      binary('=', stored('tenant_id'), param('UUID', segment.tenantId)),
      ...(startMs === null ? [] : [binary('>=', time, instant(startMs))]),
      binary('<', time, at),
      ...(segment.isFrozen ? [binary('<', stored('recorded_at'), at)] : []),
      binary('!=', stored('user_id'), param('String', '')),
      ...conjuncts(lowerOver(segment.rowFilter, ofRow)),
      ...conjuncts(lowerOver(condition, ofRow)),
    ],
  }
}

/** The rule over the rows of one user. */
export function lowerRule(rule: SegmentRule, lowerOver: LowerOver): SqlExpression {
  switch (rule.kind) {
    case 'all':
      return every(...rule.of.map((each) => lowerRule(each, lowerOver)))
    case 'any':
      return { kind: 'some', of: rule.of.map((each) => lowerRule(each, lowerOver)) }
    case 'not':
      return { kind: 'negated', of: lowerRule(rule.of, lowerOver) }
    case 'did':
      return lowerBehaviour(rule, lowerOver)
    case 'is':
      return lowerOver(rule.of, lastKnown)
    default:
      return unreachable(rule)
  }
}

function lowerBehaviour(rule: BehaviourRule, lowerOver: LowerOver): SqlExpression {
  const { atLeast, atMost } = rule
  const times = call('countIf', every(...conjuncts(lowerOver(rule.of, ofRow)), ...lowerTimes(rule)))
  return every(...(atLeast === 0 ? [] : [binary('>=', times, whole(atLeast))]), ...(atMost === null ? [] : [binary('<=', times, whole(atMost))]))
}

/** When a row must lie for the behaviour. */
export const lowerTimes = ({ startMs, endMs }: Pick<BehaviourRule, 'startMs' | 'endMs'>): readonly SqlExpression[] => [
  ...(startMs === null ? [] : [binary('>=', stored('occurred_at'), instant(startMs))]),
  ...(endMs === null ? [] : [binary('<', stored('occurred_at'), instant(endMs))]),
]

function ofRow(operand: TextOperand): SqlExpression {
  if (operand.kind === 'segment') throw new Error('A segment is not made of segments.')
  return lowerStored(operand)
}

const NIL_UUID = '00000000-0000-0000-0000-000000000000'

/** Makes every time a positive number, whose bytes, the highest first, come in the order of time. */
const SHIFT_MS = 2 ** 43
/** A row's place in time and among those at one instant, as one text: the largest text is found in a third of the time of the largest tuple. */
const PLACE = call(
  'concat',
  call('reinterpretAsFixedString', call('byteSwap', call('toUInt64', binary('+', call('toUnixTimestamp64Milli', stored('occurred_at')), whole(SHIFT_MS))))),
  stored('event_id'),
)

/** The value of the user's latest row that has one; of two at one instant that of the greater event id. Absent when no row has one. */
function lastKnown(operand: TextOperand): SqlExpression {
  const value = ofRow(operand)
  const absent = operand.kind === 'column' && operand.column === 'app_id' ? param('UUID', NIL_UUID) : param('String', '')
  return call('argMaxIf', value, PLACE, binary('!=', value, absent))
}
