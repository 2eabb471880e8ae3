import { promisify } from 'node:util'
import { constants, zstdCompress, zstdCompressSync } from 'node:zlib'
import type { Pool, PoolClient } from 'pg'
import { logConversions } from '#db/conversions/logConversions.ts'
import type { Seal, Vault } from '#db/crypto/vault.ts'
import { appendOutbox } from '#db/outbox/append.ts'
import { withSettings, withTenant } from '#db/pool.ts'
import { addUse } from '#db/usage/counters.ts'
import { addEventIds } from './eventIds.ts'
import { createSummarizer, INGEST_COMMITTED } from './eventSummary.ts'
import type { IngestEvent, Submission, SubmissionOutcome } from './ingestEvent.ts'
import { addRejectedEvents } from './rejectedEvents.ts'

const MAX_ATTEMPTS = 5
const DEADLOCK = '40P01'
const SERIALIZATION = '40001'
// Commits this near to each other are copied to ClickHouse together.
const COPY_DELAY_MS = 400
// Handing a small buffer to another thread costs more than compressing it.
const SYNC_BYTES = 16_384
const compressAsync = promisify(zstdCompress)
const zstd = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

const ADD_BATCH = { name: 'ingest-add-batch', text: 'INSERT INTO ingest_batches (tenant_id, payload, row_count) VALUES ($1::uuid, $2::bytea, $3::int)' }

export type IngestCommit = {
  readonly tenantId: string
  readonly submissions: readonly Submission[]
  /** Seals rejected rows. */
  readonly vault: Vault
  /** Whose month the events count in; default: now. */
  readonly acceptedAt?: Date
}

/**
 * Makes the submissions of one tenant durable in one transaction: new event ids, the new rows as one compressed batch, rejected rows with
 * their bytes, the message for the worker, and the entries of the log of conversions. Answers, in their order, what became of each. All or nothing: throws when the transaction did
 * not commit, and also when it cannot be known; sending the same again is harmless, since the ids are there or not.
 */
export async function commitIngest(pool: Pool, commit: IngestCommit): Promise<readonly SubmissionOutcome[]> {
  const { tenantId, submissions, vault, acceptedAt } = commit
  // The keys of personal data are in the common database, wherever what they seal is: destroyed there, they are destroyed.
  const hasRejected = submissions.some(({ rejected }) => rejected.length > 0)
  const seal = hasRejected ? await withSettings(pool, tenantId, (client) => vault.sealerFor(client, tenantId)) : null
  for (let attempt = 1; ; attempt++) {
    try {
      return await withTenant(pool, tenantId, (client) => commitOnce(client, { tenantId, submissions, seal, acceptedAt }))
    } catch (error) {
      // Ids are added in order, so a deadlock is not expected; a page split's or an operator's lock may still make one.
      const code = error instanceof Error && 'code' in error ? error.code : null
      if (attempt === MAX_ATTEMPTS || (code !== DEADLOCK && code !== SERIALIZATION)) throw error
    }
  }
}

/** `seal` is null when nothing was rejected. */
type SealedCommit = Omit<IngestCommit, 'vault'> & { readonly seal: Seal | null }

async function commitOnce(client: PoolClient, { tenantId, submissions, seal, acceptedAt = new Date() }: SealedCommit): Promise<readonly SubmissionOutcome[]> {
  const firsts = new Map<string, IngestEvent>()
  let total = 0
  for (const { events } of submissions) {
    total += events.length
    for (const event of events) if (!firsts.has(event.key)) firsts.set(event.key, event)
  }
  const events = [...firsts.values()]
  // Compressed while the ids are added: nearly always all of them are new.
  const whole = events.length === total && total > 0 ? compress(submissions.map(({ lines }) => lines)) : null
  const [added, payload] = await Promise.all([total === 0 ? new Set<string>() : addEventIds(client, tenantId, events), whole])
  // The first of equal events is the one that is accepted; all others are duplicates.
  const isAccepted = (event: IngestEvent): boolean => firsts.get(event.key) === event && (added === null || added.has(event.key))
  if (added === null || added.size > 0) {
    const kept = added === null && payload !== null ? payload : await compress(submissions.flatMap((submission) => linesOf(submission, isAccepted)))
    await addBatch(client, { tenantId, payload: kept, rowCount: added === null ? events.length : added.size, submissions })
  }
  if (seal !== null) for (const submission of submissions) if (submission.rejected.length > 0) await addRejectedEvents(client, { tenantId, submission, seal })
  const count = added?.size ?? events.length
  if (count > 0) await addUse(client, { tenantId, kind: 'events', at: acceptedAt, count })
  // Last: from the entries' numbers on until the commit the tenant's other commits wait.
  await logConversions(client, {
    tenantId,
    conversions: submissions.flatMap(({ conversions }) => conversions.filter(({ of }) => isAccepted(of))),
    touches: submissions.flatMap(({ touches }) => touches.filter(({ of }) => isAccepted(of))),
  })
  return submissions.map((submission) => {
    const accepted = added === null && total === events.length ? submission.events.length : submission.events.filter(isAccepted).length
    return { accepted, duplicates: submission.events.length - accepted }
  })
}

type Batch = { readonly tenantId: string; readonly payload: Buffer; readonly rowCount: number; readonly submissions: readonly Submission[] }

async function addBatch(client: PoolClient, { tenantId, payload, rowCount, submissions }: Batch): Promise<void> {
  await client.query({ ...ADD_BATCH, values: [tenantId, payload, rowCount] })
  const summarizer = createSummarizer()
  for (const { summaries } of submissions) summarizer.merge(summaries)
  await appendOutbox(client, {
    tenantId,
    topic: INGEST_COMMITTED,
    aggregate: `tenant:${tenantId}`,
    payload: { events: summarizer.result() },
    delayMs: COPY_DELAY_MS,
  })
}

const NEWLINE = 0x0a

/** The lines of the events that are accepted; the n-th line is the n-th event's. */
function linesOf({ events, lines }: Submission, isAccepted: (event: IngestEvent) => boolean): readonly Buffer[] {
  let start = 0
  return events.flatMap((event) => {
    const end = lines.indexOf(NEWLINE, start) + 1
    const line = lines.subarray(start, end)
    start = end
    return isAccepted(event) ? [line] : []
  })
}

async function compress(parts: readonly Buffer[]): Promise<Buffer> {
  const bytes = Buffer.concat(parts)
  return bytes.length < SYNC_BYTES ? zstdCompressSync(bytes, zstd) : compressAsync(bytes, zstd)
}
