import { any } from '../../model/condition.ts'
import { describe } from '../plan/describe.ts'
import type { CollectSteps, GroupKey } from '../plan/nodes.ts'
import { binary, call, conjuncts, every, instant, named, select, stored, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { isId, lowerCondition, lowerOperand } from './lowerCondition.ts'
import { joinedTexts } from './lowerPathParts.ts'
import { lowerScan } from './lowerScan.ts'
import { lowerBucket } from './lowerTime.ts'

/**
 * A row is one whole number, so that the order of the numbers is that of the rows: the time in milliseconds, 42 bits, and below it whether it is
 * no first row of an attempt, whether it ends one, and which steps it meets, the last step highest. With the most steps that is 64 bits.
 */
export type CodeLayout = { readonly bits: number; readonly notFirstBit: number; readonly exclusionBit: number }

export const codeLayout = ({ steps }: CollectSteps): CodeLayout => ({ bits: steps.length + 2, notFirstBit: steps.length + 1, exclusionBit: steps.length })

/** Per user the codes of the rows, sorted; with keys also of the first rows of attempts, in the same order, with the text of their groups. */
export function lowerSteps(node: CollectSteps, { keepsUser = false }: { readonly keepsUser?: boolean } = {}): SqlSelect {
  const { bits, notFirstBit, exclusionBit } = codeLayout(node)
  const isFirst = every(
    binary('<', stored('occurred_at'), instant(node.first.untilMs)),
    lowerCondition(node.first.isAny ? any(...node.steps) : (node.steps[0] ?? any())),
    ...conjuncts(lowerCondition(node.first.where)),
  )
  const marks = [
    ...node.steps.map((step, i) => mark(lowerCondition(step), i)),
    ...(node.exclusion === null ? [] : [mark(lowerCondition(node.exclusion), exclusionBit)]),
    mark({ kind: 'negated', of: isFirst }, notFirstBit),
  ]
  const time = binary('*', call('toUInt64', call('toUnixTimestamp64Milli', stored('occurred_at'))), whole(2 ** bits))
  const code = named('code')
  const rows = select({
    comments: [describe(node), describe(node.input)],
    columns: [
      { expression: stored('user_id'), as: null },
      { expression: marks.reduce((sum, each) => binary('+', sum, each), time), as: 'code' },
      ...(node.keys.length === 0 ? [] : [{ expression: textOf(node.keys), as: 'text' }]),
    ],
    ...lowerScan(node.input),
  })
  const isStart: SqlExpression = { kind: 'negated', of: call('bitTest', code, whole(notFirstBit)) }
  return select({
    columns: [
      ...(keepsUser ? [{ expression: stored('user_id'), as: null }] : []),
      { expression: call('arraySort', call('groupArray', code)), as: 'codes' },
      ...(node.keys.length === 0 ? [] : [{ expression: call('arraySort', call('groupArrayIf', call('tuple', code, named('text')), isStart)), as: 'starts' }]),
    ],
    from: { kind: 'select', select: rows, as: null },
    groupBy: [stored('user_id')],
    having: [{ kind: 'negated', of: call('bitTest', call('groupBitAnd', code), whole(notFirstBit)) }],
  })
}

const mark = (is: SqlExpression, bit: number): SqlExpression => binary('*', call('toUInt64', is), whole(2 ** bit))

/** The groups of a row as one text. */
function textOf(keys: readonly GroupKey[]): SqlExpression {
  const [only, ...others] = joinedTexts(keys.map(keyText))
  if (only === undefined) throw new Error('Rows without groups have no text.')
  return others.length === 0 ? call('toString', only) : call('concat', only, ...others)
}

function keyText(key: GroupKey): SqlExpression {
  if (key.kind === 'time') return call('toString', lowerBucket(stored('occurred_at'), key.unit, key.timeZone))
  return isId(key.operand) ? call('toString', lowerOperand(key.operand)) : lowerOperand(key.operand)
}
