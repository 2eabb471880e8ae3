import { randomUUID } from 'node:crypto'
import { withSettings, type Pool } from '../pool.ts'

export type NewApp = { readonly name: string; readonly platform?: string | null; readonly timeZone: string; readonly currency: string }

export type NewTenant = {
  /** Default: a random one. Whoever has to finish or undo what a crash cut short chooses it before. */
  readonly tenantId?: string
  /** Lower-case letters, digits and inner hyphens, at most 63; unique among all tenants. */
  readonly slug: string
  readonly name: string
  /** ISO 4217. */
  readonly reportingCurrency: string
  readonly apps: readonly NewApp[]
}

export type ProvisionedTenant = { readonly tenantId: string; readonly apps: readonly { readonly id: string; readonly name: string }[] }

/** Makes a tenant with its apps in one transaction; throws PostgreSQL's 23505 when the slug is taken. */
export async function provisionTenant(pools: { readonly app: Pool }, tenant: NewTenant): Promise<ProvisionedTenant> {
  const tenantId = tenant.tenantId ?? randomUUID()
  const apps = tenant.apps.map((app) => ({ ...app, id: randomUUID() }))
  await withSettings(pools.app, tenantId, async (client) => {
    const { slug, name, reportingCurrency } = tenant
    await client.query('INSERT INTO tenants (id, slug, name, reporting_currency) VALUES ($1, $2, $3, $4)', [tenantId, slug, name, reportingCurrency])
    for (const app of apps) {
      const values = [tenantId, app.id, app.name, app.platform ?? null, app.timeZone, app.currency]
      await client.query('INSERT INTO apps (tenant_id, id, name, platform, time_zone, currency) VALUES ($1, $2, $3, $4, $5, $6)', values)
    }
  })
  return { tenantId, apps: apps.map(({ id, name }) => ({ id, name })) }
}
