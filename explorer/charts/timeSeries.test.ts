import { describe, expect, it } from 'vitest'
import { testTheme } from '../testing/theme.ts'
import { timeSeriesOption, type TimeSeriesPicture } from './timeSeries.ts'

const point = (day: number, value: number | null, isPartial = false) => ({ start: `2026-03-0${day}T00:00:00.000Z`, value, isPartial })
const picture = (part: Partial<TimeSeriesPicture>): TimeSeriesPicture => ({
  kind: 'line',
  grain: 'DAY',
  timeZone: 'UTC',
  emptyValue: 0,
  beforeName: 'Previous period',
  format: (value) => `${value} installs`,
  formatAxis: String,
  series: [{ name: 'Installs', points: [point(1, 5), point(2, 7), point(4, 1)] }],
  ...part,
})
const seriesOf = (part: Partial<TimeSeriesPicture>) =>
  timeSeriesOption(picture(part), testTheme).series as { name: string; data: unknown[]; [key: string]: unknown }[]

describe('a time series', () => {
  it('draws a day without rows as zero, or as a gap where nothing can be said', () => {
    expect(seriesOf({})[0]?.data).toEqual([5, 7, 0, 1])
    expect(seriesOf({ emptyValue: null })[0]?.data).toEqual([5, 7, null, 1])
  })

  it('dashes the line from the last complete bucket to the one that is not', () => {
    const [solid, dashed] = seriesOf({ series: [{ name: 'Installs', points: [point(1, 5), point(2, 7), point(3, 2, true)] }] })
    expect(solid?.data).toEqual([5, 7, null])
    expect(dashed).toMatchObject({ name: 'Installs', data: [null, 7, 2], lineStyle: { type: [4, 4] } })
  })

  it('hatches the bar of a bucket that is not complete', () => {
    const [bars] = seriesOf({ kind: 'bar', series: [{ name: 'Installs', points: [point(1, 5), point(2, 7, true)] }] })
    expect(bars?.data).toMatchObject([
      { value: 5, itemStyle: { color: 'one' } },
      { value: 7, itemStyle: { decal: { color: 'surface' } } },
    ])
    expect(bars?.data[0]).not.toHaveProperty('itemStyle.decal')
  })

  it('stacks areas', () => {
    const both = seriesOf({
      kind: 'area',
      series: [
        { name: 'a', points: [point(1, 1)] },
        { name: 'b', points: [point(1, 2)] },
      ],
    })
    expect(both.map((each) => [each.name, each['stack'], each['color']])).toEqual([
      ['a', 'all', 'one'],
      ['b', 'all', 'two'],
    ])
  })

  it('draws the time before under its own bucket', () => {
    const [, before] = seriesOf({ series: [{ name: 'Installs', points: [point(1, 5), point(3, 7)], before: [4, 6] }] })
    expect(before).toMatchObject({ data: [4, null, 6], silent: true, color: 'inkFaint' })
  })

  it('tells in its tooltip what is hovered, escaped, with what was before', () => {
    const option = timeSeriesOption(picture({ series: [{ name: '<b>', points: [point(1, 5, true)], before: [4] }] }), testTheme)
    const { formatter } = option.tooltip as { formatter: (hovered: unknown) => string }
    const html = formatter([{ dataIndex: 0 }])
    expect(html).toContain('Sun, 1 Mar 2026 (not complete)')
    expect(html).toContain('&lt;b&gt;')
    expect(html).toContain('4 installs')
    expect(formatter([])).toBe('')
  })
})
