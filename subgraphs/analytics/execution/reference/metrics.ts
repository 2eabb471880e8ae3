import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { bucketOf, type Bucket } from './calendar.ts'
import { matches } from './filters.ts'
import { compareAmounts, compareTexts, groupBy, labelsKey, labelsOf, NO_LABELS, type Labels } from './groups.ts'
import { measure, type Measure, type MeasureValue } from './measures.ts'
import type { MetricsQuestion, OrderBy, TimeUnit } from './question.ts'
import { resolveRange } from './range.ts'
import { occurredAt, type World } from './world.ts'

export type MetricsRow = {
  readonly time: (Bucket & { readonly isPartial: boolean }) | null
  readonly labels: Labels
  /** By response key of the selection. */
  readonly measures: Readonly<Record<string, MeasureValue>>
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
 * group. A group is there when it has a stored row, whatever is selected; without groupBy there is always one row. Rows that orderBy leaves
 * equal come in the default order: by the groups in the question's order, ascending, absent values last.
 */
export function referenceMetrics(request: {
  world: World
  tenantId: string
  input: MetricsQuestion
  now: number
  asOf: number
  /** Response key to measure, of each row; an `orderBy` alias is one of them. */
  selection: Readonly<Record<string, Measure>>
  /** The same of the totals. Default: as the rows. */
  totals?: Readonly<Record<string, Measure>>
}): MetricsAnswer {
  const { world, tenantId, input, now, asOf, selection } = request
  const range = resolveRange(input.range, { timeZone: input.timeZone, now })
  const isAsked = (row: StoredEvent) => row.tenant_id === tenantId && occurredAt(row) >= range.start && occurredAt(row) < range.end && matches(input.where, row)
  const asked = world.filter(isAsked)
  const unit = input.groupBy.flatMap((by) => ('time' in by ? [by.time] : []))[0] ?? null
  const groups = input.groupBy.length === 0 ? [asked] : [...groupBy(asked, (row) => groupKey(row, input, unit)).values()]
  const rows = groups.map((group): Draft => {
    const first = group[0]
    const time = unit === null || first === undefined ? null : timeBucket(occurredAt(first), { unit, timeZone: input.timeZone, range, asOf })
    return { time, labels: first === undefined ? NO_LABELS : labelsOf(first, input.groupBy), measures: measureAll(selection, group), stored: group }
  })
  const allRows = inOrder(rows, { input, selection })
  return {
    rows: allRows.slice(0, input.limit),
    totals: { time: null, labels: NO_LABELS, measures: measureAll(request.totals ?? selection, asked), tie: 0 },
    isTruncated: allRows.length > input.limit,
    allRows,
  }
}

type Draft = Omit<MetricsRow, 'tie'> & { readonly stored: readonly StoredEvent[] }

const measureAll = (selection: Readonly<Record<string, Measure>>, rows: readonly StoredEvent[]): Record<string, MeasureValue> =>
  Object.fromEntries(Object.entries(selection).map(([alias, asked]) => [alias, measure(asked, rows)]))

function groupKey(row: StoredEvent, input: MetricsQuestion, unit: TimeUnit | null): string {
  const bucket = unit === null ? '' : bucketOf(occurredAt(row), unit, input.timeZone).start
  return `${bucket} ${labelsKey(labelsOf(row, input.groupBy))}`
}

/** A bucket is partial when the range cuts it or when it ends after what is known. */
function timeBucket(instant: number, { unit, timeZone, range, asOf }: { unit: TimeUnit; timeZone: string; range: Bucket; asOf: number }) {
  const bucket = bucketOf(instant, unit, timeZone)
  return { ...bucket, isPartial: bucket.start < range.start || bucket.end > range.end || bucket.end > asOf }
}

function inOrder(rows: readonly Draft[], { input, selection }: { input: MetricsQuestion; selection: Readonly<Record<string, Measure>> }): MetricsRow[] {
  const compareAsked = (a: Draft, b: Draft) => firstDifference(input.orderBy.map((by) => () => compareBy(by, { a, b, selection })))
  const sorted = rows.toSorted((a, b) => compareAsked(a, b) || compareDefault(input, a, b))
  let tie = 0
  return sorted.map((row, i) => {
    const previous = sorted[i - 1]
    if (previous !== undefined && compareAsked(previous, row) !== 0) tie++
    return { time: row.time, labels: row.labels, measures: row.measures, tie }
  })
}

function compareBy(by: OrderBy, { a, b, selection }: { a: Draft; b: Draft; selection: Readonly<Record<string, Measure>> }): number {
  if (by.dimension) return compareTexts(a.labels.dimensions.get(by.dimension) ?? null, b.labels.dimensions.get(by.dimension) ?? null, by.direction)
  const asked = by.measure ? { name: by.measure } : selection[by.alias ?? '']
  if (asked === undefined) throw new Error(`Nothing is selected as ${by.alias}.`)
  return compareAmounts(measure(asked, a.stored).amount, measure(asked, b.stored).amount, by.direction)
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
