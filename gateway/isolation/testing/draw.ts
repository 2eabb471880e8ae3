import * as fc from 'fast-check'

/** Where every choice of a run comes from: a number from 0 and below the limit. */
export type Draw = (limit: number) => number

/** Choices that fast-check makes, records and makes smaller after a failure. */
export const drawsOf =
  (generator: fc.GeneratorValue): Draw =>
  (limit) =>
    limit <= 1 ? 0 : generator(fc.nat, { max: limit - 1 })

const GOLDEN = 0x9e3779b9

/** The same choices for the same seed, for what is asked whatever fast-check draws. */
export function seededDraw(seed: number): Draw {
  let state = seed | 0
  return (limit) => {
    state = (state + GOLDEN) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) % Math.max(1, limit)
  }
}

export function pick<Value>(draw: Draw, values: readonly Value[]): Value {
  const value = values[draw(values.length)]
  if (value === undefined) throw new Error('Nothing can be picked from an empty list.')
  return value
}

const PERCENT = 100

export const chance = (draw: Draw, percent: number): boolean => draw(PERCENT) < percent

/** Some of them in their order, at most so many. */
export function some<Value>(draw: Draw, values: readonly Value[], { percent, most = Infinity }: { readonly percent: number; readonly most?: number }): Value[] {
  return values.filter(() => chance(draw, percent)).slice(0, most)
}
