import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { BOOKKEEPING_TABLES, CATALOG_TABLES } from '#db/clickhouse/catalog.ts'
import { clickhouseOf, tenantStatement, TENANT_SETTING } from '#db/clickhouse/client.ts'
import { commitIngest } from '#db/ingest/commitIngest.ts'
import { MOVED_CLICKHOUSE_TABLES } from '#db/moving/copyEvents.ts'
import { MOVED_TABLES } from '#db/moving/copyRows.ts'
import { requestMove, type RequestedMove } from '#db/moving/requestMove.ts'
import { isTenantMoving } from '#db/moving/tenantMoving.ts'
import { findMove, type Destination } from '#db/moving/tenantMove.ts'
import { withSettings, withTenant } from '#db/pool.ts'
import { TABLES } from '#db/tables.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { readStoredLog, testConversion, testSubmission } from '#db/testing/testConversions.ts'
import { testVault } from '#db/testing/testVault.ts'
import { readConfig } from '#ops/config.ts'
import { openMoverWorld, type MoverWorld } from './testing/moverWorld.ts'

const isLong = inject('isLong')
const { tenantSecret } = readConfig.worker()
const EVENTS = 5
const READER_TABLES = ['stream_groups', 'stream_members', 'stream_leases', 'webhook_endpoints', 'webhook_deliveries']
const GROUP = "'00000000-0000-4000-8000-000000000001'"
const MEMBER = "'00000000-0000-4000-8000-000000000002'"
const READERS = [
  `INSERT INTO stream_groups (tenant_id, id, scope, name, question, conditions, begun, next_sequence, next_ms) VALUES ($1, ${GROUP}, '', 'ledger', 'q', '[]', 'END', 2, 0)`,
  `INSERT INTO stream_members (tenant_id, group_id, id, server) VALUES ($1, ${GROUP}, ${MEMBER}, 7)`,
  `INSERT INTO stream_leases (tenant_id, group_id, after_sequence, after_ms, upto_sequence, upto_ms, entries, member, delivery, earlier_members, earlier_deliveries)
   VALUES ($1, ${GROUP}, 0, 0, 2, 0, '{1,2}', ${MEMBER}, 1, '{}', '{}')`,
  `INSERT INTO webhook_endpoints (tenant_id, id, url, filter, conditions, question, position, position_ms, secret)
   VALUES ($1, ${GROUP}, 'https://partner.example', '{"event":{"eq":"purchase"}}', '[]', 'q', 2, 0, '\\x00ff')`,
  `INSERT INTO webhook_deliveries (tenant_id, webhook_id, kind, conversion_id, sequence, recorded_ms, next_attempt_at)
   VALUES ($1, ${GROUP}, 'log', ${MEMBER}, 1, 0, now())`,
]
const SLOW = isLong ? 3_600_000 : 400_000

describe('a tenant that is moved', () => {
  let world: MoverWorld
  beforeAll(() => {
    world = openMoverWorld()
  })
  afterAll(() => world?.close())

  const ask = ({ slug }: TestTenant, destination: Destination, keepsSource = false): Promise<RequestedMove> =>
    requestMove({ worker: world.worker, app: world.app, now: () => new Date() }, { slug, destination, keepsSource })
  const isOver = async ({ tenantId }: TestTenant) => {
    await world.drain(tenantId)
    return (await findMove(world.worker, tenantId))?.status ?? 'none'
  }
  async function finish(tenant: TestTenant): Promise<void> {
    await expect.poll(() => isOver(tenant), { timeout: 60_000, interval: 50 }).toBe('done')
  }

  /** Purchases as the collector commits them. */
  async function send({ tenantId, appId }: TestTenant): Promise<void> {
    const submission = testSubmission(Array.from({ length: EVENTS }, () => testConversion({ appId })))
    const at = new Date().toISOString().replace('T', ' ').replace('Z', '')
    const lines = submission.events.map(({ id }, n) => {
      const row = { tenant_id: tenantId, app_id: appId, user_id: `u-${n}`, event: 'purchase', occurred_at: at, recorded_at: at, revenue: '1' }
      return `${JSON.stringify({ ...row, event_id: Buffer.from(id, 'latin1').toString('hex') })}\n`
    })
    await commitIngest(world.pool, { vault: testVault(), tenantId, submissions: [{ ...submission, lines: Buffer.from(lines.join('')) }] })
  }

  /** Sends until it is told to stop, the same again when it is refused; answers how many events were taken. */
  function startSending(tenant: TestTenant) {
    let isStopping = false
    let taken = 0
    let refused = 0
    const run = async (): Promise<number> => {
      while (!isStopping) {
        const isTaken = await send(tenant).then(
          () => true,
          (error: unknown) => {
            if (!isTenantMoving(error)) throw error
            return false
          },
        )
        if (isTaken) taken += EVENTS
        else refused += 1
        await new Promise((resolve) => setImmediate(resolve))
      }
      return taken
    }
    const done = run()
    const stop = (): Promise<number> => {
      isStopping = true
      return done
    }
    onTestFinished(() => void stop().catch(() => undefined))
    return { stop, refused: () => refused }
  }

  async function eventsOf({ tenantId }: TestTenant) {
    const answer = await (
      await clickhouseOf(world.clickhouse, tenantId)
    ).query({
      query:
        'SELECT count() AS rows, uniqExact(event_id) AS ids, uniqExact(user_id) AS users, toString(sum(revenue)) AS revenue FROM events WHERE tenant_id = {t:UUID}',
      query_params: { t: tenantId },
      format: 'JSONEachRow',
      clickhouse_settings: { [TENANT_SETTING]: tenantStatement(tenantSecret, tenantId) },
    })
    return (await answer.json())[0]
  }

  /** Every event that was taken is there once, wherever that is: as an id, in the log without a hole, and in ClickHouse. */
  async function expectWhole(tenant: TestTenant, taken: number, place: Destination): Promise<void> {
    const { tenantId } = tenant
    await world.drain(tenantId)
    const log = await readStoredLog(world.pool, tenantId)
    expect(log.map(({ sequence }) => sequence)).toEqual(Array.from({ length: taken }, (_, n) => n + 1))
    expect(new Set(log.map(({ event_id }) => event_id)).size).toBe(taken)
    const { rows } = await withTenant(world.pool, tenantId, (client) =>
      client.query(`SELECT current_database() AS place, (SELECT count(*)::int FROM event_ids) AS ids, (SELECT sequence::int FROM stream_heads) AS head,
        (SELECT sum(used)::int FROM tenant_usage WHERE kind = 'events') AS used`),
    )
    expect(rows).toEqual([{ place: expect.stringMatching(place === 'dedicated' ? /^umg_t_/ : /^(?!umg_t_)/), ids: taken, head: taken, used: taken }])
    const events = { rows: String(taken), ids: String(taken), users: String(EVENTS), revenue: String(taken) }
    await expect
      .poll(async () => (await world.drain(tenantId), await world.drainOwn(tenantId), eventsOf(tenant)), { timeout: 30_000, interval: 100 })
      .toEqual(events)
  }

  async function rowsInCommon({ tenantId }: TestTenant): Promise<number> {
    return withSettings(world.app, tenantId, async (client) => {
      let rows = 0
      for (const { table, only = 'true' } of MOVED_TABLES) rows += (await client.query(`SELECT FROM ${table} WHERE ${only}`)).rows.length
      return rows
    })
  }

  it(
    'goes to databases of its own and back while events keep coming, and another tenant notices nothing',
    async () => {
      const [tenant, other] = await Promise.all([createTestTenant({ withAccounts: false }), createTestTenant({ withAccounts: false })])
      const [sending, others] = [startSending(tenant), startSending(other)]
      expect(await ask(tenant, 'dedicated')).toMatchObject({ kind: 'requested', move: { status: 'running', step: 'asked' } })
      expect(await ask(tenant, 'shared')).toMatchObject({ kind: 'underWay', move: { destination: 'dedicated' } })
      await finish(tenant)
      expect(await ask(tenant, 'dedicated')).toEqual({ kind: 'alreadyThere' })
      await send(tenant)
      const taken = EVENTS + (await sending.stop())
      expect(sending.refused()).toBeGreaterThan(0)
      expect(await pauseOf(tenant)).toEqual({ at: null, ms: expect.toSatisfy((ms: number) => ms > 0) })
      await expectWhole(tenant, taken, 'dedicated')
      expect(await rowsInCommon(tenant)).toBe(0)

      const again = startSending(tenant)
      await ask(tenant, 'shared')
      await finish(tenant)
      const all = taken + (await again.stop())
      await expectWhole(tenant, all, 'shared')
      await expectWhole(other, await others.stop(), 'shared')
      expect(others.refused()).toBe(0)
    },
    SLOW,
  )

  /** How long the tenant's writers were refused in its last move, and since when they are now. */
  async function pauseOf({ tenantId }: TestTenant): Promise<{ readonly at: Date | null; readonly ms: number }> {
    const { rows } = await world.worker.query('SELECT paused_at AS at, paused_ms AS ms FROM tenant_moves WHERE tenant_id = $1', [tenantId])
    return z.tuple([z.object({ at: z.date().nullable(), ms: z.int() })]).parse(rows)[0]
  }

  const file = fileURLToPath(new URL('./testing/killedMover.ts', import.meta.url))
  /** Runs a mover of its own process; null when it was killed, else its statements. */
  const runMover = (tenantId: string, killBefore: number | string): Promise<readonly string[] | null> =>
    new Promise((resolve, reject) => {
      execFile(process.execPath, ['--disable-warning=ExperimentalWarning', file, tenantId, String(killBefore)], (error, stdout, stderr) => {
        if (error === null) resolve(z.array(z.string()).parse(JSON.parse(stdout)))
        else if (error.signal === 'SIGKILL') resolve(null)
        else reject(new Error(stderr, { cause: error }))
      })
    })
  // Each mark of a step and each gate: before its commit; in a long run before the statement, after the commit, and here and there between.
  const MARKS = /^UPDATE tenant_moves SET status|^INSERT INTO tenant_gates|^DELETE FROM tenant_gates/
  const pointsOf = (statements: readonly string[]): readonly number[] => {
    const marks = statements.flatMap((text, index) => (MARKS.test(text) ? [index + 1] : []))
    if (!isLong) return marks.map((point) => point + 1)
    const others = statements.flatMap((_, index) => (index % 40 === 0 ? [index + 1] : []))
    return [...new Set([...marks.flatMap((point) => [point, point + 1, point + 2]), ...others])].toSorted((a, b) => a - b)
  }

  it(
    'is there as a whole after a mover that was killed at whatever point, there and back',
    async () => {
      const tenant = await createTestTenant({ withAccounts: false })
      const go = async (to: Destination) => (await ask(tenant, to), runMover(tenant.tenantId, 0))
      await send(tenant)
      let taken = EVENTS
      const all = { dedicated: (await go('dedicated')) ?? [], shared: (await go('shared')) ?? [] }
      const points = { dedicated: pointsOf(all.dedicated), shared: pointsOf(all.shared) }
      // Six marks and four gates.
      expect(points.dedicated.length).toBeGreaterThanOrEqual(10)
      // In a short run two points of each way: the one there, the next one back.
      const rounds = Math.max(points.dedicated.length, points.shared.length)
      for (let n = 0; n < rounds; n += isLong ? 1 : Math.ceil(rounds / 2)) {
        for (const [to, at] of [
          ['dedicated', n],
          ['shared', isLong ? n : n + 1],
        ] as const) {
          const point = points[to][Math.min(at, points[to].length - 1)] ?? 0
          const sending = startSending(tenant)
          await ask(tenant, to)
          expect(await runMover(tenant.tenantId, point), `${to}, point ${point}: ${all[to][point - 1]}`).toBeNull()
          await finish(tenant)
          taken += await sending.stop()
          await expectWhole(tenant, taken, to)
        }
      }
    },
    SLOW,
  )

  /** As though whatever comes next came an hour later. */
  const waitAnHour = ({ tenantId }: TestTenant) =>
    world.worker.query("UPDATE tenant_moves SET paused_at = coalesce(paused_at, clock_timestamp()) - interval '1 hour' WHERE tenant_id = $1", [tenantId])
  const HOUR_MS = 3_600_000

  it('is not said to have been refused while it was let in already: by a mover that was killed behind the open gate', { timeout: SLOW }, async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    await ask(tenant, 'dedicated')
    expect(await runMover(tenant.tenantId, 'UPDATE tenant_moves SET paused_at = NULL')).toBeNull()
    await send(tenant)
    await waitAnHour(tenant)
    await finish(tenant)
    expect(await pauseOf(tenant)).toEqual({ at: null, ms: expect.toSatisfy((ms: number) => ms > 0 && ms < HOUR_MS) })
  })

  it('is said to have been refused for as long as the gate was shut: a mover was killed before it opened it', { timeout: SLOW }, async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    await ask(tenant, 'dedicated')
    expect(await runMover(tenant.tenantId, 'DELETE FROM tenant_gates')).toBeNull()
    await waitAnHour(tenant)
    await finish(tenant)
    expect(await pauseOf(tenant)).toEqual({ at: null, ms: expect.toSatisfy((ms: number) => ms > HOUR_MS) })
  })

  it('takes its groups, what their members hold, and its webhooks with their deliveries along', { timeout: SLOW }, async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    const { tenantId } = tenant
    await send(tenant)
    await withTenant(world.pool, tenantId, async (client) => {
      for (const statement of READERS) await client.query(statement, [tenantId])
    })
    const found = async (): Promise<unknown> =>
      withTenant(world.pool, tenantId, async (client) =>
        Promise.all(READER_TABLES.map(async (table) => (await client.query(`SELECT to_jsonb(t) - 'used_at' AS row FROM ${table} t`)).rows)),
      )
    const before = await found()
    expect(before).toEqual(READER_TABLES.map(() => [expect.anything()]))
    for (const to of ['dedicated', 'shared'] as const) {
      await ask(tenant, to)
      await world.move(tenantId)
      await finish(tenant)
      await expectWhole(tenant, EVENTS, to)
      expect(await found(), to).toEqual(before)
    }
  })

  it('stays where it was, and is served, when the move cannot be made', async () => {
    const tenant = await createTestTenant({ withAccounts: false })
    await send(tenant)
    await ask(tenant, 'dedicated')
    // A batch that nobody can copy: what was taken before is never finished.
    await withTenant(world.app, tenant.tenantId, (client) =>
      client.query('INSERT INTO ingest_batches (tenant_id, payload, row_count) VALUES ($1, $2, 1)', [tenant.tenantId, Buffer.from('no zstd')]),
    )
    await expect(world.move(tenant.tenantId, { maxAttempts: 2, drainMs: 0 })).rejects.toThrow('failed at a step')
    // Refused for no longer than the attempt took.
    await send(tenant)
    const first = await pauseOf(tenant)
    expect(first).toEqual({ at: null, ms: expect.toSatisfy((ms: number) => ms > 0) })
    // A kill between the open gate and the end of the count: it does not go on until the next attempt.
    await waitAnHour(tenant)
    await expect(world.move(tenant.tenantId, { maxAttempts: 2, drainMs: 0 })).rejects.toThrow('failed at a step')
    await world.move(tenant.tenantId)
    expect(await findMove(world.worker, tenant.tenantId)).toMatchObject({ status: 'undone', problem: expect.stringContaining('not finished') })
    // Both attempts.
    expect(await pauseOf(tenant)).toEqual({ at: null, ms: expect.toSatisfy((ms: number) => ms > first.ms && ms < HOUR_MS) })
    await send(tenant)
    expect(await readStoredLog(world.pool, tenant.tenantId)).toHaveLength(3 * EVENTS)
    const { rows } = await world.worker.query('SELECT FROM tenant_routes WHERE tenant_id = $1', [tenant.tenantId])
    expect(rows).toEqual([])
  })

  it('is every table that is a tenant’s, but for what is known of it in the common database', () => {
    const stay = ['apps', 'audit_heads', 'audit_log', 'exchange_rates', 'invitations', 'keys', 'memberships', 'provisionings', 'tenant_data_keys']
    const ofMoving = ['tenant_gates', 'tenant_moves', 'tenant_routes', 'tenants', 'ingest_batches']
    const moved = MOVED_TABLES.map(({ table }) => table)
    expect([...stay, ...ofMoving, ...moved].toSorted()).toEqual(
      Object.keys(TABLES)
        .filter((name) => TABLES[name] === 'tenant')
        .toSorted(),
    )
    const inClickHouse = [...CATALOG_TABLES, ...BOOKKEEPING_TABLES].filter((name) => name !== 'schema_versions')
    expect(MOVED_CLICKHOUSE_TABLES.map(({ table }) => table).toSorted()).toEqual(inClickHouse.toSorted())
  })
})
