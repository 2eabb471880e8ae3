import { describe, expect, it } from 'vitest'
import { cohortOf, cohortsOf } from '../testing/cohorts.ts'
import { testTheme } from '../testing/theme.ts'
import { cohortFormat } from './cohortFigures.ts'
import { cohortHeatmapOption, scaleTop } from './cohortHeatmap.ts'

const rows = [cohortOf(0, 100, [1, 0.5, 0.25]), cohortOf(1, 80, [1, 0.4, 0.1], { partial: 1 }), cohortOf(2, 60, [0.9], { partial: 1, periods: 3 })]
const answer = cohortsOf(rows)
const option = cohortHeatmapOption({ answer, format: cohortFormat('retention', 'USD'), title: 'Retention' }, testTheme)
const [series] = option.series as {
  data: { value: number[]; itemStyle: { color: string; decal?: object } }[]
  label: { formatter: (cell: object) => string }
}[]

describe('the heatmap of cohorts', () => {
  it('draws the cells that have begun, and no others', () => {
    expect(series?.data.map((cell) => cell.value)).toEqual([
      [0, 0, 1],
      [1, 0, 0.5],
      [2, 0, 0.25],
      [0, 1, 1],
      [1, 1, 0.4],
      [2, 1, 0.1],
      [0, 2, 0.9],
    ])
  })

  it('hatches those that are not complete', () => {
    expect(series?.data.map((cell) => cell.itemStyle.decal !== undefined)).toEqual([false, false, false, false, false, true, true])
  })

  it('scales by the largest complete cell after the first period', () => {
    expect(scaleTop(rows)).toBe(0.5)
    expect(series?.data.slice(0, 3).map((cell) => cell.itemStyle.color)).toEqual(['rgb(200, 200, 200)', 'rgb(200, 200, 200)', 'rgb(100, 100, 100)'])
    expect(scaleTop([cohortOf(0, 10, [0.7])])).toBe(0.7)
    expect(scaleTop([])).toBe(0)
  })

  it('names each cohort with its size, and each cell with its number', () => {
    expect((option.yAxis as { data: string[] }).data).toEqual(['2 Mar|100', '9 Mar|80', '16 Mar|60'])
    expect(series?.label.formatter({ value: [1, 0, 0.5] })).toBe('50.0%')
  })

  it('tells in its tooltip how much of a cell was observed', () => {
    const { formatter } = option.tooltip as { formatter: (hovered: unknown) => string }
    const html = formatter({ value: [2, 1, 0.1] })
    expect(html).toContain('9 Mar, week 2 (not complete)')
    expect(html).toContain('40 of 80')
    expect(formatter({})).toBe('')
  })
})
