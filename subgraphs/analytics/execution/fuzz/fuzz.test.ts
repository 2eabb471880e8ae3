import { inspect } from 'node:util'
import * as fc from 'fast-check'
import type { GraphQLError } from 'graphql'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { referenceAnswer, type ReferenceAnswer } from '../reference/answer.ts'
import { askAnalytics } from '../testing/askAnalytics.ts'
import { firstDifference } from '../reference/compareAnswers.ts'
import { reportFailure } from './reportFailure.ts'
import { randomCase, type RandomCase } from './randomRequest.ts'
import { worldTenants } from './randomWorld.ts'
import { segmentsOf } from '../testing/segmentsOf.ts'
import { openWorldStore, type StoredWorld, type WorldStore } from './worldStore.ts'

const runs = inject('fuzzRuns') ?? 150
const seed = inject('fuzzSeed') ?? Math.floor(Math.random() * 2 ** 31)
// One run takes a fifth of a second alone, and a second and more beside the rest of the suite; what is left is for making a failure small.
const MS_PER_RUN = 3_000
const SHRINK_MS = 120_000
/** Worlds are inserted in lots, so that a long run does not hold them all at once. */
const WORLDS_AT_ONCE = 500

let store: WorldStore
beforeAll(() => {
  store = openWorldStore()
})
afterAll(() => store.close())

describe('random questions over random worlds', () => {
  it(`${runs} of them have the reference’s answer, cell by cell, with every pass on and off`, { timeout: runs * MS_PER_RUN + SHRINK_MS }, async () => {
    process.stdout.write(`fuzz: ${runs} runs, seed ${seed}; for the same again set UNMOGROWP_FUZZ_SEED=${seed}\n`)
    for (let done = 0; done < runs; done += WORLDS_AT_ONCE) await ask({ seed: seed + done, runs: Math.min(WORLDS_AT_ONCE, runs - done) })
  })
})

async function ask(lot: { seed: number; runs: number }): Promise<void> {
  const parameters = { seed: lot.seed, numRuns: lot.runs }
  const worlds = fc.sample(randomCase, parameters).map(({ world, costs }) => ({ world, costs }))
  const stored = await store.insert(worlds, worldTenants)
  // The check draws the same cases again; the worlds of smaller ones, tried after a failure, are inserted one by one.
  const known = new Map(worlds.map((world, i) => [JSON.stringify(world), stored[i]] as const))
  const property = fc.asyncProperty(randomCase, async (each) => {
    const inDatabase = known.get(JSON.stringify({ world: each.world, costs: each.costs })) ?? (await store.insert([each], worldTenants))[0]
    if (inDatabase === undefined) throw new Error('The store gives back every world.')
    await checkCase(each, inDatabase)
  })
  const details = await fc.check(property, {
    ...parameters,
    interruptAfterTimeLimit: lot.runs * MS_PER_RUN + SHRINK_MS / 2,
    markInterruptAsFailure: true,
  })
  if (details.failed) throw new Error(reportFailure(details), { cause: details.errorInstance })
  expect(details.numRuns).toBe(lot.runs)
}

async function checkCase({ request, segments }: RandomCase, { world, costs, tenantIds }: StoredWorld): Promise<void> {
  const tenantId = tenantIds.get(request.tenantId) ?? request.tenantId
  const question = { query: request.query, variables: request.variables, tenantId, now: new Date(request.now) }
  const expected = referenceAnswer({ ...question, world, costs, segments })
  const answers = await Promise.all(
    (['all', 'none'] as const).map(async (passes) => ({ passes, ...(await askAnalytics({ ...question, passes, segments: segmentsOf(segments) })) })),
  )
  for (const { passes, data, errors } of answers) {
    const difference = errors ? describeErrors(errors) : firstDifference(expected, data)
    if (difference !== null) throw new DifferentAnswer({ passes, difference, expected, actual: data })
  }
}

/** With what failed inside, which a client never sees. */
const describeErrors = (errors: readonly GraphQLError[]): string =>
  errors
    .map(({ message, extensions, originalError }) => `${message} ${JSON.stringify(extensions)} ${inspect(originalError?.cause ?? originalError)}`)
    .join('; ')

class DifferentAnswer extends Error {
  constructor({ passes, difference, expected, actual }: { passes: 'all' | 'none'; difference: string; expected: ReferenceAnswer; actual: unknown }) {
    super(`With ${passes} of the passes ${difference}\nreference: ${JSON.stringify(expected.data)}\nAPI:       ${JSON.stringify(actual)}`)
    this.name = 'DifferentAnswer'
  }
}
