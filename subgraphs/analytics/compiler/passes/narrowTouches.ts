import { KNOWN_USER } from '../../model/condition.ts'
import type { AnalyticsPlan, CollectPaths } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'
import { mapCredit } from './rewrite.ts'

/**
 * Reads before the range no conversions, and touches of each kind only as far back as they can count: impressions, the most, for a day. Declines
 * for paths without a conversion, which reach as far back as the last conversion.
 */
export const narrowTouches: Pass = {
  name: 'narrowTouches',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    return mapCredit(plan, (node) => {
      const { journeys } = node
      return { ...node, input: narrow(node.input), journeys: journeys?.nullPaths === null ? { ...journeys, input: narrow(journeys.input) } : journeys }
    })
  },
}

/** What the scan asked of its rows is asked kind by kind. */
const narrow = (paths: CollectPaths): CollectPaths => ({ ...paths, isNarrow: true, input: { ...paths.input, condition: KNOWN_USER } })
