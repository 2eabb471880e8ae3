import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyRange, anyTimeZone } from '../testing/arbitraries.ts'
import { dayAfter, describeRange, lastOf, printRange, rangeInput, readRange } from './range.ts'
import { dayOf, startOfDay } from './zonedDay.ts'

describe('a range', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyRange, (range) => {
        expect(readRange(printRange(range))).toEqual(range)
      }),
    )
  })

  it('that makes no sense is none', () => {
    for (const text of ['', '0d', '28', '28x', '99999d', '2026-02-30..2026-03-01', '2026-03-02..2026-03-01', '2026-03-01', '-3d', '1e3d'])
      expect(readRange(text)).toBeNull()
  })

  it('of days goes from midnight to midnight of the zone, both days included', () => {
    expect(rangeInput({ kind: 'days', from: '2026-03-28', to: '2026-03-29' }, 'Europe/Berlin')).toEqual({
      start: '2026-03-27T23:00:00.000Z',
      end: '2026-03-29T22:00:00.000Z',
    })
    expect(rangeInput({ kind: 'last', last: 7, unit: 'DAY', includeCurrent: true }, 'UTC')).toEqual({ last: 7, unit: 'DAY', includeCurrent: true })
  })

  it('is said in words', () => {
    expect(describeRange(lastOf(28, 'DAY'))).toBe('Last 28 days')
    expect(describeRange(lastOf(1, 'MONTH'))).toBe('Last month')
    expect(describeRange({ kind: 'last', last: 1, unit: 'DAY', includeCurrent: true })).toBe('Today')
    expect(describeRange({ kind: 'days', from: '2026-01-01', to: '2026-01-31' })).toBe('1 Jan – 31 Jan 2026')
  })
})

describe('the start of a local day', () => {
  it('is on that day, and the instant before is not', () => {
    const day = fc.date({ min: new Date('1971-01-01'), max: new Date('2098-01-01'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10))
    fc.assert(
      fc.property(day, anyTimeZone, (each, timeZone) => {
        const start = startOfDay(each, timeZone)
        expect(dayOf(start, timeZone)).toBe(each)
        expect(dayOf(new Date(start.getTime() - 1), timeZone)).toBe(dayAfter(each, -1))
      }),
      { numRuns: 300 },
    )
  })

  it('whose midnight was left out by summer time is the instant of the change', () => {
    expect(startOfDay('2018-11-04', 'America/Sao_Paulo').toISOString()).toBe('2018-11-04T03:00:00.000Z')
  })

  it('whose midnight came twice is the first of the two', () => {
    expect(startOfDay('2019-02-17', 'America/Sao_Paulo').toISOString()).toBe('2019-02-17T03:00:00.000Z')
    expect(startOfDay('2026-11-01', 'America/Havana').toISOString()).toBe('2026-11-01T04:00:00.000Z')
  })
})
