import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startLiveWorld, type LiveWorld } from './testing/liveWorld.ts'
import { settled, soon, TestClient } from './testing/testClient.ts'

const LOG = 'subscription { log { cursor entries { number filler } } }'
const ENTRIES = 2_000

describe('clients that read slower than events come', () => {
  let world: LiveWorld
  const clients: TestClient[] = []
  const connect = async (authorization: string): Promise<TestClient> => {
    const client = await TestClient.connect(world.url, { authorization })
    clients.push(client)
    return client
  }
  const numbersFrom = (first: number) => Array.from({ length: ENTRIES }, (_, index) => first + index + 1)
  const fill = (): void => world.log.append(...Array.from({ length: ENTRIES }, (_, index) => String(index)))

  beforeAll(async () => {
    world = await startLiveWorld()
    world.knobs.filler = 'x'.repeat(20_000)
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end()
    await soon(() => {
      if (world.log.readers > 0) throw new Error('A stream is still read.')
    })
  })
  afterAll(async () => world?.close())

  it('one alone stops its stream at the subgraph, and gets all of it once it reads on', async () => {
    const client = await connect(await world.token())
    const first = world.log.entries.length
    client.subscribe('a', LOG)
    await soon(() => expect(world.log.readers).toBe(1))
    client.socket.pause()
    const before = world.log.handedOut
    fill()
    const handedOut = (await settled(() => world.log.handedOut)) - before
    // What the buffers of the kernels hold on the way, and little more.
    expect(handedOut).toBeLessThan(ENTRIES * 0.8)
    client.socket.resume()
    expect(await client.numbers('a', ENTRIES, 20_000)).toEqual(numbersFrom(first))
    expect(world.log.handedOut - before).toBe(ENTRIES)
  }, 60_000)

  it('one of two that share a stream costs the other nothing, and goes on from its own place', async () => {
    const token = await world.token()
    const [slow, quick] = [await connect(token), await connect(token)]
    const first = world.log.entries.length
    slow.subscribe('a', LOG)
    quick.subscribe('a', LOG)
    await soon(async () => expect([world.log.readers, await world.gauge('operations')]).toEqual([1, 2]))
    slow.socket.pause()
    fill()
    expect(await quick.numbers('a', ENTRIES, 20_000)).toEqual(numbersFrom(first))
    // It reads no stream at all while it is full.
    expect(await world.gauge('upstreams')).toBe(1)
    slow.socket.resume()
    expect(await slow.numbers('a', ENTRIES, 20_000)).toEqual(numbersFrom(first))
    world.knobs.filler = ''
    world.log.append('last')
    expect((await slow.numbers('a', ENTRIES + 1)).at(-1)).toBe(first + ENTRIES + 1)
    expect((await quick.numbers('a', ENTRIES + 1)).at(-1)).toBe(first + ENTRIES + 1)
  }, 60_000)

  it('one that asks and does not read is not read either', async () => {
    const client = await connect(await world.token())
    client.socket.pause()
    const name = 'x'.repeat(50_000)
    const most = 1_000
    // Fewer at a time than a socket may have at work: what is refused has an answer too small to fill anything.
    const wave = 40
    let asked = 0
    let sent = 0
    do {
      for (let index = 0; index < wave; index += 1, asked += 1)
        client.socket.send(
          JSON.stringify({ id: String(asked), type: 'subscribe', payload: { query: `mutation { rename(to: "${name}") }` } }),
          () => (sent += 1),
        )
      // 2 MB each way in a wave: what has not left the client is what the gateway did not take.
    } while ((await settled(() => sent)) === asked && asked < most)
    expect(sent).toBeLessThan(asked)
    client.socket.resume()
    await soon(() => expect(sent).toBe(asked), 20_000)
  }, 60_000)

  it('who joins a stream that is held gets nothing from before', async () => {
    const token = await world.token()
    const [slow, late] = [await connect(token), await connect(token)]
    slow.subscribe('a', LOG)
    await soon(() => expect(world.log.readers).toBe(1))
    slow.socket.pause()
    world.knobs.filler = 'x'.repeat(20_000)
    fill()
    await settled(() => world.log.handedOut)
    late.subscribe('a', LOG)
    await soon(() => expect(world.log.readers).toBe(2))
    world.knobs.filler = ''
    world.log.append('now')
    expect(await late.numbers('a', 1)).toEqual([world.log.entries.length])
  }, 60_000)

  it('large events that wait for other subgraphs do not pile up', async () => {
    const client = await connect(await world.token())
    client.subscribe('a', 'subscription { log { entries { filler campaign { name } } } }')
    await soon(() => expect(world.log.readers).toBe(1))
    world.knobs.filler = 'x'.repeat(200_000)
    world.knobs.nameDelayMs = 6_000
    const before = world.log.handedOut
    world.log.append(...Array.from({ length: 300 }, String))
    // Ten entries an event, two megabytes: one is executed, one waits, and the buffers of the kernels are full.
    expect((await settled(() => world.log.handedOut)) - before).toBeLessThan(120)
    world.knobs.nameDelayMs = 0
  }, 60_000)

  it('one viewer follows two hundred streams, on however many sockets; a slow one that needs another is told so, and the gateway runs on', async () => {
    const token = await world.token()
    world.knobs.filler = 'x'.repeat(20_000)
    const [slow, quick] = [await connect(token), await connect(token)]
    slow.subscribe('a', LOG)
    await soon(() => expect(world.log.readers).toBe(1))
    quick.subscribe('a', LOG)
    await soon(async () => expect(await world.gauge('operations')).toBe(2))
    slow.socket.pause()
    fill()
    await quick.numbers('a', ENTRIES, 20_000)
    const query = 'subscription ($only: [String!]) { log(only: $only) { entries { number } } }'
    const more = await Promise.all([1, 2, 3, 4].map(() => connect(token)))
    for (let each = 0; each < 199; each += 1) more[each % 4]?.subscribe(String(each), query, { only: [String(each)] })
    await soon(async () => expect([world.log.readers, await world.gauge('upstreams')]).toEqual([200, 200]), 20_000)
    const limited = [{ message: expect.stringContaining('at most 200 streams'), extensions: { code: 'RATE_LIMITED' } }]
    quick.subscribe('b', query, { only: ['more'] })
    expect((await quick.ending('b')).payload).toEqual(limited)
    slow.socket.resume()
    expect((await slow.ending('a', 20_000)).payload).toEqual(limited)
    const other = await connect(await world.token({ accountId: crypto.randomUUID() }))
    other.subscribe('a', LOG)
    await soon(() => expect(world.log.readers).toBe(201))
    more[0]?.send({ id: '0', type: 'complete' })
    await soon(() => expect(world.log.readers).toBe(200))
    slow.subscribe('c', query, { only: ['c'] })
    await soon(() => expect(world.log.readers).toBe(201))
  }, 60_000)

  it('a stream without places to go on from ends for the slow one alone', async () => {
    const token = await world.token()
    const [slow, quick] = [await connect(token), await connect(token)]
    slow.subscribe('a', 'subscription { flood { number word } }')
    quick.subscribe('a', 'subscription { flood { number word } }')
    await soon(async () => expect(await world.gauge('operations')).toBe(2))
    slow.socket.pause()
    await soon(async () => expect(await world.gauge('operations')).toBe(1), 25_000)
    slow.socket.resume()
    expect((await slow.ending('a', 10_000)).payload[0].extensions).toEqual({ code: 'SLOW_CONSUMER' })
    const count = quick.payloads('a').length
    await quick.frames('a', count + 10)
  }, 60_000)
})
