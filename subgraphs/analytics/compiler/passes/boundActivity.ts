import { DAY_MS, rollingMs, type TimeUnit } from '../../model/timeUnits.ts'
import { earliest, later } from '../prepared/trace.ts'
import type { AnalyticsPlan, Periods } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'
import { mapJoin } from './rewrite.ts'

/** Stops reading what members did where the last period of the last possible entry ends. Declines when later rows count too. */
export const boundActivity: Pass = {
  name: 'boundActivity',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    return mapJoin(plan, (join, { periods, hasTail }) => {
      if (hasTail) return join
      const endMs = earliest(join.activity.endMs, later(join.entries.input.endMs, longestMs(periods)))
      return { ...join, activity: { ...join.activity, endMs } }
    })
  },
}

const longestUnitMs: Readonly<Record<TimeUnit, number>> = {
  HOUR: rollingMs.HOUR,
  DAY: DAY_MS,
  WEEK: 7 * DAY_MS,
  MONTH: 31 * DAY_MS,
  QUARTER: 92 * DAY_MS,
  YEAR: 366 * DAY_MS,
}

/** An upper bound: a calendar period may be longer than a rolling one, and the local clock may be set back in it. */
function longestMs({ kind, unit, count }: Periods): number {
  return kind === 'ROLLING' ? count * rollingMs[unit] : count * longestUnitMs[unit] + 2 * DAY_MS
}
