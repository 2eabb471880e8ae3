// Apollo Client without WebSockets: its HttpLink asks for subscriptions as its router answers them. Over graphql-ws see protocol.test.ts.
import { ApolloClient, ApolloError, gql, HttpLink, InMemoryCache, type ServerError } from '@apollo/client/core/index.js'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { EventClient } from './testing/eventClient.ts'
import { startLiveWorld, type LiveWorld } from './testing/liveWorld.ts'
import { soon } from './testing/testClient.ts'

const LOG = 'subscription ($after: Cursor) { log(after: $after) { cursor entries { number campaign { partner { name } } } } }'
const ACCEPT = 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json'

type Live = { readonly log?: { readonly cursor: string; readonly entries: readonly { readonly number: number }[] } }

/** What Apollo Client hands to its user. */
class Heard {
  readonly results: (Live | null | undefined)[] = []
  error: unknown = null
  isOver = false
  readonly unsubscribe: () => void

  constructor(apollo: ApolloClient<unknown>, query: string, variables: { readonly after?: string | undefined }) {
    const subscription = apollo.subscribe<Live>({ query: gql(query), variables }).subscribe({
      next: ({ data }) => void this.results.push(data),
      error: (error: unknown) => void (this.error = error),
      complete: () => void (this.isOver = true),
    })
    this.unsubscribe = () => subscription.unsubscribe()
  }

  numbers(): number[] {
    return this.results.flatMap((data) => data?.log?.entries.map(({ number }) => number) ?? [])
  }
}

describe('@apollo/client over HTTP', () => {
  let world: LiveWorld
  const heard: { unsubscribe(): void }[] = []
  const connect = async (): Promise<ApolloClient<unknown>> => {
    const link = new HttpLink({ uri: `${world.gateway.url}/graphql`, headers: { authorization: await world.token() } })
    return new ApolloClient({ link, cache: new InMemoryCache() })
  }
  const follow = (apollo: ApolloClient<unknown>, query = LOG, variables: { readonly after?: string | undefined } = {}): Heard => {
    const one = new Heard(apollo, query, variables)
    heard.push(one)
    return one
  }
  const open = async (query: string, accept: string): Promise<EventClient> => {
    const client = await EventClient.open(`${world.gateway.url}/graphql`, { query }, { headers: { authorization: await world.token(), accept } })
    heard.push({ unsubscribe: () => client.end() })
    return client
  }
  const reading = (readers: number) => soon(() => expect(world.log.readers).toBe(readers))
  const quiet = () => soon(async () => expect([await world.gauge('upstreams'), await world.gauge('eventStreams'), world.log.readers]).toEqual([0, 0, 0]))

  beforeAll(async () => {
    world = await startLiveWorld({ liveTimings: { giveUpMs: 500, heartbeatMs: 300 } })
  })
  afterEach(async () => {
    for (const one of heard.splice(0)) one.unsubscribe()
    await quiet()
  })
  afterAll(async () => world?.close())

  it('hears results in order with the fields of other subgraphs, and leaves', async () => {
    const apollo = await connect()
    const first = world.log.entries.length
    const one = follow(apollo)
    await reading(1)
    world.log.append('a')
    await soon(() => expect(one.numbers()).toEqual([first + 1]))
    expect(one.results[0]?.log?.entries).toMatchObject([{ campaign: { partner: { name: `partner p-c${(first + 1) % 3}` } } }])
    world.log.append('b', 'c')
    world.log.append('d')
    await soon(() => expect(one.numbers()).toEqual([1, 2, 3, 4].map((number) => first + number)))
    expect([one.error, one.isOver]).toEqual([null, false])
    expect((await apollo.query({ query: gql('{ analytics }') })).data).toEqual({ analytics: 'up' })
    one.unsubscribe()
    await reading(0)
  })

  it('hears what ends a stream in its middle, what refuses one, and what one field failed with, by our codes', async () => {
    const apollo = await connect()
    const failing = follow(apollo, 'subscription { failing { number word } }')
    const forbidden = follow(apollo, 'subscription { forbidden { number } }')
    const partly = follow(apollo, 'subscription { ticks { number broken } }')
    const unknown = follow(apollo, 'subscription { nothing }')
    await soon(() => expect([failing, forbidden, partly, unknown].every(({ error }) => error !== null)).toBe(true))
    expect(failing.results).toMatchObject([{ failing: { number: 1, word: 'one' } }])
    for (const { error } of [failing, forbidden, partly]) expect(error).toBeInstanceOf(ApolloError)
    expect(failing.error).toMatchObject({ protocolErrors: [{ extensions: { code: 'INTERNAL' } }] })
    expect(forbidden.error).toMatchObject({ message: 'Not you.', protocolErrors: [{ extensions: { code: 'FORBIDDEN' } }] })
    expect(partly.error).toMatchObject({ graphQLErrors: [{ path: ['ticks', 'broken'], extensions: { code: 'INTERNAL' } }] })
    const { statusCode, result } = unknown.error as ServerError
    expect([statusCode, result]).toMatchObject([400, { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }])
  })

  it('takes a gateway that stops for a lost connection and not for the end, and goes on after its cursor', async () => {
    const apollo = await connect()
    const first = world.log.entries.length
    const one = follow(apollo)
    await reading(1)
    world.log.append('before')
    await soon(() => expect(one.numbers()).toHaveLength(1))
    await world.stopGateway()
    await soon(() => expect(one.error).not.toBe(null))
    expect(one.isOver).toBe(false)
    world.log.append('away')
    await world.startGateway()
    const other = follow(apollo, LOG, { after: one.results.at(-1)?.log?.cursor })
    await soon(() => expect([...one.numbers(), ...other.numbers()]).toEqual([first + 1, first + 2]))
  })

  it('the answer is Apollo’s multipart protocol 1.0: heartbeats, payloads, and errors that end it beside the payload', async () => {
    const quiet = await open(LOG, 'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0", application/json')
    expect([quiet.status, quiet.response.headers['content-type']]).toEqual([200, 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0'])
    const part = (json: string): string => `\r\n--graphql\r\ncontent-type: application/json\r\n\r\n${json}`
    const received: string[] = []
    quiet.response.on('data', (text: string) => void received.push(text))
    await soon(() => expect(received.join('').split(part('{}')).length).toBeGreaterThan(3))
    const failing = await open('subscription { forbidden { number } }', ACCEPT)
    const texts: string[] = []
    failing.response.on('data', (text: string) => void texts.push(text))
    await failing.ending()
    expect(texts.join('')).toMatch(/\r\n--graphql--\r\n$/)
    expect(texts.join('')).toContain('{"payload":null,"errors":[{"message":"Not you.","extensions":{"code":"FORBIDDEN"}}]}')
  })

  it('other kinds of multipart are no wish for a stream, and events are preferred where both are taken', async () => {
    for (const accept of [
      'multipart/mixed;deferSpec=20220824,application/json',
      'multipart/mixed;subscriptionSpec=2.0,application/json',
      'multipart/mixed;subscriptionSpec=1.0;q=0,*/*',
    ]) {
      const client = await open(LOG, accept)
      expect([accept, client.status, await client.json()]).toMatchObject([
        accept,
        400,
        { errors: [{ message: expect.stringContaining('multipart/mixed;subscriptionSpec=1.0') }] },
      ])
    }
    expect((await open(LOG, `text/event-stream, ${ACCEPT}`)).response.headers['content-type']).toMatch(/^text\/event-stream/)
    expect(await (await open('{ analytics }', ACCEPT)).json()).toEqual({ data: { analytics: 'up' } })
  })
})
