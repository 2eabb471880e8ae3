import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startLiveWorld, type LiveWorld } from './testing/liveWorld.ts'
import { soon, TestClient } from './testing/testClient.ts'

const seed = inject('fuzzSeed') ?? Math.floor(Math.random() * 2 ** 31)
const STEPS = 250
const LOG = 'subscription Log($after: Cursor) { log(after: $after) { cursor entries { number filler campaign { partner { name } } } } }'

const action = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 25 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('come' as const),
      back: fc.nat(60),
      tenant: fc.constantFrom('acme' as const, 'acme' as const, 'globex' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('leave' as const, 'pause' as const, 'resume' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('restart' as const, 'reload' as const), which: fc.nat() }) },
)

type Reader = { readonly client: TestClient; readonly after: number; readonly tenant: string }

describe('random readers of one log', () => {
  let world: LiveWorld
  beforeAll(async () => {
    world = await startLiveWorld()
    // Large enough that who pauses is soon behind.
    world.knobs.filler = 'x'.repeat(10_000)
  })
  afterAll(async () => world?.close())

  it('that come anywhere, read slowly and leave, while the subgraph restarts and the schema changes, are given every event once and in order', async () => {
    process.stdout.write(`meeting fuzz: ${STEPS} steps, seed ${seed}; for the same again set UNMOGROWP_FUZZ_SEED=${seed}\n`)
    const readers: Reader[] = []
    const tokens = { acme: await world.token(), globex: await world.token({ slug: 'globex' }) }
    let reloads = 0
    const length = () => world.log.entries.length
    for (const step of fc.sample(action, { seed, numRuns: STEPS })) {
      if (step.kind === 'append') world.log.append(...Array.from({ length: step.count }, String))
      else if (step.kind === 'come') {
        const { tenant } = step
        const client = await TestClient.connect(world.url, { authorization: tokens[tenant] })
        const after = Math.max(0, length() - step.back)
        client.subscribe('a', LOG, { after: String(after) })
        readers.push({ client, after, tenant })
      } else if (step.kind === 'restart') {
        await world.stop('analytics')
        await world.start('analytics')
      } else if (step.kind === 'reload') {
        reloads += 1
        world.reload((sdl) => sdl.replace('conversionsSoFar: Int', `conversionsSoFar: Int @deprecated(reason: "${reloads}")`))
      } else {
        const at = step.which % Math.max(1, readers.length)
        const socket = readers[at]?.client.socket
        if (step.kind === 'pause') socket?.pause()
        else if (step.kind === 'resume') socket?.resume()
        else for (const { client } of readers.splice(at, 1)) client.end()
      }
    }
    for (const { client } of readers) client.socket.resume()
    world.log.append('last')
    const end = length()
    for (const { client, after } of readers) {
      const expected = Array.from({ length: end - after }, (_, index) => after + index + 1)
      expect(await client.numbers('a', expected.length, 30_000)).toEqual(expected)
    }
    const tenants = new Set(readers.map(({ tenant }) => tenant)).size
    await soon(async () => {
      world.log.append('once more')
      expect(await world.gauge('upstreams')).toBe(tenants)
    })
    for (const { client } of readers) client.end()
    await soon(async () => expect([await world.gauge('upstreams'), world.log.readers]).toEqual([0, 0]))
  }, 120_000)
})
