import { describe, expect, it } from 'vitest'
import { testTheme } from '../testing/theme.ts'
import { funnelBarsHeight, funnelBarsOption, type FunnelBar, type FunnelBarsPicture } from './funnelBars.ts'

const bar = (part: Partial<FunnelBar>): FunnelBar => ({ conversion: 1, share: '100.0%', users: '20', dropOff: '5', median: null, ...part })
const bars = [bar({}), bar({ conversion: 0.75, share: '75.0%', users: '15', dropOff: null, median: '2.0 h' })]
const alone: FunnelBarsPicture = { steps: ['1. install', '2. purchase'], series: [{ name: 'Everybody', bars }] }
const several: FunnelBarsPicture = {
  ...alone,
  series: [
    { name: '<DE>', bars },
    { name: 'US', bars: [bar({}), bar({ conversion: null, share: '–', users: '0', dropOff: null })] },
  ],
}

type Label = { axisLabel: { formatter: (name: string, index: number) => string } }
type Drawn = {
  yAxis: readonly [{ inverse: boolean; data: string[] }, Label?]
  xAxis: { max: number }
  tooltip: { formatter: (hovered: unknown) => string }
  series: readonly { label: { formatter: (point: { dataIndex: number }) => string } }[]
}
const draw = (picture: FunnelBarsPicture) => funnelBarsOption(picture, testTheme) as unknown as Drawn

describe('one funnel', () => {
  it('is a bar for each step from the top down, as long as its share of the first', () => {
    const { yAxis, xAxis, series } = draw(alone)
    expect(yAxis[0]).toMatchObject({ inverse: true, data: ['1. install', '2. purchase'] })
    expect(xAxis.max).toBe(1)
    expect(series).toMatchObject([{ type: 'bar', name: 'Everybody', color: 'accent', data: [1, 0.75], showBackground: true }])
  })

  it('says conversion, users, median time and drop-off at the end of each track', () => {
    const formatter = draw(alone).yAxis[1]?.axisLabel.formatter
    expect(formatter?.('', 0)).toBe('{share|100.0%} {users| 20}\n{rest|5 drop off}')
    expect(formatter?.('', 1)).toBe('{share|75.0%} {users| 15}\n{rest|median 2.0 h}')
  })
})

describe('several funnels', () => {
  it('stand side by side in colours of their own, each bar with its share', () => {
    const { series, yAxis } = draw(several)
    expect(series).toMatchObject([
      { name: '<DE>', color: 'one', data: [1, 0.75] },
      { name: 'US', color: 'two', data: [1, 0] },
    ])
    expect(series.map(({ label }) => label.formatter({ dataIndex: 1 }))).toEqual(['75.0% · 2.0 h', '–'])
    expect(yAxis).toHaveLength(1)
  })

  it('tell all their numbers in the tooltip, escaped', () => {
    const { formatter } = draw(several).tooltip
    expect(formatter([{ dataIndex: 1 }])).toContain('&lt;DE&gt;')
    expect(formatter([{ dataIndex: 1 }])).toContain('75.0% · 15 users · median 2.0 h')
    expect(formatter([{ dataIndex: 0 }])).toContain('100.0% · 20 users · 5 drop off')
    expect(formatter([])).toBe('')
  })

  it('need more room the more there are', () => {
    const heights = [2, 3, 8].map((count) => funnelBarsHeight({ ...several, series: Array.from({ length: count }, () => ({ name: 'x', bars })) }))
    expect(heights).toEqual(heights.toSorted((a, b) => a - b))
    expect(new Set(heights).size).toBeGreaterThan(1)
    expect(funnelBarsHeight({ ...alone, steps: Array<string>(20).fill('x') })).toBeGreaterThan(funnelBarsHeight(alone))
  })
})
