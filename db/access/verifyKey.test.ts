import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '#ops/config.ts'
import { createKeySecret, formatKey, parseKey } from '#ops/security/keys.ts'
import { withTenant } from '../pool.ts'
import { createKey } from '../provision/createKey.ts'
import { createTestTenant, type TestTenant } from '../testing/createTestTenant.ts'
import { openTestPools } from '../testing/testPools.ts'
import { verifyKey } from './verifyKey.ts'

const pools = openTestPools()
const pepper = readConfig.owner().keyPepper
let tenant: TestTenant
beforeAll(async () => {
  tenant = await createTestTenant({ withAccounts: false, reportingCurrency: 'EUR' })
})
afterAll(pools.close)

test('an API key says its tenant, its scopes and the tenant’s apps', async () => {
  expect(await verifyKey(pools.app, pepper, tenant.apiKey)).toEqual({
    keyId: parseKey(tenant.apiKey)?.keyId,
    tenantId: tenant.tenantId,
    tenantSlug: tenant.slug,
    kind: 'api',
    ingestKind: null,
    scopes: ['analytics:read', 'explain', 'campaigns:read', 'tenant:read', 'conversions:read'],
    filters: [],
    masks: [],
    hashFamily: null,
    appId: null,
    maxRevenue: null,
    reportingCurrency: 'EUR',
    apps: [{ id: tenant.appId, name: 'shop', conversionEvents: ['install', 'sign_up', 'purchase', 'subscribe'] }],
    allowedNetworks: [],
    plan: 'enterprise',
  })
})

test('a partner key carries its row filter', async () => {
  expect((await verifyKey(pools.app, pepper, tenant.partnerKey))?.filters).toEqual([{ dimension: 'partner', in: ['partner-1'] }])
})

test('the hashes of a key are of the first key of its line; without the mask it has none', async () => {
  const common = { tenantId: tenant.tenantId, pepper, kind: 'partner', name: 'hashed', filters: [{ dimension: 'partner', in: ['partner-1'] }] } as const
  const familyOf = async (key: string) => (await verifyKey(pools.app, pepper, key))?.hashFamily
  const line: { key: string; keyId: string }[] = []
  for (let index = 0; index < 4; index += 1) line.push(await createKey(pools, { ...common, masks: ['userId:hash'], replaces: line.at(-1)?.keyId }))
  for (const { key } of line) expect(await familyOf(key)).toBe(line[0]?.keyId)
  const other = await createKey(pools, { ...common, masks: ['userId:hash', 'revenue'] })
  expect(await familyOf(other.key)).toBe(other.keyId)
  expect(await familyOf((await createKey(pools, { ...common, masks: ['userId'], replaces: other.keyId })).key)).toBeNull()
})

test('an sdk key is bound to one app and a largest amount, a server key to neither', async () => {
  const sdk = await verifyKey(pools.app, pepper, tenant.sdkKey)
  expect([sdk?.ingestKind, sdk?.appId, sdk?.maxRevenue]).toEqual(['sdk', tenant.appId, '1000.000000'])
  const server = await verifyKey(pools.app, pepper, tenant.ingestKey)
  expect([server?.ingestKind, server?.appId, server?.maxRevenue]).toEqual(['server', null, null])
})

test('the use of a key is noted', async () => {
  await verifyKey(pools.app, pepper, tenant.apiKey)
  const { rows } = await withTenant(pools.app, tenant.tenantId, (client) =>
    client.query('SELECT last_used_at IS NOT NULL AS noted FROM keys WHERE id = $1', [parseKey(tenant.apiKey)?.keyId]),
  )
  expect(rows).toEqual([{ noted: true }])
})

test('a revoked key and an expired key are refused', async () => {
  const common = { tenantId: tenant.tenantId, pepper, kind: 'api', name: 'short' } as const
  const expired = await createKey(pools, { ...common, expiresAt: new Date('2020-01-01T00:00:00Z') })
  expect(await verifyKey(pools.app, pepper, expired.key)).toBeNull()
  const revoked = await createKey(pools, common)
  expect(await verifyKey(pools.app, pepper, revoked.key)).not.toBeNull()
  await withTenant(pools.app, tenant.tenantId, (client) => client.query('UPDATE keys SET revoked_at = now() WHERE id = $1', [revoked.keyId]))
  expect(await verifyKey(pools.app, pepper, revoked.key)).toBeNull()
})

test('a key with another secret, kind, id or tenant is refused, and so is another pepper', async () => {
  const parts = parseKey(tenant.apiKey)
  if (parts === null) throw new Error('A made key can be read.')
  const stranger = await createTestTenant({ withAccounts: false })
  const wrong = [
    { ...parts, secret: createKeySecret() },
    { ...parts, kind: 'ingest' as const },
    { ...parts, keyId: '99999999-9999-4999-8999-999999999999' },
    { ...parts, tenantId: stranger.tenantId },
    { ...parts, tenantId: '00000000-0000-0000-0000-000000000000' },
  ]
  for (const key of wrong) expect(await verifyKey(pools.app, pepper, formatKey(key))).toBeNull()
  expect(await verifyKey(pools.app, 'another pepper', tenant.apiKey)).toBeNull()
  expect(await verifyKey(pools.app, pepper, 'no key')).toBeNull()
})

test('a key cannot be made with a scope that its kind may not hold', async () => {
  const made = createKey(pools, { tenantId: tenant.tenantId, pepper, kind: 'partner', name: 'greedy', scopes: ['keys:write'] })
  await expect(made).rejects.toThrow('cannot hold the scope keys:write')
})
