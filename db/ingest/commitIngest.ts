import { promisify } from 'node:util'
import { constants, zstdCompress, zstdCompressSync } from 'node:zlib'
import type { Pool, PoolClient } from 'pg'
import { appendOutbox } from '#db/outbox/append.ts'
import { withTenant } from '#db/pool.ts'
import { addEventIds } from './eventIds.ts'
import { INGEST_COMMITTED, summarizeEvents } from './eventSummary.ts'
import type { IngestEvent, Submission, SubmissionOutcome } from './ingestEvent.ts'
import { addRejectedEvents } from './rejectedEvents.ts'

const MAX_ATTEMPTS = 5
const DEADLOCK = '40P01'
const SERIALIZATION = '40001'
// Commits this near to each other are copied to ClickHouse together.
const COPY_DELAY_MS = 150
// Handing a small buffer to another thread costs more than compressing it.
const SYNC_BYTES = 16_384
const compressAsync = promisify(zstdCompress)
const zstd = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

const ADD_BATCH = { name: 'ingest-add-batch', text: 'INSERT INTO ingest_batches (tenant_id, payload, row_count) VALUES ($1::uuid, $2::bytea, $3::int)' }

export type IngestCommit = { readonly tenantId: string; readonly submissions: readonly Submission[] }

/**
 * Makes the submissions of one tenant durable in one transaction: new event ids, the new rows as one compressed batch, rejected rows with
 * their bytes, and the message for the worker. Answers, in their order, what became of each. All or nothing: throws when the transaction did
 * not commit, and also when it cannot be known; sending the same again is harmless, since the ids are there or not.
 */
export async function commitIngest(pool: Pool, commit: IngestCommit): Promise<readonly SubmissionOutcome[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await withTenant(pool, commit.tenantId, (client) => commitOnce(client, commit))
    } catch (error) {
      // Ids are added in order, so a deadlock is not expected; a page split's or an operator's lock may still make one.
      const code = error instanceof Error && 'code' in error ? error.code : null
      if (attempt === MAX_ATTEMPTS || (code !== DEADLOCK && code !== SERIALIZATION)) throw error
    }
  }
}

async function commitOnce(client: PoolClient, { tenantId, submissions }: IngestCommit): Promise<readonly SubmissionOutcome[]> {
  const distinct = new Map<string, IngestEvent>()
  for (const { events } of submissions) {
    for (const event of events) {
      if (!distinct.has(event.key)) distinct.set(event.key, event)
    }
  }
  const added = distinct.size === 0 ? new Set<string>() : await addRows(client, tenantId, distinct)
  for (const submission of submissions) if (submission.rejected.length > 0) await addRejectedEvents(client, { tenantId, submission })
  return countOutcomes(submissions, distinct, added)
}

/** Answers the keys of the events that were new; null when all were. */
async function addRows(client: PoolClient, tenantId: string, distinct: ReadonlyMap<string, IngestEvent>): Promise<ReadonlySet<string> | null> {
  const candidates = [...distinct.values()]
  // Compressed while the ids are added: nearly always all of them are new.
  const [added, payload] = await Promise.all([addEventIds(client, tenantId, candidates), compressLines(candidates)])
  if (added === null) {
    await addBatch(client, tenantId, { events: candidates, payload })
  } else if (added.size > 0) {
    const events = candidates.filter((event) => added.has(event.key))
    await addBatch(client, tenantId, { events, payload: await compressLines(events) })
  }
  return added
}

async function addBatch(client: PoolClient, tenantId: string, batch: { events: readonly IngestEvent[]; payload: Buffer }): Promise<void> {
  await client.query({ ...ADD_BATCH, values: [tenantId, batch.payload, batch.events.length] })
  const payload = { events: summarizeEvents(batch.events) }
  await appendOutbox(client, { tenantId, topic: INGEST_COMMITTED, aggregate: `tenant:${tenantId}`, payload, delayMs: COPY_DELAY_MS })
}

/** The first of equal events is the one that is accepted; all others are duplicates. */
function countOutcomes(submissions: readonly Submission[], distinct: ReadonlyMap<string, IngestEvent>, added: ReadonlySet<string> | null): readonly SubmissionOutcome[] {
  return submissions.map(({ events }) => {
    let accepted = 0
    for (const event of events) {
      if (distinct.get(event.key) === event && (added === null || added.has(event.key))) accepted += 1
    }
    return { accepted, duplicates: events.length - accepted }
  })
}

async function compressLines(events: readonly IngestEvent[]): Promise<Buffer> {
  let text = ''
  for (const event of events) text += `${event.line}\n`
  const bytes = Buffer.from(text)
  return bytes.length < SYNC_BYTES ? zstdCompressSync(bytes, zstd) : compressAsync(bytes, zstd)
}
