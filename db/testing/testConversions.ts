import { randomBytes } from 'node:crypto'
import { eventKey } from '../ingest/eventIds.ts'
import type { IngestEvent, Submission } from '../ingest/ingestEvent.ts'
import type { ConversionDraft, Credit } from '../conversions/conversionDraft.ts'
import { DAY_MS, dayOf } from '../conversions/days.ts'
import { withTenant, type Pool } from '../pool.ts'

/** A new event of the day of `ms`. */
export function testIngestEvent(ms: number): IngestEvent {
  const id = randomBytes(16).toString('latin1')
  return { id, key: eventKey(id, dayOf(ms)), day: dayOf(ms) }
}

/** A purchase of 1 USD now, credited to nobody, unless told otherwise. */
export function testConversion(given: Partial<ConversionDraft> & { readonly appId: string }): ConversionDraft {
  const occurredAtMs = given.occurredAtMs ?? Date.now()
  return {
    of: testIngestEvent(occurredAtMs),
    kind: 'conversion',
    event: 'purchase',
    userId: 'ada',
    userKey: '',
    occurredAtMs,
    money: { revenue: '1', originalAmount: '1', originalCurrency: 'USD' },
    platform: 'ios',
    country: 'DE',
    credit: null,
    originalId: null,
    ...given,
  }
}

export const testCredit = (given: Partial<Credit>): Credit => ({ channel: '', partnerId: '', campaignId: '', ...given })

/** What a request of these conversions and nothing else brings into a commit. */
export function testSubmission(conversions: readonly ConversionDraft[]): Submission {
  const events = conversions.map(({ of }) => of)
  return {
    keyId: '00000000-0000-4000-8000-000000000001',
    events,
    lines: Buffer.from('{}\n'.repeat(events.length)),
    summaries: [],
    rejected: [],
    conversions,
    touches: [],
  }
}

export type LogRow = { readonly sequence: number; readonly id: string; readonly event_id: string; readonly recorded_ms: number; readonly day_slot: number }

/** The tenant's log as it is stored, in order. */
export async function readStoredLog(pool: Pool, tenantId: string): Promise<readonly LogRow[]> {
  const { rows } = await withTenant(pool, tenantId, (client) =>
    client.query<LogRow>(`SELECT sequence::int, id, encode(event_id, 'hex') AS event_id, (extract(epoch FROM recorded_at) * 1000)::float8 AS recorded_ms, day_slot
      FROM conversion_log ORDER BY sequence`),
  )
  return rows
}

/**
 * A log whose entries were recorded so many days ago, oldest first, numbered from 1 on; the head knows the last. What is older than is kept may be
 * emptied by any worker at any time.
 */
export async function storeOldLog(pool: Pool, { tenantId, ages }: { readonly tenantId: string; readonly ages: readonly number[] }): Promise<void> {
  await withTenant(pool, tenantId, async (client) => {
    for (const [index, age] of ages.entries()) {
      const ms = Date.now() - age * DAY_MS
      await client.query(
        `INSERT INTO conversion_log (tenant_id, day_slot, sequence, id, kind, event_id, event_day, event, user_id, occurred_at, recorded_at, original_currency, platform, country,
           channel, partner_id, campaign_id, decision)
         VALUES ($1, $2, $3, gen_random_uuid(), 'conversion', $4, $5, $6, '', to_timestamp($7::float8 / 1000), to_timestamp($7::float8 / 1000), '', '', '', '', '', '',
           '{"kind": "organic", "matchedBy": null, "touchedAt": null, "windowSeconds": null, "reason": "test"}')`,
        [tenantId, dayOf(ms) % 64, index + 1, randomBytes(16), dayOf(ms), `day-${age}`, ms],
      )
    }
    const lastMs = Date.now() - (ages.at(-1) ?? 0) * DAY_MS
    await client.query('INSERT INTO stream_heads VALUES ($1, $2, to_timestamp($3::float8 / 1000))', [tenantId, ages.length, lastMs])
  })
}

/** A log of so many entries that were all recorded now. */
export async function storeManyEntries(pool: Pool, { tenantId, count }: { readonly tenantId: string; readonly count: number }): Promise<void> {
  await withTenant(pool, tenantId, async (client) => {
    await client.query(
      `INSERT INTO conversion_log (tenant_id, day_slot, sequence, id, kind, event_id, event_day, event, user_id, occurred_at, recorded_at, original_currency, platform, country,
         channel, partner_id, campaign_id, decision)
       SELECT $1, floor(extract(epoch FROM now()) / 86400)::int % 64, n, gen_random_uuid(), 'conversion', decode(md5(n::text), 'hex'), 0, 'many', '', now(), now(), '', '', '',
         '', '', '', '{"kind": "organic", "matchedBy": null, "touchedAt": null, "windowSeconds": null, "reason": "test"}' FROM generate_series(1, $2::int) n`,
      [tenantId, count],
    )
    await client.query('INSERT INTO stream_heads VALUES ($1, $2, now())', [tenantId, count])
  })
}
