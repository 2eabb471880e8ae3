import type { PoolClient } from 'pg'
import { z } from 'zod'
import { USER_KEY_BYTES, type ConversionDraft, type TouchDraft } from './conversionDraft.ts'
import { CLICK_LOOKBACK_SECONDS, VIEW_LOOKBACK_SECONDS, type KnownTouch } from './decide.ts'
import { TOUCH_SLOT_DAYS, TOUCH_SLOTS } from './days.ts'

const hexOf = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('hex')

const ADD = {
  name: 'conversions-add-touches',
  text: `INSERT INTO recent_touches (tenant_id, slot, user_key, is_click, touched_at, event_id, channel, partner_id, campaign_id)
         SELECT $1::uuid, (floor(extract(epoch FROM now()) / 86400)::int / ${TOUCH_SLOT_DAYS}) % ${TOUCH_SLOTS}, decode(t."userKey", 'hex'), t."isClick",
           to_timestamp(t."touchedAtMs" / 1000.0), decode(t."eventId", 'hex'), t.channel, t."partnerId", t."campaignId"
         FROM jsonb_to_recordset($2::jsonb)
           AS t("userKey" text, "isClick" boolean, "touchedAtMs" numeric, "eventId" text, channel text, "partnerId" text, "campaignId" text)`,
}

/** Keeps touches for the conversions of the next days: the oldest is kept for at least eight. */
export async function addTouches(
  client: PoolClient,
  { tenantId, touches }: { readonly tenantId: string; readonly touches: readonly TouchDraft[] },
): Promise<void> {
  const rows = touches.map(({ of, userKey, isClick, touchedAtMs, credit }) => ({
    userKey: hexOf(userKey),
    isClick,
    touchedAtMs,
    eventId: hexOf(of.id),
    ...credit,
  }))
  await client.query({ ...ADD, values: [tenantId, JSON.stringify(rows)] })
}

// Nearly all users have no touch, so first those who have are found; of each then one row per kind.
const FIND = {
  name: 'conversions-find-touches',
  text: `WITH asked AS MATERIALIZED (
           SELECT c.n, decode(c."userKey", 'hex') AS user_key, to_timestamp(c."occurredAtMs" / 1000.0) AS at
           FROM jsonb_to_recordset($2::jsonb) AS c(n int, "userKey" text, "occurredAtMs" numeric)),
         known AS MATERIALIZED (
           SELECT DISTINCT user_key FROM recent_touches WHERE tenant_id = $1::uuid AND user_key = ANY(ARRAY(SELECT user_key FROM asked)))
         SELECT a.n, t.is_click AS "isClick", (extract(epoch FROM t.touched_at) * 1000)::float8 AS "touchedAtMs", encode(t.event_id, 'hex') AS "eventId",
           t.channel, t.partner_id AS "partnerId", t.campaign_id AS "campaignId"
         FROM asked a JOIN known USING (user_key) CROSS JOIN (VALUES (true, ${CLICK_LOOKBACK_SECONDS}), (false, ${VIEW_LOOKBACK_SECONDS})) AS k(is_click, seconds)
         CROSS JOIN LATERAL (
           SELECT r.* FROM recent_touches r
           WHERE r.tenant_id = $1::uuid AND r.user_key = a.user_key AND r.is_click = k.is_click
             AND r.touched_at <= a.at AND r.touched_at >= a.at - make_interval(secs => k.seconds)
           ORDER BY r.touched_at DESC, r.event_id DESC LIMIT 1) t`,
}

const touchRow = z.object({
  n: z.number(),
  isClick: z.boolean(),
  touchedAtMs: z.number(),
  eventId: z.string(),
  channel: z.string(),
  partnerId: z.string(),
  campaignId: z.string(),
})

/** For each conversion, by its place, the latest click and the latest view that it may be credited to; those without any are left out. */
export async function findTouches<Conversion extends Pick<ConversionDraft, 'credit' | 'userKey' | 'occurredAtMs'>>(
  client: PoolClient,
  { tenantId, conversions }: { readonly tenantId: string; readonly conversions: readonly Conversion[] },
): Promise<ReadonlyMap<Conversion, readonly KnownTouch[]>> {
  const asking = conversions.filter(({ credit, userKey }) => credit === null && userKey.length === USER_KEY_BYTES)
  const found = new Map<Conversion, KnownTouch[]>()
  if (asking.length === 0) return found
  const asked = asking.map(({ userKey, occurredAtMs }, n) => ({ n, userKey: hexOf(userKey), occurredAtMs }))
  const { rows } = await client.query({ ...FIND, values: [tenantId, JSON.stringify(asked)] })
  for (const { n, isClick, touchedAtMs, eventId, ...credit } of z.array(touchRow).parse(rows)) {
    const conversion = asking[n]
    if (conversion === undefined) throw new Error('A touch was found for a conversion that nobody asked for.')
    const touch = { isClick, touchedAtMs, eventId, credit }
    found.set(conversion, [...(found.get(conversion) ?? []), touch])
  }
  return found
}
