import type { AnalyticsPlan } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'
import { mapEntries } from './rewrite.ts'

/** Reads no event ids when nothing but its time is taken from an entry: then it does not matter which of two at one instant it is. */
export const timesOnly: Pass = {
  name: 'timesOnly',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    return mapEntries(plan, (entries) => (entries.keys.length === 0 && entries.filter.kind === 'always' ? { ...entries, breaksTies: false } : entries))
  },
}
