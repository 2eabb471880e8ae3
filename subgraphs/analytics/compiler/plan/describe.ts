import type { Condition } from '../../model/condition.ts'
import type { Aggregate as AggregateSpec, EventAggregate } from '../../model/measures.ts'
import { DAY_MS } from '../../model/timeUnits.ts'
import { dayText, timeText } from '../prepared/trace.ts'
import { unreachable } from '../unreachable.ts'
import { countOf } from '../gaps.ts'
import type { TimeRange } from '../bind/range.ts'
import { describeCondition as condition, describeOperand as operand, describeRule, describeSegment, quote } from './describeCondition.ts'
import { describeUserNode, inputsOfUserNode } from './describeUsers.ts'
import type {
  Aggregate,
  AnalyticsPlan,
  Arrange,
  CollectEventPaths,
  CountJourneys,
  CreditColumn,
  Derived,
  GroupKey,
  PlanNode,
  Quotient,
  Told,
  Window,
} from './nodes.ts'

const SECOND_MS = 1_000

/** The plan as text, the last node first, each node one line and its inputs below it, indented. */
export function describePlan(plan: AnalyticsPlan): string {
  return lines(plan, '').join('\n')
}

function lines(node: PlanNode, indent: string): readonly string[] {
  // What is arranged stands between, and holds no input of its own.
  if (node.kind === 'SortLimit' && node.arrange)
    return [`${indent}${describe(node)}`, `${indent}  ${describe(node.arrange)}`, ...lines(node.input, `${indent}    `)]
  return [`${indent}${describe(node)}`, ...inputsOf(node).flatMap((input) => lines(input, `${indent}  `))]
}

function inputsOf(node: PlanNode): readonly PlanNode[] {
  switch (node.kind) {
    case 'ScanEvents':
    case 'ScanCosts':
    case 'CountMembers':
    case 'Arrange':
      return []
    case 'Aggregate':
      return [node.input, ...besides(node)]
    case 'CollectCells':
      return [node.input, ...(node.costs === null ? [] : [node.costs])]
    case 'DivideCredit':
      return [node.input, ...(node.costs === null ? [] : [node.costs]), ...(node.journeys === null ? [] : [node.journeys])]
    case 'JoinMembers':
      return [node.activity, node.entries]
    case 'UsersOfTouches':
    case 'ListUsers':
    case 'ListEvents':
      return inputsOfUserNode(node)
    default:
      return [node.input]
  }
}

const besides = ({ costs, users }: Aggregate): readonly PlanNode[] => [costs, users].filter((each) => each !== null)

/** One line. Words of the caller's are quoted and cut; the printer of comments takes out what is no plain letter. */
export function describe(node: PlanNode): string {
  switch (node.kind) {
    case 'ScanEvents':
      return `ScanEvents of tenant ${node.tenantId}, ${node.startMs === null ? 'since ever' : `from ${time(node.startMs)}`} until before ${time(node.endMs)}${node.within === undefined ? '' : `, of it ${node.within.map(span).join(' and ')}`}, where ${condition(node.condition)}${seeing(node.rowFilter)}`
    case 'ScanCosts':
      return `ScanCosts of tenant ${node.tenantId}, ${node.days.map(({ from, before }) => `from ${dayText(from)} until before ${dayText(before)}`).join(' and ')}, where ${condition(node.condition)}${seeing(node.rowFilter)}, ${node.choosesSource ? 'of a day, app, channel, partner and campaign the best source, of what it states twice the newest' : 'for their groups alone'}`
    case 'CollectUsers':
      return `CollectUsers: the groups of each user${node.input.startMs === null ? ' and the first activity' : ''}, where ${condition(node.where)}`
    case 'Aggregate':
      return `Aggregate ${columns(node.columns, node.windows)} by ${keys(node.keys)}${node.windows.slice(1).map(compared).join('')}${node.hasTotals ? ', with totals' : ''}`
    case 'Divide':
      return node.columns.length === 0 ? 'Divide nothing' : `Divide ${node.columns.map((each) => `${each.name} = ${derived(each)}`).join(', ')}`
    case 'Arrange':
      return `Arrange ${[...topOf(node), ...gapsOf(node), ...node.columns.map(told)].join(', ')}`
    case 'FirstEntries':
      return `FirstEntries per user${node.joins === undefined ? '' : `, by joining: ${describeRule(node.joins)}`}${node.breaksTies ? ', ties by event id' : ''}, at or after ${time(node.fromMs)}, by ${keys(node.keys)}, where ${condition(node.filter)}`
    case 'JoinMembers':
      return 'JoinMembers: activity at or after the entry of its user'
    case 'AggregatePeriods':
      return `AggregatePeriods ${columns(node.columns)} by ${[`${node.cohort.name} = ${node.cohort.unit} in ${node.cohort.timeZone}`, ...node.keys].join(', ')}, ${node.periods.kind} ${node.periods.unit} 0 to ${node.periods.count - 1}${node.periods.runs === null ? '' : ` in runs from ${node.periods.runs.join(', ')}`}, observed until ${time(node.periods.asOfMs)}${node.hasTail ? ', with all later ones as one' : ''}`
    case 'KeepLast':
      return `KeepLast ${node.column}: users of whom it is the last period`
    case 'MergeRuns':
      return `MergeRuns: as further periods ${node.spans.map(({ from, before }) => `${from} ${before === null ? 'on' : `to ${before - 1}`}`).join(', ')}, users counted once`
    case 'CollectCells':
      return `CollectCells: one row per cohort${node.costs === null ? '' : ', with the cost of its days and groups'}${node.mean === null ? '' : `, and one of all together${node.mean.hasCost ? ' with their cost' : ''}`}`
    case 'CollectPaths':
      return `CollectPaths per conversion from ${time(node.fromMs)} on, where ${condition(node.conversion)}: clicks of ${node.clickMs / DAY_MS} days and impressions of ${node.viewMs / DAY_MS} days before, by ${keys(node.keys)}${node.isOrdered ? ', ties by event id' : ''}${node.isNarrow ? ', reading no more' : ''}${node.isOfConverters ? ', of users alone who convert' : ''}`
    case 'CountJourneys':
      return `CountJourneys ${journeys(node)}, telling whether ${condition(node.shown)}, at most ${node.limitRows} of them`
    case 'DivideCredit':
      return `DivideCredit ${node.columns.map(credited).join(', ') || 'nothing'} by ${node.input.keys.map((key) => key.name).join(', ') || 'nothing'}, showing touches where ${condition(node.shown)}${node.showsUntouched ? ' and conversions without touches' : ''}${node.hasTotals ? ', with totals' : ''}`
    case 'CollectSteps':
      return `CollectSteps per user: ${node.steps.map((each, i) => `step ${i + 1} ${condition(each)}`).join(', ')}; beginning before ${time(node.first.untilMs)} with ${node.first.isAny ? 'any' : 'the first'}, where ${condition(node.first.where)}, by ${keys(node.keys)}${node.exclusion === null ? '' : `, ended by ${condition(node.exclusion)}`}`
    case 'BestAttempts':
      return `BestAttempts per user and group, ${node.order} within ${node.windowMs / SECOND_MS} seconds, ${node.isLevelAlone ? 'only how far' : 'the furthest and then the earliest'}${node.needsTimes ? ', with the time of each step' : ''}${node.keepsUser === true ? ', with the user' : ''}`
    case 'CountSteps':
      return `CountSteps ${node.users.join(', ')}${node.seconds.map((each) => `, ${each.name} = quantiles ${each.levels.join(', ')} from ${each.since === 'first' ? 'the first' : 'the previous'} to step ${each.step + 1}`).join('')} by ${node.input.input.keys.map((key) => key.name).join(', ') || 'nothing'}`
    case 'CollectEventPaths':
      return `CollectEventPaths ${pathsAround(node)}, steps where ${condition(node.step)}, ${node.around.kind === 'conversion' ? 'the last' : 'the first'} ${node.depth}${node.collapses ? ' without repeats' : ''}${node.hasRevenue ? ', with revenue' : ''}`
    case 'CountEventPaths':
      return `CountEventPaths${node.hasPaths ? ' by path' : ''}${node.hasUsers ? ', with users' : ''}${node.hasTotals ? ', with totals' : ''}${node.graph === null ? '' : `, with a graph of ${node.graph.events} events in each position${node.graph.hasUsers ? ' and their users' : ''}`}`
    case 'CountMembers':
      return `CountMembers of ${describeSegment(node.segment)}, tenant ${node.segment.tenantId}${seeing(node.segment.rowFilter)}${node.hasKnown ? ', and all known users' : ''}`
    case 'SortLimit':
      return `SortLimit ${node.order.map((each) => `${each.name} ${each.direction}`).join(', ') || 'in no order'}, first ${node.limitRows}${node.showsRows ? '' : ', only totals shown'}`
    case 'UsersOfRows':
    case 'UsersOfPeriods':
    case 'UsersOfStep':
    case 'UsersOfTouches':
    case 'ListUsers':
    case 'ListEvents':
      return describeUserNode(node)
    default:
      return unreachable(node)
  }
}

const seeing = (rowFilter: Condition): string => (rowFilter.kind === 'always' || isEmptyAll(rowFilter) ? '' : `, seeing only ${condition(rowFilter)}`)
const span = ({ startMs, endMs }: TimeRange): string => `${time(startMs)} to ${time(endMs)}`
const compared = ({ compare, range }: Window): string => `, ${compare ?? 'the range'} being ${span(range)}`
const topOf = ({ top }: Arrange): readonly string[] => (top === null ? [] : [`the best ${top.count} by ${top.by} ${top.direction} and Other`])
const gapsOf = ({ gaps }: Arrange): readonly string[] =>
  gaps === null ? [] : [`a row for each of ${countOf(gaps)} ${gaps.kind === 'hours' ? 'HOUR' : gaps.unit}`]
const told = (each: Told): string => `${each.name} = ${each.kind === 'share' ? `${each.of} / ${each.ofTotal} of the totals` : `${each.of} up to here`}`
const derived = (each: Derived): string =>
  each.as === 'whole' ? `${each.from} - ${each.less}` : `${numerator(each)} / ${each.denominator}${each.as === 'float' ? ' as float' : ''}`
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

function pathsAround({ around }: CollectEventPaths): string {
  if (around.kind === 'start') return `per user from the first ${around.condition === null ? 'step' : `row on where ${condition(around.condition)}`}`
  return `per conversion from ${time(around.fromMs)} on, where ${condition(around.condition)}: since the one before it and within ${around.lookbackMs / DAY_MS} days`
}

const time = (milliseconds: number): string => timeText(milliseconds)
const isEmptyAll = (each: Condition): boolean => each.kind === 'all' && each.of.length === 0
const keys = (all: readonly GroupKey[]): string =>
  all.length === 0 ? 'nothing' : all.map((key) => `${key.name} = ${key.kind === 'time' ? `${key.unit} in ${key.timeZone}` : operand(key.operand)}`).join(', ')
type Column = { readonly name: string; readonly aggregate: AggregateSpec; readonly window?: number }
const columns = (all: readonly Column[], windows: readonly Window[] = []): string =>
  all.length === 0 ? 'nothing' : all.map((each) => `${each.name} = ${aggregated(each.aggregate)}${inWindow(windows[each.window ?? 0])}`).join(', ')
const inWindow = (window: Window | undefined): string => (window === undefined || window.compare === null ? '' : ` in ${window.compare}`)

function aggregated(aggregate: AggregateSpec): string {
  switch (aggregate.kind) {
    case 'sumCost':
      return 'cost'
    case 'newUsers':
      return `new users${aggregate.isTotal ? ' of the range' : ''}`
    case 'usersOver':
      return `users over ${aggregate.days} days${aggregate.isTotal ? ' to the last' : ''}`
    case 'lifecycle':
      return `lifecycle ${aggregate.part}`
    case 'number':
      return `${aggregate.as}${aggregate.as === 'QUANTILE' ? ` ${aggregate.levelMillionths / 1e6}` : ''} of property ${quote(aggregate.property)} of ${condition(aggregate.of)}`
    case 'value':
      return `${aggregate.at} property ${quote(aggregate.property)} of ${condition(aggregate.of)}`
    default:
      return aggregatedEvents(aggregate)
  }
}

function aggregatedEvents(aggregate: EventAggregate): string {
  const about = aggregate.kind === 'countUsers' && aggregate.isApproximate === true ? 'about ' : ''
  const what = aggregate.kind === 'countRows' ? 'rows' : aggregate.kind === 'countUsers' ? 'users' : aggregate.sign === 1 ? 'revenue' : '-revenue'
  return `${about}${what} of ${condition(aggregate.of)}`
}
