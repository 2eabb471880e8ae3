import { DateTime, IANAZone, type DateTimeUnit } from 'luxon'
import type { TimeUnit } from '../model/timeUnits.ts'
import { remember } from './remember.ts'

/** A local bucket of time: half-open, milliseconds UTC. A local day may have 23, 24 or 25 hours; weeks start on Monday. */
export type Bucket = { readonly startMs: number; readonly endMs: number }

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const QUARTER_HOUR_MS = 15 * MINUTE_MS
const DAY_HOURS = 24
const luxonUnit: Readonly<Record<TimeUnit, DateTimeUnit>> = { HOUR: 'hour', DAY: 'day', WEEK: 'week', MONTH: 'month', QUARTER: 'quarter', YEAR: 'year' }

/** The bucket that holds the instant. */
export const bucketAt = remember((instantMs: number, unit: TimeUnit, timeZone: string): Bucket => {
  if (unit === 'HOUR') return hourAt(instantMs, timeZone)
  const local = DateTime.fromMillis(instantMs, { zone: timeZone })
  return bucketOfDate(local.startOf(luxonUnit[unit]).toISODate() ?? '', unit, timeZone)
})

/** The bucket whose first local day is the date, `YYYY-MM-DD`. */
export const bucketOfDate = remember((date: string, unit: Exclude<TimeUnit, 'HOUR'>, timeZone: string): Bucket => {
  const next = DateTime.fromISO(date, { zone: 'utc' }).plus(luxonDuration(unit, 1)).toISODate() ?? ''
  return { startMs: startOfDate(date, timeZone), endMs: startOfDate(next, timeZone) }
})

/** The bucket of the local hour whose first minute reads `keyMs` (instant minus the minutes past the hour, at the offset of the instant). */
export function bucketOfHour(keyMs: number, timeZone: string): Bucket {
  const isWhole = (instantMs: number) => mod(keyMs + offsetMs(instantMs, timeZone), HOUR_MS) === 0
  return hourAt(isWhole(keyMs + HOUR_MS - 1) ? keyMs + HOUR_MS - 1 : keyMs, timeZone)
}

/** The start of the bucket that lies n buckets before the one starting at `startMs`. */
export function startBefore(startMs: number, n: number, { unit, timeZone }: { readonly unit: TimeUnit; readonly timeZone: string }): number {
  return unit === 'HOUR' ? hoursBefore(startMs, n, timeZone) : startOfDate(datesBefore(dateAt(startMs, timeZone), n, unit), timeZone)
}

const datesBefore = remember((date: string, n: number, unit: Exclude<TimeUnit, 'HOUR'>): string => {
  return DateTime.fromISO(date, { zone: 'utc' }).minus(luxonDuration(unit, n)).toISODate() ?? ''
})

/** The local calendar day of the instant, `YYYY-MM-DD`. */
export const dateAt = remember((instantMs: number, timeZone: string): string => DateTime.fromMillis(instantMs, { zone: timeZone }).toISODate() ?? '')

/** Goes back a day at a time where its 24 hours have one offset, and else by the hour. */
function hoursBefore(startMs: number, n: number, timeZone: string): number {
  let start = startMs
  let left = n
  while (left > 0) {
    const isPlainDay = left >= DAY_HOURS && offsetMs(start - DAY_HOURS * HOUR_MS, timeZone) === offsetMs(start, timeZone)
    start = isPlainDay ? start - DAY_HOURS * HOUR_MS : hourAt(start - 1, timeZone).startMs
    left -= isPlainDay ? DAY_HOURS : 1
  }
  return start
}

function luxonDuration(unit: Exclude<TimeUnit, 'HOUR'>, n: number) {
  switch (unit) {
    case 'DAY':
      return { days: n }
    case 'WEEK':
      return { weeks: n }
    case 'MONTH':
      return { months: n }
    case 'QUARTER':
      return { quarters: n }
    case 'YEAR':
      return { years: n }
  }
}

/**
 * The first instant of a local day. Midnight may not exist (the clock is set forward over it), and may come twice (set back over it): then the
 * day begins with the first instant that shows its date.
 */
const startOfDate = remember((date: string, timeZone: string): number => {
  const guess = DateTime.fromISO(date, { zone: timeZone }).startOf('day').toMillis()
  const isBefore = (instantMs: number) => (DateTime.fromMillis(instantMs, { zone: timeZone }).toISODate() ?? '') < date
  if (!isBefore(guess) && isBefore(guess - 1)) return guess
  let before = guess - 26 * HOUR_MS
  let after = guess + 26 * HOUR_MS
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (isBefore(middle)) before = middle
    else after = middle
  }
  return after
})

/** Where the offset changes inside an hour (Lord Howe, by 30 minutes) the hour is cut there: each half has its own offset. */
function hourAt(instantMs: number, timeZone: string): Bucket {
  const offset = offsetMs(instantMs, timeZone)
  const keyMs = instantMs - mod(instantMs + offset, HOUR_MS)
  const isSame = (other: number) => offsetMs(other, timeZone) === offset
  return {
    startMs: isSame(keyMs) ? keyMs : change(keyMs, instantMs, isSame),
    endMs: isSame(keyMs + HOUR_MS - 1) ? keyMs + HOUR_MS : change(instantMs, keyMs + HOUR_MS, (other) => !isSame(other)),
  }
}

/** The first instant in (from, to] for which `holds`, which it does at `to`. */
function change(from: number, to: number, holds: (instantMs: number) => boolean): number {
  let before = from
  let after = to
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (holds(middle)) after = middle
    else before = middle
  }
  return after
}

/**
 * What the local clock shows before UTC. A quarter of an hour that begins and ends with one offset has it throughout, and is remembered: to ask Intl
 * takes some 2 µs, and to find the changes of a clock within a year takes hundreds of them.
 */
export function offsetMs(instantMs: number, timeZone: string): number {
  return offsetOfQuarter(Math.floor(instantMs / QUARTER_HOUR_MS), timeZone) ?? askOffsetMs(instantMs, timeZone)
}

const offsetOfQuarter = remember((quarter: number, timeZone: string): number | null => {
  const first = askOffsetMs(quarter * QUARTER_HOUR_MS, timeZone)
  return first === askOffsetMs((quarter + 1) * QUARTER_HOUR_MS - 1, timeZone) ? first : null
})

const askOffsetMs = (instantMs: number, timeZone: string): number => IANAZone.create(timeZone).offset(instantMs) * MINUTE_MS
const mod = (value: number, by: number): number => ((value % by) + by) % by
