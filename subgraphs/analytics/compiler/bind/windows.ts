import type { Issue } from '#ops/service/issues.ts'
import { limits } from '../../model/limits.ts'
import type { TimeUnit } from '../../model/timeUnits.ts'
import type { BoundWindow, Compare } from '../bound.ts'
import { issue } from '../issues.ts'
import { wholeDays } from '../localTime.ts'
import type { RangeInput } from '../request.ts'
import { comparedRange } from './compare.ts'
import { costIssue } from './costs.ts'
import type { TimeRange } from './range.ts'

type Path = readonly (string | number)[]
/** A time that is compared with, where it was first asked for, and the first number among them that needs costs. */
export type ComparedTime = { readonly compare: Compare; readonly path: Path; readonly costs: { readonly path: Path; readonly measure: string } | null }

type Asked = {
  readonly input: RangeInput
  readonly range: TimeRange
  readonly timeZone: string
  /** The time zone as it was asked for. */
  readonly zoneName: string
  /** What rows are grouped by; null without time. */
  readonly unit: TimeUnit | null
  /** Whether the range itself has costs; else that is the issue, and not what it is compared with. */
  readonly hasCosts: boolean
}

export function bindWindows(times: readonly ComparedTime[], asked: Asked): { readonly windows: readonly BoundWindow[]; readonly issues: readonly Issue[] } {
  const issues: Issue[] = []
  const windows = times.map(({ compare, path, costs }): BoundWindow => {
    const range = comparedRange(compare, asked.range, asked)
    if (range.startMs < limits.earliestMs) {
      const text = (instantMs: number) => new Date(instantMs).toISOString()
      const what = `${compare}, the time from ${text(range.startMs)} to ${text(range.endMs)}`
      issues.push(issue('RANGE_OUT_OF_BOUNDS', path, { what, earliest: text(limits.earliestMs), latest: text(limits.latestMs) }))
    }
    if (costs === null || !asked.hasCosts) return { compare, range, days: null }
    const days = wholeDays(range, asked.timeZone)
    const what = `the time that it is compared with does not begin and end with a day of ${asked.zoneName}`
    if (days === null) issues.push(costIssue({ kind: 'days', path: costs.path, what }, costs.measure))
    return { compare, range, days }
  })
  return { windows, issues }
}
