import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import { bucketOf, localDate, type Bucket } from './calendar.ts'
import { bucketOfDay, comparedRange, ordinalOfDate, ordinalOfDay, ordinalOfHour, type Compare } from './compare.ts'
import { allowsCosts, costsOf, type Cost } from './costs.ts'
import { matches } from './filters.ts'
import { compareAmounts, compareTexts, groupBy, labelsKey, labelsOf, NO_LABELS, type Labels } from './groups.ts'
import { measure, type Measure, type MeasureValue, type UsersOfRow } from './measures.ts'
import type { MetricsQuestion, OrderBy, TimeUnit } from './question.ts'
import { resolveRange } from './range.ts'
import { usersOfRow } from './usersOfRow.ts'
import { occurredAt, type World } from './world.ts'

export type MetricsRow = {
  readonly time: (Bucket & { readonly isPartial: boolean }) | null
  readonly labels: Labels
  /** By response key of the selection. */
  readonly measures: Readonly<Record<string, MeasureValue>>
  /** null without buckets of time. */
  readonly lifecycle: () => Readonly<Record<string, number>> | null
  /** Rows that `orderBy` does not tell apart have the same number; it grows with the order. */
  readonly tie: number
}
export type MetricsAnswer = {
  readonly rows: readonly MetricsRow[]
  readonly totals: MetricsRow
  readonly isTruncated: boolean
  /** Before the limit. */ readonly allRows: readonly MetricsRow[]
}

/**
 * The naive calculation of `metrics`: rows of the tenant inside the range that the filter admits, put in groups, each measure counted over its
 * group. A group is there when it has a stored event or cost in the range, whatever is selected; without groupBy there is always one row. The
 * same is done for the range that is compared with, whose n-th bucket of time is that of the range; of days of the year before the one of the same date. Rows that orderBy leaves equal come in the
 * default order: by the groups in the question's order, ascending, absent values last.
 */
export function referenceMetrics(request: {
  world: World
  /** Default: none. */
  costs?: readonly StoredCost[]
  tenantId: string
  input: MetricsQuestion
  now: number
  asOf: number
  /** Response key to measure, of each row; an `orderBy` alias is one of them. */
  selection: Readonly<Record<string, Measure>>
  /** The same of the totals. Default: as the rows. */
  totals?: Readonly<Record<string, Measure>>
}): MetricsAnswer {
  const { input, now, asOf, selection } = request
  const unit = input.groupBy.flatMap((by) => ('time' in by ? [by.time] : []))[0] ?? null
  const range = resolveRange(input.range, { timeZone: input.timeZone, now })
  const timeOf = timesOf({ request, range, unit })
  const base = timeOf(null)
  const keys = input.groupBy.length === 0 ? [''] : [...new Set([...base.events.keys(), ...base.costs.keys()])]
  const rows = keys.map((key): Draft => {
    const event = base.events.get(key)?.[0]
    const first = event ?? base.costs.get(key)?.[0]?.row
    const labels = first === undefined ? NO_LABELS : labelsOf(first, input.groupBy)
    const measures = (asked: Measure) => {
      const { events, costs, users } = timeOf(asked.compare ?? null)
      return measure(asked, events.get(key) ?? [], costs.get(key) ?? [], users(labels, key))
    }
    const time = unit === null || first === undefined ? null : timeBucket(first, { unit, timeZone: input.timeZone, range, asOf })
    const lifecycle = () => timeOf(null).users(labels, key).lifecycle()
    return { time, labels, measures: mapValues(selection, measures), measured: measures, lifecycle }
  })
  const allRows = inOrder(rows, { input, selection })
  const whole = (asked: Measure) => {
    const { events, costs, users } = timeOf(asked.compare ?? null)
    return measure(asked, [...events.values()].flat(), [...costs.values()].flat(), users(null, null))
  }
  return {
    rows: allRows.slice(0, input.limit),
    totals: { time: null, labels: NO_LABELS, measures: mapValues(request.totals ?? selection, whole), lifecycle: () => null, tie: 0 },
    isTruncated: allRows.length > input.limit,
    allRows,
  }
}

type Draft = Omit<MetricsRow, 'tie'> & { readonly measured: (asked: Measure) => MeasureValue }

const mapValues = (selection: Readonly<Record<string, Measure>>, value: (asked: Measure) => MeasureValue): Record<string, MeasureValue> =>
  Object.fromEntries(Object.entries(selection).map(([alias, asked]) => [alias, value(asked)]))

/** The rows of one time by their group. Buckets are told by their number, so that those of two times meet; without groupBy the key is ''. */
type Time = {
  readonly events: ReadonlyMap<string, readonly StoredEvent[]>
  readonly costs: ReadonlyMap<string, readonly Cost[]>
  /** Of a row by its labels and key; both null are the totals. */
  readonly users: (labels: Labels | null, key: string | null) => UsersOfRow
}
type Times = { request: Parameters<typeof referenceMetrics>[0]; range: Bucket; unit: TimeUnit | null }

function timesOf({ request, range, unit }: Times): (compare: Compare | null) => Time {
  const { input, world, tenantId } = request
  const { timeZone } = input
  const own = world.filter((row) => row.tenant_id === tenantId)
  const ownCosts = costsOf(request.costs ?? [], tenantId).filter(({ row }) => allowsCosts(input, range) && matches(input.where, row))
  const known = new Map<Compare | null, Time>()
  const read = (compare: Compare | null): Time => {
    const time = compare === null ? range : comparedRange(compare, range, { input: input.range, timeZone, unit })
    const keyOf = (row: StoredEvent | StoredCost, ordinal: () => number | null) =>
      input.groupBy.length === 0 ? '' : `${unit === null ? '' : ordinal()} ${labelsKey(labelsOf(row, input.groupBy))}`
    const isAsked = (row: StoredEvent) => row.tenant_id === tenantId && occurredAt(row) >= time.start && occurredAt(row) < time.end && matches(input.where, row)
    const ordinalOn = (date: string) => {
      if (unit === null || unit === 'HOUR') return 0
      return compare === 'PREVIOUS_YEAR' && unit === 'DAY' ? ordinalOfDate(date, range, timeZone) : ordinalOfDay(date, time, { unit, timeZone })
    }
    const ordinalAt = (instant: number) => (unit === 'HOUR' ? ordinalOfHour(instant, time, timeZone) : ordinalOn(localDate(instant, timeZone)))
    const isOfDays = ({ row }: Cost) => row.day >= localDate(time.start, timeZone) && row.day < localDate(time.end, timeZone)
    const admitted = own.filter((row) => matches(input.where, row))
    const users = (labels: Labels | null, key: string | null): UsersOfRow => {
      const isOfRow = (ordinal: () => number | null) => unit === null || key === null || key.startsWith(`${ordinal()} `)
      return usersOfRow({
        own,
        ofGroup: labels === null ? admitted : admitted.filter((row) => labelsKey(labelsOf(row, input.groupBy)) === labelsKey(labels)),
        time,
        unit,
        timeZone,
        isOfRow: (instant) => isOfRow(() => ordinalAt(instant)),
        isDateOfRow: (date) => isOfRow(() => ordinalOn(date)),
      })
    }
    return {
      users,
      events: groupBy(world.filter(isAsked), (row) => keyOf(row, () => ordinalAt(occurredAt(row)))),
      costs: groupBy(ownCosts.filter(isOfDays), ({ row }) => keyOf(row, () => ordinalOn(row.day))),
    }
  }
  return (compare) => {
    const time = known.get(compare) ?? read(compare)
    known.set(compare, time)
    return time
  }
}

/** A bucket is partial when the range cuts it or when it ends after what is known. */
function timeBucket(
  row: StoredEvent | StoredCost,
  { unit, timeZone, range, asOf }: { unit: TimeUnit; timeZone: string; range: Bucket; asOf: number },
): Bucket & { readonly isPartial: boolean } {
  const bucket = 'day' in row && unit !== 'HOUR' ? bucketOfDay(row.day, unit, timeZone) : 'day' in row ? range : bucketOf(occurredAt(row), unit, timeZone)
  return { ...bucket, isPartial: bucket.start < range.start || bucket.end > range.end || bucket.end > asOf }
}

function inOrder(rows: readonly Draft[], { input, selection }: { input: MetricsQuestion; selection: Readonly<Record<string, Measure>> }): MetricsRow[] {
  const compareAsked = (a: Draft, b: Draft) => firstDifference(input.orderBy.map((by) => () => compareBy(by, { a, b, selection })))
  const sorted = rows.toSorted((a, b) => compareAsked(a, b) || compareDefault(input, a, b))
  let tie = 0
  return sorted.map((row, i) => {
    const previous = sorted[i - 1]
    if (previous !== undefined && compareAsked(previous, row) !== 0) tie++
    return { time: row.time, labels: row.labels, measures: row.measures, lifecycle: row.lifecycle, tie }
  })
}

function compareBy(by: OrderBy, { a, b, selection }: { a: Draft; b: Draft; selection: Readonly<Record<string, Measure>> }): number {
  if (by.dimension) return compareTexts(a.labels.dimensions.get(by.dimension) ?? null, b.labels.dimensions.get(by.dimension) ?? null, by.direction)
  const asked = by.measure ? { name: by.measure } : selection[by.alias ?? '']
  if (asked === undefined) throw new Error(`Nothing is selected as ${by.alias}.`)
  const [ofA, ofB] = [a.measured(asked), b.measured(asked)]
  if (ofA.type === 'text' && ofB.type === 'text') return compareTexts(ofA.text, ofB.text, by.direction)
  return compareAmounts(ofA.amount, ofB.amount, by.direction)
}

function compareDefault(input: MetricsQuestion, a: Draft, b: Draft): number {
  return firstDifference(
    input.groupBy.map((by) => () => {
      if ('time' in by) return (a.time?.start ?? 0) - (b.time?.start ?? 0)
      if ('dimension' in by) return compareTexts(a.labels.dimensions.get(by.dimension) ?? null, b.labels.dimensions.get(by.dimension) ?? null, 'ASC')
      return compareTexts(a.labels.properties.get(by.property) ?? null, b.labels.properties.get(by.property) ?? null, 'ASC')
    }),
  )
}

function firstDifference(comparisons: readonly (() => number)[]): number {
  for (const compare of comparisons) {
    const difference = compare()
    if (difference !== 0) return difference
  }
  return 0
}
