import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { createRefreshTokens } from '#subgraphs/auth/refreshToken.ts'
import { askGateway, postAuth } from '../testing/askGateway.ts'
import { startPlatform, type TestPlatform } from '../testing/startPlatform.ts'

describe('a subgraph that is gone', () => {
  let platform: TestPlatform
  let url: string
  let acme: TestTenant

  beforeAll(async () => {
    ;[platform, acme] = await Promise.all([startPlatform(), createTestTenant({ withAccounts: false })])
    url = platform.gateway.url
    await askGateway(url, { query: '{ campaigns { id } }', bearer: acme.apiKey })
    await platform.subgraphs.campaign.close()
  })
  afterAll(async () => platform?.close())

  it('costs its own fields and no others', async () => {
    const answer = await askGateway(url, { query: '{ me { tenant { slug } } campaigns { id } apps { name } }', bearer: acme.apiKey })
    expect(answer.status).toBe(200)
    expect(answer.data).toEqual({ me: { tenant: { slug: acme.slug } }, campaigns: null, apps: [{ name: 'shop' }] })
    expect(answer.errors).toEqual([
      { message: 'The campaign service is not available at the moment.', path: ['campaigns'], extensions: { code: 'DOWNSTREAM_UNAVAILABLE' } },
    ])
  })

  it('is seen at /health/ready, while /health says that the gateway lives', async () => {
    const ready = await fetch(`${url}/health/ready`)
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'not ready', subgraphs: { auth: 'up', tenant: 'up', campaign: 'down', analytics: 'down' } },
    ])
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })
})

describe('a subgraph whose database is away', () => {
  let platform: TestPlatform
  let acme: TestTenant

  beforeAll(async () => {
    ;[platform, acme] = await Promise.all([startPlatform({ hasDatabase: false }), createTestTenant({ withAccounts: false })])
  })
  afterAll(async () => platform?.close())

  it('says that the same may be tried again, with the request id, which is the header’s too, and nothing of the failure', async () => {
    const answer = await askGateway(platform.gateway.url, { query: '{ campaigns { id } }', bearer: acme.apiKey })
    const requestId = answer.headers.get('umg-request-id')
    expect(answer.data).toEqual({ campaigns: null })
    expect(answer.errors).toEqual([
      { message: 'The data service is not available at the moment.', path: ['campaigns'], extensions: { code: 'DOWNSTREAM_UNAVAILABLE', requestId } },
    ])
    expect(answer.text).not.toMatch(/pool|connection|postgres|driver|select|stack|\.ts/i)
  })

  it('says the same over REST with 503', async () => {
    const { status, error } = await postAuth(platform.gateway.url, 'login', { body: { email: 'somebody@example.test', password: 'whatever it is' } })
    expect([status, error?.code]).toEqual([503, 'DOWNSTREAM_UNAVAILABLE'])
  })

  it('does not take the refresh cookie away: whoever was logged in still is when it is back', async () => {
    const tokens = createRefreshTokens({ refreshKey: platform.refreshKey })
    const cookie = `umg_refresh=${tokens.print(tokens.first(crypto.randomUUID()))}`
    expect(await postAuth(platform.gateway.url, 'refresh', { cookie })).toMatchObject({ status: 503, setCookie: null })
  })
})
