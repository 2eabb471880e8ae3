import type { PoolClient } from 'pg'
import { z } from 'zod'
import type { Credit } from './conversionDraft.ts'
import type { Decision } from './decide.ts'
import { LOG_SLOTS } from './days.ts'

export const ENTRY_KINDS = ['conversion', 'refund', 'test', 'retraction', 'recredit'] as const
/** A retraction takes an entry back as it was, a recredit gives it again to somebody else. */
export type EntryKind = (typeof ENTRY_KINDS)[number]
export const CORRECTION_REASONS = ['REFUND', 'ATTRIBUTION_CHANGED', 'FRAUD'] as const
export type CorrectionReason = (typeof CORRECTION_REASONS)[number]

/** An entry that the log is to hold; it gets its number and its time there. What is absent is ''. */
export type NewEntry = {
  readonly id: string
  readonly kind: EntryKind
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
  readonly reason?: CorrectionReason
  /** 16 bytes as Latin-1 characters, of an entry whose credit a late touch of the user may change. */
  readonly userKey?: string
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
           original_amount, original_currency, platform, country, channel, partner_id, campaign_id, decision, supersedes, reason, user_key)
         SELECT $1::uuid, floor(extract(epoch FROM head.recorded_at) / 86400)::int % ${LOG_SLOTS}, head.base + e.n, e.id, e.kind, decode(e."eventId", 'hex'),
           e."eventDay", e.event, e."appId", e."userId", to_timestamp(e."occurredAtMs" / 1000.0), head.recorded_at, e.revenue, e."originalAmount",
           e."originalCurrency", e.platform, e.country, e.channel, e."partnerId", e."campaignId", e.decision, e.supersedes, e.reason, decode(e."userKey", 'hex')
         FROM head, jsonb_to_recordset($3::jsonb) AS e(n int, id uuid, kind text, "eventId" text, "eventDay" int, event text, "appId" uuid, "userId" text,
           "occurredAtMs" numeric, revenue numeric, "originalAmount" numeric, "originalCurrency" text, platform text, country text, channel text,
           "partnerId" text, "campaignId" text, decision jsonb, supersedes uuid,
           reason text, "userKey" text)`,
}

/**
 * Adds entries to the tenant's log in the client's transaction: they get the next numbers of its one sequence, or with a rollback none. Make it the
 * last statement: until the transaction ends the tenant's other writers wait.
 */
export async function appendLog(
  client: PoolClient,
  { tenantId, entries }: { readonly tenantId: string; readonly entries: readonly NewEntry[] },
): Promise<void> {
  const rows = entries.map(({ credit, eventId, userKey, reason = '', ...entry }, index) => ({
    ...entry,
    reason,
    userKey: userKey === undefined ? null : Buffer.from(userKey, 'latin1').toString('hex'),
    ...credit,
    n: index + 1,
    eventId: Buffer.from(eventId, 'latin1').toString('hex'),
  }))
  const { rowCount } = await client.query({ ...APPEND, values: [tenantId, entries.length, JSON.stringify(rows)] })
  if (rowCount !== entries.length) throw new Error(`The log took ${rowCount ?? 0} of ${entries.length} entries.`)
}

export const decisionSchema = z.object({
  kind: z.enum(['attributed', 'organic']),
  matchedBy: z.enum(['touch_fields', 'user_id']).nullable(),
  touchedAt: z.string().nullable(),
  windowSeconds: z.number().nullable(),
  reason: z.string(),
})
