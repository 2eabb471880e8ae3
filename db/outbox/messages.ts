import { z } from 'zod'
import type { PoolClient, Queryable } from '#db/pool.ts'

/** A message as its handlers see it; `payload` is theirs to parse. */
export type OutboxMessage = {
  /** Decimal text; rises within an aggregate. */
  readonly id: string
  readonly tenantId: string | null
  readonly topic: string
  readonly aggregate: string
  readonly payload: unknown
  readonly createdAt: Date
  /** Failed attempts so far. */
  readonly attempts: number
}

/** An aggregate with something waiting, by its oldest message. */
export type Head = { readonly aggregate: string; readonly waitMs: number }

const WAITING = 'delivered_at IS NULL AND dead_at IS NULL'
// Walks the index from aggregate to aggregate, so that a long queue of one costs the others nothing.
const HEADS = `WITH RECURSIVE a(aggregate) AS (
    (SELECT aggregate FROM outbox WHERE ${WAITING} ORDER BY aggregate LIMIT 1)
    UNION ALL
    SELECT (SELECT o.aggregate FROM outbox o WHERE ${WAITING} AND o.aggregate > a.aggregate ORDER BY o.aggregate LIMIT 1) FROM a WHERE a.aggregate IS NOT NULL)
  SELECT a.aggregate, ceil(greatest(0, extract(epoch FROM h.available_at - clock_timestamp()) * 1000))::float8 AS "waitMs"
  FROM a CROSS JOIN LATERAL (SELECT o.id, o.available_at FROM outbox o WHERE ${WAITING} AND o.aggregate = a.aggregate ORDER BY o.id LIMIT 1) h
  WHERE a.aggregate IS NOT NULL AND ($2::text[] IS NULL OR a.aggregate = ANY($2::text[])) ORDER BY "waitMs", h.id LIMIT $1::int`
// The class keeps these locks apart from any other use of advisory locks in this database.
const LOCK_CLASS = 1_969_448_560
const LOCK = 'SELECT pg_try_advisory_xact_lock($1::int, hashtext($2)) AS locked'
// The ids leave as text; ORDER BY names the table's own column, since the bare name would be the text, where 10 comes before 9.
const COLUMNS = 'id::text, tenant_id AS "tenantId", topic, aggregate, payload, created_at AS "createdAt", attempts'
const NEXT = `SELECT ${COLUMNS}, available_at <= clock_timestamp() AS "isDue" FROM outbox WHERE ${WAITING} AND aggregate = $1 ORDER BY outbox.id LIMIT $2::int`
const PAST = `SELECT ${COLUMNS} FROM outbox WHERE topic = $1 AND outbox.id > $2::bigint AND dead_at IS NULL ORDER BY outbox.id LIMIT $3::int`
const DELIVERED = 'UPDATE outbox SET delivered_at = clock_timestamp(), last_error = NULL WHERE id = ANY($1::bigint[])'
const REMOVE = 'DELETE FROM outbox WHERE id = ANY($1::bigint[])'
const FAILED = `UPDATE outbox SET attempts = $2::int, last_error = $3, available_at = clock_timestamp() + $4::int * interval '1 millisecond' WHERE id = $1::bigint`
const DEAD = 'UPDATE outbox SET attempts = $2::int, last_error = $3, dead_at = clock_timestamp() WHERE id = $1::bigint'
const MAX_ERROR_LENGTH = 2_000

const message = z.object({
  id: z.string(),
  tenantId: z.string().nullable(),
  topic: z.string(),
  aggregate: z.string(),
  payload: z.unknown(),
  createdAt: z.date(),
  attempts: z.number(),
})
const nextMessage = message.extend({ isDue: z.boolean() })
const heads = z.array(z.object({ aggregate: z.string(), waitMs: z.number() }))

/** Aggregates with something waiting, the one that is due soonest first; `only` null is any of them. */
export async function readHeads(
  client: Queryable,
  { limit, only }: { readonly limit: number; readonly only: readonly string[] | null },
): Promise<readonly Head[]> {
  return heads.parse((await client.query(HEADS, [limit, only])).rows)
}

/** Until the end of the transaction no other relay handles this aggregate; false when one does now. */
export async function lockAggregate(client: PoolClient, aggregate: string): Promise<boolean> {
  const { rows } = await client.query(LOCK, [LOCK_CLASS, aggregate])
  return z.tuple([z.object({ locked: z.boolean() })]).parse(rows)[0].locked
}

/** The aggregate's oldest waiting messages; none while the first of them is not due, since nothing overtakes it. */
export async function readNext(client: PoolClient, aggregate: string, limit: number): Promise<readonly OutboxMessage[]> {
  const rows = z.array(nextMessage).parse((await client.query(NEXT, [aggregate, limit])).rows)
  return rows[0]?.isDue === true ? rows : []
}

/** Messages of a topic after that id, delivered or not, oldest first; for replay. */
export async function readTopic(
  client: Queryable,
  options: { readonly topic: string; readonly afterId: string; readonly limit: number },
): Promise<readonly OutboxMessage[]> {
  return z.array(message).parse((await client.query(PAST, [options.topic, options.afterId, options.limit])).rows)
}

/** Done with these: kept for a replay, or removed. */
export async function settle(client: PoolClient, messages: readonly OutboxMessage[], { isKept }: { readonly isKept: boolean }): Promise<void> {
  await client.query(isKept ? DELIVERED : REMOVE, [messages.map(({ id }) => id)])
}

/** Leaves it for later; `attempts` is what it has failed so far. */
export async function postpone(
  client: PoolClient,
  failed: { readonly id: string; readonly attempts: number; readonly error: string; readonly delayMs: number },
): Promise<void> {
  await client.query(FAILED, [failed.id, failed.attempts, failed.error.slice(0, MAX_ERROR_LENGTH), failed.delayMs])
}

/** Gives it up: it stays to be looked at, and the aggregate goes on without it. */
export async function bury(client: PoolClient, failed: { readonly id: string; readonly attempts: number; readonly error: string }): Promise<void> {
  await client.query(DEAD, [failed.id, failed.attempts, failed.error.slice(0, MAX_ERROR_LENGTH)])
}
