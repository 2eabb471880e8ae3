import { ENDS, type Chain } from './chain.ts'
import { effectsDense, MOST_DENSE_STATES } from './effectsDense.ts'
import { effectsSparse } from './effectsSparse.ts'
import type { Pace } from './pace.ts'

/** A chain with its weights as chances: of each state they add up to 1, or to 0 where no path was. */
export type Chances = Pick<Chain, 'order' | 'starts' | 'targets' | 'statesOf'> & {
  readonly chances: Float64Array
  /** How often a path is in each state, on average. Known from the counts themselves: as many paths come to a state as leave it. */
  readonly visits: Float64Array
}

/** By the number of the group, RE(c) = 1 - P(conversion with c removed) / P(conversion); all 0 when nothing converts. */
export type Effects = { readonly probability: number; readonly effects: Float64Array }

/**
 * Removing a group sends its transitions to nothing: what is lost are the paths that come to it and convert, and their share is what is worked
 * out, since the difference of two near probabilities would have few digits left.
 */
export async function removalEffects(chain: Chain, weights: Float64Array, pace: Pace): Promise<Effects> {
  const { paths, conversions, ...chances } = chancesOf(chain, weights)
  const effects = new Float64Array(chain.groups.length)
  if (conversions === 0) return { probability: 0, effects }
  const isDense = chain.order === 1 && chain.groups.length <= MOST_DENSE_STATES
  const lost = isDense ? await effectsDense(chances, pace) : await effectsSparse(chances, pace)
  const probability = conversions / paths
  return { probability, effects: lost.map((each) => Math.min(each / probability, 1)) }
}

/** The weights as chances, with how many paths there are and how many convert. */
export function chancesOf(chain: Chain, weights: Float64Array): Chances & { readonly paths: number; readonly conversions: number } {
  const { order, starts, targets, statesOf } = chain
  const states = starts.length - 1
  const chances = new Float64Array(weights.length)
  const visits = new Float64Array(states)
  let conversions = 0
  for (let state = 0; state < states; state++) {
    const [from = 0, before = 0] = [starts[state], starts[state + 1]]
    let sum = 0
    for (let i = from; i < before; i++) sum += weights[i] ?? 0
    visits[state] = sum
    for (let i = from; i < before; i++) {
      chances[i] = sum === 0 ? 0 : (weights[i] ?? 0) / sum
      if (targets[i] === ENDS.conversion) conversions += weights[i] ?? 0
    }
  }
  const paths = visits[0] ?? 0
  return { order, starts, targets, statesOf, chances, visits: visits.map((each) => (paths === 0 ? 0 : each / paths)), paths, conversions }
}
