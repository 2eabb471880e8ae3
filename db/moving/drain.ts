import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { INGEST_COMMITTED } from '../ingest/eventSummary.ts'
import { appendOutbox } from '../outbox/append.ts'
import type { Pool, Queryable } from '../pool.ts'
import { hasBatches } from './copyRows.ts'
import type { Place } from './place.ts'

/** Handles what is due in the outbox of this database; of these aggregates alone, or all with null. */
export type DrainOutbox = (worker: Pool, aggregates: readonly string[] | null) => Promise<unknown>

export type DrainOptions = {
  readonly place: Place
  readonly tenantId: string
  /** Whether the whole database is the tenant's. */
  readonly isOwn: boolean
  readonly drainOutbox: DrainOutbox
  /** It is given up after this long: writers are refused meanwhile. */
  readonly drainMs: number
  readonly signal: AbortSignal
}

const POLL_MS = 50
const WAITING = 'SELECT FROM outbox WHERE delivered_at IS NULL AND dead_at IS NULL AND ($1::text[] IS NULL OR aggregate = ANY($1::text[])) LIMIT 1'

/** Finishes what was taken in this place: every batch in ClickHouse, every event in the catalogue. Resolves when nothing waits any more. */
export async function drainPlace({ place, tenantId, isOwn, drainOutbox, drainMs, signal }: DrainOptions): Promise<void> {
  const ingest = `tenant:${tenantId}`
  const aggregates = isOwn ? null : [ingest]
  const end = performance.now() + drainMs
  for (;;) {
    signal.throwIfAborted()
    await drainOutbox(place.worker, aggregates)
    const waits = (await place.worker.query(WAITING, [aggregates])).rows.length > 0
    const isLeft = await hasBatches(place, tenantId)
    if (!waits && !isLeft) return
    if (performance.now() >= end) throw new Error(`What was taken before is not finished after ${drainMs} ms.`)
    // A batch whose message died is waited for by nobody.
    if (!waits) await appendOutbox(place.worker, { tenantId, topic: INGEST_COMMITTED, aggregate: ingest, payload: { events: [] } })
    await pause(POLL_MS)
  }
}

const KEPT = 'tenant_id, topic, aggregate, payload, created_at, available_at, attempts, delivered_at, dead_at, last_error'
const rowsSchema = z.tuple([z.object({ rows: z.string() })])

/** Takes over what an outbox that goes away still holds, such as messages that died; in the caller's transaction. */
export async function keepMessages(from: Pool, client: Queryable): Promise<void> {
  const { rows } = await from.query(`SELECT coalesce(json_agg(o ORDER BY o.id), '[]')::text AS rows FROM outbox o`)
  const [{ rows: json }] = rowsSchema.parse(rows)
  await client.query(`INSERT INTO outbox (${KEPT}) SELECT ${KEPT} FROM json_populate_recordset(NULL::outbox, $1::json)`, [json])
}
