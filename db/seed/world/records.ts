// What PostgreSQL knows of the world: partners, campaigns and their parts, rates, and the names of events.
import { withTenant, type Pool } from '../../pool.ts'
import { PROPERTIES, type EventName } from './audience.ts'
import { dateOf, dayRates, LAST_DAY, type Calendar } from './calendar.ts'
import { campaignsOf, PARTNERS, type WorldSlug } from './campaigns.ts'

export type SeenEvent = { readonly name: EventName; readonly first: string; readonly last: string }

const INSERT_PARTNERS = `INSERT INTO partners (tenant_id, id, name) SELECT $1::uuid, r.id, r.name FROM jsonb_to_recordset($2) AS r(id text, name text)
  ON CONFLICT (tenant_id, id) DO NOTHING`
const INSERT_CAMPAIGNS = `INSERT INTO campaigns (tenant_id, id, name, status, budget_amount, budget_currency, channel, partner_id, created_at)
  SELECT $1::uuid, r.id, r.name, r.status, r.budget, CASE WHEN r.budget IS NOT NULL THEN 'USD' END, r.channel, r.partner, r.created
  FROM jsonb_to_recordset($2) AS r(id text, name text, status text, budget numeric, channel text, partner text, created timestamptz)`
const INSERT_AD_GROUPS = `INSERT INTO ad_groups (tenant_id, id, name, campaign_id) SELECT $1::uuid, r.id, r.name, r.campaign
  FROM jsonb_to_recordset($2) AS r(id text, name text, campaign text)`
const INSERT_CREATIVES = `INSERT INTO creatives (tenant_id, id, name) SELECT $1::uuid, r.id, r.name FROM jsonb_to_recordset($2) AS r(id text, name text)`
const INSERT_RATES = `INSERT INTO exchange_rates (tenant_id, currency, day, rate) SELECT $1::uuid, r.currency, r.day, r.millionths / 1000000
  FROM jsonb_to_recordset($2) AS r(currency text, day date, millionths numeric)`
const INSERT_EVENTS = `INSERT INTO catalog_events (tenant_id, name, first_seen, last_seen, properties) SELECT $1::uuid, r.name, r.first, r.last, r.properties
  FROM jsonb_to_recordset($2) AS r(name text, first timestamptz, last timestamptz, properties jsonb)`

type RecordsOptions = {
  readonly tenantId: string
  readonly slug: WorldSlug
  readonly seed: string
  readonly calendar: Calendar
  /** Of the whole world: what is spent grows with it, so budgets do. */
  readonly events: number
}

/** What is sent to a demo in the months after its start has rates too. */
const RATES_AHEAD_DAYS = 365
/** The world of which the budgets of campaigns.ts are. */
const EVENTS_OF_BUDGETS = 15_000_000
const BUDGET_STEP = 50
const budgetOf = (budget: string | null, events: number): number | null =>
  budget === null ? null : Math.max(1, Math.round((Number(budget) * events) / EVENTS_OF_BUDGETS / BUDGET_STEP)) * BUDGET_STEP

/** In one transaction; what is there already but partners makes it throw. */
export async function insertRecords(pool: Pool, { tenantId, slug, seed, calendar, events }: RecordsOptions): Promise<void> {
  const campaigns = campaignsOf(slug)
  const dated = campaigns.map(({ days, budget, ...campaign }) => ({
    ...campaign,
    budget: budgetOf(budget, events),
    created: `${dateOf(calendar, (days?.[0] ?? 0) - 7)}T09:00:00Z`,
  }))
  const parts = (letter: string, list: 'adGroups' | 'creatives') =>
    campaigns.flatMap((campaign) => campaign[list].map((name, index) => ({ id: `${campaign.id}-${letter}${index + 1}`, name, campaign: campaign.id })))
  const rates = dayRates(seed, { lastDay: LAST_DAY + RATES_AHEAD_DAYS }).filter(({ currency }) => currency !== 'USD')
  const statements: readonly (readonly [string, readonly object[]])[] = [
    [INSERT_PARTNERS, PARTNERS.filter(({ id }) => campaigns.some(({ partner }) => partner === id))],
    [INSERT_CAMPAIGNS, dated.map(({ id, name, status, budget, channel, partner, created }) => ({ id, name, status, budget, channel, partner, created }))],
    [INSERT_AD_GROUPS, parts('g', 'adGroups')],
    [INSERT_CREATIVES, parts('c', 'creatives')],
    [INSERT_RATES, rates.map(({ currency, day, millionths }) => ({ currency, day: dateOf(calendar, day), millionths }))],
  ]
  await withTenant(pool, tenantId, async (client) => {
    for (const [text, rows] of statements) await client.query(text, [tenantId, JSON.stringify(rows)])
  })
}

/** What the catalogue would have learned of the events, had they come one by one. */
export async function insertCatalogEvents(pool: Pool, tenantId: string, seen: readonly SeenEvent[]): Promise<void> {
  const rows = seen.map((event) => ({ ...event, properties: PROPERTIES[event.name] ?? {} }))
  await withTenant(pool, tenantId, (client) => client.query(INSERT_EVENTS, [tenantId, JSON.stringify(rows)]))
}
