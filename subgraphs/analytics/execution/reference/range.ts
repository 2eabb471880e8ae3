import { bucketOf, stepBuckets, type Bucket } from './calendar.ts'
import type { RangeInput } from './question.ts'

/**
 * The instants that the question is about, half-open. `last` counts whole local units before the current one; with `includeCurrent` the last of
 * the n units is the current one, which ends now.
 */
export function resolveRange(range: RangeInput, { timeZone, now }: { timeZone: string; now: number }): Bucket {
  if (typeof range.start === 'string' && typeof range.end === 'string') return { start: Date.parse(range.start), end: Date.parse(range.end) }
  if (typeof range.last !== 'number' || typeof range.unit !== 'string') throw new Error('A range is either start and end, or last and unit.')
  const current = bucketOf(now, range.unit, timeZone).start
  if (range.includeCurrent) return { start: stepBuckets(current, 1 - range.last, range.unit, timeZone), end: now }
  return { start: stepBuckets(current, -range.last, range.unit, timeZone), end: current }
}
