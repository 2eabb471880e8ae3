import type { TimeUnit } from '../model/timeUnits.ts'
import type { TimeRange } from './bind/range.ts'
import { bucketOfDate, dateAt, offsetMs } from './calendar.ts'
import { firstDay, hourRuns } from './pairing.ts'

/** Hours that follow one another without a break, as rows name them: epoch seconds. */
export type HourRun = { readonly fromSecond: number; readonly count: number }

/** Every bucket of a range. */
export type Gaps =
  | {
      readonly kind: 'calendar'
      readonly unit: Exclude<TimeUnit, 'HOUR'>
      /** The first day of the first bucket. */
      readonly first: string
      readonly count: number
      /** A date among them that the time zone left out. */
      readonly absent: string | null
    }
  | { readonly kind: 'hours'; readonly runs: readonly HourRun[] }

const HOUR_MS = 3_600_000
const MS = 1_000
const DAY_MS = 24 * HOUR_MS

export function bucketsOf(range: TimeRange, unit: TimeUnit, timeZone: string): Gaps {
  const isEmpty = range.endMs <= range.startMs
  if (unit === 'HOUR') return { kind: 'hours', runs: isEmpty ? [] : countedRuns(range, timeZone) }
  const first = firstDay(range.startMs, unit, timeZone)
  const last = firstDay(Math.max(range.startMs, range.endMs - 1), unit, timeZone)
  return {
    kind: 'calendar',
    unit,
    first,
    count: isEmpty ? 0 : numberOf(last, unit) - numberOf(first, unit) + 1,
    absent: unit === 'DAY' ? absentDate(range, timeZone) : null,
  }
}

export const countOf = (gaps: Gaps): number => (gaps.kind === 'hours' ? gaps.runs.reduce((sum, run) => sum + run.count, 0) : gaps.count)

function countedRuns(range: TimeRange, timeZone: string): readonly HourRun[] {
  const runs = hourRuns(range, timeZone)
  return runs.map(({ ordinal, keySecond }, i) => {
    const next = runs[i + 1]
    return { fromSecond: keySecond, count: next === undefined ? Math.ceil((range.endMs - keySecond * MS) / HOUR_MS) : next.ordinal - ordinal }
  })
}

/** Numbers the buckets one after the other. */
function numberOf(firstDate: string, unit: Exclude<TimeUnit, 'HOUR'>): number {
  const day = new Date(`${firstDate}T00:00:00Z`)
  switch (unit) {
    case 'DAY':
      return day.getTime() / DAY_MS
    case 'WEEK':
      return Math.floor((day.getTime() / DAY_MS + 3) / 7)
    case 'MONTH':
      return day.getUTCFullYear() * 12 + day.getUTCMonth()
    case 'QUARTER':
      return day.getUTCFullYear() * 4 + Math.floor(day.getUTCMonth() / 3)
    case 'YEAR':
      return day.getUTCFullYear()
  }
}

/** A zone that moved over the date line left a date out; its offset is then most of a day another one than before. */
function absentDate({ startMs, endMs }: TimeRange, timeZone: string): string | null {
  const isMoved = (instantMs: number) => Math.abs(offsetMs(instantMs, timeZone) - offsetMs(startMs, timeZone)) > 20 * HOUR_MS
  if (!isMoved(endMs)) return null
  let before = startMs
  let after = endMs
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (isMoved(middle)) after = middle
    else before = middle
  }
  const next = new Date(Date.parse(`${dateAt(before, timeZone)}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length)
  const { startMs: from, endMs: to } = bucketOfDate(next, 'DAY', timeZone)
  return from === to ? next : null
}
