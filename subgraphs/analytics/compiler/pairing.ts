import type { TimeUnit } from '../model/timeUnits.ts'
import type { TimeRange } from './bind/range.ts'
import type { Compare } from './bound.ts'
import { bucketAt, dateAt, offsetMs } from './calendar.ts'

/**
 * How the buckets of a compared range are put beside those of the range: the n-th beside the n-th, and days of the year before beside the same
 * date. What has no partner is put outside the range, where no row of it is.
 */
export type Pairing =
  /** The first days of the first buckets; the others follow on the calendar. */
  | { readonly kind: 'calendar'; readonly unit: Exclude<TimeUnit, 'HOUR'>; readonly from: string; readonly to: string }
  /** Days a year later. 29 February is no date then, and is put on a day after the range. */
  | { readonly kind: 'dates'; readonly after: string }
  /** Hours whose key (see bucketOfHour; epoch seconds) is at least `fromSecond` are moved by so many seconds. Ascending. */
  | { readonly kind: 'hours'; readonly moves: readonly HourMove[] }
export type HourMove = { readonly fromSecond: number; readonly bySeconds: number }

type Paired = { readonly compare: Compare; readonly range: TimeRange }
type Cut = { readonly unit: TimeUnit; readonly timeZone: string }

export function pairBuckets(range: TimeRange, { compare, range: compared }: Paired, { unit, timeZone }: Cut): Pairing {
  if (unit === 'DAY' && compare === 'PREVIOUS_YEAR') return { kind: 'dates', after: dayAfter(range, timeZone) }
  if (unit === 'HOUR') return { kind: 'hours', moves: hourMoves(hourRuns(range, timeZone), hourRuns(compared, timeZone)) }
  const first = ({ startMs }: TimeRange): string => firstDay(startMs, unit, timeZone)
  return { kind: 'calendar', unit, from: first(compared), to: first(range) }
}

/** A date of which the range has nothing. */
function dayAfter({ endMs }: TimeRange, timeZone: string): string {
  const day = new Date(`${dateAt(endMs, timeZone)}T00:00:00Z`)
  day.setUTCDate(day.getUTCDate() + 1)
  return day.toISOString().slice(0, 'YYYY-MM-DD'.length)
}

/** The key of the bucket that holds the instant: its first day on the calendar, also where that begins late or not at all. */
export function firstDay(instantMs: number, unit: Exclude<TimeUnit, 'HOUR'>, timeZone: string): string {
  const today = dateAt(instantMs, timeZone)
  const day = new Date(`${today}T00:00:00Z`)
  switch (unit) {
    case 'DAY':
      return today
    case 'WEEK':
      day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7))
      break
    case 'MONTH':
      day.setUTCDate(1)
      break
    case 'QUARTER':
      day.setUTCMonth(day.getUTCMonth() - (day.getUTCMonth() % 3), 1)
      break
    case 'YEAR':
      day.setUTCMonth(0, 1)
      break
  }
  return day.toISOString().slice(0, 'YYYY-MM-DD'.length)
}

/** Hours that follow one another without a break; the first of them is the `ordinal`-th of the range. */
export type HourRun = { readonly ordinal: number; readonly keySecond: number }

const HOUR_MS = 3_600_000
const HOUR_SECONDS = 3_600
const DAY_MS = 24 * HOUR_MS

/** A run ends where the clock is changed: an hour may be cut there, and the next begins at once. */
export function hourRuns({ startMs, endMs }: TimeRange, timeZone: string): readonly HourRun[] {
  const keyMs = (instantMs: number) => instantMs - mod(instantMs + offsetMs(instantMs, timeZone), HOUR_MS)
  let start = bucketAt(startMs, 'HOUR', timeZone).startMs
  let ordinal = 0
  const runs: HourRun[] = []
  for (const change of [...clockChanges(start, endMs, timeZone), null]) {
    runs.push({ ordinal, keySecond: keyMs(start) / MS })
    if (change === null) break
    ordinal += Math.ceil((change - keyMs(start)) / HOUR_MS)
    start = change
  }
  return runs
}

const MS = 1_000
const mod = (value: number, by: number): number => ((value % by) + by) % by

/** The instants after the start and before the end from which the offset is another one. */
function clockChanges(startMs: number, endMs: number, timeZone: string): readonly number[] {
  const changes: number[] = []
  for (let from = startMs; from < endMs; from += DAY_MS) {
    const to = Math.min(from + DAY_MS, endMs)
    if (offsetMs(from, timeZone) === offsetMs(to, timeZone)) continue
    let before = from
    let after = to
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2)
      if (offsetMs(middle, timeZone) === offsetMs(from, timeZone)) before = middle
      else after = middle
    }
    if (after < endMs) changes.push(after)
  }
  return changes
}

/** One move in most cases: only a change of the clock by less than an hour makes another. */
function hourMoves(range: readonly HourRun[], compared: readonly HourRun[]): readonly HourMove[] {
  const keyAt = (runs: readonly HourRun[], ordinal: number): number => {
    const run = runs.findLast((each) => each.ordinal <= ordinal)
    if (run === undefined) throw new Error('Every hour belongs to a run.')
    return run.keySecond + (ordinal - run.ordinal) * HOUR_SECONDS
  }
  const ordinals = [...new Set([...range, ...compared].map((run) => run.ordinal))].toSorted((a, b) => a - b)
  const moves: HourMove[] = []
  for (const ordinal of ordinals) {
    const fromSecond = keyAt(compared, ordinal)
    const bySeconds = keyAt(range, ordinal) - fromSecond
    if (moves.at(-1)?.bySeconds !== bySeconds) moves.push({ fromSecond, bySeconds })
  }
  return moves
}
