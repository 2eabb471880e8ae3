import { z } from 'zod'
import { withTenant, type Pool } from '../pool.ts'

export type PropertyType = 'text' | 'number' | 'boolean'

/** An event's name as it has been seen in the tenant's data. */
export type KnownEvent = {
  readonly name: string
  readonly firstSeen: Date
  readonly lastSeen: Date
  /** Whether any app of the tenant counts it as a conversion. */
  readonly isConversion: boolean
  /** By name, ascending. */
  readonly properties: readonly { readonly name: string; readonly type: PropertyType }[]
}

const rowSchema = z.object({
  name: z.string(),
  first_seen: z.date(),
  last_seen: z.date(),
  is_conversion: z.boolean(),
  properties: z.record(z.string(), z.enum(['text', 'number', 'boolean'])),
})

/** More names than a person can look through; a tenant that sends more has an id in them. */
const MAX_EVENTS = 5_000

/** The tenant's events by name, at most 5,000. */
export async function readEventCatalog(pool: Pool, tenantId: string): Promise<readonly KnownEvent[]> {
  return withTenant(pool, tenantId, async (client) => {
    const { rows } = await client.query({ name: 'analytics-event-catalog', text: EVENTS, values: [tenantId] })
    return z
      .array(rowSchema)
      .parse(rows)
      .map((row) => ({
        name: row.name,
        firstSeen: row.first_seen,
        lastSeen: row.last_seen,
        isConversion: row.is_conversion,
        properties: Object.entries(row.properties)
          .map(([name, type]) => ({ name, type }))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      }))
  })
}

// wall: catalog-of-tenant
const EVENTS = `
  SELECT e.name, e.first_seen, e.last_seen, e.properties,
    EXISTS (SELECT 1 FROM apps a WHERE a.tenant_id = $1::uuid AND e.name = ANY (a.conversion_events)) AS is_conversion
  FROM catalog_events e WHERE e.tenant_id = $1::uuid ORDER BY e.name LIMIT ${MAX_EVENTS}`
