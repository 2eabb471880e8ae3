import { all, any } from '../../model/condition.ts'
import type { AnalyticsPlan } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'
import { mapSteps } from './rewrite.ts'
import { simplify } from './simplify.ts'

/** Reads of a user only rows that meet a step or end an attempt. Declines for STRICT, to which it matters what lies between. */
export const narrowSteps: Pass = {
  name: 'narrowSteps',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    if (plan.input.kind === 'CountSteps' && plan.input.input.order === 'STRICT') return plan
    return mapSteps(plan, (node) => {
      const needed = any(...node.steps, ...(node.exclusion === null ? [] : [node.exclusion]))
      return { ...node, input: { ...node.input, condition: simplify(all(node.input.condition, needed)) } }
    })
  },
}
