// The demo world: half a year of three tenants' advertising and customers, made inside ClickHouse and always the same for the same seed, scale and time.
//
// Every number about a person is drawn from a hash of seed, tenant and the person's number, never from a random generator, so the rows do not depend
// on threads or blocks. Nothing lies after `now`. The rows go straight into `events` and `costs` and not through the collector: their ids are not in
// PostgreSQL's event_ids, so one of them sent again would count twice, and they are not in the log of conversions.
//
// What is true of the world is kept where only `migrate` reads: demo_truth_channels says what each channel really caused, demo_truth_fraud names each
// fraudulent click (one affiliate floods, another injects clicks 3 to 10 s before Android installs). world/campaigns.ts says when acme's launch is.
import { ClickHouseError } from '@clickhouse/client'
import { z } from 'zod'
import type { ClickHouseClient } from '../clickhouse/client.ts'
import type { Pool } from '../pool.ts'
import { isUuid } from '../uuid.ts'
import { EVENTS, type Platform } from './world/audience.ts'
import { createCalendar, type Calendar } from './world/calendar.ts'
import { campaignsOf, type WorldSlug } from './world/campaigns.ts'
import { insertCostsSql } from './world/costs.ts'
import { createLivesSql, LIVES } from './world/life.ts'
import type { World } from './world/people.ts'
import { insertCatalogEvents, insertRecords, type SeenEvent } from './world/records.ts'
import { insertEventsSql } from './world/rows.ts'
import { worldTables } from './world/sqlTables.ts'
import { insertFraudSql, insertTruthSql } from './world/truth.ts'

/** About how many events a world has over all its tenants; `empty` has its campaigns and rates, and nothing that happened. */
export const SCALES = { empty: 0, small: 200_000, medium: 5_000_000, large: 50_000_000 } as const
export type ScaleName = keyof typeof SCALES
export const isScaleName = (text: string): text is ScaleName => Object.hasOwn(SCALES, text)

export type WorldTenant = {
  readonly tenantId: string
  /** Which of the three worlds it lives: its campaigns, its growth, and acme's launch. */
  readonly slug: WorldSlug
  /** Its part of the events; the parts of a world add up to 1. */
  readonly share: number
  readonly appIds: Readonly<Record<Platform, string>>
}
export type SeedOptions = {
  /** As `migrate`. */
  readonly clickhouse: ClickHouseClient
  /** As umg_app. */
  readonly pool: Pool
  readonly tenants: readonly WorldTenant[]
  /** Letters, digits and hyphens. Another seed makes another world. */
  readonly seed: string
  /** About how many events. */
  readonly events: number
  /** The world ends here. Its UTC day is the anchor day. */
  readonly now: Date
}
export type TenantCounts = { readonly tenantId: string; readonly people: number; readonly events: number; readonly costs: number }
export type WorldCounts = { readonly events: number; readonly costs: number; readonly tenants: readonly TenantCounts[] }

/** What share of a demo world each tenant has. */
export const SHARES: Readonly<Record<WorldSlug, number>> = { acme: 0.8, globex: 0.17, initech: 0.03 }

// Measured; whom advertising reaches has a few touches, an installer some hundred events.
const EVENTS_PER_PERSON: Readonly<Record<WorldSlug, number>> = { acme: 8.17, globex: 8.2, initech: 8.4 }
/** A statement makes about two million events: some seconds, well below the client's limit. */
const PEOPLE_PER_STATEMENT = 200_000
const INSERT_SETTINGS = { max_insert_threads: '2' } as const

/** Fills tenants that have no world yet. The tenants and apps are there already. */
export async function seedWorld(options: SeedOptions): Promise<WorldCounts> {
  if (!/^[A-Za-z0-9-]+$/.test(options.seed)) throw new Error('A seed has letters, digits and hyphens only.')
  const calendar = createCalendar(options.now)
  const tenants = await Promise.all(options.tenants.map((tenant) => seedTenant(options, tenant, calendar)))
  return { events: total(tenants, 'events'), costs: total(tenants, 'costs'), tenants }
}

async function seedTenant(options: SeedOptions, tenant: WorldTenant, calendar: Calendar): Promise<TenantCounts> {
  const { clickhouse, pool, seed } = options
  const { tenantId, slug, appIds } = tenant
  const world: World = { calendar, seed, slug, tables: worldTables({ calendar, slug, seed }), campaigns: campaignsOf(slug) }
  const people = Math.max(1, Math.round((options.events * tenant.share) / EVENTS_PER_PERSON[slug]))
  // A session of its own, for its temporary table; its statements come one after the other.
  const run = (query: string) =>
    clickhouse.command({ query, session_id: `demo-${tenantId}`, query_params: { tenant: tenantId, ...appIds }, clickhouse_settings: INSERT_SETTINGS })
  await insertRecords(pool, { tenantId, slug, seed, calendar, events: options.events })
  if (options.events === 0) return { tenantId, people: 0, events: 0, costs: 0 }
  for (let first = 0; first < people; first += PEOPLE_PER_STATEMENT) {
    await run(createLivesSql(world, { people, first, end: Math.min(people, first + PEOPLE_PER_STATEMENT) }))
    for (const insert of [insertEventsSql, insertTruthSql, insertFraudSql]) await run(insert(world))
    await run(`DROP TEMPORARY TABLE ${LIVES}`)
  }
  await run(insertCostsSql(world))
  const seen = await readSeen(clickhouse, tenantId)
  await insertCatalogEvents(pool, tenantId, seen)
  return { tenantId, people, events: seen.reduce((sum, { rows }) => sum + rows, 0), costs: await countCosts(clickhouse, tenantId) }
}

const seenSchema = z.array(z.object({ name: z.enum(EVENTS), first: z.string(), last: z.string(), rows: z.coerce.number() }))

async function readSeen(clickhouse: ClickHouseClient, tenantId: string): Promise<readonly (SeenEvent & { readonly rows: number })[]> {
  const query = `SELECT event AS name, concat(toString(min(occurred_at)), 'Z') AS first, concat(toString(max(occurred_at)), 'Z') AS last, count() AS rows
    FROM events WHERE tenant_id = {tenant:UUID} GROUP BY event ORDER BY event`
  return seenSchema.parse(await (await clickhouse.query({ query, query_params: { tenant: tenantId }, format: 'JSONEachRow' })).json())
}

async function countCosts(clickhouse: ClickHouseClient, tenantId: string): Promise<number> {
  const query = 'SELECT count() AS rows FROM costs WHERE tenant_id = {tenant:UUID}'
  const rows = await (await clickhouse.query({ query, query_params: { tenant: tenantId }, format: 'JSONEachRow' })).json()
  return z.array(z.object({ rows: z.coerce.number() })).parse(rows)[0]?.rows ?? 0
}

const WORLD_TABLES = ['events', 'costs', 'demo_truth_channels', 'demo_truth_fraud']

/** Takes away what a seeding left of these tenants in ClickHouse. */
export async function removeWorld(clickhouse: ClickHouseClient, tenantIds: readonly string[]): Promise<void> {
  if (!tenantIds.every(isUuid)) throw new Error('A world is taken away by its tenants’ UUIDs.')
  if (tenantIds.length === 0) return
  const list = tenantIds.map((id) => `'${id}'`).join(', ')
  for (const table of WORLD_TABLES) {
    // Only where there is something: a mutation goes through every part of the partitions it is of, and a store may have thousands.
    const found = await clickhouse.query({ query: `SELECT DISTINCT _partition_id AS id FROM ${table} WHERE tenant_id IN (${list})`, format: 'JSONEachRow' })
    const ids = (await found.json<{ id: string }>()).map(({ id }) => id)
    const odd = ids.find((id) => !/^\w+$/.test(id))
    if (odd !== undefined) throw new Error(`A partition of ${table} has an odd id: ${odd}`)
    // All of a table's at once: each waits for its turn in the background, which is most of its time.
    await Promise.all(ids.map((id) => deleteRows(clickhouse, `DELETE FROM ${table} IN PARTITION ID '${id}' WHERE tenant_id IN (${list})`)))
  }
}

// Whoever drops a partition of the same table meanwhile ends what is being rewritten there; the same statement does the rest.
const MAX_TRIES = 50

async function deleteRows(clickhouse: ClickHouseClient, query: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await clickhouse.command({ query, clickhouse_settings: { lightweight_deletes_sync: '1' } })
      return
    } catch (error) {
      if (!(error instanceof ClickHouseError) || error.type !== 'ABORTED' || tries === MAX_TRIES) throw error
    }
  }
}

const total = (tenants: readonly TenantCounts[], key: 'events' | 'costs'): number => tenants.reduce((sum, counts) => sum + counts[key], 0)
