import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contrastOf, heatColor, inkOn } from './heat.ts'

const scale = ['rgb(238, 241, 253)', 'rgb(157, 176, 242)', 'rgb(44, 63, 168)'] as const

describe('the colours of a heatmap', () => {
  it('go from the least over the middle to the most, and no further', () => {
    expect([0, 0.5, 1, 2, -1].map((share) => heatColor(scale, share))).toEqual([scale[0], scale[1], scale[2], scale[2], scale[0]])
    expect(heatColor(scale, 0.25)).toBe('rgb(198, 209, 248)')
  })

  it('carry text that can be read, at every step of the scale', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        const color = heatColor(scale, share)
        expect(contrastOf(color, inkOn(color))).toBeGreaterThanOrEqual(4.5)
      }),
    )
  })
})
