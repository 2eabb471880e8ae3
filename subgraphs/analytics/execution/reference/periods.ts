import { bucketOf, stepBuckets } from './calendar.ts'
import type { CohortsQuestion, TimeUnit } from './question.ts'

/** A person's own period, half-open, milliseconds; `entry` is where the first one begins, from which revenue accumulates. */
export type Period = {
  readonly index: number
  readonly from: number
  readonly to: number
  readonly entry: number
  readonly start: number
  readonly end: number
}

/**
 * The periods counted from an entry, or one for each bracket, numbered in their order. Rolling: multiples of 24 hours after the entry, a week
 * 7 of them and a month 30, whatever the clock does. Calendar: the k-th local unit after the one of the entry, the first one cut at the entry.
 */
export function periodsOf(entry: number, input: CohortsQuestion): Period[] {
  const unit = input.periodUnit ?? input.grain
  const borders = input.periodKind === 'ROLLING' ? rollingBorder(entry, unit) : calendarBorder(entry, unit, input.timeZone)
  const spans = input.brackets?.map(({ from, to }) => ({ from, to })) ?? Array.from({ length: input.periods }, (_, k) => ({ from: k, to: k }))
  return spans.map(({ from, to }, index) => ({ index, from, to, entry, start: borders(from), end: borders(to + 1) }))
}

const HOUR_MS = 3_600_000
const ROLLING_HOURS: Record<TimeUnit, number> = { HOUR: 1, DAY: 24, WEEK: 7 * 24, MONTH: 30 * 24, QUARTER: 90 * 24, YEAR: 365 * 24 }

const rollingBorder = (entry: number, unit: TimeUnit) => (k: number) => entry + k * ROLLING_HOURS[unit] * HOUR_MS

function calendarBorder(entry: number, unit: TimeUnit, timeZone: string) {
  const first = bucketOf(entry, unit, timeZone).start
  return (k: number) => (k === 0 ? entry : stepBuckets(first, k, unit, timeZone))
}
