import { withTenant, type Pool } from '../pool.ts'

/**
 * Until when ClickHouse knows everything that was accepted of the tenant: the time of its oldest batch that is not copied yet, null when all
 * are. Ask before reading ClickHouse, so that what is read is at least as new.
 */
export async function readKnownUntil(pool: Pool, tenantId: string): Promise<Date | null> {
  return withTenant(pool, tenantId, async (client) => {
    const { rows } = await client.query<{ known_until: Date | null }>({ name: 'analytics-known-until', text: KNOWN_UNTIL, values: [tenantId] })
    return rows[0]?.known_until ?? null
  })
}

const KNOWN_UNTIL = 'SELECT min(created_at) AS known_until FROM ingest_batches WHERE tenant_id = $1::uuid'
