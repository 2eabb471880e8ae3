import type { TimeRange } from '../bind/range.ts'
import { isEarlier } from '../prepared/trace.ts'
import type { DayRange } from '../localTime.ts'

/** The same instants as ranges that do not meet, ascending; those of no length are left out unless all are. */
export function mergeRanges(ranges: readonly TimeRange[]): readonly TimeRange[] {
  const merged = merge(ranges.map(({ startMs, endMs }) => ({ from: startMs, before: endMs }))).map(({ from, before }) => ({ startMs: from, endMs: before }))
  return merged.length === 0 ? ranges.slice(0, 1) : merged
}

/** The same days as ranges that do not meet, ascending. */
export const mergeDays = (ranges: readonly DayRange[]): readonly DayRange[] => merge(ranges)

function merge<Point extends number | string>(
  ranges: readonly { readonly from: Point; readonly before: Point }[],
): readonly { readonly from: Point; readonly before: Point }[] {
  const merged: { readonly from: Point; readonly before: Point }[] = []
  for (const { from, before } of ranges.filter((each) => isEarlier(each.from, each.before)).toSorted((a, b) => (isEarlier(a.from, b.from) ? -1 : 1))) {
    const previous = merged.at(-1)
    if (previous === undefined || isEarlier(previous.before, from)) merged.push({ from, before })
    else merged[merged.length - 1] = { from: previous.from, before: isEarlier(before, previous.before) ? previous.before : before }
  }
  return merged
}
