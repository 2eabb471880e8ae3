import { z } from 'zod'
import type { LogEntry } from '../conversions/readLog.ts'
import type { Queryable } from '../pool.ts'
import { retryDelayMs } from './schedule.ts'

/** A delivery that one worker has taken to send; others leave it alone until the lease ends. */
export type Taken = {
  readonly id: string
  /** This one included. */
  readonly attempt: number
  readonly entry: LogEntry
  readonly leasedUntilMs: number
}

type Sent = {
  readonly id: string
  readonly attempt: number
  /** null when no answer came. */
  readonly statusCode: number | null
  readonly error: string | null
  /** The beginning of what was answered. */
  readonly response: string | null
  readonly durationMs: number
  readonly requestedAt: Date
}
/** How an attempt ended. `gone`: the endpoint wants nothing more. `released`: it was not begun, and does not count. */
export type AttemptResult =
  | ({ readonly kind: 'delivered' | 'failed' | 'gone' } & Sent)
  | { readonly kind: 'released'; readonly id: string; readonly attempt: number }
  /** The log keeps its entry no longer. */
  | { readonly kind: 'lost'; readonly id: string; readonly attempt: number }

// A delivery that arrived is settled whoever holds it by then; another result only as long as no later attempt was begun.
const SETTLE = {
  name: 'webhooks-settle',
  text: `UPDATE webhook_deliveries d SET status = r.status, attempts = r.attempts, next_attempt_at = coalesce(r."nextAttemptAt", d.next_attempt_at),
      last_status_code = CASE WHEN r."isSent" THEN r."statusCode" ELSE d.last_status_code END, last_error = CASE WHEN r."isTold" THEN r.error ELSE d.last_error END,
      last_response = CASE WHEN r."isSent" THEN r.response ELSE d.last_response END, duration_ms = CASE WHEN r."isSent" THEN r."durationMs" ELSE d.duration_ms END,
      requested_at = CASE WHEN r."isSent" THEN r."requestedAt" ELSE d.requested_at END, delivered_at = r."deliveredAt"
    FROM jsonb_to_recordset($2::jsonb) AS r(id uuid, attempt int, status text, attempts int, "nextAttemptAt" timestamptz, "isSent" boolean, "isTold" boolean,
      "statusCode" int, error text, response text, "durationMs" int, "requestedAt" timestamptz, "deliveredAt" timestamptz)
    WHERE d.tenant_id = $1::uuid AND d.id = r.id AND d.status <> 'delivered' AND (d.attempts = r.attempt OR r.status = 'delivered')`,
}

export type Settling = { readonly tenantId: string; readonly now: Date; readonly random: () => number }

/** Writes down how attempts ended, and when the next ones come. In a transaction of the tenant. */
export async function settleAttempts(client: Queryable, results: readonly AttemptResult[], { tenantId, now, random }: Settling): Promise<void> {
  if (results.length === 0) return
  const rows = results.map((result) => rowOf(result, now, random()))
  await client.query({ ...SETTLE, values: [tenantId, JSON.stringify(rows)] })
}

function rowOf(result: AttemptResult, now: Date, random: number): object {
  const { id, attempt } = result
  const plain = { id, attempt, attempts: attempt, isSent: false, isTold: false, nextAttemptAt: null, deliveredAt: null }
  switch (result.kind) {
    case 'released':
      return { ...plain, status: 'pending', attempts: attempt - 1, nextAttemptAt: now }
    case 'lost':
      return { ...plain, status: 'dead', isTold: true, error: 'The log keeps this entry no longer.' }
    case 'gone':
      return { ...plain, ...result, status: 'pending', isSent: true, isTold: true, nextAttemptAt: now }
    case 'delivered':
      return { ...plain, ...result, status: 'delivered', isSent: true, isTold: true, deliveredAt: now }
    case 'failed': {
      const delayMs = retryDelayMs(attempt, random)
      const nextAttemptAt = delayMs === null ? null : new Date(now.getTime() + delayMs)
      return { ...plain, ...result, status: delayMs === null ? 'dead' : 'pending', isSent: true, isTold: true, nextAttemptAt }
    }
  }
}

const TAKE = {
  name: 'webhooks-take',
  text: `WITH due AS (
      SELECT id FROM webhook_deliveries WHERE tenant_id = $1::uuid AND webhook_id = $2::uuid AND status = 'pending' AND next_attempt_at <= $3
      ORDER BY next_attempt_at, place LIMIT $4::int FOR UPDATE SKIP LOCKED)
    UPDATE webhook_deliveries d SET attempts = d.attempts + 1, next_attempt_at = $5 FROM due WHERE d.tenant_id = $1::uuid AND d.id = due.id
    RETURNING d.id, d.attempts AS attempt, d.kind, d.place, d.conversion_id AS "conversionId", d.sequence, d.recorded_ms AS "recordedAtMs", d.created_at AS "createdAt"`,
}
const dueRow = z.object({
  id: z.string(),
  attempt: z.number(),
  kind: z.enum(['log', 'redelivery', 'test']),
  place: z.coerce.bigint(),
  conversionId: z.string(),
  sequence: z.coerce.bigint(),
  recordedAtMs: z.coerce.number(),
  createdAt: z.date(),
})
export type DueDelivery = z.infer<typeof dueRow>

export type Taking = { readonly tenantId: string; readonly webhookId: string; readonly now: Date; readonly leasedUntil: Date; readonly limit: number }

/** Takes what is due, in the order in which it came; until the lease ends nobody else does. In a transaction of the tenant. */
export async function takeDue(client: Queryable, { tenantId, webhookId, now, leasedUntil, limit }: Taking): Promise<readonly DueDelivery[]> {
  if (limit === 0) return []
  const { rows } = await client.query({ ...TAKE, values: [tenantId, webhookId, now, limit, leasedUntil] })
  return z
    .array(dueRow)
    .parse(rows)
    .toSorted((a, b) => Number(a.place - b.place))
}
