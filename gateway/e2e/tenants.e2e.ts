import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { ANONYMOUS, signIdentity } from '#ops/security/identity.ts'
import { askGateway, fieldOf, postAuth } from '../testing/askGateway.ts'
import { startPlatform, type TestPlatform } from '../testing/startPlatform.ts'

const CREATE_KEY = 'mutation ($input: CreateKeyInput!) { createKey(input: $input) { text key { id kind scopes filters { dimension in } app { name } } } }'
const CREATE_APP = 'mutation ($input: CreateAppInput!) { createApp(input: $input) { id name timeZone currency conversionEvents } }'
const RATES = 'mutation ($rates: [ExchangeRateInput!]!) { setExchangeRates(rates: $rates) }'

describe('a tenant’s own settings', () => {
  let platform: TestPlatform
  let pools: TestPools
  let url: string
  let acme: TestTenant
  let globex: TestTenant
  let owner: string
  let viewer: string

  beforeAll(async () => {
    pools = openTestPools()
    ;[platform, acme, globex] = await Promise.all([startPlatform(), createTestTenant(), createTestTenant({ withAccounts: false })])
    url = platform.gateway.url
    const tokens = await Promise.all(
      ['owner', 'viewer'].map(async (role) => {
        const account = acme.accounts.find((each) => each.role === role)
        return (await postAuth(url, 'login', { body: { email: account?.email, password: account?.password } })).login?.accessToken ?? ''
      }),
    )
    ;[owner = '', viewer = ''] = tokens
  })
  afterAll(async () => {
    await platform?.close()
    await pools?.close()
  })

  it('are shown to its members and keys', async () => {
    for (const bearer of [viewer, acme.apiKey]) {
      const { data } = await askGateway(url, { query: '{ tenant { id slug reportingCurrency } apps { id name currency timeZone } }', bearer })
      expect(data).toEqual({
        tenant: { id: acme.tenantId, slug: acme.slug, reportingCurrency: 'USD' },
        apps: [{ id: acme.appId, name: 'shop', currency: 'USD', timeZone: 'UTC' }],
      })
    }
    expect((await askGateway(url, { query: '{ tenant { id } apps { id } keys { id } }' })).codes).toEqual([
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
    ])
  })

  it('of another tenant are stubs, also under an id that is no UUID', async () => {
    const token = await signIdentity({
      identity: { ...ANONYMOUS, kind: 'key', subjectId: crypto.randomUUID(), tenantId: globex.tenantId, tenantSlug: globex.slug, scopes: ['tenant:read'] },
      audience: 'tenant',
      privateKey: readConfig.gateway().identityPrivateKey,
      now: new Date(),
    })
    const representations = [
      { __typename: 'App', id: acme.appId, tenantId: acme.tenantId },
      { __typename: 'App', id: 'shop' },
      { __typename: 'Tenant', id: acme.tenantId },
      { __typename: 'App', id: globex.appId },
    ]
    const query = 'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on App { id name } ... on Tenant { id slug } } }'
    const { data, errors } = await askGateway(platform.subgraphs.tenant.url, { query, variables: { representations }, headers: { 'umg-identity': token } })
    expect(errors).toBeUndefined()
    expect(data?.['_entities']).toEqual([
      { id: acme.appId, name: null },
      { id: 'shop', name: null },
      { id: acme.tenantId, slug: null },
      { id: globex.appId, name: 'shop' },
    ])
  })

  it('grow by apps, each name once', async () => {
    const input = { name: 'game', timeZone: 'Europe/Berlin', currency: 'EUR' }
    const { data } = await askGateway(url, { query: CREATE_APP, variables: { input }, bearer: owner })
    expect(data?.['createApp']).toMatchObject({ ...input, conversionEvents: ['install', 'sign_up', 'purchase', 'subscribe'] })
    expect((await askGateway(url, { query: CREATE_APP, variables: { input }, bearer: owner })).codes).toEqual(['CONFLICT'])
    const wrong = await askGateway(url, { query: CREATE_APP, variables: { input: { name: '', timeZone: 'Mars/Olympus', currency: 'eur' } }, bearer: owner })
    expect(wrong.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ field: 'name' }, { field: 'timeZone' }, { field: 'currency' }] })
    expect((await askGateway(url, { query: CREATE_APP, variables: { input }, bearer: viewer })).codes).toEqual(['FORBIDDEN'])
  })

  it('grow by keys, whose text is shown once and works', async () => {
    const { data, errors } = await askGateway(url, {
      query: CREATE_KEY,
      variables: { input: { kind: 'API', name: 'BI', scopes: ['campaigns:read', 'tenant:read'] } },
      bearer: owner,
    })
    expect(errors).toBeUndefined()
    const { text, key } = fieldOf({ data }, 'createKey') as { text: string; key: { id: string; scopes: string[] } }
    expect(key.scopes).toEqual(['campaigns:read', 'tenant:read'])
    expect((await askGateway(url, { query: '{ me { scopes } }', bearer: text })).data?.['me']).toEqual({ scopes: ['campaigns:read', 'tenant:read'] })
    const listed = await askGateway(url, { query: '{ keys { id name kind revokedAt lastUsedAt } }', bearer: owner })
    expect((fieldOf(listed, 'keys') as { id: string }[]).some(({ id }) => id === key.id)).toBe(true)
    expect(listed.text).not.toContain(text.slice(-64))
  })

  it.each([
    ['a scope above its kind', { kind: 'API', name: 'x', scopes: ['keys:write'] }, 'scopes'],
    ['a scope that does not exist', { kind: 'API', name: 'x', scopes: ['everything'] }, 'scopes'],
    ['the right to verify keys', { kind: 'PARTNER', name: 'x', scopes: ['keys:verify'], filters: [{ dimension: 'PARTNER', in: ['p'] }] }, 'scopes'],
    ['no partner', { kind: 'PARTNER', name: 'x' }, 'filters'],
    ['no place', { kind: 'INGEST', name: 'x' }, 'ingestKind'],
    ['a public place and no app', { kind: 'INGEST', ingestKind: 'SDK', name: 'x' }, 'ingestKind'],
    ['a filter that no database can keep', { kind: 'API', name: 'x', filters: [{ dimension: 'CAMPAIGN', in: ['a\0b'] }] }, 'filters'],
    ['a filter of half a character', { kind: 'API', name: 'x', filters: [{ dimension: 'CAMPAIGN', in: ['a\ud800'] }] }, 'filters'],
    [
      'more filters than an identity can carry',
      { kind: 'API', name: 'x', filters: [{ dimension: 'CAMPAIGN', in: Array.from({ length: 900 }, (_, index) => `campaign-${index}`) }] },
      'filters',
    ],
  ])('do not grow by a key with %s', async (_what, input, field) => {
    const answer = await askGateway(url, { query: CREATE_KEY, variables: { input }, bearer: owner })
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' })
    expect((answer.errors?.[0]?.extensions?.['fields'] as { field: string }[]).map((each) => each.field)).toContain(field)
  })

  it('give a key with nearly as many filters as there may be, and it works', async () => {
    const input = { kind: 'API', name: 'many', filters: [{ dimension: 'CAMPAIGN', in: Array.from({ length: 230 }, (_, index) => `campaign-${1000 + index}`) }] }
    const { text } = fieldOf(await askGateway(url, { query: CREATE_KEY, variables: { input }, bearer: owner }), 'createKey') as { text: string }
    expect((await askGateway(url, { query: '{ me { role } campaigns { id } apps { id } }', bearer: text })).errors).toBeUndefined()
  })

  it('show a key with a filter on its app that app, however short the list', async () => {
    const made = await askGateway(url, { query: CREATE_APP, variables: { input: { name: 'zoo', timeZone: 'UTC', currency: 'USD' } }, bearer: owner })
    const { id } = fieldOf(made, 'createApp') as { id: string }
    const input = { kind: 'API', name: 'zoo', filters: [{ dimension: 'APP', in: [id, 'no-uuid'] }] }
    const { text } = fieldOf(await askGateway(url, { query: CREATE_KEY, variables: { input }, bearer: owner }), 'createKey') as { text: string }
    expect((await askGateway(url, { query: '{ apps(first: 1) { name } }', bearer: text })).data).toEqual({ apps: [{ name: 'zoo' }] })
  })

  it('do not give a key the app of another tenant', async () => {
    const input = { kind: 'INGEST', ingestKind: 'SDK', name: 'x', app: globex.appId, maxRevenue: '10' }
    expect((await askGateway(url, { query: CREATE_KEY, variables: { input }, bearer: owner })).errors?.[0]?.extensions).toMatchObject({
      fields: [{ field: 'app' }],
    })
    const good = await askGateway(url, { query: CREATE_KEY, variables: { input: { ...input, app: acme.appId } }, bearer: owner })
    expect(good.data?.['createKey']).toMatchObject({ key: { kind: 'INGEST', scopes: ['events:write'], app: { name: 'shop' } } })
  })

  it('are not another tenant’s to revoke, and keys make no keys', async () => {
    const [, , , keyId] = globex.apiKey.split('_')
    expect((await askGateway(url, { query: 'mutation ($id: ID!) { revokeKey(id: $id) { id } }', variables: { id: keyId }, bearer: owner })).codes).toEqual([
      'NOT_FOUND',
    ])
    expect((await askGateway(url, { query: CREATE_KEY, variables: { input: { kind: 'API', name: 'x' } }, bearer: acme.apiKey })).codes).toEqual(['FORBIDDEN'])
    expect((await askGateway(url, { query: '{ me { scopes } }', bearer: globex.apiKey })).status).toBe(200)
  })

  it('hold exact rates of exchange, the last one set for a day', async () => {
    const set = (rates: unknown) => askGateway(url, { query: RATES, variables: { rates }, bearer: owner })
    expect(
      (
        await set([
          { currency: 'EUR', day: '2026-01-01', rate: '1.08' },
          { currency: 'JPY', day: '2026-01-01', rate: '0.006812345678' },
        ])
      ).data,
    ).toEqual({ setExchangeRates: 2 })
    expect((await set([{ currency: 'EUR', day: '2026-01-01', rate: '1.09' }])).data).toEqual({ setExchangeRates: 1 })
    const { rows } = await readRates(pools, acme.tenantId)
    expect(rows).toEqual([
      { currency: 'EUR', day: '2026-01-01', rate: '1.090000000000' },
      { currency: 'JPY', day: '2026-01-01', rate: '0.006812345678' },
    ])
    const wrong = await set([
      { currency: 'EUR', day: '2026-01-02', rate: '0' },
      { currency: 'euro', day: '2026-01-02', rate: '1' },
    ])
    expect(wrong.errors?.[0]?.extensions).toMatchObject({ fields: [{ field: 'rates.0.rate' }, { field: 'rates.1.currency' }] })
    expect(await set([{ currency: 'EUR', day: '2026-02-30', rate: '1' }])).toMatchObject({ status: 400, codes: ['BAD_USER_INPUT'] })
  })
})

async function readRates(pools: TestPools, tenantId: string) {
  const client = await pools.app.connect()
  await client.query('BEGIN')
  await client.query("SELECT set_config('app.tenant_id', $1, true)", [tenantId])
  const result = await client.query('SELECT currency, day::text AS day, rate FROM exchange_rates ORDER BY currency')
  await client.query('COMMIT')
  client.release()
  return result
}
