import { computed } from 'vue'
import { metricsDocument } from '../query/document.ts'
import { readGroupValue, type Group, type GroupValue } from '../query/dimensions.ts'
import { beforeKey, maxSeries, measureKey, metricsInput, seriesInput, type MetricsQuery } from '../query/metricsQuery.ts'
import { figureOf, readBucket, readInfo, rowOf, rowsOf, type Bucket, type Figure, type Info, type Row } from './answer.ts'
import { useAnalysis, type Sent } from './useAnalysis.ts'

/** One row: where it stands, and its figures by measure. */
export type MetricsRow = { readonly bucket: Bucket | null; readonly group: GroupValue | null; readonly now: Figures; readonly before: Figures }
export type Figures = Readonly<Record<string, Figure>>
/** `question` is what was answered, which may be older than what the page asks now. */
export type MetricsAnswer = { readonly question: MetricsQuery; readonly rows: readonly MetricsRow[]; readonly totals: MetricsRow; readonly info: Info }

type Rights = { readonly mayExplain: boolean; readonly isKnown: boolean }

/** The answer to the page's question: rows by time, or by the breakdown with the largest first. */
export function useMetricsAnswer(query: () => MetricsQuery, rights: () => Rights) {
  return useAnalysis(
    () => (rights().isKnown ? sentOf(query(), rights().mayExplain) : null),
    (data) => readMetrics(data, query()),
  )
}

/** With a breakdown, the series of its largest values over time; null before these are known, and without a breakdown. */
export function useSeriesAnswer(query: () => MetricsQuery, largest: () => readonly MetricsRow[] | null) {
  const values = computed(
    () =>
      largest()
        ?.slice(0, maxSeries)
        .flatMap((row) => row.group ?? []) ?? [],
  )
  return useAnalysis(
    () => {
      const { breakdown, shown } = query()
      if (breakdown === null || values.value.length === 0) return null
      const text = metricsDocument({ measures: [shown], isByTime: true, group: breakdown, compare: null, hasTotals: false, mayExplain: false })
      return { text, variables: { input: seriesInput(query(), breakdown, values.value) } }
    },
    (data) => readMetrics(data, { ...query(), measures: [query().shown], compare: null }),
  )
}

function sentOf(query: MetricsQuery, mayExplain: boolean): Sent {
  const { measures, breakdown, compare } = query
  const text = metricsDocument({ measures, isByTime: breakdown === null, group: breakdown, compare, hasTotals: true, mayExplain })
  return { text, variables: { input: metricsInput(query) } }
}

/** null when the root field is null. */
export function readMetrics(data: unknown, query: MetricsQuery): MetricsAnswer | null {
  const { metrics } = rowOf(data)
  if (metrics === null || metrics === undefined) return null
  const { rows, totals, info } = rowOf(metrics)
  return {
    question: query,
    rows: rowsOf(rows).map((row) => readRow(row, query)),
    totals: readRow(rowOf(totals), { ...query, breakdown: null }),
    info: readInfo(info),
  }
}

function readRow(
  row: Row,
  { measures, breakdown, compare }: { measures: readonly string[]; breakdown: Group | null; compare: MetricsQuery['compare'] },
): MetricsRow {
  const figures = (keyOf: (measure: string, measures: readonly string[]) => string): Figures =>
    Object.fromEntries(measures.map((measure) => [measure, figureOf(row[keyOf(measure, measures)])]))
  return {
    bucket: readBucket(row['time']),
    group: breakdown === null ? null : readGroupValue(breakdown, row),
    now: figures(measureKey),
    before: compare === null ? {} : figures(beforeKey),
  }
}
