import { rollingMs } from '../../model/timeUnits.ts'
import { describe } from '../plan/describe.ts'
import type { AggregatePeriods, PeriodColumn, Periods } from '../plan/nodes.ts'
import { binary, call, instant, named, select, stored, whole, type SqlExpression, type SqlSelect, type SqlSource } from './ast.ts'
import { lowerCondition } from './lowerCondition.ts'
import { lowerEntries } from './lowerEntries.ts'
import { lowerAggregate, lowerScan } from './lowerScan.ts'
import { lowerBucket, lowerBucketNumber } from './lowerTime.ts'

export const ENTRY_TIME = named('entry_at', 'e')
export const ACTIVITY_TIME = stored('occurred_at', 'a')

/**
 * Entries by user are the small side of a hash join, held in memory; what the users did streams past them. The activity side carries the
 * answers to its conditions as flags, so that no text goes through the join but the user. `states`: the columns of which who the users are is kept.
 */
export function lowerPeriods(node: AggregatePeriods, { states }: { readonly states: readonly string[] }): SqlSelect {
  const { join, flags } = lowerMembersJoin(node)
  const columns = node.columns.map((column) => ({
    as: column.name,
    expression: lowerColumn(column, { flag: flags.get(column.name) ?? null, isState: states.includes(column.name) }),
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
  const { kind, unit, timeZone, count, runs } = periods
  const period =
    kind === 'ROLLING'
      ? call('intDiv', binary('-', milliseconds(ACTIVITY_TIME), milliseconds(ENTRY_TIME)), whole(rollingMs[unit]))
      : binary('-', lowerBucketNumber(ACTIVITY_TIME, unit, timeZone), lowerBucketNumber(ENTRY_TIME, unit, timeZone))
  return inRuns(hasTail ? call('least', period, whole(count)) : period, runs)
}

/** How many of the periods a member is observed through. */
function lowerMature({ kind, unit, timeZone, count, runs, asOfMs }: Periods): SqlExpression {
  const now = instant(asOfMs)
  const observed =
    kind === 'ROLLING'
      ? call('intDiv', binary('-', milliseconds(now), milliseconds(ENTRY_TIME)), whole(rollingMs[unit]))
      : binary('-', lowerBucketNumber(now, unit, timeZone), lowerBucketNumber(ENTRY_TIME, unit, timeZone))
  return inRuns(call('least', observed, whole(count)), runs)
}

/** The last of the numbers that begin a run at or before it; of how many periods are observed, how many whole runs make. */
const inRuns = (periods: SqlExpression, runs: readonly number[] | null): SqlExpression =>
  runs === null ? periods : call('roundDown', periods, call('array', ...runs.map((start) => whole(start))))

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

const plain = (expression: SqlExpression) => ({ expression, as: null })
