import { bucketOfDate, bucketOfHour, type Bucket } from '../compiler/calendar.ts'
import type { TimeUnit } from '../model/timeUnits.ts'

/** Reads the statement's buckets of time. Each is worked out once: many rows share one. */
export function bucketReader(unit: TimeUnit, timeZone: string): (value: unknown) => Bucket {
  const known = new Map<string, Bucket>()
  return (value) => {
    const key = String(value)
    const before = known.get(key)
    if (before !== undefined) return before
    const bucket = unit === 'HOUR' ? bucketOfHour(epochMs(key), timeZone) : bucketOfDate(dateText(key), unit, timeZone)
    known.set(key, bucket)
    return bucket
  }
}

const MS = 1_000

function epochMs(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`Not an epoch second: ${text}`)
  return Number(text) * MS
}

function dateText(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new Error(`Not a date: ${text}`)
  return text
}
