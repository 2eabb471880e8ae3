import type { AnalyticsPlan } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'

/**
 * Tells of a user only how far the best attempt got, when neither its times nor its group are asked for: then the latest first step from which each
 * row is reached is enough. Declines with exclusions, and for orders in which the latest is not always the best.
 */
export const levelsAlone: Pass = {
  name: 'levelsAlone',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    if (plan.input.kind !== 'CountSteps') return plan
    const { input } = plan.input
    if (input.needsTimes || input.order !== 'ORDERED' || input.input.keys.length > 0 || input.input.exclusion !== null) return plan
    return { ...plan, input: { ...plan.input, input: { ...input, isLevelAlone: true } } }
  },
}
