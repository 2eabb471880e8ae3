import type { EChartsOption } from 'echarts'
import type { ChartTheme } from './theme.ts'
import { tooltipHtml } from './tooltip.ts'

/** How many came in each minute, oldest first; the last one still runs. */
export type RatePicture = { readonly minutes: readonly { readonly startMs: number; readonly count: number }[]; readonly timeZone: string }

/** A bar per minute; the one that still runs is lighter. */
export function rateOption({ minutes, timeZone }: RatePicture, theme: ChartTheme): EChartsOption {
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone })
  const last = minutes.length - 1
  return {
    aria: { enabled: false },
    animationDuration: 200,
    grid: { left: 4, right: 8, top: 8, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis',
      appendTo: 'body',
      className: 'floating chart-tip-box',
      axisPointer: { type: 'shadow', shadowStyle: { opacity: 0.08 } },
      formatter: (hovered) => {
        const first: unknown = Array.isArray(hovered) ? hovered[0] : hovered
        const index = typeof first === 'object' && first !== null && 'dataIndex' in first ? Number(first.dataIndex) : -1
        const minute = minutes[index]
        if (minute === undefined) return ''
        const title = `${time.format(minute.startMs)}${index === last ? ' (not complete)' : ''}`
        return tooltipHtml(title, [{ color: theme.accent, name: 'Conversions', value: minute.count.toLocaleString('en') }])
      },
    },
    xAxis: {
      type: 'category',
      data: minutes.map(({ startMs }) => time.format(startMs)),
      axisLine: { lineStyle: { color: theme.line } },
      axisTick: { show: false },
      axisLabel: { color: theme.inkFaint, fontFamily: theme.font, fontSize: 11, hideOverlap: true, margin: 8 },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitNumber: 2,
      axisLabel: { color: theme.inkFaint, fontFamily: theme.font, fontSize: 11 },
      splitLine: { lineStyle: { color: theme.line } },
    },
    series: [
      {
        type: 'bar',
        name: 'Conversions',
        barMaxWidth: 26,
        data: minutes.map(({ count }, index) => ({
          value: count,
          itemStyle: { color: theme.accent, opacity: index === last ? 0.55 : 1, borderRadius: [2, 2, 0, 0] },
        })),
      },
    ],
  }
}
