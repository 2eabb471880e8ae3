// Runs after the other files: it takes locks on tables that they use at the same time.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig, type OwnerConfig } from '#ops/config.ts'
import { withTenant } from '#db/pool.ts'
import { verifyKey } from '#db/access/verifyKey.ts'
import { openTestClickHouse, testEvent } from '#db/testing/testEvents.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { createDemo, readDemo } from '#db/seed/demo.ts'

const addresses = {
  gatewayUrl: 'http://a',
  wsUrl: 'ws://a/graphql',
  collectorUrl: 'http://b',
  subgraphUrls: { auth: 'x', tenant: 'x', campaign: 'x', analytics: 'x' },
}

describe('the demo', () => {
  let folder: string
  let pools: TestPools
  let config: OwnerConfig
  const clickhouse = openTestClickHouse('migrate')
  const eventsOf = async (ids: readonly string[]): Promise<number> => {
    const query = 'SELECT count() AS n FROM events WHERE tenant_id IN {ids:Array(UUID)}'
    const [row] = await (await clickhouse.query({ query, query_params: { ids }, format: 'JSONEachRow' })).json<{ n: string }>()
    return Number(row?.n)
  }
  beforeAll(() => {
    folder = mkdtempSync('/var/tmp/unmogrowp-demo-')
    pools = openTestPools()
    config = { ...readConfig.owner(), dataDir: folder }
  })
  afterAll(async () => {
    await Promise.all([pools.close(), clickhouse.close()])
    rmSync(folder, { recursive: true })
  })

  it('begun by a start that was killed is taken away and made anew, whole', async () => {
    const halfId = 'aaaaaaaa-0000-4000-8000-000000000001'
    writeFileSync(join(folder, 'demo.begun.json'), JSON.stringify([{ id: halfId, slug: 'acme' }]))
    await withTenant(pools.app, halfId, (client) =>
      client.query(`INSERT INTO tenants (id, slug, name, reporting_currency) VALUES ($1, 'acme', 'Acme', 'USD')`, [halfId]),
    )
    await pools.auth.query(`INSERT INTO accounts (id, email, name, password_hash) VALUES (gen_random_uuid(), 'owner@acme.example', 'half', 'x')`)

    await clickhouse.insert({ table: 'events', values: [testEvent({ tenant_id: halfId, app_id: halfId })], format: 'JSONEachRow' })
    await withTenant(pools.app, halfId, (client) =>
      client.query(`INSERT INTO campaigns (tenant_id, id, name, status) VALUES ($1, 'half', 'Half', 'active')`, [halfId]),
    )

    const demo = await createDemo(config, addresses, { events: 3_000 })
    expect(demo.tenants.map((tenant) => tenant.slug)).toEqual(['acme', 'globex', 'initech'])
    expect(demo.tenants.map((tenant) => tenant.id)).not.toContain(halfId)
    const left = await withTenant(pools.app, halfId, (client) => client.query('SELECT 1 FROM tenants WHERE id = $1', [halfId]))
    expect(left.rowCount).toBe(0)
    expect(await eventsOf([halfId])).toBe(0)
    const emails = demo.tenants.flatMap(({ users }) => users.map(({ email }) => email))
    const { rows } = await pools.auth.query('SELECT email FROM accounts WHERE email = ANY($1) AND email_verified_at IS NULL', [emails])
    expect(rows).toEqual([])
    const ids = demo.tenants.map((tenant) => tenant.id)
    expect(await eventsOf(ids)).toBeGreaterThan(2_500)
  }, 120_000)

  it('leaves row-level security forced on every table it touched', async () => {
    const tables = await pools.owner.query(`SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND NOT relforcerowsecurity`)
    expect(tables.rows).toEqual([])
  })

  it('made once keeps its logins and keys; only the addresses follow the ports', async () => {
    const first = readDemo(folder)
    const again = await createDemo(config, { ...addresses, gatewayUrl: 'http://moved' }, { events: 3_000 })
    expect(again.tenants).toEqual(first?.tenants)
    expect(JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8'))).toMatchObject({ gatewayUrl: 'http://moved' })
  })

  it('hands out keys that verify for their own tenant and app', async () => {
    const tenant = readDemo(folder)!.tenants[1]!
    const key = await verifyKey(pools.app, config.keyPepper, tenant.ingestKey)
    expect(key).toMatchObject({ tenantId: tenant.id, tenantSlug: 'globex', kind: 'ingest', ingestKind: 'server' })
    expect(key?.apps.map((app) => app.name)).toEqual(['shop'])
  })
})
