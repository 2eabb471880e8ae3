import { describe, expect, test } from 'vitest'
import { normalQuantile } from '../model/normalQuantile.ts'
import { wilsonInterval } from './wilson.ts'

describe('the normal quantile', () => {
  // Tables of the standard normal distribution; the last ones are those of the algorithm's own paper, p = 0.25, 0.001 and 1e-20.
  test.each([
    [0.5, 0],
    [0.8413447460685429, 1],
    [0.9, 1.2815515655446004],
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [0.995, 2.5758293035489004],
    [0.9995, 3.2905267314919255],
    [0.25, -0.6744897501960817],
    [0.001, -3.090232306167814],
    [1e-20, -9.262340089798409],
  ])('of %d is %d', (p, z) => {
    expect(Math.abs(normalQuantile(p) - z)).toBeLessThanOrEqual(4e-16 * Math.max(1, Math.abs(z)) * 2)
  })

  test('is odd about a half, rises, and is infinite at the ends', () => {
    const steps = Array.from({ length: 999 }, (_, i) => (i + 1) / 1000)
    const values = steps.map(normalQuantile)
    expect(values).toEqual(values.toSorted((a, b) => a - b))
    for (const [i, p] of steps.entries()) expect(values[i]).toBeCloseTo(-normalQuantile(1 - p), 12)
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity])
  })
})

describe('the score interval of Wilson', () => {
  // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %d among %d is the published one', (count, of, low, high) => {
    const interval = wilsonInterval(count, of, 0.95)
    expect(interval.low.toFixed(4)).toBe(low.toFixed(4))
    expect(interval.high.toFixed(4)).toBe(high.toFixed(4))
    expect(interval).toMatchObject({ level: 0.95, resamples: null })
  })

  test('begins at 0 and ends at 1 exactly, holds the share, and is wider at a higher level', () => {
    expect(wilsonInterval(0, 7, 0.9).low).toBe(0)
    expect(wilsonInterval(7, 7, 0.9).high).toBe(1)
    for (const of of [1, 2, 3, 10, 1_000_003])
      for (const share of [0, 0.1, 0.5, 1]) {
        const count = Math.round(share * of)
        const [narrow, wide] = [wilsonInterval(count, of, 0.5), wilsonInterval(count, of, 0.999)]
        expect(wide.low).toBeLessThanOrEqual(narrow.low)
        expect(wide.high).toBeGreaterThanOrEqual(narrow.high)
        expect(narrow.low).toBeLessThanOrEqual(count / of)
        expect(narrow.high).toBeGreaterThanOrEqual(count / of)
      }
  })

  test('of a level beside 1 it is nearly everything, and beside 0 nearly the share', () => {
    const nearOne = wilsonInterval(1, 2, 1 - 2 ** -53)
    expect(nearOne.low).toBeLessThan(0.02)
    expect(nearOne.high).toBeGreaterThan(0.98)
    const nearZero = wilsonInterval(1, 4, 1e-15)
    expect(nearZero.low).toBeCloseTo(0.25, 12)
    expect(nearZero.high).toBeCloseTo(0.25, 12)
  })
})
