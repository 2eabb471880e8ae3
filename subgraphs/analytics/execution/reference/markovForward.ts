import type { ChainPath } from './markov.ts'

/** How little of all paths may still be on its way when the rest is left. */
const LEAST = 1e-16

/**
 * The removal effects without any linear system: all paths start together and go on step by step, in the parts in which the counted paths did,
 * until nearly all have ended; a group is removed by letting nothing pass it.
 */
export function effectsByForwardMass(
  paths: readonly ChainPath[],
  order: number,
): { readonly probability: number; readonly effects: ReadonlyMap<string, number> } {
  const chain = new Map<string, { readonly all: number; readonly to: Map<string, number> }>()
  for (const { groups, converts, count } of paths) {
    for (let i = 0; i <= groups.length; i++) {
      const from = stateAt(groups, i, order)
      const to = i === groups.length ? (converts ? CONVERSION : NULL) : stateAt(groups, i + 1, order)
      const known = chain.get(from) ?? { all: 0, to: new Map<string, number>() }
      chain.set(from, { all: known.all + count, to: known.to.set(to, (known.to.get(to) ?? 0) + count) })
    }
  }
  const probability = converted(chain, null)
  const groups = [...new Set(paths.flatMap((path) => path.groups))]
  return { probability, effects: new Map(groups.map((group) => [group, 1 - converted(chain, group) / probability])) }
}

const CONVERSION = '(conversion)'
const NULL = '(null)'
const BETWEEN = ' > '
const stateAt = (groups: readonly string[], end: number, order: number): string => groups.slice(Math.max(end - order, 0), end).join(BETWEEN)

function converted(chain: ReadonlyMap<string, { readonly all: number; readonly to: ReadonlyMap<string, number> }>, removed: string | null): number {
  let mass = new Map([['', 1]])
  let conversions = 0
  for (let left = 1; left > LEAST; left = [...mass.values()].reduce((sum, each) => sum + each, 0)) {
    const next = new Map<string, number>()
    for (const [state, part] of mass) {
      const { all, to } = chain.get(state) ?? { all: 1, to: new Map<string, number>() }
      for (const [target, count] of to) {
        const moved = (part * count) / all
        if (target === CONVERSION) conversions += moved
        else if (target !== NULL && (removed === null || !target.split(BETWEEN).includes(removed))) next.set(target, (next.get(target) ?? 0) + moved)
      }
    }
    mass = next
  }
  return conversions
}
