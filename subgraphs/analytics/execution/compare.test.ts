import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import { readConfig } from '#ops/config.ts'
import { referenceAnswer } from './reference/answer.ts'
import { firstDifference } from './reference/compareAnswers.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics } from './testing/askAnalytics.ts'

// PREVIOUS_YEAR over the real ClickHouse. Every answer is also compared with the naive calculation.

const client = createClickHouse(readConfig.owner().clickhouse)
afterAll(() => client.close())

const now = new Date('2026-07-01T00:00:00Z')

/** Asks for the sessions of a world with one on each of the days: `month-day sessions sessions-a-year-before` by row, and in total. */
async function sessionsOf(days: readonly string[], { from, before, unit }: { from: string; before: string; unit: 'DAY' | 'WEEK' | 'MONTH' }) {
  const tenantId = randomUUID()
  const world = days.map((day, i) => storedEvent({ tenant_id: tenantId, event: 'session', event_id: String(i), user_id: `on ${day}`, at: `${day}T12:00:00Z` }))
  await client.insert({ table: 'events', values: world, format: 'JSONEachRow' })
  const sessions = 'sessions year: sessions(compare: PREVIOUS_YEAR)'
  const query = `{ metrics(input: { range: { start: "${from}T00:00:00Z", end: "${before}T00:00:00Z" }, timeZone: "UTC", groupBy: [{ time: ${unit} }] }) {
    rows { time { start } ${sessions} } totals { ${sessions} } } }`
  const expected = referenceAnswer({ query, tenantId, now, world, costs: [] })
  let answer: unknown
  for (const passes of ['none', 'all'] as const) {
    const { data, errors } = await askAnalytics({ query, tenantId, now, passes })
    expect(errors?.map((error) => error.originalError ?? error)).toBeUndefined()
    expect(firstDifference(expected, data)).toBeNull()
    answer = data
  }
  const { rows, totals } = JSON.parse(JSON.stringify(answer)).metrics
  const shown = rows.map((row: { time: { start: string }; sessions: string; year: string }) => `${row.time.start.slice(5, 10)} ${row.sessions} ${row.year}`)
  return { rows: shown, totals: `${totals.sessions} ${totals.year}` }
}

/** Every day from one to before another, so many times. */
function daysFrom(from: string, before: string, times = 1): readonly string[] {
  const days: string[] = []
  for (const day = new Date(from); day < new Date(before); day.setUTCDate(day.getUTCDate() + 1)) {
    days.push(...Array.from({ length: times }, () => day.toISOString().slice(0, 10)))
  }
  return days
}

describe('PREVIOUS_YEAR by days', () => {
  test('puts dates beside the same dates, and nothing beside 29 February', async () => {
    const year = ['2023-02-27', '2023-02-28', '2023-02-28', '2023-03-01', '2023-03-01', '2023-03-01', '2023-03-02']
    const { rows, totals } = await sessionsOf([...daysFrom('2024-02-27', '2024-03-03'), ...year], { from: '2024-02-27', before: '2024-03-03', unit: 'DAY' })
    expect(rows).toEqual(['02-27 1 1', '02-28 1 2', '02-29 1 0', '03-01 1 3', '03-02 1 1'])
    expect(totals).toBe('5 7')
  })

  test('counts a 29 February of the year before in the totals alone', async () => {
    const days = [...daysFrom('2025-02-27', '2025-03-03'), ...daysFrom('2024-02-27', '2024-03-03', 2)]
    const { rows, totals } = await sessionsOf(days, { from: '2025-02-27', before: '2025-03-03', unit: 'DAY' })
    expect(rows).toEqual(['02-27 1 2', '02-28 1 2', '03-01 1 2', '03-02 1 2'])
    expect(totals).toBe('4 10')
  })

  test('pairs over several years, in which the times overlap', async () => {
    const days = daysFrom('2023-02-27', '2025-03-02')
    const { rows } = await sessionsOf(days, { from: '2024-02-27', before: '2025-03-02', unit: 'DAY' })
    expect(rows).toHaveLength(369)
    expect(rows.filter((row: string) => !row.endsWith(' 1 1'))).toEqual(['02-29 1 0'])
  })
})

describe('PREVIOUS_YEAR by weeks', () => {
  test('puts whole weeks beside whole weeks', async () => {
    const days = [...daysFrom('2026-03-02', '2026-03-30'), ...daysFrom('2025-02-20', '2025-04-10', 2)]
    const { rows, totals } = await sessionsOf(days, { from: '2026-03-02', before: '2026-03-30', unit: 'WEEK' })
    expect(rows).toEqual(['03-02 7 14', '03-09 7 14', '03-16 7 14', '03-23 7 14'])
    expect(totals).toBe('28 56')
  })

  test('cuts the first and last at the same weekdays', async () => {
    const days = [...daysFrom('2025-01-01', '2025-01-15'), ...daysFrom('2023-12-25', '2024-02-01')]
    const { rows } = await sessionsOf(days, { from: '2025-01-01', before: '2025-01-15', unit: 'WEEK' })
    expect(rows).toEqual(['12-30 5 5', '01-06 7 7', '01-13 2 2'])
  })
})

describe('PREVIOUS_YEAR by months', () => {
  test('keeps the dates, and a leap day within its month', async () => {
    const days = [...daysFrom('2025-02-01', '2025-04-01'), ...daysFrom('2024-02-01', '2024-04-01')]
    const { rows, totals } = await sessionsOf(days, { from: '2025-02-01', before: '2025-04-01', unit: 'MONTH' })
    expect(rows).toEqual(['02-01 28 29', '03-01 31 31'])
    expect(totals).toBe('59 60')
  })
})
