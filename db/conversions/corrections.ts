import { randomBytes, randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { appendLog, decisionSchema, ENTRY_KINDS, type CorrectionReason, type NewEntry } from './appendLog.ts'
import type { TouchDraft } from './conversionDraft.ts'
import { DAY_MS, slotsBetween } from './days.ts'
import { CLICK_LOOKBACK_SECONDS, decide, VIEW_LOOKBACK_SECONDS, type Decided } from './decide.ts'
import { findTouches } from './recentTouches.ts'

const EVENT_ID_BYTES = 16

const entryRow = z
  .object({
    id: z.string(),
    kind: z.enum(ENTRY_KINDS),
    eventDay: z.number(),
    event: z.string(),
    appId: z.string().nullable(),
    userId: z.string(),
    userKey: z.string().nullable(),
    occurredAtMs: z.number(),
    revenue: z.string().nullable(),
    originalAmount: z.string().nullable(),
    originalCurrency: z.string(),
    platform: z.string(),
    country: z.string(),
    channel: z.string(),
    partnerId: z.string(),
    campaignId: z.string(),
    decision: decisionSchema,
  })
  .transform(({ channel, partnerId, campaignId, userKey, ...entry }) => ({
    ...entry,
    credit: { channel, partnerId, campaignId },
    userKey: userKey === null ? '' : Buffer.from(userKey, 'hex').toString('latin1'),
  }))
/** An entry as far as one that corrects it repeats it. */
type CorrectedEntry = z.infer<typeof entryRow>

const COLUMNS = `l.id, l.kind, l.event_day AS "eventDay", l.event, l.app_id AS "appId", l.user_id AS "userId", encode(l.user_key, 'hex') AS "userKey",
  (extract(epoch FROM l.occurred_at) * 1000)::float8 AS "occurredAtMs", l.revenue::text, l.original_amount::text AS "originalAmount",
  l.original_currency AS "originalCurrency", l.platform, l.country, l.channel, l.partner_id AS "partnerId", l.campaign_id AS "campaignId", l.decision`
const IS_SUPERSEDED = 'EXISTS (SELECT FROM conversion_log s WHERE s.tenant_id = $1::uuid AND s.supersedes = l.id)'
const LOCK = { name: 'conversions-lock', text: 'SELECT FROM stream_heads WHERE tenant_id = $1::uuid FOR UPDATE' }
// What was refunded or corrected already is settled.
const FIND_LATE = {
  name: 'conversions-find-late',
  text: `WITH touched AS MATERIALIZED (
      SELECT decode(t."userKey", 'hex') AS user_key, to_timestamp(t."touchedAtMs" / 1000.0) AS at,
        make_interval(secs => CASE WHEN t."isClick" THEN ${CLICK_LOOKBACK_SECONDS} ELSE ${VIEW_LOOKBACK_SECONDS} END) AS lookback
      FROM jsonb_to_recordset($2::jsonb) AS t("userKey" text, "isClick" boolean, "touchedAtMs" numeric))
    SELECT DISTINCT ON (l.sequence) ${COLUMNS} FROM touched t
    JOIN conversion_log l ON l.tenant_id = $1::uuid AND l.user_key = t.user_key AND l.occurred_at >= t.at AND l.occurred_at <= t.at + t.lookback
    WHERE l.day_slot = ANY($3::smallint[]) AND l.kind IN ('conversion', 'recredit') AND NOT ${IS_SUPERSEDED} ORDER BY l.sequence`,
}
// What became of it, to the last time that it was credited anew, and the refunds of each.
const FIND_STANDING = {
  name: 'conversions-find-standing',
  text: `WITH RECURSIVE chain AS (
      SELECT id FROM conversion_log WHERE tenant_id = $1::uuid AND id = $2::uuid AND kind IN ('conversion', 'recredit')
      UNION ALL SELECT n.id FROM chain c JOIN conversion_log n ON n.tenant_id = $1::uuid AND n.supersedes = c.id AND n.kind IN ('recredit', 'refund'))
    SELECT ${COLUMNS}, EXISTS (SELECT FROM conversion_log r WHERE r.tenant_id = $1::uuid AND r.supersedes = l.id AND r.kind = 'retraction') AS "isRetracted"
    FROM chain c JOIN conversion_log l ON l.tenant_id = $1::uuid AND l.id = c.id ORDER BY l.sequence`,
}
const FIRST_SECOND_MS = 1_000

/**
 * Credits anew what touches that came late change: conversions that are in the log, happened after the touch and would have been credited to it. For
 * each the old entry is taken back and the new one added, so that every partner's sum is right. The touches are stored already.
 */
export async function correctCredits(
  client: PoolClient,
  { tenantId, touches }: { readonly tenantId: string; readonly touches: readonly TouchDraft[] },
): Promise<void> {
  if ((await findLate(client, { tenantId, touches })).length === 0) return
  // Who corrects the same at the same time waits here, and then finds it corrected.
  await client.query({ ...LOCK, values: [tenantId] })
  const late = (await findLate(client, { tenantId, touches })).map((entry) => ({ ...entry, credit: null, was: entry }))
  const known = await findTouches(client, { tenantId, conversions: late })
  const entries = late.flatMap((each) => {
    const { was, occurredAtMs } = each
    const decided = decide({ own: null, occurredAtMs, touches: known.get(each) ?? [] })
    const isSame = JSON.stringify(creditOf(decided)) === JSON.stringify(creditOf(was))
    return isSame ? [] : [retractionOf(was, 'ATTRIBUTION_CHANGED'), recreditOf(was, decided)]
  })
  if (entries.length > 0) await appendLog(client, { tenantId, entries })
}

type Late = { readonly tenantId: string; readonly touches: readonly TouchDraft[] }

async function findLate(client: PoolClient, { tenantId, touches }: Late): Promise<readonly CorrectedEntry[]> {
  const rows = touches.map(({ userKey, isClick, touchedAtMs }) => ({ userKey: Buffer.from(userKey, 'latin1').toString('hex'), isClick, touchedAtMs }))
  const nowMs = Date.now()
  // A conversion is recorded after it happened, but for clocks that differ.
  const slots = slotsBetween(Math.max(0, Math.min(nowMs, ...touches.map(({ touchedAtMs }) => touchedAtMs)) - DAY_MS), nowMs + FIRST_SECOND_MS)
  return z.array(entryRow).parse((await client.query({ ...FIND_LATE, values: [tenantId, JSON.stringify(rows), slots] })).rows)
}

/**
 * Takes a conversion back that was none, with the refunds of it: its entry may be the first or one by which it was credited anew. Answers the ids of
 * the new entries; null when there is no such conversion, none when it was taken back before. The client's last statement, as `appendLog` is.
 */
export async function retract(
  client: PoolClient,
  { tenantId, id, reason }: { readonly tenantId: string; readonly id: string; readonly reason: CorrectionReason },
): Promise<readonly string[] | null> {
  await client.query({ ...LOCK, values: [tenantId] })
  const { rows } = await client.query({ ...FIND_STANDING, values: [tenantId, id] })
  const found = rows.map((row) => ({ entry: entryRow.parse(row), isRetracted: z.object({ isRetracted: z.boolean() }).parse(row).isRetracted }))
  if (found.length === 0) return null
  const entries = found.filter(({ isRetracted }) => !isRetracted).map(({ entry }) => retractionOf(entry, reason))
  if (entries.length > 0) await appendLog(client, { tenantId, entries })
  return entries.map((entry) => entry.id)
}

const creditOf = ({ credit: { channel, partnerId, campaignId } }: Pick<NewEntry, 'credit'>): readonly string[] => [channel, partnerId, campaignId]
const negated = (amount: string | null): string | null => (amount === null ? null : amount.startsWith('-') ? amount.slice(1) : `-${amount}`)

/** The same event may be corrected often, so that each correction has an event id of its own. */
function repeated({ userKey: _userKey, ...was }: CorrectedEntry, reason: CorrectionReason): Omit<NewEntry, 'kind'> {
  return { ...was, id: randomUUID(), eventId: randomBytes(EVENT_ID_BYTES).toString('latin1'), supersedes: was.id, reason }
}

function retractionOf(was: CorrectedEntry, reason: CorrectionReason): NewEntry {
  return { ...repeated(was, reason), kind: 'retraction', revenue: negated(was.revenue), originalAmount: negated(was.originalAmount) }
}

function recreditOf(was: CorrectedEntry, { credit, decision }: Decided): NewEntry {
  return { ...repeated(was, 'ATTRIBUTION_CHANGED'), kind: 'recredit', credit, decision, userKey: was.userKey }
}
