import { z } from 'zod'
import { withTenant, type Pool, type Queryable } from '../pool.ts'
import { rowsSummary, type RowsSummary } from './rowsSummary.ts'

/** The channel on which those are woken who watch answers about a tenant's data; the payload is the tenant's id. A lost notice costs one poll. */
export const DATA_CHANNEL = 'umg_data'

/** The last versions that can be told of. */
const MOST_CHANGES = 8
const CHANGE = {
  name: 'data-version-change',
  text: `WITH changed AS (
      INSERT INTO data_versions AS d (tenant_id, version, changes)
        VALUES ($1::text::uuid, 1, CASE WHEN $3::jsonb IS NULL THEN '[]' ELSE jsonb_build_array(jsonb_build_object('version', 1, 'rows', $3::jsonb)) END)
      ON CONFLICT (tenant_id) DO UPDATE SET version = d.version + 1, changes = CASE WHEN $3::jsonb IS NULL THEN '[]' ELSE
        jsonb_path_query_array(jsonb_build_array(jsonb_build_object('version', d.version + 1, 'rows', $3::jsonb)) || d.changes, '$[0 to ${MOST_CHANGES - 1}]') END
      RETURNING version)
    SELECT pg_notify($2, $1::text) FROM changed`,
}
const READ = { name: 'data-version-read', text: 'SELECT version::float8 AS version, changes FROM data_versions WHERE tenant_id = $1::uuid' }

const storedHead = z.object({ version: z.number(), changes: z.array(z.object({ version: z.number(), rows: rowsSummary })) })
/** A number that grows whenever the tenant's data have changed, and what the rows have that came with the last of its steps. */
export type DataHead = z.infer<typeof storedHead>
const NO_DATA: DataHead = { version: 0, changes: [] }

/**
 * Says, in a transaction of the tenant, that an answer about its data may be another from the commit on: the rows that make it so can be read already,
 * or become readable by the same commit. Commits with a notice take turns, so it is for copies and edits, not for each event. `rows`: all that came,
 * where nothing but events did; null is any change.
 */
export async function changeDataVersion(client: Queryable, tenantId: string, rows: RowsSummary | null): Promise<void> {
  await client.query({ ...CHANGE, values: [tenantId, DATA_CHANNEL, rows === null ? null : JSON.stringify(rows)] })
}

export async function readDataHead(pool: Pool, tenantId: string): Promise<DataHead> {
  const { rows } = await withTenant(pool, tenantId, (client) => client.query({ ...READ, values: [tenantId] }))
  const [found] = z.array(storedHead).parse(rows)
  return found ?? NO_DATA
}

/** Whether data have changed since the version in a way that `touches` says of their rows; what is not known any more may have been any. */
export function hasChangedSince({ version, changes }: DataHead, since: number, touches: (rows: RowsSummary) => boolean): boolean {
  const steps = changes.filter((change) => change.version > since)
  return steps.length < version - since || steps.some(({ rows }) => touches(rows))
}
