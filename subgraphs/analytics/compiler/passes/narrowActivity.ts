import { all, any } from '../../model/condition.ts'
import type { AnalyticsPlan } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'
import { mapJoin } from './rewrite.ts'
import { simplify } from './simplify.ts'

/** Of what members did reads only rows that some number counts, and the entries themselves, which show who is a member. */
export const narrowActivity: Pass = {
  name: 'narrowActivity',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    return mapJoin(plan, (join, { columns }) => {
      const needed = any(join.entries.input.condition, ...columns.map((column) => column.aggregate.of))
      return { ...join, activity: { ...join.activity, condition: simplify(all(join.activity.condition, needed)) } }
    })
  },
}
