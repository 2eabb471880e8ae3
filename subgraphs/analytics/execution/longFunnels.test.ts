import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import { readConfig } from '#ops/config.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics } from './testing/askAnalytics.ts'

const client = createClickHouse(readConfig.owner().clickhouse)
afterAll(() => client.close())

// Of a year of its own: the tests of the walls read every tenant's rows of theirs when both walls are down.
const now = new Date('2015-07-01T00:00:00Z')
const FIRST_MS = Date.parse('2015-05-01T00:00:00Z')
const EVENTS = 100_000
const EVERY_MS = 10_000
const NAMES = ['view', 'cart', 'pay', 'rate'] as const
const COUNTRIES = ['DE', 'US', 'FR'] as const
const ROWS_AT_ONCE = 25_000

const tenantId = randomUUID()

/** One user whose every row is of a step, in the order of the steps, over and over; and fifty who pay once. */
beforeAll(async () => {
  const bot = Array.from({ length: EVENTS }, (_, i) =>
    storedEvent({
      tenant_id: tenantId,
      user_id: 'bot',
      event_id: `b${i}`,
      event: NAMES[i % 4] ?? '',
      country: COUNTRIES[i % 3] ?? '',
      at: FIRST_MS + i * EVERY_MS,
    }),
  )
  const others = Array.from({ length: 50 }, (_, i) =>
    NAMES.slice(0, 3).map((event, step) =>
      storedEvent({ tenant_id: tenantId, user_id: `user-${i}`, event_id: `${event}${i}`, event, country: 'DE', at: FIRST_MS + step * 60_000 }),
    ),
  ).flat()
  const values = [...bot, ...others]
  for (let from = 0; from < values.length; from += ROWS_AT_ONCE)
    await client.insert({ table: 'events', values: values.slice(from, from + ROWS_AT_ONCE), format: 'JSONEachRow' })
})

const RANGE = 'range: { start: "2015-05-01T00:00:00Z", end: "2015-06-01T00:00:00Z" }, timeZone: "UTC"'
const STEPS = `[${NAMES.map((event) => `{ event: "${event}" }`).join(' ')}]`

async function ask(input: string, selection: string) {
  const query = `{ funnel(input: { ${RANGE}, ${input} }) { rows { ${selection} } } }`
  const { data, errors } = await askAnalytics({ query, tenantId, now })
  expect(errors?.map((error) => error.originalError ?? error)).toBeUndefined()
  return JSON.parse(JSON.stringify(data)).funnel.rows
}

const usersOf = (row: { steps: readonly { users: string }[] }) => row.steps.map(({ users }) => Number(users))

describe('one user of 100,000 rows of the steps is answered beside the others', { timeout: 120_000 }, () => {
  test.each([
    ['ORDERED', '', [51, 51, 51, 1]],
    ['STRICT', '', [51, 51, 51, 1]],
    ['UNORDERED', '', [51, 51, 51, 1]],
    ['ORDERED', ', exclude: [{ event: "pay" }]', [51, 51, 51, 0]],
  ])('%s%s', async (order, rest, users) => {
    const [row] = await ask(`steps: ${STEPS}, order: ${order}${rest}`, 'steps { users medianSeconds }')
    expect(usersOf(row)).toEqual(users)
    expect(row.steps[1].medianSeconds).toBe(60)
    expect((await ask(`steps: ${STEPS}, order: ${order}${rest}`, 'steps { users }')).map(usersOf)).toEqual([users])
  })

  test('in groups, of which each has its own best attempts', async () => {
    const rows = await ask(`steps: ${STEPS}, groupBy: [{ dimension: COUNTRY }]`, 'country steps { users p90Seconds }')
    expect(rows.map(usersOf)).toEqual([
      [51, 51, 51, 1],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
    ])
    expect(rows[1].steps[3].p90Seconds).toBe(10)
  })

  test('with as many steps as there can be', async () => {
    const steps = `[${Array.from({ length: 20 }, (_, i) => `{ event: "${NAMES[i % 4]}" }`).join(' ')}]`
    const [row] = await ask(`steps: ${steps}`, 'steps { users medianSecondsFromFirst }')
    expect(usersOf(row)).toEqual([51, 51, 51, ...Array.from({ length: 17 }, () => 1)])
    expect(row.steps[19].medianSecondsFromFirst).toBe(190)
  })
})
