import { bucketAt, bucketOfDate, dateAt, offsetMs } from './calendar.ts'

/** Calendar days `YYYY-MM-DD`, half-open: from <= day < before. */
export type DayRange = { readonly from: string; readonly before: string }

/** What a local calendar and clock show. The first instant of a day is its midnight, also where the clock is set forward over that. */
export type LocalTime = { readonly date: string; readonly sinceMidnightMs: number }

export function localTimeAt(instantMs: number, timeZone: string): LocalTime {
  const date = dateAt(instantMs, timeZone)
  if (bucketAt(instantMs, 'DAY', timeZone).startMs === instantMs) return { date, sinceMidnightMs: 0 }
  return { date, sinceMidnightMs: instantMs + offsetMs(instantMs, timeZone) - utcMidnight(date) }
}

/** The first instant of the local day at which its clock shows that time or a later one; the day's end when it never does. */
export function instantOf({ date, sinceMidnightMs }: LocalTime, timeZone: string): number {
  const { startMs, endMs } = bucketOfDate(date, 'DAY', timeZone)
  if (sinceMidnightMs === 0) return startMs
  const wallMs = utcMidnight(date) + sinceMidnightMs
  const shown = [startMs, endMs - 1]
    .map((instantMs) => wallMs - offsetMs(instantMs, timeZone))
    .filter((instantMs) => instantMs >= startMs && instantMs < endMs && instantMs + offsetMs(instantMs, timeZone) === wallMs)
  if (shown.length > 0) return Math.min(...shown)
  // The clock is set forward over it, and shows nothing twice on this day.
  let before = startMs - 1
  let after = endMs
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (middle + offsetMs(middle, timeZone) >= wallMs) after = middle
    else before = middle
  }
  return after
}

/** The days of a range that begins and ends with one; null for any other. */
export function wholeDays({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }, timeZone: string): DayRange | null {
  const isMidnight = (instantMs: number) => bucketAt(instantMs, 'DAY', timeZone).startMs === instantMs
  return isMidnight(startMs) && isMidnight(endMs) ? { from: dateAt(startMs, timeZone), before: dateAt(endMs, timeZone) } : null
}

const utcMidnight = (date: string): number => Date.parse(`${date}T00:00:00Z`)
