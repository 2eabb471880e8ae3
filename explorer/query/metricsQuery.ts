import type { Compare, MetricsInput, TimeUnit } from '../operations/generated/graphql.ts'
import { escapePart, integerOf, textOf, textsOf, unescapePart, wordOf, type Codec } from './codec.ts'
import { groupInput, membersValue, printGroup, readGroup, type Group, type GroupValue } from './dimensions.ts'
import { filterInput, printConditions, readConditions, type Condition } from './filter.ts'
import { lastOf, printRange, rangeInput, readRange, timeUnits, type Range } from './range.ts'
import { isTimeZone } from './zonedDay.ts'

export type ChartKind = 'line' | 'area' | 'bar'

/** What the metrics page asks. */
export type MetricsQuery = {
  /** Names of the catalogue, or `events:<name of an event>`; 1 to 8, the first one is drawn and ordered by unless `shown` says another. */
  readonly measures: readonly string[]
  /** The measure of the picture: one of `measures`. */
  readonly shown: string
  readonly range: Range
  readonly timeZone: string
  readonly grain: TimeUnit
  readonly breakdown: Group | null
  readonly where: readonly Condition[]
  readonly compare: Compare | null
  readonly chart: ChartKind
  /** How many rows of a breakdown. */
  readonly limit: number
}

export const compares: readonly Compare[] = ['PREVIOUS_PERIOD', 'SAME_WEEKDAYS', 'PREVIOUS_YEAR']
export const chartKinds: readonly ChartKind[] = ['line', 'area', 'bar']
export const maxMeasures = 8
/** Series of a picture; the others are in the table. */
export const maxSeries = 8
/** Days, weeks and so on of one picture. */
const maxBuckets = 5_000

export const defaultMetrics: MetricsQuery = {
  measures: ['installs', 'activeUsers', 'revenue', 'purchases'],
  shown: 'installs',
  range: lastOf(28, 'DAY'),
  timeZone: 'UTC',
  grain: 'DAY',
  breakdown: null,
  where: [],
  compare: 'PREVIOUS_PERIOD',
  chart: 'line',
  limit: 100,
}

export const metricsCodec: Codec<MetricsQuery> = {
  read(parameters) {
    const measures = readMeasures(textOf(parameters, 'measures')) ?? defaultMetrics.measures
    const shown = textOf(parameters, 'shown')
    const timeZone = textOf(parameters, 'tz')
    return {
      measures,
      shown: measures.find((each) => each === (shown === null ? null : unescapePart(shown))) ?? measures[0] ?? defaultMetrics.shown,
      range: readRange(textOf(parameters, 'range')) ?? defaultMetrics.range,
      timeZone: timeZone !== null && isTimeZone(timeZone) ? timeZone : defaultMetrics.timeZone,
      grain: wordOf(textOf(parameters, 'grain'), timeUnits, defaultMetrics.grain),
      breakdown: readGroup(textOf(parameters, 'by')),
      where: readConditions(textsOf(parameters, 'where')),
      compare: textOf(parameters, 'compare') === 'none' ? null : wordOf(textOf(parameters, 'compare'), compares, defaultMetrics.compare),
      chart: wordOf(textOf(parameters, 'chart'), chartKinds, defaultMetrics.chart),
      limit: integerOf(textOf(parameters, 'limit'), { min: 1, max: 1000 }, defaultMetrics.limit),
    }
  },
  write(query) {
    const measures = query.measures.map(escapePart).join(',')
    const where = printConditions(query.where)
    return {
      ...(measures === defaultMetrics.measures.join(',') ? {} : { measures }),
      ...(query.shown === query.measures[0] ? {} : { shown: escapePart(query.shown) }),
      ...(printRange(query.range) === printRange(defaultMetrics.range) ? {} : { range: printRange(query.range) }),
      ...(query.timeZone === defaultMetrics.timeZone ? {} : { tz: query.timeZone }),
      ...(query.grain === defaultMetrics.grain ? {} : { grain: query.grain.toLowerCase() }),
      ...(query.breakdown === null ? {} : { by: printGroup(query.breakdown) }),
      ...(where.length === 0 ? {} : { where }),
      ...(query.compare === defaultMetrics.compare ? {} : { compare: query.compare?.toLowerCase() ?? 'none' }),
      ...(query.chart === defaultMetrics.chart ? {} : { chart: query.chart }),
      ...(query.limit === defaultMetrics.limit ? {} : { limit: String(query.limit) }),
    }
  },
}

/** null when none is named. */
function readMeasures(text: string | null): readonly string[] | null {
  const names = (text ?? '').split(',').map(unescapePart)
  const known = names.filter((name) => /^[a-zA-Z]\w*$/.test(name) || /^events:./s.test(name))
  return known.length === 0 ? null : [...new Set(known)].slice(0, maxMeasures)
}

/** The question of the headline and of the table: by time, or by the breakdown with the largest first. */
export function metricsInput(query: MetricsQuery): MetricsInput {
  const where = filterInput(query.where)
  return {
    range: rangeInput(query.range, query.timeZone),
    timeZone: query.timeZone,
    ...(query.breakdown === null
      ? { groupBy: [{ time: query.grain }], limit: maxBuckets }
      : { groupBy: [groupInput(query.breakdown)], orderBy: [orderOf(query.shown, query.measures)], limit: query.limit }),
    ...(where === undefined ? {} : { where }),
  }
}

/** The question of a picture with a breakdown: over time, of the largest values alone. */
export function seriesInput(query: MetricsQuery, breakdown: Group, values: readonly GroupValue[]): MetricsInput {
  const members = [filterInput(query.where), valuesFilter(breakdown, values)].filter((each) => each !== undefined)
  return {
    range: rangeInput(query.range, query.timeZone),
    timeZone: query.timeZone,
    groupBy: [{ time: query.grain }, groupInput(breakdown)],
    ...(members.length === 0 ? {} : { where: members.length === 1 ? members[0] : { and: members } }),
    limit: maxBuckets * maxSeries,
  }
}

function valuesFilter(breakdown: Group, values: readonly GroupValue[]) {
  if (breakdown.kind === 'segment') return segmentFilter(breakdown.id, values)
  const [field, property] = breakdown.kind === 'property' ? (['property', breakdown.name] as const) : ([breakdown.field, ''] as const)
  const present = values.map((each) => each.id).filter((each) => each !== null)
  const isPresent = filterInput([{ field, property, operator: 'in', values: present }])
  const isAbsent = values.some((each) => each.id === null) ? filterInput([{ field, property, operator: 'isNull', values: [] }]) : undefined
  const any = [isPresent, isAbsent].filter((each) => each !== undefined)
  return any.length === 1 ? any[0] : { or: any }
}

/** A user is a member or is not: who asks for both asks for all. */
function segmentFilter(id: string, values: readonly GroupValue[]) {
  if (values.length !== 1) return undefined
  return filterInput([{ field: 'segment', property: '', operator: values[0]?.id === membersValue.id ? 'in' : 'notIn', values: [id] }])
}

/** Measures with arguments are ordered by through the response key of their selection. */
function orderOf(shown: string, measures: readonly string[]) {
  return shown.startsWith('events:') ? { alias: measureKey(shown, measures) } : { measure: shown }
}

/** The response key of a measure in a row: its name, or a number for named events. */
export const measureKey = (measure: string, measures: readonly string[]): string =>
  measure.startsWith('events:') ? `events${measures.indexOf(measure)}` : measure

/** The response key of the same measure over the time it is compared with. */
export const beforeKey = (measure: string, measures: readonly string[]): string => `${measureKey(measure, measures)}Before`
