import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { provisionAccount } from '#db/provision/provisionAccount.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools } from '#db/testing/testPools.ts'
import { startTestCollector, type TestCollector } from '#subgraphs/analytics/collector/startTestCollector.ts'
import { askGateway, fieldOf, postAuth } from '../testing/askGateway.ts'
import { startPlatform, type TestPlatform } from '../testing/startPlatform.ts'

const ME = '{ me { tenant { slug } memberships { slug } } }'

describe('an installation for one tenant, over databases in which there are more', () => {
  let platform: TestPlatform
  let collector: TestCollector
  let url: string
  let own: TestTenant
  let other: TestTenant

  beforeAll(async () => {
    ;[own, other] = await Promise.all([createTestTenant(), createTestTenant()])
    platform = await startPlatform({ tenancy: { mode: 'single', onlyTenant: own.slug } })
    collector = await startTestCollector({ onlyTenant: own.slug })
    url = platform.gateway.url
  })
  afterAll(async () => {
    await platform?.close()
    await collector?.stop()
  })

  const login = async (email: string | undefined, password: string | undefined) =>
    (await postAuth(url, 'login', { body: { email, password } })).login?.accessToken ?? ''

  it('answers its accounts and keys without being told which tenant', async () => {
    const bearer = await login(own.accounts[0]?.email, own.accounts[0]?.password)
    for (const each of [bearer, own.apiKey])
      expect((await askGateway(url, { query: ME, bearer: each })).data?.['me']).toMatchObject({ tenant: { slug: own.slug } })
    expect(await askGateway(url, { query: ME, bearer, path: `/t/${own.slug}/graphql`, headers: { 'umg-tenant': own.slug } })).toMatchObject({ status: 200 })
  })

  it('refuses every other name, from nobody too, and the keys of other tenants', async () => {
    for (const bearer of [undefined, own.apiKey, other.apiKey])
      expect(await askGateway(url, { query: ME, bearer, headers: { 'umg-tenant': other.slug } })).toMatchObject({ status: 403, codes: ['TENANT_MISMATCH'] })
    expect(await askGateway(url, { query: ME, path: `/t/${other.slug}/graphql` })).toMatchObject({ status: 403, codes: ['TENANT_MISMATCH'] })
    expect(await askGateway(url, { query: ME, bearer: other.apiKey })).toMatchObject({ status: 403, codes: ['TENANT_MISMATCH'] })
  })

  it('lets an account into its tenant alone, whatever else it is a member of', async () => {
    const pools = openTestPools()
    const account = { email: `both@${own.slug}.test`, password: 'correct horse battery', name: 'Both' }
    // The other tenant is the older membership, which a login would begin in.
    const memberships = [other, own].map(({ tenantId }) => ({ tenantId, role: 'viewer' as const }))
    await provisionAccount(pools, { ...account, memberships }).finally(() => pools.close())
    const answer = await askGateway(url, { query: ME, bearer: await login(account.email, account.password) })
    expect(answer.data?.['me']).toEqual({ tenant: { slug: own.slug }, memberships: [{ slug: own.slug }] })
    // Who is in none of it logs in and has no tenant.
    const outsider = await askGateway(url, { query: ME, bearer: await login(other.accounts[0]?.email, other.accounts[0]?.password) })
    expect(fieldOf(outsider, 'me')).toEqual({ tenant: null, memberships: [] })
  })

  it('takes events of its own keys alone', async () => {
    const send = async (key: string) =>
      (await fetch(`${collector.url}/v1/events`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: '[]' })).status
    expect([await send(own.ingestKey), await send(other.ingestKey)]).toEqual([202, 401])
  })
})
