import type { Condition, TextOperand } from '../../model/condition.ts'
import type { Aggregate as AggregateSpec } from '../../model/measures.ts'
import { unreachable } from '../unreachable.ts'
import type { AnalyticsPlan, GroupKey, PlanNode } from './nodes.ts'

const MAX_SHOWN_VALUES = 5
const MAX_SHOWN_LENGTH = 60
const MAX_CONDITION_LENGTH = 2_000

/** The plan as text, the last node first, each node one line and its inputs below it, indented. */
export function describePlan(plan: AnalyticsPlan): string {
  return lines(plan, '').join('\n')
}

function lines(node: PlanNode, indent: string): readonly string[] {
  return [`${indent}${describe(node)}`, ...inputsOf(node).flatMap((input) => lines(input, `${indent}  `))]
}

function inputsOf(node: PlanNode): readonly PlanNode[] {
  switch (node.kind) {
    case 'ScanEvents':
      return []
    case 'JoinMembers':
      return [node.activity, node.entries]
    default:
      return [node.input]
  }
}

/** One line. Words of the caller's are quoted and cut; the printer of comments takes out what is no plain letter. */
export function describe(node: PlanNode): string {
  switch (node.kind) {
    case 'ScanEvents':
      return `ScanEvents of tenant ${node.tenantId}, ${node.startMs === null ? 'since ever' : `from ${time(node.startMs)}`} until before ${time(node.endMs)}, where ${condition(node.condition)}${node.rowFilter.kind === 'always' || isEmptyAll(node.rowFilter) ? '' : `, seeing only ${condition(node.rowFilter)}`}`
    case 'Aggregate':
      return `Aggregate ${columns(node.columns)} by ${keys(node.keys)}${node.hasTotals ? ', with totals' : ''}`
    case 'Divide':
      return node.columns.length === 0
        ? 'Divide nothing'
        : `Divide ${node.columns.map((each) => `${each.name} = ${each.numerator} / ${each.denominator}`).join(', ')}`
    case 'FirstEntries':
      return `FirstEntries per user${node.breaksTies ? ', ties by event id' : ''}, at or after ${time(node.fromMs)}, by ${keys(node.keys)}, where ${condition(node.filter)}`
    case 'JoinMembers':
      return 'JoinMembers: activity at or after the entry of its user'
    case 'AggregatePeriods':
      return `AggregatePeriods ${columns(node.columns)} by ${[`${node.cohort.name} = ${node.cohort.unit} in ${node.cohort.timeZone}`, ...node.keys].join(', ')}, ${node.periods.kind} ${node.periods.unit} 0 to ${node.periods.count - 1}, observed until ${time(node.periods.asOfMs)}${node.hasTail ? ', with all later ones as one' : ''}`
    case 'AccumulateLater':
      return `AccumulateLater ${node.column}: users of a period or any later one`
    case 'CollectCells':
      return 'CollectCells: one row per cohort'
    case 'SortLimit':
      return `SortLimit ${node.order.map((each) => `${each.name} ${each.direction}`).join(', ') || 'in no order'}, first ${node.limitRows}${node.showsRows ? '' : ', only totals shown'}`
    default:
      return unreachable(node)
  }
}

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()
const isEmptyAll = (each: Condition): boolean => each.kind === 'all' && each.of.length === 0
const keys = (all: readonly GroupKey[]): string =>
  all.length === 0 ? 'nothing' : all.map((key) => `${key.name} = ${key.kind === 'time' ? `${key.unit} in ${key.timeZone}` : operand(key.operand)}`).join(', ')
const operand = (each: TextOperand): string => (each.kind === 'column' ? each.column : `property ${quote(each.name)}`)
const columns = (all: readonly { readonly name: string; readonly aggregate: AggregateSpec }[]): string =>
  all.length === 0 ? 'nothing' : all.map(({ name, aggregate }) => `${name} = ${aggregated(aggregate)}`).join(', ')

function aggregated(aggregate: AggregateSpec): string {
  const what = aggregate.kind === 'countRows' ? 'rows' : aggregate.kind === 'countUsers' ? 'users' : aggregate.sign === 1 ? 'revenue' : '-revenue'
  return `${what} of ${condition(aggregate.of)}`
}

/** A comment counts against the longest statement that the server reads, and the same filter may stand in several. */
function condition(each: Condition): string {
  const text = conditionText(each)
  return text.length > MAX_CONDITION_LENGTH ? `${text.slice(0, MAX_CONDITION_LENGTH)}...` : text
}

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
      return `${operand(each.operand)} in [${shown(each.values)}]`
    case 'contains':
      return `${operand(each.operand)} contains ${quote(each.value)}`
    case 'startsWith':
      return `${operand(each.operand)} starts with ${quote(each.value)}`
    case 'number':
      return `property ${quote(each.property)} ${each.operator} ${each.value}`
    case 'touch':
      return `touch is ${each.is}`
    case 'refund':
      return 'refund'
    case 'knownUser':
      return 'known user'
    default:
      return unreachable(each)
  }
}

const shown = (values: readonly string[]): string =>
  [...values.slice(0, MAX_SHOWN_VALUES).map(quote), ...(values.length > MAX_SHOWN_VALUES ? [`and ${values.length - MAX_SHOWN_VALUES} more`] : [])].join(', ')
const quote = (text: string): string => JSON.stringify(text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}...` : text)
