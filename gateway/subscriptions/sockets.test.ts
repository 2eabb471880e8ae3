import { once } from 'node:events'
import { request } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { askGateway } from '../testing/askGateway.ts'
import { startLiveWorld, type LiveWorld } from './testing/liveWorld.ts'
import { soon, TestClient } from './testing/testClient.ts'

const LOG = 'subscription ($after: Cursor, $from: Start) { log(after: $after, from: $from) { cursor entries { number } } }'

describe('sockets of clients at the gateway', () => {
  let world: LiveWorld
  const clients: TestClient[] = []
  const connect = async (payload?: object, options?: ConstructorParameters<typeof TestClient>[1] & { path?: string }): Promise<TestClient> => {
    const client = await TestClient.connect(options?.path === undefined ? world.url : world.url.replace('/graphql', options.path), payload, options)
    clients.push(client)
    return client
  }
  const member = async (options?: Parameters<LiveWorld['token']>[0]) => connect({ authorization: await world.token(options) })
  /** The HTTP status with which a socket was refused. */
  const refused = async (path: string, headers: Record<string, string>): Promise<number | undefined> => {
    const client = new TestClient(world.url.replace('/graphql', path), { headers })
    const [, response] = (await once(client.socket, 'unexpected-response')) as [unknown, { statusCode?: number }]
    client.end()
    return response.statusCode
  }

  beforeAll(async () => {
    world = await startLiveWorld({ liveTimings: { heartbeatMs: 400, deadlineMs: 400, giveUpMs: 800 } })
  })
  afterEach(() => {
    for (const client of clients.splice(0)) client.end()
  })
  afterAll(async () => world?.close())

  it('nobody in particular may connect, and may what such a one may over HTTP', async () => {
    const client = await connect(undefined, { headers: { cookie: `umg_refresh=x; authorization=${await world.token()}` } })
    expect(client.messages).toEqual([{ type: 'connection_ack' }])
    client.subscribe('a', LOG)
    client.subscribe('b', '{ analytics me }')
    client.subscribe('c', '{ __schema { description } }')
    expect((await client.ending('a')).payload[0].extensions).toEqual({ code: 'UNAUTHENTICATED' })
    expect(await client.frames('b', 1)).toEqual([{ data: { analytics: 'up', me: null } }])
    expect((await client.ending('b')).type).toBe('complete')
    expect((await client.ending('c')).payload[0].extensions).toEqual({ code: 'INTROSPECTION_DISABLED' })
  })

  it.each([
    ['a forged token', { authorization: 'Bearer abc.def.ghi' }, 4401],
    ['an unknown key', { Authorization: `Bearer umg_api_018f0000-0000-7000-8000-00000000000a_018f0000-0000-7000-8000-00000000000b_${'0'.repeat(64)}` }, 4401],
    ['a credential that is no text', { headers: { authorization: { token: 1 } } }, 4401],
    ['a credential that is no Bearer', { authorization: 'Basic abc' }, 4401],
  ])('%s closes the socket', async (_what, payload, code) => {
    const client = await connect(payload)
    expect(await client.closing()).toMatchObject({ code, reason: expect.stringMatching(/^UNAUTHENTICATED/) })
  })

  it('a tenant named by path or payload has to be the credential’s own', async () => {
    const authorization = await world.token()
    const other = await connect({ authorization }, { path: '/t/globex/graphql' })
    expect(await other.closing()).toMatchObject({ code: 4403, reason: expect.stringMatching(/^TENANT_MISMATCH/) })
    expect(await (await connect({ authorization, 'Umg-Tenant': 'globex' })).closing()).toMatchObject({ code: 4403 })
    expect(await (await connect({ authorization, headers: { 'umg-tenant': 7 } })).closing()).toMatchObject({ code: 4403 })
    expect(await (await connect({ authorization }, { headers: { 'umg-tenant': 'globex' } })).closing()).toMatchObject({ code: 4403 })
    const own = await connect({ authorization, headers: { 'umg-tenant': 'acme' } }, { path: '/t/acme/graphql' })
    expect(own.messages).toEqual([{ type: 'connection_ack' }])
  })

  it('an Origin has to be ours; other paths have no socket', async () => {
    const { host } = new URL(world.url)
    for (const origin of ['https://evil.example', 'null', `http://${host}.evil.example`, 'garbage'])
      expect([origin, await refused('/graphql', { origin })]).toEqual([origin, 403])
    for (const path of ['/', '/graphql/x', '/t//graphql', '/t/../graphql/', '/api']) expect([path, await refused(path, {})]).toEqual([path, 404])
    for (const origin of [`http://${host}`, 'https://growth.example'])
      expect((await connect(undefined, { headers: { origin } })).messages).toEqual([{ type: 'connection_ack' }])
  })

  it('a client that offers HTTP/2 is answered over HTTP as before', async () => {
    const call = request(`${world.gateway.url}/health`, { headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAA' } })
    call.end()
    const [response] = (await once(call, 'response')) as [{ statusCode?: number; resume(): void }]
    response.resume()
    expect(response.statusCode).toBe(200)
  })

  it.each<[string, number, (client: TestClient) => void]>([
    ['a second init', 4429, (client) => client.send({ type: 'connection_init' })],
    ['what is no JSON', 4400, (client) => client.socket.send('{')],
    ['binary', 4400, (client) => client.socket.send(Buffer.from([1, 2]))],
    ['an unknown type', 4400, (client) => client.send({ type: 'start', id: '1' })],
    ['a message of the server’s', 4400, (client) => client.send({ type: 'connection_ack' })],
    ['a subscription without a query', 4400, (client) => client.send({ type: 'subscribe', id: '1', payload: {} })],
    ['values without end', 4400, (client) => client.socket.send(`{"type":"ping","payload":{"a":${'['.repeat(5000)}${']'.repeat(5000)}}}`)],
    ['a frame over 1 MB', 1009, (client) => client.socket.send(' '.repeat(1_000_001))],
    ['a long id', 4400, (client) => client.subscribe('x'.repeat(201), LOG)],
    [
      'an id twice',
      4409,
      (client) => {
        client.subscribe('a', LOG)
        client.subscribe('a', LOG)
      },
    ],
  ])('%s closes with the protocol’s code', async (_what, code, act) => {
    const client = await member()
    act(client)
    expect((await client.closing()).code).toBe(code)
  })

  it('an id twice that is short in characters and long in bytes closes its own socket, not the gateway', async () => {
    const client = await connect()
    client.subscribe('€'.repeat(60), LOG)
    client.subscribe('€'.repeat(60), LOG)
    expect(await client.closing()).toEqual({ code: 4409, reason: expect.stringMatching(/^Subscriber for €{35,}$/) })
    const next = await connect()
    next.subscribe('q', '{ analytics }')
    expect(await next.frames('q', 1)).toEqual([{ data: { analytics: 'up' } }])
  })

  it('a client that is refused and does not close its side is let go', async () => {
    const { hostname, port } = new URL(world.url)
    const client = connectTcp({ host: hostname, port: Number(port), allowHalfOpen: true })
    client.write(`GET /nothing HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n`)
    let answer = ''
    client.on('data', (bytes: Buffer) => (answer += bytes.toString('utf8')))
    await once(client, 'end')
    expect(answer).toMatch(/^HTTP\/1\.1 404/)
    // Who is still held takes this in silence.
    const failures: Error[] = []
    client.on('error', (error) => failures.push(error))
    await soon(() => {
      client.write('x')
      expect(failures).not.toEqual([])
    }, 3_000)
    client.destroy()
  })

  it('the protocol is kept before the init as well', async () => {
    const early = new TestClient(world.url)
    await once(early.socket, 'open')
    early.send({ type: 'ping', payload: { a: 1 } })
    await soon(() => expect(early.messages).toEqual([{ type: 'pong' }]))
    early.subscribe('a', LOG)
    expect((await early.closing()).code).toBe(4401)
    const old = new TestClient(world.url, { protocols: [] })
    expect((await old.closing()).code).toBe(4406)
    const mute = new TestClient(world.url)
    expect((await mute.closing()).code).toBe(4408)
  })

  it('queries and mutations run as over HTTP', async () => {
    const client = await member()
    client.subscribe('q', 'query Q($id: ID!) { campaign(id: $id) { name partner { name } } }', { id: 'c1' })
    client.subscribe('m', 'mutation { rename(to: "x") }')
    client.subscribe('bad', '{ nothing }')
    expect(await client.frames('q', 1)).toEqual([{ data: { campaign: { name: 'c1 of acme', partner: { name: 'partner p-c1' } } } }])
    expect(await client.frames('m', 1)).toEqual([{ data: { rename: 'x' } }])
    expect((await client.ending('bad')).payload[0]).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })
  })

  it.each([
    ['no GraphQL', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['too many tokens', `subscription { log { ${'cursor '.repeat(6000)} } }`, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', 'subscription { log { nothing } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a field hidden from clients', 'subscription { secret { number } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['the schema', 'subscription { __schema { description } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['two root fields', 'subscription { ticks { number } flood { number } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a root field under a condition', 'subscription ($b: Boolean!) { ticks @include(if: $b) { number } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['101 aliases', `subscription { log { ${Array.from({ length: 101 }, (_, index) => `a${index}: cursor`).join(' ')} } }`, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'its entries six times',
      'subscription ($b: Boolean = true) { log { a: entries { ...E } b: entries { ...E } c: entries { ...E } ... @include(if: $b) { d: entries { ...E } e: entries { ...E } f: entries { ...E } } } } fragment E on Entry { number }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a value that is too deep', `subscription { ticks(group: ${'['.repeat(17)}${']'.repeat(17)}) { number } }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['a variable of another type', 'subscription ($b: Boolean!) { ticks { number @include(if: $b) } }', 'BAD_USER_INPUT'],
    ['two operations and no name', 'subscription A { ticks { number } } subscription B { ticks { number } }', 'OPERATION_RESOLUTION_FAILURE'],
  ])('%s is refused before anything is opened', async (_what, query, code) => {
    const client = await member()
    client.subscribe('a', query, { b: 'text' })
    expect((await client.ending('a')).payload[0].extensions.code).toBe(code)
    expect(await world.gauge('upstreams')).toBe(0)
    expect(JSON.stringify(client.messages)).not.toMatch(/stack|node_modules/)
  })

  it('a socket carries fifty operations', async () => {
    const client = await member()
    for (let index = 0; index < 51; index += 1) client.subscribe(String(index), LOG)
    expect((await client.ending('50')).payload[0].extensions).toEqual({ code: 'BAD_REQUEST' })
    expect(await world.gauge('operations')).toBe(50)
  })

  it('queries that their client completes, or whose socket it closes, end at the subgraph', async () => {
    world.knobs.nameDelayMs = 60_000
    const [asked, left] = [world.knobs.asked, world.knobs.left]
    const [completing, closing, staying] = [await member(), await member(), await member()]
    for (const client of [completing, closing, staying]) client.subscribe('a', '{ analytics }')
    await soon(() => expect(world.knobs.asked - asked).toBe(3))
    completing.send({ id: 'a', type: 'complete' })
    closing.end()
    await soon(() => expect(world.knobs.left - left).toBe(2))
    world.knobs.nameDelayMs = 0
    completing.subscribe('b', '{ analytics }')
    expect(await completing.frames('b', 1)).toEqual([{ data: { analytics: 'up' } }])
    expect([completing.payloads('a'), staying.payloads('a')]).toEqual([[], []])
    expect(world.knobs.left - left).toBe(2)
  })

  it('fifty mutations that were completed while they run leave no room for more, and are done', async () => {
    world.knobs.nameDelayMs = 1_500
    const { renamed } = world.knobs
    const client = await member()
    for (let index = 0; index < 50; index += 1) {
      client.subscribe(String(index), 'mutation { rename(to: "x") }')
      client.send({ id: String(index), type: 'complete' })
    }
    client.subscribe('more', '{ analytics }')
    expect((await client.ending('more')).payload[0].extensions).toEqual({ code: 'BAD_REQUEST' })
    world.knobs.nameDelayMs = 0
    await soon(async () => {
      const id = crypto.randomUUID()
      client.subscribe(id, '{ analytics }')
      expect((await client.ending(id)).type).toBe('complete')
    })
    expect(client.messages.filter(({ id }) => id?.length === 1)).toEqual([])
    await soon(() => expect(world.knobs.renamed - renamed).toBe(50))
  })

  it('a token that expires ends its socket within five seconds; a fresh one in a ping prolongs it, another’s does not', async () => {
    const [left, kept, stolen, spoiled] = await Promise.all([1, 2, 3, 4].map(() => member({ issuedSecondsAgo: 15 * 60 - 3 })))
    const renew = async (client: TestClient | undefined, authorization: string) => client?.send({ type: 'ping', payload: { authorization } })
    await Promise.all([
      renew(kept, await world.token()),
      renew(stolen, await world.token({ accountId: '018f0000-0000-7000-8000-0000000000dd' })),
      renew(spoiled, 'Bearer x.y.z'),
    ])
    expect((await stolen?.closing())?.code).toBe(4403)
    expect((await spoiled?.closing())?.code).toBe(4401)
    const start = performance.now()
    expect(await left?.closing(8_000)).toEqual({ code: 4401, reason: 'The access token has expired' })
    expect(performance.now() - start).toBeLessThan(5_000)
    kept?.subscribe('a', '{ me }')
    expect(await kept?.frames('a', 1)).toHaveLength(1)
    expect(kept?.messages.filter(({ type }) => type === 'pong')).toEqual([{ type: 'pong' }])
  })

  it('a revoked key ends its sockets within five seconds, one whose rights changed too', async () => {
    const [revoked, changed] = [world.key(), world.key()]
    const [one, other] = [await connect({ authorization: revoked }), await connect({ authorization: changed })]
    one.subscribe('a', LOG)
    world.revoke(revoked)
    const known = world.knobs.keys.get(changed.replace('Bearer ', ''))
    if (known !== undefined) world.knobs.keys.set(changed.replace('Bearer ', ''), { ...known, filters: [{ dimension: 'partner', in: ['p1'] }] })
    expect((await one.closing(6_000)).code).toBe(4401)
    expect((await other.closing(1_500)).code).toBe(4403)
  }, 10_000)

  it('a key of which the database cannot be asked is no bad key: 503 over HTTP, and its sockets stay', async () => {
    const authorization = world.key()
    const client = await connect({ authorization })
    const [other, before] = [world.key(), world.knobs.verified]
    world.knobs.areKeysAway = true
    try {
      expect(await askGateway(world.gateway.url, { query: '{ me }', headers: { authorization: other } })).toMatchObject({
        status: 503,
        codes: ['DOWNSTREAM_UNAVAILABLE'],
      })
      world.passSeconds(5)
      await soon(() => expect(world.knobs.verified).toBeGreaterThan(before + 2))
    } finally {
      world.knobs.areKeysAway = false
    }
    client.subscribe('a', '{ me }')
    expect(await client.frames('a', 1)).toHaveLength(1)
    expect(client.closed).toBe(null)
  })

  it('a ping with the token of another session makes it that session’s', async () => {
    const [first, second] = [crypto.randomUUID(), crypto.randomUUID()]
    const client = await connect({ authorization: await world.token({ sessionId: first }) })
    client.subscribe('a', '{ session }')
    expect(await client.frames('a', 1)).toEqual([{ data: { session: first } }])
    client.send({ type: 'ping', payload: { authorization: await world.token({ sessionId: second }) } })
    await soon(() => expect(client.messages.some(({ type }) => type === 'pong')).toBe(true))
    client.subscribe('b', '{ session }')
    expect(await client.frames('b', 1)).toEqual([{ data: { session: second } }])
  })

  it('subgraphs that complete an event too slowly cost it their fields alone', async () => {
    world.knobs.nameDelayMs = 5_000
    const client = await member()
    client.subscribe('a', 'subscription { log { entries { number campaign { id name partner { name } } } } }')
    await soon(() => expect(world.log.readers).toBe(1))
    const start = performance.now()
    world.log.append('slow')
    const [{ data, errors }] = await client.frames('a', 1)
    world.knobs.nameDelayMs = 0
    expect(performance.now() - start).toBeLessThan(2_000)
    expect(data.log.entries).toEqual([{ number: world.log.entries.length, campaign: { id: expect.any(String), name: null, partner: null } }])
    expect(errors).toEqual([{ message: expect.any(String), path: ['log', 'entries', 0, 'campaign'], extensions: { code: 'DOWNSTREAM_UNAVAILABLE' } }])
  })

  it('who does not answer pings is gone after two, and its upstream with it', async () => {
    const client = await connect({ authorization: await world.token() }, { autoPong: false })
    client.subscribe('a', LOG)
    await soon(() => expect(world.log.readers).toBe(1))
    const healthy = await member()
    expect((await client.closing(3_000)).code).toBe(1006)
    await soon(async () => expect([world.log.readers, await world.gauge('upstreams')]).toEqual([0, 0]))
    expect(healthy.closed).toBe(null)
  })

  it('a subgraph that cannot be reached at all is said to be', async () => {
    await world.stop('analytics')
    const client = await member()
    client.subscribe('a', LOG)
    expect((await client.ending('a')).payload).toEqual([
      { message: 'The analytics service is not available at the moment.', extensions: { code: 'DOWNSTREAM_UNAVAILABLE' } },
    ])
    await world.start('analytics')
  })

  it('over HTTP a subscription is told where to go', async () => {
    const body = JSON.stringify({ query: 'subscription { ticks { number } }' })
    const response = await fetch(`${world.gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { errors: [{ extensions: { code: 'BAD_REQUEST' }, message: expect.stringContaining('graphql-transport-ws') }] },
    ])
  })

  it('a gateway that stops says 1012 to everybody', async () => {
    const other = await startLiveWorld()
    const client = await TestClient.connect(other.url, { authorization: await other.token() })
    client.subscribe('a', LOG)
    await soon(() => expect(other.log.readers).toBe(1))
    await other.close()
    expect((await client.closing()).code).toBe(1012)
    expect(client.messages).toEqual([{ type: 'connection_ack' }])
    expect(other.log.readers).toBe(0)
  })
})
