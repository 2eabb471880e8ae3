import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import { bucketOf, localDate, type Bucket } from './calendar.ts'
import { bucketOfDay } from './compare.ts'
import { allowsCosts, costOf, costsOf, type Cost } from './costs.ts'
import { divideMicros, ratioOf } from './decimals.ts'
import { matches } from './filters.ts'
import { compareTexts, groupBy, labelOf, labelsKey, labelsOf, type Labels } from './groups.ts'
import { people, revenueOf } from './measures.ts'
import { periodsOf, type Period } from './periods.ts'
import type { CohortsQuestion } from './question.ts'
import { resolveRange } from './range.ts'
import { scoreInterval, type Interval } from './scoreInterval.ts'
import { joiningRow, rowsKnown } from './segments.ts'
import { isActivity, occurredAt, type World } from './world.ts'

/** One period of a cohort; money in millionths. */
export type CohortPeriod = {
  readonly index: number
  readonly from: number
  readonly to: number
  readonly users: number
  /** null without a denominator. */
  readonly retention: number | null
  /** null where the retention is. */
  readonly retentionInterval: (level: number) => Interval | null
  readonly payers: number
  readonly purchases: number
  /** Rows of that name in the period; without a name the activity. */
  readonly events: (name: string | null) => number
  readonly revenue: bigint
  readonly cumulativeRevenue: bigint
  readonly arpu: bigint | null
  readonly ltv: bigint | null
  /** See ratioOf; null without cost, and where only mature members count and some are not. */
  readonly roas: bigint | null
  readonly matureUsers: number
  readonly isPartial: boolean
}
export type CohortRow = {
  readonly start: number
  readonly labels: Labels
  readonly size: number
  readonly cost: bigint
  readonly periods: readonly CohortPeriod[]
}
export type CohortsAnswer = {
  readonly rows: readonly CohortRow[]
  readonly isTruncated: boolean
  /** Before the limit. */ readonly allRows: readonly CohortRow[]
  /** All of them as one. */ readonly mean: CohortMean
}
export type CohortMean = Pick<CohortRow, 'size' | 'cost' | 'periods'>

/**
 * The naive calculation of `cohorts`: finds each person's first entry ever, tests it for range and filter, puts the person in a cohort, and
 * then walks through each person's own periods. Nothing from `asOf` on has been observed: neither entries nor activity. Rows come by start,
 * then by the groups in the question's order, ascending, absent values last.
 */
export function referenceCohorts(request: {
  world: World
  /** Default: none. */
  costs?: readonly StoredCost[]
  tenantId: string
  input: CohortsQuestion
  now: number
  asOf: number
}): CohortsAnswer {
  const { world, tenantId, input, now, asOf } = request
  const range = resolveRange(input.range, { timeZone: input.timeZone, now })
  const observed = world.filter((row) => row.tenant_id === tenantId && row.user_id !== '' && occurredAt(row) < asOf)
  const members: Member[] = []
  for (const rows of groupBy(observed, (row) => row.user_id).values()) {
    const entry = firstEntry(rows, input)
    if (entry === null || occurredAt(entry) < range.start || occurredAt(entry) >= range.end || !matches(input.where, entry)) continue
    members.push(memberOf(entry, { rows, input, asOf }))
  }
  const cohorts = groupBy(members, (member) => `${member.start} ${labelsKey(member.labels)}`)
  const isOfRange = (row: StoredCost) => row.day >= localDate(range.start, input.timeZone) && row.day < localDate(range.end, input.timeZone)
  const costs = costsOf(request.costs ?? [], tenantId).filter(
    ({ row }) => input.grain !== 'HOUR' && allowsCosts(input, range) && isOfRange(row) && matches(input.where, row),
  )
  const allRows = [...cohorts.values()].map((cohort) => cohortRow(cohort, { input, costs })).toSorted((a, b) => compareRows(a, b, input))
  const cost = allRows.reduce((sum, row) => sum + row.cost, 0n)
  const mean = { size: members.length, cost, periods: cohortPeriods(members, { input, cost }) }
  return { rows: allRows.slice(0, input.limit), isTruncated: allRows.length > input.limit, allRows, mean }
}

/** A person of a cohort with all that was observed of them, and the periods counted from their own entry. */
type Member = {
  readonly start: number
  readonly labels: Labels
  readonly rows: readonly StoredEvent[]
  readonly periods: readonly Period[]
  readonly asOf: number
}

function memberOf(entry: StoredEvent, { rows, input, asOf }: { rows: readonly StoredEvent[]; input: CohortsQuestion; asOf: number }): Member {
  const start = bucketOf(occurredAt(entry), input.grain, input.timeZone).start
  return { start, labels: labelsOf(entry, input.groupBy), rows, periods: periodsOf(occurredAt(entry), input), asOf }
}

function firstEntry(rows: readonly StoredEvent[], { entry }: CohortsQuestion): StoredEvent | null {
  if (entry.kind === 'SEGMENT') {
    if (!entry.segment) throw new Error('An entry by a segment has one.')
    const { rule, frozenAt } = entry.segment
    const [{ tenant_id: tenantId } = { tenant_id: '' }] = rows
    return joiningRow(rule, rowsKnown(rows, { tenantId, at: frozenAt ?? Infinity, isFrozen: frozenAt !== null }))
  }
  const entries = rows.filter((row) => !row.is_refund && isEntry(row, entry))
  return entries.toSorted((a, b) => occurredAt(a) - occurredAt(b) || compareTexts(a.event_id, b.event_id, 'ASC'))[0] ?? null
}

function isEntry(row: StoredEvent, { kind, event }: CohortsQuestion['entry']): boolean {
  switch (kind) {
    case 'SEGMENT':
      return false
    case 'INSTALL':
      return row.event === 'install'
    case 'SIGN_UP':
      return row.event === 'sign_up'
    case 'FIRST_EVENT':
      return typeof event === 'string' ? row.event === event : row.touch === 'none'
  }
}

const isPurchase = (row: StoredEvent): boolean => row.event === 'purchase' && !row.is_refund

// A day that the zone left out begins where the next one does.
const isSame = (a: Bucket, b: Bucket): boolean => a.start === b.start && a.end === b.end

function cohortRow(cohort: readonly Member[], { input, costs }: { input: CohortsQuestion; costs: readonly Cost[] }): CohortRow {
  const first = cohort[0]
  if (first === undefined) throw new Error('A cohort has a member.')
  const { grain, timeZone } = input
  // Of days in the same unit and of the same group.
  const own = costs.filter(
    ({ row }) =>
      grain !== 'HOUR' &&
      isSame(bucketOfDay(row.day, grain, timeZone), bucketOf(first.start, grain, timeZone)) &&
      labelsKey(labelsOf(row, input.groupBy)) === labelsKey(first.labels),
  )
  const cost = costOf(own)
  return { start: first.start, labels: first.labels, size: cohort.length, cost, periods: cohortPeriods(cohort, { input, cost }) }
}

/** Where a period lies in time is each member's own; how many there are is the question's. */
const cohortPeriods = (cohort: readonly Member[], { input, cost }: { input: CohortsQuestion; cost: bigint }): readonly CohortPeriod[] =>
  periodsOf(0, input).map((period, i) => cohortPeriod(cohort, { i, period, input, cost }))

function cohortPeriod(
  cohort: readonly Member[],
  { i, period: named, input, cost }: { i: number; period: Period; input: CohortsQuestion; cost: bigint },
): CohortPeriod {
  const isWanted = (row: StoredEvent) =>
    isActivity(row) && (!input.activity?.event || row.event === input.activity.event) && matches(input.activity?.where, row)
  const ofPeriod = (member: Member): Period => {
    const period = member.periods[i]
    if (period === undefined) throw new Error('Every member has every period.')
    return period
  }
  const rowsOf = (members: readonly Member[], from: 'start' | 'entry' = 'start', to: 'end' | 'ever' = 'end') =>
    members.flatMap((member) => {
      const period = ofPeriod(member)
      return member.rows.filter((row) => occurredAt(row) >= period[from] && (to === 'ever' || occurredAt(row) < period.end))
    })
  const isMature = (member: Member) => ofPeriod(member).end <= member.asOf
  const mature = cohort.filter(isMature)
  const counted = input.denominator === 'MATURE' ? mature : cohort
  const activeOf = (members: readonly Member[]) => people(rowsOf(members, 'start', input.retention === 'UNBOUNDED' ? 'ever' : 'end').filter(isWanted)).size
  const paid = (rows: readonly StoredEvent[]) => revenueOf(rows.filter((row) => row.touch === 'none'))
  return {
    index: named.index,
    from: named.from,
    to: named.to,
    users: activeOf(cohort),
    retention: counted.length === 0 ? null : activeOf(counted) / counted.length,
    retentionInterval: (level) => (counted.length === 0 ? null : scoreInterval(activeOf(counted), counted.length, level)),
    payers: people(rowsOf(cohort).filter(isPurchase)).size,
    purchases: rowsOf(cohort).filter(isPurchase).length,
    events: (name) => rowsOf(cohort).filter((row) => (name === null ? isWanted(row) : row.event === name)).length,
    revenue: paid(rowsOf(cohort)),
    cumulativeRevenue: paid(rowsOf(cohort, 'entry')),
    arpu: divideMicros(paid(rowsOf(counted)), counted.length),
    ltv: divideMicros(paid(rowsOf(counted, 'entry')), counted.length),
    roas: input.denominator === 'MATURE' && mature.length < cohort.length ? null : ratioOf(paid(rowsOf(cohort, 'entry')), cost),
    matureUsers: mature.length,
    isPartial: mature.length < cohort.length,
  }
}

function compareRows(a: CohortRow, b: CohortRow, input: CohortsQuestion): number {
  if (a.start !== b.start) return a.start - b.start
  for (const by of input.groupBy) {
    const difference = compareTexts(labelOf(a.labels, by), labelOf(b.labels, by), 'ASC')
    if (difference !== 0) return difference
  }
  return 0
}
