import { z } from 'zod'
import type { LogCondition } from '../conversions/logFilter.ts'
import { readHeadIn, readLogIn, type LogGap, type LogPosition } from '../conversions/readLog.ts'
import type { PoolClient } from '../pool.ts'

/** Entries of one look at the log. */
const SCAN_ENTRIES = 500
/** Deliveries of one endpoint that wait; beyond them what comes waits in the log. */
const MAX_WAITING = 10_000

const WAITING = {
  name: 'webhooks-waiting',
  text: `SELECT count(*)::int AS waiting FROM (SELECT FROM webhook_deliveries WHERE tenant_id = $1::uuid AND webhook_id = $2::uuid AND status = 'pending' LIMIT ${MAX_WAITING}) w`,
}
const ADD = {
  name: 'webhooks-add',
  text: `INSERT INTO webhook_deliveries (tenant_id, webhook_id, kind, conversion_id, sequence, recorded_ms, next_attempt_at)
    SELECT $1::uuid, $2::uuid, 'log', e.id, e.sequence, e.recorded_ms, $6 FROM unnest($3::uuid[], $4::bigint[], $5::bigint[]) WITH ORDINALITY AS e(id, sequence, recorded_ms, n)
    ORDER BY e.n`,
}

export type LogScan = {
  readonly tenantId: string
  readonly webhookId: string
  readonly position: LogPosition
  readonly conditions: readonly LogCondition[]
  readonly now: Date
}
/** How far the endpoint has come; the caller stores it in the same transaction. */
export type Scanned = { readonly position: LogPosition; readonly gap: LogGap | null; readonly added: number }

/** Makes deliveries of the next entries of the log that fit, if there is room. In a transaction of the tenant that holds the endpoint's lock. */
export async function scanLog(client: PoolClient, { tenantId, webhookId, position, conditions, now }: LogScan): Promise<Scanned> {
  const nothing = { position, gap: null, added: 0 }
  const head = await readHeadIn(client, tenantId)
  if (position.sequence >= head.sequence) return nothing
  const { rows } = await client.query({ ...WAITING, values: [tenantId, webhookId] })
  if (z.tuple([z.object({ waiting: z.number() })]).parse(rows)[0].waiting >= MAX_WAITING) return nothing
  const page = await readLogIn(client, { tenantId, after: position, head, conditions, limit: SCAN_ENTRIES, nowMs: now.getTime() })
  if (page.entries.length > 0) {
    const columns = [
      page.entries.map(({ id }) => id),
      page.entries.map(({ sequence }) => String(sequence)),
      page.entries.map(({ recordedAt }) => recordedAt.getTime()),
    ]
    await client.query({ ...ADD, values: [tenantId, webhookId, ...columns, now] })
  }
  return { position: page.position, gap: page.gap, added: page.entries.length }
}
