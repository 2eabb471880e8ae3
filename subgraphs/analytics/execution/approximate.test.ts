import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics } from './testing/askAnalytics.ts'

const USERS = 100_000
const RANGE = 'range: { start: "2026-03-01T00:00:00Z", end: "2026-04-01T00:00:00Z" }, timeZone: "UTC"'

test('an estimate of 100,000 users is within 3 %, the exact number beside it is exact, and the answer says that there is an estimate', async () => {
  const tenantId = randomUUID()
  const row = (i: number) =>
    storedEvent({ tenant_id: tenantId, event: 'purchase', event_id: String(i), user_id: `user ${i}`, at: Date.UTC(2026, 2, 1 + (i % 28)), revenue: '1' })
  const client = createClickHouse(readConfig.owner().clickhouse)
  try {
    await client.insert<StoredEvent>({ table: 'events', values: Array.from({ length: USERS }, (_, i) => row(i)), format: 'JSONEachRow' })
  } finally {
    await client.close()
  }
  const measures = `exact: activeUsers about: activeUsers(approximate: true) aboutPayers: payers(approximate: true)
    aboutEvent: eventUsers(name: "purchase", approximate: true) exactEvent: eventUsers(name: "purchase")`
  const query = `{ metrics(input: { ${RANGE}, groupBy: [{ time: MONTH }] }) { rows { ${measures} } totals { ${measures} } info { isApproximate } } }`
  const { data, errors } = await askAnalytics({ query, tenantId, now: new Date('2026-04-10T00:00:00Z') })
  expect(errors).toBeUndefined()
  const { rows, totals, info } = JSON.parse(JSON.stringify(data)).metrics
  expect(info.isApproximate).toBe(true)
  for (const { exact, exactEvent, about, aboutPayers, aboutEvent } of [...rows, totals]) {
    expect([exact, exactEvent]).toEqual([String(USERS), String(USERS)])
    for (const estimate of [about, aboutPayers, aboutEvent]) expect(Math.abs(Number(estimate) - USERS)).toBeLessThan(0.03 * USERS)
    // An estimate that were computed exactly would save nothing.
    expect(about).not.toBe(exact)
  }
  const plain = `{ metrics(input: { ${RANGE} }) { totals { activeUsers(approximate: false) } info { isApproximate } } }`
  const { data: exactly } = await askAnalytics({ query: plain, tenantId, now: new Date('2026-04-10T00:00:00Z') })
  expect(exactly).toEqual({ metrics: { totals: { activeUsers: String(USERS) }, info: { isApproximate: false } } })
})
