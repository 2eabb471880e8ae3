import type { BoundGroup, BoundMeasure, BoundMetrics } from '../compiler/bound.ts'
import { nameOf } from '../compiler/bind/groups.ts'
import type { MetricsCell } from '../compiler/cell.ts'
import type { Compiled } from '../compiler/compile.ts'
import type { SealCell } from './cells.ts'
import { shortestDecimal } from './decimals.ts'
import { membership } from './membership.ts'
import type { QueryRows } from './runQuery.ts'
import { bucketReader } from './shapeBucket.ts'

export type TimeBucketValue = { readonly start: Date; readonly end: Date; readonly isPartial: boolean }

/** A row of the answer, read by the fields of the schema: by dimension, by property, by measure. */
export type MetricsRowValue = {
  readonly time: () => TimeBucketValue | null
  /** null when absent, and in totals. */
  readonly dimension: (field: string) => string | null
  readonly property: (name: string) => string | null
  readonly segment: (id: string) => boolean | null
  /** Whole numbers and decimals as exact text; null for a ratio without a denominator, and when it is masked. */
  readonly measure: (key: string) => string | null
  /** A measure that is a float; null without a denominator, and when it is masked. */
  readonly ratio: (key: string) => number | null
  /** Whether the row has a lifecycle: totals and masked ones have none. */
  readonly hasLifecycle: boolean
  /** Whether it stands for all groups but the best. */
  readonly isOther: boolean
  /** Leads to the users who count for the measure, or who have any event in the row; null when nothing was run. */
  readonly cell: (of: string | null) => string | null
}

export type MetricsRows = { readonly rows: readonly MetricsRowValue[]; readonly totals: MetricsRowValue; readonly isTruncated: boolean }

type Shaping = { readonly asOf: Date; readonly seal: SealCell<MetricsCell> }

export function shapeMetrics(compiled: Compiled<BoundMetrics>, answer: QueryRows, options: Shaping): MetricsRows {
  const shape = rowShape(compiled, options)
  const { bound, plan } = compiled
  const { shown, totals } = splitTotals(compiled, answer)
  const rows = shown.slice(0, bound.limitRows).map((cells) => shape(cells))
  const isGrouped = plan.layout.groups.length > 0
  return {
    rows: plan.showsRows ? rows : [],
    totals: shape(isGrouped ? totals : (answer.rows[0] ?? []), { isTotals: true }),
    isTruncated: shown.length > bound.limitRows,
  }
}

/** Totals are apart, or where rows are arranged the first row. */
function splitTotals({ select }: Compiled<BoundMetrics>, { rows, totals }: QueryRows) {
  const at = select.columns.findIndex((column) => column.as === 'total')
  const isTotal = at >= 0 && Number(rows[0]?.[at]) === 1
  return isTotal ? { shown: rows.slice(1), totals: rows[0] ?? [] } : { shown: rows, totals: totals ?? [] }
}

/** What `explain` answers: no rows and nothing in the totals. */
export const NO_METRICS: MetricsRows = {
  rows: [],
  totals: {
    time: () => null,
    dimension: () => null,
    property: () => null,
    segment: () => null,
    measure: () => null,
    ratio: () => null,
    hasLifecycle: false,
    isOther: false,
    cell: () => null,
  },
  isTruncated: false,
}

function rowShape({ bound, plan, select }: Compiled<BoundMetrics>, { asOf, seal }: Shaping) {
  const { layout } = plan
  if (layout.kind !== 'metrics') throw new Error('A metrics question has a metrics plan.')
  const position = new Map(select.columns.map((column, i) => [column.as, i]))
  const positionOf = (name: string): number => {
    const at = position.get(name)
    if (at === undefined) throw new Error(`The statement has no column ${name}.`)
    return at
  }
  const groupAt = new Map(layout.groups.map((name, i) => [groupKey(bound.groups[i]), positionOf(name)]))
  const measureAt = new Map([...layout.measures].map(([key, name]) => [key, positionOf(name)]))
  const totalAt = new Map([...layout.totals].map(([key, name]) => [key, positionOf(name)]))
  const formats = new Map(bound.measures.map((measure) => [measure.key, formatOf(measure)]))
  const time = bound.groups.find((group) => group.kind === 'time')
  const readBucket = time && bucketReader(time.unit, bound.timeZone)
  const timeOf = (cells: readonly unknown[]): TimeBucketValue | null => {
    const at = groupAt.get('time')
    if (at === undefined || readBucket === undefined) return null
    const { startMs, endMs } = readBucket(cells[at])
    const isPartial = startMs < bound.range.startMs || endMs > bound.range.endMs || endMs > asOf.getTime()
    return { start: new Date(startMs), end: new Date(endMs), isPartial }
  }
  const textOf = (cells: readonly unknown[], key: string): string | null => {
    const at = groupAt.get(key)
    const value = at === undefined ? null : cells[at]
    return typeof value === 'string' && value !== '' ? value : null
  }
  const valueOf = (cells: readonly unknown[], key: string, isTotals: boolean): unknown => {
    if (bound.masked.has(key)) return null
    const at = (isTotals ? totalAt.get(key) : undefined) ?? measureAt.get(key)
    if (at === undefined) throw new Error(`The measure ${key} was not computed.`)
    return cells[at]
  }
  const otherAt = position.get('other')
  return (cells: readonly unknown[], { isTotals = false }: { readonly isTotals?: boolean } = {}): MetricsRowValue => {
    const isOther = !isTotals && otherAt !== undefined && Number(cells[otherAt]) === 1
    return {
      time: () => (isTotals ? null : timeOf(cells)),
      dimension: (field) => (isTotals || isOther ? null : textOf(cells, `dimension ${field}`)),
      property: (name) => (isTotals || isOther ? null : textOf(cells, `property ${name}`)),
      segment: (id) => (isTotals || isOther ? null : membership(textOf(cells, `segment ${id.toLowerCase()}`))),
      measure: (key) => exactText(valueOf(cells, key, isTotals), formats.get(key) ?? 'whole'),
      ratio: (key) => floatOf(valueOf(cells, key, isTotals)),
      hasLifecycle: !isTotals && !bound.masked.has('lifecycle'),
      isOther,
      // Other is of many groups, and a cell is of one.
      cell: (of) => (isOther ? null : seal({ groups: isTotals ? null : layout.groups.map((name) => String(cells[positionOf(name)])), of })),
    }
  }
}

type Format = 'whole' | 'money' | 'decimal' | 'text'

function formatOf(measure: BoundMeasure): Format {
  if (measure.kind === 'difference') return 'whole'
  if (measure.kind === 'ratio' || measure.kind === 'share') return 'money'
  if (measure.kind === 'running') return 'decimal'
  switch (measure.aggregate.kind) {
    case 'sumRevenue':
    case 'sumCost':
      return 'money'
    case 'number':
      return 'decimal'
    case 'value':
      return 'text'
    default:
      return 'whole'
  }
}

function groupKey(group: BoundGroup | undefined): string {
  if (group === undefined) throw new Error('The plan has a group that the question has not.')
  return nameOf(group)
}

function exactText(value: unknown, format: Format): string | null {
  if (value === null) return null
  if (format === 'money') return shortestDecimal(value)
  if (format === 'decimal') return decimalText(value)
  if (format === 'text') return typeof value === 'string' && value !== '' ? value : null
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || !/^-?\d+$/.test(text)) throw new Error(`Not a whole number: ${JSON.stringify(value)}`)
  return text
}

/** The shortest text of a decimal of any number of places. */
function decimalText(value: unknown): string {
  if (typeof value !== 'string' || !/^-?\d+(?:\.\d+)?$/.test(value)) throw new Error(`Not decimal text: ${JSON.stringify(value)}`)
  return value.includes('.') ? value.replace(/\.?0+$/, '') : value
}

/** The statement has it as a decimal of many places, so that it is ordered exactly. */
function floatOf(value: unknown): number | null {
  if (value === null) return null
  if (typeof value !== 'string' || !/^-?\d+(?:\.\d+)?$/.test(value)) throw new Error(`Not decimal text: ${JSON.stringify(value)}`)
  return Number(value)
}
