import { z } from 'zod'
import type { Queryable } from '#db/pool.ts'

/** A version of a tenant's data key; `wrapped` is null once it was destroyed. */
export type DataKeyRow = { readonly version: number; readonly wrapped: Buffer | null; readonly masterId: string; readonly createdAt: Date }

const rowSchema = z.object({ version: z.number(), wrapped: z.instanceof(Buffer).nullable(), masterId: z.string(), createdAt: z.date() })

const COLUMNS = 'version, wrapped, master_id AS "masterId", created_at AS "createdAt"'
const READ = { name: 'data-keys-read', text: `SELECT ${COLUMNS} FROM tenant_data_keys WHERE tenant_id = $1::uuid ORDER BY version` }
const NEWEST = { name: 'data-keys-newest', text: `SELECT ${COLUMNS} FROM tenant_data_keys WHERE tenant_id = $1::uuid ORDER BY version DESC LIMIT 1` }
const LOCK = {
  name: 'data-keys-lock',
  text: `SELECT ${COLUMNS} FROM tenant_data_keys WHERE tenant_id = $1::uuid AND wrapped IS NOT NULL ORDER BY version FOR UPDATE`,
}
// Whoever comes second waits for the first one's end and then reads its key.
const ADD = {
  name: 'data-keys-add',
  text: `INSERT INTO tenant_data_keys (tenant_id, version, wrapped, master_id, created_at) VALUES ($1::uuid, $2::int, $3::bytea, $4, $5::timestamptz)
         ON CONFLICT (tenant_id, version) DO NOTHING`,
}
const REWRAP = {
  name: 'data-keys-rewrap',
  text: 'UPDATE tenant_data_keys SET wrapped = $3::bytea, master_id = $4 WHERE tenant_id = $1::uuid AND version = $2::int',
}
const DESTROY = {
  name: 'data-keys-destroy',
  text: 'UPDATE tenant_data_keys SET wrapped = NULL, destroyed_at = $2::timestamptz WHERE tenant_id = $1::uuid AND wrapped IS NOT NULL',
}

const rowsOf = (result: { readonly rows: readonly unknown[] }): readonly DataKeyRow[] => z.array(rowSchema).parse(result.rows)

/** Every version, oldest first, destroyed ones included. In a transaction of the tenant, as all of these. */
export async function readDataKeys(client: Queryable, tenantId: string): Promise<readonly DataKeyRow[]> {
  return rowsOf(await client.query({ ...READ, values: [tenantId] }))
}

export async function readNewestDataKey(client: Queryable, tenantId: string): Promise<DataKeyRow | null> {
  return rowsOf(await client.query({ ...NEWEST, values: [tenantId] }))[0] ?? null
}

/** Those that work, held until the end of the transaction. */
export async function lockDataKeys(client: Queryable, tenantId: string): Promise<readonly DataKeyRow[]> {
  return rowsOf(await client.query({ ...LOCK, values: [tenantId] }))
}

/** Does nothing when somebody else has just made this version. */
export async function addDataKey(client: Queryable, tenantId: string, row: DataKeyRow): Promise<void> {
  await client.query({ ...ADD, values: [tenantId, row.version, row.wrapped, row.masterId, row.createdAt] })
}

export async function replaceWrapping(client: Queryable, tenantId: string, row: Omit<DataKeyRow, 'createdAt'>): Promise<void> {
  await client.query({ ...REWRAP, values: [tenantId, row.version, row.wrapped, row.masterId] })
}

/** Forgets every version for good; answers how many. */
export async function destroyDataKeys(client: Queryable, tenantId: string, at: Date): Promise<number> {
  return (await client.query({ ...DESTROY, values: [tenantId, at] })).rowCount ?? 0
}
