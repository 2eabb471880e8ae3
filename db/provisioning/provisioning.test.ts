import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { dedicatedEnvironment, readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { freePort } from '#ops/ports.ts'
import { verifyKey } from '../access/verifyKey.ts'
import { createClickHouse, type ClickHouseClient } from '../clickhouse/client.ts'
import { createRelay, TryLater } from '../outbox/relay.ts'
import { openMailRequest } from '../outbox/requestMail.ts'
import { withTenant } from '../pool.ts'
import { TABLES } from '../tables.ts'
import { openTestPools, type TestPools } from '../testing/testPools.ts'
import { testVault } from '../testing/testVault.ts'
import { provisionAccount } from '../provision/provisionAccount.ts'
import { ownDatabases } from '../routing/ownDatabases.ts'
import { knownRoute } from '../routing/route.ts'
import { createRoutedPool } from '../routing/routed.ts'
import { openRoutes } from '../routing/routes.ts'
import { findProvisioning, type Provisioning } from './provisioning.ts'
import { MAX_REQUESTS_PER_DAY, readOwnProvisioning, requestTenant, TENANT_REQUESTED, type FirstKey } from './requestTenant.ts'
import { runProvisioning, type ProvisioningOptions } from './runProvisioning.ts'
import { sharedDatabases } from './sharedDatabases.ts'
import type { TenantDatabases } from './steps.ts'

const isLong = inject('isLong')
const log = createLogger({ name: 'test', level: 'silent' })
const config = readConfig.worker()
const pepper = readConfig.owner().keyPepper
const tenantTables = Object.keys(TABLES).filter((name) => TABLES[name] === 'tenant')

describe('a tenant that is asked for', () => {
  let pools: TestPools
  let verifier: ClickHouseClient
  let options: ProvisioningOptions
  beforeAll(() => {
    pools = openTestPools()
    verifier = createClickHouse(config.verifyClickhouse)
    const databases = sharedDatabases({ pool: pools.app, verifier, tenantSecret: config.tenantSecret })
    options = { databases, worker: pools.worker, pool: pools.app, vault: testVault(), mailKey: config.mailKey, log, now: () => new Date() }
  })
  afterAll(async () => {
    await verifier?.close()
    await pools?.close()
  })

  type Asked = { readonly tenantId: string; readonly accountId: string; readonly slug: string; readonly keys: readonly FirstKey[] }

  const newAccount = async (): Promise<string> => {
    const email = `founder-${randomBytes(8).toString('hex')}@example.com`
    return (await provisionAccount(pools, { email, name: 'Ada', password: 'correct horse battery', memberships: [] })).accountId
  }
  const requestOf = (accountId: string, slug = `new-${randomBytes(8).toString('hex')}`) => ({
    accountId,
    slug,
    name: 'New Inc.',
    reportingCurrency: 'EUR',
    address: '192.0.2.1',
    requestId: 'request-1',
    pepper,
  })
  const askFor = async (accountId: string): Promise<Asked> => {
    const request = requestOf(accountId)
    const asked = await requestTenant(pools.app, request)
    if (asked.kind !== 'requested') throw new Error(`The tenant was not taken: ${asked.kind}.`)
    return { tenantId: asked.provisioning.tenantId, accountId, slug: request.slug, keys: asked.keys }
  }
  const stateOf = (tenantId: string): Promise<Provisioning | null> => withTenant(pools.app, tenantId, (client) => findProvisioning(client, tenantId))
  const relayOf = (tenantId: string) =>
    createRelay({
      pool: pools.worker,
      listenUrl: null,
      topics: { [TENANT_REQUESTED]: { handlers: [() => runProvisioning(options, tenantId)], isKept: true } },
      log,
      aggregates: [`provisioning:${tenantId}`],
    })

  /** How many rows each tenant table has of the tenant, those without any left out. */
  const rowsOf = (tenantId: string): Promise<Record<string, number>> =>
    withTenant(pools.app, tenantId, async (client) => {
      const counts: Record<string, number> = {}
      for (const table of tenantTables) {
        const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE ${table === 'tenants' ? 'id' : 'tenant_id'} = $1`, [
          tenantId,
        ])
        if (rows[0]!.n > 0) counts[table] = rows[0]!.n
      }
      return counts
    })
  const messagesOf = async (tenantId: string) =>
    (
      await pools.worker.query<{ topic: string; payload: Record<string, unknown>; waits: boolean }>(
        'SELECT topic, payload, delivered_at IS NULL AS waits FROM outbox WHERE tenant_id = $1 ORDER BY id',
        [tenantId],
      )
    ).rows

  async function expectWhole({ tenantId, keys, slug }: Asked): Promise<void> {
    expect(await stateOf(tenantId)).toMatchObject({ status: 'done', step: 'mail', problem: null })
    expect(await rowsOf(tenantId)).toEqual({ apps: 1, keys: 2, memberships: 1, provisionings: 1, tenant_data_keys: 1, tenants: 1 })
    for (const { text, kind } of keys)
      expect(await verifyKey(pools.app, pepper, text)).toMatchObject({ tenantId, tenantSlug: slug, kind, reportingCurrency: 'EUR', apps: [{ name: 'main' }] })
    const messages = await messagesOf(tenantId)
    expect(messages.map(({ topic, payload }) => payload['action'] ?? topic)).toEqual([
      TENANT_REQUESTED,
      'tenant.created',
      'key.created',
      'key.created',
      'mail.requested',
    ])
    expect(messages[0]).toMatchObject({ waits: false })
    expect(openMailRequest(messages[4]?.payload, config.mailKey)).toMatchObject({ kind: 'tenantReady', name: 'Ada', tenant: 'New Inc.', slug })
  }
  async function expectGone({ tenantId, keys, slug }: Asked, problem: RegExp): Promise<void> {
    expect(await stateOf(tenantId)).toMatchObject({ status: 'failed', step: 'reserved', problem: expect.stringMatching(problem) })
    expect(await rowsOf(tenantId)).toEqual({ provisionings: 1 })
    for (const { text } of keys) expect(await verifyKey(pools.app, pepper, text)).toBeNull()
    expect((await messagesOf(tenantId)).map(({ topic, waits }) => ({ topic, waits }))).toEqual([{ topic: TENANT_REQUESTED, waits: false }])
    // The name is free again.
    const again = await requestTenant(pools.app, requestOf(await newAccount(), slug))
    expect(again.kind).toBe('requested')
  }

  it('holds its name at once, lets nobody in before it is made, and is made by the worker', async () => {
    const asked = await askFor(await newAccount())
    expect(await rowsOf(asked.tenantId)).toEqual({ provisionings: 1, tenants: 1 })
    expect((await requestTenant(pools.app, requestOf(asked.accountId, asked.slug))).kind).toBe('slugTaken')
    for (const { text } of asked.keys) expect(await verifyKey(pools.app, pepper, text)).toBeNull()
    expect(await relayOf(asked.tenantId).drain()).toBe(1)
    await expectWhole(asked)
    // Shown again, as after a worker that died before it could say so, it changes nothing.
    await runProvisioning(options, asked.tenantId)
    await expectWhole(asked)
  })

  it('is told of to the account that asked, and to no other', async () => {
    const { tenantId, accountId } = await askFor(await newAccount())
    expect(await readOwnProvisioning(pools.app, { tenantId, accountId })).toMatchObject({ tenantId, status: 'running', step: 'reserved' })
    expect(await readOwnProvisioning(pools.app, { tenantId, accountId: randomUUID() })).toBeNull()
    expect(await readOwnProvisioning(pools.app, { tenantId: 'no-uuid', accountId })).toBeNull()
  })

  it('is one of a few that an account may ask for within a day, also when it asks for all at once', async () => {
    const accountId = await newAccount()
    const kinds = await Promise.all(Array.from({ length: MAX_REQUESTS_PER_DAY + 3 }, async () => (await requestTenant(pools.app, requestOf(accountId))).kind))
    expect(kinds.filter((kind) => kind === 'requested')).toHaveLength(MAX_REQUESTS_PER_DAY)
    expect(kinds.filter((kind) => kind === 'tooMany')).toHaveLength(3)
  })

  it('is undone when its account is gone', async () => {
    const asked = await askFor(await newAccount())
    await pools.auth.query('DELETE FROM accounts WHERE id = $1', [asked.accountId])
    await relayOf(asked.tenantId).drain()
    await expectGone(asked, /account/)
  })

  it('is undone when its databases cannot be had, after some tries and not before; what was made of them is taken away', async () => {
    const nowhere = createClickHouse({ ...config.verifyClickhouse, url: `http://127.0.0.1:${await freePort()}` })
    const removed: string[] = []
    const shared = sharedDatabases({ pool: pools.app, verifier: nowhere, tenantSecret: config.tenantSecret })
    const databases: TenantDatabases = { open: shared.open, remove: async ({ tenantId }) => void removed.push(tenantId) }
    try {
      const asked = await askFor(await newAccount())
      const run = () => runProvisioning({ ...options, databases, maxAttempts: 3 }, asked.tenantId)
      for (const attempts of [1, 2]) {
        await expect(run()).rejects.toThrow(TryLater)
        expect(await stateOf(asked.tenantId)).toMatchObject({ status: 'running', step: 'reserved', attempts })
      }
      await run()
      expect(removed).toEqual([asked.tenantId])
      await pools.worker.query("UPDATE outbox SET delivered_at = now() WHERE tenant_id = $1 AND topic = 'tenant.requested'", [asked.tenantId])
      await expectGone(asked, /databases/)
    } finally {
      await nowhere.close()
    }
  })

  it('is made by one run at a time', async () => {
    const asked = await askFor(await newAccount())
    let enter = (): void => undefined
    const entered = new Promise<void>((resolve) => (enter = resolve))
    let leave = (): void => undefined
    const left = new Promise<void>((resolve) => (leave = resolve))
    const databases: TenantDatabases = { open: () => (enter(), left), remove: async () => undefined }
    const first = runProvisioning({ ...options, databases }, asked.tenantId)
    await entered
    await expect(runProvisioning(options, asked.tenantId)).rejects.toThrow('Another run')
    leave()
    await first
    expect(await stateOf(asked.tenantId)).toMatchObject({ status: 'done' })
  })

  it('cannot be taken away by anybody while it is not being undone', async () => {
    const asked = await askFor(await newAccount())
    const remove = () => withTenant(pools.app, asked.tenantId, async (client) => (await client.query('DELETE FROM tenants')).rowCount)
    expect(await remove()).toBe(0)
    await relayOf(asked.tenantId).drain()
    expect(await remove()).toBe(0)
    await expectWhole(asked)
  })

  const file = fileURLToPath(new URL('./testing/killedWorker.ts', import.meta.url))
  /** Runs a worker of its own process; null when it was killed, else its statements. */
  const runWorker = (tenantId: string, killBefore: number, place: 'shared' | 'own' = 'shared'): Promise<readonly string[] | null> =>
    new Promise((resolve, reject) => {
      execFile(process.execPath, ['--disable-warning=ExperimentalWarning', file, tenantId, String(killBefore), place], (error, stdout, stderr) => {
        if (error === null) resolve(z.array(z.string()).parse(JSON.parse(stdout)))
        else if (error.signal === 'SIGKILL') resolve(null)
        else reject(new Error(stderr, { cause: error }))
      })
    })
  /** Before which statements to kill: each, or those around each commit. */
  const pointsOf = (statements: readonly string[]): readonly number[] =>
    statements.flatMap((text, index) => (isLong || text === 'COMMIT' || statements[index - 1] === 'COMMIT' ? [index + 1] : []))

  it.each(['made', 'undone'] as const)(
    'is %s to its end by the next worker, at whatever point the first was killed',
    async (end) => {
      const ask = async () => {
        const asked = await askFor(await newAccount())
        if (end === 'undone') await pools.auth.query('DELETE FROM accounts WHERE id = $1', [asked.accountId])
        return asked
      }
      const statements = await runWorker((await ask()).tenantId, 0)
      const points = pointsOf(statements ?? [])
      // Every step has a commit of its own, and there is one before and one after.
      expect(points.length).toBeGreaterThan(14)
      for (const point of points) {
        const asked = await ask()
        expect(await runWorker(asked.tenantId, point), `point ${point} of ${statements?.join(' ')}`).toBeNull()
        const relay = relayOf(asked.tenantId)
        const finished = async () => (await relay.drain(), await messagesOf(asked.tenantId))[0]?.waits
        await expect.poll(finished, { timeout: 30_000, interval: 100 }).toBe(false)
        if (end === 'made') await expectWhole(asked)
        else await expectGone(asked, /account/)
      }
    },
    isLong ? 900_000 : 240_000,
  )

  it(
    'has databases of its own as a whole or none, at whatever point of their making the first worker was killed',
    async () => {
      const { databaseMaker: maker } = readConfig.worker(dedicatedEnvironment())
      if (maker === null) throw new Error('The mode dedicated has a maker of databases.')
      const databases = ownDatabases({ maker, worker: pools.worker, appUrl: config.appPostgres.url, log })
      const own = { ...options, databases }
      const places = async (tenantId: string) => {
        const route = await knownRoute(pools.worker, tenantId)
        const { rows } = await pools.owner.query('SELECT FROM pg_database WHERE datname = $1', [`umg_t_${tenantId.replaceAll('-', '')}`])
        return { route: route?.isReady ?? null, databases: rows.length }
      }
      const whole = await askFor(await newAccount())
      const statements = (await runWorker(whole.tenantId, 0, 'own')) ?? []
      await databases.remove(whole)
      // The lock is taken before the migrations, which are not counted one by one.
      const made = [
        /^INSERT INTO tenant_routes/,
        /^CREATE DATABASE/,
        /^GRANT CONNECT/,
        /^SELECT pg_advisory_lock\(/,
        /^INSERT INTO tenants/,
        /^UPDATE tenant_routes/,
      ]
      const points = statements.flatMap((text, index) => (made.some((each) => each.test(text)) || (isLong && index % 20 === 0) ? [index + 1] : []))
      expect(points.length).toBeGreaterThanOrEqual(made.length)
      // In a short run every second: two are made in the end, one is undone.
      for (const [n, point] of points.filter((_, index) => isLong || index % 2 === 0).entries()) {
        const asked = await askFor(await newAccount())
        const { tenantId } = asked
        expect(await runWorker(tenantId, point, 'own'), `point ${point}: ${statements[point - 1]}`).toBeNull()
        // Every second one is undone instead.
        const end = n % 2 === 0 ? 'done' : 'failed'
        if (end === 'failed') await pools.auth.query('DELETE FROM accounts WHERE id = $1', [asked.accountId])
        const status = async () => {
          await runProvisioning(own, tenantId).catch((error: unknown) => expect(error).toBeInstanceOf(TryLater))
          return (await stateOf(tenantId))?.status
        }
        await expect.poll(status, { timeout: 60_000, interval: 200 }).toBe(end)
        expect(await places(tenantId)).toEqual(end === 'done' ? { route: true, databases: 1 } : { route: null, databases: 0 })
        const routes = openRoutes({ postgres: config.appPostgres, tenancy: { mode: 'dedicated' } })
        const routed = createRoutedPool({ url: config.appPostgres.url, poolSize: 1, name: 'test-own' }, routes)
        const inside = 'SELECT (SELECT count(*)::int FROM tenants) AS tenants, (SELECT count(*)::int FROM event_ids) AS events'
        const { rows } = await withTenant(routed, tenantId, (client) => client.query(inside)).finally(() => Promise.all([routes?.close(), routed.end()]))
        expect(rows).toEqual([{ tenants: end === 'done' ? 1 : 0, events: 0 }])
        await databases.remove(asked)
      }
    },
    isLong ? 1_800_000 : 240_000,
  )
})
