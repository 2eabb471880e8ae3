import type { Pool } from 'pg'
import { z } from 'zod'
import { changeDataVersion } from '#db/analytics/dataVersions.ts'
import type { RowsSummary } from '#db/analytics/rowsSummary.ts'
import { withTenant } from '#db/pool.ts'

/** Rows that one copy to ClickHouse holds at most, unless a single batch has more. */
export const MAX_GROUP_ROWS = 100_000
/** Compressed bytes of one copy, likewise. */
export const MAX_GROUP_BYTES = 16_000_000
const MAX_GROUP_BATCHES = 2_000

/** Batches that are copied together. Once assigned a group never changes, so that a copy can be verified and finished after a crash. */
export type CopyGroup = {
  /** Decimal text of a positive bigint: the highest id of its batches, so unique within the tenant. */
  readonly group: string
  /** false: an earlier attempt may have copied all or part of it. */
  readonly isNew: boolean
}

/** zstd frames of JSON lines; frames one after the other are one stream. */
export type GroupContent = { readonly payloads: readonly Buffer[]; readonly rowCount: number }

const groupRow = z.object({ copy_group: z.string().nullable() })
const LAST_ID = 'SELECT max(id)::text AS id FROM ingest_batches WHERE tenant_id = $1::uuid'
const PENDING = 'SELECT min(copy_group)::text AS copy_group FROM ingest_batches WHERE tenant_id = $1::uuid AND copy_group IS NOT NULL'
const ASSIGN = `WITH waiting AS (
    SELECT id, row_number() OVER oldest AS place, sum(row_count) OVER oldest AS total_rows, sum(octet_length(payload)) OVER oldest AS total_bytes
    FROM (SELECT id, row_count, payload FROM ingest_batches WHERE tenant_id = $1::uuid AND copy_group IS NULL AND id <= $2::bigint ORDER BY id LIMIT ${MAX_GROUP_BATCHES}) b
    WINDOW oldest AS (ORDER BY id)),
  chosen AS (SELECT id FROM waiting WHERE place = 1 OR (total_rows <= ${MAX_GROUP_ROWS} AND total_bytes <= ${MAX_GROUP_BYTES}))
  UPDATE ingest_batches SET copy_group = (SELECT max(id) FROM chosen)
  WHERE tenant_id = $1::uuid AND id IN (SELECT id FROM chosen)
  RETURNING copy_group::text AS copy_group`
const READ = 'SELECT payload, row_count FROM ingest_batches WHERE tenant_id = $1::uuid AND copy_group = $2::bigint ORDER BY id'
const DELETE = 'DELETE FROM ingest_batches WHERE tenant_id = $1::uuid AND copy_group = $2::bigint'

/** The tenant's highest batch id at this moment; null when nothing is waiting. */
export async function lastBatchId(pool: Pool, tenantId: string): Promise<string | null> {
  const { rows } = await withTenant(pool, tenantId, (client) => client.query(LAST_ID, [tenantId]))
  return z.tuple([z.object({ id: z.string().nullable() })]).parse(rows)[0].id
}

/** The group to copy next: one left by an earlier attempt, else the oldest batches up to `lastId`, assigned durably; null when there is none. */
export async function nextCopyGroup(pool: Pool, tenantId: string, lastId: string): Promise<CopyGroup | null> {
  return withTenant(pool, tenantId, async (client) => {
    const [pending] = z.array(groupRow).parse((await client.query(PENDING, [tenantId])).rows)
    if (pending?.copy_group) return { group: pending.copy_group, isNew: false }
    const [assigned] = z.array(groupRow).parse((await client.query(ASSIGN, [tenantId, lastId])).rows)
    return assigned?.copy_group ? { group: assigned.copy_group, isNew: true } : null
  })
}

export async function readCopyGroup(pool: Pool, tenantId: string, group: string): Promise<GroupContent> {
  const { rows } = await withTenant(pool, tenantId, (client) => client.query<{ payload: Buffer; row_count: number }>(READ, [tenantId, group]))
  return { payloads: rows.map((row) => row.payload), rowCount: rows.reduce((sum, row) => sum + row.row_count, 0) }
}

/** Forgets a group, and tells who watches answers what its rows have; only when all of them are known to be in ClickHouse. */
export async function deleteCopyGroup(pool: Pool, tenantId: string, group: string, rows: RowsSummary | null): Promise<void> {
  await withTenant(pool, tenantId, async (client) => {
    await client.query(DELETE, [tenantId, group])
    await changeDataVersion(client, tenantId, rows)
  })
}
