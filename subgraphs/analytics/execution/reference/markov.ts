import { add, fraction, over, times, type Fraction } from './fractions.ts'

/** The groups of one path, oldest first, and whether a conversion is at its end. */
export type ChainPath = { readonly groups: readonly string[]; readonly converts: boolean; readonly count: number }

/** How the chain's numbers are computed with. */
type Numbers<Value> = {
  readonly of: (whole: number) => Value
  readonly add: (a: Value, b: Value) => Value
  readonly times: (a: Value, b: Value) => Value
  readonly over: (a: Value, b: Value) => Value
  readonly size: (a: Value) => number
}
const doubles: Numbers<number> = { of: (whole) => whole, add: (a, b) => a + b, times: (a, b) => a * b, over: (a, b) => a / b, size: Math.abs }
const fractions: Numbers<Fraction> = { of: (whole) => fraction(BigInt(whole)), add, times, over, size: ({ above }) => (above === 0n ? 0 : 1) }

export type ChainAnswer<Value> = { readonly probability: Value; readonly effects: ReadonlyMap<string, Value> }

/**
 * The chain as DEFINITIONS.md, section 3 says it: states are the last k groups, begun with padding; P(conversion) solves the linear system of all
 * states, and once more for each group with the transitions to its states sent to null. `effects` is empty when nothing converts.
 */
export const chainInDoubles = (paths: readonly ChainPath[], order: number): ChainAnswer<number> => solveChain(paths, order, doubles)
export const chainInFractions = (paths: readonly ChainPath[], order: number): ChainAnswer<Fraction> => solveChain(paths, order, fractions)

const PAD = '(start)'
const CONVERSION = '(conversion)'
const NULL = '(null)'

function solveChain<Value>(paths: readonly ChainPath[], order: number, numbers: Numbers<Value>): ChainAnswer<Value> {
  const counts = new Map<string, Map<string, number>>()
  for (const { groups, converts, count } of paths) {
    let state: readonly string[] = Array.from({ length: order }, () => PAD)
    for (const step of [...groups, converts ? CONVERSION : NULL]) {
      const next = step === CONVERSION || step === NULL ? [step] : [...state.slice(1), step]
      const from = counts.get(JSON.stringify(state)) ?? new Map<string, number>()
      counts.set(JSON.stringify(state), from.set(JSON.stringify(next), (from.get(JSON.stringify(next)) ?? 0) + count))
      state = next
    }
  }
  const start = JSON.stringify(Array.from({ length: order }, () => PAD))
  const probability = conversionProbability(counts, { start, removed: null, numbers })
  const effects = new Map<string, Value>()
  if (numbers.size(probability) === 0) return { probability, effects }
  for (const group of new Set(paths.flatMap(({ groups }) => groups))) {
    const without = conversionProbability(counts, { start, removed: group, numbers })
    effects.set(group, numbers.add(numbers.of(1), numbers.times(numbers.of(-1), numbers.over(without, probability))))
  }
  return { probability, effects }
}

type System<Value> = { readonly start: string; readonly removed: string | null; readonly numbers: Numbers<Value> }

/** x(s) = sum of the chances to each next state t times x(t), with x(conversion) = 1 and x(null) = 0, by elimination with a pivot of each column. */
function conversionProbability<Value>(counts: ReadonlyMap<string, ReadonlyMap<string, number>>, { start, removed, numbers }: System<Value>): Value {
  const { of, add: plus, times: by, over: through, size } = numbers
  const isRemoved = (state: string) => removed !== null && (JSON.parse(state) as readonly string[]).includes(removed)
  const states = [...counts.keys()].filter((state) => !isRemoved(state))
  const conversion = JSON.stringify([CONVERSION])
  const rows = states.map((state) => {
    const nexts = counts.get(state) ?? new Map<string, number>()
    const all = of([...nexts.values()].reduce((sum, each) => sum + each, 0))
    const chance = (next: string) => through(of(nexts.get(next) ?? 0), all)
    return [...states.map((next) => plus(of(next === state ? 1 : 0), by(of(-1), chance(next)))), chance(conversion)]
  })
  const at = (row: number, column: number): Value => rows[row]?.[column] ?? of(0)
  for (const [column] of states.entries()) {
    const pivot = states
      .map((_, row) => row)
      .slice(column)
      .reduce((best, row) => (size(at(row, column)) > size(at(best, column)) ? row : best), column)
    const [upper = [], lower = []] = [rows[column], rows[pivot]]
    rows[column] = lower
    rows[pivot] = upper
    for (const [row, cells] of rows.entries()) {
      if (row === column || size(at(row, column)) === 0) continue
      const factor = by(of(-1), through(at(row, column), at(column, column)))
      rows[row] = cells.map((cell, j) => (j < column ? cell : plus(cell, by(factor, at(column, j)))))
    }
  }
  const first = states.indexOf(start)
  return first === -1 ? of(0) : through(at(first, states.length), at(first, first))
}
