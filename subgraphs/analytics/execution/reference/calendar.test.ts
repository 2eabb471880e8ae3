import { describe, expect, it } from 'vitest'
import { bucketOf, stepBuckets } from './calendar.ts'
import type { TimeUnit } from './question.ts'
import { resolveRange } from './range.ts'

const hoursMs = 3_600_000
const bucket = (instant: string, unit: TimeUnit, timeZone: string) => {
  const { start, end } = bucketOf(Date.parse(instant), unit, timeZone)
  return { start: new Date(start).toISOString(), hours: (end - start) / hoursMs }
}

describe('local buckets', () => {
  it('has a day of 23 hours when clocks go forward and of 25 when they go back', () => {
    expect(bucket('2024-03-31T12:00:00Z', 'DAY', 'Europe/Berlin')).toEqual({ start: '2024-03-30T23:00:00.000Z', hours: 23 })
    expect(bucket('2023-10-29T12:00:00Z', 'DAY', 'Europe/Berlin')).toEqual({ start: '2023-10-28T22:00:00.000Z', hours: 25 })
  })

  it('begins the day at one where midnight does not exist, and at the first of two midnights', () => {
    expect(bucket('2017-10-15T12:00:00Z', 'DAY', 'America/Sao_Paulo')).toEqual({ start: '2017-10-15T03:00:00.000Z', hours: 23 })
    expect(bucket('2024-11-03T12:00:00Z', 'DAY', 'America/Havana')).toEqual({ start: '2024-11-03T04:00:00.000Z', hours: 25 })
    expect(bucket('2018-02-17T12:00:00Z', 'DAY', 'America/Sao_Paulo')).toEqual({ start: '2018-02-17T02:00:00.000Z', hours: 25 })
  })

  it('tells the hour that comes twice apart', () => {
    expect(bucket('2023-10-29T00:30:00Z', 'HOUR', 'Europe/Berlin')).toEqual({ start: '2023-10-29T00:00:00.000Z', hours: 1 })
    expect(bucket('2023-10-29T01:30:00Z', 'HOUR', 'Europe/Berlin')).toEqual({ start: '2023-10-29T01:00:00.000Z', hours: 1 })
  })

  it('cuts at the edges of the earth and in zones of half and quarter hours', () => {
    expect(bucket('2024-01-01T10:00:00Z', 'DAY', 'Pacific/Kiritimati')).toEqual({ start: '2024-01-01T10:00:00.000Z', hours: 24 })
    expect(bucket('2024-01-01T11:59:59.999Z', 'DAY', 'Etc/GMT+12')).toEqual({ start: '2023-12-31T12:00:00.000Z', hours: 24 })
    expect(bucket('2024-01-01T00:00:00Z', 'HOUR', 'Asia/Kolkata')).toEqual({ start: '2023-12-31T23:30:00.000Z', hours: 1 })
    expect(bucket('2024-01-01T00:00:00Z', 'DAY', 'Asia/Kathmandu')).toEqual({ start: '2023-12-31T18:15:00.000Z', hours: 24 })
  })

  it('starts weeks on Monday and knows the leap day', () => {
    expect(bucket('2024-03-03T23:59:59.999Z', 'WEEK', 'UTC')).toEqual({ start: '2024-02-26T00:00:00.000Z', hours: 168 })
    expect(bucket('2024-03-04T00:00:00Z', 'WEEK', 'UTC')).toEqual({ start: '2024-03-04T00:00:00.000Z', hours: 168 })
    expect(bucket('2024-02-29T00:00:00Z', 'MONTH', 'UTC').hours).toBe(29 * 24)
    expect(bucket('2000-02-29T00:00:00Z', 'QUARTER', 'UTC')).toEqual({ start: '2000-01-01T00:00:00.000Z', hours: 91 * 24 })
    expect(bucket('2020-12-31T00:00:00Z', 'WEEK', 'UTC').start).toBe('2020-12-28T00:00:00.000Z')
    expect(bucket('1997-06-01T00:00:00Z', 'YEAR', 'UTC')).toEqual({ start: '1997-01-01T00:00:00.000Z', hours: 365 * 24 })
  })

  it('counts the day that Samoa left out', () => {
    const start = bucketOf(Date.parse('2011-12-28T12:00:00Z'), 'DAY', 'Pacific/Apia').start
    const days = [0, 1, 2, 3, 4].map((k) => new Date(stepBuckets(start, k, 'DAY', 'Pacific/Apia')).toISOString())
    expect(days).toEqual(['28T10', '29T10', '30T10', '30T10', '31T10'].map((day) => `2011-12-${day}:00:00.000Z`))
  })

  it('steps by local units and not by hours', () => {
    const start = bucketOf(Date.parse('2024-03-30T12:00:00Z'), 'DAY', 'Europe/Berlin').start
    expect(new Date(stepBuckets(start, 2, 'DAY', 'Europe/Berlin')).toISOString()).toBe('2024-03-31T22:00:00.000Z')
    expect(new Date(stepBuckets(start, -1, 'DAY', 'Europe/Berlin')).toISOString()).toBe('2024-03-28T23:00:00.000Z')
  })
})

describe('ranges', () => {
  const resolve = (range: { last: number; unit: TimeUnit; includeCurrent: boolean }) => {
    const { start, end } = resolveRange(range, { timeZone: 'Europe/Berlin', now: Date.parse('2024-04-02T10:20:30.400Z') })
    return [new Date(start).toISOString(), new Date(end).toISOString()]
  }

  it('ends before the current unit', () => {
    expect(resolve({ last: 3, unit: 'DAY', includeCurrent: false })).toEqual(['2024-03-29T23:00:00.000Z', '2024-04-01T22:00:00.000Z'])
  })

  it('ends now and counts the current unit when that is included', () => {
    expect(resolve({ last: 3, unit: 'DAY', includeCurrent: true })).toEqual(['2024-03-30T23:00:00.000Z', '2024-04-02T10:20:30.400Z'])
  })
})
