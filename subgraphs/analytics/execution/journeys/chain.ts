import { LEADS_TO } from '../../compiler/sql/lowerJourneys.ts'
import type { Group, Transition } from './facts.ts'

/** Where a transition leads when it leads to no state. */
export const ENDS = { conversion: -1, nothing: -2 } as const

/**
 * An absorbing chain: states by number, the first is the start, each with its transitions one after the other. What they weigh is beside it, so
 * that resamples share all else.
 */
export type Chain = {
  readonly order: number
  readonly groups: readonly Group[]
  /** The transitions of state s are those from `starts[s]` until before `starts[s + 1]`. */
  readonly starts: Int32Array
  /** A state, or one of ENDS. */
  readonly targets: Int32Array
  /** By the number of the group: its states, which its removal removes. */
  readonly statesOf: readonly (readonly number[])[]
  readonly weights: Float64Array
  readonly resampled: readonly Float64Array[]
}

type Step = { readonly from: number; readonly to: number; paths: number; readonly resampled: Float64Array }

/** The chain of an order from the transitions of that order or a higher one. */
export function createChain(transitions: readonly Transition[], { order, resamples }: { readonly order: number; readonly resamples: number }): Chain {
  const states = new Map<string, number>()
  const groups = new Map<Group, number>()
  const statesOf: number[][] = []
  const stateOf = (last: readonly Group[]): number => {
    const key = last.join('')
    const known = states.get(key)
    if (known !== undefined) return known
    const state = states.size
    states.set(key, state)
    for (const group of new Set(last)) {
      const number = groups.get(group) ?? groups.size
      groups.set(group, number)
      const own = statesOf[number]
      if (own === undefined) statesOf[number] = [state]
      else own.push(state)
    }
    return state
  }
  stateOf([])
  const steps = new Map<string, Step>()
  for (const { from, to, what, paths, resampled } of transitions) {
    const last = from.slice(-order)
    const end = what === LEADS_TO.conversion ? ENDS.conversion : ENDS.nothing
    const ends = { from: stateOf(last), to: to === null ? end : stateOf([...last, to].slice(-order)) }
    const key = `${ends.from} ${ends.to}`
    const step = steps.get(key) ?? { ...ends, paths: 0, resampled: new Float64Array(resamples) }
    steps.set(key, step)
    step.paths += paths
    for (let i = 0; i < resamples; i++) step.resampled[i] = (step.resampled[i] ?? 0) + (resampled[i] ?? 0)
  }
  const sorted = [...steps.values()].toSorted((a, b) => a.from - b.from)
  const starts = new Int32Array(states.size + 1)
  for (const { from } of sorted) starts[from + 1] = (starts[from + 1] ?? 0) + 1
  for (let state = 0; state < states.size; state++) starts[state + 1] = (starts[state + 1] ?? 0) + (starts[state] ?? 0)
  return {
    order,
    groups: [...groups.keys()],
    starts,
    targets: Int32Array.from(sorted, ({ to }) => to),
    statesOf,
    weights: Float64Array.from(sorted, ({ paths }) => paths),
    resampled: Array.from({ length: resamples }, (_, i) => Float64Array.from(sorted, ({ resampled }) => resampled[i] ?? 0)),
  }
}
