// graphql-sse as its documentation has it, in distinct connections mode.
import { createClient, NetworkError, type Client, type ClientOptions, type ExecutionResult, type RequestParams } from 'graphql-sse'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startLiveWorld, type LiveWorld } from './testing/liveWorld.ts'
import { soon } from './testing/testClient.ts'

const LOG = 'subscription ($after: Cursor) { log(after: $after) { cursor entries { number campaign { partner { name } } } } }'

type Live = { readonly log: { readonly cursor: string; readonly entries: readonly { readonly number: number }[] } }

class Heard {
  readonly results: ExecutionResult<Live>[] = []
  error: unknown = null
  isOver = false
  readonly unsubscribe: () => void

  constructor(client: Client, request: RequestParams) {
    this.unsubscribe = client.subscribe<Live, Record<string, unknown>>(request, {
      next: (result) => void this.results.push(result),
      error: (error) => void (this.error = error),
      complete: () => void (this.isOver = true),
    })
  }

  get cursor(): string | undefined {
    return this.results.at(-1)?.data?.log.cursor
  }

  get codes(): unknown[] | undefined {
    return this.results.at(-1)?.errors?.map(({ extensions }) => extensions['code'])
  }

  numbers(): number[] {
    return this.results.flatMap(({ data }) => data?.log.entries.map(({ number }) => number) ?? [])
  }
}

describe('graphql-sse', () => {
  let world: LiveWorld
  const clients: Client[] = []
  const connect = (options: Partial<ClientOptions> = {}): Client => {
    const client = createClient({ url: `${world.gateway.url}/graphql`, headers: async () => ({ authorization: await world.token() }), ...options })
    clients.push(client)
    return client
  }
  const reading = (readers: number) => soon(() => expect(world.log.readers).toBe(readers))
  const quiet = () => soon(async () => expect([await world.gauge('upstreams'), await world.gauge('eventStreams'), world.log.readers]).toEqual([0, 0, 0]))
  const read = async (client: Client, query: string): Promise<readonly ExecutionResult<any>[]> => {
    const results: ExecutionResult<any>[] = []
    for await (const result of client.iterate<any, Record<string, unknown>>({ query })) results.push(result)
    return results
  }

  beforeAll(async () => {
    world = await startLiveWorld({ liveTimings: { giveUpMs: 500, heartbeatMs: 300 } })
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.dispose()
    await quiet()
  })
  afterAll(async () => world?.close())

  it('hears a query and a mutation once, and a stream in order with the fields of other subgraphs, until it leaves', async () => {
    const client = connect()
    expect(await read(client, '{ analytics }')).toEqual([{ data: { analytics: 'up' } }])
    expect(await read(client, 'mutation { rename(to: "x") }')).toEqual([{ data: { rename: 'x' } }])
    const first = world.log.entries.length
    const one = new Heard(client, { query: LOG })
    await reading(1)
    world.log.append('a')
    await soon(() => expect(one.numbers()).toEqual([first + 1]))
    expect(one.results[0]?.data?.log.entries).toEqual([{ number: first + 1, campaign: { partner: { name: `partner p-c${(first + 1) % 3}` } } }])
    world.log.append('b', 'c')
    world.log.append('d')
    await soon(() => expect(one.numbers()).toEqual([1, 2, 3, 4].map((number) => first + number)))
    expect([one.error, one.isOver]).toEqual([null, false])
    one.unsubscribe()
    await reading(0)
  })

  it('hears what ends a stream in its middle, what refuses one, and what one field failed with, by our codes', async () => {
    const client = connect()
    const codes = async (query: string) => (await read(client, query)).map(({ data, errors }) => [data, errors?.map(({ extensions }) => extensions['code'])])
    expect(await codes('subscription { failing { number word } }')).toEqual([
      [{ failing: { number: 1, word: 'one' } }, undefined],
      [undefined, ['INTERNAL']],
    ])
    expect(await codes('subscription { forbidden { number } }')).toEqual([[undefined, ['FORBIDDEN']]])
    expect(await codes('subscription { nothing }')).toEqual([[undefined, ['GRAPHQL_VALIDATION_FAILED']]])
    const partly = client.iterate<any>({ query: 'subscription { ticks { number broken } }' })
    expect((await partly.next()).value).toMatchObject({ data: { ticks: { number: 1, broken: null } }, errors: [{ path: ['ticks', 'broken'] }] })
    await partly.return?.()
  })

  it('comes back by itself when the gateway restarts, and goes on where it was: by Last-Event-ID, or by a variable that moves', async () => {
    const first = world.log.entries.length
    let [byHeader, byVariable]: (Heard | null)[] = [null, null]
    // Asked for each connection anew: a fresh token, and the cursor of the last result.
    const headers = async (): Promise<Record<string, string>> => {
      const authorization = await world.token()
      return byHeader?.cursor === undefined ? { authorization } : { authorization, 'last-event-id': byHeader.cursor }
    }
    const variables = {
      get after() {
        return byVariable?.cursor
      },
    }
    byHeader = new Heard(connect({ headers }), { query: LOG })
    byVariable = new Heard(connect(), { query: LOG, variables })
    const expected = (count: number) =>
      soon(() => {
        const numbers = Array.from({ length: count }, (_, index) => first + index + 1)
        expect([byHeader?.numbers(), byVariable?.numbers()]).toEqual([numbers, numbers])
      }, 20_000)
    await reading(2)
    world.log.append('before')
    await expected(1)
    for (const round of [1, 2]) {
      await world.stopGateway()
      world.log.append(`away ${round}`, `away too ${round}`)
      await world.startGateway()
      await expected(round * 3)
      world.log.append(`back ${round}`)
      await expected(round * 3 + 1)
    }
    expect([byHeader.error, byVariable.error]).toEqual([null, null])
  }, 90_000)

  it('what was asked once is answered while the gateway stops, and is not asked again', async () => {
    const client = connect()
    world.knobs.nameDelayMs = 1_500
    const { asked } = world.knobs
    const answers = read(client, '{ analytics }')
    await soon(() => expect(world.knobs.asked).toBe(asked + 1))
    await world.stopGateway()
    world.knobs.nameDelayMs = 0
    expect(await answers).toEqual([{ data: { analytics: 'up' } }])
    expect(world.knobs.asked).toBe(asked + 1)
    await world.startGateway()
  })

  it('a credential that is refused is a network error with its status and code; asked again, a fresh one is taken', async () => {
    const stale = connect({ headers: { authorization: 'Bearer a.b.c' }, retryAttempts: 0 })
    const refused = new Heard(stale, { query: LOG })
    await soon(() => expect(refused.error).toBeInstanceOf(NetworkError))
    const { response } = refused.error as NetworkError<Response>
    expect([response?.status, await response?.json()]).toMatchObject([401, { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }])
    let asked = 0
    const fresh = new Heard(
      connect({
        headers: async () => {
          asked += 1
          return { authorization: asked === 1 ? 'Bearer a.b.c' : await world.token() }
        },
      }),
      { query: LOG, variables: { after: '0' } },
    )
    await soon(() => expect(fresh.numbers()[0]).toBe(1), 20_000)
    expect(asked).toBe(2)
  }, 30_000)

  it('a key that is revoked under its stream is a last result with the code, and then the end', async () => {
    const authorization = world.key()
    const one = new Heard(connect({ headers: { authorization } }), { query: LOG })
    await reading(1)
    world.revoke(authorization)
    await soon(() => expect([one.codes, one.isOver, one.error]).toEqual([['UNAUTHENTICATED'], true, null]))
  })
})
