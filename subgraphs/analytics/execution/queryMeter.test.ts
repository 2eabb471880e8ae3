import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditRecordedSchema } from '#db/audit/recordAudit.ts'
import { withTenant } from '#db/pool.ts'
import { createTestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { QUERIES_UNUSUAL, queriesUnusualSchema } from '#db/usage/queries.ts'
import { PLANS } from '#ops/service/plans.ts'
import { QueryMeter } from './queryMeter.ts'

const DAY_MS = 86_400_000

describe('the questions of a tenant', () => {
  let pools: TestPools
  let now = new Date('2026-03-10T12:00:00Z')
  beforeAll(() => {
    pools = openTestPools()
  })
  afterAll(() => pools?.close())

  const createMeter = () => new QueryMeter({ pool: pools.app, now: () => now, log: { warn: () => {} }, writeAfterMs: 3_600_000 })
  const addTenant = async (plan: keyof typeof PLANS = 'enterprise', withAccounts = false): Promise<string> => {
    const { tenantId } = await createTestTenant({ withAccounts })
    await withTenant(pools.app, tenantId, (client) => client.query('UPDATE tenants SET plan = $2 WHERE id = $1', [tenantId, plan]))
    return tenantId
  }
  const setUsed = (tenantId: string, day: string, used: number) =>
    withTenant(pools.app, tenantId, (client) =>
      client.query("INSERT INTO tenant_usage (tenant_id, kind, period, used) VALUES ($1, 'queries', $2, $3)", [tenantId, day, used]),
    )
  const usedOn = async (tenantId: string, day: string): Promise<number> =>
    withTenant(pools.app, tenantId, async (client) =>
      Number(
        (await client.query("SELECT sum(used) AS n FROM tenant_usage WHERE tenant_id = $1 AND kind = 'queries' AND period = $2", [tenantId, day])).rows[0]?.n ??
          0,
      ),
    )
  const alarmsOf = async (tenantId: string) => {
    const { rows } = await pools.worker.query<{ payload: unknown }>(
      "SELECT payload FROM outbox WHERE tenant_id = $1 AND topic = 'audit.recorded' ORDER BY id",
      [tenantId],
    )
    return rows.map(({ payload }) => auditRecordedSchema.parse(payload))
  }
  /** What its owners are told. */
  const toldOf = async (tenantId: string) => {
    const { rows } = await pools.worker.query<{ payload: unknown }>('SELECT payload FROM outbox WHERE tenant_id = $1 AND topic = $2', [
      tenantId,
      QUERIES_UNUSUAL,
    ])
    return rows.map(({ payload }) => queriesUnusualSchema.parse(payload))
  }
  const ask = async (meter: QueryMeter, tenantId: string, times: number): Promise<void> => {
    await Promise.all(Array.from({ length: times }, () => meter.take(tenantId)))
  }

  it('are counted once each, also when many come at once and the writes come between', async () => {
    const [tenantId, meter] = [await addTenant(), createMeter()]
    await Promise.all([ask(meter, tenantId, 40), meter.write(), ask(meter, tenantId, 2), meter.write()])
    await meter.write()
    await ask(meter, tenantId, 1)
    await meter.write()
    expect(await usedOn(tenantId, '2026-03-10')).toBe(43)
  })

  it('end with the plan’s day, over all processes, and begin anew with the next', async () => {
    const [tenantId, one, other] = [await addTenant('free'), createMeter(), createMeter()]
    await setUsed(tenantId, '2026-03-10', PLANS.free.queriesPerDay - 3)
    await ask(one, tenantId, 2)
    await one.write()
    await ask(other, tenantId, 1)
    await expect(other.take(tenantId)).rejects.toMatchObject({ extensions: { code: 'QUOTA_EXCEEDED', quota: 'queries', used: 1000, limit: 1000 } })
    await other.write()
    now = new Date(now.getTime() + 5_000)
    await expect(one.take(tenantId)).rejects.toMatchObject({ extensions: { code: 'QUOTA_EXCEEDED' } })
    now = new Date('2026-03-11T00:00:00Z')
    await ask(one, tenantId, 1)
    await one.write()
    expect([await usedOn(tenantId, '2026-03-10'), await usedOn(tenantId, '2026-03-11')]).toEqual([1000, 1])
    now = new Date('2026-03-10T12:00:00Z')
  })

  it('far above the days before are told to the audit log and to the owner, once a day', async () => {
    const [tenantId, meter] = [await addTenant('enterprise', true), createMeter()]
    for (const [index, used] of [90, 110, 100].entries())
      await setUsed(tenantId, new Date(now.getTime() - (index + 1) * DAY_MS).toISOString().slice(0, 10), used)
    await setUsed(tenantId, '2026-03-10', 998)
    await ask(meter, tenantId, 1)
    await meter.write()
    expect(await alarmsOf(tenantId)).toEqual([])
    for (const times of [1, 1, 5]) {
      await ask(meter, tenantId, times)
      await meter.write()
    }
    expect(await alarmsOf(tenantId)).toMatchObject([
      {
        action: 'queries.unusual_volume',
        actor: { kind: 'system' },
        before: { meanOfDaysBefore: 100 },
        after: { day: '2026-03-10', used: 1000 },
        tenantIds: [tenantId],
      },
    ])
    expect(await toldOf(tenantId)).toEqual([
      {
        accountId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        tenant: expect.stringMatching(/^Test /),
        used: 1000,
        meanOfDaysBefore: 100,
        at: now.toISOString(),
      },
    ])
  })

  it('of a first day are nothing unusual', async () => {
    const [tenantId, meter] = [await addTenant(), createMeter()]
    await setUsed(tenantId, '2026-03-10', 50_000)
    await ask(meter, tenantId, 1)
    await meter.write()
    expect(await alarmsOf(tenantId)).toEqual([])
  })
})
