import { ENDS } from './chain.ts'
import type { Pace } from './pace.ts'
import type { Chances } from './removalEffects.ts'

/** Both bounds are this near, as a part of the number; and of nothing at all. */
const NEAR = 1e-13
const NOTHING = 1e-20

/**
 * The same for a chain of any order, by the chance y(s) to come to the group and then to convert: y = Q y over the states without the group, plus
 * the chance to convert of those with it. Two sweeps go on side by side (Gauss and Seidel), one from below and one from above, which cannot pass
 * the solution: it lies between them, and they go on until nothing lies between.
 */
export async function effectsSparse(chain: Chances, pace: Pace): Promise<Float64Array> {
  const states = chain.starts.length - 1
  const below = new Float64Array(states)
  const above = new Float64Array(states).fill(1)
  await enclose({ chain, below, above, fixed: new Uint8Array(states) }, { pace, of: 'all' })
  const converts = middle(below, above)
  const fixed = new Uint8Array(states)
  const lost = new Float64Array(chain.statesOf.length)
  for (const [group, removed] of chain.statesOf.entries()) {
    below.fill(0)
    above.set(converts)
    for (const state of removed) {
      fixed[state] = 1
      below[state] = converts[state] ?? 0
    }
    await enclose({ chain, below, above, fixed, without: true }, { pace, of: 'start' })
    lost[group] = ((below[0] ?? 0) + (above[0] ?? 0)) / 2
    for (const state of removed) fixed[state] = 0
  }
  return lost
}

const middle = (below: Float64Array, above: Float64Array): Float64Array => below.map((each, i) => (each + (above[i] ?? 0)) / 2)

type Sweep = {
  readonly chain: Chances
  readonly below: Float64Array
  readonly above: Float64Array
  /** Known already. */
  readonly fixed: Uint8Array
  /** Conversions count for nothing: only what comes to a fixed state does. Default: false. */
  readonly without?: boolean
}

/** Sweeps until the bounds meet, or until doubles have no room left between them. */
async function enclose(sweep: Sweep, { pace, of }: { readonly pace: Pace; readonly of: 'all' | 'start' }): Promise<void> {
  const { below, above } = sweep
  for (;;) {
    await pace.take(2 * sweep.chain.targets.length)
    const moved = sweepOnce(sweep)
    if (!moved || (of === 'start' ? isNear(below[0], above[0]) : below.every((each, i) => isNear(each, above[i])))) return
  }
}

const isNear = (below = 0, above = 0): boolean => above - below <= NEAR * above + NOTHING

function sweepOnce({ chain, below, above, fixed, without = false }: Sweep): boolean {
  const { starts, targets, chances } = chain
  let moved = false
  for (let state = below.length - 1; state >= 0; state--) {
    if (fixed[state] === 1) continue
    let low = 0
    let high = 0
    // Added up, as in the elimination: what is left of 1 would have few digits where paths stay long.
    let leaves = 0
    for (let i = starts[state] ?? 0; i < (starts[state + 1] ?? 0); i++) {
      const target = targets[i] ?? ENDS.nothing
      const chance = chances[i] ?? 0
      if (target === state) continue
      leaves += chance
      if (target >= 0) {
        low += chance * (below[target] ?? 0)
        high += chance * (above[target] ?? 0)
      } else if (target === ENDS.conversion && !without) {
        low += chance
        high += chance
      }
    }
    // Rounding alone must not turn a bound back.
    const nextLow = leaves === 0 ? 0 : Math.max(low / leaves, below[state] ?? 0)
    const nextHigh = leaves === 0 ? 0 : Math.min(high / leaves, above[state] ?? 0)
    moved ||= nextLow !== below[state] || nextHigh !== above[state]
    below[state] = nextLow
    above[state] = nextHigh
  }
  return moved
}
