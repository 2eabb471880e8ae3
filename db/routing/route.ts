import { z } from 'zod'
import { withSettings, type Pool, type Queryable } from '../pool.ts'

const route = z.object({
  tenantId: z.uuid(),
  database: z.string(),
  clickhouseDatabase: z.string(),
  /** Whether it leads there. */
  isReady: z.boolean(),
  /** The tenant is in the common databases all the same: it is being moved, or its old rows are kept. */
  isBypassed: z.boolean(),
})
/** Where the rows of a tenant are that has databases of its own. */
export type Route = z.infer<typeof route>

const COLUMNS = `tenant_id AS "tenantId", database, clickhouse_database AS "clickhouseDatabase", is_ready AS "isReady", is_bypassed AS "isBypassed"`
const schema = z.array(route)

const FIND = { name: 'umg-find-route', text: `SELECT ${COLUMNS} FROM tenant_routes WHERE tenant_id = $1::uuid` }
const LIST = `SELECT ${COLUMNS} FROM tenant_routes WHERE is_ready ORDER BY tenant_id`
const TAKE = `INSERT INTO tenant_routes (tenant_id, database, clickhouse_database, is_bypassed)
  SELECT $1::uuid, $2, free.name, $4 FROM unnest($3::text[]) WITH ORDINALITY AS free(name, place)
  WHERE NOT EXISTS (SELECT FROM tenant_routes r WHERE r.clickhouse_database = free.name) ORDER BY free.place LIMIT 1
  ON CONFLICT DO NOTHING`
const LEAD = 'UPDATE tenant_routes SET is_ready = $2, is_bypassed = NOT $2 WHERE tenant_id = $1::uuid'
const READY = 'UPDATE tenant_routes SET is_ready = $2 WHERE tenant_id = $1::uuid'
const REMOVE = 'DELETE FROM tenant_routes WHERE tenant_id = $1::uuid'

/** The tenant's route; null for one among the others. Role umg_app. */
export async function findRoute(app: Pool, tenantId: string): Promise<Route | null> {
  const { rows } = await withSettings(app, tenantId, (client) => client.query({ ...FIND, values: [tenantId] }))
  return schema.parse(rows)[0] ?? null
}

/** Every route that leads somewhere. Role umg_worker, as for all below. */
export const listRoutes = async (worker: Queryable): Promise<readonly Route[]> => schema.parse((await worker.query(LIST)).rows)

export type NewRoute = Pick<Route, 'tenantId' | 'database' | 'isBypassed'> & { readonly clickhouseDatabases: readonly string[] }

/** The tenant's route, with the first of the ClickHouse databases that is free if it had none; null when none is. */
export async function takeRoute(worker: Queryable, { tenantId, database, clickhouseDatabases, isBypassed }: NewRoute): Promise<Route | null> {
  await worker.query(TAKE, [tenantId, database, clickhouseDatabases, isBypassed])
  return knownRoute(worker, tenantId)
}

/** The tenant's route whether it leads anywhere or not. */
export const knownRoute = async (worker: Queryable, tenantId: string): Promise<Route | null> =>
  schema.parse((await worker.query(FIND.text, [tenantId])).rows)[0] ?? null

export const openRoute = async (worker: Queryable, tenantId: string): Promise<void> => void (await worker.query(READY, [tenantId, true]))
/** Nobody begins anything there any more. */
export const closeRoute = async (worker: Queryable, tenantId: string): Promise<void> => void (await worker.query(READY, [tenantId, false]))
export const removeRoute = async (worker: Queryable, tenantId: string): Promise<void> => void (await worker.query(REMOVE, [tenantId]))
/** From here on the tenant's rows are there, or among the others; in the caller's transaction. */
export const turnRoute = async (worker: Queryable, tenantId: string, isOwn: boolean): Promise<void> => void (await worker.query(LEAD, [tenantId, isOwn]))
