import { bucketAt } from '../../compiler/calendar.ts'
import type { BoundCohorts, BoundQuery } from '../../compiler/bound.ts'
import { namedSegments } from '../../compiler/namedSegments.ts'
import type { AnalyticsPlan } from '../../compiler/plan/nodes.ts'
import type { LiveInput } from '../../execution/bindLive.ts'
import { DAY_MS, rollingMs } from '../../model/timeUnits.ts'

/** An answer with a time that runs on, such as a range that ends now, is looked at again after this long when nothing else asks for it. */
export const RUNNING_MS = 5_000

export type Answered = {
  readonly bound: BoundQuery
  readonly asOfMs: number
  readonly nowMs: number
  /** When the first event comes that was stored ahead of `endThatWaitsForEvents`; Infinity for none, null where there is no such end. */
  readonly aheadMs: number | null
}

/** When time alone may make another answer of the question: milliseconds UTC, later than `nowMs`; Infinity for never. */
export function nextMoment({ input }: LiveInput, { bound, asOfMs, nowMs, aheadMs }: Answered): number {
  if (bound.kind !== 'metrics' && bound.kind !== 'cohorts' && bound.kind !== 'funnel' && bound.kind !== 'attribution') return Infinity
  const isRelative = typeof input.range.last === 'number'
  const isOpen = endsNow(input)
  // Members of a segment may be told by what they did of late.
  const isRunning = (isOpen && aheadMs === null) || namedSegments(input).length > 0 || (bound.kind === 'cohorts' && asOfMs < knownEndMs(bound))
  const moments = isRunning ? [nowMs + RUNNING_MS] : []
  if (aheadMs !== null) moments.push(Math.max(aheadMs + 1, nowMs + RUNNING_MS))
  const units = bound.groups.flatMap((group) => (group.kind === 'time' ? [group.unit] : []))
  // An open range that ends where a bucket begins has nothing of it yet.
  const inMs = isOpen ? Math.min(nowMs, bound.range.endMs - 1) : nowMs
  if (isRelative && input.range.unit) moments.push(...[input.range.unit, ...(isOpen ? units : [])].map((unit) => bucketAt(inMs, unit, bound.timeZone).endMs))
  if (asOfMs < bound.range.endMs && !isOpen) moments.push(bound.range.endMs)
  // A bucket that asOf cuts is partial.
  for (const unit of units) if (asOfMs < bucketAt(bound.range.endMs - 1, unit, bound.timeZone).endMs) moments.push(bucketAt(asOfMs, unit, bound.timeZone).endMs)
  // asOf may lag behind now, and has not passed a moment that now has.
  return moments.reduce((first, moment) => Math.min(first, moment > nowMs ? moment : nowMs + RUNNING_MS), Infinity)
}

const endsNow = ({ range }: LiveInput['input']): boolean => typeof range.last === 'number' && range.includeCurrent

/**
 * The end of the answer's range when that is now and the answer is told from the events of that range alone: as time runs on it is another only when an event comes that was
 * stored ahead of it, or a bucket ends. Null for others, which reach back from now as well, or look at more of a user.
 */
export function endThatWaitsForEvents({ input }: LiveInput, { bound, plan }: { readonly bound: BoundQuery; readonly plan: AnalyticsPlan }): number | null {
  if (!endsNow(input) || bound.kind !== 'metrics' || bound.windows.length > 0 || namedSegments(input).length > 0) return null
  if (plan.input.kind !== 'Divide') return null
  const { users, costs } = plan.input.input
  return users === null && costs === null ? bound.range.endMs : null
}

/** From then on every period of every member is over. Months, quarters and years of the calendar are longer than rolling ones by less than a tenth. */
export function knownEndMs({ range, periods, periodUnit }: BoundCohorts): number {
  return range.endMs + (periods + 1) * rollingMs[periodUnit] * 1.1 + 2 * DAY_MS
}
