import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { TestClient } from '../subscriptions/testing/testClient.ts'
import { postAuth } from '../testing/askGateway.ts'
import { startPlatform, type TestPlatform } from '../testing/startPlatform.ts'

/** Each way to name a tenant says acme, globex, or nothing. */
type Ways = {
  readonly domain?: TestTenant
  readonly header?: TestTenant
  readonly path?: TestTenant
  readonly credential?: TestTenant
  readonly payload?: TestTenant
}

describe('the tenant of a request', () => {
  let platform: TestPlatform
  let pools: TestPools
  let url: URL
  let acme: TestTenant
  let globex: TestTenant
  let tokens: ReadonlyMap<TestTenant, string>

  beforeAll(async () => {
    pools = openTestPools()
    ;[platform, acme, globex] = await Promise.all([startPlatform(), createTestTenant(), createTestTenant()])
    url = new URL(platform.gateway.url)
    for (const { tenantId, slug } of [acme, globex])
      await pools.auth.query('INSERT INTO domains (domain, tenant_id, tenant_slug) VALUES ($1, $2, $3)', [`${slug}.example.test`, tenantId, slug])
    tokens = new Map(
      await Promise.all(
        [acme, globex].map(async (tenant) => {
          const [account] = tenant.accounts
          const body = { email: account?.email, password: account?.password }
          return [tenant, (await postAuth(url.origin, 'login', { body })).login?.accessToken ?? ''] as const
        }),
      ),
    )
  }, 120_000)
  afterAll(async () => {
    await pools?.auth.query('DELETE FROM domains WHERE tenant_id = ANY ($1)', [[acme.tenantId, globex.tenantId]])
    await platform?.close()
    await pools?.close()
  })

  const bearerOf = (tenant: TestTenant, kind: 'token' | 'key'): string => (kind === 'key' ? tenant.apiKey : (tokens.get(tenant) ?? ''))
  const pathOf = ({ path }: Ways): string => (path === undefined ? '/graphql' : `/t/${path.slug}/graphql`)
  const hostOf = ({ domain }: Ways): Record<string, string> => (domain === undefined ? {} : { host: `${domain.slug.toUpperCase()}.Example.Test:4000` })
  const headersOf = (ways: Ways): Record<string, string> => ({ ...hostOf(ways), ...(ways.header === undefined ? {} : { 'umg-tenant': ways.header.slug }) })

  /** fetch cannot name another host than it connects to. */
  async function ask(ways: Ways, kind: 'token' | 'key'): Promise<{ readonly status: number; readonly text: string }> {
    const authorization: Record<string, string> = ways.credential === undefined ? {} : { authorization: `Bearer ${bearerOf(ways.credential, kind)}` }
    const headers = { 'content-type': 'application/json', ...headersOf(ways), ...authorization }
    return new Promise((resolve, reject) => {
      const sent = request({ hostname: url.hostname, port: url.port, method: 'POST', path: pathOf(ways), headers }, (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }))
      })
      sent.on('error', reject)
      sent.end(JSON.stringify({ query: '{ me { tenant { slug } } }' }))
    })
  }

  const WAYS = ['domain', 'header', 'path', 'credential'] as const
  const pairs = WAYS.flatMap((one, index) => WAYS.slice(index + 1).map((other) => [one, other] as const))

  it.each(pairs)('is the one that both %s and %s name, and 403 when they name two', async (one, other) => {
    for (const kind of ['token', 'key'] as const) {
      const same = await ask({ [one]: acme, [other]: acme }, kind)
      expect(same.status).toBe(200)
      if (one === 'credential' || other === 'credential') expect(JSON.parse(same.text)).toEqual({ data: { me: { tenant: { slug: acme.slug } } } })
      for (const ways of [
        { [one]: acme, [other]: globex },
        { [one]: globex, [other]: acme },
      ]) {
        const { status, text } = await ask(ways, kind)
        expect([status, JSON.parse(text).errors?.[0]?.extensions]).toEqual([403, { code: 'TENANT_MISMATCH' }])
      }
    }
  })

  it('is the same over all ways at once, and any one that differs is 403', async () => {
    const all = { domain: acme, header: acme, path: acme, credential: acme }
    expect((await ask(all, 'token')).status).toBe(200)
    for (const way of WAYS) expect((await ask({ ...all, [way]: globex }, 'token')).status, way).toBe(403)
  })

  const SOCKET_WAYS = [...WAYS, 'payload'] as const
  const socketPairs = SOCKET_WAYS.flatMap((one, index) => SOCKET_WAYS.slice(index + 1).map((other) => [one, other] as const))

  it.each(socketPairs)('of a socket is the one that both %s and %s name, and closed with 4403 when they name two', async (one, other) => {
    const connect = (ways: Ways) => {
      const payload = {
        ...(ways.credential === undefined ? {} : { authorization: `Bearer ${bearerOf(ways.credential, 'token')}` }),
        ...(ways.payload === undefined ? {} : { 'Umg-Tenant': ways.payload.slug }),
      }
      return TestClient.connect(`ws://${url.host}${pathOf(ways)}`, payload, { headers: headersOf(ways) })
    }
    const same = await connect({ [one]: acme, [other]: acme })
    expect(same.messages[0]?.type).toBe('connection_ack')
    same.socket.close()
    for (const ways of [
      { [one]: acme, [other]: globex },
      { [one]: globex, [other]: acme },
    ]) {
      expect((await connect(ways)).closed).toMatchObject({ code: 4403, reason: expect.stringContaining('TENANT_MISMATCH') })
    }
  })

  it('is not named by a domain that nobody has', async () => {
    const unknown = { ...acme, slug: 'nobody-has-this' }
    expect((await ask({ domain: unknown, credential: acme }, 'key')).status).toBe(200)
  })
})
