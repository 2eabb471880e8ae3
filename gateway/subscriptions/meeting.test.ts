import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startLiveWorld, type LiveWorld } from './testing/liveWorld.ts'
import { soon, TestClient } from './testing/testClient.ts'

const LOG =
  'subscription Log($after: Cursor, $from: Start, $only: [String!]) { log(after: $after, from: $from, only: $only) { cursor entries { number campaign { name } } } }'
const NUMBERS = 'subscription Numbers($after: Cursor) { log(after: $after) { cursor entries { number } } }'
const READERS = 20

describe('streams of the same question that began at different places', () => {
  let world: LiveWorld
  const clients: TestClient[] = []
  const connect = async (authorization: string): Promise<TestClient> => {
    const client = await TestClient.connect(world.url, { authorization })
    clients.push(client)
    return client
  }
  const upstreams = (count: number) => soon(async () => expect([await world.gauge('upstreams'), world.log.readers]).toEqual([count, count]))
  const append = (...texts: readonly (string | null)[]): number => {
    world.log.append(...texts)
    return world.log.entries.length
  }
  /** Every third campaign has no name, which is an error of its own; the next two have one. */
  const appendUpToThird = () => append(...Array.from({ length: 3 - (world.log.entries.length % 3) }, () => 'before'))
  const numbersFrom = (first: number, last: number): number[] => Array.from({ length: last - first }, (_, index) => first + index + 1)

  beforeAll(async () => {
    world = await startLiveWorld()
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end()
    await upstreams(0)
  })
  afterAll(async () => world?.close())

  it('are one again once they have caught up, and nobody misses an event or has one twice', async () => {
    const token = await world.token()
    const first = append(...Array.from({ length: 40 }, String)) - 40
    const readers = await Promise.all(Array.from({ length: READERS }, () => connect(token)))
    for (const [index, reader] of readers.entries()) reader.subscribe('a', LOG, { after: String(first + index) })
    const last = append('all caught up')
    for (const [index, reader] of readers.entries()) expect(await reader.numbers('a', last - first - index)).toEqual(numbersFrom(first + index, last))
    // Whoever was still at work when the others met is with them after the next.
    await soon(async () => {
      append('next')
      expect(await world.gauge('upstreams')).toBe(1)
    })
    const { campaignCalls } = world.knobs
    const end = append('for all')
    for (const [index, reader] of readers.entries()) expect(await reader.numbers('a', end - first - index)).toEqual(numbersFrom(first + index, end))
    expect(world.knobs.campaignCalls - campaignCalls).toBeLessThan(READERS)
    // Those who leave take nobody with them.
    for (const reader of readers.slice(1)) reader.send({ id: 'a', type: 'complete' })
    const more = append('for the one that is left')
    expect((await readers[0]?.numbers('a', more - first))?.at(-1)).toBe(more)
    await upstreams(1)
  })

  it('meet the one that begins now, which newcomers join', async () => {
    const token = await world.token()
    const first = append('before')
    const [now, back] = [await connect(token), await connect(token)]
    now.subscribe('a', LOG, { from: { position: 'END' } })
    await upstreams(1)
    back.subscribe('a', LOG, { after: String(first - 1) })
    expect(await back.numbers('a', 1)).toEqual([first])
    append('one')
    await soon(async () => {
      append('more')
      expect(await world.gauge('upstreams')).toBe(1)
    })
    const late = await connect(token)
    late.subscribe('a', LOG, { from: { position: 'END' } })
    await soon(async () => expect(await world.gauge('operations')).toBe(3))
    await upstreams(1)
    const end = append('last')
    expect(await back.numbers('a', end - first + 1)).toEqual(numbersFrom(first - 1, end))
    expect(await now.numbers('a', end - first)).toEqual(numbersFrom(first, end))
    expect(await late.numbers('a', 1)).toEqual([end])
  })

  it('one that comes back to where another has been is given the same, and nothing is read for it again', async () => {
    const token = await world.token()
    const [ahead, back] = [await connect(token), await connect(token)]
    const first = append('before')
    ahead.subscribe('a', NUMBERS, { after: String(first) })
    for (let number = first + 1; number <= first + 30; number += 1) {
      append('one at a time')
      await ahead.numbers('a', number - first)
    }
    const { opened, handedOut } = world.log
    back.subscribe('a', NUMBERS, { after: String(first + 3) })
    expect(await back.numbers('a', 27)).toEqual(numbersFrom(first + 3, first + 30))
    expect(back.payloads('a')).toEqual(ahead.payloads('a').slice(3))
    expect([world.log.opened, world.log.handedOut]).toEqual([opened, handedOut])
    const end = append('for both')
    expect((await back.numbers('a', 28)).at(-1)).toBe(end)
    expect((await ahead.numbers('a', 31)).at(-1)).toBe(end)
    await upstreams(1)
  })

  it('one that comes back is spared an error that another had been given', async () => {
    const token = await world.token()
    const [ahead, back] = [await connect(token), await connect(token)]
    const first = appendUpToThird()
    ahead.subscribe('a', LOG, { after: String(first) })
    await world.stop('campaign')
    append('without a name')
    expect((await ahead.frames('a', 1))[0].errors).toHaveLength(1)
    await world.start('campaign')
    back.subscribe('a', LOG, { after: String(first) })
    expect(await back.frames('a', 1)).toEqual([
      { data: { log: { cursor: String(first + 1), entries: [{ number: first + 1, campaign: { name: 'c1 of acme' } }] } } },
    ])
    await upstreams(1)
    append('for both')
    expect([await ahead.numbers('a', 2), await back.numbers('a', 2)]).toEqual([numbersFrom(first, first + 2), numbersFrom(first, first + 2)])
  })

  it('one that comes back to where a batch failed is told that too', async () => {
    const token = await world.token()
    const [ahead, back] = [await connect(token), await connect(token)]
    const query = 'subscription ($after: Cursor) { log(after: $after) { cursor entries { number text } } }'
    const first = append('before')
    const told = [
      { data: { log: null }, errors: [expect.anything()] },
      { data: { log: { cursor: String(first + 2), entries: [{ number: first + 2, text: 'fine' }] } } },
    ]
    ahead.subscribe('a', query, { after: String(first) })
    append(null)
    await ahead.frames('a', 1)
    append('fine')
    expect(await ahead.frames('a', 2)).toEqual(told)
    back.subscribe('a', query, { after: String(first) })
    // Read anew, both come in one batch, which fails as a whole.
    expect(await back.frames('a', 1)).toEqual([told[0]])
  })

  it('newcomers after a break share one stream', async () => {
    const token = await world.token()
    const first = await connect(token)
    first.subscribe('a', NUMBERS)
    await upstreams(1)
    await world.stop('analytics')
    await world.start('analytics')
    await upstreams(1)
    const newcomers = await Promise.all([1, 2, 3, 4].map(() => connect(token)))
    for (const newcomer of newcomers) newcomer.subscribe('a', NUMBERS)
    await soon(async () => expect(await world.gauge('operations')).toBe(5))
    await upstreams(1)
    const { opened } = world.log
    const last = await connect(token)
    last.subscribe('a', NUMBERS)
    await soon(async () => expect(await world.gauge('operations')).toBe(6))
    expect(world.log.opened).toBe(opened)
    const end = append('for all')
    for (const client of [first, ...newcomers, last]) expect(await client.numbers('a', 1)).toEqual([end])
  })

  it('the same place of another tenant is answered to that tenant', async () => {
    const first = appendUpToThird()
    const [acme, globex] = [await connect(await world.token()), await connect(await world.token({ slug: 'globex' }))]
    append('c1', 'c2')
    const namesOf = async (client: TestClient) => {
      client.subscribe('a', LOG, { after: String(first) })
      const [frame] = await client.frames('a', 1)
      return frame.data.log.entries.map(({ campaign }: { campaign: { name: string } }) => campaign.name)
    }
    expect(await namesOf(acme)).toEqual(['c1 of acme', 'c2 of acme'])
    expect(await namesOf(globex)).toEqual(['c1 of globex', 'c2 of globex'])
  })

  it('stay apart where another asks, something else is asked, or what says where to begin says something else too', async () => {
    const [token, other] = [await world.token(), await world.token({ accountId: crypto.randomUUID() })]
    const first = append('start')
    const both = 'subscription ($after: Cursor) { log(after: $after) { cursor @include(if: $with) entries { number } } }'.replace(
      '($after',
      '($with: Boolean!, $after',
    )
    const asked = [
      [token, LOG, {}],
      [other, LOG, {}],
      [token, LOG, { only: ['end'] }],
      [token, both, { with: true }],
      [token, both, { with: false }],
    ] as const
    const readers = await Promise.all(asked.map(async ([authorization]) => connect(authorization)))
    for (const [index, [, query, variables]] of asked.entries()) readers[index]?.subscribe('a', query, { ...variables, after: String(first) })
    await upstreams(asked.length)
    const end = append('end')
    for (const reader of readers) expect(await reader.numbers('a', 1)).toEqual([end])
    await upstreams(asked.length)
  })
})
