/** What a producer says happened. Append it in the transaction that made it true. */
export type NewOutboxMessage = {
  /** Whose data it is about; null for what is not a tenant's (role umg_auth). Row-level security refuses any other. */
  readonly tenantId: string | null
  /** Such as `account.registered`; the relay's handlers are named by it. */
  readonly topic: string
  /** Messages of one aggregate are handled in the order of their ids, such as `account:<id>`. */
  readonly aggregate: string
  readonly payload: unknown
  /** How long the relay leaves it lying, so that what follows is handled together with it. Default 0. */
  readonly delayMs?: number
}

/** A pg client inside a transaction; a pool would append outside of it. */
export type SqlRunner = { readonly query: (text: string, values: unknown[]) => Promise<unknown> }

/** An entity manager inside a transaction (MikroORM's `em.execute` joins it). */
export type SqlExecutor = { readonly execute: (sql: string, params: unknown[]) => Promise<unknown> }

/** A pg client in a transaction as an entity manager is: for what takes either. Its statements mark their parameters by `?`. */
export function executorOf(client: SqlRunner): SqlExecutor {
  return {
    execute: (sql, params) => {
      let n = 0
      return client.query(
        sql.replaceAll('?', () => `$${++n}`),
        params,
      )
    },
  }
}

/** The channel on which the relay is woken; a lost notice costs one poll. */
export const OUTBOX_CHANNEL = 'umg_outbox'

const MAX_PAYLOAD_BYTES = 1_000_000

const insert = (parameter: (n: number) => string): string =>
  `INSERT INTO outbox (tenant_id, topic, aggregate, payload, available_at)
   VALUES (${parameter(1)}::uuid, ${parameter(2)}, ${parameter(3)}, ${parameter(4)}::jsonb, clock_timestamp() + ${parameter(5)}::int * interval '1 millisecond')`

const INSERT_NUMBERED = insert((n) => `$${n}`)
const INSERT_MARKED = insert(() => '?')

/** Appends by a pg client. Wakes nobody: see `notifyOutbox`. */
export async function appendOutbox(client: SqlRunner, message: NewOutboxMessage): Promise<void> {
  await client.query(INSERT_NUMBERED, parametersOf(message))
}

/**
 * Appends by an entity manager (role umg_app or umg_auth) and wakes the relay when the transaction commits. Commits with a notice are
 * serialised by PostgreSQL, so it is for what happens seldom; the collector notifies apart.
 */
export async function appendOutboxIn(em: SqlExecutor, message: NewOutboxMessage): Promise<void> {
  await em.execute(INSERT_MARKED, parametersOf(message))
  await em.execute('SELECT pg_notify(?, ?)', [OUTBOX_CHANNEL, message.topic])
}

/** Wakes the relay; outside of any transaction, after the commit. */
export async function notifyOutbox(client: SqlRunner): Promise<void> {
  await client.query('SELECT pg_notify($1, $2)', [OUTBOX_CHANNEL, ''])
}

function parametersOf({ tenantId, topic, aggregate, payload, delayMs = 0 }: NewOutboxMessage): unknown[] {
  const text = JSON.stringify(payload)
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) throw new Error(`The payload of a message ${topic} has more than ${MAX_PAYLOAD_BYTES} bytes.`)
  return [tenantId, topic, aggregate, text, delayMs]
}
