import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openTestClickHouse } from '#db/testing/testEvents.ts'
import { askAnalytics } from './testing/askAnalytics.ts'
import { CASE_NOW, storeCaseWorld } from './testing/caseWorld.ts'

// What an analyst would write, against the tables themselves and without the compiler, the reference and the readers' views.
const owner = openTestClickHouse('migrate')
afterAll(() => owner.close())
let tenantId: string
beforeAll(async () => {
  tenantId = (await storeCaseWorld()).tenantId
})

/** UTC from before summer time begins until after it has, in both zones. */
const START = '2026-03-01T00:00:00Z'
const END = '2026-04-05T00:00:00Z'

const byHand = (timeZone: string) => `
  SELECT
    formatDateTime(toStartOfDay(occurred_at, '${timeZone}'), '%FT%TZ', 'UTC') AS day,
    toString(sum(e.revenue)) AS revenue,
    toString(-sumIf(e.revenue, is_refund)) AS refunds,
    toString(countIf(event = 'purchase' AND NOT is_refund)) AS purchases,
    toString(countIf(event = 'session')) AS sessions,
    toString(uniqExactIf(user_id, user_id != '' AND touch = 'none' AND event != 'install' AND NOT is_refund)) AS activeUsers,
    toString(uniqExactIf(user_id, user_id != '' AND event = 'purchase' AND NOT is_refund)) AS payers
  FROM events AS e
  WHERE tenant_id = {tenant:UUID}
    AND occurred_at >= parseDateTime64BestEffort('${START}', 3, 'UTC') AND occurred_at < parseDateTime64BestEffort('${END}', 3, 'UTC')
  GROUP BY day
  ORDER BY day`

const measures = z.object({
  revenue: z.string(),
  refunds: z.string(),
  purchases: z.string(),
  sessions: z.string(),
  activeUsers: z.string(),
  payers: z.string(),
})
const handRows = z.array(measures.extend({ day: z.string() }))
const answer = z.object({ metrics: z.object({ rows: z.array(measures.extend({ time: z.object({ start: z.string(), end: z.string() }) })), totals: measures }) })

describe('metrics and hand-written SQL give the same numbers', () => {
  test.each(['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Kiritimati', 'Etc/GMT+12', 'UTC'])(
    'by day in %s, to the last place',
    async (timeZone) => {
      const fields = 'revenue refunds purchases sessions activeUsers payers'
      const query = `{ metrics(input: { range: { start: "${START}", end: "${END}" }, timeZone: "${timeZone}", groupBy: [{ time: DAY }] }) {
        rows { time { start end } ${fields} } totals { ${fields} }
      } }`
      const { data, errors } = await askAnalytics({ query, tenantId, now: CASE_NOW })
      expect(errors).toBeUndefined()
      const { rows, totals } = answer.parse(data).metrics
      const asked = await owner.query({ query: byHand(timeZone), query_params: { tenant: tenantId }, format: 'JSONEachRow' })
      const expected = handRows.parse(await asked.json())
      expect(rows.map(({ time, ...numbers }) => ({ day: time.start.replace('.000Z', 'Z'), ...numbers }))).toEqual(expected)
      expect(rows.length).toBeGreaterThan(20)
      const cents = (amount: string) => Math.round(Number(amount) * 100)
      expect(expected.reduce((sum, { revenue }) => sum + cents(revenue), 0)).toBe(cents(totals.revenue))
    },
  )

  test('where a day has 23 hours, and rows of both sides of the change', async () => {
    const query = `{ metrics(input: { range: { start: "2026-03-28T23:00:00Z", end: "2026-03-29T22:00:00Z" }, timeZone: "Europe/Berlin", groupBy: [{ time: DAY }] }) {
      rows { time { start end isPartial } sessions }
    } }`
    const { data } = await askAnalytics({ query, tenantId, now: CASE_NOW })
    const time = { start: '2026-03-28T23:00:00.000Z', end: '2026-03-29T22:00:00.000Z', isPartial: false }
    expect(data).toMatchObject({ metrics: { rows: [{ time }] } })
  })
})
