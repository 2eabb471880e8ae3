import { ENDS } from './chain.ts'
import type { Pace } from './pace.ts'
import type { Chances } from './removalEffects.ts'

/** Above it the matrix would have more than some 16 MB; fewer states are always solved this way. */
export const MOST_DENSE_STATES = 1_400

/**
 * The chance to come to a group and then to convert, by group, for a chain of order 1: (visits of c / visits of c from c) times the chance to
 * convert from c. Solved by elimination of the states in which nothing is ever subtracted (Grassmann, Taksar and Heyman): a pivot is what leaves
 * its state, added up, so that no digits are lost however long paths stay.
 */
export async function effectsDense(chain: Chances, pace: Pace): Promise<Float64Array> {
  const system = await factor(chain, pace)
  const { size, states } = system
  const converts = new Float64Array(size)
  for (const [row, state] of states.entries()) converts[row] = chanceTo(chain, state, ENDS.conversion)
  solve(system, converts, 0)
  const lost = new Float64Array(size)
  const column = new Float64Array(size)
  for (let row = 0; row < size; row++) {
    await pace.take((size - row) ** 2)
    column.fill(0)
    column[row] = 1
    solve(system, column, row)
    const again = column[row] ?? 0
    const visits = chain.visits[states[row] ?? 0] ?? 0
    lost[row] = again === 0 ? 0 : (visits / again) * (converts[row] ?? 0)
  }
  return lost
}

type System = {
  readonly size: number
  /** By row: the one state of the group of that number. */
  readonly states: readonly number[]
  /** Above the diagonal the chances that are left, below it the multipliers. */
  readonly cells: Float64Array
  readonly pivots: Float64Array
}

async function factor(chain: Chances, pace: Pace): Promise<System> {
  const states = chain.statesOf.map(([state = 0]) => state)
  const size = states.length
  const rowOf = new Map(states.map((state, row) => [state, row]))
  const cells = new Float64Array(size * size)
  const ends = new Float64Array(size)
  for (const [row, state] of states.entries()) {
    for (let i = chain.starts[state] ?? 0; i < (chain.starts[state + 1] ?? 0); i++) {
      const target = rowOf.get(chain.targets[i] ?? ENDS.nothing)
      const chance = chain.chances[i] ?? 0
      if (target === undefined) ends[row] = (ends[row] ?? 0) + chance
      else cells[row * size + target] = chance
    }
  }
  const pivots = new Float64Array(size)
  for (let k = 0; k < size; k++) {
    await pace.take((size - k) ** 2)
    eliminate({ size, cells, ends, pivots }, k)
  }
  return { size, states, cells, pivots }
}

type Elimination = { readonly size: number; readonly cells: Float64Array; readonly ends: Float64Array; readonly pivots: Float64Array }

/** A path that would come to state k goes on to where k leads at last. */
function eliminate({ size, cells, ends, pivots }: Elimination, k: number): void {
  let pivot = ends[k] ?? 0
  for (let j = k + 1; j < size; j++) pivot += cells[k * size + j] ?? 0
  pivots[k] = pivot
  for (let i = k + 1; i < size; i++) {
    const chance = cells[i * size + k] ?? 0
    // A state that nothing leaves was on no path, so nothing leads to it.
    if (chance === 0 || pivot === 0) continue
    const factored = chance / pivot
    cells[i * size + k] = factored
    for (let j = k + 1; j < size; j++) cells[i * size + j] = (cells[i * size + j] ?? 0) + factored * (cells[k * size + j] ?? 0)
    ends[i] = (ends[i] ?? 0) + factored * (ends[k] ?? 0)
  }
}

/** Puts the solution in place of the right side, which is 0 before row `from`; rows before it are left out of the solution. */
function solve({ size, cells, pivots }: System, side: Float64Array, from: number): void {
  for (let k = from; k < size; k++) {
    const value = side[k] ?? 0
    if (value !== 0) for (let i = k + 1; i < size; i++) side[i] = (side[i] ?? 0) + (cells[i * size + k] ?? 0) * value
  }
  for (let k = size - 1; k >= from; k--) {
    let sum = side[k] ?? 0
    for (let j = k + 1; j < size; j++) sum += (cells[k * size + j] ?? 0) * (side[j] ?? 0)
    const pivot = pivots[k] ?? 0
    side[k] = pivot === 0 ? 0 : sum / pivot
  }
}

function chanceTo({ starts, targets, chances }: Chances, state: number, target: number): number {
  let sum = 0
  for (let i = starts[state] ?? 0; i < (starts[state + 1] ?? 0); i++) if (targets[i] === target) sum += chances[i] ?? 0
  return sum
}
