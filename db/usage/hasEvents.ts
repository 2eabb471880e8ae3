import { z } from 'zod'
import { withTenant, type Pool } from '../pool.ts'

const RowsSchema = z.array(z.object({ has_events: z.boolean() }))
// A committed batch waits until it is copied, its names are in the catalogue from then on, and its events are counted in its own transaction.
const HAS_EVENTS = `SELECT EXISTS (SELECT FROM ingest_batches WHERE tenant_id = $1::uuid) OR EXISTS (SELECT FROM catalog_events WHERE tenant_id = $1::uuid)
  OR EXISTS (SELECT FROM tenant_usage WHERE tenant_id = $1::uuid AND kind = 'events') AS has_events`

/** Whether the tenant ever took an event in; `pool` is routed to where its events are. */
export async function hasEvents(pool: Pool, tenantId: string): Promise<boolean> {
  const { rows } = await withTenant(pool, tenantId, (client) => client.query(HAS_EVENTS, [tenantId]))
  return RowsSchema.parse(rows)[0]?.has_events === true
}
