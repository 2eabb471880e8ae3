import { z } from 'zod'
import type { SqlExecutor } from '../outbox/append.ts'

const RowsSchema = z.array(z.object({ has_events: z.boolean() }))
// A committed batch waits until it is copied, its names are in the catalogue from then on, and its events are counted in its own transaction.
const HAS_EVENTS = `SELECT EXISTS (SELECT FROM ingest_batches WHERE tenant_id = ?::uuid) OR EXISTS (SELECT FROM catalog_events WHERE tenant_id = ?::uuid)
  OR EXISTS (SELECT FROM tenant_usage WHERE tenant_id = ?::uuid AND kind = 'events') AS has_events`

/** Whether the tenant ever took an event in. */
export async function hasEvents(em: SqlExecutor, tenantId: string): Promise<boolean> {
  return RowsSchema.parse(await em.execute(HAS_EVENTS, [tenantId, tenantId, tenantId]))[0]?.has_events === true
}
