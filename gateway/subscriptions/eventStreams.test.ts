import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startLiveWorld, type LiveWorld } from './testing/liveWorld.ts'
import { EventClient, type EventOptions } from './testing/eventClient.ts'
import { settled, soon, TestClient } from './testing/testClient.ts'

const LOG = 'subscription { log { cursor entries { number filler } } }'
const ENTRIES = 1_500

describe('event streams as long as they last', () => {
  let world: LiveWorld
  const clients: { end(): void }[] = []
  const open = async (query: string, options: EventOptions & { variables?: Record<string, unknown> } = {}) => {
    const client = await EventClient.open(`${world.gateway.url}/graphql`, { query, variables: options.variables }, options)
    clients.push(client)
    return client
  }
  const member = async (options?: Parameters<LiveWorld['token']>[0]) => ({ authorization: await world.token(options) })
  const reading = (readers: number) => soon(() => expect(world.log.readers).toBe(readers), 5_000)
  const fill = (): void => world.log.append(...Array.from({ length: ENTRIES }, (_, index) => String(index)))
  const numbersFrom = (first: number) => Array.from({ length: ENTRIES }, (_, index) => first + index + 1)
  const ended = (code: string) => [{ errors: [{ message: expect.any(String), extensions: { code } }] }]

  const quiet = () => soon(async () => expect([await world.gauge('upstreams'), await world.gauge('eventStreams'), world.log.readers]).toEqual([0, 0, 0]))

  beforeAll(async () => {
    world = await startLiveWorld({ liveTimings: { heartbeatMs: 60_000 } })
  })
  afterEach(async () => {
    world.knobs.filler = ''
    for (const client of clients.splice(0)) client.end()
    await quiet()
  })
  afterAll(async () => world?.close())

  it('one that reads slower than events come costs the others nothing, and goes on from its own place', async () => {
    const headers = await member()
    const first = world.log.entries.length
    const [slow, quick] = [await open(LOG, { headers }), await open(LOG, { headers })]
    await soon(() => expect([slow.lastId, quick.lastId]).toEqual([String(first), String(first)]))
    world.knobs.filler = 'x'.repeat(20_000)
    slow.response.pause()
    fill()
    expect(await quick.numbers(ENTRIES, 20_000)).toEqual(numbersFrom(first))
    // While it is full no stream is read for it; the buffers of the kernels may have taken some more first.
    await soon(async () => expect(await world.gauge('upstreams')).toBe(1))
    expect(slow.hasEnded).toBe(false)
    slow.response.resume()
    expect(await slow.numbers(ENTRIES, 20_000)).toEqual(numbersFrom(first))
  }, 60_000)

  it('one alone that does not read stops its stream at the subgraph, and gets all of it once it reads on', async () => {
    const client = await open(LOG, { headers: await member() })
    await soon(() => expect(client.lastId).toBe(String(world.log.entries.length)))
    const first = world.log.entries.length
    const before = world.log.handedOut
    world.knobs.filler = 'x'.repeat(20_000)
    client.response.pause()
    fill()
    // What the buffers of the kernels hold on the way, and little more.
    expect((await settled(() => world.log.handedOut)) - before).toBeLessThan(ENTRIES * 0.8)
    client.response.resume()
    expect(await client.numbers(ENTRIES, 20_000)).toEqual(numbersFrom(first))
    expect(world.log.handedOut - before).toBe(ENTRIES)
  }, 60_000)

  it('one that takes nothing between two heartbeats is ended, and its stream with it', async () => {
    const other = await startLiveWorld({ liveTimings: { heartbeatMs: 1_000 } })
    try {
      const client = await EventClient.open(`${other.gateway.url}/graphql`, { query: LOG }, { headers: { authorization: await other.token() } })
      await soon(() => expect(client.lastId).toBe('0'))
      other.knobs.filler = 'x'.repeat(20_000)
      client.response.pause()
      other.log.append(...Array.from({ length: ENTRIES }, String))
      await soon(async () => expect([other.log.readers, await other.gauge('eventStreams')]).toEqual([0, 0]), 20_000)
      client.response.resume()
      await client.ending()
      // It was cut: whoever comes back does so with the last place that was read.
      expect(client.events.some(({ event }) => event === 'complete')).toBe(false)
      expect(client.results().at(-1).data.log.cursor).toBe(client.lastId)
    } finally {
      await other.close()
    }
  }, 60_000)

  it('one without places to go on from ends for the slow one alone', async () => {
    const headers = await member()
    const query = 'subscription { flood { number word } }'
    const [slow, quick] = [await open(query, { headers }), await open(query, { headers })]
    await Promise.all([slow.frames(1), quick.frames(1)])
    slow.response.pause()
    await soon(async () => expect(await world.gauge('eventStreams')).toBe(1), 25_000)
    slow.response.resume()
    await slow.ending()
    const { length } = quick.results()
    await quick.frames(length + 10)
  }, 60_000)

  it('a quiet one has a comment at each heartbeat, and stays', async () => {
    const other = await startLiveWorld({ liveTimings: { heartbeatMs: 100 } })
    const client = await EventClient.open(`${other.gateway.url}/graphql`, { query: LOG }, { headers: { authorization: await other.token() } })
    await soon(() => expect(client.comments).toBeGreaterThan(5))
    other.log.append('still there')
    expect(await client.numbers(1)).toEqual([1])
    client.end()
    await other.close()
  })

  it('a token that expires ends its stream within five seconds, and a fresh one goes on where it was', async () => {
    const client = await open(LOG, { headers: await member({ issuedSecondsAgo: 15 * 60 - 3 }) })
    await reading(1)
    world.log.append('before')
    await client.numbers(1)
    await client.ending(8_000)
    expect(client.results().slice(1)).toEqual([{ errors: [{ message: 'The access token has expired.', extensions: { code: 'UNAUTHENTICATED' } }] }])
    expect(client.events.at(-1)?.event).toBe('complete')
    world.log.append('after')
    const next = await open(LOG, { headers: { ...(await member()), 'last-event-id': client.lastId ?? '' } })
    expect(await next.numbers(1)).toEqual([world.log.entries.length])
  }, 15_000)

  it('a revoked key, changed rights and an ended session end their streams within five seconds', async () => {
    const [revoked, changed] = [world.key(), world.key()]
    const sessionId = crypto.randomUUID()
    const [one, other, third] = [
      await open(LOG, { headers: { authorization: revoked } }),
      await open(LOG, { headers: { authorization: changed } }),
      await open(LOG, { headers: await member({ sessionId }) }),
    ]
    world.revoke(revoked)
    world.knobs.sessions.delete(sessionId)
    const key = changed.replace('Bearer ', '')
    const known = world.knobs.keys.get(key)
    if (known !== undefined) world.knobs.keys.set(key, { ...known, filters: [{ dimension: 'partner', in: ['p1'] }] })
    for (const [client, code] of [
      [one, 'UNAUTHENTICATED'],
      [other, 'FORBIDDEN'],
      [third, 'UNAUTHENTICATED'],
    ] as const) {
      await client.ending(6_000)
      expect(client.results()).toEqual(ended(code))
    }
  }, 20_000)

  it('two hundred streams of one viewer, sockets and event streams together; one more is told so', async () => {
    const headers = await member()
    const query = 'subscription ($only: [String!]) { log(only: $only) { entries { number } } }'
    const socket = await TestClient.connect(world.url, headers)
    clients.push(socket)
    for (let each = 0; each < 50; each += 1) socket.subscribe(String(each), query, { only: [`socket ${each}`] })
    await reading(50)
    await Promise.all(Array.from({ length: 150 }, async (_, each) => open(query, { headers, variables: { only: [`stream ${each}`] } })))
    await reading(200)
    const more = await open(query, { headers, variables: { only: ['more'] } })
    await more.ending()
    expect(more.results()).toEqual(ended('RATE_LIMITED'))
  }, 30_000)

  it('a viewer has a thousand connections; one more is refused at once, and everybody else is served', async () => {
    const headers = await member()
    for (let wave = 0; wave < 10; wave += 1) await Promise.all(Array.from({ length: 100 }, async () => open(LOG, { headers })))
    expect(await world.gauge('eventStreams')).toBe(1_000)
    const more = await open(LOG, { headers })
    expect([more.status, more.response.headers['retry-after'], await more.json()]).toMatchObject([
      429,
      '5',
      { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
    ])
    expect((await TestClient.connect(world.url, headers)).closed).toMatchObject({ code: 1013 })
    const other = await open('{ analytics }', { headers: await member({ accountId: crypto.randomUUID() }) })
    expect(await other.frames(1)).toEqual([{ data: { analytics: 'up' } }])
  }, 60_000)

  it('a gateway that restarts is a pause for who comes back with Last-Event-ID: the connection ends without complete', async () => {
    const headers = await member()
    const first = world.log.entries.length
    let client = await open(LOG, { headers })
    const stuck = await open('subscription { flood { number word } }', { headers })
    const seen: number[] = []
    for (const round of [1, 2, 3]) {
      await reading(1)
      world.log.append(`up ${round}`)
      seen.push(...(await client.numbers(round === 1 ? 1 : 2)))
      stuck.response.pause()
      await world.stopGateway()
      await client.ending()
      expect(client.events.some(({ event }) => event === 'complete')).toBe(false)
      world.log.append(`down ${round}`)
      await world.startGateway()
      client = await open(LOG, { headers: { ...headers, 'last-event-id': client.lastId ?? '' } })
    }
    seen.push(...(await client.numbers(1)))
    expect(seen).toEqual([1, 2, 3, 4, 5, 6].map((number) => first + number))
  }, 60_000)
})
