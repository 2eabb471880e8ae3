import type { EChartsOption, HeatmapSeriesOption } from 'echarts'
import { formatFigure, type FigureFormat } from '../design/format.ts'
import type { CohortRow, CohortsAnswer } from '../operations/useCohortsAnswer.ts'
import { cellValue, cohortName, formatCell, periodName } from './cohortFigures.ts'
import { heatColor, inkOn } from './heat.ts'
import type { ChartTheme } from './theme.ts'
import { tooltipHtml } from './tooltip.ts'

export type CohortPicture = { readonly answer: CohortsAnswer; readonly format: FigureFormat; readonly title: string }

/** Rows beyond these are in the table alone. */
export const maxHeatmapRows = 60
/** Narrower cells have no room for their number. */
const maxLabelledPeriods = 16

/** The picture is as high as it has cohorts. */
export const heatmapHeight = (rows: number): string => `${Math.min(rows, maxHeatmapRows) * 2 + 2.25}rem`

/** Narrower, and the numbers of the cells would run into one another. */
export const heatmapMinWidth = (periods: number): string => (periods > maxLabelledPeriods ? '20rem' : `${periods * 3 + 9}rem`)

/**
 * Cohorts from top to bottom, periods from left to right, the more the stronger; cells whose members were not all observed are hatched.
 * The scale leaves period 0 out, which is always the largest: it would make all others pale.
 */
export function cohortHeatmapOption({ answer, format, title }: CohortPicture, theme: ChartTheme): EChartsOption {
  const { grain, periods } = answer.question
  const rows = answer.rows.slice(0, maxHeatmapRows)
  const most = scaleTop(rows)
  const names = rows.map((row) => `${cohortName(row, answer.question)}|${row.size.toLocaleString('en')}`)
  return {
    animation: false,
    aria: { enabled: false },
    grid: { left: 0, right: 0, top: 26, bottom: 0, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'item',
      appendTo: 'body',
      className: 'floating chart-tip-box',
      formatter: (hovered) => tooltipOf({ answer, format, title }, { hovered, theme, rows }),
    },
    xAxis: {
      type: 'category',
      position: 'top',
      data: Array.from({ length: periods }, (_each, index) => (index === 0 ? periodName(grain, 0) : String(index))),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: theme.inkFaint, fontFamily: theme.font, fontSize: 11, interval: periods > maxLabelledPeriods ? 'auto' : 0 },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: names,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        fontFamily: theme.font,
        margin: 12,
        formatter: (name: string) => {
          const [cohort = '', size = ''] = name.split('|')
          return `{cohort|${cohort}}  {size|${size}}`
        },
        rich: {
          cohort: { color: theme.inkSoft, fontSize: 12, fontFamily: theme.font },
          size: { color: theme.inkFaint, fontSize: 12, fontFamily: theme.font, width: 44, align: 'right' },
        },
      },
    },
    series: [heatmapSeries(rows, { most, format, theme, hasLabels: periods <= maxLabelledPeriods })],
  }
}

/** The largest value of the scale: of complete cells after the first period, else of all. */
export function scaleTop(rows: readonly CohortRow[]): number {
  const complete = rows.flatMap((row) => row.cells.slice(1).filter((cell) => !cell.isPartial)).map((cell) => cellValue(cell) ?? 0)
  const most = Math.max(0, ...complete)
  return most > 0 ? most : Math.max(0, ...rows.flatMap((row) => row.cells.map((cell) => cellValue(cell) ?? 0)))
}

type Scale = { readonly most: number; readonly format: FigureFormat; readonly theme: ChartTheme; readonly hasLabels: boolean }

function heatmapSeries(rows: readonly CohortRow[], { most, format, theme, hasLabels }: Scale): HeatmapSeriesOption {
  const data = rows.flatMap((row, y) =>
    row.cells.flatMap((cell) => {
      const value = cellValue(cell)
      if (value === null) return []
      const color = heatColor(theme.heat, most === 0 ? 0 : value / most)
      return [
        {
          value: [cell.index, y, value],
          itemStyle: { color, ...(cell.isPartial ? { decal: hatching(theme) } : {}) },
          // Over a hatched cell the number needs a ground of its own.
          label: { color: inkOn(color), ...(cell.isPartial ? { backgroundColor: color, padding: [2, 5], borderRadius: 3 } : {}) },
        },
      ]
    }),
  )
  return {
    type: 'heatmap',
    data,
    itemStyle: { borderColor: theme.surface, borderWidth: 2, borderRadius: 4 },
    label: {
      show: hasLabels,
      fontFamily: theme.font,
      fontSize: 11.5,
      formatter: ({ value }) => (Array.isArray(value) ? formatCell(Number(value[2]), format) : ''),
    },
    emphasis: { itemStyle: { borderColor: theme.ink, borderWidth: 1 } },
  }
}

const hatching = (theme: ChartTheme) => ({ symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [1.5, 5], rotation: -Math.PI / 4, color: theme.surface })

type Hovered = { readonly hovered: unknown; readonly theme: ChartTheme; readonly rows: readonly CohortRow[] }

function tooltipOf({ answer, format, title }: CohortPicture, { hovered, theme, rows }: Hovered): string {
  const [index, y] = positionOf(hovered)
  const row = rows[y]
  const cell = row?.cells[index]
  if (row === undefined || cell === undefined) return ''
  const name = `${cohortName(row, answer.question)}, ${periodName(answer.question.grain, index).toLowerCase()}`
  const seen = cell.isPartial
    ? [{ color: theme.inkFaint, name: 'Observed so far', value: `${cell.matureUsers.toLocaleString('en')} of ${row.size.toLocaleString('en')}` }]
    : []
  return tooltipHtml(cell.isPartial ? `${name} (not complete)` : name, [
    { color: theme.accent, name: title, value: formatFigure(cell.value, format) },
    { color: theme.inkFaint, name: 'Active members', value: cell.users.toLocaleString('en') },
    { color: theme.inkFaint, name: 'Size', value: row.size.toLocaleString('en') },
    ...seen,
  ])
}

function positionOf(hovered: unknown): readonly [number, number] {
  if (typeof hovered !== 'object' || hovered === null || !('value' in hovered) || !Array.isArray(hovered.value)) return [-1, -1]
  return [Number(hovered.value[0]), Number(hovered.value[1])]
}
