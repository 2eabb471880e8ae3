import type { BarSeriesOption, EChartsOption } from 'echarts'
import { seriesColor, type ChartTheme } from './theme.ts'
import { tooltipHtml } from './tooltip.ts'

/** What one model credits to each group; null where there is nothing to say. `color` is the place in the palette. */
export type ModelBars = { readonly name: string; readonly color: number; readonly values: readonly (number | null)[] }

export type ModelBarsPicture = {
  /** From the top down. */
  readonly groups: readonly string[]
  readonly models: readonly ModelBars[]
  readonly format: (value: number) => string
  readonly formatAxis: (value: number) => string
}

const labelCharacters = 24

/** For each group a bar per model, side by side, the groups from the top down. */
export function modelBarsOption(picture: ModelBarsPicture, theme: ChartTheme): EChartsOption {
  return {
    aria: { enabled: false },
    animationDuration: 250,
    grid: { left: 4, right: 20, top: 4, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    legend: { show: false },
    tooltip: {
      trigger: 'axis',
      appendTo: 'body',
      className: 'floating chart-tip-box',
      axisPointer: { type: 'shadow', shadowStyle: { opacity: 0.08 } },
      formatter: (hovered) => tooltipOf(picture, hovered, theme),
    },
    xAxis: {
      type: 'value',
      splitNumber: 4,
      axisLabel: { color: theme.inkFaint, fontFamily: theme.font, fontSize: 11, formatter: picture.formatAxis, hideOverlap: true },
      splitLine: { lineStyle: { color: theme.line } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: [...picture.groups],
      axisLine: { lineStyle: { color: theme.line } },
      axisTick: { show: false },
      axisLabel: { color: theme.inkSoft, fontFamily: theme.font, fontSize: 12, margin: 10, interval: 0, formatter: shorten },
    },
    series: picture.models.map((model) => barsOf(model, theme)),
  }
}

function barsOf({ name, color, values }: ModelBars, theme: ChartTheme): BarSeriesOption {
  return {
    type: 'bar',
    name,
    color: seriesColor(theme, color),
    data: [...values],
    barMaxWidth: 12,
    barMinWidth: 3,
    barGap: '12%',
    barCategoryGap: '28%',
    itemStyle: { borderRadius: [0, 2, 2, 0] },
    emphasis: { focus: 'none' },
  }
}

const shorten = (label: string): string => (label.length > labelCharacters ? `${label.slice(0, labelCharacters - 1)}…` : label)

/** How high the picture has to be, in rem: its bars keep their width. */
export const modelBarsHeight = ({ groups, models }: Pick<ModelBarsPicture, 'groups' | 'models'>): number =>
  Math.max(10, groups.length * (0.9 + Math.max(2, models.length) * 0.62) + 2)

function tooltipOf({ groups, models, format }: ModelBarsPicture, hovered: unknown, theme: ChartTheme): string {
  const first: unknown = Array.isArray(hovered) ? hovered[0] : hovered
  if (typeof first !== 'object' || first === null || !('dataIndex' in first) || typeof first.dataIndex !== 'number') return ''
  const index = first.dataIndex
  const lines = models.map(({ name, color, values }) => {
    const value = values[index] ?? null
    return { color: seriesColor(theme, color), name, value: value === null ? '–' : format(value) }
  })
  return tooltipHtml(groups[index] ?? '', lines)
}
