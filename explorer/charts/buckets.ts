import type { TimeUnit } from '../operations/generated/graphql.ts'
import { dayAfter } from '../query/range.ts'
import { dayOf, startOfDay } from '../query/zonedDay.ts'

/** More are not drawn one by one. */
const maxBuckets = 20_000

/**
 * All buckets from the first to the last that have rows, as the instants at which they start: rows exist where data exists, and a picture
 * that leaves the quiet days out would lie about them.
 */
export function fillBuckets(starts: readonly string[], grain: TimeUnit, timeZone: string): readonly string[] {
  const known = [...new Set(starts)].sort()
  const [first, last] = [known[0], known.at(-1)]
  if (first === undefined || last === undefined) return []
  const all = new Set(known)
  let next = new Date(first)
  for (let count = 0; count < maxBuckets && next.getTime() < Date.parse(last); count += 1) {
    all.add(next.toISOString())
    next = bucketAfter(next, grain, timeZone)
  }
  return [...all].sort()
}

function bucketAfter(start: Date, grain: TimeUnit, timeZone: string): Date {
  if (grain === 'HOUR') return new Date(start.getTime() + 3_600_000)
  const day = dayOf(start, timeZone)
  if (grain === 'DAY') return startOfDay(dayAfter(day), timeZone)
  if (grain === 'WEEK') return startOfDay(dayAfter(day, 7), timeZone)
  const months = { MONTH: 1, QUARTER: 3, YEAR: 12 }[grain]
  const [year = 1970, month = 1] = day.split('-').map(Number)
  return startOfDay(new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10), timeZone)
}
