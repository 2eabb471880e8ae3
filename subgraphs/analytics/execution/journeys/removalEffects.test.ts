import { describe, expect, test } from 'vitest'
import { LEADS_TO } from '../../compiler/sql/lowerJourneys.ts'
import { toNumber } from '../reference/fractions.ts'
import { chainInDoubles, chainInFractions, type ChainPath } from '../reference/markov.ts'
import { createChain } from './chain.ts'
import { effectsSparse } from './effectsSparse.ts'
import type { Transition } from './facts.ts'
import { Pace } from './pace.ts'
import { chancesOf, removalEffects } from './removalEffects.ts'

const pathOf = (text: string, converts: boolean, count: number): ChainPath => ({ groups: text.split(''), converts, count })

/** What the statement would count of the paths. */
function transitionsOf(paths: readonly ChainPath[], order: number): readonly Transition[] {
  return paths.flatMap(({ groups, converts, count }) =>
    [...groups, null].map((to, i) => ({
      from: groups.slice(Math.max(i - order, 0), i),
      to,
      what: to !== null ? LEADS_TO.group : converts ? LEADS_TO.conversion : LEADS_TO.nothing,
      paths: count,
      revenue: 0n,
      resampled: [],
    })),
  )
}

async function effectsOf(paths: readonly ChainPath[], order: number): Promise<{ readonly probability: number; readonly effects: Record<string, number> }> {
  const chain = createChain(transitionsOf(paths, Math.max(order, 1)), { order, resamples: 0 })
  const { probability, effects } = await removalEffects(chain, chain.weights, new Pace(null))
  return { probability, effects: Object.fromEntries(chain.groups.map((group, i) => [group, effects[i] ?? NaN])) }
}

/** Paths by a generator that always makes the same ones (mulberry32). */
function somePaths(
  seed: number,
  { groups, count, longest }: { readonly groups: number; readonly count: number; readonly longest: number },
): readonly ChainPath[] {
  let state = seed
  const random = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return Array.from({ length: count }, () => ({
    groups: Array.from({ length: 1 + Math.floor(random() * longest) }, () => `g${Math.floor(random() ** 2 * groups)}`),
    converts: random() < 0.3,
    count: 1 + Math.floor(random() * 5),
  }))
}

describe('the worked examples', () => {
  test.each([
    ['C1 > C2 > C3 converts, C1 and C2 > C3 do not', [pathOf('123', true, 1), pathOf('1', false, 1), pathOf('23', false, 1)], 1 / 3, { 1: 0.5, 2: 1, 3: 1 }],
    ['ABABBA, ABBAA and AA convert', [pathOf('ABABBA', true, 1), pathOf('ABBAA', true, 1), pathOf('AA', true, 1)], 1, { A: 1, B: 0.5 }],
    ['a > b and a > c', [pathOf('ab', true, 3), pathOf('ab', false, 1), pathOf('ac', true, 1), pathOf('ac', false, 1)], 2 / 3, { a: 1, b: 0.75, c: 0.25 }],
  ])('%s', async (_, paths, probability, effects) => {
    const answer = await effectsOf(paths, 1)
    expect(answer.probability).toBeCloseTo(probability, 14)
    for (const [group, effect] of Object.entries(effects)) expect(answer.effects[group]).toBeCloseTo(effect, 13)
  })
})

describe('effects', () => {
  test.each([1, 2, 3])('of order %i are those of the exact calculation with fractions', async (order) => {
    for (const seed of [1, 2, 3, 4]) {
      const paths = somePaths(seed, { groups: 4, count: 12, longest: 5 })
      const exact = chainInFractions(paths, order)
      const { probability, effects } = await effectsOf(paths, order)
      expect(Math.abs(probability - toNumber(exact.probability))).toBeLessThan(1e-15)
      for (const [group, effect] of exact.effects) expect(Math.abs((effects[group] ?? NaN) - toNumber(effect))).toBeLessThan(1e-12)
      expect(Object.keys(effects)).toHaveLength(exact.effects.size)
    }
  })

  test.each([1, 2, 3])('of order %i over hundreds of states are those of the elimination with removed states', async (order) => {
    const paths = somePaths(7, { groups: 8, count: 150, longest: 8 })
    const expected = chainInDoubles(paths, order)
    const { effects } = await effectsOf(paths, order)
    for (const [group, effect] of expected.effects) expect(Math.abs((effects[group] ?? NaN) - effect)).toBeLessThan(1e-11)
  })

  test('are the same by elimination and by sweeps', async () => {
    const paths = somePaths(11, { groups: 40, count: 400, longest: 12 })
    const chain = createChain(transitionsOf(paths, 1), { order: 1, resamples: 0 })
    const { probability, effects } = await removalEffects(chain, chain.weights, new Pace(null))
    const swept = await effectsSparse(chancesOf(chain, chain.weights), new Pace(null))
    for (const [i, effect] of effects.entries()) expect(Math.abs((swept[i] ?? NaN) / probability - effect)).toBeLessThan(1e-12)
  })

  test('keep their digits where a group is on one path of a million', async () => {
    const { effects } = await effectsOf([pathOf('a', true, 500_000), pathOf('b', false, 500_000), pathOf('ac', true, 1), pathOf('c', false, 1)], 1)
    const { effects: exact } = chainInFractions([pathOf('a', true, 500_000), pathOf('b', false, 500_000), pathOf('ac', true, 1), pathOf('c', false, 1)], 1)
    const expected = exact.get('c')
    if (expected === undefined) throw new Error('The group is on a path.')
    expect(Math.abs((effects.c ?? NaN) / toNumber(expected) - 1)).toBeLessThan(1e-12)
  })

  test.each([1, 2, 3])('of order %i are found where paths stay for thousands of touches', async (order) => {
    const long = (text: string, times: number) => text.repeat(times)
    const paths = [pathOf(long('ab', 3_000), true, 1), pathOf('ac', true, 1), pathOf('c', false, 2)]
    const { effects, probability } = await effectsOf(paths, order)
    const expected = chainInDoubles(paths, order)
    expect(probability).toBe(0.5)
    for (const [group, effect] of expected.effects) expect(Math.abs((effects[group] ?? NaN) - effect)).toBeLessThan(1e-9)
  })

  test('are nothing where nothing converts', async () => {
    expect(await effectsOf([pathOf('ab', false, 3)], 2)).toEqual({ probability: 0, effects: { a: 0, b: 0 } })
  })

  test('of a chain that needs too many steps are refused, and say what to do', async () => {
    const chain = createChain(transitionsOf(somePaths(3, { groups: 30, count: 200, longest: 9 }), 2), { order: 2, resamples: 0 })
    await expect(removalEffects(chain, chain.weights, new Pace(null, { maxSteps: 10_000 }))).rejects.toThrow('Ask for a lower order')
  })

  test('end when the asker has gone', async () => {
    const chain = createChain(transitionsOf(somePaths(5, { groups: 300, count: 9_000, longest: 10 }), 2), { order: 2, resamples: 0 })
    await expect(removalEffects(chain, chain.weights, new Pace(AbortSignal.abort()))).rejects.toThrow('cancelled')
  })
})
