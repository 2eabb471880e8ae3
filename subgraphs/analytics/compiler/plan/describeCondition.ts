import type { Condition, TextOperand } from '../../model/condition.ts'
import type { BehaviourRule, BoundSegment, SegmentRule } from '../../model/segment.ts'
import { timeText } from '../prepared/trace.ts'
import { unreachable } from '../unreachable.ts'

const MAX_SHOWN_VALUES = 5
const MAX_SHOWN_LENGTH = 60
const MAX_CONDITION_LENGTH = 2_000
const HOUR_MS = 3_600_000

/** The condition in words. A comment counts against the longest statement that the server reads, and the same filter may stand in several. */
export const describeCondition = (each: Condition): string => cut(conditionText(each))

/** The segment with its definition in words. */
export const describeSegment = (segment: BoundSegment): string => cut(segmentText(segment))

/** A rule alone; windows that move with the evaluation time are told by their length. */
export const describeRule = (rule: SegmentRule): string => cut(ruleText(rule, { moves: true }))

const cut = (text: string): string => (text.length > MAX_CONDITION_LENGTH ? `${text.slice(0, MAX_CONDITION_LENGTH)}...` : text)

function conditionText(each: Condition): string {
  switch (each.kind) {
    case 'always':
      return 'all'
    case 'never':
      return 'none'
    case 'all':
      return each.of.length === 0 ? 'all' : `(${each.of.map(conditionText).join(' and ')})`
    case 'any':
      return each.of.length === 0 ? 'none' : `(${each.of.map(conditionText).join(' or ')})`
    case 'not':
      return `not ${conditionText(each.of)}`
    case 'oneOf':
      return `${describeOperand(each.operand)} in [${shown(each.values)}]`
    case 'contains':
      return `${describeOperand(each.operand)} contains ${quote(each.value)}`
    case 'startsWith':
      return `${describeOperand(each.operand)} starts with ${quote(each.value)}`
    case 'number':
      return `property ${quote(each.property)} ${each.operator} ${each.value}`
    case 'touch':
      return `touch is ${each.is}`
    case 'refund':
      return 'refund'
    case 'knownUser':
      return 'known user'
    case 'inSegment':
      return `member of ${segmentText(each.segment)}`
    case 'time':
      return `${each.column} ${each.operator} ${time(each.atMs)}`
    default:
      return unreachable(each)
  }
}

export function describeOperand(each: TextOperand): string {
  switch (each.kind) {
    case 'column':
      return each.column
    case 'property':
      return `property ${quote(each.name)}`
    case 'segment':
      return `whether member of ${describeSegment(each.segment)}`
    default:
      return unreachable(each)
  }
}

function segmentText({ name, atMs, isFrozen, rule }: BoundSegment): string {
  return `segment ${quote(name)} (${isFrozen ? 'frozen at' : 'as of'} ${time(atMs)}: ${ruleText(rule)})`
}

function ruleText(rule: SegmentRule, { moves = false }: { readonly moves?: boolean } = {}): string {
  const below = (each: SegmentRule) => ruleText(each, { moves })
  switch (rule.kind) {
    case 'all':
      return rule.of.length === 0 ? 'everybody' : `(${rule.of.map(below).join(' and ')})`
    case 'any':
      return rule.of.length === 0 ? 'nobody' : `(${rule.of.map(below).join(' or ')})`
    case 'not':
      return `not ${below(rule.of)}`
    case 'did':
      return `did ${conditionText(rule.of)} ${timesText(rule)}${moves && rule.rollingMs !== null ? ` within ${rule.rollingMs / HOUR_MS} hours` : spanText(rule)}`
    case 'is':
      return `last known values meet ${conditionText(rule.of)}`
    default:
      return unreachable(rule)
  }
}

function timesText({ atLeast, atMost }: BehaviourRule): string {
  if (atMost === null) return `at least ${atLeast} times`
  return atLeast === 0 ? `at most ${atMost} times` : `${atLeast} to ${atMost} times`
}

const spanText = ({ startMs, endMs }: BehaviourRule): string =>
  `${startMs === null ? '' : ` from ${time(startMs)}`}${endMs === null ? '' : ` until before ${time(endMs)}`}`

const time = (milliseconds: number): string => timeText(milliseconds)
const shown = (values: readonly string[]): string =>
  [...values.slice(0, MAX_SHOWN_VALUES).map(quote), ...(values.length > MAX_SHOWN_VALUES ? [`and ${values.length - MAX_SHOWN_VALUES} more`] : [])].join(', ')
export const quote = (text: string): string => JSON.stringify(text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}...` : text)
