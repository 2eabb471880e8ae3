import { once } from 'node:events'
import { ApolloClient, gql, InMemoryCache } from '@apollo/client/core/index.js'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions/index.js'
import { createClient } from 'graphql-ws'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startLiveWorld, type LiveWorld } from './testing/liveWorld.ts'
import { soon, TestClient } from './testing/testClient.ts'

const LOG = 'subscription ($after: Cursor, $only: [String!]) { log(after: $after, only: $only) { cursor entries { number text } } }'

describe('graphql-transport-ws to the letter', () => {
  let world: LiveWorld
  const clients: { end(): void }[] = []
  const connect = async (): Promise<TestClient> => {
    const client = await TestClient.connect(world.url, { authorization: await world.token() })
    clients.push(client)
    return client
  }
  /** Open, and nothing said yet. */
  const bare = async (protocols?: string[]): Promise<TestClient> => {
    const client = new TestClient(world.url, { protocols })
    clients.push(client)
    await once(client.socket, 'open')
    return client
  }
  const reading = (readers: number) => soon(() => expect(world.log.readers).toBe(readers))

  beforeAll(async () => {
    world = await startLiveWorld()
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end()
    await reading(0)
  })
  afterAll(async () => world?.close())

  it.each([
    ['an id that is empty', { type: 'subscribe', id: '', payload: { query: '{ me }' } }],
    ['an id that is a number', { type: 'subscribe', id: 1, payload: { query: '{ me }' } }],
    ['no id', { type: 'subscribe', payload: { query: '{ me }' } }],
    ['no payload', { type: 'subscribe', id: 'a' }],
    ['a query that is no text', { type: 'subscribe', id: 'a', payload: { query: 1 } }],
    ['an operationName that is no text', { type: 'subscribe', id: 'a', payload: { query: '{ me }', operationName: 1 } }],
    ['variables that are no object', { type: 'subscribe', id: 'a', payload: { query: '{ me }', variables: 'a' } }],
    ['a ping with text', { type: 'ping', payload: 'text' }],
    ['a pong with a list', { type: 'pong', payload: [1] }],
    ['a complete without id', { type: 'complete' }],
    ['no type', { id: 'a' }],
    ['a type that is no text', { type: 1 }],
    ['null', null],
    ['a list', [{ type: 'ping' }]],
    ['a next of the client’s', { type: 'next', id: 'a', payload: { data: null } }],
    ['an error of the client’s', { type: 'error', id: 'a', payload: [{ message: 'x' }] }],
  ])('%s closes with 4400, after the init and before it', async (_what, message) => {
    for (const client of [await connect(), await bare()]) {
      client.socket.send(JSON.stringify(message))
      expect((await client.closing()).code).toBe(4400)
    }
  })

  it('an init whose payload is no object closes with 4400', async () => {
    for (const payload of ['text', [1], 7]) {
      const client = await bare()
      client.socket.send(JSON.stringify({ type: 'connection_init', payload }))
      expect([payload, (await client.closing()).code]).toEqual([payload, 4400])
    }
  })

  it('a second init closes with 4429 also while the first is looked at, and a subscribe before the ack with 4401', async () => {
    world.knobs.keyDelayMs = 1_000
    try {
      const [twice, hasty] = [await bare(), await bare()]
      for (const client of [twice, hasty]) client.send({ type: 'connection_init', payload: { authorization: world.key() } })
      twice.send({ type: 'connection_init' })
      hasty.subscribe('a', '{ me }')
      expect([(await twice.closing()).code, (await hasty.closing()).code]).toEqual([4429, 4401])
      expect([twice.messages, hasty.messages]).toEqual([[], []])
    } finally {
      world.knobs.keyDelayMs = 0
    }
  })

  it('a client of the old protocol is told with 4406; one that knows both is served by the new', async () => {
    const old = new TestClient(world.url, { protocols: ['graphql-ws'] })
    // Its own library takes a server that chose nothing for an error.
    await soon(() => expect(old.closed).not.toBe(null))
    expect([1006, 4406]).toContain(old.closed?.code)
    const both = await bare(['graphql-ws', 'graphql-transport-ws'])
    both.send({ type: 'connection_init' })
    await soon(() => expect(both.messages).toEqual([{ type: 'connection_ack' }]))
  })

  it('a ping has its pong whatever it carries, a pong and a complete of nothing are taken in silence', async () => {
    const client = await connect()
    client.send({ type: 'pong' })
    client.send({ type: 'pong', payload: { a: 1 } })
    client.send({ type: 'complete', id: 'nothing' })
    client.send({ type: 'ping' })
    client.send({ type: 'ping', payload: { a: 1 } })
    await soon(() => expect(client.messages.slice(1)).toEqual([{ type: 'pong' }, { type: 'pong' }]))
    expect(client.closed).toBe(null)
  })

  it('an id of two hundred characters is an id, and one may be used again once its operation is over, whoever ended it', async () => {
    const client = await connect()
    const id = 'é'.repeat(200)
    for (const round of [1, 2, 3]) {
      client.subscribe(id, '{ analytics }')
      await soon(() => expect(client.messages.filter((message) => message.id === id && message.type === 'complete')).toHaveLength(round))
    }
    client.subscribe('r', 'subscription { forbidden { number } }')
    await client.ending('r')
    client.subscribe('r', '{ analytics }')
    expect(await client.frames('r', 1)).toEqual([{ data: { analytics: 'up' } }])
  })

  it('after a complete nothing comes under its id but what is asked for next, however close', async () => {
    const client = await connect()
    client.subscribe('a', LOG, { only: ['one'] })
    await reading(1)
    for (let round = 0; round < 20; round += 1) {
      world.log.append('one')
      client.send({ type: 'complete', id: 'a' })
      client.subscribe('a', LOG, { only: [`other ${round}`] })
    }
    client.subscribe('m', '{ analytics }')
    await client.ending('m')
    const { length } = client.payloads('a')
    await reading(1)
    world.log.append('one', 'other 19')
    await client.frames('a', length + 1)
    expect(client.payloads('a').at(-1).data.log.entries).toEqual([{ number: world.log.entries.length, text: 'other 19' }])
    expect(client.messages.filter(({ type }) => type === 'complete').map(({ id }) => id)).toEqual(['m'])
  })

  it('@apollo/client follows, leaves, comes back with its cursor and goes on after a gateway that restarted', async () => {
    const authorization = await world.token()
    const link = new GraphQLWsLink(createClient({ url: world.url, webSocketImpl: WebSocket, connectionParams: { authorization }, retryAttempts: 0 }))
    const apollo = new ApolloClient({ link, cache: new InMemoryCache() })
    const seen: number[] = []
    let [after, failures, isOver]: [string | undefined, number, boolean] = [undefined, 0, false]
    type Live = { readonly log: { readonly cursor: string; readonly entries: readonly { readonly number: number }[] } }
    const follow = (): { unsubscribe(): void } =>
      apollo.subscribe<Live>({ query: gql(LOG), variables: { after } }).subscribe({
        next: ({ data }) => {
          after = data?.log.cursor
          seen.push(...(data?.log.entries ?? []).map(({ number }) => number))
        },
        error: () => {
          failures += 1
          if (!isOver) subscription = follow()
        },
      })
    let subscription = follow()
    await reading(1)
    const first = world.log.entries.length
    const expected = (count: number) => soon(() => expect(seen).toEqual(Array.from({ length: count }, (_, index) => first + index + 1)))
    world.log.append('a')
    await expected(1)
    subscription.unsubscribe()
    await reading(0)
    world.log.append('b')
    subscription = follow()
    await expected(2)
    await world.stopGateway()
    world.log.append('c')
    await world.startGateway()
    await expected(3)
    world.log.append('d')
    await expected(4)
    expect(failures).toBeGreaterThan(0)
    isOver = true
    subscription.unsubscribe()
    apollo.stop()
  })

  it('@apollo/client hears of the end of a stream and of its errors', async () => {
    const authorization = await world.token()
    const socket = createClient({ url: world.url, webSocketImpl: WebSocket, connectionParams: { authorization }, retryAttempts: 0 })
    const apollo = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() })
    const heard = (query: string) =>
      new Promise<unknown>((resolve) => {
        const results: unknown[] = []
        apollo.subscribe({ query: gql(query) }).subscribe({
          next: ({ data, errors }) => void results.push({ data, errors }),
          error: (error: unknown) => resolve([...results, error]),
          complete: () => resolve([...results, 'complete']),
        })
      })
    expect(await heard('{ analytics }')).toEqual([{ data: { analytics: 'up' } }, 'complete'])
    expect(await heard('subscription { forbidden { number } }')).toEqual([expect.objectContaining({ message: 'Not you.' })])
    await socket.dispose()
    apollo.stop()
  })
})
