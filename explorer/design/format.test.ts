import { describe, expect, it } from 'vitest'
import { changeOf, formatBucket, formatBytes, formatChange, formatDuration, formatFigure, formatShort, formatTick } from './format.ts'

const money = { type: 'Decimal', unit: 'currency', currency: 'USD' }
const count = { type: 'BigInt', unit: 'count', currency: 'USD' }
const share = { type: 'Float', unit: 'share', currency: 'USD' }

describe('a figure', () => {
  it('is shown in full or short', () => {
    expect([formatFigure('12345', count), formatFigure('1234.5', money), formatFigure(0.123, share)]).toEqual(['12,345', '$1,234.50', '12.3%'])
    expect([formatShort('1234567', count), formatShort('9876', count), formatShort('19712.4', money)]).toEqual(['1.2M', '9,876', '$19.7K'])
  })

  it('at an axis has no places that say nothing', () => {
    expect([formatTick(250, money), formatTick(0.5, money), formatTick(0.2, share), formatTick(0.125, share), formatTick(25_000, count)]).toEqual([
      '$250',
      '$0.5',
      '20%',
      '12.5%',
      '25K',
    ])
  })

  it('that is absent is a dash', () => {
    expect([formatFigure(null, money), formatShort(undefined, count)]).toEqual(['–', '–'])
  })
})

describe('a time that something took', () => {
  it('is in the largest unit that it fills', () => {
    const seconds = [0, 42, 90.4, 3_599, 3_600, 34_342.557, 86_400, 9_000_000]
    expect(seconds.map((each) => formatDuration(each))).toEqual(['0 s', '42 s', '1.5 min', '60.0 min', '1.0 h', '9.5 h', '1.0 d', '104 d'])
    expect([formatDuration('90'), formatDuration(null), formatDuration(undefined)]).toEqual(['1.5 min', '–', '–'])
  })
})

describe('a change', () => {
  it('is of the size before, and has its sign', () => {
    expect(formatChange(changeOf('110', '100'))).toBe('+10%')
    expect(formatChange(changeOf('98', '100'))).toBe('-2.0%')
    expect(changeOf('5', '-10')).toBe(1.5)
  })

  it('from nothing is none', () => {
    expect([changeOf('5', '0'), changeOf(null, '1'), formatChange(null)]).toEqual([null, null, '–'])
  })
})

describe('a bucket', () => {
  it('is named in the zone of the question', () => {
    const start = '2026-03-31T22:00:00.000Z'
    expect(formatBucket(start, 'DAY', 'Europe/Berlin')).toBe('Wed, 1 Apr 2026')
    expect(formatBucket(start, 'DAY', 'UTC', 'short')).toBe('31 Mar')
    expect([formatBucket(start, 'WEEK', 'UTC'), formatBucket(start, 'WEEK', 'UTC', 'bare')]).toEqual(['Week of 31 Mar 2026', '31 Mar 2026'])
    expect(formatBucket(start, 'QUARTER', 'Europe/Berlin')).toBe('Q2 2026')
    expect(formatBucket('2025-12-31T23:00:00.000Z', 'QUARTER', 'Europe/Berlin')).toBe('Q1 2026')
    expect(formatBucket('2026-10-01T00:00:00.000Z', 'QUARTER', 'UTC')).toBe('Q4 2026')
  })
})

it('bytes are said in steps of a thousand', () => {
  expect(['0', '999', '1200000'].map(formatBytes)).toEqual(['0 B', '999 B', '1.2 MB'])
})
