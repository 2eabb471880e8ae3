import type { AnalyticsPlan } from '../plan/nodes.ts'
import { boundActivity } from './boundActivity.ts'
import { convertersAlone } from './convertersAlone.ts'
import { knownOfRows } from './knownOfRows.ts'
import { levelsAlone } from './levelsAlone.ts'
import { mergeAggregates } from './mergeAggregates.ts'
import { narrowActivity } from './narrowActivity.ts'
import { narrowCosts } from './narrowCosts.ts'
import { narrowScan } from './narrowScan.ts'
import { narrowSteps } from './narrowSteps.ts'
import { narrowTouches } from './narrowTouches.ts'
import type { Pass } from './pass.ts'
import { simplifyConditions } from './simplifyConditions.ts'
import { timesOnly } from './timesOnly.ts'
import { totalsAlone } from './totalsAlone.ts'
import { unorderedPaths } from './unorderedPaths.ts'

/** In the order they run: conditions are simple before they are compared or moved. */
const passes = [
  simplifyConditions,
  mergeAggregates,
  totalsAlone,
  narrowScan,
  narrowCosts,
  narrowActivity,
  boundActivity,
  knownOfRows,
  timesOnly,
  narrowTouches,
  convertersAlone,
  narrowSteps,
  levelsAlone,
  unorderedPaths,
] as const satisfies readonly Pass[]

export const passNames: readonly string[] = passes.map((pass) => pass.name)

/** Runs the passes of the given names in their own order; the rows of the answer are the same for any choice. */
export function runPasses(plan: AnalyticsPlan, names: readonly string[]): AnalyticsPlan {
  return passes.filter((pass) => names.includes(pass.name)).reduce((current, pass) => pass.run(current), plan)
}
