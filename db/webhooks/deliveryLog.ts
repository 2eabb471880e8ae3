import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Auditor } from '../audit/auditor.ts'
import { executorOf } from '../outbox/append.ts'
import { withTenant, type Pool, type PoolClient } from '../pool.ts'
import { findWebhook, type WebhookPlace } from './endpoints.ts'

export type DeliveryStatus = 'pending' | 'delivered' | 'dead'

const rowSchema = z.object({
  id: z.string(),
  place: z.coerce.bigint(),
  webhookId: z.string(),
  kind: z.enum(['log', 'redelivery', 'test']),
  conversionId: z.string(),
  sequence: z.coerce.bigint(),
  status: z.enum(['pending', 'delivered', 'dead']),
  attempts: z.number(),
  nextAttemptAt: z.date(),
  lastStatusCode: z.number().nullable(),
  lastError: z.string().nullable(),
  lastResponse: z.string().nullable(),
  durationMs: z.number().nullable(),
  requestedAt: z.date().nullable(),
  deliveredAt: z.date().nullable(),
  createdAt: z.date(),
})
/** A conversion on its way to an endpoint, or there. */
export type StoredDelivery = z.infer<typeof rowSchema>

const COLUMNS = `id, place, webhook_id AS "webhookId", kind, conversion_id AS "conversionId", sequence, status, attempts, next_attempt_at AS "nextAttemptAt",
  last_status_code AS "lastStatusCode", last_error AS "lastError", last_response AS "lastResponse", duration_ms AS "durationMs",
  requested_at AS "requestedAt", delivered_at AS "deliveredAt", created_at AS "createdAt"`
const PAGE = `SELECT ${COLUMNS} FROM webhook_deliveries WHERE tenant_id = $1::uuid AND webhook_id = $2::uuid
  AND ($3::bigint IS NULL OR place < $3::bigint) AND ($4::text IS NULL OR status = $4) ORDER BY webhook_deliveries.place DESC LIMIT $5::int`
const AGAIN = `INSERT INTO webhook_deliveries (tenant_id, webhook_id, kind, conversion_id, sequence, recorded_ms, next_attempt_at)
  SELECT tenant_id, webhook_id, CASE kind WHEN 'test' THEN 'test' ELSE 'redelivery' END, conversion_id, sequence, recorded_ms, $3
  FROM webhook_deliveries WHERE tenant_id = $1::uuid AND id = $2::uuid AND status <> 'pending' RETURNING ${COLUMNS}`
const FIND = `SELECT ${COLUMNS} FROM webhook_deliveries WHERE tenant_id = $1::uuid AND id = $2::uuid`
const TEST = `INSERT INTO webhook_deliveries (tenant_id, webhook_id, kind, conversion_id, sequence, recorded_ms, next_attempt_at)
  SELECT tenant_id, id, 'test', $3, position, position_ms, $4 FROM webhook_endpoints WHERE tenant_id = $1::uuid AND id = $2::uuid RETURNING ${COLUMNS}`

const read = (rows: readonly unknown[]): readonly StoredDelivery[] => z.array(rowSchema).parse(rows)

export type DeliveryPage = {
  readonly tenantId: string
  readonly webhookId: string
  /** null: from the newest on. */
  readonly before: bigint | null
  readonly status: DeliveryStatus | null
  readonly limit: number
}

/** Deliveries of one endpoint before that place, newest first; null when the tenant has no such endpoint. */
export async function listDeliveries(pool: Pool, page: DeliveryPage): Promise<readonly StoredDelivery[] | null> {
  const { tenantId, webhookId, before, status, limit } = page
  return withTenant(pool, tenantId, async (client) => {
    if ((await findWebhook(client, { tenantId, id: webhookId })) === null) return null
    return read((await client.query(PAGE, [tenantId, webhookId, before === null ? null : String(before), status, limit])).rows)
  })
}

export type Asked = { readonly now: Date; readonly audit: Auditor }

/** Sends the same conversion once more, as a delivery of its own; 'waiting' when it is on its way still, null when there is none. */
export async function redeliver(pool: Pool, { tenantId, id }: WebhookPlace, { now, audit }: Asked): Promise<StoredDelivery | 'waiting' | null> {
  return withTenant(pool, tenantId, async (client) => {
    const [found] = read((await client.query(FIND, [tenantId, id])).rows)
    if (found === undefined || (await findWebhook(client, { tenantId, id: found.webhookId })) === null) return null
    const [again] = read((await client.query(AGAIN, [tenantId, id, now])).rows)
    if (again === undefined) return 'waiting'
    await told(client, audit, { action: 'webhook.redelivered', delivery: again })
    return again
  })
}

/** A made-up conversion for this endpoint alone; null when the tenant has none with this id. */
export async function addTestDelivery(pool: Pool, { tenantId, id }: WebhookPlace, { now, audit }: Asked): Promise<StoredDelivery | null> {
  return withTenant(pool, tenantId, async (client) => {
    const [added] = read((await client.query(TEST, [tenantId, id, randomUUID(), now])).rows)
    if (added === undefined) return null
    await told(client, audit, { action: 'webhook.tested', delivery: added })
    return added
  })
}

type Told = { readonly action: 'webhook.redelivered' | 'webhook.tested'; readonly delivery: StoredDelivery }

function told(client: PoolClient, audit: Auditor, { action, delivery }: Told): Promise<void> {
  const after = { delivery: delivery.id, conversion: delivery.conversionId }
  return audit(executorOf(client), { action, target: `webhook:${delivery.webhookId}`, before: null, after })
}
