import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { ANONYMOUS, verifyIdentity } from '#ops/security/identity.ts'
import { createSigningKeyPair } from '#ops/security/signingKeys.ts'
import { createIdentitySigner } from './identitySigner.ts'
import { createUpstream, type Caller, type Upstream } from './upstream.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const QUESTION = { query: '{ a }', isRepeatable: true }
const keys = await createSigningKeyPair()

describe('a subgraph as the gateway reaches it', () => {
  const closing: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close()
  })

  async function serve(
    listener: RequestListener,
    { name = 'campaign', timeoutMs }: { name?: Upstream['name']; timeoutMs?: number } = {},
  ): Promise<{ upstream: Upstream; server: Server }> {
    const server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const signFor = createIdentitySigner({ privateKey: keys.privateKey, now: () => new Date() })
    const upstream = createUpstream({ name, url: `http://127.0.0.1:${address.port}/graphql`, signFor, timeoutMs })
    closing.push(
      async () => server.closeAllConnections(),
      () => new Promise((resolve) => server.close(resolve)),
      () => upstream.close(),
    )
    return { upstream, server }
  }

  function callerOf(change: Partial<Caller> = {}): Caller & { readonly cookies: string[] } {
    const cookies: string[] = []
    return {
      identity: ANONYMOUS,
      requestId: 'request-1',
      log: silent,
      clientAddress: '10.0.0.1',
      userAgent: 'test',
      cookie: 'umg_refresh=x',
      addCookie: (text) => void cookies.push(text),
      signal: null,
      cookies,
      ...change,
    }
  }

  it('gets an identity signed for it and the address of the client for the audit log, and neither the cookie nor the name of the program', async () => {
    const seen: IncomingMessage['headers'][] = []
    const { upstream } = await serve((request, response) => {
      seen.push(request.headers)
      response.setHeader('set-cookie', 'stolen=1').end('{"data":{"a":1}}')
    })
    const caller = callerOf()
    expect((await upstream.send(QUESTION, caller)).data).toEqual({ a: 1 })
    const [headers = {}] = seen
    expect(await verifyIdentity({ token: String(headers['umg-identity']), audience: 'campaign', publicKey: keys.publicKey, now: new Date() })).toEqual(
      ANONYMOUS,
    )
    expect(headers).toMatchObject({ 'umg-request-id': 'request-1' })
    expect([headers.cookie, headers['umg-client-agent'], headers['umg-client-address'], caller.cookies]).toEqual([undefined, undefined, '10.0.0.1', []])
  })

  it('gets the cookie and the name of the program too when it is auth, whose cookies come back', async () => {
    const seen: IncomingMessage['headers'][] = []
    const { upstream } = await serve(
      (request, response) => {
        seen.push(request.headers)
        response.setHeader('set-cookie', ['a=1', 'b=2']).end('{"data":{}}')
      },
      { name: 'auth' },
    )
    const caller = callerOf()
    await upstream.send(QUESTION, caller)
    expect(seen[0]).toMatchObject({ cookie: 'umg_refresh=x', 'umg-client-address': '10.0.0.1', 'umg-client-agent': 'test' })
    expect(caller.cookies).toEqual(['a=1', 'b=2'])
  })

  it.each([
    ['never answers', () => {}],
    ['answers no JSON', (_request, response) => response.end('<html>')],
    ['answers JSON that is no GraphQL', (_request, response) => response.end('{"error":"x"}')],
    ['hangs up', (request) => request.socket.destroy()],
  ] satisfies [string, RequestListener][])('is DOWNSTREAM_UNAVAILABLE when it %s', async (_what, listener) => {
    const { upstream } = await serve(listener, { timeoutMs: 200 })
    await expect(upstream.send(QUESTION, callerOf())).rejects.toMatchObject({
      message: 'The campaign service is not available at the moment.',
      extensions: { code: 'DOWNSTREAM_UNAVAILABLE' },
    })
    expect(await upstream.isHealthy()).toBe(_what === 'answers no JSON' || _what === 'answers JSON that is no GraphQL')
  })

  it('is asked once more when a query was lost with its connection, and a mutation never', async () => {
    let count = 0
    const { upstream } = await serve((request, response) => {
      count += 1
      if (count % 2 === 1) request.socket.destroy()
      else response.end('{"data":{"a":1}}')
    })
    expect((await upstream.send(QUESTION, callerOf())).data).toEqual({ a: 1 })
    expect(count).toBe(2)
    await expect(upstream.send({ ...QUESTION, isRepeatable: false }, callerOf())).rejects.toMatchObject({ extensions: { code: 'DOWNSTREAM_UNAVAILABLE' } })
    expect(count).toBe(3)
  })
})

describe('signatures of an identity', () => {
  it('are used again for ten seconds, each for its own subgraph and identity', async () => {
    let now = new Date()
    const sign = createIdentitySigner({ privateKey: keys.privateKey, now: () => now })
    const first = await sign(ANONYMOUS, 'auth')
    expect(await sign(ANONYMOUS, 'auth')).toBe(first)
    expect(await sign(ANONYMOUS, 'tenant')).not.toBe(first)
    now = new Date(now.getTime() + 10_000)
    const renewed = await sign(ANONYMOUS, 'auth')
    expect(renewed).not.toBe(first)
    expect(await verifyIdentity({ token: renewed, audience: 'auth', publicKey: keys.publicKey, now })).toEqual(ANONYMOUS)
    expect(await sign({ ...ANONYMOUS }, 'auth')).not.toBe(undefined)
  })
})
