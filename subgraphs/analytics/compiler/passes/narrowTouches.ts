import { KNOWN_USER } from '../../model/condition.ts'
import type { AnalyticsPlan } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'
import { mapCredit } from './rewrite.ts'

/** Reads before the range no conversions, and touches of each kind only as far back as they can count: impressions, the most, for a day. */
export const narrowTouches: Pass = {
  name: 'narrowTouches',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    // What the scan asked of its rows is asked kind by kind.
    return mapCredit(plan, (node) => ({ ...node, input: { ...node.input, isNarrow: true, input: { ...node.input.input, condition: KNOWN_USER } } }))
  },
}
