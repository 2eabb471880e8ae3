import { z } from 'zod'
import type { Pool } from '../pool.ts'
import type { WebhookPlace } from './endpoints.ts'

const MAX_FOUND = 5_000

const FIND = {
  name: 'webhooks-find-work',
  text: `SELECT e.tenant_id AS "tenantId", e.id FROM webhook_endpoints e LEFT JOIN stream_heads h ON h.tenant_id = e.tenant_id
    WHERE e.is_enabled AND (e.probe_at IS NULL OR e.probe_at <= $1) AND (coalesce(h.sequence, 0) > e.position OR EXISTS (
      SELECT FROM webhook_deliveries d WHERE d.tenant_id = e.tenant_id AND d.webhook_id = e.id AND d.status = 'pending' AND d.next_attempt_at <= $1))
    ORDER BY random() LIMIT ${MAX_FOUND}`,
}

/** Endpoints of this database that have something to do now. Role umg_worker, which is shown nothing else of them. */
export async function findWork(worker: Pool, now: Date): Promise<readonly WebhookPlace[]> {
  return z.array(z.object({ tenantId: z.string(), id: z.string() })).parse((await worker.query({ ...FIND, values: [now] })).rows)
}
