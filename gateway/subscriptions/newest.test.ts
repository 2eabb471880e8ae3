import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startLiveWorld, type LiveWorld } from './testing/liveWorld.ts'
import { soon, TestClient } from './testing/testClient.ts'

const NEWEST = 'subscription { newest { number word tenant } }'
const SLOW = { timeout: 60_000 }

describe('streams whose events take the place of those before', () => {
  let world: LiveWorld
  const clients: TestClient[] = []
  const connect = async (authorization: string): Promise<TestClient> => {
    const client = await TestClient.connect(world.url, { authorization })
    clients.push(client)
    return client
  }
  const follow = async (authorization: string): Promise<TestClient> => {
    const client = await connect(authorization)
    client.subscribe('a', NEWEST)
    return client
  }
  const numbers = (client: TestClient): number[] => client.payloads('a').map(({ data }) => data.newest.number)
  const quiet = () => soon(async () => expect([await world.gauge('upstreams'), world.knobs.newestReaders]).toEqual([0, 0]))
  const tells = (client: TestClient, number: number) => soon(() => expect(numbers(client).at(-1)).toBe(number), 30_000)

  beforeAll(async () => {
    world = await startLiveWorld()
  })
  afterEach(async () => {
    world.knobs.filler = ''
    for (const client of clients.splice(0)) client.end()
    await quiet()
  })
  afterAll(async () => world?.close())

  it('all who have the same rights share one, and who comes late gets at once what is newest', SLOW, async () => {
    const first = await follow(await world.token({ accountId: '018f0000-0000-7000-8000-0000000000c1' }))
    await tells(first, world.log.entries.length)
    world.log.append('one')
    await tells(first, world.log.entries.length)
    const late = await follow(await world.token({ accountId: '018f0000-0000-7000-8000-0000000000c2' }))
    await tells(late, world.log.entries.length)
    expect([await world.gauge('upstreams'), numbers(late).length]).toEqual([1, 1])
    // The one who came first leaves; it goes on for the others.
    first.end()
    await soon(async () => expect(await world.gauge('operations')).toBe(1))
    world.log.append('two')
    await tells(late, world.log.entries.length)
    expect(world.knobs.newestReaders).toBe(1)
  })

  it('another role, another tenant and another key’s filters share nothing', SLOW, async () => {
    const own = { filters: [{ dimension: 'partner', in: ['p1'] }] } as const
    const viewers = [
      await world.token(),
      await world.token({ role: 'viewer' }),
      await world.token({ slug: 'globex' }),
      world.key(),
      world.key(own),
      world.key(own),
    ]
    const followers = await Promise.all(viewers.map(follow))
    for (const follower of followers) await tells(follower, world.log.entries.length)
    expect(await world.gauge('upstreams')).toBe(5)
    expect(followers.map((follower) => follower.payloads('a')[0].data.newest.tenant)).toEqual(['acme', 'acme', 'globex', 'acme', 'acme', 'acme'])
  })

  it('who reads slowly is not ended, and gets the newest and not what was in between', SLOW, async () => {
    world.knobs.filler = 'x'.repeat(200_000)
    const token = await world.token()
    const [slow, fast] = [await follow(token), await follow(token)]
    await tells(slow, world.log.entries.length)
    slow.socket.pause()
    for (let i = 0; i < 100; i++) {
      world.log.append(`slow ${i}`)
      await tells(fast, world.log.entries.length)
    }
    slow.socket.resume()
    await tells(slow, world.log.entries.length)
    expect(numbers(fast).length).toBeGreaterThan(100)
    expect(numbers(slow).length).toBeLessThan(90)
    expect(slow.messages.filter(({ type }) => type === 'error' || type === 'complete')).toEqual([])
  })

  it('it begins anew after its subgraph was away', SLOW, async () => {
    const client = await follow(await world.token())
    await tells(client, world.log.entries.length)
    await world.stop('analytics')
    world.log.append('while it was away')
    await world.start('analytics')
    await tells(client, world.log.entries.length)
  })
})
