// urql as its documentation has it: subscriptions over graphql-ws, or over fetch, where it takes Server-Sent Events.
import { cacheExchange, Client, fetchExchange, subscriptionExchange, type OperationResult } from '@urql/core'
import { CloseCode, createClient, type ClientOptions, type Client as SocketClient } from 'graphql-ws'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startLiveWorld, type LiveWorld } from './testing/liveWorld.ts'
import { soon } from './testing/testClient.ts'

const LOG = 'subscription ($after: Cursor) { log(after: $after) { cursor entries { number campaign { partner { name } } } } }'

type Live = { readonly log: { readonly cursor: string; readonly entries: readonly { readonly number: number }[] } }

/** What urql hands to its user. */
class Heard {
  readonly results: OperationResult<Live>[] = []
  readonly unsubscribe: () => void

  constructor(source: { subscribe(listener: (result: OperationResult<Live>) => void): { unsubscribe(): void } }) {
    this.unsubscribe = source.subscribe((result) => void this.results.push(result)).unsubscribe
  }

  get last(): OperationResult<Live> | undefined {
    return this.results.at(-1)
  }

  get codes(): unknown[] | undefined {
    return this.last?.error?.graphQLErrors.map(({ extensions }) => extensions['code'])
  }

  numbers(): number[] {
    return this.results.flatMap(({ data }) => data?.log.entries.map(({ number }) => number) ?? [])
  }
}

describe('urql', () => {
  let world: LiveWorld
  const sockets: SocketClient[] = []
  const heard: Heard[] = []
  const overSockets = (options: Partial<ClientOptions> = {}): Client => {
    const wsClient = createClient({
      url: world.url,
      webSocketImpl: WebSocket,
      connectionParams: async () => ({ authorization: await world.token() }),
      ...options,
    })
    sockets.push(wsClient)
    return new Client({
      url: `${world.gateway.url}/graphql`,
      preferGetMethod: false,
      exchanges: [
        cacheExchange,
        fetchExchange,
        subscriptionExchange({
          forwardSubscription: (request) => ({
            subscribe: ({ next, error, complete }) => ({
              unsubscribe: wsClient.subscribe(
                { ...request, query: request.query ?? '' },
                { next: (result) => next(result as Parameters<typeof next>[0]), error, complete },
              ),
            }),
          }),
        }),
      ],
    })
  }
  const overFetch = (headers: () => { readonly authorization: string }): Client =>
    new Client({
      url: `${world.gateway.url}/graphql`,
      preferGetMethod: false,
      fetchSubscriptions: true,
      fetchOptions: () => ({ headers: headers() }),
      exchanges: [cacheExchange, fetchExchange],
    })
  const over = async (door: string): Promise<Client> => {
    const authorization = await world.token()
    return door === 'sockets' ? overSockets({ retryAttempts: 0 }) : overFetch(() => ({ authorization }))
  }
  const follow = (client: Client, query = LOG, variables: { readonly after?: string | undefined } = {}): Heard => {
    const one = new Heard(client.subscription<Live>(query, variables))
    heard.push(one)
    return one
  }
  const reading = (readers: number) => soon(() => expect(world.log.readers).toBe(readers))
  const quiet = () => soon(async () => expect([await world.gauge('upstreams'), await world.gauge('eventStreams'), world.log.readers]).toEqual([0, 0, 0]))

  beforeAll(async () => {
    world = await startLiveWorld({ liveTimings: { giveUpMs: 500, heartbeatMs: 300 } })
  })
  afterEach(async () => {
    for (const one of heard.splice(0)) one.unsubscribe()
    for (const socket of sockets.splice(0)) await socket.dispose()
    await quiet()
  })
  afterAll(async () => world?.close())

  it.each(['sockets', 'fetch'])('hears results in order with the fields of other subgraphs, and leaves, over %s', async (door) => {
    const first = world.log.entries.length
    const one = follow(await over(door))
    await reading(1)
    world.log.append('a')
    await soon(() => expect(one.numbers()).toEqual([first + 1]))
    expect(one.last?.data?.log).toEqual({
      cursor: String(first + 1),
      entries: [{ number: first + 1, campaign: { partner: { name: `partner p-c${(first + 1) % 3}` } } }],
    })
    world.log.append('b', 'c')
    world.log.append('d')
    await soon(() => expect(one.numbers()).toEqual([1, 2, 3, 4].map((number) => first + number)))
    expect(one.results.every(({ hasNext, error }) => hasNext && error === undefined)).toBe(true)
    one.unsubscribe()
    await reading(0)
  })

  it.each(['sockets', 'fetch'])(
    'hears what ends a stream in its middle, what refuses one, and what one field failed with, by our codes, over %s',
    async (door) => {
      const client = await over(door)
      const failing = follow(client, 'subscription { failing { number word } }')
      const forbidden = follow(client, 'subscription { forbidden { number } }')
      const unknown = follow(client, 'subscription { nothing }')
      const partly = follow(client, 'subscription { ticks { number broken } }')
      await soon(() => expect([failing.codes, forbidden.codes, unknown.codes]).toEqual([['INTERNAL'], ['FORBIDDEN'], ['GRAPHQL_VALIDATION_FAILED']]))
      expect(failing.results[0]).toMatchObject({ data: { failing: { number: 1, word: 'one' } }, error: undefined })
      expect(forbidden.last?.error?.message).toBe('[GraphQL] Not you.')
      await soon(() => expect(partly.results).toHaveLength(2))
      expect(partly.last?.data).toEqual({ ticks: { number: 2, broken: null } })
      expect(partly.last?.error?.graphQLErrors).toMatchObject([{ path: ['ticks', 'broken'], extensions: { code: 'INTERNAL' } }])
    },
  )

  it.each(['sockets', 'fetch'])('takes a gateway that stops for a lost connection and not for the end, and goes on after its cursor, over %s', async (door) => {
    const client = await over(door)
    const first = world.log.entries.length
    let one = follow(client)
    await reading(1)
    const seen: number[] = []
    for (const round of [1, 2]) {
      world.log.append(`up ${round}`)
      await soon(() => expect(one.numbers()).toHaveLength(round))
      seen.push(...one.numbers())
      const after = one.last?.data?.log.cursor
      await world.stopGateway()
      await soon(() => expect(one.last?.error?.networkError).toBeDefined())
      world.log.append(`down ${round}`)
      await world.startGateway()
      one = follow(client, LOG, { after })
    }
    await soon(() => expect(one.numbers()).toHaveLength(1))
    expect([...seen, ...one.numbers()]).toEqual([1, 2, 3, 4].map((number) => first + number))
  })

  it('comes back by itself over sockets, with a fresh token each time', async () => {
    const tokens: string[] = []
    let socket: WebSocket | null = null
    const client = overSockets({
      connectionParams: async () => {
        tokens.push(await world.token())
        return { authorization: tokens.at(-1) }
      },
      on: { connected: (connected) => void (socket = connected as WebSocket) },
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      retryWait: () => new Promise((resolve) => setImmediate(resolve)),
    })
    const one = follow(client)
    await reading(1)
    world.log.append('with the first')
    await soon(() => expect(one.numbers()).toHaveLength(1))
    // What graphql-ws recommends when a token is about to expire.
    const { opened } = world.log
    ;(socket as WebSocket | null)?.close(CloseCode.Forbidden, 'Forbidden')
    await soon(() => expect([world.log.opened, world.log.readers]).toEqual([opened + 1, 1]))
    world.log.append('with the second')
    await soon(() => expect(one.numbers()).toHaveLength(2))
    await world.stopGateway()
    await world.startGateway()
    await soon(() => expect([world.log.opened, world.log.readers]).toEqual([opened + 2, 1]))
    world.log.append('with the last')
    await soon(() => expect(one.numbers()).toHaveLength(3))
    expect(new Set(tokens).size).toBe(tokens.length)
    expect(tokens.length).toBeGreaterThan(2)
  })

  it('over fetch a credential that is refused is an error with its code, and a fresh one is taken with the next question', async () => {
    const revoked = world.key()
    let authorization = 'Bearer a.b.c'
    const client = overFetch(() => ({ authorization }))
    const refused = follow(client)
    await soon(() => expect(refused.codes).toEqual(['UNAUTHENTICATED']))
    authorization = revoked
    const one = follow(client, LOG, { after: '0' })
    await soon(() => expect(one.results[0]?.data?.log.entries[0]?.number).toBe(1))
    world.revoke(revoked)
    await soon(() => expect(one.codes).toEqual(['UNAUTHENTICATED']))
    authorization = await world.token()
    const other = follow(client, LOG, { after: '1' })
    await soon(() => expect(other.results[0]?.data?.log.entries[0]?.number).toBe(2))
  })

  it('asks queries and mutations beside its streams', async () => {
    const client = await over('fetch')
    expect((await client.query('query Q($id: ID!) { campaign(id: $id) { name } }', { id: 'c1' }).toPromise()).data).toMatchObject({
      campaign: { name: 'c1 of acme' },
    })
    expect((await client.mutation('mutation { rename(to: "x") }', {}).toPromise()).data).toEqual({ rename: 'x' })
    expect((await client.query('{ nothing }', {}).toPromise()).error?.graphQLErrors[0]?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' })
  })
})
