import { DateTime } from 'luxon'
import { bucketOf, localDate, stepBuckets, type Bucket } from './calendar.ts'
import type { RangeInput, TimeUnit } from './question.ts'

export type Compare = 'PREVIOUS_PERIOD' | 'SAME_WEEKDAYS' | 'PREVIOUS_YEAR'

const MINUTE_MS = 60_000
const WEEK_DAYS = 7

type Asked = { input: RangeInput; timeZone: string; /** Of the buckets of time; null without any. */ unit: TimeUnit | null }

/** The range that the given one is compared with. */
export function comparedRange(compare: Compare, range: Bucket, asked: Asked): Bucket {
  const { start, end } = shifted(compare, range, asked)
  return { start, end: Math.max(start, end) }
}

function shifted(compare: Compare, range: Bucket, { input, timeZone, unit: bucketUnit }: Asked): Bucket {
  const back = (instant: number, length: Record<string, number>) => clockBefore(instant, length, timeZone)
  if (compare === 'PREVIOUS_YEAR' && bucketUnit === 'WEEK') return { start: back(range.start, { weeks: 52 }), end: back(range.end, { weeks: 52 }) }
  if (compare === 'PREVIOUS_YEAR') {
    const isAfterLeapDay = localDate(range.end, timeZone).endsWith('-02-29') && isMidnight(range.end, timeZone)
    // The range ends with 28 February, and so does the year before, when that is the last day of the month.
    const end = isAfterLeapDay ? stepBuckets(back(range.end, { years: 1 }), 1, 'DAY', timeZone) : back(range.end, { years: 1 })
    return { start: back(range.start, { years: 1 }), end }
  }
  if (compare === 'SAME_WEEKDAYS') {
    let weeks = 1
    while (!isWithinWeeks(range, weeks, timeZone)) weeks++
    return { start: back(range.start, { weeks }), end: back(range.end, { weeks }) }
  }
  const { last, unit } = input
  if (typeof last === 'number' && unit) {
    const start = stepBuckets(range.start, -last, unit, timeZone)
    if (!input.includeCurrent) return { start, end: range.start }
    if (unit !== 'HOUR') return { start, end: back(range.end, { [`${unit.toLowerCase()}s`]: last }) }
    const hour = bucketOf(range.end, 'HOUR', timeZone).start
    const before = bucketOf(stepBuckets(hour, -last, 'HOUR', timeZone), 'HOUR', timeZone)
    return { start, end: Math.min(before.start + range.end - hour, before.end) }
  }
  if (isMidnight(range.start, timeZone) && isMidnight(range.end, timeZone)) {
    const days = Math.round((Date.parse(localDate(range.end, timeZone)) - Date.parse(localDate(range.start, timeZone))) / (24 * 60 * MINUTE_MS))
    return { start: back(range.start, { days }), end: back(range.end, { days }) }
  }
  return { start: 2 * range.start - range.end, end: range.start }
}

const isMidnight = (instant: number, timeZone: string): boolean => bucketOf(instant, 'DAY', timeZone).start === instant

/** Whether the range is over when the local calendar and clock have gone on by so many weeks since its start. */
function isWithinWeeks({ start, end }: Bucket, weeks: number, timeZone: string): boolean {
  const dateAfter =
    DateTime.fromISO(localDate(start, timeZone), { zone: 'utc' })
      .plus({ days: weeks * WEEK_DAYS })
      .toISODate() ?? ''
  const dateOfEnd = localDate(end, timeZone)
  return dateOfEnd < dateAfter || (dateOfEnd === dateAfter && clockOf(end, timeZone) <= clockOf(start, timeZone))
}

/** Milliseconds since midnight on the local clock; the first instant of a day is its midnight, whatever the clock shows. */
const clockOf = (instant: number, timeZone: string): number => (isMidnight(instant, timeZone) ? 0 : shownAt(instant, timeZone))

/** The same, of an instant that is not the first of its day. */
function shownAt(instant: number, timeZone: string): number {
  const local = DateTime.fromMillis(instant, { zone: timeZone })
  return (local.hour * 60 + local.minute) * MINUTE_MS + local.second * 1000 + local.millisecond
}

/** On the day so long before, the first instant at which the clock shows the same time or a later one. */
function clockBefore(instant: number, length: Record<string, number>, timeZone: string): number {
  const date = DateTime.fromISO(localDate(instant, timeZone), { zone: 'utc' }).minus(length).toISODate() ?? ''
  const { start, end } = dayOf(date, timeZone)
  const clock = clockOf(instant, timeZone)
  if (clock === 0) return start
  // Clocks are changed on the minute.
  let at = start + (clock % MINUTE_MS)
  while (at < end && (at === start || shownAt(at, timeZone) < clock)) at += MINUTE_MS
  if (at >= end) return end
  // Set forward over the time: then it is the first instant after.
  return shownAt(at, timeZone) === clock ? at : at - (clock % MINUTE_MS)
}

/** The day of that date; of no length when the zone left it out. */
export function dayOf(date: string, timeZone: string): Bucket {
  const next = DateTime.fromISO(date, { zone: 'utc' }).plus({ days: 1 }).toISODate() ?? ''
  return { start: firstOf(date, timeZone), end: firstOf(next, timeZone) }
}

/** The first instant whose local date is this one or a later one. */
function firstOf(date: string, timeZone: string): number {
  let not = Date.parse(date) - 30 * 60 * MINUTE_MS
  let yes = Date.parse(date) + 30 * 60 * MINUTE_MS
  while (yes - not > 1) {
    const middle = Math.floor((yes + not) / 2)
    if (localDate(middle, timeZone) >= date) yes = middle
    else not = middle
  }
  return yes
}

/** The bucket of the calendar that holds the date. */
export function bucketOfDay(date: string, unit: Exclude<TimeUnit, 'HOUR'>, timeZone: string): Bucket {
  const first = DateTime.fromISO(date, { zone: 'utc' }).startOf(LUXON[unit])
  const next = first.plus({ [LUXON[unit]]: 1 })
  return { start: firstOf(first.toISODate() ?? '', timeZone), end: firstOf(next.toISODate() ?? '', timeZone) }
}

/** Which bucket after the first one of the range a date lies in, by the calendar. */
export function ordinalOfDay(date: string, range: Bucket, { unit, timeZone }: { unit: Exclude<TimeUnit, 'HOUR'>; timeZone: string }): number {
  const bucket = (day: string) => DateTime.fromISO(day, { zone: 'utc' }).startOf(LUXON[unit])
  return Math.round(
    bucket(date)
      .diff(bucket(localDate(range.start, timeZone)), LUXON[unit])
      .as(LUXON[unit]),
  )
}

/** Of a day of the year before: which day of the range has its date; null when a leap day has no such date a year later. */
export function ordinalOfDate(date: string, range: Bucket, timeZone: string): number | null {
  const [year, month, day] = date.split('-').map(Number)
  const later = DateTime.fromObject({ year: (year ?? 0) + 1, month, day }, { zone: 'utc' })
  return later.isValid ? ordinalOfDay(later.toISODate(), range, { unit: 'DAY', timeZone }) : null
}

const LUXON = { DAY: 'day', WEEK: 'week', MONTH: 'month', QUARTER: 'quarter', YEAR: 'year' } as const

/** Which hour after the first one of the range the instant lies in, counted as they pass. */
export function ordinalOfHour(instant: number, range: Bucket, timeZone: string): number {
  let hours = hoursOf.get(`${range.start} ${timeZone}`)
  if (hours === undefined) hoursOf.set(`${range.start} ${timeZone}`, (hours = [bucketOf(range.start, 'HOUR', timeZone).start]))
  for (let last = hours.at(-1) ?? 0; last <= instant; last = hours.at(-1) ?? 0) hours.push(nextHour(last, timeZone))
  return hours.findLastIndex((hour) => hour <= instant)
}

const hoursOf = new Map<string, number[]>()

/** As bucketOf says, and faster where the clock is not changed. */
function nextHour(start: number, timeZone: string): number {
  const shown = (instant: number) => DateTime.fromMillis(instant, { zone: timeZone })
  const next = shown(start + 60 * MINUTE_MS)
  return next.offset === shown(start).offset && next.minute === 0 ? next.toMillis() : bucketOf(start, 'HOUR', timeZone).end
}
