import { formatFigure, formatTick } from '../design/format.ts'
import { numberOf } from '../operations/answer.ts'
import type { MetricsAnswer, MetricsRow } from '../operations/useMetricsAnswer.ts'
import type { Definition } from '../operations/useCatalog.ts'
import type { ChartKind } from '../query/metricsQuery.ts'
import type { TimeSeries, TimeSeriesPicture } from './timeSeries.ts'

type Shown = { readonly definition: Definition; readonly kind: ChartKind; readonly currency: string; readonly beforeName: string }

/** One measure over time: of all, with the time before; or a series for each value of the breakdown. `order` says their order. */
export function metricsPicture(answer: MetricsAnswer, { definition, kind, currency, beforeName }: Shown, order: readonly MetricsRow[] = []): TimeSeriesPicture {
  const { grain, timeZone, breakdown } = answer.question
  const format = { type: definition.type, unit: definition.unit, currency }
  return {
    kind,
    grain,
    timeZone,
    beforeName,
    // Sums over nothing are zero; ratios over nothing are nothing.
    emptyValue: isSum(definition) ? 0 : null,
    series: breakdown === null ? [wholeSeries(answer, definition)] : groupSeries(answer, definition, order),
    format: (value) => formatFigure(value, format),
    formatAxis: (value) => formatTick(value, format),
  }
}

const isSum = ({ unit, type }: Definition): boolean => type === 'BigInt' || unit === 'currency'

function wholeSeries({ rows, question }: MetricsAnswer, { name, title }: Definition): TimeSeries {
  const points = rows.flatMap((row) => pointOf(row, name) ?? [])
  return question.compare === null ? { name: title, points } : { name: title, points, before: rows.map((row) => numberOf(row.before[name])) }
}

function groupSeries({ rows }: MetricsAnswer, { name }: Definition, order: readonly MetricsRow[]): readonly TimeSeries[] {
  const byId = Map.groupBy(rows, (row) => row.group?.id ?? null)
  return order.flatMap(({ group }) => {
    const own = byId.get(group?.id ?? null)
    return own === undefined || group === null ? [] : [{ name: group.label, points: own.flatMap((row) => pointOf(row, name) ?? []) }]
  })
}

function pointOf(row: MetricsRow, measure: string) {
  return row.bucket === null ? null : { start: row.bucket.start, value: numberOf(row.now[measure]), isPartial: row.bucket.isPartial }
}
