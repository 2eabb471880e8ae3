import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import { bucketOf, localDate, type Bucket } from './calendar.ts'
import { bucketOfDay, comparedRange, ordinalOfDate, ordinalOfDay, ordinalOfHour, type Compare } from './compare.ts'
import { allowsCosts, costsOf, type Cost } from './costs.ts'
import { ratioOf } from './decimals.ts'
import { matches } from './filters.ts'
import { compareAmounts, compareTexts, groupBy, labelOf, labelsKey, labelsOf, NO_LABELS, type Labels } from './groups.ts'
import { measure, type Measure, type MeasureValue, type UsersOfRow } from './measures.ts'
import type { MetricsQuestion, OrderBy, TimeUnit, Top } from './question.ts'
import { resolveRange } from './range.ts'
import { datesOf, usersOfRow } from './usersOfRow.ts'
import { occurredAt, type World } from './world.ts'

export type MetricsRow = {
  readonly time: (Bucket & { readonly isPartial: boolean }) | null
  readonly labels: Labels
  readonly isOther: boolean
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
  const { timeZone } = input
  const range = resolveRange(input.range, { timeZone, now })
  const timeOf = timesOf({ request, range, unit })
  const chosen = input.top ? chooseTop(input.top, { input, timeOf: timeOf(null) }) : null
  const read = timeOf(chosen)
  const base = read(null)
  const measured =
    (labels: Labels | null, key: string | null) =>
    (asked: Measure): MeasureValue => {
      const { events, costs, users, amountsUpTo } = read(asked.compare ?? null)
      if (asked.name === 'running') {
        if (labels === null || key === null) return asDecimal(measured(labels, key)(ofMeasure(asked)))
        const [upTo, costsUpTo] = amountsUpTo(key)
        return asDecimal(measure(ofMeasure(asked), upTo, costsUpTo, users(labels, key)))
      }
      if (asked.name === 'share') {
        const [part, whole] = [measured(labels, key)(ofMeasure(asked)).amount, measured(null, null)(ofMeasure(asked)).amount]
        return { type: 'ratio', amount: part === null || whole === null ? null : ratioOf(part, whole) } as const
      }
      if (key === null) return measure(asked, [...events.values()].flat(), [...costs.values()].flat(), users(null, null))
      return measure(asked, events.get(key) ?? [], costs.get(key) ?? [], users(labels, key))
    }
  const filled = unit === null || !input.fillGaps ? new Map<number, Bucket>() : everyBucket(range, unit, timeZone)
  const groups = new Map<string, Labels>()
  const times = new Map<string, Bucket>()
  for (const [key, all] of [...base.events, ...base.costs]) {
    const first = 'row' in (all[0] ?? {}) ? (all[0] as Cost).row : (all[0] as StoredEvent)
    groups.set(groupOf(key), isOtherKey(key) ? NO_LABELS : labelsOf(first, input.groupBy))
    if (unit !== null) times.set(key, bucketOfRow(first, { unit, timeZone, range }))
  }
  for (const group of groups.keys()) for (const [i, bucket] of filled) times.set(`${i} ${group}`, bucket)
  const keys = input.groupBy.length === 0 ? [''] : [...new Set([...base.events.keys(), ...base.costs.keys(), ...(filled.size > 0 ? times.keys() : [])])]
  const rows = keys.map((key): Draft => {
    const labels = groups.get(groupOf(key)) ?? NO_LABELS
    const bucket = times.get(key)
    const time = bucket === undefined ? null : { ...bucket, isPartial: bucket.start < range.start || bucket.end > range.end || bucket.end > asOf }
    const lifecycle = () => base.users(labels, key).lifecycle()
    const measures = measured(labels, key)
    return { time, labels, isOther: isOtherKey(key), measures: mapValues(selection, measures), measured: measures, lifecycle }
  })
  const allRows = inOrder(rows, { input, selection })
  return {
    rows: allRows.slice(0, input.limit),
    totals: {
      time: null,
      labels: NO_LABELS,
      isOther: false,
      measures: mapValues(request.totals ?? selection, measured(null, null)),
      lifecycle: () => null,
      tie: 0,
    },
    isTruncated: allRows.length > input.limit,
    allRows,
  }
}

/** A key is the number of the bucket and the group; the group of all but the best has a name of its own. */
const OTHER = 'other'
const groupOf = (key: string): string => key.slice(key.indexOf(' ') + 1)
const isOtherKey = (key: string): boolean => key !== '' && groupOf(key) === OTHER

const ofMeasure = ({ of = '', compare }: Measure): Measure => ({ name: of, compare })

function asDecimal(value: MeasureValue): MeasureValue {
  if (value.type === 'money' || value.amount === null) return value
  return { type: 'money', amount: value.amount * 1_000_000n }
}

/** The names of the best groups, over the whole range. */
function chooseTop(
  { count, by, direction }: Top,
  { input, timeOf }: { input: MetricsQuestion; timeOf: (compare: Compare | null) => Time },
): ReadonlySet<string> {
  const { events, costs, users } = timeOf(null)
  const names = [...new Set([...events.keys(), ...costs.keys()].map(groupOf))]
  const ranked = names.map((name) => {
    const ofName = <Item>(all: ReadonlyMap<string, readonly Item[]>) => [...all].flatMap(([key, items]) => (groupOf(key) === name ? items : []))
    const [rows, sums] = [ofName(events), ofName(costs)]
    const first = rows[0] ?? sums[0]?.row
    if (first === undefined) throw new Error('A group has a row.')
    const labels = labelsOf(first, input.groupBy)
    const amount = measure({ name: by }, rows, sums, users(labels, null)).amount
    return { name, labels, amount }
  })
  const texts = (labels: Labels) => input.groupBy.flatMap((each) => ('time' in each ? [] : [labelOf(labels, each)]))
  const compare = (a: (typeof ranked)[number], b: (typeof ranked)[number]) =>
    firstDifference([
      () => compareAmounts(a.amount, b.amount, direction),
      ...texts(a.labels).map((text, i) => () => compareTexts(text ?? null, texts(b.labels)[i] ?? null, 'ASC')),
    ])
  return new Set(
    ranked
      .toSorted(compare)
      .slice(0, count)
      .map(({ name }) => name),
  )
}

/** All buckets of the range, in order; a day of no length is none, but is numbered. */
function everyBucket(range: Bucket, unit: TimeUnit, timeZone: string): ReadonlyMap<number, Bucket> {
  const buckets = new Map<number, Bucket>()
  if (unit === 'HOUR') {
    for (let at = range.start, i = 0; at < range.end; i++) {
      const bucket = bucketOf(at, 'HOUR', timeZone)
      buckets.set(i, bucket)
      at = bucket.end
    }
    return buckets
  }
  for (const date of datesOf(range, timeZone)) {
    const bucket = bucketOfDay(date, unit, timeZone)
    if (bucket.end > bucket.start) buckets.set(ordinalOfDay(date, range, { unit, timeZone }), bucket)
  }
  return buckets
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
  /** The rows and costs of the key's group in its bucket and those before. */
  readonly amountsUpTo: (key: string) => readonly [readonly StoredEvent[], readonly Cost[]]
}
type Times = { request: Parameters<typeof referenceMetrics>[0]; range: Bucket; unit: TimeUnit | null }

/** `chosen` are the groups that are shown by themselves; null is all. */
function timesOf({ request, range, unit }: Times): (chosen: ReadonlySet<string> | null) => (compare: Compare | null) => Time {
  return (chosen) => timesWith({ request, range, unit }, chosen)
}

function timesWith({ request, range, unit }: Times, chosen: ReadonlySet<string> | null): (compare: Compare | null) => Time {
  const { input, world, tenantId } = request
  const { timeZone } = input
  const own = world.filter((row) => row.tenant_id === tenantId)
  const ownCosts = costsOf(request.costs ?? [], tenantId).filter(({ row }) => allowsCosts(input, range) && matches(input.where, row))
  const nameOf = (row: StoredEvent | StoredCost): string => {
    const name = labelsKey(labelsOf(row, input.groupBy))
    return chosen === null || chosen.has(name) ? name : OTHER
  }
  const known = new Map<Compare | null, Time>()
  const read = (compare: Compare | null): Time => {
    const time = compare === null ? range : comparedRange(compare, range, { input: input.range, timeZone, unit })
    const keyOf = (row: StoredEvent | StoredCost, ordinal: () => number | null) =>
      input.groupBy.length === 0 ? '' : `${unit === null ? '' : ordinal()} ${nameOf(row)}`
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
        ofGroup: labels === null ? admitted : admitted.filter((row) => nameOf(row) === (key === null || key === '' ? labelsKey(labels) : groupOf(key))),
        time,
        unit,
        timeZone,
        isOfRow: (instant) => isOfRow(() => ordinalAt(instant)),
        isDateOfRow: (date) => isOfRow(() => ordinalOn(date)),
      })
    }
    const events = groupBy(world.filter(isAsked), (row) => keyOf(row, () => ordinalAt(occurredAt(row))))
    const costs = groupBy(ownCosts.filter(isOfDays), ({ row }) => keyOf(row, () => ordinalOn(row.day)))
    const isUpTo = (key: string) => (other: string) =>
      groupOf(other) === groupOf(key) && !other.startsWith('null ') && Number(other.split(' ')[0]) <= Number(key.split(' ')[0])
    return {
      users,
      events,
      costs,
      amountsUpTo: (key) => [
        [...events].flatMap(([other, rows]) => (isUpTo(key)(other) ? rows : [])),
        [...costs].flatMap(([other, rows]) => (isUpTo(key)(other) ? rows : [])),
      ],
    }
  }
  return (compare) => {
    const time = known.get(compare) ?? read(compare)
    known.set(compare, time)
    return time
  }
}

function bucketOfRow(row: StoredEvent | StoredCost, { unit, timeZone, range }: { unit: TimeUnit; timeZone: string; range: Bucket }): Bucket {
  return 'day' in row && unit !== 'HOUR' ? bucketOfDay(row.day, unit, timeZone) : 'day' in row ? range : bucketOf(occurredAt(row), unit, timeZone)
}

function inOrder(rows: readonly Draft[], { input, selection }: { input: MetricsQuestion; selection: Readonly<Record<string, Measure>> }): MetricsRow[] {
  const compareAsked = (a: Draft, b: Draft) => firstDifference(input.orderBy.map((by) => () => compareBy(by, { a, b, selection })))
  const sorted = rows.toSorted((a, b) => compareAsked(a, b) || compareDefault(input, a, b))
  let tie = 0
  return sorted.map((row, i) => {
    const previous = sorted[i - 1]
    if (previous !== undefined && compareAsked(previous, row) !== 0) tie++
    const { time, labels, isOther, measures, lifecycle } = row
    return { time, labels, isOther, measures, lifecycle, tie }
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
  return firstDifference([
    ...input.groupBy.map((by) => () => {
      if ('time' in by) return (a.time?.start ?? 0) - (b.time?.start ?? 0)
      return compareTexts(labelOf(a.labels, by), labelOf(b.labels, by), 'ASC')
    }),
    () => Number(a.isOther) - Number(b.isOther),
  ])
}

function firstDifference(comparisons: readonly (() => number)[]): number {
  for (const compare of comparisons) {
    const difference = compare()
    if (difference !== 0) return difference
  }
  return 0
}
