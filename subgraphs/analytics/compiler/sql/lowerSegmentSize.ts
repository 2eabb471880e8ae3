import { ALWAYS } from '../../model/condition.ts'
import { describe } from '../plan/describe.ts'
import type { AnalyticsPlan, CountMembers } from '../plan/nodes.ts'
import { call, named, select, stored, type SqlSelect } from './ast.ts'
import { lowerOver } from './lowerCondition.ts'
import { lowerRule, lowerSegmentScan, selectMembers } from './lowerSegment.ts'

/** With the known users every row is read once, and each user told as a member or not; without them only the rows that can matter are. */
export function lowerSegmentSize(plan: AnalyticsPlan, { segment, hasKnown }: CountMembers): SqlSelect {
  const comments = [describe(plan), describe(plan.input)]
  if (!hasKnown) {
    return select({
      comments,
      columns: [{ expression: call('count'), as: 'members' }],
      from: { kind: 'select', select: selectMembers(segment, lowerOver), as: null },
    })
  }
  const users = select({
    columns: [{ expression: lowerRule(segment.rule, lowerOver), as: 'is_member' }],
    ...lowerSegmentScan(segment, { condition: ALWAYS, startMs: null, lowerOver }),
    groupBy: [stored('user_id')],
  })
  return select({
    comments,
    columns: [
      { expression: call('countIf', named('is_member')), as: 'members' },
      { expression: call('count'), as: 'known' },
    ],
    from: { kind: 'select', select: users, as: null },
  })
}
