import { withTenant, type Pool, type Queryable } from '../pool.ts'

/** The channel on which those are woken who watch answers about a tenant's data; the payload is the tenant's id. A lost notice costs one poll. */
export const DATA_CHANNEL = 'umg_data'

const CHANGE = {
  name: 'data-version-change',
  text: `WITH changed AS (
      INSERT INTO data_versions AS d (tenant_id, version) VALUES ($1::text::uuid, 1) ON CONFLICT (tenant_id) DO UPDATE SET version = d.version + 1 RETURNING version)
    SELECT pg_notify($2, $1::text) FROM changed`,
}
const READ = { name: 'data-version-read', text: 'SELECT version::float8 AS version FROM data_versions WHERE tenant_id = $1::uuid' }

/**
 * Says, in a transaction of the tenant, that an answer about its data may be another from the commit on: the rows that make it so can be read already,
 * or become readable by the same commit. Commits with a notice take turns, so it is for copies and edits, not for each event.
 */
export async function changeDataVersion(client: Queryable, tenantId: string): Promise<void> {
  await client.query({ ...CHANGE, values: [tenantId, DATA_CHANNEL] })
}

/** A number that grows whenever the tenant's data have changed. */
export async function readDataVersion(pool: Pool, tenantId: string): Promise<number> {
  const { rows } = await withTenant(pool, tenantId, (client) => client.query<{ version: number }>({ ...READ, values: [tenantId] }))
  return rows[0]?.version ?? 0
}
