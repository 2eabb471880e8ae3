// The demo world keeps its promises: it is the same again, it is of the size asked for, and what it says agrees with itself.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { withTenant } from '../pool.ts'
import { openTestClickHouse } from '../testing/testEvents.ts'
import { openTestPools } from '../testing/testPools.ts'
import { removeWorld, type WorldCounts, type WorldTenant } from './simulator.ts'
import { openTestWorlds } from './testing/testWorlds.ts'
import { LAUNCH_DAY, LAUNCH_DAYS } from './world/campaigns.ts'
import { createCalendar, dateOf } from './world/calendar.ts'

const clickhouse = openTestClickHouse('migrate')
const pools = openTestPools()
afterAll(() => Promise.all([clickhouse.close(), pools.close()]))

const EVENTS = 30_000
const now = new Date('2026-03-18T15:30:00.000Z')

const { makeTenants, seed, rowsOf, countOf } = openTestWorlds({ clickhouse, pools, now })

let world: readonly WorldTenant[]
let counts: WorldCounts
beforeAll(async () => {
  world = await makeTenants()
  counts = await seed(world, { events: EVENTS })
}, 120_000)

const tenantIds = (tenants: readonly WorldTenant[]): readonly string[] => tenants.map(({ tenantId }) => tenantId)
const acme = (): string => world[0]?.tenantId ?? ''
const count = (condition: string) => countOf(condition, tenantIds(world))

const numberRow = z.object({ n: z.coerce.number() })
const dayRow = z.object({ day: z.string(), installs: z.coerce.number(), sessions: z.coerce.number(), impressions: z.coerce.number() })
const checksumRow = z.object({ rows: z.string(), checksum: z.string() })

/** Over every column of every row but the tenant and its apps. */
function checksums(tenants: readonly WorldTenant[]): Promise<readonly unknown[]> {
  const columns = { events: 'tenant_id, app_id', costs: 'tenant_id, app_id', demo_truth_channels: 'tenant_id', demo_truth_fraud: 'tenant_id' }
  return Promise.all(
    Object.entries(columns).map(([table, ids]) =>
      rowsOf(
        checksumRow,
        `SELECT count() AS rows, sum(cityHash64(toString(tuple(* EXCEPT (${ids}))))) AS checksum FROM ${table} WHERE tenant_id IN {ids}`,
        tenantIds(tenants),
      ),
    ),
  )
}

describe('a world', () => {
  test('made again with the same seed and time is the same in every row', async () => {
    const again = await makeTenants()
    const second = await seed(again, { events: EVENTS })
    expect(second.events).toBe(counts.events)
    expect(await checksums(again)).toEqual(await checksums(world))
  }, 120_000)

  test('with another seed is another', async () => {
    const other = (await makeTenants()).slice(0, 1)
    await seed(other, { seed: 'other', events: 3_000 })
    const same = (await makeTenants()).slice(0, 1)
    await seed(same, { events: 3_000 })
    const [others, sames] = await Promise.all([checksums(other), checksums(same)])
    for (const [index, sum] of others.entries()) expect(sum).not.toEqual(sames[index])
  }, 120_000)

  test('has about as many events as were asked for, most of them acme’s and fewest initech’s', async () => {
    expect(counts.events).toBeGreaterThan(EVENTS * 0.92)
    expect(counts.events).toBeLessThan(EVENTS * 1.08)
    const [first, second, third] = counts.tenants
    expect(first?.events).toBeGreaterThan(3 * (second?.events ?? Number.NaN))
    expect(second?.events).toBeGreaterThan(3 * (third?.events ?? Number.NaN))
    expect(await count('1')).toBe(counts.events)
  })

  test('ends at the time given, and reaches back half a year', async () => {
    expect(await count(`occurred_at > '2026-03-18 15:30:00.000' OR recorded_at > '2026-03-18 15:30:00.000' OR recorded_at < occurred_at`)).toBe(0)
    expect(await count(`occurred_at >= '2026-03-18 00:00:00'`)).toBeGreaterThan(0)
    expect(await count(`event = 'install' AND toDate(occurred_at) = '2025-09-19'`)).toBeGreaterThan(0)
    expect(await count(`touch = 'none' AND occurred_at < '2025-09-19 00:00:00'`)).toBe(0)
  })

  test('has no event id twice, and in-app events of known people alone', async () => {
    const [ids] = await rowsOf(numberRow, 'SELECT uniqExact(tenant_id, event_id) AS n FROM events WHERE tenant_id IN {ids}', tenantIds(world))
    expect(ids?.n).toBe(counts.events)
    expect(await count(`user_id = '' AND touch = 'none'`)).toBe(0)
    expect(await count(`user_id = '' AND touch != 'none'`)).toBeGreaterThan(0)
    expect(await count(`(touch != 'none') != (event IN ('click', 'impression'))`)).toBe(0)
  })

  test('is taken away whole', async () => {
    const gone = (await makeTenants()).slice(0, 1)
    await seed(gone, { events: 2_000 })
    await removeWorld(clickhouse, tenantIds(gone))
    expect(await countOf('1', tenantIds(gone))).toBe(0)
    expect(await count('1')).toBe(counts.events)
    await expect(removeWorld(clickhouse, ["x' OR 1 = 1"])).rejects.toThrow('UUID')
  }, 120_000)

  test('is taken away whole while somebody drops partitions of the same table, which once ended it with “Cancelled mutating parts”', async () => {
    const gone = (await makeTenants()).slice(0, 1)
    await seed(gone, { events: 2_000 })
    const dropping = (async () => {
      // Of a month without a row: what it does to the others is what matters.
      for (let drops = 0; drops < 10; drops += 1) await clickhouse.command({ query: 'ALTER TABLE events DROP PARTITION 198302' })
    })()
    await removeWorld(clickhouse, tenantIds(gone))
    await dropping
    expect(await countOf('1', tenantIds(gone))).toBe(0)
  }, 120_000)
})

describe('people', () => {
  const perUser = (having: string) => `SELECT count() AS n FROM (SELECT tenant_id, user_id,
    minIf(occurred_at, event = 'install') AS installed, countIf(event = 'install') AS installs,
    minIf(occurred_at, touch = 'none' AND event != 'install') AS first, countIf(touch = 'none') AS events,
    countIf(event = 'purchase') AS purchases, countIf(event = 'refund') AS refunds
    FROM events WHERE tenant_id IN {ids} AND user_id != '' GROUP BY tenant_id, user_id HAVING ${having})`

  test('install once, before anything else that they do in the app', async () => {
    expect(await rowsOf(numberRow, perUser('installs > 1 OR (events > 0 AND installs = 0) OR (events > 1 AND first < installed)'), tenantIds(world))).toEqual([
      { n: 0 },
    ])
    expect((await rowsOf(numberRow, perUser('installs = 1'), tenantIds(world)))[0]?.n).toBeGreaterThan(100)
    expect((await rowsOf(numberRow, perUser('installs = 0'), tenantIds(world)))[0]?.n).toBeGreaterThan(1000)
    expect((await rowsOf(numberRow, perUser('installs = 1 AND purchases = 0'), tenantIds(world)))[0]?.n).toBeGreaterThan(50)
  })

  test('are given back less than they paid, each time for an order of theirs and after it', async () => {
    expect(await rowsOf(numberRow, perUser('refunds > purchases'), tenantIds(world))).toEqual([{ n: 0 }])
    const query = `SELECT r.tenant_id AS tenant, count() AS n FROM events r LEFT JOIN events p
        ON p.tenant_id = r.tenant_id AND p.user_id = r.user_id AND p.event = 'purchase' AND p.properties['order'] = r.properties['order']
      WHERE r.tenant_id IN {ids} AND r.event = 'refund' AND (p.event_id = '' OR p.occurred_at > r.occurred_at OR -r.original_amount > p.original_amount)
      GROUP BY tenant`
    expect(await rowsOf(numberRow, query, tenantIds(world))).toEqual([])
    expect(await count(`is_refund != (event = 'refund') OR (is_refund AND revenue >= 0) OR (event = 'purchase' AND revenue <= 0)`)).toBe(0)
    expect(await count('is_refund')).toBeGreaterThan(0)
  })

  test('come on more at weekends, grow in number, and double in acme’s launch', async () => {
    const query = `SELECT toString(toDate(occurred_at)) AS day, countIf(event = 'install') AS installs, countIf(event = 'session') AS sessions,
      countIf(event = 'impression') AS impressions FROM events WHERE tenant_id IN {ids} GROUP BY day`
    const days = await rowsOf(dayRow, query, [acme()])
    const calendar = createCalendar(now)
    const mean = (of: 'installs' | 'sessions' | 'impressions', from: number, to: number, keep: (date: string) => boolean = () => true) => {
      const dates = Array.from({ length: to - from }, (_, index) => dateOf(calendar, from + index)).filter(keep)
      return dates.reduce((sum, date) => sum + (days.find(({ day }) => day === date)?.[of] ?? 0), 0) / dates.length
    }
    const isWeekend = (date: string) => [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay())
    expect(mean('installs', LAUNCH_DAY, LAUNCH_DAY + LAUNCH_DAYS)).toBeGreaterThan(1.5 * mean('installs', LAUNCH_DAY - 28, LAUNCH_DAY))
    for (const of of ['installs', 'sessions'] as const) expect(mean(of, 150, 180)).toBeGreaterThan(1.2 * mean(of, 0, 60))
    for (const of of ['impressions', 'sessions'] as const)
      expect(mean(of, 7, 180, isWeekend)).toBeGreaterThan(1.05 * mean(of, 7, 180, (date) => !isWeekend(date)))
  })
})

describe('money', () => {
  test('of every event is the original at the day’s rate of the tenant, rounded half up at 6 places', async () => {
    const stored = z.object({ currency: z.string(), day: z.string(), original: z.string(), revenue: z.string() })
    const money = `SELECT original_currency AS currency, toString(toDate(occurred_at)) AS day, original_amount AS original, revenue FROM events
      WHERE tenant_id IN {ids} AND original_amount != 0
      UNION ALL SELECT original_currency, toString(day), original_amount, cost FROM costs WHERE tenant_id IN {ids} AND original_currency != 'USD'`
    const rows = await rowsOf(stored, money, [acme()])
    const rates = await withTenant(pools.app, acme(), (client) =>
      client.query<{ key: string; rate: string }>('SELECT currency || day::text AS key, rate::text FROM exchange_rates'),
    )
    const rateOf = new Map(rates.rows.map(({ key, rate }) => [key, rate]))
    const wrong = rows.filter(({ currency, day, original, revenue }) => {
      const rate = currency === 'USD' ? '1' : (rateOf.get(currency + day) ?? 'none')
      return scaled(revenue, 6) !== roundedProduct(scaled(original, 6), scaled(rate, 12))
    })
    expect(wrong).toEqual([])
    expect(new Set(rows.map(({ currency }) => currency))).toEqual(new Set(['USD', 'EUR', 'GBP', 'JPY', 'BRL']))
    expect(rows.some(({ original }) => original.startsWith('-'))).toBe(true)
    expect(await count(`(original_amount = 0) != (original_currency = '') OR (original_amount = 0 AND revenue != 0)`)).toBe(0)
  })
})

/** Decimal text as a whole number of its `places`-th places. */
function scaled(text: string, places: number): bigint {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(places, '0'))
}

/** Millionths times a rate of 12 places, in millionths, half away from zero. */
function roundedProduct(millionths: bigint, rate: bigint): bigint {
  const unit = 10n ** 12n
  const product = (millionths < 0n ? -millionths : millionths) * rate
  const rounded = (product * 2n + unit) / (unit * 2n)
  return millionths < 0n ? -rounded : rounded
}
