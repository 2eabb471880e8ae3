import type { Pool } from 'pg'
import { z } from 'zod'
import { withTenant } from '#db/pool.ts'
import type { EventSummary } from './eventSummary.ts'

// What a tenant's catalogue holds at most: event names are meant to be few, and a sender that invents one per event must not fill it.
const MAX_NAMES = 10_000
const MAX_PROPERTIES_PER_NAME = 1_000

const kinds = z.record(z.string(), z.enum(['text', 'number', 'boolean']))
const knownRow = z.object({ name: z.string(), properties: kinds })

const KNOWN = 'SELECT name, properties FROM catalog_events WHERE tenant_id = $1::uuid AND name = ANY($2::text[]) ORDER BY name FOR UPDATE'
const COUNT = 'SELECT count(*)::int AS names FROM catalog_events WHERE tenant_id = $1::uuid'
const UPSERT = `INSERT INTO catalog_events AS c (tenant_id, name, first_seen, last_seen, properties)
  SELECT $1::uuid, s.name, to_timestamp(s.first / 1000.0), to_timestamp(s.last / 1000.0), s.properties
  FROM unnest($2::text[], $3::float8[], $4::float8[], $5::jsonb[]) AS s(name, first, last, properties)
  ON CONFLICT (tenant_id, name) DO UPDATE SET first_seen = least(c.first_seen, excluded.first_seen), last_seen = greatest(c.last_seen, excluded.last_seen), properties = excluded.properties`

type Merged = { firstMs: number; lastMs: number; readonly properties: Map<string, z.infer<typeof kinds>[string]> }

/**
 * Tells the tenant's catalogue of event names seen. Doing it again changes nothing. A property that came with several kinds is text.
 * The caller sees to it that one runs at a time for a tenant (the relay's order per aggregate).
 */
export async function upsertCatalogEvents(pool: Pool, tenantId: string, summaries: readonly EventSummary[]): Promise<void> {
  const merged = new Map<string, Merged>()
  for (const summary of summaries) merge(merged, summary)
  if (merged.size === 0) return
  await withTenant(pool, tenantId, async (client) => {
    const { rows } = await client.query(KNOWN, [tenantId, [...merged.keys()]])
    const known = z.array(knownRow).parse(rows)
    for (const { name, properties } of known) mergeKinds(merged.get(name), Object.entries(properties))
    const [count] = z.array(z.object({ names: z.number() })).parse((await client.query(COUNT, [tenantId])).rows)
    const knownNames = new Set(known.map(({ name }) => name))
    let room = MAX_NAMES - (count?.names ?? 0)
    const chosen = [...merged].filter(([name]) => knownNames.has(name) || room-- > 0).toSorted(([a], [b]) => (a < b ? -1 : 1))
    if (chosen.length === 0) return
    await client.query(UPSERT, [
      tenantId,
      chosen.map(([name]) => name),
      chosen.map(([, entry]) => entry.firstMs),
      chosen.map(([, entry]) => entry.lastMs),
      chosen.map(([, entry]) => JSON.stringify(Object.fromEntries([...entry.properties].slice(0, MAX_PROPERTIES_PER_NAME)))),
    ])
  })
}

function merge(merged: Map<string, Merged>, { name, firstMs, lastMs, properties }: EventSummary): void {
  const entry = merged.get(name)
  if (entry === undefined) {
    merged.set(name, { firstMs, lastMs, properties: new Map(properties) })
    return
  }
  entry.firstMs = Math.min(entry.firstMs, firstMs)
  entry.lastMs = Math.max(entry.lastMs, lastMs)
  mergeKinds(entry, properties)
}

function mergeKinds(entry: Merged | undefined, properties: Iterable<readonly [string, z.infer<typeof kinds>[string]]>): void {
  for (const [name, kind] of properties) {
    const known = entry?.properties.get(name)
    entry?.properties.set(name, known === undefined || known === kind ? kind : 'text')
  }
}
