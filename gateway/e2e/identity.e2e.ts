import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { readConfig } from '#ops/config.ts'
import { ANONYMOUS, signIdentity, type Identity } from '#ops/security/identity.ts'
import { createSigningKeyPair } from '#ops/security/signingKeys.ts'
import { askGateway, fieldOf, postAuth } from '../testing/askGateway.ts'
import { startPlatform, type TestPlatform } from '../testing/startPlatform.ts'

const ME = '{ me { account { email } tenant { id slug } role scopes } }'

describe('who asks is known from the credential alone', () => {
  let platform: TestPlatform
  let url: string
  let acme: TestTenant
  let globex: TestTenant
  let token: string

  beforeAll(async () => {
    ;[platform, acme, globex] = await Promise.all([startPlatform(), createTestTenant(), createTestTenant()])
    url = platform.gateway.url
    const [owner] = acme.accounts
    const { login } = await postAuth(url, 'login', { body: { email: owner?.email, password: owner?.password } })
    token = login?.accessToken ?? ''
  })
  afterAll(async () => platform?.close())

  it('answers an access token with its account, tenant, role and scopes', async () => {
    const { data, errors } = await askGateway(url, { query: ME, bearer: token })
    expect(errors).toBeUndefined()
    expect(data?.['me']).toMatchObject({ account: { email: acme.accounts[0]?.email }, tenant: { id: acme.tenantId, slug: acme.slug }, role: 'owner' })
  })

  it('answers a key with its tenant and scopes and no account', async () => {
    const { data } = await askGateway(url, { query: ME, bearer: acme.apiKey })
    expect(data?.['me']).toEqual({
      account: null,
      tenant: { id: acme.tenantId, slug: acme.slug },
      role: null,
      scopes: ['analytics:read', 'explain', 'campaigns:read', 'tenant:read', 'conversions:read'],
    })
  })

  it('takes a request without a credential for nobody', async () => {
    expect(await askGateway(url, { query: ME })).toMatchObject({ status: 200, data: { me: null } })
  })

  it.each([
    ['a token of letters', 'nonsense'],
    ['a key with another secret', () => acme.apiKey.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
    ['a key under another tenant', () => acme.apiKey.replace(acme.tenantId, globex.tenantId)],
    ['a key that is cut short', () => acme.apiKey.slice(0, -3)],
    ['a token whose payload was changed', () => token.replace(/\.[^.]+\./, (payload) => `${payload.slice(0, -2)}A.`)],
  ])('refuses %s with 401', async (_what, credential) => {
    const bearer = typeof credential === 'string' ? credential : credential()
    expect(await askGateway(url, { query: ME, bearer })).toMatchObject({ status: 401, codes: ['UNAUTHENTICATED'] })
  })

  it('refuses another scheme than Bearer with 401', async () => {
    expect(await askGateway(url, { query: ME, headers: { authorization: 'Basic YTpi' } })).toMatchObject({ status: 401, codes: ['UNAUTHENTICATED'] })
  })

  it('does not believe an identity header from outside', async () => {
    const forged = await signIdentity({ identity: identityOf(globex), audience: 'auth', privateKey: readConfig.gateway().identityPrivateKey, now: new Date() })
    const { data } = await askGateway(url, { query: ME, bearer: acme.apiKey, headers: { 'umg-identity': forged, 'umg-client-address': '1.2.3.4' } })
    expect(data?.['me']).toMatchObject({ tenant: { id: acme.tenantId } })
    expect(await askGateway(url, { query: ME, headers: { 'umg-identity': forged } })).toMatchObject({ data: { me: null } })
  })

  it('refuses a tenant by header or path that is not the credential’s with 403, and takes the right one', async () => {
    for (const bearer of [token, acme.apiKey]) {
      expect(await askGateway(url, { query: ME, bearer, headers: { 'umg-tenant': globex.slug } })).toMatchObject({ status: 403, codes: ['TENANT_MISMATCH'] })
      expect(await askGateway(url, { query: ME, bearer, path: `/t/${globex.slug}/graphql` })).toMatchObject({ status: 403, codes: ['TENANT_MISMATCH'] })
      expect(await askGateway(url, { query: ME, bearer, path: `/t/${acme.slug}/graphql`, headers: { 'umg-tenant': acme.slug } })).toMatchObject({ status: 200 })
      expect(await askGateway(url, { query: ME, bearer, path: `/t/${acme.slug}/graphql`, headers: { 'umg-tenant': globex.slug } })).toMatchObject({
        status: 403,
      })
    }
  })

  it('answers at a subgraph nothing but /health without an identity of the gateway for that subgraph', async () => {
    const { identityPrivateKey } = readConfig.gateway()
    const stranger = await createSigningKeyPair()
    const sign = (change: Partial<Parameters<typeof signIdentity>[0]>) =>
      signIdentity({ identity: identityOf(acme), audience: 'campaign', privateKey: identityPrivateKey, now: new Date(), ...change })
    const campaign = platform.subgraphs.campaign.url
    const send = async (headers: Record<string, string>, path = '/graphql') =>
      fetch(`${campaign}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{"query":"{ __typename }"}' })
    const refused = {
      none: {},
      forged: { 'umg-identity': await sign({ privateKey: stranger.privateKey }) },
      expired: { 'umg-identity': await sign({ now: new Date(Date.now() - 120_000) }) },
      'for another subgraph': { 'umg-identity': await sign({ audience: 'tenant' }) },
      'an access token': { 'umg-identity': token },
    }
    for (const [what, headers] of Object.entries(refused)) {
      const response = await send(headers)
      expect([what, response.status, response.headers.get('content-type')]).toEqual([what, 401, 'application/json; charset=utf-8'])
      expect(await response.json()).toMatchObject({ error: { code: 'UNAUTHENTICATED' } })
    }
    expect((await send({}, '/metrics')).status).toBe(401)
    expect((await fetch(`${campaign}/health`)).status).toBe(200)
    expect((await send({ 'umg-identity': await sign({}) })).status).toBe(200)
  })

  it('does not show verifyKey or refreshSession to clients', async () => {
    for (const query of [`{ verifyKey(key: "x") { keyId } }`, 'mutation { refreshSession { accessToken } }']) {
      expect(await askGateway(url, { query, bearer: token })).toMatchObject({ status: 400, codes: ['GRAPHQL_VALIDATION_FAILED'] })
    }
  })

  it('ends a revoked key', async () => {
    const made = await askGateway(url, { query: 'mutation { createKey(input: { kind: API, name: "short" }) { text key { id } } }', bearer: token })
    const { text, key } = fieldOf(made, 'createKey') as { text: string; key: { id: string } }
    const revoked = await askGateway(url, { query: 'mutation ($id: ID!) { revokeKey(id: $id) { revokedAt } }', variables: { id: key.id }, bearer: token })
    expect(revoked.errors).toBeUndefined()
    expect(await askGateway(url, { query: ME, bearer: text })).toMatchObject({ status: 401 })
  })
})

function identityOf(tenant: TestTenant): Identity {
  return {
    ...ANONYMOUS,
    kind: 'key',
    subjectId: '11111111-1111-4111-8111-111111111111',
    tenantId: tenant.tenantId,
    tenantSlug: tenant.slug,
    scopes: ['campaigns:read'],
  }
}
