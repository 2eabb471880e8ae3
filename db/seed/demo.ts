// The demo tenants and their world: made once for a data folder, with random passwords and keys that are written to demo.json and nowhere else.
import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OwnerConfig } from '#ops/config.ts'
import { ROLES, type Role } from '#ops/security/permissions.ts'
import { createClickHouse, type ClickHouseClient } from '../clickhouse/client.ts'
import { createPool, withTransaction, type Pool } from '../pool.ts'
import { createKey } from '../provision/createKey.ts'
import { provisionAccount } from '../provision/provisionAccount.ts'
import { provisionTenant } from '../provision/provisionTenant.ts'
import { removeWorld, seedWorld, SHARES, type WorldCounts, type WorldTenant } from './simulator.ts'
import { PLATFORMS, type Platform } from './world/audience.ts'

export type DemoUser = { readonly email: string; readonly password: string; readonly role: Role }
export type DemoTenant = {
  readonly id: string
  readonly slug: string
  readonly users: readonly DemoUser[]
  readonly apiKey: string
  readonly partnerKey: string
  readonly ingestKey: string
}
/** The content of demo.json: what a tool needs to use a freshly started system. Its names are a contract (DESIGN.md section 2). */
export type Demo = {
  readonly gatewayUrl: string
  readonly wsUrl: string
  readonly collectorUrl: string
  readonly subgraphUrls: Readonly<Record<'auth' | 'tenant' | 'campaign' | 'analytics', string>>
  readonly tenants: readonly DemoTenant[]
}
type Addresses = Omit<Demo, 'tenants'>
export type DemoOptions = {
  /** About how many events the world has (SCALES). */
  readonly events: number
  /** Default: the clock's. The world ends there. */
  readonly now?: Date
  /** Called when a world has been made, not when it was there already. */
  readonly onSeeded?: (counts: WorldCounts) => void
}
type Pools = { readonly app: Pool; readonly auth: Pool; readonly owner: Pool }

const demoTenants = [
  { slug: 'acme', name: 'Acme' },
  { slug: 'globex', name: 'Globex' },
  { slug: 'initech', name: 'Initech' },
] as const
/** Every data folder has the same world; its tenants' ids, passwords and keys are its own. */
const worldSeed = 'unmogrowp'
/** An app for each platform; the ingest key is of the one on the web. */
const appNames: Readonly<Record<Platform, string>> = { ios: 'shop-ios', android: 'shop-android', web: 'shop' }
/** The partner whose rows the demo's partner keys show. */
const demoPartner = 'northstar-ads'

const demoFile = (dataDir: string) => join(dataDir, 'demo.json')
/** Which tenants a seeding has begun: what a crash cut short is taken away and made again. */
const begunFile = (dataDir: string) => join(dataDir, 'demo.begun.json')

/** null when the data folder has no demo. */
export function readDemo(dataDir: string): Demo | null {
  return existsSync(demoFile(dataDir)) ? (JSON.parse(readFileSync(demoFile(dataDir), 'utf8')) as Demo) : null
}

/** Makes the demo once; at later starts it only writes the current addresses. Three tenants, an account per role, three keys each, and their world. */
export async function createDemo(config: OwnerConfig, addresses: Addresses, options: DemoOptions): Promise<Demo> {
  const existing = readDemo(config.dataDir)
  if (existing !== null) return writeDemo(config.dataDir, { ...existing, ...addresses })
  const pool = (url: string) => createPool({ url, poolSize: 4, name: 'demo' })
  const pools: Pools = { app: pool(config.appUrl), auth: pool(config.authUrl), owner: pool(config.ownerUrl) }
  const clickhouse = createClickHouse(config.clickhouse)
  try {
    await undoBegun(config.dataDir, pools, clickhouse)
    const begun = demoTenants.map((tenant) => ({ ...tenant, id: randomUUID() }))
    writeFileSync(begunFile(config.dataDir), JSON.stringify(begun), { mode: 0o600 })
    const made = await Promise.all(begun.map((tenant) => createDemoTenant({ pools, tenant, pepper: config.keyPepper })))
    const now = options.now ?? new Date()
    const counts = await seedWorld({ clickhouse, pool: pools.app, tenants: made.map(({ world }) => world), seed: worldSeed, events: options.events, now })
    options.onSeeded?.(counts)
    const demo = writeDemo(config.dataDir, { ...addresses, tenants: made.map(({ tenant }) => tenant) })
    rmSync(begunFile(config.dataDir), { force: true })
    return demo
  } catch (error) {
    throw new Error(`The demo tenants could not be made. Start with --no-seed to go on without them, or with --reset to begin anew.`, { cause: error })
  } finally {
    await Promise.all([clickhouse.close(), ...Object.values(pools).map((each) => each.end())])
  }
}

type BegunTenant = (typeof demoTenants)[number] & { readonly id: string }

async function createDemoTenant(options: { pools: Pools; tenant: BegunTenant; pepper: string }): Promise<{ tenant: DemoTenant; world: WorldTenant }> {
  const { pools, tenant, pepper } = options
  const { tenantId, apps } = await provisionTenant(pools, {
    tenantId: tenant.id,
    slug: tenant.slug,
    name: tenant.name,
    reportingCurrency: 'USD',
    apps: PLATFORMS.map((platform) => ({ name: appNames[platform], platform, timeZone: 'UTC', currency: 'USD' })),
  })
  const appOf = (platform: Platform): string => {
    const app = apps.find(({ name }) => name === appNames[platform])
    if (app === undefined) throw new Error('A provisioned tenant has the apps it was asked for.')
    return app.id
  }
  const appIds = { ios: appOf('ios'), android: appOf('android'), web: appOf('web') }
  const users = ROLES.map((role) => ({ email: emailOf(role, tenant.slug), password: randomBytes(9).toString('base64url'), role }))
  for (const user of users)
    await provisionAccount(pools, {
      ...user,
      isVerified: true,
      name: `${capitalized(user.role)} of ${tenant.name}`,
      memberships: [{ tenantId, role: user.role }],
    })
  const common = { tenantId, pepper }
  const api = await createKey(pools, { ...common, kind: 'api', name: 'Demo BI key' })
  const partner = await createKey(pools, { ...common, kind: 'partner', name: 'Demo partner key', filters: [{ dimension: 'partner', in: [demoPartner] }] })
  const ingest = await createKey(pools, { ...common, kind: 'ingest', ingestKind: 'server', name: 'Demo server key', appId: appIds.web })
  return {
    tenant: { id: tenantId, slug: tenant.slug, users, apiKey: api.key, partnerKey: partner.key, ingestKey: ingest.key },
    world: { tenantId, slug: tenant.slug, share: SHARES[tenant.slug], appIds },
  }
}

/** Where a demo has rows, those that refer to others first. */
const undoneTables = ['memberships', 'keys', 'catalog_events', 'exchange_rates', 'creatives', 'ad_groups', 'campaigns', 'partners', 'apps', 'tenants']

/**
 * Takes away what a crash left of an unfinished demo. The owner has no policy on tenant tables, and no process may delete a tenant, so the owner
 * lifts FORCE for this one transaction; nothing else runs yet.
 */
async function undoBegun(dataDir: string, pools: Pools, clickhouse: ClickHouseClient): Promise<void> {
  if (!existsSync(begunFile(dataDir))) return
  const begun = JSON.parse(readFileSync(begunFile(dataDir), 'utf8')) as readonly { id: string; slug: string }[]
  const ids = begun.map((tenant) => tenant.id)
  await removeWorld(clickhouse, ids)
  const emails = begun.flatMap((tenant) => ROLES.map((role) => emailOf(role, tenant.slug)))
  await withTransaction(pools.owner, async (client) => {
    for (const table of undoneTables) await client.query(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`)
    for (const table of undoneTables) await client.query(`DELETE FROM ${table} WHERE ${table === 'tenants' ? 'id' : 'tenant_id'} = ANY($1)`, [ids])
    await client.query('DELETE FROM accounts WHERE email = ANY($1)', [emails])
    for (const table of undoneTables) await client.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`)
  })
}

/** Written whole or not at all. */
function writeDemo(dataDir: string, demo: Demo): Demo {
  const file = demoFile(dataDir)
  writeFileSync(`${file}.new`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return demo
}

function emailOf(role: Role, slug: string): string {
  return `${role}@${slug}.example`
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
