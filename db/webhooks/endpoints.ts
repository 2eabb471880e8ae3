import { z } from 'zod'
import { withTenant, type Pool, type Queryable } from '../pool.ts'

/** Attempts in a row that fail before an endpoint is only probed. */
export const FAILURES_UNTIL_PAUSE = 10
export const MAX_WEBHOOKS = 50

const bigNumber = z.coerce.bigint()
const rowSchema = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string().nullable(),
  filter: z.unknown(),
  question: z.string(),
  isEnabled: z.boolean(),
  problem: z.enum(['gone', 'secret_lost']).nullable(),
  position: bigNumber,
  positionMs: z.coerce.number(),
  gapFromMs: z.coerce.number().nullable(),
  gapToMs: z.coerce.number().nullable(),
  previousUntil: z.date().nullable(),
  failures: z.number(),
  probeAt: z.date().nullable(),
  lastDeliveryAt: z.date().nullable(),
  createdAt: z.date(),
})
/** An endpoint as it is stored, without its secrets. `probeAt` is there while it is paused. */
export type StoredWebhook = z.infer<typeof rowSchema>

export const ENDPOINT_COLUMNS = `id, url, description, filter, question, is_enabled AS "isEnabled", problem, position, position_ms AS "positionMs",
  gap_from_ms AS "gapFromMs", gap_to_ms AS "gapToMs", previous_until AS "previousUntil", failures, probe_at AS "probeAt",
  last_delivery_at AS "lastDeliveryAt", created_at AS "createdAt"`
export const readEndpoints = (rows: readonly unknown[]): readonly StoredWebhook[] => z.array(rowSchema).parse(rows)

export type WebhookPlace = { readonly tenantId: string; readonly id: string }

// wall: webhooks-of-tenant
const LIST = `SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoints WHERE tenant_id = $1::uuid ORDER BY created_at, id LIMIT ${MAX_WEBHOOKS}`
const FIND = `SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoints WHERE tenant_id = $1::uuid AND id = $2::uuid`

/** The tenant's endpoints, oldest first. */
export const listWebhooks = (pool: Pool, tenantId: string): Promise<readonly StoredWebhook[]> =>
  withTenant(pool, tenantId, async (client) => readEndpoints((await client.query(LIST, [tenantId])).rows))

/** In the client's transaction; null when the tenant has none with this id. */
export async function findWebhook(client: Queryable, { tenantId, id }: WebhookPlace): Promise<StoredWebhook | null> {
  return readEndpoints((await client.query(FIND, [tenantId, id])).rows)[0] ?? null
}

const LAGS = `SELECT e.id, greatest(0, coalesce((SELECT sequence FROM stream_heads WHERE tenant_id = $1::uuid), 0) - e.position) +
    (SELECT count(*) FROM webhook_deliveries d WHERE d.tenant_id = $1::uuid AND d.webhook_id = e.id AND d.status = 'pending') AS lag
  FROM webhook_endpoints e WHERE e.tenant_id = $1::uuid AND e.id = ANY($2::uuid[])`

/** By id: entries behind the position, and those that wait to be delivered. */
export async function readLags(
  pool: Pool,
  { tenantId, ids }: { readonly tenantId: string; readonly ids: readonly string[] },
): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await withTenant(pool, tenantId, (client) => client.query(LAGS, [tenantId, ids]))
  return new Map(
    z
      .array(z.object({ id: z.string(), lag: bigNumber }))
      .parse(rows)
      .map(({ id, lag }) => [id, lag]),
  )
}
