import type { RowsSummary } from '#db/analytics/rowsSummary.ts'
import type { BoundQuery } from '../../compiler/bound.ts'
import type { AnalyticsPlan } from '../../compiler/plan/nodes.ts'
import { mayChange } from './mayChange.ts'
import { knownEndMs, type Answered } from './nextMoment.ts'

const ANY = (): boolean => true

/** Whether rows that came may make another answer of the question. */
export function touchesOf(plan: AnalyticsPlan, { bound, asOfMs }: Pick<Answered, 'bound' | 'asOfMs'>): (rows: RowsSummary) => boolean {
  // Rows of its own that are there already may count only now that others have come: when all up to a time is known.
  return asOfMs < needsKnownMs(bound) ? ANY : (mayChange(plan) ?? ANY)
}

/** Until when all must be known, so that no other asOf makes another answer. */
function needsKnownMs(bound: BoundQuery): number {
  switch (bound.kind) {
    case 'cohorts':
      return knownEndMs(bound)
    case 'funnel':
      return bound.range.endMs + bound.windowMs
    default:
      return -Infinity
  }
}
