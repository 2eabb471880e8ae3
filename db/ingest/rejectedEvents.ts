import type { PoolClient } from 'pg'
import type { Seal } from '#db/crypto/vault.ts'
import type { Submission } from './ingestEvent.ts'

// The raw bytes of all rows travel as one parameter and are cut apart by their ends.
const ADD = {
  name: 'ingest-add-rejected',
  text: `INSERT INTO rejected_events (tenant_id, key_id, received_at, index, code, path, message, raw, is_sealed, sealed_message)
         SELECT $1::uuid, $2::uuid, now(), r.index, r.code, r.path, '', substring($3::bytea FROM r.start + 1 FOR r.length), true, r.message
         FROM unnest($4::int[], $5::text[], $6::text[], $7::bytea[], $8::int[], $9::int[]) AS r(index, code, path, message, start, length)`,
}
/** Rejected rows are kept this long. */
export const REJECTED_RETENTION_DAYS = 30
const MAX_DELETED_AT_ONCE = 1_000
// Ids rise with time, so the oldest rows lie first in the primary key and no other index is needed.
const DELETE_OLD = {
  name: 'ingest-delete-old-rejected',
  text: `DELETE FROM rejected_events WHERE tenant_id = $1::uuid AND received_at < now() - $2::int * interval '1 day'
         AND id IN (SELECT id FROM rejected_events WHERE tenant_id = $1::uuid ORDER BY id LIMIT ${MAX_DELETED_AT_ONCE})`,
}

export type RejectedEvents = { readonly tenantId: string; readonly submission: Submission; readonly seal: Seal }

/** Keeps a submission's rejected rows with their raw bytes, sealed, and deletes the tenant's that are older than 30 days. */
export async function addRejectedEvents(client: PoolClient, { tenantId, submission, seal }: RejectedEvents): Promise<void> {
  // Nobody could say which fields of a row that is not right are personal, so all of it counts as that, and so does the sentence that quotes it.
  const rejected = submission.rejected.map((row) => ({
    ...row,
    message: seal('rejected_events.message', row.message),
    raw: seal('rejected_events.raw', row.raw),
  }))
  const starts: number[] = []
  let end = 0
  for (const { raw } of rejected) {
    starts.push(end)
    end += raw.length
  }
  const values = [
    tenantId,
    submission.keyId,
    Buffer.concat(rejected.map(({ raw }) => raw)),
    rejected.map(({ index }) => index),
    rejected.map(({ code }) => code),
    rejected.map(({ path }) => path),
    rejected.map(({ message }) => message),
    starts,
    rejected.map(({ raw }) => raw.length),
  ]
  await client.query({ ...ADD, values })
  await client.query({ ...DELETE_OLD, values: [tenantId, REJECTED_RETENTION_DAYS] })
}
