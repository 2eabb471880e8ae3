import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { apiSchema } from './testing/asker.ts'
import { Coverage } from './testing/coverage.ts'
import { drawsOf } from './testing/draw.ts'
import { START_MS, startIsoWorld, type IsoWorld } from './testing/isoWorld.ts'
import { missingGenerators } from './testing/missingGenerators.ts'
import { Oracle } from './testing/oracle.ts'
import { randomRun } from './testing/randomRun.ts'
import type { Session } from './testing/session.ts'
import { checkStreams, openStreams } from './testing/streams.ts'
import { sweepForeign, sweepInputs, sweepOwn } from './testing/sweep.ts'
import { viewersOf } from './testing/viewers.ts'

// What one tenant is shown holds nothing of another: no row, id, count, sum, cursor, error text, header or live message. Everything of a tenant has
// its mark, its amounts are multiples of a prime of its own, and answers stay the same to the byte while the data of all others grows.
const runs = inject('isolationRuns') ?? 30
const seed = inject('fuzzSeed') ?? Math.floor(Math.random() * 2 ** 31)
/** A world grows with its runs, so a long suite begins anew. */
const RUNS_OF_WORLD = 40
const MS_PER_RUN = 20_000
const SHRINK_MS = 120_000
const MOST_TENANTS = 5

let world: IsoWorld
const coverage = new Coverage()
beforeAll(async () => {
  process.stdout.write(`isolation: ${runs} runs, seed ${seed}; for the same again set UNMOGROWP_FUZZ_SEED=${seed}\n`)
  world = await startIsoWorld()
}, START_MS)
afterAll(() => world?.close(), START_MS)

async function createSession(count: number): Promise<Session> {
  const of = await world.createTenants(count)
  return { world, of, oracle: new Oracle(of.tenants, of.shared), coverage }
}

describe('the walls between tenants', () => {
  it('are asked at every argument and input field: each has a generator', () => {
    expect(missingGenerators(apiSchema)).toEqual([])
  })

  it('hold for every field of the schema, with own ids and with others’', { timeout: 300_000 }, async () => {
    const session = await createSession(2)
    await sweepOwn(session, seed)
    await sweepInputs(session, seed)
    await sweepForeign(session, seed)
    const { checked } = session.oracle
    process.stdout.write(
      `isolation: ${checked} questions; fields asked ${coverage.percentOf('asked')}, answered with a value ${coverage.percentOf('answered')}, inputs sent ${coverage.percentOf('sent')}\n` +
        `isolation: never answered with a value: ${coverage.missing('answered').join(' ') || 'none'}\nisolation: never sent: ${coverage.missing('sent').join(' ') || 'none'}\n`,
    )
    expect(coverage.missing('asked')).toEqual([])
  })

  it(`hold in ${runs} random runs`, { timeout: runs * MS_PER_RUN + SHRINK_MS }, async () => {
    for (let done = 0; done < runs; done += RUNS_OF_WORLD) await runLot({ lotSeed: seed + done, count: Math.min(RUNS_OF_WORLD, runs - done) })
  })
})

async function runLot({ lotSeed, count }: { readonly lotSeed: number; readonly count: number }): Promise<void> {
  const session = await createSession(2 + (Math.abs(lotSeed) % (MOST_TENANTS - 1)))
  const viewers = viewersOf(session.of)
  const streams = await openStreams(session, viewers)
  try {
    const property = fc.asyncProperty(fc.gen(), (generator) => randomRun(session, { draw: drawsOf(generator), viewers, streams }))
    const details = await fc.check(property, {
      seed: lotSeed,
      numRuns: count,
      // The world has changed by what failed, so a smaller run would be another one: the message holds the question itself.
      endOnFailure: true,
      interruptAfterTimeLimit: count * MS_PER_RUN + SHRINK_MS / 2,
      markInterruptAsFailure: true,
    })
    if (details.failed) throw new Error(`Seed ${lotSeed}: ${String(details.errorInstance)}`, { cause: details.errorInstance })
    expect(details.numRuns).toBe(count)
    checkStreams(session, streams)
  } finally {
    for (const { client } of streams) client.end()
  }
}
