import { withSettings, type Pool, type PoolClient } from '../pool.ts'

/** One of the two places of a tenant that is moved: a PostgreSQL database and a ClickHouse database. */
export type Place = {
  /** Role umg_owner, which alone may take a tenant's rows away, behind a closed gate. */
  readonly owner: Pool
  /** Role umg_worker: the outbox of this database. */
  readonly worker: Pool
  readonly clickhouseDatabase: string
}

/** `serving`: everybody writes. `draining`: the worker alone, which finishes what was taken. `closed`: nobody but the mover. */
export type GateState = 'open' | 'draining' | 'closed'

const MOVER_CLASS = 1_886_546_539
/** As in migration 0012: writers hold it together, until their transactions end. */
const GATE_CLASS = 1_886_546_540
const LOCK = 'SELECT pg_advisory_xact_lock($1::int, hashtext($2))'
// Writers who come while it is waited for wait too, so that is not for long.
const GATE_WAIT = "SET LOCAL lock_timeout = '10s'"
const SHUT = 'INSERT INTO tenant_gates (tenant_id, state) VALUES ($1, $2) ON CONFLICT (tenant_id) DO UPDATE SET state = excluded.state'
const IS_SHUT = 'SELECT FROM tenant_gates WHERE tenant_id = $1'
const OPEN = 'DELETE FROM tenant_gates WHERE tenant_id = $1'

/**
 * The mover's work in one of the two databases, in one transaction. What a mover that was killed had sent is over before this begins: its statement
 * may run on for a while, and its transaction ends with it.
 */
export function inPlace<Result>({ owner }: Pick<Place, 'owner'>, tenantId: string, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  return withSettings(owner, tenantId, async (client) => {
    await client.query(LOCK, [MOVER_CLASS, tenantId])
    // Rows are compared and carried as text.
    await client.query("SELECT set_config('TimeZone', 'UTC', true), set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true)")
    return work(client)
  })
}

/** Whether writers are refused there, were it only some of them. */
export function isShut(place: Pick<Place, 'owner'>, tenantId: string): Promise<boolean> {
  return inPlace(place, tenantId, async (client) => (await client.query(IS_SHUT, [tenantId])).rows.length > 0)
}

/** When it resolves, whoever wrote before has ended, and whoever writes later is let in or refused by this state. */
export function setGate(place: Pick<Place, 'owner'>, tenantId: string, state: GateState): Promise<void> {
  return inPlace(place, tenantId, async (client) => {
    await client.query(GATE_WAIT)
    await client.query(LOCK, [GATE_CLASS, tenantId])
    await (state === 'open' ? client.query(OPEN, [tenantId]) : client.query(SHUT, [tenantId, state]))
  })
}
