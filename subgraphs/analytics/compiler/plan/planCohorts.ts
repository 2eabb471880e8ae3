import { all, eventIs, IS_PURCHASE, KNOWN_USER } from '../../model/condition.ts'
import { earliest } from '../prepared/trace.ts'
import { PAYMENTS, REVENUE_ROWS } from '../../model/cohortMeasures.ts'
import type { BoundCohorts } from '../bound.ts'
import type { CohortsLayout } from '../layout.ts'
import type { AggregatePeriods, AnalyticsPlan, CollectCells, FirstEntries, Ordering, PeriodColumn, ScanCosts, ScanEvents } from './nodes.ts'
import { runsOf, spansOf, type MergedPeriods } from './runs.ts'

/** A cohort costs what is stated of its days, and of its group where it is grouped. */
function planCosts({ costDays, tenantId, rowFilter, where }: BoundCohorts): ScanCosts | null {
  return costDays === null ? null : { kind: 'ScanCosts', tenantId, table: 'costs', days: [costDays], rowFilter, condition: where, choosesSource: true }
}

/** One column per number that is asked for; none is computed that is not. */
function planColumns(bound: BoundCohorts) {
  const columns: PeriodColumn[] = []
  const add = (aggregate: PeriodColumn['aggregate']): string => {
    const name = `a${columns.length + 1}`
    columns.push({ name, aggregate })
    return name
  }
  const users = bound.wantsUsers ? add({ kind: 'countUsers', of: bound.activity }) : null
  const revenue = bound.wantsRevenue ? add({ kind: 'sumRevenue', of: REVENUE_ROWS, sign: 1 }) : null
  const eventCounts = new Map(bound.eventCounts.map((name) => [name, add({ kind: 'countRows', of: name === null ? bound.activity : eventIs(name) })]))
  const payers = bound.wantsPayers ? add({ kind: 'countUsers', of: PAYMENTS }) : null
  const purchases = bound.wantsPurchases ? add({ kind: 'countRows', of: IS_PURCHASE }) : null
  return { columns, users, revenue, eventCounts, payers, purchases }
}

/**
 * Entries per user, joined to what the users did since. The activity scan also reads the entries' own rows, so that a member who did nothing
 * else is still seen, in period 0; nothing from `asOf` on has been observed.
 */
export function planCohorts(bound: BoundCohorts, { asOfMs }: { readonly asOfMs: number }): AnalyticsPlan {
  const { columns, ...names } = planColumns(bound)
  const scan = { kind: 'ScanEvents', tenantId: bound.tenantId, table: 'events', rowFilter: bound.rowFilter } as const
  const keys = bound.groups.flatMap((group, i) => (group.kind === 'time' ? [] : [{ kind: 'text' as const, name: `g${i + 1}`, operand: group.operand }]))
  const entries: FirstEntries = {
    kind: 'FirstEntries',
    input: { ...scan, startMs: null, endMs: earliest(bound.range.endMs, asOfMs), condition: all(KNOWN_USER, bound.entry) },
    fromMs: bound.range.startMs,
    keys,
    filter: bound.where,
    breaksTies: true,
    ...(bound.joins === null ? {} : { joins: bound.joins }),
  }
  const activity: ScanEvents = { ...scan, startMs: bound.range.startMs, endMs: asOfMs, condition: KNOWN_USER }
  const aggregated: AggregatePeriods = {
    kind: 'AggregatePeriods',
    input: { kind: 'JoinMembers', activity, entries },
    cohort: { kind: 'time', name: 'cohort', unit: bound.grain, timeZone: bound.timeZone },
    keys: keys.map((key) => key.name),
    periods: { kind: bound.periodKind, unit: bound.periodUnit, timeZone: bound.timeZone, count: bound.periods, runs: runsOf(bound), asOfMs },
    columns,
    hasTail: bound.isUnbounded && names.users !== null,
  }
  const merged = spansOf(bound)
  const order: readonly Ordering[] = [
    { name: 'cohort', direction: 'ASC', as: 'number' },
    ...keys.map((key): Ordering => ({ name: key.name, direction: 'ASC', as: 'text' })),
  ]
  const layout: CohortsLayout = {
    kind: 'cohorts',
    cohort: 'cohort',
    groups: keys.map((key) => key.name),
    cells: 'cells',
    ...names,
    isMean: bound.wantsMean ? 'is_mean' : null,
    totalCost: bound.wantsMeanCost ? 'total_cost' : null,
    cost: bound.costDays === null ? null : 'cost',
    columns: columns.map((each) => each.name),
    isUnbounded: aggregated.hasTail,
    merged: merged === null ? null : merged.at,
  }
  const collected: CollectCells = {
    kind: 'CollectCells',
    input: planUsers(aggregated, { users: names.users, merged }),
    costs: planCosts(bound),
    mean: bound.wantsMean ? { hasCost: bound.wantsMeanCost } : null,
  }
  return { kind: 'SortLimit', input: collected, order, limitRows: bound.limitRows, showsRows: true, layout }
}

/** Distinct users over several runs, and those of a period or any later one, are told from who they are and not from how many. */
function planUsers(
  input: AggregatePeriods,
  { users, merged }: { readonly users: string | null; readonly merged: MergedPeriods | null },
): CollectCells['input'] {
  if (merged !== null) return { kind: 'MergeRuns', input, spans: merged.spans }
  return input.hasTail && users !== null ? { kind: 'KeepLast', input, column: users } : input
}
