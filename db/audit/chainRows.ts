import { z } from 'zod'
import type { Queryable } from '#db/pool.ts'
import type { ChainEntry, ChainHead } from './chain.ts'

const bytes = z.instanceof(Buffer)
// The numbers leave as text and are far from where they would not be exact.
const number = z.string().transform(Number)
const entryRow = z.object({
  tenantId: z.string(),
  sequence: number,
  recordId: z.string(),
  at: z.string(),
  actorKind: z.string(),
  actorId: z.string().nullable(),
  action: z.string(),
  target: z.string(),
  before: bytes.nullable(),
  after: bytes.nullable(),
  address: bytes.nullable(),
  requestId: z.string().nullable(),
  previousHash: bytes,
  hash: bytes,
})
const headRow = z.object({ tenantId: z.string(), sequence: number, hash: bytes, seal: bytes })

// To the microsecond, which a Date would cut off: no change may be too small to be seen.
export const ENTRY_COLUMNS = `tenant_id AS "tenantId", sequence::text AS sequence, record_id AS "recordId",
  to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, actor_kind AS "actorKind", actor_id AS "actorId", action, target, before, after,
  address, request_id AS "requestId", previous_hash AS "previousHash", hash`
const HEAD_COLUMNS = 'tenant_id AS "tenantId", sequence::text AS sequence, hash, seal'
const READ = {
  name: 'audit-read',
  text: `SELECT ${ENTRY_COLUMNS} FROM audit_log WHERE tenant_id = $1::uuid AND audit_log.sequence > $2::bigint ORDER BY audit_log.sequence LIMIT $3::int`,
}
const HEAD = { name: 'audit-head', text: `SELECT ${HEAD_COLUMNS} FROM audit_heads WHERE tenant_id = $1::uuid` }
const LOCK_HEAD = { name: 'audit-lock-head', text: `${HEAD.text} FOR UPDATE` }

/** Rows of ENTRY_COLUMNS. */
export const readEntryRows = (rows: readonly unknown[]): readonly ChainEntry[] => z.array(entryRow).parse(rows)

/** The tenant's entries after that one by their sequence, at most `limit`. In a transaction of the tenant, as all of these. */
export async function readEntries(
  client: Queryable,
  { tenantId, after, limit }: { readonly tenantId: string; readonly after: number; readonly limit: number },
): Promise<readonly ChainEntry[]> {
  return readEntryRows((await client.query({ ...READ, values: [tenantId, after, limit] })).rows)
}

/** Null before anything was recorded. */
export async function readHead(client: Queryable, tenantId: string): Promise<ChainHead | null> {
  return z.array(headRow).parse((await client.query({ ...HEAD, values: [tenantId] })).rows)[0] ?? null
}

/** Held until the end of the transaction: the tenant's other writers wait. */
export async function lockHead(client: Queryable, tenantId: string): Promise<ChainHead | null> {
  return z.array(headRow).parse((await client.query({ ...LOCK_HEAD, values: [tenantId] })).rows)[0] ?? null
}
