import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readUse } from '#db/usage/counters.ts'
import { withTenant } from '#db/pool.ts'
import { createKey } from '#db/provision/createKey.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { readConfig } from '#ops/config.ts'
import { PLANS } from '#ops/service/plans.ts'
import { startTestCollector, type TestCollector } from './startTestCollector.ts'

describe('a tenant’s events', () => {
  let collector: TestCollector
  beforeAll(async () => {
    collector = await startTestCollector()
  })
  afterAll(() => collector?.stop())

  const send = async (key: string, events: readonly object[]) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const answer = await fetch(`${collector.url}/v1/events`, { method: 'POST', body: JSON.stringify(events), headers })
    return {
      status: answer.status,
      headers: answer.headers,
      body: (await answer.json()) as Record<string, unknown> & { error?: { code: string; message: string } },
    }
  }
  const event = () => ({ eventId: randomUUID(), event: 'session', occurredAt: '2026-01-05T10:00:00Z', userId: 'ada' })
  const used = ({ tenantId }: TestTenant) => withTenant(collector.pool, tenantId, (client) => readUse(client, { tenantId, kind: 'events', at: new Date() }))

  it('are counted in the month they came in, each once', async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    const [first, second, third] = [event(), event(), event()]
    await Promise.all([send(tenant.ingestKey, [first, second]), send(tenant.ingestKey, [second, third])])
    await send(tenant.ingestKey, [first, { event: 'no time' }])
    expect(await used(tenant)).toBe(3)
  })

  it('are refused with 429 when the plan’s month is used up, and say when it ends', async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    await withTenant(collector.pool, tenant.tenantId, async (client) => {
      await client.query("UPDATE tenants SET plan = 'free' WHERE id = $1", [tenant.tenantId])
      const fill = "INSERT INTO tenant_usage (tenant_id, kind, period, slot, used) VALUES ($1, 'events', date_trunc('month', now() AT TIME ZONE 'UTC'), 99, $2)"
      await client.query(fill, [tenant.tenantId, PLANS.free.eventsPerMonth - 2])
    })
    expect((await send(tenant.ingestKey, [event()])).status).toBe(202)
    expect((await send(tenant.ingestKey, [event(), event()])).status).toBe(202)
    const refused = await send(tenant.ingestKey, [event()])
    expect([refused.status, refused.body.error?.code]).toEqual([429, 'QUOTA_EXCEEDED'])
    expect(refused.body.error?.message).toContain('1000000 events a month, and 1000001 are used')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await used(tenant)).toBe(PLANS.free.eventsPerMonth + 1)
  })

  it('come by a key with networks from these alone', async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    const pools = { app: collector.pool }
    const common = { tenantId: tenant.tenantId, pepper: readConfig.owner().keyPepper, kind: 'ingest', ingestKind: 'server', name: 'x' } as const
    const [here, elsewhere] = await Promise.all([
      createKey(pools, { ...common, allowedNetworks: ['127.0.0.0/8', '::1/128'] }),
      createKey(pools, { ...common, allowedNetworks: ['192.0.2.0/24'] }),
    ])
    expect((await send(here.key, [event()])).status).toBe(202)
    const refused = await send(elsewhere.key, [event()])
    expect([refused.status, refused.body.error?.code]).toEqual([403, 'NETWORK_NOT_ALLOWED'])
  })
})
