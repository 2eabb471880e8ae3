import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { bucketOf } from './calendar.ts'
import { divideMicros } from './decimals.ts'
import { matches } from './filters.ts'
import { compareTexts, groupBy, labelsKey, labelsOf, type Labels } from './groups.ts'
import { people, revenueOf } from './measures.ts'
import { periodsOf, type Period } from './periods.ts'
import type { CohortsQuestion } from './question.ts'
import { resolveRange } from './range.ts'
import { isActivity, occurredAt, type World } from './world.ts'

/** One period of a cohort; money in millionths. */
export type CohortPeriod = {
  readonly index: number
  readonly users: number
  /** null without a denominator. */
  readonly retention: number | null
  /** Rows of that name in the period; without a name the activity. */
  readonly events: (name: string | null) => number
  readonly revenue: bigint
  readonly cumulativeRevenue: bigint
  readonly arpu: bigint | null
  readonly ltv: bigint | null
  readonly matureUsers: number
  readonly isPartial: boolean
}
export type CohortRow = { readonly start: number; readonly labels: Labels; readonly size: number; readonly periods: readonly CohortPeriod[] }
export type CohortsAnswer = {
  readonly rows: readonly CohortRow[]
  readonly isTruncated: boolean
  /** Before the limit. */ readonly allRows: readonly CohortRow[]
}

/**
 * The naive calculation of `cohorts`: finds each person's first entry ever, tests it for range and filter, puts the person in a cohort, and
 * then walks through each person's own periods. Nothing from `asOf` on has been observed: neither entries nor activity. Rows come by start,
 * then by the groups in the question's order, ascending, absent values last.
 */
export function referenceCohorts(request: { world: World; tenantId: string; input: CohortsQuestion; now: number; asOf: number }): CohortsAnswer {
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
  const allRows = [...cohorts.values()].map((cohort) => cohortRow(cohort, input)).toSorted((a, b) => compareRows(a, b, input))
  return { rows: allRows.slice(0, input.limit), isTruncated: allRows.length > input.limit, allRows }
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
  const entries = rows.filter((row) => !row.is_refund && isEntry(row, entry))
  return entries.toSorted((a, b) => occurredAt(a) - occurredAt(b) || compareTexts(a.event_id, b.event_id, 'ASC'))[0] ?? null
}

function isEntry(row: StoredEvent, { kind, event }: CohortsQuestion['entry']): boolean {
  switch (kind) {
    case 'INSTALL':
      return row.event === 'install'
    case 'SIGN_UP':
      return row.event === 'sign_up'
    case 'FIRST_EVENT':
      return typeof event === 'string' ? row.event === event : row.touch === 'none'
  }
}

function cohortRow(cohort: readonly Member[], input: CohortsQuestion): CohortRow {
  const first = cohort[0]
  if (first === undefined) throw new Error('A cohort has a member.')
  const periods = first.periods.map((period, i) => cohortPeriod(cohort, { i, index: period.index, input }))
  return { start: first.start, labels: first.labels, size: cohort.length, periods }
}

function cohortPeriod(cohort: readonly Member[], { i, index, input }: { i: number; index: number; input: CohortsQuestion }): CohortPeriod {
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
    index,
    users: activeOf(cohort),
    retention: counted.length === 0 ? null : activeOf(counted) / counted.length,
    events: (name) => rowsOf(cohort).filter((row) => (name === null ? isWanted(row) : row.event === name)).length,
    revenue: paid(rowsOf(cohort)),
    cumulativeRevenue: paid(rowsOf(cohort, 'entry')),
    arpu: divideMicros(paid(rowsOf(counted)), counted.length),
    ltv: divideMicros(paid(rowsOf(counted, 'entry')), counted.length),
    matureUsers: mature.length,
    isPartial: mature.length < cohort.length,
  }
}

function compareRows(a: CohortRow, b: CohortRow, input: CohortsQuestion): number {
  if (a.start !== b.start) return a.start - b.start
  for (const by of input.groupBy) {
    const value = (row: CohortRow) =>
      ('dimension' in by ? row.labels.dimensions.get(by.dimension) : 'property' in by ? row.labels.properties.get(by.property) : null) ?? null
    const difference = compareTexts(value(a), value(b), 'ASC')
    if (difference !== 0) return difference
  }
  return 0
}
