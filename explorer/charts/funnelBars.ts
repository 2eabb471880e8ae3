import type { BarSeriesOption, EChartsOption, YAXisComponentOption as YAXisOption } from 'echarts'
import { absentFigure } from '../design/format.ts'
import { legendHeight, legendOption } from './legend.ts'
import { seriesColor, type ChartTheme } from './theme.ts'
import { tooltipHtml } from './tooltip.ts'

/** What is drawn and said of one step: `conversion` is of the users of the first step, 0 to 1; null without any. The others are as people read them. */
export type FunnelBar = {
  readonly conversion: number | null
  readonly share: string
  readonly users: string
  /** Who went no further; null for the last step. */
  readonly dropOff: string | null
  /** The median of the time from the step before; null for the first step, and where nobody came. */
  readonly median: string | null
}

/** The steps of one group. */
export type FunnelSeries = { readonly name: string; readonly bars: readonly FunnelBar[] }

export type FunnelBarsPicture = {
  /** From the top down. */
  readonly steps: readonly string[]
  readonly series: readonly FunnelSeries[]
}

const nameWidth = 118

/** A bar for each step as long as its share of those who began; several groups side by side. One funnel alone says its numbers at the end of its tracks. */
export function funnelBarsOption(picture: FunnelBarsPicture, theme: ChartTheme): EChartsOption {
  const [alone] = picture.series.length === 1 ? picture.series : []
  return {
    aria: { enabled: false },
    animationDuration: 250,
    grid: {
      left: 4,
      right: alone === undefined ? 92 : 4,
      top: 4,
      bottom: legendHeight(alone === undefined),
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    legend: legendOption(theme, { isShown: alone === undefined, names: picture.series.map((each) => each.name) }),
    tooltip: {
      trigger: 'axis',
      appendTo: 'body',
      className: 'floating chart-tip-box',
      axisPointer: { type: 'shadow', shadowStyle: { opacity: 0.08 } },
      formatter: (hovered) => tooltipOf(picture, hovered, theme),
    },
    xAxis: { type: 'value', min: 0, max: 1, axisLabel: { show: false }, splitLine: { show: false } },
    yAxis: [stepAxis(picture.steps, theme), ...(alone === undefined ? [] : [numberAxis(picture.steps, { bars: alone.bars, theme })])],
    series: picture.series.map((each, index) =>
      alone === undefined ? groupBars(each, { theme, color: seriesColor(theme, index) }) : aloneBars(each, { theme, color: theme.accent }),
    ),
  }
}

function stepAxis(steps: readonly string[], theme: ChartTheme): YAXisOption {
  return {
    type: 'category',
    inverse: true,
    data: [...steps],
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: theme.inkSoft, fontFamily: theme.font, fontSize: 12, margin: 10, interval: 0, width: nameWidth, overflow: 'truncate' },
  }
}

/** The numbers of each step, on the other side of its track. */
function numberAxis(steps: readonly string[], { bars, theme }: { readonly bars: readonly FunnelBar[]; readonly theme: ChartTheme }): YAXisOption {
  return {
    type: 'category',
    position: 'right',
    inverse: true,
    data: [...steps],
    axisLine: { show: false },
    axisTick: { show: false },
    axisPointer: { show: false },
    axisLabel: {
      fontFamily: theme.font,
      color: theme.inkSoft,
      fontSize: 12,
      margin: 12,
      interval: 0,
      align: 'left',
      formatter: (_name: string, index: number) => numbersOf(bars[index]),
      rich: {
        share: { color: theme.ink, fontFamily: theme.font, fontWeight: 600, fontSize: 12, lineHeight: 18 },
        users: { color: theme.inkSoft, fontFamily: theme.font, fontSize: 12, lineHeight: 18 },
        rest: { color: theme.inkFaint, fontFamily: theme.font, fontSize: 11, lineHeight: 15 },
      },
    },
  }
}

function numbersOf(bar: FunnelBar | undefined): string {
  if (bar === undefined) return ''
  const rest = [...(bar.median === null ? [] : [`median ${bar.median}`]), ...(bar.dropOff === null ? [] : [`${bar.dropOff} drop off`])]
  return [`{share|${bar.share}} {users| ${bar.users}}`, ...rest.map((each) => `{rest|${each}}`)].join('\n')
}

type Look = { readonly theme: ChartTheme; readonly color: string }

function aloneBars({ name, bars }: FunnelSeries, { theme, color }: Look): BarSeriesOption {
  return {
    type: 'bar',
    name,
    color,
    data: bars.map(({ conversion }) => conversion ?? 0),
    barMaxWidth: 30,
    showBackground: true,
    backgroundStyle: { color: theme.line, borderRadius: 3 },
    itemStyle: { borderRadius: 3 },
    emphasis: { focus: 'none' },
  }
}

function groupBars({ name, bars }: FunnelSeries, { theme, color }: Look): BarSeriesOption {
  return {
    type: 'bar',
    name,
    color,
    data: bars.map(({ conversion }) => conversion ?? 0),
    barMaxWidth: 14,
    barGap: '14%',
    barCategoryGap: '26%',
    itemStyle: { borderRadius: [0, 2, 2, 0] },
    label: {
      show: true,
      position: 'right',
      color: theme.inkSoft,
      fontFamily: theme.font,
      fontSize: 11,
      formatter: ({ dataIndex }) => shortly(bars[dataIndex]),
    },
    emphasis: { focus: 'none' },
  }
}

/** Beside a bar among others there is room for little: the tooltip and the table say the rest. */
const shortly = (bar: FunnelBar | undefined): string => (bar === undefined ? '' : [bar.share, ...(bar.median === null ? [] : [bar.median])].join(' · '))

/** How high the picture has to be, in rem: its bars keep their width. */
export const funnelBarsHeight = ({ steps, series }: FunnelBarsPicture): number =>
  series.length <= 1 ? Math.max(7, steps.length * 3.875 + 0.5) : Math.max(10, steps.length * (1 + series.length * 1) + 2.5)

function tooltipOf({ steps, series }: FunnelBarsPicture, hovered: unknown, theme: ChartTheme): string {
  const first: unknown = Array.isArray(hovered) ? hovered[0] : hovered
  if (typeof first !== 'object' || first === null || !('dataIndex' in first) || typeof first.dataIndex !== 'number') return ''
  const index = first.dataIndex
  const lines = series.map(({ name, bars }, order) => {
    const bar = bars[index]
    return { color: series.length === 1 ? theme.accent : seriesColor(theme, order), name, value: bar === undefined ? absentFigure : tellBar(bar) }
  })
  return tooltipHtml(steps[index] ?? '', lines)
}

/** 34.6% · 12 users · 20 drop off · median 3 h */
export function tellBar({ share, users, dropOff, median }: FunnelBar): string {
  return [share, `${users} users`, ...(median === null ? [] : [`median ${median}`]), ...(dropOff === null ? [] : [`${dropOff} drop off`])].join(' · ')
}
