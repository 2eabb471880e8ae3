import type { PoolClient } from 'pg'
import { z } from 'zod'
import type { Credit } from './conversionDraft.ts'
import type { Decision } from './decide.ts'
import { LOG_SLOTS } from './days.ts'

/** An entry that the log is to hold; it gets its number and its time there. What is absent is ''. */
export type NewEntry = {
  readonly id: string
  readonly kind: 'conversion' | 'refund' | 'test'
  /** 16 bytes as Latin-1 characters. */
  readonly eventId: string
  readonly eventDay: number
  readonly event: string
  readonly appId: string | null
  readonly userId: string
  readonly occurredAtMs: number
  readonly revenue: string | null
  readonly originalAmount: string | null
  readonly originalCurrency: string
  readonly platform: string
  readonly country: string
  readonly credit: Credit
  readonly decision: Decision
  readonly supersedes: string | null
}

// The first entry makes the head. Whoever comes second waits for the first one's commit or rollback, which decides what its number is; the time
// never goes back, so that the entries' days are in the order of their numbers.
const APPEND = {
  name: 'conversions-append',
  text: `WITH head AS (
           INSERT INTO stream_heads AS h (tenant_id, sequence, recorded_at) VALUES ($1::uuid, $2::int, date_trunc('milliseconds', clock_timestamp()))
           ON CONFLICT (tenant_id) DO UPDATE SET sequence = h.sequence + excluded.sequence, recorded_at = greatest(h.recorded_at, excluded.recorded_at)
           RETURNING sequence - $2::int AS base, recorded_at)
         INSERT INTO conversion_log (tenant_id, day_slot, sequence, id, kind, event_id, event_day, event, app_id, user_id, occurred_at, recorded_at, revenue,
           original_amount, original_currency, platform, country, channel, partner_id, campaign_id, decision, supersedes)
         SELECT $1::uuid, floor(extract(epoch FROM head.recorded_at) / 86400)::int % ${LOG_SLOTS}, head.base + e.n, e.id, e.kind, decode(e."eventId", 'hex'),
           e."eventDay", e.event, e."appId", e."userId", to_timestamp(e."occurredAtMs" / 1000.0), head.recorded_at, e.revenue, e."originalAmount",
           e."originalCurrency", e.platform, e.country, e.channel, e."partnerId", e."campaignId", e.decision, e.supersedes
         FROM head, jsonb_to_recordset($3::jsonb) AS e(n int, id uuid, kind text, "eventId" text, "eventDay" int, event text, "appId" uuid, "userId" text,
           "occurredAtMs" numeric, revenue numeric, "originalAmount" numeric, "originalCurrency" text, platform text, country text, channel text,
           "partnerId" text, "campaignId" text, decision jsonb, supersedes uuid)`,
}

/**
 * Adds entries to the tenant's log in the client's transaction: they get the next numbers of its one sequence, or with a rollback none. Make it the
 * last statement: until the transaction ends the tenant's other writers wait.
 */
export async function appendLog(
  client: PoolClient,
  { tenantId, entries }: { readonly tenantId: string; readonly entries: readonly NewEntry[] },
): Promise<void> {
  const rows = entries.map(({ credit, eventId, ...entry }, index) => ({
    ...entry,
    ...credit,
    n: index + 1,
    eventId: Buffer.from(eventId, 'latin1').toString('hex'),
  }))
  const { rowCount } = await client.query({ ...APPEND, values: [tenantId, entries.length, JSON.stringify(rows)] })
  if (rowCount !== entries.length) throw new Error(`The log took ${rowCount ?? 0} of ${entries.length} entries.`)
}

/** What a refund needs to know of the entry that it takes back. */
export type KnownEntry = { readonly id: string; readonly credit: Credit; readonly decision: Decision }

const FIND = {
  name: 'conversions-find-originals',
  text: `SELECT DISTINCT ON (event_id) encode(event_id, 'hex') AS "eventId", id, channel, partner_id AS "partnerId", campaign_id AS "campaignId", decision
         FROM conversion_log WHERE tenant_id = $1::uuid AND event_id = ANY(ARRAY(SELECT decode(h, 'hex') FROM unnest($2::text[]) h)) AND kind = 'conversion'
         ORDER BY event_id, sequence DESC`,
}
export const decisionSchema = z.object({
  kind: z.enum(['attributed', 'organic']),
  matchedBy: z.enum(['touch_fields', 'user_id']).nullable(),
  touchedAt: z.string().nullable(),
  windowSeconds: z.number().nullable(),
  reason: z.string(),
})
const knownRow = z.object({ eventId: z.string(), id: z.string(), channel: z.string(), partnerId: z.string(), campaignId: z.string(), decision: decisionSchema })

/** The conversions in the log with these event ids (16 bytes as Latin-1 characters), by them; of an id that was used on several days the last one. */
export async function findEntries(client: PoolClient, tenantId: string, eventIds: readonly string[]): Promise<ReadonlyMap<string, KnownEntry>> {
  if (eventIds.length === 0) return new Map()
  const { rows } = await client.query({ ...FIND, values: [tenantId, eventIds.map((id) => Buffer.from(id, 'latin1').toString('hex'))] })
  const known = z.array(knownRow).parse(rows)
  return new Map(known.map(({ eventId, id, decision, ...credit }) => [Buffer.from(eventId, 'hex').toString('latin1'), { id, decision, credit }]))
}
