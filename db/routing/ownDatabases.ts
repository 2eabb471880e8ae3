import pg from 'pg'
import type { DatabaseMakerConfig } from '#ops/config.ts'
import { createClickHouse, dedicatedDatabases, readersDatabase } from '../clickhouse/client.ts'
import { migrateClickHouse, migratePostgres, type MigrationLog } from '../migrate.ts'
import { createPool, withSettings, type Pool } from '../pool.ts'
import type { TenantDatabases } from '../provisioning/steps.ts'
import { closeRoute, knownRoute, openRoute, removeRoute, takeRoute, type Route } from './route.ts'
import { urlOfDatabase } from './routes.ts'

export type OwnDatabasesOptions = {
  readonly maker: DatabaseMakerConfig
  /** Role umg_worker of the common database, which alone may write down where a tenant is. */
  readonly worker: Pool
  /** The common database as umg_app. */
  readonly appUrl: string
  readonly log: MigrationLog
}

export type NamedTenant = { readonly tenantId: string; readonly slug: string; readonly name: string; readonly reportingCurrency: string }

export type OwnDatabases = TenantDatabases & {
  /** Makes them and leads nobody there; bypassed for a tenant that is elsewhere and goes on there meanwhile. */
  readonly make: (tenant: NamedTenant, route: Pick<Route, 'isBypassed'>) => Promise<Route>
  readonly remove: (tenant: Pick<NamedTenant, 'tenantId'>) => Promise<void>
}

const nameOf = (tenantId: string): string => `umg_t_${tenantId.replaceAll('-', '')}`

/** A PostgreSQL and a ClickHouse database of the tenant's own. Each part looks first whether it is there, so that it may be cut short anywhere. */
export function ownDatabases({ maker, worker, appUrl, log }: OwnDatabasesOptions): OwnDatabases {
  const clickhouseDatabases = dedicatedDatabases(maker.clickhouse.database, maker.dedicatedDatabases)

  async function make(tenant: NamedTenant, { isBypassed }: Pick<Route, 'isBypassed'>): Promise<Route> {
    const { tenantId } = tenant
    const route = await takeRoute(worker, { tenantId, database: nameOf(tenantId), clickhouseDatabases, isBypassed })
    if (route === null) throw new Error(`All of the ${maker.dedicatedDatabases} databases for single tenants are taken (DEDICATED_DATABASES).`)
    await createDatabase(maker.ownerUrl, route.database)
    await migratePostgres({ ownerUrl: urlOfDatabase(maker.ownerUrl, route.database), rolePasswords: {}, hasJobs: false, log })
    await addTenant(urlOfDatabase(appUrl, route.database), tenant)
    await migrateClickHouse({ config: { ...maker.clickhouse, database: route.clickhouseDatabase }, log })
    return route
  }

  async function open(tenant: NamedTenant): Promise<void> {
    await make(tenant, { isBypassed: false })
    await openRoute(worker, tenant.tenantId)
  }

  async function remove({ tenantId }: Pick<NamedTenant, 'tenantId'>): Promise<void> {
    // The name of the ClickHouse database is in the route alone, so that goes last.
    const route = await knownRoute(worker, tenantId)
    if (route === null) return
    // A relay that is at work there lets go within seconds, and until then the database cannot be dropped: that is tried again.
    await closeRoute(worker, tenantId)
    await dropClickHouse(maker, route)
    await asOwner(maker.ownerUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(route.database)}`))
    await removeRoute(worker, tenantId)
  }

  return { make, open, remove }
}

async function createDatabase(ownerUrl: string, database: string): Promise<void> {
  await asOwner(ownerUrl, async (client) => {
    const name = client.escapeIdentifier(database)
    const { rows } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
    if (rows.length === 0) await client.query(`CREATE DATABASE ${name}`)
    // Only who works in it; umg_auth knows the common database alone.
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`)
    await client.query(`GRANT CONNECT ON DATABASE ${name} TO umg_app, umg_worker`)
  })
}

// The tables there refer to their tenant. What is known of it is read in the common database.
async function addTenant(url: string, { tenantId, slug, name, reportingCurrency }: NamedTenant): Promise<void> {
  const pool = createPool({ url, poolSize: 1, name: 'own-database' })
  try {
    await withSettings(pool, tenantId, (client) =>
      client.query('INSERT INTO tenants (id, slug, name, reporting_currency) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING', [
        tenantId,
        slug,
        name,
        reportingCurrency,
      ]),
    )
  } finally {
    await pool.end()
  }
}

async function dropClickHouse({ clickhouse }: DatabaseMakerConfig, { clickhouseDatabase }: Route): Promise<void> {
  const server = createClickHouse({ ...clickhouse, database: 'default' })
  try {
    for (const name of [readersDatabase(clickhouseDatabase), clickhouseDatabase]) await server.command({ query: `DROP DATABASE IF EXISTS ${name} SYNC` })
  } finally {
    await server.close()
  }
}

async function asOwner(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'umg-own-databases' })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
