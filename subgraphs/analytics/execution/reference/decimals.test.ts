import { describe, expect, it } from 'vitest'
import { divideMicros, fromMicros, toMicros } from './decimals.ts'

describe('money in millionths', () => {
  it('reads and prints amounts exactly', () => {
    for (const text of ['0', '12.5', '-0.000001', '99999999999999999999999999999999.999999']) expect(fromMicros(toMicros(text))).toBe(text)
    expect(fromMicros(toMicros('-3.140000'))).toBe('-3.14')
  })

  it('rounds a half of the last place up, away from zero', () => {
    expect(divideMicros(toMicros('0.000001'), 2)).toBe(1n)
    expect(divideMicros(toMicros('-0.000001'), 2)).toBe(-1n)
    expect(divideMicros(toMicros('0.000001'), 3)).toBe(0n)
    expect(divideMicros(toMicros('0.000002'), 3)).toBe(1n)
    expect(divideMicros(toMicros('38148.76'), 781)).toBe(toMicros('48.846044'))
  })

  it('has no quotient without a denominator', () => {
    expect(divideMicros(5n, 0)).toBeNull()
  })

  it('refuses what is no decimal of six places', () => {
    for (const text of ['', '1e3', '.5', '0.1234567', 'NaN']) expect(() => toMicros(text)).toThrow('Not a decimal')
  })
})
