import type { PoolClient } from 'pg'
import type { IngestEvent } from './ingestEvent.ts'

/** Bytes of an event id as stored: the head of a keyed hash. */
export const EVENT_ID_BYTES = 16
const DAY_BYTES = 4

// One parameter for all ids: 10,000 parameters or an array of bytea cost several times the insert itself. The answer is a count when all are new.
const ADD = {
  name: 'ingest-add-event-ids',
  text: `WITH listed AS (
           SELECT date '1970-01-01' + d AS day, substring($2::bytea FROM (n::int - 1) * ${EVENT_ID_BYTES} + 1 FOR ${EVENT_ID_BYTES}) AS id
           FROM unnest($3::int[]) WITH ORDINALITY AS t(d, n)),
         added AS (INSERT INTO event_ids (tenant_id, day, id) SELECT $1::uuid, day, id FROM listed ON CONFLICT DO NOTHING RETURNING day, id)
         SELECT count(*)::int AS added, CASE WHEN count(*) < cardinality($3::int[]) THEN string_agg(int4send(day - date '1970-01-01') || id, ''::bytea) END AS keys
         FROM added`,
}

/** What identifies an event within its tenant: the UTC day and the id's hash (DEFINITIONS.md, section 1). */
export const eventKey = (id: string, day: number): string => id + day

/**
 * Adds the ids of `events`, which are distinct, and answers the keys of those that were not there yet; null when all of them are new.
 * Waits for other transactions that are adding the same ones: their commit decides.
 */
export async function addEventIds(client: PoolClient, tenantId: string, events: readonly IngestEvent[]): Promise<ReadonlySet<string> | null> {
  // Two transactions that add the same ids in different orders would wait for each other.
  const sorted = events.toSorted(byKey)
  const ids = Buffer.allocUnsafe(sorted.length * EVENT_ID_BYTES)
  let days = '{'
  for (let i = 0; i < sorted.length; i++) {
    const event = sorted[i]
    if (event === undefined) break
    ids.write(event.id, i * EVENT_ID_BYTES, EVENT_ID_BYTES, 'latin1')
    days += i === 0 ? event.day : `,${event.day}`
  }
  const { rows } = await client.query<{ added: number; keys: Buffer | null }>({ ...ADD, values: [tenantId, ids, `${days}}`] })
  const [row] = rows
  if (row === undefined) throw new Error('Adding event ids answered no row.')
  return row.added === sorted.length ? null : readKeys(row.keys ?? Buffer.alloc(0))
}

function readKeys(bytes: Buffer): ReadonlySet<string> {
  const keys = new Set<string>()
  for (let at = 0; at < bytes.length; at += DAY_BYTES + EVENT_ID_BYTES) {
    keys.add(eventKey(bytes.toString('latin1', at + DAY_BYTES, at + DAY_BYTES + EVENT_ID_BYTES), bytes.readInt32BE(at)))
  }
  return keys
}

const byKey = (a: IngestEvent, b: IngestEvent): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
