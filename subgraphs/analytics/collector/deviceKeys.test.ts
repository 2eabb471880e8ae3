import { randomUUID } from 'node:crypto'
import { zstdDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { findDeviceKey, leaveCommonDeviceKey } from '#db/crypto/deviceKey.ts'
import { withTenant } from '#db/pool.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { testVault } from '#db/testing/testVault.ts'
import { readConfig } from '#ops/config.ts'
import { createHasher, openSeal } from './identifiers.ts'
import { startTestCollector } from './startTestCollector.ts'

const lineSchema = z.object({ user_id: z.string(), device_ids: z.object({ gaid: z.string() }), device_sealed: z.string() })
const vault = testVault()
const { deviceKey: commonKey, eventIdKey } = readConfig.collector()

describe('device ids of a tenant', () => {
  let pools: TestPools
  beforeAll(() => {
    pools = openTestPools()
  })
  afterAll(() => pools?.close())

  /** What is stored of an event of this device, by a collector that remembers no key. */
  async function stored({ tenantId, ingestKey }: TestTenant, gaid: string): Promise<z.infer<typeof lineSchema>> {
    const collector = await startTestCollector()
    try {
      const body = JSON.stringify({ eventId: randomUUID(), event: 'session', occurredAt: new Date().toISOString(), device: { gaid } })
      const answer = await fetch(`${collector.url}/v1/events`, { method: 'POST', body, headers: { authorization: `Bearer ${ingestKey}` } })
      expect([answer.status, await answer.text()]).toEqual([202, expect.stringContaining('"accepted":1')])
    } finally {
      await collector.stop()
    }
    const sql = 'SELECT payload FROM ingest_batches ORDER BY id DESC LIMIT 1'
    const { rows } = await withTenant(pools.app, tenantId, (client) => client.query<{ payload: Buffer }>(sql))
    return lineSchema.parse(JSON.parse(zstdDecompressSync(rows[0]?.payload ?? Buffer.alloc(0)).toString()))
  }
  const keyNow = ({ tenantId }: TestTenant): Promise<string> =>
    withTenant(pools.app, tenantId, (client) => findDeviceKey(client, { tenantId, vault, commonKey }))
  const hashUnder = (deviceKey: string, { tenantId }: TestTenant, gaid: string): string => createHasher({ eventIdKey, deviceKey, tenantId }).deviceId(gaid)

  it('are under its own key, through every rotation; once that is destroyed they open for nobody, and the device comes back as a stranger', async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    const { tenantId } = tenant
    const gaid = randomUUID()
    const first = await stored(tenant, gaid)
    const key = await keyNow(tenant)
    expect(first.device_ids.gaid).toBe(hashUnder(key, tenant, gaid))
    expect(first.user_id).toBe(`device:${first.device_ids.gaid}`)
    expect(first.device_ids.gaid).not.toBe(hashUnder(commonKey, tenant, gaid))
    expect(JSON.parse(openSeal(first.device_sealed, { deviceKey: key, tenantId }))).toEqual({ gaid })
    expect(() => openSeal(first.device_sealed, { deviceKey: commonKey, tenantId })).toThrow()

    await withTenant(pools.app, tenantId, (client) => vault.rotate(client, tenantId))
    expect((await stored(tenant, gaid)).user_id).toBe(first.user_id)

    await withTenant(pools.app, tenantId, (client) => vault.destroy(client, tenantId))
    const after = await stored(tenant, gaid)
    const next = await keyNow(tenant)
    expect(next).not.toBe(key)
    expect(after.user_id).not.toBe(first.user_id)
    expect(() => openSeal(first.device_sealed, { deviceKey: next, tenantId })).toThrow()
  })

  it('of a tenant from before stay known by the common key until it destroys its personal data', async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    const { tenantId } = tenant
    await withTenant(pools.app, tenantId, (client) => client.query("UPDATE tenants SET device_key = 'common' WHERE id = $1", [tenantId]))
    const gaid = randomUUID()
    expect((await stored(tenant, gaid)).device_ids.gaid).toBe(hashUnder(commonKey, tenant, gaid))
    await withTenant(pools.app, tenantId, (client) => leaveCommonDeviceKey(client, tenantId))
    expect((await stored(tenant, gaid)).device_ids.gaid).toBe(hashUnder(await keyNow(tenant), tenant, gaid))
  })
})
