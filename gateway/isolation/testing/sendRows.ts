import type { ClickHouseClient } from '#db/clickhouse/client.ts'
import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import { amountOf, type IsoTenant } from './isoTenant.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const USERS = 3

export type Places = { readonly collectorUrl: string; readonly ingestKey: string; readonly ingest: ClickHouseClient }

/**
 * Sends a tenant's events as its server does: touches, installs, purchases, refunds and events of its own, and some that are refused; and its costs.
 * Each round has as many as the first, with the same words in them.
 */
export async function sendRows({ collectorUrl, ingestKey, ingest }: Places, tenant: IsoTenant, round: number): Promise<void> {
  const nowMs = Date.now()
  const events = Array.from({ length: USERS }, (_, user) => eventsOf(tenant, { user: user + 1, round, nowMs })).flat()
  const response = await fetch(`${collectorUrl}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ingestKey}` },
    body: JSON.stringify([...events, ...refused(tenant, round)]),
  })
  const answer: unknown = await response.json()
  if (response.status !== 202) throw new Error(`The collector answered ${response.status}: ${JSON.stringify(answer)}`)
  await ingest.insert({ table: 'costs', values: costsOf(tenant, { round, nowMs }), format: 'JSONEachRow' })
}

type Person = { readonly user: number; readonly round: number; readonly nowMs: number }

function eventsOf(tenant: IsoTenant, { user, round, nowMs }: Person): readonly object[] {
  const { mark } = tenant
  const [app] = tenant.own.app.slice(user % 2)
  // Whole days ago, so that a run at any hour has the same buckets.
  const at = (days: number, minutes: number): string => new Date(nowMs - days * DAY_MS - (60 - minutes) * MINUTE_MS).toISOString()
  const base = (name: string, days: number, minutes: number) => ({
    eventId: `${mark}-${round}-${user}-${name}-${days}-${minutes}`,
    event: name,
    occurredAt: at(days, minutes),
    userId: `${mark}-u${user}`,
    app,
    platform: user % 2 === 0 ? 'ios' : 'android',
    country: 'DE',
    appVersion: `${mark}-v1`,
    properties: { [`${mark}_level`]: user * 7, plan: `${mark}-gold` },
  })
  const touch = {
    campaign: `${mark}-c${user}`,
    adGroup: `${mark}-g${user}`,
    creative: `${mark}-r${user}`,
    partner: `${mark}-p${user}`,
    channel: `${mark}-channel`,
  }
  const money = (times: number) => ({ revenue: { amount: amountOf(tenant, times), currency: 'USD' } })
  return [
    { ...base('impression', 20, 1), touch: { kind: 'impression', ...touch } },
    { ...base('click', 20, 2), touch: { kind: 'click', ...touch } },
    base('install', 20, 3),
    base('sign_up', 19, 1),
    base('session', 13, 1),
    { ...base('click', 6, 1), touch: { kind: 'click', ...touch } },
    { ...base('purchase', 5, 1), ...money(user + 2) },
    { ...base('purchase', 0, 1), ...money(user + 1) },
    { ...base('refund', 0, 2), ...money(-1) },
    base(`${mark}_event`, 0, 3),
  ]
}

/** Unknown words: kept with what was sent and why it was refused. */
const refused = ({ mark }: IsoTenant, round: number): readonly object[] => [
  { eventId: `${mark}-${round}-refused`, event: `${mark}_event`, occuredAt: 'never', userId: `${mark}-u1`, app: `${mark}-nowhere` },
]

const COST_DAYS = [20, 6, 1] as const

function costsOf(tenant: IsoTenant, { round, nowMs }: Omit<Person, 'user'>): StoredCost[] {
  const { mark, tenantId } = tenant
  return COST_DAYS.map((days, index) => ({
    tenant_id: tenantId,
    day: new Date(nowMs - days * DAY_MS).toISOString().slice(0, 10),
    app_id: tenant.own.app[0] ?? '',
    platform: 'ios',
    country: 'DE',
    channel: `${mark}-channel`,
    partner_id: `${mark}-p${index + 1}`,
    campaign_id: `${mark}-c${index + 1}`,
    // A group of its own for each round: what one source states twice counts once.
    ad_group_id: `${mark}-g${round}`,
    source: 'api',
    cost: amountOf(tenant, index + 1),
    original_amount: amountOf(tenant, index + 1),
    original_currency: 'USD',
    recorded_at: new Date(nowMs).toISOString().replace('T', ' ').replace('Z', ''),
  }))
}
