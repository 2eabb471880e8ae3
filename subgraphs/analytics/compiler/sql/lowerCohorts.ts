import type { JoinRule } from '../../model/segment.ts'
import { rollingMs } from '../../model/timeUnits.ts'
import { describe } from '../plan/describe.ts'
import type { AccumulateLater, AggregatePeriods, AnalyticsPlan, CollectCells, FirstEntries, PeriodColumn, Periods, ScanCosts } from '../plan/nodes.ts'
import { binary, call, every, instant, named, select, stored, whole, type SqlExpression, type SqlSelect, type SqlSource } from './ast.ts'
import { lowerCondition, lowerOperand } from './lowerCondition.ts'
import { lowerCosts } from './lowerCosts.ts'
import { lowerJoin } from './lowerJoin.ts'
import { lowerAggregate, lowerOrder, lowerScan } from './lowerScan.ts'
import { lowerBucket, lowerBucketNumber, lowerDayBucket } from './lowerTime.ts'

export const ENTRY_TIME = named('entry_at', 'e')
export const ACTIVITY_TIME = stored('occurred_at', 'a')
/** Columns of a cell before the numbers asked for. */
const CELL_HEAD = ['k', 'mature', 'members'] as const

/**
 * Entries by user are the small side of a hash join, held in memory; what the users did streams past them. The activity side carries the
 * answers to its conditions as flags, so that no text goes through the join but the user.
 */
export function lowerCohorts(plan: AnalyticsPlan, collect: CollectCells): SqlSelect {
  const aggregated = collect.input.kind === 'AccumulateLater' ? collect.input.input : collect.input
  const inner = collect.input.kind === 'AccumulateLater' ? lowerLater(collect.input) : lowerPeriods(aggregated)
  const keys = [aggregated.cohort.name, ...aggregated.keys].map((name) => named(name))
  const cell = call('tuple', ...[...CELL_HEAD, ...aggregated.columns.map((column) => column.name)].map((name) => named(name)))
  const order = { orderBy: lowerOrder(plan.order, aggregated.input.entries.keys), limit: plan.limitRows + 1 }
  const collected = select({
    comments: [...(collect.costs === null ? [plan] : []), collect].map(describe),
    columns: [...keys.map((expression) => ({ expression, as: null })), { expression: call('groupArray', cell), as: 'cells' }],
    from: { kind: 'select', select: inner, as: null },
    groupBy: keys,
  })
  if (collect.costs === null) return { ...collected, ...order }
  return { ...lowerCohortCosts(collected, { aggregated, costs: collect.costs }), comments: [describe(plan)], ...order }
}

/** Each cohort with the cost of its days and groups; 0 when none is stated. */
function lowerCohortCosts(collected: SqlSelect, { aggregated, costs }: { readonly aggregated: AggregatePeriods; readonly costs: ScanCosts }): SqlSelect {
  const keys = [
    { as: aggregated.cohort.name, expression: lowerDayBucket(stored('day'), aggregated.cohort.unit) },
    ...aggregated.input.entries.keys.map((key) => ({ as: key.name, expression: lowerOperand(key.operand) })),
  ]
  const summed = select({
    columns: [...keys, { expression: call('sum', named('amount')), as: 'cost' }],
    from: { kind: 'select', select: lowerCosts(costs), as: null },
    groupBy: keys.map((key) => named(key.as)),
  })
  return select({
    columns: [
      ...keys.map(({ as }) => ({ expression: named(as, 'r'), as })),
      { expression: named('cells', 'r'), as: 'cells' },
      { expression: named('cost', 'c'), as: 'cost' },
    ],
    from: {
      kind: 'join',
      keepsLeft: true,
      left: { kind: 'select', select: collected, as: 'r' },
      right: { kind: 'select', select: summed, as: 'c' },
      on: every(...keys.map(({ as }) => binary('=', named(as, 'r'), named(as, 'c')))),
    },
  })
}

function lowerPeriods(node: AggregatePeriods): SqlSelect {
  const { join, flags } = lowerMembersJoin(node)
  const columns = node.columns.map((column) => ({
    as: column.name,
    expression: lowerColumn(column, { flag: flags.get(column.name) ?? null, isState: node.hasTail }),
  }))
  const groups = [
    { as: node.cohort.name, expression: lowerBucket(ENTRY_TIME, node.cohort.unit, node.cohort.timeZone) },
    ...node.keys.map((name) => ({ as: name, expression: named(name, 'e') })),
    { as: 'k', expression: lowerPeriod(node) },
    { as: 'mature', expression: lowerMature(node.periods) },
  ]
  // The entry's own row is among the activity, so each member is counted once, in period 0.
  const members = call('uniqExactIf', stored('user_id', 'a'), binary('=', ACTIVITY_TIME, ENTRY_TIME))
  return select({
    comments: [describe(node)],
    columns: [...groups, { as: 'members', expression: members }, ...columns],
    from: join,
    where: [binary('>=', ACTIVITY_TIME, ENTRY_TIME), ...(node.hasTail ? [] : [binary('<', named('k'), whole(node.periods.count))])],
    groupBy: groups.map((group) => named(group.as)),
  })
}

function lowerColumn({ aggregate }: PeriodColumn, { flag, isState }: { readonly flag: SqlExpression | null; readonly isState: boolean }): SqlExpression {
  const user = stored('user_id', 'a')
  if (isState && aggregate.kind === 'countUsers') return flag === null ? call('uniqExactState', user) : call('uniqExactStateIf', user, flag)
  return lowerAggregate(aggregate, { condition: flag, user, revenue: stored('revenue', 'a') })
}

/** Rows after the last period are one more period when they count as later ones. */
export function lowerPeriod({ periods, hasTail }: AggregatePeriods): SqlExpression {
  const { kind, unit, timeZone, count } = periods
  const period =
    kind === 'ROLLING'
      ? call('intDiv', binary('-', milliseconds(ACTIVITY_TIME), milliseconds(ENTRY_TIME)), whole(rollingMs[unit]))
      : binary('-', lowerBucketNumber(ACTIVITY_TIME, unit, timeZone), lowerBucketNumber(ENTRY_TIME, unit, timeZone))
  return hasTail ? call('least', period, whole(count)) : period
}

/** How many of the periods a member is observed through. */
function lowerMature({ kind, unit, timeZone, count, asOfMs }: Periods): SqlExpression {
  const now = instant(asOfMs)
  const observed =
    kind === 'ROLLING'
      ? call('intDiv', binary('-', milliseconds(now), milliseconds(ENTRY_TIME)), whole(rollingMs[unit]))
      : binary('-', lowerBucketNumber(now, unit, timeZone), lowerBucketNumber(ENTRY_TIME, unit, timeZone))
  return call('least', observed, whole(count))
}

const milliseconds = (time: SqlExpression): SqlExpression => call('toUnixTimestamp64Milli', time)

/** What members did, each row with its user's entry; the flags say by the name of a column which rows count in it, all when there is none. */
export function lowerMembersJoin(node: AggregatePeriods): { readonly join: SqlSource; readonly flags: ReadonlyMap<string, SqlExpression> } {
  const { activity, flags } = lowerActivity(node)
  const join: SqlSource = {
    kind: 'join',
    left: { kind: 'select', select: activity, as: 'a' },
    right: { kind: 'select', select: lowerEntries(node.input.entries), as: 'e' },
    on: binary('=', stored('user_id', 'a'), stored('user_id', 'e')),
  }
  return { join, flags }
}

function lowerActivity({ input, columns }: AggregatePeriods): { readonly activity: SqlSelect; readonly flags: ReadonlyMap<string, SqlExpression> } {
  const flags = new Map<string, SqlExpression>()
  const flagColumns = columns.flatMap(({ name, aggregate }) => {
    if (aggregate.of.kind === 'always') return []
    flags.set(name, named(`is_${name}`, 'a'))
    return [{ expression: lowerCondition(aggregate.of), as: `is_${name}` }]
  })
  const needsRevenue = columns.some(({ aggregate }) => aggregate.kind === 'sumRevenue')
  const activity = select({
    comments: [describe(input), describe(input.activity)],
    columns: [plain(stored('user_id')), plain(stored('occurred_at')), ...(needsRevenue ? [plain(stored('revenue'))] : []), ...flagColumns],
    ...lowerScan(input.activity),
  })
  return { activity, flags }
}

/** The row by which each user joins: its time, its texts and whether it meets the filter are one tuple. */
function lowerJoins(node: FirstEntries, joins: JoinRule): SqlSelect {
  const filter = node.filter.kind === 'always' ? [] : [lowerCondition(node.filter)]
  const place = [stored('occurred_at'), ...(node.breaksTies ? [stored('event_id')] : [])]
  const taken = [...place, ...node.keys.map((key) => lowerOperand(key.operand)), ...filter]
  const row = call('arrayElement', named('joined'), whole(1))
  const at = (position: number) => call('tupleElement', row, whole(position))
  return select({
    comments: [describe(node), describe(node.input)],
    columns: [
      plain(stored('user_id')),
      { expression: lowerJoin({ joins, taken: call('tuple', ...taken), place: call('tuple', ...place) }), as: 'joined' },
      { expression: at(1), as: 'entry_at' },
      ...node.keys.map((key, i) => ({ expression: at(place.length + i + 1), as: key.name })),
    ],
    ...lowerScan(node.input),
    groupBy: [stored('user_id')],
    having: [call('notEmpty', named('joined')), binary('>=', named('entry_at'), instant(node.fromMs)), ...(filter.length === 0 ? [] : [at(taken.length)])],
  })
}

/** The first row per user by (time, event id): its texts and whether it meets the filter travel together in one tuple. */
export function lowerEntries(node: FirstEntries): SqlSelect {
  if (node.joins !== undefined) return lowerJoins(node, node.joins)
  const filter = node.filter.kind === 'always' ? [] : [lowerCondition(node.filter)]
  const taken = [...node.keys.map((key) => lowerOperand(key.operand)), ...filter]
  const first = call('argMin', call('tuple', ...(taken.length === 0 ? [whole(1)] : taken)), call('tuple', stored('occurred_at'), stored('event_id')))
  const row = named('entry_row')
  return select({
    comments: [describe(node), describe(node.input)],
    columns: [
      plain(stored('user_id')),
      { expression: call('min', stored('occurred_at')), as: 'entry_at' },
      ...(node.breaksTies ? [{ expression: first, as: 'entry_row' }] : []),
      ...node.keys.map((key, i) => ({ expression: call('tupleElement', row, whole(i + 1)), as: key.name })),
    ],
    ...lowerScan(node.input),
    groupBy: [stored('user_id')],
    having: [binary('>=', named('entry_at'), instant(node.fromMs)), ...(filter.length === 0 ? [] : [call('tupleElement', row, whole(taken.length))])],
  })
}

const plain = (expression: SqlExpression) => ({ expression, as: null })

function lowerLater(node: AccumulateLater): SqlSelect {
  const aggregated = node.input
  const groups = [aggregated.cohort.name, ...aggregated.keys]
  const partitionBy = [...groups, 'mature'].map((name) => named(name, 's'))
  const later: SqlExpression = { kind: 'running', call: call('uniqExactMerge', named(node.column, 's')), partitionBy, orderBy: named('k', 's') }
  return select({
    comments: [describe(node)],
    columns: [
      ...[...groups, ...CELL_HEAD].map((name) => ({ expression: named(name, 's'), as: name })),
      ...aggregated.columns.map(({ name }) => ({ expression: name === node.column ? later : named(name, 's'), as: name })),
    ],
    from: { kind: 'select', select: lowerPeriods(aggregated), as: 's' },
  })
}
