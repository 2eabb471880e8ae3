import type { Condition, TextOperand } from '../../model/condition.ts'
import type { Aggregate as AggregateSpec } from '../../model/measures.ts'
import { DAY_MS } from '../../model/timeUnits.ts'
import { unreachable } from '../unreachable.ts'
import type { TimeRange } from '../bind/range.ts'
import type { AnalyticsPlan, CountJourneys, CreditColumn, GroupKey, PlanNode, Quotient, Window } from './nodes.ts'

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
    case 'ScanCosts':
      return []
    case 'Aggregate':
    case 'CollectCells':
      return [node.input, ...(node.costs === null ? [] : [node.costs])]
    case 'DivideCredit':
      return [node.input, ...(node.costs === null ? [] : [node.costs]), ...(node.journeys === null ? [] : [node.journeys])]
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
      return `ScanEvents of tenant ${node.tenantId}, ${node.startMs === null ? 'since ever' : `from ${time(node.startMs)}`} until before ${time(node.endMs)}${node.within === undefined ? '' : `, of it ${node.within.map(span).join(' and ')}`}, where ${condition(node.condition)}${seeing(node.rowFilter)}`
    case 'ScanCosts':
      return `ScanCosts of tenant ${node.tenantId}, ${node.days.map(({ from, before }) => `from ${from} until before ${before}`).join(' and ')}, where ${condition(node.condition)}${seeing(node.rowFilter)}, ${node.choosesSource ? 'of a day, app, channel, partner and campaign the best source, of what it states twice the newest' : 'for their groups alone'}`
    case 'Aggregate':
      return `Aggregate ${columns(node.columns, node.windows)} by ${keys(node.keys)}${node.windows.slice(1).map(compared).join('')}${node.hasTotals ? ', with totals' : ''}`
    case 'Divide':
      return node.columns.length === 0
        ? 'Divide nothing'
        : `Divide ${node.columns.map((each) => `${each.name} = ${numerator(each)} / ${each.denominator}${each.as === 'float' ? ' as float' : ''}`).join(', ')}`
    case 'FirstEntries':
      return `FirstEntries per user${node.breaksTies ? ', ties by event id' : ''}, at or after ${time(node.fromMs)}, by ${keys(node.keys)}, where ${condition(node.filter)}`
    case 'JoinMembers':
      return 'JoinMembers: activity at or after the entry of its user'
    case 'AggregatePeriods':
      return `AggregatePeriods ${columns(node.columns)} by ${[`${node.cohort.name} = ${node.cohort.unit} in ${node.cohort.timeZone}`, ...node.keys].join(', ')}, ${node.periods.kind} ${node.periods.unit} 0 to ${node.periods.count - 1}, observed until ${time(node.periods.asOfMs)}${node.hasTail ? ', with all later ones as one' : ''}`
    case 'AccumulateLater':
      return `AccumulateLater ${node.column}: users of a period or any later one`
    case 'CollectCells':
      return `CollectCells: one row per cohort${node.costs === null ? '' : ', with the cost of its days and groups'}`
    case 'CollectPaths':
      return `CollectPaths per conversion from ${time(node.fromMs)} on, where ${condition(node.conversion)}: clicks of ${node.clickMs / DAY_MS} days and impressions of ${node.viewMs / DAY_MS} days before, by ${keys(node.keys)}${node.isOrdered ? ', ties by event id' : ''}${node.isNarrow ? ', reading no more' : ''}`
    case 'CountJourneys':
      return `CountJourneys ${journeys(node)}, telling whether ${condition(node.shown)}, at most ${node.limitRows} of them`
    case 'DivideCredit':
      return `DivideCredit ${node.columns.map(credited).join(', ') || 'nothing'} by ${node.input.keys.map((key) => key.name).join(', ') || 'nothing'}, showing touches where ${condition(node.shown)}${node.showsUntouched ? ' and conversions without touches' : ''}${node.hasTotals ? ', with totals' : ''}`
    case 'SortLimit':
      return `SortLimit ${node.order.map((each) => `${each.name} ${each.direction}`).join(', ') || 'in no order'}, first ${node.limitRows}${node.showsRows ? '' : ', only totals shown'}`
    default:
      return unreachable(node)
  }
}

const seeing = (rowFilter: Condition): string => (rowFilter.kind === 'always' || isEmptyAll(rowFilter) ? '' : `, seeing only ${condition(rowFilter)}`)
const span = ({ startMs, endMs }: TimeRange): string => `${time(startMs)} to ${time(endMs)}`
const compared = ({ compare, range }: Window): string => `, ${compare ?? 'the range'} being ${span(range)}`
const numerator = (each: Quotient): string =>
  `${each.less === null ? each.numerator : `(${each.numerator} - ${each.less})`}${each.times === 1 ? '' : ` x ${each.times}`}`
function credited(column: CreditColumn): string {
  if (column.kind !== 'credit') return column.kind === column.name ? column.name : `${column.name} = ${column.kind}`
  const halfLife = column.model.kind === 'TIME_DECAY' ? ` of ${column.model.halfLifeDays} days` : ''
  return `${column.name} = ${column.of} by ${column.model.kind}${halfLife}`
}

function journeys({ order, nullPaths, countsSets, resamples, wantsRevenue }: CountJourneys): string {
  const what = [
    ...(order === null ? [] : [`by the last ${order} groups and the next`]),
    ...(countsSets ? ['by group and number of groups on the path'] : []),
    ...(nullPaths === null ? [] : [`with the touches after a last conversion that end before ${time(nullPaths.beforeMs)}`]),
    ...(wantsRevenue ? ['with their revenue'] : []),
    ...(resamples === 0 ? [] : [`and for ${resamples} resamples of the users`]),
  ]
  return what.join(', ')
}

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()
const isEmptyAll = (each: Condition): boolean => each.kind === 'all' && each.of.length === 0
const keys = (all: readonly GroupKey[]): string =>
  all.length === 0 ? 'nothing' : all.map((key) => `${key.name} = ${key.kind === 'time' ? `${key.unit} in ${key.timeZone}` : operand(key.operand)}`).join(', ')
const operand = (each: TextOperand): string => (each.kind === 'column' ? each.column : `property ${quote(each.name)}`)
type Column = { readonly name: string; readonly aggregate: AggregateSpec; readonly window?: number }
const columns = (all: readonly Column[], windows: readonly Window[] = []): string =>
  all.length === 0 ? 'nothing' : all.map((each) => `${each.name} = ${aggregated(each.aggregate)}${inWindow(windows[each.window ?? 0])}`).join(', ')
const inWindow = (window: Window | undefined): string => (window === undefined || window.compare === null ? '' : ` in ${window.compare}`)

function aggregated(aggregate: AggregateSpec): string {
  if (aggregate.kind === 'sumCost') return 'cost'
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
