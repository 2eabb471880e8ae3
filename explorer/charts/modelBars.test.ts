import { describe, expect, it } from 'vitest'
import { testTheme } from '../testing/theme.ts'
import { modelBarsHeight, modelBarsOption, type ModelBarsPicture } from './modelBars.ts'

const picture: ModelBarsPicture = {
  groups: ['Spring <sale>', 'A campaign whose name is much too long for an axis'],
  models: [
    { name: 'First touch', color: 0, values: [10, 4] },
    { name: 'Linear', color: 2, values: [7.5, null] },
  ],
  format: (value) => `${value} conversions`,
  formatAxis: String,
}

describe('models side by side', () => {
  it('are a bar each for every group, in the colour of the model', () => {
    expect(modelBarsOption(picture, testTheme).series).toMatchObject([
      { type: 'bar', name: 'First touch', color: 'one', data: [10, 4] },
      { type: 'bar', name: 'Linear', color: 'three', data: [7.5, null] },
    ])
  })

  it('begin with the first group at the top, long names cut', () => {
    const { yAxis } = modelBarsOption(picture, testTheme) as { yAxis: { inverse: boolean; data: string[]; axisLabel: { formatter: (name: string) => string } } }
    expect(yAxis.inverse).toBe(true)
    expect(yAxis.data).toEqual(picture.groups)
    expect(yAxis.axisLabel.formatter(picture.groups[1] ?? '')).toBe('A campaign whose name i…')
  })

  it('tell their numbers in the tooltip, escaped, and where there is none', () => {
    const { tooltip } = modelBarsOption(picture, testTheme) as { tooltip: { formatter: (hovered: unknown) => string } }
    expect(tooltip.formatter([{ dataIndex: 0 }])).toContain('Spring &lt;sale&gt;')
    expect(tooltip.formatter([{ dataIndex: 0 }])).toContain('7.5 conversions')
    expect(tooltip.formatter([{ dataIndex: 1 }])).toContain('<b>–</b>')
    expect(tooltip.formatter([])).toBe('')
  })

  it('need more room the more there are', () => {
    const models = [...picture.models, ...picture.models]
    expect(modelBarsHeight({ groups: Array<string>(10).fill('x'), models })).toBeGreaterThan(
      modelBarsHeight({ groups: Array<string>(10).fill('x'), models: picture.models }),
    )
    expect(modelBarsHeight({ groups: [], models: [] })).toBe(10)
  })
})
