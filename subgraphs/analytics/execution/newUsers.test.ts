import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics, type Question } from './testing/askAnalytics.ts'

const MARCH = 'range: { start: "2026-03-01T00:00:00Z", end: "2026-04-01T00:00:00Z" }, timeZone: "UTC"'

test('who is new is told by all that the key may see: its row filter holds for the first activity, the filter of the question does not', async () => {
  const tenantId = randomUUID()
  const row = (tenant: string, at: string, country: string) =>
    storedEvent({ tenant_id: tenant, event: 'session', event_id: `${at} ${country}`, user_id: 'u', at, country })
  const client = createClickHouse(readConfig.owner().clickhouse)
  try {
    const own = [row(tenantId, '2026-02-27T00:00:00Z', 'US'), row(tenantId, '2026-03-02T00:00:00Z', 'DE')]
    // Another tenant's user of the same id was there long before.
    const values = [...own, row(randomUUID(), '2020-01-01T00:00:00Z', 'DE')]
    await client.insert<StoredEvent>({ table: 'events', values, format: 'JSONEachRow' })
  } finally {
    await client.close()
  }
  const ask = async (input: string, filters: Question['filters'] = []) => {
    const query = `{ metrics(input: { ${MARCH}, ${input} }) { totals { newUsers returningUsers wide: activeUsersOver(days: 60) } } }`
    const { data, errors } = await askAnalytics({ query, tenantId, filters, now: new Date('2026-04-10T00:00:00Z') })
    expect(errors).toBeUndefined()
    return JSON.parse(JSON.stringify(data)).metrics.totals
  }
  expect(await ask('where: { country: { eq: "DE" } }')).toEqual({ newUsers: '0', returningUsers: '1', wide: '1' })
  expect(await ask('', [{ dimension: 'country', in: ['DE'] }])).toEqual({ newUsers: '1', returningUsers: '0', wide: '1' })
  expect(await ask('', [{ dimension: 'country', in: ['FR'] }])).toEqual({ newUsers: '0', returningUsers: '0', wide: '0' })
})
