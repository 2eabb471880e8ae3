// What the demo world says of its advertising: credits, costs, campaigns, and the truth behind them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { readEventCatalog } from '../analytics/eventCatalog.ts'
import { withTenant } from '../pool.ts'
import { openTestClickHouse } from '../testing/testEvents.ts'
import { openTestPools } from '../testing/testPools.ts'
import type { WorldTenant } from './simulator.ts'
import { openTestWorlds } from './testing/testWorlds.ts'
import { campaignsOf, CHANNELS, PAID_CHANNELS } from './world/campaigns.ts'

const clickhouse = openTestClickHouse('migrate')
const pools = openTestPools()
afterAll(() => Promise.all([clickhouse.close(), pools.close()]))
const { makeTenants, seed, rowsOf, countOf } = openTestWorlds({ clickhouse, pools, now: new Date('2026-03-18T15:30:00.000Z') })

let world: readonly WorldTenant[]
beforeAll(async () => {
  world = await makeTenants()
  await seed(world, { events: 30_000 })
}, 120_000)

const everyone = (): readonly string[] => world.map(({ tenantId }) => tenantId)
const acme = (): string => world[0]?.tenantId ?? ''
const number = z.coerce.number()
const numberRow = z.object({ n: number })

const DAY_MS = 86_400_000
const touchRow = z.tuple([number, z.string(), z.string(), z.string(), z.string(), z.string(), z.string()])
const installer = z.object({ tenant: z.string(), user: z.string(), at: number, credit: z.array(z.string()), touches: z.array(touchRow) })

describe('credit', () => {
  test('of every install is the last click of 7 days, else the last impression of a day, else organic, as calculated from the stored touches', async () => {
    const parts = '[channel, partner_id, campaign_id, ad_group_id, creative_id]'
    const touch = `(toUnixTimestamp64Milli(occurred_at), toString(touch), channel, partner_id, campaign_id, ad_group_id, creative_id)`
    const query = `SELECT toString(tenant_id) AS tenant, user_id AS user, anyIf(toUnixTimestamp64Milli(occurred_at), event = 'install') AS at,
        anyIf(${parts}, event = 'install') AS credit, groupArrayIf(${touch}, touch != 'none') AS touches
      FROM events WHERE tenant_id IN {ids} AND user_id != '' GROUP BY tenant_id, user_id HAVING countIf(event = 'install') = 1`
    const installers = await rowsOf(installer, query, everyone())
    const wrong = installers.filter(({ at, credit, touches }) => JSON.stringify(credit) !== JSON.stringify(winnerOf(at, touches)))
    expect(wrong).toEqual([])
    const channels = new Set(installers.flatMap(({ credit }) => credit.slice(0, 1)))
    expect([...channels].toSorted()).toEqual([...CHANNELS].toSorted())
  })

  test('goes with everything that the person does in the app', async () => {
    const query = `SELECT count() AS n FROM (SELECT user_id FROM events WHERE tenant_id IN {ids} AND touch = 'none'
      GROUP BY tenant_id, user_id HAVING uniqExact(channel, partner_id, campaign_id, ad_group_id, creative_id) > 1)`
    expect(await rowsOf(numberRow, query, everyone())).toEqual([{ n: 0 }])
  })

  test('is looked for among one to six touches of the week before a purchase, of several channels', async () => {
    const query = `SELECT length(arrayFilter(x -> x.1 <= at AND x.1 >= at - toIntervalDay(if(x.2 = 'click', 7, 1)), touches)) AS n
      FROM (SELECT tenant_id, user_id, arrayJoin(groupArrayIf(occurred_at, event = 'purchase')) AS at, groupArrayIf((occurred_at, touch), touch != 'none') AS touches
        FROM events WHERE tenant_id IN {ids} AND user_id != '' GROUP BY tenant_id, user_id)`
    const lengths = (await rowsOf(numberRow, query, everyone())).map(({ n }) => n)
    for (const length of [0, 1, 2, 3, 4]) expect(lengths.filter((each) => each === length).length).toBeGreaterThan(0)
    expect(lengths.filter((length) => length > 1).length).toBeGreaterThan(0.3 * lengths.length)
  })
})

function winnerOf(at: number, touches: readonly z.infer<typeof touchRow>[]): readonly string[] {
  const newest = (kind: string, lookbackMs: number) =>
    touches.filter(([time, touch]) => touch === kind && time <= at && at - time <= lookbackMs).toSorted(([a], [b]) => b - a)[0]
  const winner = newest('click', 7 * DAY_MS) ?? newest('impression', DAY_MS)
  return winner === undefined ? ['organic', '', '', '', ''] : winner.slice(2).map(String)
}

describe('costs', () => {
  test('are known for every campaign that was seen, and add up to what its rows say', async () => {
    const campaigns = campaignsOf('acme').map(({ id }) => id)
    const sums = await rowsOf(
      z.object({ campaign: z.string(), cost: z.string(), rows: number }),
      `SELECT campaign_id AS campaign, sum(cost) AS cost, count() AS rows FROM costs WHERE tenant_id IN {ids} GROUP BY campaign ORDER BY campaign`,
      [acme()],
    )
    expect(sums.map(({ campaign }) => campaign)).toEqual(campaigns.toSorted())
    const rows = await rowsOf(
      z.object({ campaign: z.string(), cost: z.string() }),
      'SELECT campaign_id AS campaign, cost FROM costs WHERE tenant_id IN {ids}',
      [acme()],
    )
    for (const { campaign, cost } of sums) {
      const own = rows.filter((row) => row.campaign === campaign).reduce((sum, row) => sum + millionths(row.cost), 0n)
      expect([campaign, millionths(cost)]).toEqual([campaign, own])
    }
    expect(await rowsOf(numberRow, `SELECT count() AS n FROM costs WHERE tenant_id IN {ids} AND (cost <= 0 OR day > '2026-03-18')`, everyone())).toEqual([
      { n: 0 },
    ])
  })

  test('stand on the days, apps, countries and ad groups of touches, and on all of those that cost', async () => {
    const keys = 'tenant_id, app_id, platform, country, channel, partner_id, campaign_id, ad_group_id'
    const touched = `SELECT DISTINCT toDate(occurred_at) AS day, ${keys} FROM events WHERE tenant_id IN {ids} AND touch != 'none'`
    const unknown = `SELECT count() AS n FROM costs WHERE tenant_id IN {ids} AND (day, ${keys}) NOT IN (${touched})`
    expect(await rowsOf(numberRow, unknown, everyone())).toEqual([{ n: 0 }])
  })

  test('come from several sources: for one campaign from two on the same days, for one from a file at first, for one twice', async () => {
    const query = `SELECT campaign_id AS campaign, arraySort(groupUniqArray(toString(source))) AS sources, min(day) AS first FROM costs WHERE tenant_id IN {ids} GROUP BY campaign`
    const sources = await rowsOf(z.object({ campaign: z.string(), sources: z.array(z.string()) }), query, [acme()])
    const of = (campaign: string) => sources.find((row) => row.campaign === campaign)?.sources
    expect(of('lookalike-worldwide')).toEqual(['api', 'link'])
    expect(of('coupon-partners')).toEqual(['api', 'import'])
    expect(of('brand-search')).toEqual(['api'])
    const restated = `SELECT count() AS n FROM (SELECT 1 FROM costs WHERE tenant_id IN {ids} AND campaign_id = 'brand-search'
      GROUP BY day, app_id, platform, country, ad_group_id, source HAVING count() = 2 AND uniqExact(recorded_at) = 2)`
    expect((await rowsOf(numberRow, restated, [acme()]))[0]?.n).toBeGreaterThan(0)
  })
})

const millionths = (text: string): bigint => {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(6, '0'))
}

describe('the truth', () => {
  const truthRow = z.object({
    channel: z.string(),
    installs: number,
    incremental_installs: number,
    purchases: number,
    incremental_purchases: number,
    revenue: number,
    incremental_revenue: number,
  })
  const truth = () =>
    rowsOf(
      truthRow,
      `SELECT channel, ${['installs', 'incremental_installs', 'purchases', 'incremental_purchases', 'revenue', 'incremental_revenue'].map((name) => `sum(demo_truth_channels.${name}) AS ${name}`).join(', ')}
        FROM demo_truth_channels WHERE tenant_id IN {ids} GROUP BY channel`,
      everyone(),
    )

  test('is known for every channel of advertising, and no channel caused more than it touched', async () => {
    const rows = await truth()
    expect(rows.map(({ channel }) => channel).toSorted()).toEqual(CHANNELS.slice(0, PAID_CHANNELS).toSorted())
    for (const row of rows) {
      expect(row.incremental_installs).toBeLessThanOrEqual(row.installs)
      expect(row.incremental_purchases).toBeLessThanOrEqual(row.purchases)
      expect(row.incremental_revenue).toBeLessThanOrEqual(row.revenue)
    }
    expect(rows.reduce((sum, row) => sum + row.incremental_installs, 0)).toBeGreaterThan(0)
  })

  test('counts the installs, purchases and revenue that are stored', async () => {
    const installs = await countOf("event = 'install'", everyone())
    const purchases = await countOf("event = 'purchase'", everyone())
    for (const row of await truth()) {
      expect(row.installs).toBeLessThan(installs)
      expect(row.purchases).toBeLessThan(purchases)
    }
    const touched = `SELECT count() AS n FROM (SELECT tenant_id, user_id, anyIf(occurred_at, event = 'install') AS at, groupArrayIf(occurred_at, channel = 'video' AND touch != 'none') AS touches
      FROM events WHERE tenant_id IN {ids} AND user_id != '' GROUP BY tenant_id, user_id HAVING countIf(event = 'install') = 1 AND arrayExists(x -> x <= at, touches))`
    expect((await truth()).find(({ channel }) => channel === 'video')?.installs).toBe((await rowsOf(numberRow, touched, everyone()))[0]?.n)
  })

  test('sees in video more, and in affiliates and e-mail less, than the last touch credits', async () => {
    const credited = await rowsOf(
      z.object({ channel: z.string(), n: number }),
      "SELECT channel, count() AS n FROM events WHERE tenant_id IN {ids} AND event = 'install' GROUP BY channel",
      everyone(),
    )
    const share = (rows: readonly { readonly channel: string; readonly n: number }[], channel: string) => {
      const paid = rows.filter((row) => row.channel !== 'organic' && row.channel !== 'direct')
      return (paid.find((row) => row.channel === channel)?.n ?? 0) / paid.reduce((sum, row) => sum + row.n, 0)
    }
    const caused = (await truth()).map((row) => ({ channel: row.channel, n: row.incremental_installs }))
    expect(share(caused, 'video')).toBeGreaterThan(share(credited, 'video'))
    for (const channel of ['affiliate', 'email']) expect(share(caused, channel)).toBeLessThan(share(credited, channel))
  })

  test('labels fraudulent clicks: those of flooding long before, those of injection 3 to 10 s before the installs that they took', async () => {
    const query = `SELECT kind, count() AS n, sum(took_install) AS taken, min(dateDiff('millisecond', occurred_at, installed_at)) AS shortest, max(dateDiff('millisecond', occurred_at, installed_at)) AS longest
      FROM demo_truth_fraud WHERE tenant_id IN {ids} GROUP BY kind ORDER BY kind`
    const [flooding, injection] = await rowsOf(z.object({ kind: z.string(), n: number, taken: number, shortest: number, longest: number }), query, everyone())
    expect(flooding).toMatchObject({ kind: 'click_flooding' })
    expect(flooding?.n).toBeGreaterThan(3 * (flooding?.taken ?? Number.NaN))
    expect(injection).toMatchObject({ kind: 'click_injection', taken: injection?.n })
    expect(injection?.shortest).toBeGreaterThanOrEqual(3000)
    expect(injection?.longest).toBeLessThanOrEqual(10_000)
    const stored = `SELECT count() AS n FROM demo_truth_fraud f LEFT ANTI JOIN (SELECT tenant_id, event_id, user_id, campaign_id, occurred_at FROM events WHERE touch = 'click') e
      ON f.tenant_id = e.tenant_id AND f.event_id = e.event_id AND f.user_id = e.user_id AND f.campaign_id = e.campaign_id AND f.occurred_at = e.occurred_at WHERE f.tenant_id IN {ids}`
    expect(await rowsOf(numberRow, stored, everyone())).toEqual([{ n: 0 }])
  })
})

describe('PostgreSQL', () => {
  test('names every campaign, ad group, creative and partner that is stored', async () => {
    for (const { tenantId } of world) {
      for (const [table, column] of [
        ['campaigns', 'campaign_id'],
        ['ad_groups', 'ad_group_id'],
        ['creatives', 'creative_id'],
        ['partners', 'partner_id'],
      ] as const) {
        const stored = await rowsOf(z.object({ id: z.string() }), `SELECT DISTINCT ${column} AS id FROM events WHERE tenant_id IN {ids} AND ${column} != ''`, [
          tenantId,
        ])
        const { rows } = await withTenant(pools.app, tenantId, (client) =>
          client.query<{ id: string }>(`SELECT id FROM ${table} WHERE tenant_id = $1`, [tenantId]),
        )
        const named = new Set(rows.map(({ id }) => id))
        expect(stored.filter(({ id }) => !named.has(id))).toEqual([])
      }
    }
  })

  test('catalogues the events with the types of their properties', async () => {
    const catalog = await readEventCatalog(pools.app, acme())
    const stored = await rowsOf(z.object({ name: z.string() }), 'SELECT DISTINCT event AS name FROM events WHERE tenant_id IN {ids} ORDER BY name', [acme()])
    expect(catalog.map(({ name }) => name)).toEqual(stored.map(({ name }) => name))
    const keys = `SELECT event AS name, arraySort(groupUniqArrayArray(mapKeys(properties))) AS keys FROM events WHERE tenant_id IN {ids} GROUP BY event ORDER BY event`
    const properties = await rowsOf(z.object({ name: z.string(), keys: z.array(z.string()) }), keys, [acme()])
    expect(catalog.map(({ name, properties: known }) => ({ name, keys: known.map((property) => property.name) }))).toEqual(properties)
  })
})
