import { all, any, type Condition } from '../../model/condition.ts'
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
      const needed = oneOfThem([...node.steps, ...(node.exclusion === null ? [] : [node.exclusion])])
      return { ...node, input: { ...node.input, condition: simplify(all(node.input.condition, needed)) } }
    })
  },
}

/** What all of them ask for is asked once, and what is left is often one list of events, which the order of the rows can be searched for. */
function oneOfThem(conditions: readonly Condition[]): Condition {
  const parts = conditions.map(simplify).map((condition) => (condition.kind === 'all' ? condition.of : [condition]))
  const isIn = (part: Condition, among: readonly Condition[]) => among.some((other) => JSON.stringify(other) === JSON.stringify(part))
  const common = (parts[0] ?? []).filter((part) => parts.every((among) => isIn(part, among)))
  return all(...common, any(...parts.map((among) => all(...among.filter((part) => !isIn(part, common))))))
}
