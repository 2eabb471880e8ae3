import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import { copyTenant } from '#db/ingest/copyTenant.ts'
import { withTenant } from '#db/pool.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { startTestCollector, type TestCollector } from './startTestCollector.ts'

const MINUTE_MS = 60_000
const DAY_MS = 1_440 * MINUTE_MS

describe('what the collector writes into the log of conversions', () => {
  let collector: TestCollector
  let pools: TestPools
  let tenant: TestTenant
  beforeAll(async () => {
    ;[collector, tenant] = await Promise.all([startTestCollector(), createTestTenant({ withAccounts: false })])
    pools = openTestPools()
  })
  afterAll(async () => {
    await collector?.stop()
    await pools?.close()
  })

  const event = (changes: object = {}, ageMs = 0) => ({
    eventId: randomUUID(),
    event: 'session',
    occurredAt: new Date(Date.now() - ageMs).toISOString(),
    userId: 'ada',
    ...changes,
  })
  async function send(events: readonly object[], { ingestKey } = tenant): Promise<void> {
    const answer = await fetch(`${collector.url}/v1/events`, {
      method: 'POST',
      body: JSON.stringify(events),
      headers: { authorization: `Bearer ${ingestKey}` },
    })
    expect(answer.status).toBe(202)
  }
  type Row = {
    event: string
    kind: string
    user_id: string
    revenue: string | null
    original: string | null
    campaign_id: string
    matched: string | null
    supersedes: string | null
    id: string
  }
  const logOf = async ({ tenantId } = tenant): Promise<readonly Row[]> => {
    const sql = `SELECT id, event, kind, user_id, revenue::text, original_amount::text || original_currency AS original, campaign_id, decision ->> 'matchedBy' AS matched, supersedes
      FROM conversion_log ORDER BY sequence`
    return (await withTenant(pools.app, tenantId, (client) => client.query<Row>(sql))).rows
  }

  it('conversions of the event’s own app and refunds, in both currencies; nothing else, and nothing older than 30 days', async () => {
    const own = await createTestTenant({ withAccounts: false })
    await withTenant(pools.app, own.tenantId, async (client) => {
      await client.query("UPDATE apps SET conversion_events = '{purchase,level}'")
      await client.query("INSERT INTO apps (tenant_id, id, name, time_zone, currency, conversion_events) VALUES ($1, $2, 'zoo', 'UTC', 'USD', '{}')", [
        own.tenantId,
        randomUUID(),
      ])
      await client.query("INSERT INTO exchange_rates VALUES ($1, 'EUR', current_date - 1, 2)", [own.tenantId])
    })
    const at = (app: string, name: string, rest: object = {}, ageMs = 0) => event({ app, event: name, ...rest }, ageMs)
    const euros = (amount: string) => ({ revenue: { amount, currency: 'EUR' } })
    await send(
      [
        at('shop', 'purchase', euros('4.5')),
        at('shop', 'install'),
        at('shop', 'level'),
        at('zoo', 'purchase', euros('1')),
        at('shop', 'purchase', euros('-1')),
        at('zoo', 'refund', euros('-2')),
        at('zoo', 'session', euros('-3')),
        at('shop', 'purchase', {}, 30 * DAY_MS - MINUTE_MS),
        at('shop', 'purchase', {}, 30 * DAY_MS + MINUTE_MS),
      ],
      own,
    )
    expect((await logOf(own)).map(({ event: name, kind, revenue, original }) => [name, kind, revenue, original])).toEqual([
      ['purchase', 'conversion', '9.000000', '4.500000EUR'],
      ['level', 'conversion', null, null],
      ['purchase', 'conversion', null, null],
      ['purchase', 'refund', '-2.000000', '-1.000000EUR'],
      ['refund', 'refund', '-4.000000', '-2.000000EUR'],
    ])
  })

  it('credits by the event’s own touch fields, else by the user’s touches, of this request or an earlier one', async () => {
    const own = await createTestTenant({ withAccounts: false })
    const touch = (kind: string, campaign: string, userId: string | undefined, ageMs: number) =>
      event({ event: kind, userId, touch: { kind, campaign } }, ageMs)
    const direct = event({ event: 'click', userId: 'ada', touch: { kind: 'click', channel: 'direct' } }, MINUTE_MS)
    await send(
      [touch('click', 'first', 'ada', DAY_MS), touch('impression', 'seen', 'ada', 2 * MINUTE_MS), direct, touch('click', 'nobody', undefined, MINUTE_MS)],
      own,
    )
    await send([touch('click', 'old', 'eve', 9 * DAY_MS), event({ event: 'install' }), event({ event: 'install', userId: 'eve' })], own)
    await send([event({ event: 'install', userId: 'bob' }), touch('impression', 'same', 'bob', MINUTE_MS)], own)
    await send([event({ event: 'purchase', touch: { kind: 'click', campaign: 'itself' } })], own)
    expect((await logOf(own)).map(({ user_id, campaign_id, matched }) => [user_id, campaign_id, matched])).toEqual([
      ['ada', 'first', 'user_id'],
      ['eve', '', null],
      ['bob', 'same', 'user_id'],
      ['ada', 'itself', 'touch_fields'],
    ])
    const kept = await withTenant(pools.app, own.tenantId, (client) =>
      client.query("SELECT user_key FROM recent_touches WHERE length(user_key) = 16 AND user_key <> 'ada'"),
    )
    expect(kept.rowCount).toBe(4)
  })

  it('a refund names the event it takes back; what is sent twice is there once', async () => {
    const sale = event({ event: 'purchase', revenue: { amount: '5', currency: 'USD' }, touch: { kind: 'click', campaign: 'c' } })
    const refund = event({ event: 'refund', revenue: { amount: '-5', currency: 'USD' }, properties: { originalEventId: sale.eventId } })
    await send([sale])
    await Promise.all([send([refund, sale]), send([refund])])
    const [first, second, ...rest] = await logOf()
    expect(rest).toEqual([])
    expect(second).toMatchObject({ kind: 'refund', supersedes: first!.id, campaign_id: 'c' })
  })

  it('what is in the log is in the analyses too, after the copy', async () => {
    const { clickhouse, verifyClickhouse, tenantSecret } = readConfig.worker()
    const verifier = createClickHouse(verifyClickhouse)
    try {
      const rows = await copyTenant({ pool: pools.app, clickhouse, verifier, tenantSecret }, tenant.tenantId)
      expect(rows).toBe((await logOf()).length)
    } finally {
      await verifier.close()
    }
  })
})
