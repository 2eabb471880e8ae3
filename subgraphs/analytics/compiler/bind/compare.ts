import { DateTime } from 'luxon'
import { DAY_MS, type TimeUnit } from '../../model/timeUnits.ts'
import type { Compare } from '../bound.ts'
import { bucketAt, startBefore } from '../calendar.ts'
import { instantOf, localTimeAt, type LocalTime } from '../localTime.ts'
import type { RangeInput } from '../request.ts'
import type { TimeRange } from './range.ts'

const WEEK_DAYS = 7
/** A year of whole weeks: 52 are a day or two off a calendar year, and 53 always more. */
const YEAR_WEEKS = 52

type Asked = {
  readonly input: RangeInput
  readonly timeZone: string
  /** What rows are grouped by; null without time. */
  readonly unit: TimeUnit | null
}

/** The range that the question's is compared with. An instant within a day is moved to the same time of the local clock. */
export function comparedRange(compare: Compare, range: TimeRange, asked: Asked): TimeRange {
  const { startMs, endMs } = moved(compare, range, asked)
  return { startMs, endMs: Math.max(startMs, endMs) }
}

function moved(compare: Compare, range: TimeRange, { input, timeZone, unit }: Asked): TimeRange {
  switch (compare) {
    case 'PREVIOUS_PERIOD':
      return previousPeriod(range, { input, timeZone })
    case 'SAME_WEEKDAYS': {
      const days = WEEK_DAYS * Math.max(1, Math.ceil(localLengthMs(range, timeZone) / (WEEK_DAYS * DAY_MS)))
      return daysBefore(range, days, timeZone)
    }
    case 'PREVIOUS_YEAR': {
      // Weeks cross the ends of years; moved by dates, each would stand beside parts of two.
      if (unit === 'WEEK') return daysBefore(range, YEAR_WEEKS * WEEK_DAYS, timeZone)
      const start = localTimeAt(range.startMs, timeZone)
      const end = localTimeAt(range.endMs, timeZone)
      const isThroughLeapDay = end.sinceMidnightMs === 0 && end.date.endsWith('-02-29')
      // The end of 28 February is that of the month, a year before a leap year's.
      const endDate = isThroughLeapDay ? `${end.date.slice(0, 'YYYY'.length)}-03-01` : end.date
      return { startMs: instantBefore(start, { years: 1 }, timeZone), endMs: instantBefore({ ...end, date: endDate }, { years: 1 }, timeZone) }
    }
  }
}

/** The last n units are compared with the n before them, whole local days with as many, and any other range by its milliseconds. */
function previousPeriod(range: TimeRange, { input, timeZone }: Pick<Asked, 'input' | 'timeZone'>): TimeRange {
  const { last, unit, includeCurrent } = input
  if (typeof last === 'number' && unit) {
    const startMs = startBefore(range.startMs, last, { unit, timeZone })
    if (!includeCurrent) return { startMs, endMs: range.startMs }
    if (unit === 'HOUR') return { startMs, endMs: hoursBefore(range.endMs, last, timeZone) }
    return { startMs, endMs: instantBefore(localTimeAt(range.endMs, timeZone), calendarUnits[unit](last), timeZone) }
  }
  const start = localTimeAt(range.startMs, timeZone)
  const end = localTimeAt(range.endMs, timeZone)
  if (start.sinceMidnightMs === 0 && end.sinceMidnightMs === 0) return daysBefore(range, localLengthMs(range, timeZone) / DAY_MS, timeZone)
  const lengthMs = range.endMs - range.startMs
  return { startMs: range.startMs - lengthMs, endMs: range.startMs }
}

/** As far into the hour that lies n hours before; no further than its end, where an hour is cut. */
function hoursBefore(instantMs: number, n: number, timeZone: string): number {
  const { startMs } = bucketAt(instantMs, 'HOUR', timeZone)
  const before = bucketAt(startBefore(startMs, n, { unit: 'HOUR', timeZone }), 'HOUR', timeZone)
  return Math.min(before.startMs + (instantMs - startMs), before.endMs)
}

const calendarUnits = {
  DAY: (days: number) => ({ days }),
  WEEK: (weeks: number) => ({ weeks }),
  MONTH: (months: number) => ({ months }),
  QUARTER: (quarters: number) => ({ quarters }),
  YEAR: (years: number) => ({ years }),
} as const

const daysBefore = ({ startMs, endMs }: TimeRange, days: number, timeZone: string): TimeRange => ({
  startMs: instantBefore(localTimeAt(startMs, timeZone), { days }, timeZone),
  endMs: instantBefore(localTimeAt(endMs, timeZone), { days }, timeZone),
})

/** A day that the month before does not have is its last. */
function instantBefore(local: LocalTime, length: Readonly<Record<string, number>>, timeZone: string): number {
  const date = DateTime.fromISO(local.date, { zone: 'utc' }).minus(length).toISODate() ?? ''
  return instantOf({ ...local, date }, timeZone)
}

/** By the local calendar and clock: a day has 24 hours, whatever the clock does in it. */
function localLengthMs({ startMs, endMs }: TimeRange, timeZone: string): number {
  const position = ({ date, sinceMidnightMs }: LocalTime) => Date.parse(`${date}T00:00:00Z`) + sinceMidnightMs
  return position(localTimeAt(endMs, timeZone)) - position(localTimeAt(startMs, timeZone))
}
