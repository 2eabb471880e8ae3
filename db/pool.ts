import pg from 'pg'
import { toldOfMove } from './moving/tenantMoving.ts'
import { isUuid } from './uuid.ts'

/** Connections to the common database. With `route` they lead on to a tenant's own database where it has one. */
export type Pool = pg.Pool & { readonly route?: (tenantId: string) => Promise<pg.Pool>; readonly forget?: (tenantId: string) => void }
export type PoolClient = pg.PoolClient
/** Whatever runs a statement: a pool, one of its connections, or a connection on its own. */
export type Queryable = Pick<pg.ClientBase, 'query'>

const CONNECT_TIMEOUT_MS = 10_000
const IDLE_TIMEOUT_MS = 30_000

export type PoolOptions = {
  readonly url: string
  readonly poolSize: number
  readonly name: string
  /** A connection that is not used is closed after this long. Default 30,000. */
  readonly idleMs?: number
}

/** Plain connections for the paths where an ORM is in the way; `name` is shown in pg_stat_activity. Close it with `pool.end()`. */
export function createPool({ url, poolSize, name, idleMs = IDLE_TIMEOUT_MS }: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    application_name: `umg-${name}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: idleMs,
  })
  // An idle connection that the server closes is replaced at the next query; without a listener the event would end the process.
  pool.on('error', () => undefined)
  // The same for one that is lost in the middle of a transaction: what is asked of it next fails, and that is handled.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/**
 * Runs the work in one transaction about one tenant (`BEGIN`, `app.tenant_id` for this transaction alone, `COMMIT`), in the database where its rows
 * are. What is thrown rolls back. Row-level security is the second wall: the statements still name the tenant themselves. Throws TENANT_MOVING when
 * it writes while the tenant is moved.
 */
export async function withTenant<Result>(pool: Pool, tenantId: string, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  if (!isUuid(tenantId)) throw new Error('A tenant scope needs the tenant’s UUID.')
  const place = pool.route === undefined ? pool : await pool.route(tenantId)
  return inScopeOf(place, tenantId, work).catch((error: unknown) => toldOfMove(error, () => pool.forget?.(tenantId)))
}

/**
 * The same about what is kept of every tenant in the common database, wherever the rest of it is: who it is and who may enter (tenants, members,
 * keys, apps, rates of exchange), which has to be known before anything else is.
 */
export async function withSettings<Result>(pool: Pool, tenantId: string, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  if (!isUuid(tenantId)) throw new Error('A tenant scope needs the tenant’s UUID.')
  return inScopeOf(pool, tenantId, work)
}

function inScopeOf<Result>(pool: pg.Pool, tenantId: string, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  return withTransaction(pool, async (client) => {
    await client.query({ name: 'umg-set-tenant', text: "SELECT set_config('app.tenant_id', $1, true)", values: [tenantId] })
    return work(client)
  })
}

/** One transaction without a tenant: tenant tables show nothing in it. */
export async function withTransaction<Result>(pool: pg.Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    // A connection that cannot even roll back is thrown away: nobody may inherit its transaction.
    await client.query('ROLLBACK').catch((cause: unknown) => {
      broken = cause instanceof Error ? cause : new Error(String(cause))
    })
    throw error
  } finally {
    client.release(broken)
  }
}
