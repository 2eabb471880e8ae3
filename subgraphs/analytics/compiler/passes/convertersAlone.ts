import type { AnalyticsPlan, CollectPaths } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'
import { mapCredit } from './rewrite.ts'

/**
 * Looks first who converts, and collects the touches of those users alone: most users with touches never convert, and theirs would be kept until
 * all is read. Declines for paths without a conversion, which are of everybody.
 */
export const convertersAlone: Pass = {
  name: 'convertersAlone',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    return mapCredit(plan, (node) => {
      const { journeys } = node
      return {
        ...node,
        input: ofConverters(node.input),
        journeys: journeys?.nullPaths === null ? { ...journeys, input: ofConverters(journeys.input) } : journeys,
      }
    })
  },
}

const ofConverters = (paths: CollectPaths): CollectPaths => ({ ...paths, isOfConverters: true })
