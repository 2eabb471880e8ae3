import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startLiveWorld, type LiveWorld } from './testing/liveWorld.ts'
import { EventClient, type EventOptions } from './testing/eventClient.ts'
import { soon, TestClient } from './testing/testClient.ts'

const LOG = 'subscription ($after: Cursor, $from: Start) { log(after: $after, from: $from) { cursor entries { number campaign { name } } } }'
const COMPLETE = { event: 'complete', id: null, data: '' }

describe('GraphQL over Server-Sent Events', () => {
  let world: LiveWorld
  const clients: { end(): void }[] = []
  const open = async (
    query: string,
    { path = '/graphql', variables, ...options }: EventOptions & { path?: string; variables?: Record<string, unknown> } = {},
  ) => {
    const client = await EventClient.open(`${world.gateway.url}${path}`, { query, variables }, options)
    clients.push(client)
    return client
  }
  const member = async () => ({ authorization: await world.token() })
  const socket = async (authorization: string) => {
    const client = await TestClient.connect(world.url, { authorization })
    clients.push(client)
    return client
  }
  const reading = (readers: number) => soon(() => expect(world.log.readers).toBe(readers), 5_000)
  const withoutPlaces = (client: EventClient) => client.events.filter(({ event }) => event !== null)

  const quiet = () => soon(async () => expect([await world.gauge('upstreams'), await world.gauge('eventStreams'), world.log.readers]).toEqual([0, 0, 0]))

  beforeAll(async () => {
    world = await startLiveWorld()
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end()
    await quiet()
  })
  afterAll(async () => world?.close())

  it('a query is one next and complete, by POST and by GET, under a tenant’s path too', async () => {
    const headers = await member()
    const query = 'query Q($id: ID!) { campaign(id: $id) { name partner { name } } }'
    for (const options of [{}, { method: 'GET' }, { path: '/t/acme/graphql' }] as const) {
      const client = await open(query, { headers, variables: { id: 'c1' }, ...options })
      expect([client.status, client.response.headers]).toMatchObject([
        200,
        {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-cache',
          'x-accel-buffering': 'no',
          'x-content-type-options': 'nosniff',
          'umg-request-id': expect.any(String),
        },
      ])
      expect(client.response.headers['content-encoding']).toBeUndefined()
      const data = JSON.stringify({ data: { campaign: { name: 'c1 of acme', partner: { name: 'partner p-c1' } } } })
      expect(await client.ending()).toEqual([{ event: 'next', id: null, data }, COMPLETE])
      expect(client.retries).toHaveLength(1)
    }
  })

  it('a mutation is sent by POST; by GET it is refused and not run', async () => {
    const headers = await member()
    const { renamed } = world.knobs
    expect((await (await open('mutation { rename(to: "x") }', { headers })).frames(1))[0]).toEqual({ data: { rename: 'x' } })
    const refused = await open('mutation { rename(to: "x") }', { headers, method: 'GET' })
    expect([refused.status, refused.response.headers.allow, await refused.json()]).toMatchObject([
      405,
      'POST',
      { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
    ])
    expect(world.knobs.renamed - renamed).toBe(1)
  })

  it.each([
    ['no GraphQL', '{', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['an unknown field of a stream', 'subscription { log { nothing } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a field hidden from clients', 'subscription { secret { number } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a stream that refuses', 'subscription { forbidden { number } }', 'FORBIDDEN'],
    ['a bad cursor', 'subscription { log(after: "nonsense") { cursor } }', 'BAD_USER_INPUT'],
    ['two operations and no name', 'subscription A { ticks { number } } subscription B { ticks { number } }', 'OPERATION_RESOLUTION_FAILURE'],
  ])('%s is told in a next, for the connection itself was good', async (_what, query, code) => {
    const client = await open(query, { headers: await member() })
    const events = await client.ending()
    expect([client.status, events.map(({ event }) => event)]).toEqual([200, ['next', 'complete']])
    expect(client.results()[0]).toEqual({ errors: [expect.objectContaining({ extensions: { code } })] })
  })

  it('credentials are looked at as over HTTP, and a cookie is none', async () => {
    const authorization = await world.token()
    for (const method of ['GET', 'POST'] as const) {
      expect((await open('{ me }', { method, headers: { authorization: 'Bearer a.b.c' } })).response).toMatchObject({
        statusCode: 401,
        headers: { 'www-authenticate': 'Bearer' },
      })
      expect((await open('{ me }', { method, headers: { authorization }, path: '/t/globex/graphql' })).status).toBe(403)
      expect((await open('{ me }', { method, headers: { authorization, 'umg-tenant': 'globex' } })).status).toBe(403)
      expect((await open('{ me }', { method, headers: { authorization, origin: 'https://evil.example' } })).status).toBe(403)
      expect((await open('{ me }', { method, headers: { authorization, 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
      const ours = await open('{ me }', { method, headers: { authorization, origin: 'https://growth.example' } })
      expect(await ours.frames(1)).toEqual([{ data: { me: expect.any(String) } }])
      const nobody = await open(LOG, { method, headers: { cookie: `umg_refresh=x; authorization=${authorization}` } })
      expect(await nobody.frames(1)).toEqual([{ errors: [expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED' } })] }])
    }
  })

  it.each<[string, EventOptions, number]>([
    ['no JSON', { body: '{' }, 400],
    ['a list', { body: '[{"query":"{ me }"}]' }, 400],
    ['no query', { body: '{"variables":{}}' }, 400],
    ['a query that is no text', { body: '{"query":{"a":1}}' }, 400],
    ['variables that are no object', { body: '{"query":"{ me }","variables":[1]}' }, 400],
    ['values without end', { body: `{"query":"{ me }","variables":{"a":${'['.repeat(5000)}${']'.repeat(5000)}}}` }, 400],
    ['a form of a page', { body: 'query=%7Bme%7D', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    ['text, which a page may send anywhere', { body: '{"query":"{ me }"}', headers: { 'content-type': 'text/plain' } }, 400],
    ['more than a megabyte', { body: JSON.stringify({ query: ' '.repeat(1_000_001) }) }, 413],
    ['variables by GET that are no JSON', { method: 'GET', parameters: 'query={me}&variables={' }, 400],
    ['two queries by GET', { method: 'GET', parameters: 'query={me}&query={me}' }, 400],
    ['values without end by GET', { method: 'GET', parameters: `query={me}&variables={"a":${'['.repeat(500)}${']'.repeat(500)}}` }, 400],
    ['no question by GET', { method: 'GET', parameters: '' }, 400],
  ])('%s is answered with a status', async (_what, options, status) => {
    const client = await open('{ me }', options)
    expect([client.status, JSON.stringify(await client.json())]).toEqual([status, expect.not.stringMatching(/stack|node_modules/)])
  })

  it('who takes JSON too gets a stream as events and an answer as JSON', async () => {
    const headers = { ...(await member()), accept: 'application/graphql-response+json, application/json, text/event-stream, multipart/mixed' }
    expect(await (await open('{ analytics }', { headers })).json()).toEqual({ data: { analytics: 'up' } })
    expect((await open('{ nothing }', { headers })).status).toBe(400)
    const stream = await open('subscription { ticks { number } }', { headers })
    expect(await stream.frames(2)).toEqual([{ data: { ticks: { number: 1 } } }, { data: { ticks: { number: 2 } } }])
    const never = await open('subscription { ticks { number } }', { headers: { ...headers, accept: 'application/json, text/event-stream;q=0' } })
    expect([never.status, await never.json()]).toMatchObject([400, { errors: [{ message: expect.stringContaining('text/event-stream') }] }])
  })

  it('a stream shares upstream and execution with a socket of the same viewer, and has the same results; the id of each is its cursor', async () => {
    const authorization = await world.token()
    const opened = world.log.opened
    const other = await socket(authorization)
    other.subscribe('a', LOG)
    await reading(1)
    const client = await open(LOG, { headers: { authorization } })
    await soon(async () => expect(await world.gauge('eventStreams')).toBe(1))
    await soon(() => expect(client.lastId).toBe(String(world.log.entries.length)))
    const calls = world.knobs.campaignCalls
    world.log.append('shared')
    expect(await client.frames(1)).toEqual(await other.frames('a', 1))
    world.log.append('again')
    expect(await client.frames(2)).toEqual(await other.frames('a', 2))
    expect([world.log.opened - opened, world.knobs.campaignCalls - calls]).toEqual([1, 2])
    expect(withoutPlaces(client).map(({ id }) => id)).toEqual(client.results().map(({ data }) => data.log.cursor))
    // The client says that it is over by closing the connection.
    other.end()
    client.end()
    await reading(0)
  })

  it('who comes back with Last-Event-ID goes on where it was, also when nothing had come yet', async () => {
    const headers = await member()
    const first = await open(LOG, { headers })
    await soon(() => expect(first.lastId).toBe(String(world.log.entries.length)))
    expect(first.results()).toEqual([])
    first.end()
    await reading(0)
    world.log.append('missed', 'missed too')
    const second = await open(LOG, { headers: { ...headers, 'last-event-id': first.lastId ?? '' }, method: 'GET' })
    const last = world.log.entries.length
    expect(await second.numbers(2)).toEqual([last - 1, last])
    // It stands above whatever the question says of its beginning.
    const third = await open(LOG, { headers: { ...headers, 'last-event-id': String(last - 1) }, variables: { from: { position: 'BEGINNING' } } })
    expect(await third.numbers(1)).toEqual([last])
    world.log.append('live')
    expect(await Promise.all([second.numbers(3), third.numbers(2)])).toEqual([
      [last - 1, last, last + 1],
      [last, last + 1],
    ])
  })

  it('a Last-Event-ID that is no place of this stream is refused; a stream without places, a group and a query do not read it', async () => {
    const headers = { ...(await member()), 'last-event-id': 'nonsense' }
    expect((await (await open(LOG, { headers })).frames(1))[0].errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT' })
    expect((await (await open('subscription { ticks { number } }', { headers })).frames(1))[0]).toEqual({ data: { ticks: { number: 1 } } })
    expect(await (await open('{ analytics }', { headers })).frames(1)).toEqual([{ data: { analytics: 'up' } }])
    const group = await open('subscription { log(group: "g") { entries { number } } }', { headers })
    await reading(1)
    world.log.append('for the group')
    expect(await group.numbers(1)).toEqual([world.log.entries.length])
  })

  it('a filter that lets nothing through moves the place with the heartbeat', async () => {
    const other = await startLiveWorld({ liveTimings: { heartbeatMs: 200 } })
    try {
      const headers = { authorization: await other.token() }
      const client = await EventClient.open(`${other.gateway.url}/graphql`, { query: 'subscription { log(only: ["x"]) { entries { number } } }' }, { headers })
      await soon(() => expect(client.lastId).toBe('0'))
      other.log.append('a', 'b', 'c')
      await soon(() => expect(client.lastId).toBe('3'))
      expect(client.results()).toEqual([])
      client.end()
    } finally {
      await other.close()
    }
  })

  it('a subgraph that restarts is a pause, and another supergraph is planned anew or ends the stream with the reason', async () => {
    const headers = await member()
    const client = await open('subscription { log { entries { number filler } } }', { headers })
    const first = world.log.entries.length
    await reading(1)
    world.log.append('before')
    await client.numbers(1)
    await world.stop('analytics')
    world.log.append('while it is away')
    await world.start('analytics')
    expect(await client.numbers(2)).toEqual([first + 1, first + 2])
    world.reload((sdl) => sdl.replace('conversionsSoFar: Int', 'conversionsSoFar: Int @deprecated'))
    world.log.append('under the next')
    expect(await client.numbers(3)).toEqual([first + 1, first + 2, first + 3])
    world.reload((sdl) => sdl.replace('filler: String', 'filler: String @inaccessible'))
    expect((await client.ending()).at(-1)).toEqual(COMPLETE)
    expect(client.results().at(-1)).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] })
    world.reload((sdl) => sdl)
  })

  it('a query whose client leaves ends at the subgraph', async () => {
    world.knobs.nameDelayMs = 60_000
    const [asked, left] = [world.knobs.asked, world.knobs.left]
    const client = await open('{ analytics }', { headers: await member() })
    await soon(() => expect(world.knobs.asked - asked).toBe(1))
    client.end()
    await soon(() => expect(world.knobs.left - left).toBe(1))
    world.knobs.nameDelayMs = 0
  })
})
