import { randomBytes } from 'node:crypto'
import { readConfig } from '#ops/config.ts'
import { ROLES, type Role } from '#ops/security/permissions.ts'
import { createKey } from '../provision/createKey.ts'
import { provisionAccount } from '../provision/provisionAccount.ts'
import { provisionTenant } from '../provision/provisionTenant.ts'
import { openTestPools, type TestPools } from './testPools.ts'

export type TestAccount = { readonly accountId: string; readonly email: string; readonly password: string; readonly role: Role }

export type TestTenant = {
  readonly tenantId: string
  readonly slug: string
  /** The app `shop`, in UTC and USD unless asked otherwise. */
  readonly appId: string
  readonly appName: string
  /** One per role, owner first; empty with `withAccounts: false`. */
  readonly accounts: readonly TestAccount[]
  readonly apiKey: string
  /** Sees the rows of partner `partner-1` alone. */
  readonly partnerKey: string
  /** A server ingest key, for every app. */
  readonly ingestKey: string
  /** An sdk ingest key of the one app, at most 1000 an event. */
  readonly sdkKey: string
}

export type TestTenantOptions = {
  /** Default: USD. */
  readonly reportingCurrency?: string
  /** Default: UTC. */
  readonly timeZone?: string
  /** Default: true. Each costs a password hash. */
  readonly withAccounts?: boolean
}

/** A tenant of its own for a test, so that tests never see each other's rows. */
export async function createTestTenant(options: TestTenantOptions = {}): Promise<TestTenant> {
  const { reportingCurrency = 'USD', timeZone = 'UTC', withAccounts = true } = options
  const pools = openTestPools()
  try {
    const slug = `test-${randomBytes(8).toString('hex')}`
    const app = { name: 'shop', timeZone, currency: reportingCurrency }
    const { tenantId, apps } = await provisionTenant(pools, { slug, name: `Test ${slug}`, reportingCurrency, apps: [app] })
    const [shop] = apps
    if (shop === undefined) throw new Error('A provisioned tenant has the app it was asked for.')
    const accounts = withAccounts ? await createAccounts(pools, { tenantId, slug }) : []
    return { tenantId, slug, appId: shop.id, appName: shop.name, accounts, ...(await createKeys(pools, { tenantId, appId: shop.id })) }
  } finally {
    await pools.close()
  }
}

async function createAccounts(pools: TestPools, { tenantId, slug }: { tenantId: string; slug: string }): Promise<readonly TestAccount[]> {
  return Promise.all(
    ROLES.map(async (role) => {
      const account = { email: `${role}@${slug}.test`, password: randomBytes(12).toString('hex'), role }
      const { accountId } = await provisionAccount(pools, { ...account, name: `Test ${role}`, memberships: [{ tenantId, role }] })
      return { ...account, accountId }
    }),
  )
}

async function createKeys(pools: TestPools, { tenantId, appId }: { tenantId: string; appId: string }) {
  const common = { tenantId, pepper: readConfig.owner().keyPepper }
  const [api, partner, server, sdk] = await Promise.all([
    createKey(pools, { ...common, kind: 'api', name: 'BI' }),
    createKey(pools, { ...common, kind: 'partner', name: 'Partner 1', filters: [{ dimension: 'partner', in: ['partner-1'] }] }),
    createKey(pools, { ...common, kind: 'ingest', ingestKind: 'server', name: 'Server' }),
    createKey(pools, { ...common, kind: 'ingest', ingestKind: 'sdk', name: 'SDK', appId, maxRevenue: '1000' }),
  ])
  return { apiKey: api.key, partnerKey: partner.key, ingestKey: server.key, sdkKey: sdk.key }
}
