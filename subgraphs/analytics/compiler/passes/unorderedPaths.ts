import type { AnalyticsPlan, CreditColumn } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'
import { mapCredit } from './rewrite.ts'

/**
 * Reads no event ids, the largest column, when it does not matter which of two touches at one instant is the first. Declines when some number
 * depends on places in the path.
 */
export const unorderedPaths: Pass = {
  name: 'unorderedPaths',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    return mapCredit(plan, (node) => (node.columns.some(needsOrder) ? node : { ...node, input: { ...node.input, isOrdered: false } }))
  },
}

function needsOrder(column: CreditColumn): boolean {
  if (column.kind === 'credit') return column.model.kind !== 'LINEAR' && column.model.kind !== 'TIME_DECAY'
  return column.kind === 'assists'
}
