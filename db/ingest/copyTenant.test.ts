import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createClickHouse, type ClickHouseClient } from '#db/clickhouse/client.ts'
import { withTenant } from '#db/pool.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { lastBatchId, nextCopyGroup, readCopyGroup } from './batches.ts'
import { upsertCatalogEvents } from './catalogEvents.ts'
import { ClickHouseUnavailable, insertRows } from './clickhouseCopy.ts'
import { copyTenant, MoreToCopy, type CopyTargets } from './copyTenant.ts'

const config = readConfig.worker()

describe('copying a tenant’s batches to ClickHouse', () => {
  let pools: TestPools
  let targets: CopyTargets
  let admin: ClickHouseClient
  beforeAll(() => {
    pools = openTestPools()
    admin = createClickHouse(readConfig.owner().clickhouse)
    targets = { pool: pools.app, clickhouse: config.clickhouse, verifier: createClickHouse(config.verifyClickhouse), tenantSecret: config.tenantSecret }
  })
  afterAll(async () => {
    await Promise.all([targets?.verifier.close(), admin?.close(), pools?.close()])
  })

  const line = ({ tenantId, appId }: TestTenant, occurredAt: string): string =>
    JSON.stringify({
      tenant_id: tenantId,
      app_id: appId,
      user_id: 'ada',
      event: 'session',
      occurred_at: `${occurredAt} 00:00:00.000`,
      recorded_at: `${occurredAt} 00:00:00.000`,
      event_id: randomUUID(),
      properties: { a: 'ü' },
    })
  const addBatch = (tenant: TestTenant, days: readonly string[]) =>
    withTenant(pools.app, tenant.tenantId, (client) =>
      client.query('INSERT INTO ingest_batches (tenant_id, payload, row_count) VALUES ($1, $2, $3)', [
        tenant.tenantId,
        zstdCompressSync(days.map((day) => `${line(tenant, day)}\n`).join('')),
        days.length,
      ]),
    )
  const batchesLeft = async ({ tenantId }: TestTenant) =>
    withTenant(pools.app, tenantId, async (client) => (await client.query('SELECT 1 FROM ingest_batches')).rowCount)
  async function stored({ tenantId }: TestTenant) {
    const answer = await admin.query({
      query: 'SELECT count() AS rows, uniqExact(event_id) AS ids, uniqExact(copy_group) AS groups FROM events WHERE tenant_id = {t:UUID}',
      query_params: { t: tenantId },
      format: 'JSONEachRow',
    })
    const counts = z.object({ rows: z.coerce.number(), ids: z.coerce.number(), groups: z.coerce.number() })
    return z.array(counts).parse(await answer.json())[0]
  }
  /** What a worker that dies after having inserted leaves behind. */
  async function assignAndInsert({ tenantId }: TestTenant, months: 'all' | 'none' = 'all') {
    const next = await nextCopyGroup(pools.app, tenantId, (await lastBatchId(pools.app, tenantId)) ?? '0')
    if (next === null) throw new Error('Nothing waits.')
    const { payloads } = await readCopyGroup(pools.app, tenantId, next.group)
    const insert = { tenantId, group: next.group, token: `${tenantId}:${next.group}`, body: Buffer.concat(payloads) }
    if (months === 'all') await insertRows(config.clickhouse, insert)
    return insert
  }
  const days = ['2026-01-05', '2026-01-06', '2026-02-05', '2019-12-31']

  it('brings all waiting batches over in one group and deletes them', async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    await addBatch(tenant, days)
    await addBatch(tenant, ['2026-01-05'])
    expect(await copyTenant(targets, tenant.tenantId)).toBe(5)
    expect(await stored(tenant)).toEqual({ rows: 5, ids: 5, groups: 1 })
    expect(await batchesLeft(tenant)).toBe(0)
    expect(await copyTenant(targets, tenant.tenantId)).toBe(0)
  })

  it('a batch over more months than the default allows goes in one insert', async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    await addBatch(
      tenant,
      Array.from({ length: 105 }, (_, index) => `${2000 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}-01`),
    )
    await copyTenant(targets, tenant.tenantId)
    expect(await stored(tenant)).toMatchObject({ rows: 105, groups: 1 })
  })

  it('what a dead worker had inserted already is only deleted', async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    await addBatch(tenant, days)
    await assignAndInsert(tenant)
    await addBatch(tenant, days)
    await copyTenant(targets, tenant.tenantId)
    expect(await stored(tenant)).toEqual({ rows: 8, ids: 8, groups: 2 })
  })

  it('what a dead worker had assigned and not inserted is inserted', async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    await addBatch(tenant, days)
    await assignAndInsert(tenant, 'none')
    await copyTenant(targets, tenant.tenantId)
    expect(await stored(tenant)).toEqual({ rows: 4, ids: 4, groups: 1 })
  })

  it('months that a kill left out are inserted, although the log of tokens says that they are there', async () => {
    const [tenant, other] = await Promise.all([createTestTenant({ withAccounts: false }), createTestTenant({ withAccounts: false })])
    await addBatch(tenant, days)
    const insert = await assignAndInsert(tenant, 'none')
    // The token is in the log for two of the three months, and none of the tenant's rows is there.
    await insertRows(config.clickhouse, {
      ...insert,
      tenantId: other.tenantId,
      body: zstdCompressSync(`${line(other, '2026-01-01')}\n${line(other, '2019-12-01')}\n`),
    })
    await copyTenant(targets, tenant.tenantId)
    expect(await stored(tenant)).toEqual({ rows: 4, ids: 4, groups: 1 })
  })

  it('a straggler of the first attempt that arrives after the second is dropped', async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    await addBatch(tenant, days)
    const straggler = await assignAndInsert(tenant, 'none')
    await copyTenant(targets, tenant.tenantId)
    await expect
      .poll(() =>
        insertRows(config.clickhouse, straggler).then(
          () => 'taken',
          () => 'busy',
        ),
      )
      .toBe('taken')
    expect(await stored(tenant)).toEqual({ rows: 4, ids: 4, groups: 1 })
  })

  it('an answer that got lost neither loses nor doubles', async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    await addBatch(tenant, days)
    const proxy = await cutAnswers(config.clickhouse.url)
    const cut = { ...targets, clickhouse: { ...config.clickhouse, url: proxy.url } }
    await expect(copyTenant(cut, tenant.tenantId)).rejects.toThrow(ClickHouseUnavailable)
    proxy.stop()
    await copyTenant(targets, tenant.tenantId)
    expect(await stored(tenant)).toEqual({ rows: 4, ids: 4, groups: 1 })
    expect(await batchesLeft(tenant)).toBe(0)
  })

  it('gives way after its turn with a group copied, and the next turn does the rest', async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    await addBatch(tenant, days)
    await assignAndInsert(tenant, 'none')
    await addBatch(tenant, days)
    await expect(copyTenant(targets, tenant.tenantId, { turnMs: 0 })).rejects.toThrow(MoreToCopy)
    expect(await stored(tenant)).toEqual({ rows: 4, ids: 4, groups: 1 })
    expect(await copyTenant(targets, tenant.tenantId, { turnMs: 60_000 })).toBe(4)
    expect(await stored(tenant)).toEqual({ rows: 8, ids: 8, groups: 2 })
  })

  it('told to stop it hangs up on ClickHouse and begins nothing more; the next copy finds everything', async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    await addBatch(tenant, days)
    const stop = new AbortController()
    const silent = createServer(() => stop.abort())
    const url = await listen(silent)
    await expect(copyTenant({ ...targets, clickhouse: { ...config.clickhouse, url } }, tenant.tenantId, { signal: stop.signal })).rejects.toThrow(
      ClickHouseUnavailable,
    )
    silent.close()
    await expect(copyTenant(targets, tenant.tenantId, { signal: stop.signal })).rejects.toThrow(/abort/)
    expect(await stored(tenant)).toEqual({ rows: 0, ids: 0, groups: 0 })
    expect(await batchesLeft(tenant)).toBe(1)
    expect(await copyTenant(targets, tenant.tenantId)).toBe(4)
    expect(await stored(tenant)).toEqual({ rows: 4, ids: 4, groups: 1 })
  })

  it('while ClickHouse is down the batches stay', async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    await addBatch(tenant, days)
    const down = { ...targets, clickhouse: { ...config.clickhouse, url: 'http://127.0.0.1:1/' } }
    await expect(copyTenant(down, tenant.tenantId)).rejects.toThrow(ClickHouseUnavailable)
    expect(await batchesLeft(tenant)).toBe(1)
    await copyTenant(targets, tenant.tenantId)
    expect(await stored(tenant)).toEqual({ rows: 4, ids: 4, groups: 1 })
  })

  it('the catalogue learns names, times and kinds, and learning again changes nothing', async () => {
    const { tenantId } = await createTestTenant({ withAccounts: false })
    const at = (text: string) => Date.parse(`${text}T00:00:00Z`)
    const first = {
      name: 'purchase',
      firstMs: at('2026-01-02'),
      lastMs: at('2026-01-05'),
      properties: [
        ['sku', 'text'],
        ['count', 'number'],
      ] as [string, 'text' | 'number'][],
    }
    const second = { name: 'purchase', firstMs: at('2026-01-01'), lastMs: at('2026-01-03'), properties: [['count', 'text']] as [string, 'text'][] }
    const other = { name: 'level "1"', firstMs: at('2026-01-01'), lastMs: at('2026-01-01'), properties: [] }
    for (const summaries of [[first], [second, other], [first, second]]) await upsertCatalogEvents(pools.app, tenantId, summaries)
    const read = await withTenant(pools.app, tenantId, (client) =>
      client.query('SELECT name, first_seen, last_seen, properties FROM catalog_events ORDER BY name'),
    )
    expect(read.rows).toEqual([
      { name: 'level "1"', first_seen: new Date('2026-01-01'), last_seen: new Date('2026-01-01'), properties: {} },
      { name: 'purchase', first_seen: new Date('2026-01-01'), last_seen: new Date('2026-01-05'), properties: { sku: 'text', count: 'text' } },
    ])
  })
})

/** Passes requests on and hangs up instead of answering: the caller cannot know what happened. */
async function cutAnswers(target: string): Promise<{ readonly url: string; readonly stop: () => void }> {
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' && /^(x-|content-encoding)/.test(name) ? [[name, value]] : [],
    )
    await fetch(new URL(request.url ?? '/', target), { method: 'POST', headers, body: Buffer.concat(chunks) }).then((answer) => answer.text())
    response.destroy()
  })
  return { url: await listen(server), stop: () => void server.close() }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('It listens on a port.')
  return `http://127.0.0.1:${address.port}`
}
