import { describe, expect, test } from 'vitest'
import { pairBuckets } from '../pairing.ts'
import { comparedRange } from './compare.ts'
import type { Compare } from '../bound.ts'
import type { RangeInput } from '../request.ts'
import type { TimeUnit } from '../../model/timeUnits.ts'

const NO_INPUT: RangeInput = { includeCurrent: false }
const range = (start: string, end: string) => ({ startMs: Date.parse(start), endMs: Date.parse(end) })

function compared(
  compare: Compare,
  [start, end]: readonly [string, string],
  { timeZone = 'UTC', input = NO_INPUT, unit = null }: { timeZone?: string; input?: RangeInput; unit?: TimeUnit | null } = {},
) {
  const { startMs, endMs } = comparedRange(compare, range(start, end), { input, timeZone, unit })
  return [startMs, endMs].map((instantMs) => new Date(instantMs).toISOString().replace(':00.000Z', 'Z'))
}

describe('PREVIOUS_PERIOD', () => {
  test('of the last months are as many months', () => {
    const input = { last: 2, unit: 'MONTH', includeCurrent: false } as const
    expect(compared('PREVIOUS_PERIOD', ['2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z'], { input })).toEqual(['2026-01-01T00:00Z', '2026-03-01T00:00Z'])
  })

  test('of local days are as many local days, of 23 and 25 hours too', () => {
    expect(compared('PREVIOUS_PERIOD', ['2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'], { timeZone: 'Europe/Berlin' })).toEqual([
      '2026-03-27T23:00Z',
      '2026-03-28T23:00Z',
    ])
    expect(compared('PREVIOUS_PERIOD', ['2026-03-29T22:00:00Z', '2026-03-30T22:00:00Z'], { timeZone: 'Europe/Berlin' })).toEqual([
      '2026-03-28T23:00Z',
      '2026-03-29T22:00Z',
    ])
  })

  test('of a part of a day are the milliseconds before', () => {
    expect(compared('PREVIOUS_PERIOD', ['2026-03-01T06:00:00Z', '2026-03-02T00:00:00Z'])).toEqual(['2026-02-28T12:00Z', '2026-03-01T06:00Z'])
  })

  test('of a unit that is not over ends at the same local time', () => {
    const input = { last: 1, unit: 'DAY', includeCurrent: true } as const
    const today = ['2026-03-28T23:00:00Z', '2026-03-29T07:30:00Z'] as const
    expect(compared('PREVIOUS_PERIOD', today, { input, timeZone: 'Europe/Berlin' })).toEqual(['2026-03-27T23:00Z', '2026-03-28T08:30Z'])
    const month = { last: 1, unit: 'MONTH', includeCurrent: true } as const
    expect(compared('PREVIOUS_PERIOD', ['2026-03-01T00:00:00Z', '2026-03-31T09:00:00Z'], { input: month })).toEqual(['2026-02-01T00:00Z', '2026-02-28T09:00Z'])
  })

  test('ends where a time that the clock leaves out would be', () => {
    const input = { last: 1, unit: 'DAY', includeCurrent: true } as const
    expect(compared('PREVIOUS_PERIOD', ['2026-03-29T22:00:00Z', '2026-03-30T00:30:00Z'], { input, timeZone: 'Europe/Berlin' })).toEqual([
      '2026-03-28T23:00Z',
      '2026-03-29T01:00Z',
    ])
  })
})

describe('SAME_WEEKDAYS', () => {
  test('is as many weeks before as the range is long', () => {
    expect(compared('SAME_WEEKDAYS', ['2026-03-10T00:00:00Z', '2026-03-13T00:00:00Z'])).toEqual(['2026-03-03T00:00Z', '2026-03-06T00:00Z'])
    expect(compared('SAME_WEEKDAYS', ['2026-03-10T00:00:00Z', '2026-03-17T00:00:00Z'])).toEqual(['2026-03-03T00:00Z', '2026-03-10T00:00Z'])
    expect(compared('SAME_WEEKDAYS', ['2026-03-10T00:00:00Z', '2026-03-18T00:00:00Z'])).toEqual(['2026-02-24T00:00Z', '2026-03-04T00:00Z'])
  })

  test('takes a week with a day of 25 hours for one', () => {
    expect(compared('SAME_WEEKDAYS', ['2026-10-21T22:00:00Z', '2026-10-28T23:00:00Z'], { timeZone: 'Europe/Berlin' })).toEqual([
      '2026-10-14T22:00Z',
      '2026-10-21T22:00Z',
    ])
  })
})

describe('PREVIOUS_YEAR', () => {
  test('has the same dates, and of a leap day the day before', () => {
    expect(compared('PREVIOUS_YEAR', ['2025-02-01T00:00:00Z', '2025-03-01T00:00:00Z'])).toEqual(['2024-02-01T00:00Z', '2024-03-01T00:00Z'])
    expect(compared('PREVIOUS_YEAR', ['2024-02-29T00:00:00Z', '2024-03-01T00:00:00Z'])).toEqual(['2023-02-28T00:00Z', '2023-03-01T00:00Z'])
    expect(compared('PREVIOUS_YEAR', ['2024-02-28T00:00:00Z', '2024-02-29T00:00:00Z'])).toEqual(['2023-02-28T00:00Z', '2023-03-01T00:00Z'])
  })
})

describe('PREVIOUS_YEAR by weeks', () => {
  test('is 52 whole weeks before, on the same weekdays', () => {
    expect(compared('PREVIOUS_YEAR', ['2026-03-02T00:00:00Z', '2026-03-30T00:00:00Z'], { unit: 'WEEK' })).toEqual(['2025-03-03T00:00Z', '2025-03-31T00:00Z'])
    expect(compared('PREVIOUS_YEAR', ['2024-12-30T00:00:00Z', '2025-01-06T00:00:00Z'], { unit: 'WEEK' })).toEqual(['2024-01-01T00:00Z', '2024-01-08T00:00Z'])
    expect(compared('PREVIOUS_YEAR', ['2026-03-31T22:00:00Z', '2026-04-07T10:00:00Z'], { unit: 'WEEK', timeZone: 'Europe/Berlin' })).toEqual([
      '2025-04-01T22:00Z',
      '2025-04-08T10:00Z',
    ])
    expect(compared('PREVIOUS_YEAR', ['2026-03-02T00:00:00Z', '2026-03-30T00:00:00Z'], { unit: 'DAY' })).toEqual(['2025-03-02T00:00Z', '2025-03-30T00:00Z'])
  })
})

describe('days are paired', () => {
  const asked = { unit: 'DAY', timeZone: 'Europe/Berlin' } as const
  const february = range('2024-01-31T23:00:00Z', '2024-02-28T23:00:00Z')

  test('with the same date of the year before', () => {
    const before = { compare: 'PREVIOUS_YEAR', range: range('2023-01-31T23:00:00Z', '2023-02-28T23:00:00Z') } as const
    expect(pairBuckets(february, before, asked)).toEqual({ kind: 'dates', after: '2024-03-01' })
  })

  test('by their number else', () => {
    const before = { compare: 'PREVIOUS_PERIOD', range: range('2024-01-03T23:00:00Z', '2024-01-31T23:00:00Z') } as const
    expect(pairBuckets(february, before, asked)).toEqual({ kind: 'calendar', unit: 'DAY', from: '2024-01-04', to: '2024-02-01' })
  })
})

describe('hours are paired', () => {
  const seconds = (text: string) => Date.parse(text) / 1000

  test('by one move, also when the clock is set forward', () => {
    const pairing = pairBuckets(
      range('2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'),
      { compare: 'PREVIOUS_PERIOD', range: range('2026-03-27T23:00:00Z', '2026-03-28T23:00:00Z') },
      {
        unit: 'HOUR',
        timeZone: 'Europe/Berlin',
      },
    )
    expect(pairing).toEqual({ kind: 'hours', moves: [{ fromSecond: seconds('2026-03-27T23:00:00Z'), bySeconds: 86_400 }] })
  })

  test('by another move after a change of half an hour, which makes one more hour', () => {
    // Lord Howe sets the clock back by 30 minutes at 15:00 UTC on 4 April 2026.
    const pairing = pairBuckets(
      range('2026-04-04T13:00:00Z', '2026-04-05T13:30:00Z'),
      { compare: 'PREVIOUS_PERIOD', range: range('2026-04-03T13:00:00Z', '2026-04-04T13:00:00Z') },
      {
        unit: 'HOUR',
        timeZone: 'Australia/Lord_Howe',
      },
    )
    expect(pairing).toEqual({
      kind: 'hours',
      moves: [
        { fromSecond: seconds('2026-04-03T13:00:00Z'), bySeconds: 86_400 },
        { fromSecond: seconds('2026-04-03T15:00:00Z'), bySeconds: 86_400 - 1_800 },
      ],
    })
  })
})
