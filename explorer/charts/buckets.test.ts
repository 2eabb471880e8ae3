import { describe, expect, it } from 'vitest'
import { fillBuckets } from './buckets.ts'

describe('the buckets of a picture', () => {
  it('are days of the zone, also when one of them has 23 hours', () => {
    expect(fillBuckets(['2026-03-27T23:00:00.000Z', '2026-03-30T22:00:00.000Z'], 'DAY', 'Europe/Berlin')).toEqual([
      '2026-03-27T23:00:00.000Z',
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
      '2026-03-30T22:00:00.000Z',
    ])
  })

  it('are months, quarters and years of the calendar', () => {
    expect(fillBuckets(['2025-11-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'], 'MONTH', 'UTC')).toHaveLength(4)
    expect(fillBuckets(['2025-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'], 'QUARTER', 'UTC')).toHaveLength(5)
    expect(fillBuckets(['2020-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'], 'YEAR', 'UTC')).toHaveLength(7)
  })

  it('of nothing are none, and each is there once', () => {
    expect(fillBuckets([], 'DAY', 'UTC')).toEqual([])
    expect(fillBuckets(['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'], 'WEEK', 'UTC')).toEqual(['2026-01-01T00:00:00.000Z'])
  })
})
