import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startLiveWorld, type LiveWorld } from './testing/liveWorld.ts'
import { soon, TestClient } from './testing/testClient.ts'

const LOG = 'subscription { log { cursor entries { number } } }'
const INTERNAL = [{ message: expect.stringMatching(/^Something went wrong/), extensions: { code: 'INTERNAL', requestId: expect.any(String) } }]

describe('streams of a subgraph in trouble', () => {
  let world: LiveWorld
  const clients: TestClient[] = []
  const connect = async (authorization?: string): Promise<TestClient> => {
    const client = await TestClient.connect(world.url, { authorization: authorization ?? (await world.token()) })
    clients.push(client)
    return client
  }
  const reading = (readers: number) => soon(() => expect(world.log.readers).toBe(readers))

  beforeAll(async () => {
    world = await startLiveWorld({ liveTimings: { giveUpMs: 1_500 } })
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end()
    await soon(async () => {
      if (world.log.readers + (await world.gauge('upstreams')) > 0) throw new Error('A stream is still read.')
    })
  })
  afterAll(async () => world?.close())

  it('one that fails for a moment, on its first connection too, goes on where it was', async () => {
    const client = await connect()
    const first = world.log.entries.length
    client.subscribe('a', LOG)
    await reading(1)
    world.log.append('before')
    await client.numbers('a', 1)
    world.log.breakReaders()
    world.log.append('after')
    expect(await client.numbers('a', 2)).toEqual([first + 1, first + 2])
  })

  it('one that fails each time it has said where it begins is asked ever more seldom, and then ended', async () => {
    const client = await connect()
    client.subscribe('a', LOG)
    await reading(1)
    await world.stop('analytics')
    await world.start('analytics')
    await reading(1)
    const { opened } = world.log
    world.log.isBroken = true
    world.log.breakReaders()
    expect((await client.ending('a')).payload).toEqual(INTERNAL)
    world.log.isBroken = false
    expect(world.log.opened - opened).toBeLessThan(8)
  })

  it('one with an event that is too large ends with that, and is not asked for it again', async () => {
    const client = await connect()
    client.subscribe('a', 'subscription { log { entries { filler } } }')
    await reading(1)
    const { opened } = world.log
    world.knobs.filler = 'x'.repeat(1_000_000)
    world.log.append(...Array.from({ length: 10 }, String))
    expect((await client.ending('a')).payload).toEqual([{ message: expect.stringContaining('Select less'), extensions: { code: 'TOO_LARGE' } }])
    world.knobs.filler = ''
    await soon(async () => expect(await world.gauge('upstreams')).toBe(0))
    expect(world.log.opened).toBe(opened)
  })

  it('who joins while one is resumed gets nothing from before', async () => {
    const token = await world.token()
    const [early, late] = [await connect(token), await connect(token)]
    const first = world.log.entries.length
    early.subscribe('a', LOG)
    await reading(1)
    world.log.append('first')
    await early.numbers('a', 1)
    await world.stop('analytics')
    world.log.append('missed')
    late.subscribe('a', LOG)
    await soon(async () => expect(await world.gauge('upstreams')).toBe(2))
    await world.start('analytics')
    // Where the resumed one has caught up, both stand at one place and become one.
    await soon(async () => expect([await world.gauge('upstreams'), world.log.readers]).toEqual([1, 1]))
    world.log.append('last')
    expect(await early.numbers('a', 3)).toEqual([first + 1, first + 2, first + 3])
    expect(await late.numbers('a', 1)).toEqual([first + 3])
  })
})
