import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { nextAnswer, type LiveResult } from '#ops/examples/applyPatch.ts'
import { startLiveWorld, type LiveWorld } from './testing/liveWorld.ts'
import { soon, TestClient } from './testing/testClient.ts'

const NEWEST = 'subscription { newest { number word tenant } }'
const BROKEN = 'subscription { newest { number word broken } }'
const PATCHES = { live: { patch: true } }
const SLOW = { timeout: 60_000 }

describe('answers as patches', () => {
  let world: LiveWorld
  let token: string
  const clients: TestClient[] = []
  const follow = async (query: string, extensions?: Readonly<Record<string, unknown>>): Promise<TestClient> => {
    const client = await TestClient.connect(world.url, { authorization: token })
    clients.push(client)
    client.subscribe('a', query, {}, extensions)
    return client
  }
  const frames = (client: TestClient): LiveResult[] => client.payloads('a')
  const answer = (client: TestClient): any => frames(client).reduce<unknown>(nextAnswer, undefined)
  const shapes = (client: TestClient) =>
    frames(client).map(({ data, extensions }) => `${data === undefined ? 'patch' : 'whole'} ${extensions?.live?.after ?? '-'} ${extensions?.live?.revision}`)
  const tells = async (client: TestClient): Promise<void> => {
    const number = world.log.entries.length
    await soon(() => expect(answer(client)?.newest?.number).toBe(number), 30_000)
  }
  const quiet = () => soon(async () => expect([await world.gauge('upstreams'), world.knobs.newestReaders]).toEqual([0, 0]))
  const change = (): void => world.log.append('another')

  beforeAll(async () => {
    world = await startLiveWorld()
    token = await world.token()
  })
  afterEach(async () => {
    world.knobs.filler = ''
    for (const client of clients.splice(0)) client.end()
    await quiet()
  })
  afterAll(async () => world?.close())

  it('are the first whole and then what changed, over one upstream with those who take whole answers', SLOW, async () => {
    world.knobs.filler = 'long '.repeat(100)
    const [byPatch, whole] = [await follow(NEWEST, PATCHES), await follow(NEWEST)]
    for (const client of [byPatch, whole]) await tells(client)
    for (let count = 0; count < 3; count += 1) {
      change()
      for (const client of [byPatch, whole]) await tells(client)
      expect(answer(byPatch)).toEqual(frames(whole).at(-1)?.data)
    }
    expect(await world.gauge('upstreams')).toBe(1)
    expect(shapes(byPatch)).toEqual(['whole - 1', 'patch 1 2', 'patch 2 3', 'patch 3 4'])
    expect(frames(byPatch)[3]?.extensions?.live?.patch).toEqual([{ op: 'replace', path: '/newest/number', value: world.log.entries.length }])
    expect(frames(whole).every((frame) => frame.extensions === undefined)).toBe(true)
    // Who comes late begins with the whole.
    const late = await follow(NEWEST, PATCHES)
    await tells(late)
    change()
    for (const client of [byPatch, late]) await tells(client)
    expect(shapes(late)).toEqual(['whole - 4', 'patch 4 5'])
    expect(frames(late)[1]).toEqual(frames(byPatch)[4])
  })

  it('are whole where that is shorter, and where a field failed', SLOW, async () => {
    const short = await follow(NEWEST, PATCHES)
    await tells(short)
    world.knobs.filler = 'x'
    change()
    await tells(short)
    expect(shapes(short)).toEqual(['whole - 1', 'whole - 2'])
    world.knobs.filler = 'long '.repeat(100)
    const broken = await follow(BROKEN, PATCHES)
    await tells(broken)
    change()
    await tells(broken)
    expect(frames(broken).every(({ data, errors }) => data !== undefined && errors !== undefined)).toBe(true)
  })

  it('are of the answer that was told last, however many a slow reader missed', SLOW, async () => {
    world.knobs.filler = 'x'.repeat(200_000)
    const [slow, fast] = [await follow(NEWEST, PATCHES), await follow(NEWEST)]
    for (const client of [slow, fast]) await tells(client)
    slow.socket.pause()
    for (let count = 0; count < 60; count += 1) {
      // Nothing of the text stays, so that the answers are whole and fill the socket.
      world.knobs.filler = String.fromCodePoint(97 + (count % 26)).repeat(200_000)
      change()
      await tells(fast)
    }
    slow.socket.resume()
    await tells(slow)
    expect(answer(slow)).toEqual(frames(fast).at(-1)?.data)
    expect(frames(slow).length).toBeLessThan(60)
    change()
    await tells(slow)
    expect(shapes(slow).at(-1)).toMatch(/^patch/)
  })

  it('go on after the subgraph was away, from the answer before', SLOW, async () => {
    world.knobs.filler = 'long '.repeat(100)
    const client = await follow(NEWEST, PATCHES)
    await tells(client)
    await world.stop('analytics')
    change()
    await world.start('analytics')
    await tells(client)
    expect(shapes(client)).toEqual(['whole - 1', 'patch 1 2'])
  })

  it('are the same as Server-Sent Events, and asked of a stream of events they are ignored', SLOW, async () => {
    world.knobs.filler = 'long '.repeat(100)
    const gone = new AbortController()
    const response = await fetch(`${world.gateway.url}/graphql`, {
      method: 'POST',
      headers: { authorization: token, accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query: NEWEST, extensions: PATCHES }),
      signal: gone.signal,
    })
    let text = ''
    const reading = (async () => {
      for await (const bytes of response.body ?? []) text += Buffer.from(bytes).toString('utf8')
    })().catch(() => {})
    const results = (): LiveResult[] => [...text.matchAll(/^data: (\{.+)$/gm)].map(([, json]) => JSON.parse(json ?? '') as LiveResult)
    await soon(() => expect(results()).toHaveLength(1))
    change()
    await soon(() => expect(results()).toHaveLength(2))
    expect(results()[1]?.extensions?.live?.patch).toHaveLength(1)
    gone.abort()
    await reading
    const events = await follow('subscription { log(from: { position: END }) { entries { number } } }', PATCHES)
    await soon(async () => expect(world.log.readers).toBe(1))
    await soon(() => {
      change()
      expect(frames(events).length).toBeGreaterThan(0)
    })
    expect(frames(events).every(({ data, extensions }) => data !== undefined && extensions === undefined)).toBe(true)
  })
})
