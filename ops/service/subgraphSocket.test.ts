import { once } from 'node:events'
import { GraphQLObjectType, GraphQLInt, GraphQLNonNull, GraphQLSchema, GraphQLString } from 'graphql'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createLogger } from '#ops/logging.ts'
import { ANONYMOUS, signIdentity, type Identity, type SubgraphName } from '#ops/security/identity.ts'
import { createSigningKeyPair, type SigningKeyPair } from '#ops/security/signingKeys.ts'
import type { ServiceContext } from './context.ts'
import { failure } from './errors.ts'
import { startSubgraph, type RunningSubgraph } from './startSubgraph.ts'

/** A machine that does much else needs longer than a second. */
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000, interval: 20 })

type Message = { readonly type: string; readonly id?: string; readonly payload?: unknown }
type Context = ServiceContext & { readonly signal: AbortSignal | null }

const VIEWER: Identity = {
  ...ANONYMOUS,
  kind: 'key',
  subjectId: crypto.randomUUID(),
  tenantId: crypto.randomUUID(),
  tenantSlug: 'acme',
  scopes: ['conversions:read'],
}

describe('a subgraph’s socket', () => {
  let keys: SigningKeyPair
  let subgraph: RunningSubgraph
  let skewMs = 0
  const signals: AbortSignal[] = []
  const sockets: WebSocket[] = []
  const text = (subscribe: (context: Context) => AsyncIterable<unknown>) => ({
    type: GraphQLString,
    resolve: (event: unknown, _args: object, { identity }: Context) => `${String(event)} for ${identity.tenantSlug}`,
    subscribe: (_root: unknown, _args: object, context: Context) => subscribe(context),
  })
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { up: { type: GraphQLString } } }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: {
        quiet: text(async function* quiet({ signal }) {
          if (signal !== null) signals.push(signal)
          yield 'one'
          await new Promise(() => {})
        }),
        breaking: text(async function* breaking() {
          yield 'one'
          throw new TypeError('the password is hunter2')
        }),
        refused: text(() => {
          throw failure('FORBIDDEN', { message: 'Not you.' })
        }),
        odd: {
          type: new GraphQLNonNull(GraphQLInt),
          subscribe: async function* odd() {
            yield 'no number'
          },
          resolve: (event: unknown) => event,
        },
      },
    }),
  })
  const now = () => new Date(Date.now() + skewMs)
  const sign = ({ identity = VIEWER, audience = 'analytics', at = now() }: { identity?: Identity; audience?: SubgraphName; at?: Date } = {}) =>
    signIdentity({ identity, audience, privateKey: keys.privateKey, now: at })

  async function open(payload?: object) {
    const socket = new WebSocket(`${subgraph.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    sockets.push(socket)
    const messages: Message[] = []
    let code: number | null = null
    socket.on('message', (bytes: Buffer) => messages.push(JSON.parse(bytes.toString('utf8')) as Message))
    socket.on('close', (closed) => {
      code = closed
    })
    await once(socket, 'open')
    const send = (message: object): void => socket.send(JSON.stringify(message))
    send({ type: 'connection_init', payload })
    const subscribe = (query: string): void => send({ id: query, type: 'subscribe', payload: { query } })
    await soon(() => expect(messages.length > 0 || code !== null).toBe(true))
    return { socket, messages, send, subscribe, code: () => code }
  }

  beforeAll(async () => {
    keys = await createSigningKeyPair()
    subgraph = await startSubgraph<Context>({
      config: { name: 'analytics', host: '127.0.0.1', port: 0, adminPort: 0, identityPublicKey: keys.publicKey },
      schema,
      createContext: (base, { signal }) => ({ ...base, signal }),
      log: createLogger({ name: 'test', level: 'silent' }),
      now,
    })
  })
  afterAll(async () => {
    for (const socket of sockets) socket.terminate()
    await subgraph?.close()
  })

  it('belongs to whom the signed identity names, and its events too', async () => {
    const { messages, subscribe } = await open({ identity: await sign() })
    subscribe('subscription { quiet }')
    await soon(() => expect(messages).toHaveLength(2))
    expect(messages).toEqual([{ type: 'connection_ack' }, { type: 'next', id: 'subscription { quiet }', payload: { data: { quiet: 'one for acme' } } }])
  })

  it('is closed for everybody else', async () => {
    const other = await createSigningKeyPair()
    const forged = await signIdentity({ identity: VIEWER, audience: 'analytics', privateKey: other.privateKey, now: now() })
    const bad = [
      undefined,
      {},
      { identity: 7 },
      { identity: 'x.y.z' },
      { identity: forged },
      { identity: await sign({ audience: 'campaign' }) },
      { identity: await sign({ at: new Date(Date.now() - 60_000) }) },
    ]
    for (const payload of bad) {
      const { code, subscribe, messages } = await open(payload)
      subscribe('subscription { quiet }')
      await soon(() => expect(code()).toBe(4403))
      expect(messages).toEqual([])
    }
    const early = new WebSocket(`${subgraph.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    await once(early, 'open')
    early.send('{"type":"subscribe","id":"1","payload":{"query":"subscription { quiet }"}}')
    expect((await once(early, 'close'))[0]).toBe(4401)
    const elsewhere = new WebSocket(`${subgraph.url.replace('http', 'ws')}/health`, 'graphql-transport-ws')
    elsewhere.on('error', () => {})
    expect(((await once(elsewhere, 'unexpected-response'))[1] as { statusCode: number }).statusCode).toBe(404)
    elsewhere.terminate()
  })

  it('is closed when the identity expires, unless a ping renewed it; another’s identity does not renew it', async () => {
    const [left, kept, stolen] = [await open({ identity: await sign() }), await open({ identity: await sign() }), await open({ identity: await sign() })]
    stolen.send({ type: 'ping', payload: { identity: await sign({ identity: { ...VIEWER, scopes: [] } }) } })
    await soon(() => expect(stolen.code()).toBe(4403))
    skewMs += 20_000
    kept.send({ type: 'ping', payload: { identity: await sign() } })
    await soon(() => expect(kept.messages.at(-1)).toEqual({ type: 'pong' }))
    skewMs += 15_000
    await soon(() => expect(left.code()).toBe(4401))
    kept.subscribe('subscription { refused }')
    await soon(() => expect(kept.messages).toHaveLength(4))
    expect(kept.messages[2]?.payload).toEqual({
      errors: [{ message: 'Not you.', locations: [{ line: 1, column: 16 }], path: ['refused'], extensions: { code: 'FORBIDDEN' } }],
    })
  })

  it('tells nothing of what fails inside', async () => {
    const { messages, subscribe } = await open({ identity: await sign() })
    subscribe('subscription { breaking }')
    subscribe('subscription { odd }')
    await soon(() => expect(messages.filter(({ type }) => type === 'error')).toHaveLength(1))
    await soon(() => expect(messages.filter(({ type }) => type === 'next')).toHaveLength(2))
    expect(messages.find(({ type }) => type === 'error')?.payload).toEqual([
      { message: expect.stringMatching(/^Something went wrong/), extensions: { code: 'INTERNAL', requestId: expect.any(String) } },
    ])
    expect(JSON.stringify(messages)).not.toMatch(/hunter2|stack|TypeError|Int cannot/)
  })

  it('carries subscriptions alone', async () => {
    const { messages, subscribe } = await open({ identity: await sign() })
    for (const query of ['{ up }', '{ nothing }', 'subscription {']) subscribe(query)
    await soon(() => expect(messages).toHaveLength(4))
    expect(messages.slice(1).map(({ payload }) => (payload as { extensions: object }[])[0]?.extensions)).toEqual([
      { code: 'BAD_REQUEST' },
      { code: 'GRAPHQL_VALIDATION_FAILED' },
      { code: 'GRAPHQL_PARSE_FAILED' },
    ])
  })

  it('tells a quiet stream that nobody listens any more: by complete, and by a lost socket', async () => {
    signals.length = 0
    const { socket, messages, send, subscribe } = await open({ identity: await sign() })
    subscribe('subscription { quiet }')
    subscribe('subscription A { quiet }')
    await soon(() => expect(messages).toHaveLength(3))
    send({ type: 'complete', id: 'subscription { quiet }' })
    await soon(() => expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]))
    socket.terminate()
    await soon(() => expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]))
    await soon(async () => expect(await subgraph.metrics.registry.getSingleMetricAsString('umg_live')).toMatch(/what="operations"[^}]*\} 0/))
  })

  it('is told to come again when the subgraph stops', async () => {
    const { code, messages, subscribe } = await open({ identity: await sign() })
    subscribe('subscription { quiet }')
    await soon(() => expect(messages).toHaveLength(2))
    await subgraph.close()
    await soon(() => expect(code()).toBe(1012))
    expect(messages.filter(({ type }) => type === 'complete')).toEqual([])
  })
})
