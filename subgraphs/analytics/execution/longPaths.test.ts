import { randomUUID } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics } from './testing/askAnalytics.ts'

const client = createClickHouse(readConfig.owner().clickhouse)
afterAll(() => client.close())

// Of a year of its own: the tests of the walls read every tenant's rows of theirs when both walls are down.
const now = new Date('2016-07-01T00:00:00Z')
const FIRST_MS = Date.parse('2016-05-01T00:00:00Z')
const CHANNELS = ['email', 'search', 'social', 'direct'] as const
const channelOf = (i: number) => CHANNELS[i % CHANNELS.length] ?? 'direct'
const TOUCH_EVERY_MS = 30_000
/** Seven days hold so many touches. */
const LOOKBACK_TOUCHES = (7 * 86_400_000) / TOUCH_EVERY_MS

type World = { readonly touches: number; readonly conversions: number }

/** One user of many clicks and then many purchases, each of which looks back to two clicks fewer; and fifty who clicked and bought once. */
async function store(tenantId: string, { touches, conversions }: World): Promise<void> {
  const bot = { tenant_id: tenantId, user_id: 'bot' }
  const click = (i: number): StoredEvent =>
    storedEvent({ ...bot, event_id: `t${i}`, event: 'click', touch: 'click', channel: channelOf(i), at: FIRST_MS + i * TOUCH_EVERY_MS })
  const purchase = (i: number): StoredEvent =>
    storedEvent({ ...bot, event_id: `c${i}`, event: 'purchase', revenue: '1', at: FIRST_MS + (LOOKBACK_TOUCHES + 2 * i) * TOUCH_EVERY_MS })
  const others = Array.from({ length: 50 }, (_, i) => {
    const own = { tenant_id: tenantId, user_id: `user-${i}` }
    return [
      storedEvent({ ...own, event_id: `x${i}`, event: 'click', touch: 'click', channel: 'affiliate', at: FIRST_MS }),
      storedEvent({ ...own, event_id: `y${i}`, event: 'purchase', revenue: '2', at: FIRST_MS + 1000 }),
    ]
  })
  const values = [...Array.from({ length: touches }, (_, i) => click(i)), ...Array.from({ length: conversions }, (_, i) => purchase(i)), ...others.flat()]
  await client.insert({ table: 'events', values, format: 'JSONEachRow' })
}

const FIELDS =
  'first: conversions(model: FIRST_TOUCH) last: conversions(model: LAST_TOUCH) search: conversions(model: LAST_NON_DIRECT) linear: revenue(model: LINEAR) ' +
  'position: conversions(model: POSITION_BASED) decay: conversions(model: TIME_DECAY) touchpoints assists'
const QUERY = `{ attribution(input: {
  conversion: { event: "purchase" }, range: { start: "2016-05-01T00:00:00Z", end: "2016-06-01T00:00:00Z" }, timeZone: "UTC", groupBy: [{ dimension: CHANNEL }]
}) { rows { channel ${FIELDS} } totals { ${FIELDS} } } }`

test('one user of 20,000 touchpoints and a thousand conversions is answered beside the others', { timeout: 120_000 }, async () => {
  const tenantId = randomUUID()
  const [touches, conversions] = [20_000, 1_200]
  await store(tenantId, { touches, conversions })
  const { data, errors } = await askAnalytics({ query: QUERY, tenantId, now })
  expect(errors?.map((error) => error.originalError ?? error)).toBeUndefined()
  const { rows, totals } = JSON.parse(JSON.stringify(data)).attribution
  const pathLengths = Array.from({ length: conversions }, (_, i) => touches - 2 * i)
  const pairs = pathLengths.reduce((sum, n) => sum + n, 0)
  const of = (channel: string) => rows.find((row: { channel: string }) => row.channel === channel)
  expect(of('affiliate')).toEqual({
    channel: 'affiliate',
    first: 50,
    last: 50,
    search: 50,
    linear: '100',
    position: 50,
    decay: 50,
    touchpoints: '50',
    assists: '0',
  })
  // Every second conversion begins with a touch of email, the others with social; all end with direct, and with social before it.
  expect([of('email').first, of('social').first, of('search').first]).toEqual([600, 600, 0])
  expect([of('direct').last, of('social').search, of('direct').assists]).toEqual([conversions, conversions, String(conversions)])
  // A path is a whole number of fours, or begins with one half of them more.
  const linearOf = (spare: number) => pathLengths.reduce((sum, n) => sum + (n % 4 === 0 ? n / 4 : (n - 2) / 4 + spare) / n, 0)
  expect(Number(of('email').linear)).toBeCloseTo(linearOf(0), 5)
  expect(Number(of('direct').linear)).toBeCloseTo(linearOf(1), 5)
  const { first, last, position, decay, touchpoints, linear } = totals
  expect(decay).toBeCloseTo(conversions + 50, 9)
  expect({ first, last, position, touchpoints, linear }).toEqual({
    first: conversions + 50,
    last: conversions + 50,
    position: conversions + 50,
    touchpoints: String(pairs + 50),
    linear: String(conversions + 100),
  })
})

test('one user of more touchpoints times conversions than are answered is told of, with what to narrow', { timeout: 60_000 }, async () => {
  const tenantId = randomUUID()
  await store(tenantId, { touches: 30_000, conversions: 17_000 })
  const { errors } = await askAnalytics({ query: QUERY, tenantId, now })
  expect(errors?.map(({ extensions, message }) => ({ code: extensions['code'], message }))).toEqual([
    { code: 'PATHS_TOO_LONG', message: expect.stringContaining('Shorten the lookback') },
  ])
})
