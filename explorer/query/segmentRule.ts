import type { BehaviourInput, SegmentRuleInput } from '../operations/generated/graphql.ts'
import { filterInput, type Condition } from './filter.ts'

/** One rule of a segment in the making: an event that was done so often, or not at all, lately or ever. */
export type Behaviour = {
  readonly isDone: boolean
  /** '' is any activity. */
  readonly event: string
  /** How often at least; of what was done. */
  readonly atLeast: number
  /** In the last days before it is evaluated; null: ever. */
  readonly days: number | null
  /** Which of these events. */
  readonly where: readonly Condition[]
}

export type SegmentDraft = { readonly match: 'all' | 'any'; readonly rules: readonly Behaviour[] }

/** With the rules around it the API takes 20. */
export const maxRules = 19
export const maxDays = 3_660
export const maxTimes = 1_000_000

export const newRule: Behaviour = { isDone: true, event: 'purchase', atLeast: 1, days: null, where: [] }

/** Whether the numbers of a rule are ones that the API takes. */
export const isRule = ({ atLeast, days }: Behaviour): boolean => isWithin(atLeast, maxTimes) && (days === null || isWithin(days, maxDays))

const isWithin = (value: number, max: number): boolean => Number.isInteger(value) && value >= 1 && value <= max

/** As the API takes it; a single rule stands for itself. null for no rule, and while one makes no sense. */
export function segmentRule({ match, rules }: SegmentDraft): SegmentRuleInput | null {
  if (!rules.every(isRule)) return null
  const did = rules.map((rule): SegmentRuleInput => ({ did: behaviourInput(rule) }))
  const [first] = did
  if (first === undefined) return null
  return did.length === 1 ? first : match === 'all' ? { all: did } : { any: did }
}

function behaviourInput({ isDone, event, atLeast, days, where }: Behaviour): BehaviourInput {
  const filter = filterInput(where)
  return {
    ...(event === '' ? {} : { event }),
    ...(isDone ? (atLeast === 1 ? {} : { atLeast }) : { atMost: 0 }),
    ...(days === null ? {} : { within: { last: days, unit: 'DAY' } }),
    ...(filter === undefined ? {} : { where: filter }),
  }
}

/** A saved definition for people, whoever wrote it: "did purchase at least 2 times in the last 30 days, and did not session". */
export function describeRule(definition: unknown): string {
  const [member = '', value] = memberOf(definition)
  switch (member) {
    case 'all':
      return describeMany(value, { joint: ', and ', none: 'everybody' })
    case 'any':
      return describeMany(value, { joint: ', or ', none: 'nobody' })
    case 'not':
      return `not (${describeRule(value)})`
    case 'did':
      return describeBehaviour(value)
    case 'is':
      return `last known ${describeFilter(value)}`
    default:
      return JSON.stringify(definition)
  }
}

function describeMany(value: unknown, { joint, none }: { readonly joint: string; readonly none: string }): string {
  const parts = Array.isArray(value) ? value.map((each: unknown) => (isGroup(each) ? `(${describeRule(each)})` : describeRule(each))) : []
  return parts.length === 0 ? none : parts.join(joint)
}

const isGroup = (rule: unknown): boolean => ['all', 'any'].includes(memberOf(rule)[0] ?? '')

function describeBehaviour(value: unknown): string {
  const { event, atLeast, atMost, within, where } = fieldsOf(value)
  const name = typeof event === 'string' ? event : 'any activity'
  const least = typeof atLeast === 'number' ? atLeast : null
  const most = typeof atMost === 'number' ? atMost : null
  const parts = [most === 0 ? `did not ${name}` : `did ${name}`, ...describeTimes(least, most), ...describeWithin(within)]
  return `${parts.join(' ')}${where === undefined ? '' : ` with ${describeFilter(where)}`}`
}

function describeTimes(least: number | null, most: number | null): readonly string[] {
  if (most === 0) return []
  if (most !== null) return [least !== null && least > 0 ? `${least} to ${most} times` : `at most ${most} ${most === 1 ? 'time' : 'times'}`]
  return least === null || least === 1 ? [] : [`at least ${least} times`]
}

function describeWithin(value: unknown): readonly string[] {
  const { last, unit, start, end } = fieldsOf(value)
  if (typeof last === 'number' && typeof unit === 'string') return [`in the last ${last} ${unit.toLowerCase()}${last === 1 ? '' : 's'}`]
  return [...(typeof start === 'string' ? [`from ${start}`] : []), ...(typeof end === 'string' ? [`before ${end}`] : [])]
}

const wordsOf: Readonly<Record<string, string>> = {
  eq: 'is',
  in: 'is',
  ne: 'is not',
  notIn: 'is not',
  startsWith: 'starts with',
  gt: 'above',
  gte: 'at least',
  lt: 'below',
  lte: 'at most',
}

/** The members of a filter as they are written: names, words for how they are compared, values. */
function describeFilter(value: unknown): string {
  return Object.entries(fieldsOf(value))
    .map(([name, member]) => {
      if (name === 'and' || name === 'or') return Array.isArray(member) ? `(${member.map(describeFilter).join(` ${name} `)})` : ''
      if (name === 'not') return `not (${describeFilter(member)})`
      if (name !== 'property') return `${name} ${describeComparison(member)}`
      const { name: property, text, number } = fieldsOf(member)
      return `${String(property)} ${describeComparison(text ?? number ?? {})}`
    })
    .join(' and ')
}

function describeComparison(value: unknown): string {
  return Object.entries(fieldsOf(value))
    .map(([operator, operand]) => {
      if (operator === 'isNull') return operand === true ? 'is absent' : 'is present'
      return `${wordsOf[operator] ?? operator} ${Array.isArray(operand) ? operand.join(', ') : String(operand)}`
    })
    .join(' and ')
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null ? { ...value } : {})

const memberOf = (value: unknown): readonly [string?, unknown?] => Object.entries(fieldsOf(value))[0] ?? []
