import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClickHouse, type ClickHouseClient } from '#db/clickhouse/client.ts'
import { createRelay } from '#db/outbox/relay.ts'
import { TENANT_REQUESTED } from '#db/provisioning/requestTenant.ts'
import { runProvisioning } from '#db/provisioning/runProvisioning.ts'
import { sharedDatabases } from '#db/provisioning/sharedDatabases.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { testVault } from '#db/testing/testVault.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { askGateway, fieldOf, postAuth } from '../testing/askGateway.ts'
import { startPlatform, type TestPlatform } from '../testing/startPlatform.ts'

const CREATE = 'mutation ($input: CreateTenantInput!) { createTenant(input: $input) { id status step problem tenant { id } keys { id kind name text } } }'
const FOLLOW = 'query ($id: ID!) { tenantProvisioning(id: $id) { id status step problem tenant { id slug name reportingCurrency } keys { text } } }'
const SWITCH = 'mutation ($id: ID!) { switchTenant(tenantId: $id) { accessToken } }'

describe('a tenant of one’s own', () => {
  let platform: TestPlatform
  let pools: TestPools
  let verifier: ClickHouseClient
  let url: string
  let acme: TestTenant
  let bearer: string

  beforeAll(async () => {
    pools = openTestPools()
    verifier = createClickHouse(readConfig.worker().verifyClickhouse)
    ;[platform, acme] = await Promise.all([startPlatform(), createTestTenant()])
    url = platform.gateway.url
    bearer = await login(acme, 'viewer')
  })
  afterAll(async () => {
    await platform?.close()
    await verifier?.close()
    await pools?.close()
  })

  async function login(tenant: TestTenant, role: string): Promise<string> {
    const account = tenant.accounts.find((each) => each.role === role)
    return (await postAuth(url, 'login', { body: { email: account?.email, password: account?.password } })).login?.accessToken ?? ''
  }
  const newInput = () => ({ name: 'New Inc.', slug: `new-${randomBytes(8).toString('hex')}`, reportingCurrency: 'EUR' })

  /** What the worker does, for this tenant alone. */
  async function work(tenantId: string): Promise<void> {
    const config = readConfig.worker()
    const databases = sharedDatabases({ pool: pools.app, verifier, tenantSecret: config.tenantSecret })
    const log = createLogger({ name: 'test', level: 'silent' })
    const options = { databases, worker: pools.worker, pool: pools.app, vault: testVault(), mailKey: config.mailKey, log, now: () => new Date() }
    const topics = { [TENANT_REQUESTED]: { handlers: [() => runProvisioning(options, tenantId)], isKept: true } }
    await createRelay({ pool: pools.worker, listenUrl: null, topics, log, aggregates: [`provisioning:${tenantId}`] }).drain()
  }

  it('is asked for by any account, followed, and entered', async () => {
    const input = newInput()
    const asked = await askGateway(url, { query: CREATE, variables: { input }, bearer })
    expect(asked.errors).toBeUndefined()
    const created = fieldOf(asked, 'createTenant') as { id: string; keys: { kind: string; text: string }[] }
    expect(created).toMatchObject({ status: 'RUNNING', step: 'RESERVED', problem: null, tenant: null, keys: [{ kind: 'ingest' }, { kind: 'api' }] })
    const follow = () => askGateway(url, { query: FOLLOW, variables: { id: created.id }, bearer })
    expect((await follow()).data?.['tenantProvisioning']).toMatchObject({ status: 'RUNNING', tenant: null, keys: null })
    expect((await askGateway(url, { query: SWITCH, variables: { id: created.id }, bearer })).codes).toEqual(['NOT_FOUND'])
    await work(created.id)
    expect((await follow()).data?.['tenantProvisioning']).toEqual({
      id: created.id,
      status: 'DONE',
      step: 'MAIL',
      problem: null,
      tenant: { id: created.id, slug: input.slug, name: 'New Inc.', reportingCurrency: 'EUR' },
      keys: null,
    })
    const entered = fieldOf(await askGateway(url, { query: SWITCH, variables: { id: created.id }, bearer }), 'switchTenant') as { accessToken: string }
    const inside = await askGateway(url, { query: '{ me { role tenant { slug } } apps { name currency } keys { kind name } }', bearer: entered.accessToken })
    expect(inside.data).toMatchObject({ me: { role: 'owner', tenant: { slug: input.slug } }, apps: [{ name: 'main', currency: 'EUR' }] })
    expect(fieldOf(inside, 'keys')).toHaveLength(2)
    const api = created.keys.find(({ kind }) => kind === 'api')
    expect((await askGateway(url, { query: '{ me { tenant { slug } } }', bearer: api?.text })).data?.['me']).toEqual({ tenant: { slug: input.slug } })
    // Told to whoever asked, and to nobody else.
    const other = await askGateway(url, { query: FOLLOW, variables: { id: created.id }, bearer: await login(acme, 'owner') })
    expect(other.data).toEqual({ tenantProvisioning: null })
  })

  it('is refused with what is wrong about it, and to whoever is no account', async () => {
    const ask = (input: object, by: string | undefined) => askGateway(url, { query: CREATE, variables: { input }, bearer: by })
    const wrong = await ask({ name: ' ', slug: 'New Inc.', reportingCurrency: 'euro' }, bearer)
    expect(wrong.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ field: 'name' }, { field: 'slug' }, { field: 'reportingCurrency' }],
    })
    expect((await ask({ ...newInput(), slug: acme.slug }, bearer)).codes).toEqual(['CONFLICT'])
    expect((await ask(newInput(), undefined)).codes).toEqual(['UNAUTHENTICATED'])
    expect((await ask(newInput(), acme.apiKey)).codes).toEqual(['FORBIDDEN'])
  })
})

describe('an installation for one tenant', () => {
  it('makes no second one', async () => {
    const own = await createTestTenant()
    const platform = await startPlatform({ tenancy: { mode: 'single', onlyTenant: own.slug } })
    const { url } = platform.gateway
    try {
      const [owner] = own.accounts
      const bearer = (await postAuth(url, 'login', { body: { email: owner?.email, password: owner?.password } })).login?.accessToken
      const ask = (slug: string) => askGateway(url, { query: CREATE, variables: { input: { name: 'X', slug, reportingCurrency: 'USD' } }, bearer })
      const second = await ask(`second-${own.slug}`)
      expect(second.codes).toEqual(['CONFLICT'])
      expect(second.errors?.[0]?.message).toContain(`for one tenant, "${own.slug}"`)
      expect((await ask(own.slug)).codes).toEqual(['CONFLICT'])
    } finally {
      await platform.close()
    }
  })
})
