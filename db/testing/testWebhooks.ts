import { ANONYMOUS } from '#ops/security/identity.ts'
import { LOG_START } from '../conversions/readLog.ts'
import { withTenant, type Pool } from '../pool.ts'
import { insertWebhook, type NewWebhook, type WithSecret } from '../webhooks/changeEndpoints.ts'
import { testAuditor } from './testAuditor.ts'
import { testVault } from './testVault.ts'

/** An endpoint from the beginning of the log on, without a filter unless told otherwise. */
export async function createTestWebhook(pool: Pool, given: Partial<NewWebhook> & Pick<NewWebhook, 'tenantId' | 'url'>): Promise<WithSecret> {
  const audit = testAuditor({ ...ANONYMOUS, tenantId: given.tenantId })
  const webhook = { description: null, filter: null, conditions: [], start: LOG_START, ...given }
  const made = await insertWebhook({ pool, vault: testVault() }, webhook, audit)
  if (made === 'full') throw new Error('The tenant has as many webhooks as it may.')
  return made
}

export type DeliveryRow = {
  readonly id: string
  readonly kind: string
  readonly status: string
  readonly attempts: number
  readonly waitMs: number
  readonly last_status_code: number | null
  readonly last_error: string | null
  readonly last_response: string | null
}

/** Deliveries of an endpoint as they are stored, in order; waitMs is from that instant to the next attempt. */
export async function readDeliveries(
  pool: Pool,
  { tenantId, id, nowMs = 0 }: { readonly tenantId: string; readonly id: string; readonly nowMs?: number },
): Promise<readonly DeliveryRow[]> {
  const { rows } = await withTenant(pool, tenantId, (client) =>
    client.query<DeliveryRow>(
      `SELECT id, kind, status, attempts, last_status_code, last_error, last_response, (extract(epoch FROM next_attempt_at) * 1000 - $2)::float8 AS "waitMs"
       FROM webhook_deliveries WHERE webhook_id = $1 ORDER BY place`,
      [id, nowMs],
    ),
  )
  return rows
}
