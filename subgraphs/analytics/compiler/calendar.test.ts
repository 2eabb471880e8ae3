import { expect, test } from 'vitest'
import { bucketAt, bucketOfDate, bucketOfHour, startBefore } from './calendar.ts'

const text = ({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }) => [new Date(startMs).toISOString(), new Date(endMs).toISOString()]

test('a day has 23 hours when summer time begins and 25 when it ends', () => {
  expect(text(bucketOfDate('2026-03-29', 'DAY', 'Europe/Berlin'))).toEqual(['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'])
  expect(text(bucketOfDate('2026-10-25', 'DAY', 'Europe/Berlin'))).toEqual(['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'])
})

test('a day whose midnight does not exist begins with its first instant', () => {
  expect(text(bucketOfDate('2018-11-04', 'DAY', 'America/Sao_Paulo'))).toEqual(['2018-11-04T03:00:00.000Z', '2018-11-05T02:00:00.000Z'])
})

test('a day whose midnight comes twice begins with the first', () => {
  expect(text(bucketOfDate('2025-11-02', 'DAY', 'America/Havana'))).toEqual(['2025-11-02T04:00:00.000Z', '2025-11-03T05:00:00.000Z'])
})

test('weeks begin on Monday, quarters in January, April, July and October', () => {
  const instant = Date.parse('2026-05-17T12:00:00Z')
  expect(text(bucketAt(instant, 'WEEK', 'UTC'))).toEqual(['2026-05-11T00:00:00.000Z', '2026-05-18T00:00:00.000Z'])
  expect(text(bucketAt(instant, 'QUARTER', 'Pacific/Kiritimati'))).toEqual(['2026-03-31T10:00:00.000Z', '2026-06-30T10:00:00.000Z'])
  expect(text(bucketAt(instant, 'YEAR', 'Etc/GMT+12'))).toEqual(['2026-01-01T12:00:00.000Z', '2027-01-01T12:00:00.000Z'])
})

test('hours are cut by the offset of the zone, and the hour that comes twice is two', () => {
  expect(text(bucketAt(Date.parse('2026-05-17T12:10:00Z'), 'HOUR', 'Asia/Kolkata'))).toEqual(['2026-05-17T11:30:00.000Z', '2026-05-17T12:30:00.000Z'])
  expect(text(bucketAt(Date.parse('2026-10-25T00:59:59Z'), 'HOUR', 'Europe/Berlin'))).toEqual(['2026-10-25T00:00:00.000Z', '2026-10-25T01:00:00.000Z'])
  expect(text(bucketAt(Date.parse('2026-10-25T01:00:00Z'), 'HOUR', 'Europe/Berlin'))).toEqual(['2026-10-25T01:00:00.000Z', '2026-10-25T02:00:00.000Z'])
})

test('where the clock moves by half an hour, the hour is cut there', () => {
  // Lord Howe, 2026-04-05: 02:00 at +11:00 becomes 01:30 at +10:30.
  const change = Date.parse('2026-04-04T15:00:00Z')
  expect(text(bucketAt(change - 1, 'HOUR', 'Australia/Lord_Howe'))).toEqual(['2026-04-04T14:00:00.000Z', '2026-04-04T15:00:00.000Z'])
  expect(text(bucketAt(change, 'HOUR', 'Australia/Lord_Howe'))).toEqual(['2026-04-04T15:00:00.000Z', '2026-04-04T15:30:00.000Z'])
  expect(text(bucketOfHour(Date.parse('2026-04-04T14:30:00Z'), 'Australia/Lord_Howe'))).toEqual(['2026-04-04T15:00:00.000Z', '2026-04-04T15:30:00.000Z'])
})

test('the leap day is a day, and a month before it has its own length', () => {
  expect(text(bucketOfDate('2028-02-01', 'MONTH', 'UTC'))).toEqual(['2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'])
  expect(new Date(startBefore(Date.parse('2028-03-01T00:00:00Z'), 1, { unit: 'DAY', timeZone: 'UTC' })).toISOString()).toBe('2028-02-29T00:00:00.000Z')
})

test('units before a start are local ones', () => {
  const monday = bucketAt(Date.parse('2026-04-01T00:00:00Z'), 'WEEK', 'Europe/Berlin').startMs
  expect(new Date(startBefore(monday, 1, { unit: 'WEEK', timeZone: 'Europe/Berlin' })).toISOString()).toBe('2026-03-22T23:00:00.000Z')
  expect(new Date(startBefore(monday, 3, { unit: 'HOUR', timeZone: 'Europe/Berlin' })).toISOString()).toBe('2026-03-29T19:00:00.000Z')
})

test('ten years of hours are counted back at once, and over hours that the clock cuts as one by one', () => {
  const start = Date.parse('2026-04-10T09:00:00Z')
  expect(startBefore(start, 87_840, { unit: 'HOUR', timeZone: 'Europe/Berlin' })).toBe(start - 87_840 * 3_600_000)
  const timeZone = 'Australia/Lord_Howe'
  const first = bucketAt(Date.parse('2026-04-06T00:00:00Z'), 'HOUR', timeZone).startMs
  let expected = first
  for (let n = 0; n <= 60; n++) {
    expect(startBefore(first, n, { unit: 'HOUR', timeZone })).toBe(expected)
    expected = bucketAt(expected - 1, 'HOUR', timeZone).startMs
  }
})
