import { randomUUID } from 'node:crypto'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import { storedTime, type StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'

/** When the questions of the cases are asked. */
export const CASE_NOW = new Date('2026-04-10T09:30:00.000Z')
const FIRST = Date.UTC(2026, 1, 20)
const USERS = 24
const EVENTS = 600
const MINUTE_MS = 60_000
const SPAN_MINUTES = 49 * 24 * 60
const APPS = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'] as const

/**
 * A small world that is always the same: 24 people from February to April 2026, summer time begins in Europe between; with refunds, touches of
 * nobody, entries at one instant, absent values and properties of each type. `tenantId` and everything in it can be asked for at CASE_NOW.
 */
export function caseWorld(tenantId: string): readonly StoredEvent[] {
  const random = sequence(20_260_410)
  const pick = <Value>(values: readonly [Value, ...Value[]]): Value => values[random(values.length)] ?? values[0]
  return Array.from({ length: EVENTS }, (_, i): StoredEvent => {
    const user = random(USERS)
    const event =
      i < USERS ? 'install' : pick(['session', 'session', 'session', 'level_up', 'purchase', 'purchase', 'refund', 'sign_up', 'click', 'impression', 'install'])
    const touch = event === 'click' || event === 'impression' ? event : 'none'
    const minutes = i < USERS ? random(20) * 24 * 60 : random(SPAN_MINUTES)
    const cents = event === 'purchase' ? random(5_000) : event === 'refund' ? -random(2_000) - 1 : 0
    const revenue = (cents / 100).toFixed(2)
    const time = storedTime(new Date(FIRST + minutes * MINUTE_MS))
    return {
      tenant_id: tenantId,
      app_id: pick(APPS),
      user_id: touch !== 'none' && random(3) === 0 ? '' : `user-${i < USERS ? i : user}`,
      event,
      occurred_at: time,
      recorded_at: time,
      event_id: String(i),
      touch,
      platform: pick(['ios', 'android', '']),
      country: pick(['DE', 'US', 'FR', '']),
      app_version: pick(['1.0', '1.1', '2.0']),
      channel: pick(['organic', 'paid_search', 'social', '']),
      partner_id: pick(['partner-1', 'partner-2', '']),
      campaign_id: pick(['spring', 'launch', '']),
      ad_group_id: '',
      creative_id: '',
      revenue,
      original_amount: revenue,
      original_currency: cents === 0 ? '' : 'USD',
      is_refund: cents < 0,
      properties: event === 'level_up' ? { level: String(random(12)), mode: pick(['easy', 'hard']), isFirst: pick(['true', 'false']) } : {},
      device_ids: {},
      device_sealed: '',
      copy_group: '0',
    }
  })
}

const COST_DAYS = 45
const DAY_MS = 24 * 60 * MINUTE_MS

/** What the days of the world have cost, stated by several sources, some of it twice; always the same. */
export function caseCosts(tenantId: string): readonly StoredCost[] {
  const random = sequence(20_260_411)
  const pick = <Value>(values: readonly [Value, ...Value[]]): Value => values[random(values.length)] ?? values[0]
  return Array.from({ length: COST_DAYS * COSTS_A_DAY }, (_, i): StoredCost => {
    const cost = (random(9_000) / 100).toFixed(2)
    return {
      tenant_id: tenantId,
      day: new Date(FIRST + (i % COST_DAYS) * DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length),
      app_id: pick(APPS),
      platform: pick(['ios', 'android', '']),
      country: pick(['DE', 'US', '']),
      channel: pick(['paid_search', 'social']),
      partner_id: pick(['partner-1', '']),
      campaign_id: pick(['spring', 'launch', 'posters']),
      ad_group_id: '',
      source: pick(['api', 'api', 'import', 'link']),
      cost,
      original_amount: cost,
      original_currency: 'USD',
      recorded_at: storedTime(new Date(FIRST + i * MINUTE_MS)),
    }
  })
}

const COSTS_A_DAY = 6

/** Puts the world into the tests' ClickHouse under a new tenant, and a second tenant's beside it that no answer may hold. */
export async function storeCaseWorld(): Promise<{
  readonly tenantId: string
  readonly otherTenantId: string
  readonly world: readonly StoredEvent[]
  readonly costs: readonly StoredCost[]
}> {
  const tenantId = randomUUID()
  const otherTenantId = randomUUID()
  const world = caseWorld(tenantId)
  const costs = caseCosts(tenantId)
  const client = createClickHouse(readConfig.owner().clickhouse)
  try {
    await client.insert<StoredEvent>({ table: 'events', values: [...world, ...caseWorld(otherTenantId)], format: 'JSONEachRow' })
    await client.insert<StoredCost>({ table: 'costs', values: [...costs, ...caseCosts(otherTenantId)], format: 'JSONEachRow' })
  } finally {
    await client.close()
  }
  return { tenantId, otherTenantId, world, costs }
}

/** Whole numbers below a bound, always the same ones (a linear congruential generator; its low bits are poor and left out). */
function sequence(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
