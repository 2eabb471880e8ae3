import { DateTime } from 'luxon'
import type { TimeUnit } from './question.ts'

/** Half-open, milliseconds since 1970 UTC. */
export type Bucket = { readonly start: number; readonly end: number }

/**
 * The local bucket that holds the instant. A bucket is the longest stretch of instants whose local clock shows the same hour, day, week (from
 * Monday), month, quarter or year; both ends are found by halving, so that days of 23 or 25 hours, midnights that do not exist and midnights
 * that come twice need no case of their own. Not told apart: a day that the clock enters, leaves and enters again (St John's, one minute after
 * midnight in autumn, until 2011).
 */
export function bucketOf(instant: number, unit: TimeUnit, timeZone: string): Bucket {
  const name = localName(instant, unit, timeZone)
  const key = `${unit} ${timeZone} ${name}`
  const known = buckets.get(key)
  if (known !== undefined) return known
  const isInside = (other: number) => localName(other, unit, timeZone) === name
  const bucket = {
    start: firstInstant({ after: instant - LONGEST_MS[unit], upTo: instant, holds: isInside }),
    end: firstInstant({ after: instant, upTo: instant + LONGEST_MS[unit], holds: (other) => !isInside(other) }),
  }
  buckets.set(key, bucket)
  return bucket
}

/**
 * The start of the bucket n units after (before, when n is negative) the one starting at `start`. Days and longer are counted on the calendar:
 * a day that a zone left out is counted, and begins where the next one does. Hours are counted as they pass.
 */
export function stepBuckets(start: number, n: number, unit: TimeUnit, timeZone: string): number {
  if (unit !== 'HOUR') {
    // Noon exists on every day that exists, whatever the clock does at night.
    const noon = DateTime.fromMillis(start, { zone: timeZone }).set({ hour: 12 }).plus(CALENDAR_UNITS[unit](n))
    return bucketOf(noon.toMillis(), unit, timeZone).start
  }
  let at = start
  for (let i = 0; i < n; i++) at = bucketOf(at, unit, timeZone).end
  for (let i = 0; i > n; i--) at = bucketOf(at - 1, unit, timeZone).start
  return at
}

/** The date that the local calendar shows, `YYYY-MM-DD`. */
export const localDate = (instant: number, timeZone: string): string => DateTime.fromMillis(instant, { zone: timeZone }).toISODate() ?? ''

const CALENDAR_UNITS = {
  DAY: (days: number) => ({ days }),
  WEEK: (weeks: number) => ({ weeks }),
  MONTH: (months: number) => ({ months }),
  QUARTER: (quarters: number) => ({ quarters }),
  YEAR: (years: number) => ({ years }),
} as const

const buckets = new Map<string, Bucket>()
const DAY_MS = 86_400_000
/** More than any bucket of the unit lasts, a change of the clock included. */
const LONGEST_MS: Record<TimeUnit, number> = {
  HOUR: DAY_MS / 12,
  DAY: 2 * DAY_MS,
  WEEK: 9 * DAY_MS,
  MONTH: 33 * DAY_MS,
  QUARTER: 94 * DAY_MS,
  YEAR: 368 * DAY_MS,
}

/** The same text for two instants exactly when the local clock and calendar put them in one bucket. */
function localName(instant: number, unit: TimeUnit, timeZone: string): string {
  const local = DateTime.fromMillis(instant, { zone: timeZone })
  if (!local.isValid) throw new Error(`Not a time in ${timeZone}: ${instant}`)
  switch (unit) {
    // The hour that the clock shows twice when it is set back is two hours, told apart by the offset.
    case 'HOUR':
      return `${local.toISODate()} ${local.hour} ${local.offset}`
    case 'DAY':
      return `${local.year} ${local.ordinal}`
    case 'WEEK':
      return `${local.weekYear} ${local.weekNumber}`
    case 'MONTH':
      return `${local.year} ${local.month}`
    case 'QUARTER':
      return `${local.year} ${local.quarter}`
    case 'YEAR':
      return `${local.year}`
  }
}

/** The first instant in (after, upTo] from which the condition holds; it must hold at `upTo`. */
function firstInstant({ after, upTo, holds }: { after: number; upTo: number; holds: (instant: number) => boolean }): number {
  let not = after
  let yes = upTo
  while (yes - not > 1) {
    const middle = Math.floor((not + yes) / 2)
    if (holds(middle)) yes = middle
    else not = middle
  }
  return yes
}
