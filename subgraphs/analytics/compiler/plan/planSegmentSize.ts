import type { BoundSegmentSize } from '../bound.ts'
import type { AnalyticsPlan } from './nodes.ts'

/** One row, and one scan for both numbers. */
export function planSegmentSize({ segment, wantsKnown }: BoundSegmentSize): AnalyticsPlan {
  return {
    kind: 'SortLimit',
    input: { kind: 'CountMembers', segment, hasKnown: wantsKnown },
    order: [],
    limitRows: 1,
    showsRows: true,
    layout: { kind: 'segmentSize', groups: [], members: 'members', known: wantsKnown ? 'known' : null },
  }
}
