import type { BarSeriesOption, EChartsOption, LineSeriesOption } from 'echarts'
import type { TimeUnit } from '../operations/generated/graphql.ts'
import { formatBucket } from '../design/format.ts'
import { fillBuckets } from './buckets.ts'
import { legendHeight, legendOption } from './legend.ts'
import { seriesColor, type ChartTheme } from './theme.ts'
import { tooltipHtml } from './tooltip.ts'

/** One bucket of a series. `isPartial`: the range or asOf cuts it, so it is drawn as not finished. */
export type Point = { readonly start: string; readonly value: number | null; readonly isPartial: boolean }

/** `before` says the values over the time that is compared with, in the order of `points`. */
export type TimeSeries = { readonly name: string; readonly points: readonly Point[]; readonly before?: readonly (number | null)[] }

export type TimeSeriesPicture = {
  readonly kind: 'line' | 'area' | 'bar'
  readonly series: readonly TimeSeries[]
  readonly grain: TimeUnit
  readonly timeZone: string
  /** What a bucket without a row counts: 0 for sums, null for ratios. */
  readonly emptyValue: 0 | null
  readonly beforeName: string
  readonly format: (value: number) => string
  readonly formatAxis: (value: number) => string
}

type Drawn = LineSeriesOption | BarSeriesOption

/** Lines, stacked areas or stacked bars over time; what is not finished is dashed or hatched, the time before is a thin dashed line. */
export function timeSeriesOption(picture: TimeSeriesPicture, theme: ChartTheme): EChartsOption {
  const { grain, timeZone, series } = picture
  const starts = fillBuckets(
    series.flatMap((each) => each.points.map((point) => point.start)),
    grain,
    timeZone,
  )
  const hasLegend = series.length > 1
  return {
    aria: { enabled: false },
    animationDuration: 250,
    grid: { left: 4, right: 12, top: 12, bottom: legendHeight(hasLegend), outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    legend: legendOption(theme, { isShown: hasLegend, names: series.map((each) => each.name) }),
    tooltip: axisTooltip(picture, { starts, theme }),
    xAxis: {
      type: 'category',
      data: [...starts],
      boundaryGap: picture.kind === 'bar',
      axisLine: { lineStyle: { color: theme.line } },
      axisTick: { show: false },
      axisLabel: {
        color: theme.inkFaint,
        fontFamily: theme.font,
        fontSize: 11,
        hideOverlap: true,
        margin: 10,
        formatter: (start: string) => formatBucket(start, grain, timeZone, 'short'),
      },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      axisLabel: { color: theme.inkFaint, fontFamily: theme.font, fontSize: 11, formatter: picture.formatAxis },
      splitLine: { lineStyle: { color: theme.line } },
    },
    series: series.flatMap((each, index) => drawSeries(each, { picture, starts, color: seriesColor(theme, index), theme })),
  }
}

function axisTooltip(picture: TimeSeriesPicture, { starts, theme }: Pick<Drawing, 'starts' | 'theme'>): EChartsOption['tooltip'] {
  return {
    trigger: 'axis',
    appendTo: 'body',
    className: 'floating chart-tip-box',
    axisPointer: { type: picture.kind === 'bar' ? 'shadow' : 'line', lineStyle: { color: theme.inkFaint, type: 'solid' }, shadowStyle: { opacity: 0.08 } },
    formatter: (hovered) => tooltipOf(picture, { hovered, starts, theme }),
  }
}

type Drawing = { readonly picture: TimeSeriesPicture; readonly starts: readonly string[]; readonly color: string; readonly theme: ChartTheme }

function drawSeries(series: TimeSeries, { picture, starts, color, theme }: Drawing): readonly Drawn[] {
  const byStart = new Map(series.points.map((point) => [point.start, point]))
  const values = starts.map((start) => byStart.get(start)?.value ?? picture.emptyValue)
  const isPartial = starts.map((start) => byStart.get(start)?.isPartial === true)
  const before = beforeSeries(series, { picture, starts, theme })
  if (picture.kind === 'bar') {
    const hatched = { color, decal: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4, color: theme.surface } }
    const data = values.map((value, index) => ({ value, itemStyle: isPartial[index] === true ? hatched : { color } }))
    return [{ type: 'bar', name: series.name, stack: 'all', data, color, barMaxWidth: 28, emphasis: { focus: 'series' } }, ...before]
  }
  const tail = unfinishedTail(isPartial)
  const base = {
    type: 'line',
    name: series.name,
    color,
    symbol: 'circle',
    symbolSize: 6,
    showSymbol: starts.length === 1,
    lineStyle: { width: 2, color },
    emphasis: { focus: 'series' },
    // A refund makes a value negative: it is taken off the stack, not stacked on the other side.
    ...(picture.kind === 'area' ? { stack: 'all', stackStrategy: 'all' as const, areaStyle: { opacity: picture.series.length === 1 ? 0.14 : 0.35 } } : {}),
  } as const
  // A stack is one piece: a tail of its own would be stacked twice.
  if (tail === null || picture.kind === 'area') return [{ ...base, data: values }, ...before]
  return [
    { ...base, data: values.map((value, index) => (index <= tail ? value : null)) },
    { ...base, data: values.map((value, index) => (index >= tail ? value : null)), lineStyle: { width: 2, color, type: [4, 4] } },
    ...before,
  ]
}

/** The last finished bucket before those at the end that are not; null when all are finished, or none is. */
function unfinishedTail(isPartial: readonly boolean[]): number | null {
  const last = isPartial.findLastIndex((each) => !each)
  return last === -1 || last === isPartial.length - 1 ? null : last
}

function beforeSeries({ name, points, before }: TimeSeries, { picture, starts, theme }: Omit<Drawing, 'color'>): readonly Drawn[] {
  if (before === undefined) return []
  const byStart = new Map(points.map((point, index) => [point.start, before[index] ?? null]))
  const data = starts.map((start) => byStart.get(start) ?? null)
  return [
    {
      type: 'line',
      name: `${name}${beforeMark}`,
      data,
      color: theme.inkFaint,
      symbol: 'none',
      lineStyle: { width: 1.5, type: [2, 3], color: theme.inkFaint },
      // Bars would hide it.
      z: picture.kind === 'bar' ? 3 : 1,
      silent: true,
    },
  ]
}

/** Tells the series of the time before from the others; no name of ours ends with it. */
const beforeMark = '\u0000before'

function tooltipOf(picture: TimeSeriesPicture, { hovered, starts, theme }: { hovered: unknown; starts: readonly string[]; theme: ChartTheme }): string {
  const index = dataIndexOf(hovered)
  const start = starts[index]
  if (start === undefined) return ''
  const isPartial = picture.series.some((each) => each.points.some((point) => point.start === start && point.isPartial))
  const lines = picture.series.flatMap((each, order) => {
    const at = each.points.findIndex((point) => point.start === start)
    const value = each.points[at]?.value ?? picture.emptyValue
    const before = at === -1 ? undefined : each.before?.[at]
    return [
      { color: seriesColor(theme, order), name: each.name, value: value === null ? '–' : picture.format(value) },
      ...(before === undefined || before === null ? [] : [{ color: theme.inkFaint, name: picture.beforeName, value: picture.format(before) }]),
    ]
  })
  const title = formatBucket(start, picture.grain, picture.timeZone)
  return tooltipHtml(isPartial ? `${title} (not complete)` : title, lines)
}

function dataIndexOf(hovered: unknown): number {
  const first: unknown = Array.isArray(hovered) ? hovered[0] : hovered
  return typeof first === 'object' && first !== null && 'dataIndex' in first && typeof first.dataIndex === 'number' ? first.dataIndex : -1
}
