import type { Issue } from '#ops/service/issues.ts'
import { limits } from '../../model/limits.ts'
import { DAY_MS, rollingMs, type TimeUnit } from '../../model/timeUnits.ts'
import { bucketAt, startBefore } from '../calendar.ts'
import { issue } from '../issues.ts'
import type { RangeInput } from '../request.ts'

/** Half-open, milliseconds UTC: startMs <= time < endMs. */
export type TimeRange = { readonly startMs: number; readonly endMs: number }

/**
 * `last` counts whole local units before the current one; with `includeCurrent` the last of the n units is the current one, which ends now.
 * Without a time zone (it is an issue of its own) UTC stands in, so that what else is wrong is still found.
 */
export function bindRange(
  input: RangeInput,
  { timeZone, nowMs }: { readonly timeZone: string | null; readonly nowMs: number },
): { readonly range: TimeRange | null; readonly issues: readonly Issue[] } {
  const issues: Issue[] = []
  const start = input.start?.getTime() ?? null
  const end = input.end?.getTime() ?? null
  const last = input.last ?? null
  const unit = input.unit ?? null
  const isAbsolute = start !== null || end !== null
  const isRelative = last !== null || unit !== null
  if (isAbsolute && isRelative) issues.push(issue('RANGE_NOT_ONE', ['range'], {}))
  else if (!isAbsolute && !isRelative) issues.push(issue('RANGE_INCOMPLETE', ['range'], { missing: 'start and end, or last and unit' }))
  else if (isAbsolute && start === null) issues.push(issue('RANGE_INCOMPLETE', ['range', 'start'], { missing: 'a start' }))
  else if (isAbsolute && end === null) issues.push(issue('RANGE_INCOMPLETE', ['range', 'end'], { missing: 'an end' }))
  else if (isRelative && last === null) issues.push(issue('RANGE_INCOMPLETE', ['range', 'last'], { missing: 'last' }))
  else if (isRelative && unit === null) issues.push(issue('RANGE_INCOMPLETE', ['range', 'unit'], { missing: 'a unit' }))
  if (last !== null && last < 1) issues.push(issue('RANGE_NOT_POSITIVE', ['range', 'last'], { last }))
  if (issues.length > 0) return { range: null, issues }
  if (start !== null && end !== null) return checked({ startMs: start, endMs: end }, { isRelative: false })
  if (last === null || unit === null) throw new Error('A relative range has both parts here.')
  const days = Math.ceil((last * rollingMs[unit]) / DAY_MS)
  if (days > limits.rangeDays) return tooLong(days)
  return checked(lastUnits({ last, unit, includeCurrent: input.includeCurrent, timeZone: timeZone ?? 'UTC', nowMs }), { isRelative: true })
}

type LastUnits = { readonly last: number; readonly unit: TimeUnit; readonly includeCurrent: boolean; readonly timeZone: string; readonly nowMs: number }

function lastUnits({ last, unit, includeCurrent, timeZone, nowMs }: LastUnits): TimeRange {
  const current = bucketAt(nowMs, unit, timeZone).startMs
  if (includeCurrent) return { startMs: startBefore(current, last - 1, { unit, timeZone }), endMs: nowMs }
  return { startMs: startBefore(current, last, { unit, timeZone }), endMs: current }
}

function checked(range: TimeRange, { isRelative }: { readonly isRelative: boolean }): { readonly range: TimeRange | null; readonly issues: readonly Issue[] } {
  const text = (instantMs: number) => new Date(instantMs).toISOString()
  // The current unit may have begun this very millisecond: then it is empty, and no mistake.
  const isForward = isRelative ? range.endMs >= range.startMs : range.endMs > range.startMs
  if (!isForward) return { range: null, issues: [issue('RANGE_NOT_FORWARD', ['range'], { start: text(range.startMs), end: text(range.endMs) })] }
  if (range.startMs < limits.earliestMs || range.endMs > limits.latestMs) {
    return {
      range: null,
      issues: [issue('RANGE_OUT_OF_BOUNDS', ['range'], { what: 'The range', earliest: text(limits.earliestMs), latest: text(limits.latestMs) })],
    }
  }
  const days = Math.ceil((range.endMs - range.startMs) / DAY_MS)
  return days > limits.rangeDays ? tooLong(days) : { range, issues: [] }
}

const tooLong = (days: number) => ({ range: null, issues: [issue('RANGE_TOO_LONG', ['range'], { days, maxDays: limits.rangeDays })] })
