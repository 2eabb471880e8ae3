import { createServer } from 'node:net'
import { createClient } from 'graphql-ws'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startLiveWorld, type LiveWorld } from './testing/liveWorld.ts'
import { soon, TestClient } from './testing/testClient.ts'

const LOG = 'subscription ($after: Cursor, $from: Start) { log(after: $after, from: $from) { cursor entries { number } } }'

describe('live streams through the gateway', () => {
  let world: LiveWorld
  const clients: TestClient[] = []
  const connect = async (authorization?: string): Promise<TestClient> => {
    const client = await TestClient.connect(world.url, { authorization: authorization ?? (await world.token()) })
    clients.push(client)
    return client
  }
  const quiet = () => soon(async () => expect([await world.gauge('upstreams'), world.log.readers]).toEqual([0, 0]), 5_000)
  const reading = (readers: number) => soon(() => expect(world.log.readers).toBe(readers), 5_000)

  beforeAll(async () => {
    world = await startLiveWorld()
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end()
    await quiet()
  })
  afterAll(async () => world?.close())

  it('an event comes with the fields of its entities at two depths', async () => {
    const client = await connect()
    client.subscribe('a', 'subscription Live { log { cursor entries { number campaign { id name partner { name } } } } }')
    await reading(1)
    world.log.append('one')
    const [frame] = await client.frames('a', 1)
    const number = world.log.entries.length
    const id = `c${number % 3}`
    expect(frame).toEqual({
      data: { log: { cursor: String(number), entries: [{ number, campaign: { id, name: `${id} of acme`, partner: { name: `partner p-${id}` } } }] } },
    })
  })

  it('aliases, unions, fragments, variables and @include mean what they mean in a query', async () => {
    const client = await connect()
    client.subscribe(
      'a',
      `subscription ($with: Boolean = true, $without: Boolean!, $from: Start) {
        mine: log(from: $from) { _umgCursor: __typename  position: cursor  list: entries { ...E  no: text @include(if: $without) } subject { ... on Note { text } } }
      }
      fragment E on Entry { n: number  about: subject { __typename ... on Note { text } ... on Campaign { title: name @include(if: $with) } } }`,
      { without: false, from: { position: 'BEGINNING' } },
    )
    world.log.append('two')
    const frames = await client.frames('a', 1)
    expect(frames[0].errors).toBeUndefined()
    expect(frames[0].data.mine).toMatchObject({ _umgCursor: 'Batch', position: String(frames[0].data.mine.list.length), subject: { text: 'a batch' } })
    expect(frames[0].data.mine.list.slice(0, 2)).toEqual([
      { n: 1, about: { __typename: 'Campaign', title: 'c1 of acme' } },
      { n: 2, about: { __typename: 'Note', text: 'note 2' } },
    ])
  })

  it('a fragment that is spread twice means the same as written out, also after the subgraph restarted', async () => {
    const client = await connect()
    client.subscribe(
      'a',
      `subscription ($with: Boolean!, $only: [String!]) { log(only: $only) { one: entries { ...E campaign { name } } other: entries { ...E } } }
      fragment E on Entry { number text filler again: text @include(if: $with) }`,
      { with: true, only: ['f1', 'f2'] },
    )
    await reading(1)
    world.log.append('f1')
    const entry = (text: string) => ({ number: expect.any(Number), text, filler: '', again: text })
    const frame = (text: string) => ({ data: { log: { one: [{ ...entry(text), campaign: { name: expect.anything() } }], other: [entry(text)] } } })
    const [first] = await client.frames('a', 1)
    expect(first.data.log.other).toEqual([entry('f1')])
    await world.stop('analytics')
    world.log.append(...(world.log.entries.length % 3 === 2 ? ['hidden'] : []), 'f2')
    await world.start('analytics')
    expect((await client.frames('a', 2))[1]).toEqual(frame('f2'))
  })

  it('what fails of an event is null with its path, the rest is there, and nothing of the failure leaks', async () => {
    const client = await connect()
    client.subscribe('a', 'subscription { log(from: { position: BEGINNING }) { entries { number broken campaign { name partner { name } } } } }')
    world.log.append('three', 'four')
    const [{ data, errors }] = await client.frames('a', 1)
    expect(data.log.entries[2]).toEqual({ number: 3, broken: null, campaign: { name: null, partner: { name: 'partner p-c0' } } })
    expect(errors.map(({ path }: { path: unknown }) => path)).toEqual(
      expect.arrayContaining([
        ['log', 'entries', 0, 'broken'],
        ['log', 'entries', 2, 'campaign', 'name'],
      ]),
    )
    for (const { extensions } of errors) expect(extensions).toEqual({ code: 'INTERNAL', requestId: expect.any(String) })
    expect(JSON.stringify(client.messages)).not.toMatch(/hunter2|stack|node_modules|TypeError|127\.0\.0\.1/)
  })

  it('a stream that breaks ends with a masked error, one that is refused with the reason', async () => {
    const client = await connect()
    client.subscribe('a', 'subscription { failing { number word } }')
    client.subscribe('b', 'subscription { forbidden { number } }')
    expect(await client.ending('b')).toEqual({ type: 'error', id: 'b', payload: [{ message: 'Not you.', extensions: { code: 'FORBIDDEN' } }] })
    expect(await client.frames('a', 1)).toEqual([{ data: { failing: { number: 1, word: 'one' } } }])
    expect((await client.ending('a', 15_000)).payload).toEqual([
      { message: expect.stringMatching(/^Something went wrong/), extensions: { code: 'INTERNAL', requestId: expect.any(String) } },
    ])
    expect(JSON.stringify(client.messages)).not.toMatch(/hunter2|stack|TypeError/)
  })

  it('the upstream of a quiet stream is closed when its last client leaves, by complete or by closing its socket', async () => {
    const token = await world.token()
    const [one, other] = [await connect(token), await connect(token)]
    one.subscribe('a', LOG)
    other.subscribe('a', LOG)
    one.subscribe('t', 'subscription { ticks { number } }')
    await reading(1)
    await one.frames('t', 2)
    expect(await world.gauge('upstreams')).toBe(2)
    one.send({ id: 't', type: 'complete' })
    await soon(async () => expect(await world.gauge('upstreams')).toBe(1))
    one.send({ id: 'a', type: 'complete' })
    other.socket.close(1000)
    await quiet()
    expect(one.messages.filter(({ type }) => type === 'complete')).toEqual([])
  })

  it('two clients of one viewer share one upstream and one execution; it stays while one of them is left', async () => {
    const token = await world.token()
    const [one, other] = [await connect(token), await connect(token)]
    const opened = world.log.opened
    const query = 'subscription ($only: [String!]) { log(only: $only) { entries { number campaign { name } } } }'
    one.subscribe('a', query, { only: ['shared', 'more'] })
    await reading(1)
    other.subscribe('b', query, { only: ['shared', 'more'] })
    await soon(async () => expect(await world.gauge('operations')).toBe(2))
    const calls = world.knobs.campaignCalls
    world.log.append('shared')
    expect(await one.frames('a', 1)).toEqual(await other.frames('b', 1))
    expect([world.log.opened - opened, world.knobs.campaignCalls - calls]).toEqual([1, 1])
    one.end()
    await soon(async () => expect(await world.gauge('operations')).toBe(1))
    world.log.append('more')
    expect(await other.frames('b', 2)).toHaveLength(2)
    expect(world.log.readers).toBe(1)
  })

  it('the same question of another tenant is answered to that tenant', async () => {
    const names = 'subscription { log { entries { campaign { name } } } }'
    const [acme, globex] = [await connect(), await connect(await world.token({ slug: 'globex' }))]
    acme.subscribe('a', names)
    globex.subscribe('a', names)
    await soon(async () => expect(await world.gauge('operations')).toBe(2))
    // As many as there are, so that what is shared by mistake shows in the names.
    await soon(async () => expect(world.log.readers).toBe(await world.gauge('upstreams')))
    // Three in a row have one of each campaign; one of them has no name.
    world.log.append('to both', 'to both', 'to both')
    const [[own], [other]] = [await acme.frames('a', 1), await globex.frames('a', 1)]
    const namesIn = (frame: { data: { log: { entries: { campaign: { name: string | null } }[] } } }) =>
      frame.data.log.entries.map(({ campaign }) => campaign.name ?? 'none').toSorted()
    expect(namesIn(own)).toEqual(['c1 of acme', 'c2 of acme', 'none'])
    expect(namesIn(other)).toEqual(['c1 of globex', 'c2 of globex', 'none'])
  })

  it('nothing is shared by other viewers or members of a group', async () => {
    const [owner, viewer, key] = [await connect(), await connect(await world.token({ role: 'user' })), await connect(world.key())]
    owner.subscribe('a', LOG)
    viewer.subscribe('a', LOG)
    key.subscribe('a', LOG)
    owner.subscribe('b', 'subscription { log(group: "g") { cursor } }')
    owner.subscribe('c', 'subscription { log(group: "g") { cursor } }')
    await soon(async () => expect([await world.gauge('operations'), await world.gauge('upstreams')]).toEqual([5, 5]))
  })

  it('a client that joins a shared stream gets what comes from then on, once', async () => {
    const token = await world.token()
    const [one, other] = [await connect(token), await connect(token)]
    one.subscribe('a', LOG)
    await reading(1)
    world.log.append('before')
    await one.numbers('a', 1)
    other.subscribe('a', LOG, {})
    await soon(async () => expect(await world.gauge('operations')).toBe(2))
    world.log.append('after')
    expect(await one.numbers('a', 2)).toEqual([world.log.entries.length - 1, world.log.entries.length])
    expect(await other.numbers('a', 1)).toEqual([world.log.entries.length])
  })

  it('a subgraph that restarts is a pause: nothing is lost and nothing comes twice, also when it was quiet before', async () => {
    const [busy, still] = [await connect(), await connect(await world.token({ role: 'user' }))]
    const first = world.log.entries.length
    busy.subscribe('a', LOG)
    still.subscribe('a', LOG, { from: { position: 'END' } })
    busy.subscribe('t', 'subscription { ticks { number } }')
    await reading(2)
    world.log.append('a', 'b')
    await busy.numbers('a', 2)
    for (const round of [1, 2]) {
      await world.stop('analytics')
      world.log.append(`down ${round}`, `down too ${round}`)
      await world.start('analytics')
      world.log.append(`up ${round}`)
      await busy.numbers('a', 2 + round * 3, 10_000)
      await busy.frames('t', 2 + round * 2, 10_000)
    }
    const expected = Array.from({ length: 8 }, (_, index) => first + index + 1)
    expect(await busy.numbers('a', 8, 10_000)).toEqual(expected)
    expect(await still.numbers('a', 8, 10_000)).toEqual(expected)
    // A stream without cursors begins anew.
    expect(busy.payloads('t').map(({ data }) => data.ticks.number)).toEqual([1, 2, 1, 2, 1, 2])
    expect([busy.closed, still.closed]).toEqual([null, null])
  })

  it('a subgraph that is lost without a word is resumed too', async () => {
    const client = await connect()
    const first = world.log.entries.length
    client.subscribe('a', LOG)
    await reading(1)
    world.log.append('x')
    await client.numbers('a', 1)
    await world.stop('analytics')
    world.log.append('y')
    // The next attempts find somebody who hangs up at once, until it is back.
    let visits = 0
    const stranger = createServer((socket) => {
      visits += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => stranger.listen(Number(new URL(world.subgraphUrl('analytics')).port), '127.0.0.1', resolve))
    await soon(() => expect(visits).toBeGreaterThan(1))
    await new Promise((resolve) => stranger.close(resolve))
    await world.start('analytics')
    expect(await client.numbers('a', 2, 10_000)).toEqual([first + 1, first + 2])
  })

  it('a bad cursor is refused at once and by name', async () => {
    const client = await connect()
    client.subscribe('a', LOG, { after: 'nonsense' })
    expect((await client.ending('a')).payload).toEqual([{ message: 'This cursor is not of this field.', extensions: { code: 'BAD_USER_INPUT' } }])
    client.subscribe('b', LOG, { after: '' })
    const message = 'Variable "$after" got invalid value ""; Cursor cannot be ""; expected the text of a cursor.'
    expect((await client.ending('b')).payload).toEqual([expect.objectContaining({ message })])
  })

  it('another supergraph under live streams: they are planned anew and go on, or end with the reason', async () => {
    const client = await connect()
    const first = world.log.entries.length
    client.subscribe('a', 'subscription { log { cursor entries { number campaign { name } } } }')
    await reading(1)
    world.log.append('old')
    await client.numbers('a', 1)
    const opened = world.log.opened
    world.reload((sdl) => sdl.replace('conversionsSoFar: Int', 'conversionsSoFar: Int @deprecated'))
    await soon(() => expect([world.log.opened, world.log.readers]).toEqual([opened + 1, 1]))
    world.log.append('new')
    expect(await client.numbers('a', 2)).toEqual([first + 1, first + 2])
    client.subscribe('b', 'subscription { log { entries { filler } } }')
    await reading(2)
    world.reload((sdl) => sdl.replace('filler: String', 'filler: String @inaccessible'))
    expect((await client.ending('b')).payload[0]).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })
    world.log.append('newest')
    expect(await client.numbers('a', 3)).toEqual([first + 1, first + 2, first + 3])
  })

  it('graphql-ws’s own client follows and leaves', async () => {
    const authorization = await world.token()
    const client = createClient({ url: world.url, webSocketImpl: WebSocket, connectionParams: { headers: { Authorization: authorization } } })
    const events = client.iterate<{ log: { entries: { number: number }[] } }>({ query: LOG })
    const first = events.next()
    await reading(1)
    world.log.append('for the client')
    expect((await first).value?.data?.log.entries).toEqual([{ number: world.log.entries.length }])
    await events.return?.()
    await client.dispose()
  })
})
