import type { LegendComponentOption } from 'echarts'
import type { ChartTheme } from './theme.ts'

/** The names below a chart of several lines or bars, in one row that scrolls; what it takes of the height is `legendHeight`. */
export function legendOption(theme: ChartTheme, { isShown, names }: { readonly isShown: boolean; readonly names: readonly string[] }): LegendComponentOption {
  return {
    show: isShown,
    type: 'scroll',
    bottom: 0,
    left: 0,
    icon: 'circle',
    itemWidth: 8,
    itemHeight: 8,
    itemGap: 16,
    textStyle: { color: theme.inkSoft, fontFamily: theme.font, fontSize: 12 },
    pageIconColor: theme.inkSoft,
    pageTextStyle: { color: theme.inkSoft },
    data: [...names],
  }
}

/** What is kept free below the chart, in pixels. */
export const legendHeight = (isShown: boolean): number => (isShown ? 34 : 4)
