import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import { readConfig } from '#ops/config.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics } from './testing/askAnalytics.ts'

const client = createClickHouse(readConfig.owner().clickhouse)
afterAll(() => client.close())

// Of a year of its own: the tests of the walls read every tenant's rows of theirs when both walls are down.
const now = new Date('2014-07-01T00:00:00Z')
const FIRST_MS = Date.parse('2014-05-01T00:00:00Z')
const EVENTS = 100_000
const EVERY_MS = 10_000
const NAMES = ['view', 'cart', 'pay', 'rate'] as const
const ROWS_AT_ONCE = 25_000

const tenantId = randomUUID()

/** One user who does four things over and over, and once at the end something else; and fifty who pay once. */
beforeAll(async () => {
  const bot = Array.from({ length: EVENTS }, (_, i) =>
    storedEvent({
      tenant_id: tenantId,
      user_id: 'bot',
      event_id: `b${i}`,
      event: i === EVENTS - 1 ? 'leave' : (NAMES[i % 4] ?? ''),
      revenue: '1',
      at: FIRST_MS + i * EVERY_MS,
    }),
  )
  const others = Array.from({ length: 50 }, (_, i) =>
    NAMES.slice(0, 3).map((event, step) =>
      storedEvent({ tenant_id: tenantId, user_id: `user-${i}`, event_id: `${event}${i}`, event, at: FIRST_MS + step * 60_000 }),
    ),
  ).flat()
  const values = [...bot, ...others]
  for (let from = 0; from < values.length; from += ROWS_AT_ONCE)
    await client.insert({ table: 'events', values: values.slice(from, from + ROWS_AT_ONCE), format: 'JSONEachRow' })
})

const RANGE = 'range: { start: "2014-05-01T00:00:00Z", end: "2014-06-01T00:00:00Z" }, timeZone: "UTC"'
const SELECTION = 'paths { steps users conversions revenue } totals { conversions } graph { nodes { id conversions users } }'

async function ask(input: string) {
  const query = `{ paths(input: { ${RANGE}, ${input} }) { ${SELECTION} } }`
  const { data, errors } = await askAnalytics({ query, tenantId, now })
  expect(errors?.map((error) => error.originalError ?? error)).toBeUndefined()
  return JSON.parse(JSON.stringify(data)).paths
}

describe('one user of 100,000 rows is answered beside the others', { timeout: 120_000 }, () => {
  test('with one conversion behind all of them', async () => {
    const { paths, totals } = await ask('conversion: { event: "leave" }, depth: 5')
    expect(paths).toEqual([{ steps: ['pay', 'rate', 'view', 'cart', 'pay'], users: '1', conversions: '1', revenue: '1' }])
    expect(totals).toEqual({ conversions: '1' })
  })

  test('with a conversion in every fourth of them', async () => {
    const { paths, totals, graph } = await ask('conversion: { event: "pay" }, lookbackDays: 365')
    expect(paths).toEqual([
      { steps: ['rate', 'view', 'cart'], users: '1', conversions: '24999', revenue: '24999' },
      { steps: ['view', 'cart'], users: '51', conversions: '51', revenue: '1' },
    ])
    expect(totals).toEqual({ conversions: '25050' })
    expect(graph.nodes.at(-1)).toEqual({ id: '0 CONVERSION', conversions: '25050', users: '51' })
  })

  test('from the first of them on', async () => {
    const { paths } = await ask('depth: 20')
    const repeated = Array.from({ length: 20 }, (_, i) => NAMES[i % 4])
    expect(paths).toEqual([
      { steps: ['view', 'cart', 'pay'], users: '50', conversions: '50', revenue: '0' },
      { steps: repeated, users: '1', conversions: '1', revenue: '20' },
    ])
  })
})
