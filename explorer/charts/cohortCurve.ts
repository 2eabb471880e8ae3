import type { EChartsOption, LineSeriesOption } from 'echarts'
import { formatFigure, formatTick } from '../design/format.ts'
import type { CohortRow, CohortsAnswer } from '../operations/useCohortsAnswer.ts'
import { cellValue, cohortName, periodName, weightedCurve } from './cohortFigures.ts'
import type { CohortPicture } from './cohortHeatmap.ts'
import { heatColor } from './heat.ts'
import { legendHeight, legendOption } from './legend.ts'
import { seriesColor, type ChartTheme } from './theme.ts'
import { tooltipHtml } from './tooltip.ts'

/** One line: its value in each period; null where it is not complete. */
export type Curve = { readonly name: string; readonly values: readonly (number | null)[]; readonly isStrong: boolean }

/** Lines beyond these are in the table alone. */
const maxCurves = 24
const maxTooltipLines = 12

/** A line for each cohort and their weighted mean; with a breakdown one for each of its values. Only complete cells are drawn. */
export function curvesOf(answer: CohortsAnswer): readonly Curve[] {
  const { breakdown, show } = answer.question
  if (breakdown !== null && (show === 'retention' || show === 'ltv')) {
    const groups = [...Map.groupBy(answer.rows, (row) => row.group?.label ?? '')]
    return groups.slice(0, maxCurves).map(([name, rows]) => ({ name, values: weightedCurve(rows, answer.question), isStrong: true }))
  }
  const each = answer.rows.slice(-maxCurves).map((row) => ({ name: cohortName(row, answer.question), values: completeValues(row), isStrong: false }))
  const mean = weightedCurve(answer.rows, answer.question)
  return mean.some((value) => value !== null) ? [...each, { name: 'All cohorts, weighted', values: mean, isStrong: true }] : each
}

const completeValues = (row: CohortRow): readonly (number | null)[] => row.cells.map((cell) => (cell.isPartial ? null : cellValue(cell)))

export function cohortCurveOption({ answer, format }: CohortPicture, theme: ChartTheme): EChartsOption {
  const { grain, periods, breakdown } = answer.question
  const curves = curvesOf(answer)
  const isByGroup = breakdown !== null && curves.every((curve) => curve.isStrong)
  const colors = curves.map((curve, index) => {
    if (isByGroup) return seriesColor(theme, index)
    return curve.isStrong ? theme.accent : heatColor(theme.heat, 0.45 + (0.5 * index) / Math.max(1, curves.length - 1))
  })
  const text = { fontFamily: theme.font, fontSize: 11 }
  return {
    animationDuration: 250,
    aria: { enabled: false },
    grid: { left: 4, right: 16, top: 12, bottom: legendHeight(isByGroup), outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    legend: legendOption(theme, { isShown: isByGroup, names: curves.map((curve) => curve.name) }),
    tooltip: {
      trigger: 'axis',
      appendTo: 'body',
      className: 'floating chart-tip-box',
      axisPointer: { lineStyle: { color: theme.inkFaint, type: 'solid' } },
      formatter: (hovered) => {
        const index = indexOf(hovered)
        const lines = curves.flatMap(({ name, values }, order) => {
          const value = values[index] ?? null
          return value === null ? [] : [{ color: colors[order] ?? theme.other, name, value: formatFigure(value, format) }]
        })
        return tooltipHtml(periodName(grain, index), lines.slice(-maxTooltipLines))
      },
    },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: Array.from({ length: periods }, (_each, index) => periodName(grain, index)),
      axisLine: { lineStyle: { color: theme.line } },
      axisTick: { show: false },
      axisLabel: { ...text, color: theme.inkFaint, hideOverlap: true, margin: 10 },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      axisLabel: { ...text, color: theme.inkFaint, formatter: (value: number) => formatTick(value, format) },
      splitLine: { lineStyle: { color: theme.line } },
    },
    series: curves.map((curve, index) => drawCurve(curve, colors[index] ?? theme.other)),
  }
}

function drawCurve({ name, values, isStrong }: Curve, color: string): LineSeriesOption {
  return {
    type: 'line',
    name,
    data: [...values],
    color,
    symbol: 'circle',
    symbolSize: 5,
    showSymbol: isStrong,
    lineStyle: { width: isStrong ? 2.5 : 1, color },
    z: isStrong ? 3 : 2,
    emphasis: { focus: 'series' },
  }
}

function indexOf(hovered: unknown): number {
  const first: unknown = Array.isArray(hovered) ? hovered[0] : hovered
  return typeof first === 'object' && first !== null && 'dataIndex' in first && typeof first.dataIndex === 'number' ? first.dataIndex : -1
}
