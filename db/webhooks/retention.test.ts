import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { withTenant } from '../pool.ts'
import { createTestTenant, type TestTenant } from '../testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '../testing/testPools.ts'
import { readDeliveries } from '../testing/testWebhooks.ts'
import { removeOldDeliveries } from './retention.ts'

let pools: TestPools
let tenant: TestTenant
beforeAll(async () => {
  pools = openTestPools()
  tenant = await createTestTenant({ withAccounts: false })
})
afterAll(() => pools?.close())

it('what was settled goes after 30 days, and what waits only when no log can have it any more', async () => {
  const { tenantId } = tenant
  const id = randomUUID()
  const rows = [
    ['delivered', 30.01],
    ['delivered', 29.99],
    ['dead', 30.01],
    ['pending', 44.99],
    ['pending', 45.01],
  ] as const
  await withTenant(pools.app, tenantId, async (client) => {
    for (const [status, days] of rows)
      await client.query(
        `INSERT INTO webhook_deliveries (tenant_id, webhook_id, kind, conversion_id, sequence, recorded_ms, status, next_attempt_at, created_at)
         VALUES ($1, $2, 'log', $2, 1, 0, $3, now(), now() - $4::float8 * interval '1 day')`,
        [tenantId, id, status, days],
      )
  })
  expect(await removeOldDeliveries(pools.worker)).toBeGreaterThanOrEqual(3)
  expect((await readDeliveries(pools.app, { tenantId, id })).map(({ status }) => status)).toEqual(['delivered', 'pending'])
  // The worker is shown where there is something to do, and nothing of what it is.
  for (const column of ['url', 'secret', 'filter'])
    await expect(pools.worker.query(`SELECT ${column} FROM webhook_endpoints`)).rejects.toThrow(/permission denied/)
  await expect(pools.worker.query('SELECT conversion_id FROM webhook_deliveries')).rejects.toThrow(/permission denied/)
  await expect(pools.worker.query("UPDATE webhook_deliveries SET status = 'dead'")).rejects.toThrow(/permission denied/)
})
