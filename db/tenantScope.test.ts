import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '#ops/config.ts'
import { CatalogEvent } from './entities/analytics/CatalogEvent.ts'
import { Account } from './entities/auth/Account.ts'
import { OwnMembership } from './entities/auth/OwnMembership.ts'
import { OwnTenant } from './entities/auth/OwnTenant.ts'
import { Session } from './entities/auth/Session.ts'
import { Campaign } from './entities/campaign/Campaign.ts'
import { App } from './entities/tenant/App.ts'
import { ExchangeRate } from './entities/tenant/ExchangeRate.ts'
import { Key } from './entities/tenant/Key.ts'
import { Tenant } from './entities/tenant/Tenant.ts'
import { createOrm } from './orm.ts'
import { inAccount, inGlobal, inTenant, type MikroORM } from './tenantScope.ts'
import { createTestTenant, type TestTenant } from './testing/createTestTenant.ts'

const { appUrl, authUrl } = readConfig.owner()
let app: MikroORM
let auth: MikroORM
let tenant: TestTenant
let other: TestTenant

beforeAll(async () => {
  ;[app, auth, tenant, other] = await Promise.all([
    createOrm({ url: appUrl, poolSize: 2 }),
    createOrm({ url: authUrl, poolSize: 2 }),
    createTestTenant(),
    createTestTenant({ withAccounts: false }),
  ])
})
afterAll(() => Promise.all([app.close(), auth.close()]))

test('what is written in a tenant’s scope is read there with its types, and money stays text', async () => {
  const tenantId = tenant.tenantId
  await inTenant(app, tenantId, async (em) => {
    em.create(Campaign, { tenantId, id: 'c-1', name: 'Spring', status: 'ACTIVE', budgetAmount: '12345678901234567890.123456', budgetCurrency: 'USD' })
    em.create(ExchangeRate, { tenantId, currency: 'EUR', day: '2026-01-01', rate: '1.123456789012' })
    em.create(CatalogEvent, { tenantId, name: 'purchase', firstSeen: new Date(0), lastSeen: new Date(1), properties: { size: 'number' } })
    await em.flush()
  })
  await inTenant(app, tenantId, async (em) => {
    const campaign = await em.findOneOrFail(Campaign, { id: 'c-1' })
    expect([campaign.budgetAmount, campaign.channel, campaign.createdAt]).toEqual(['12345678901234567890.123456', null, expect.any(Date)])
    expect(await em.findOneOrFail(ExchangeRate, { currency: 'EUR' })).toMatchObject({ day: '2026-01-01', rate: '1.123456789012' })
    expect(await em.findOneOrFail(CatalogEvent, { name: 'purchase' })).toMatchObject({ firstSeen: new Date(0), properties: { size: 'number' } })
    expect((await em.findOneOrFail(App, { name: 'shop' })).conversionEvents).toEqual(['install', 'sign_up', 'purchase', 'subscribe'])
    const partner = await em.findOneOrFail(Key, { kind: 'partner' })
    expect([partner.scopes, partner.filters]).toEqual([['campaigns:read', 'conversions:read'], [{ dimension: 'partner', in: ['partner-1'] }]])
    expect((await em.find(Tenant, {})).map(({ id }) => id)).toEqual([tenantId])
  })
  expect(await inTenant(app, other.tenantId, (em) => em.find(Campaign, {}))).toEqual([])
})

test('work that throws in a scope leaves nothing behind', async () => {
  const tenantId = tenant.tenantId
  const failing = inTenant(app, tenantId, async (em) => {
    em.create(Campaign, { tenantId, id: 'half', name: 'Half', status: 'ACTIVE' })
    await em.flush()
    throw new Error('broken')
  })
  await expect(failing).rejects.toThrow('broken')
  expect(await inTenant(app, tenantId, (em) => em.findOne(Campaign, { id: 'half' }))).toBeNull()
})

test('an entity of another tenant cannot be written in a scope', async () => {
  const writing = inTenant(app, tenant.tenantId, async (em) => {
    em.create(Campaign, { tenantId: other.tenantId, id: 'foreign', name: 'Foreign', status: 'ACTIVE' })
    await em.flush()
  })
  await expect(writing).rejects.toThrow('row-level security')
})

test('login finds the account by its address, then its tenants and roles, and nobody else’s', async () => {
  const [owner, admin] = tenant.accounts
  if (owner === undefined || admin === undefined) throw new Error('A test tenant has accounts.')
  const account = await inGlobal(auth, (em) => em.findOneOrFail(Account, { email: owner.email }))
  const seen = await inAccount(auth, account.id, async (em) => {
    const memberships = await em.find(OwnMembership, {})
    const tenants = await em.find(OwnTenant, { id: { $in: memberships.map(({ tenantId }) => tenantId) } })
    return { memberships: memberships.map(({ accountId, role }) => ({ accountId, role })), tenants: tenants.map(({ slug }) => slug) }
  })
  expect(seen).toEqual({ memberships: [{ accountId: owner.accountId, role: 'owner' }], tenants: [tenant.slug] })
  expect(await inAccount(auth, account.id, (em) => em.find(OwnMembership, { accountId: admin.accountId }))).toEqual([])
  await expect(inGlobal(auth, (em) => em.find(OwnMembership, {}))).rejects.toThrow('No arguments provided for filter')
})

test('a session keeps its hashes as bytes', async () => {
  const [owner] = tenant.accounts
  const id = randomUUID()
  const expiresAt = new Date('2030-01-01T00:00:00Z')
  const refreshHash = Buffer.from(id)
  await inGlobal(auth, async (em) => {
    em.create(Session, { id, accountId: owner?.accountId ?? '', refreshHash, remember: true, expiresAt, absoluteExpiresAt: expiresAt })
    await em.flush()
  })
  const session = await inGlobal(auth, (em) => em.findOneOrFail(Session, { refreshHash }))
  expect([session.id, Buffer.from(session.refreshHash).toString(), session.previousHash, session.expiresAt]).toEqual([id, id, null, expiresAt])
})
