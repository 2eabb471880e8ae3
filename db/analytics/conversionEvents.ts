import { z } from 'zod'
import { withSettings, type Pool } from '../pool.ts'

const rowSchema = z.object({ id: z.string(), conversion_events: z.array(z.string()) })

/** By the id of each of the tenant's apps the names of events that it counts as conversions. */
export async function readConversionEvents(pool: Pool, tenantId: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  return withSettings(pool, tenantId, async (client) => {
    const { rows } = await client.query({
      name: 'analytics-conversion-events',
      text: 'SELECT id, conversion_events FROM apps WHERE tenant_id = $1::uuid',
      values: [tenantId],
    })
    return new Map(
      z
        .array(rowSchema)
        .parse(rows)
        .map((row) => [row.id, new Set(row.conversion_events)]),
    )
  })
}
