import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { notifyConversions } from '#db/conversions/notifyConversions.ts'
import { emptyOldSlots } from '#db/conversions/retention.ts'
import type { ConversionDraft } from '#db/conversions/conversionDraft.ts'
import { WINDOW_ENTRIES } from '#db/conversions/readLog.ts'
import { commitIngest } from '#db/ingest/commitIngest.ts'
import { createPool } from '#db/pool.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { testAuditor } from '#db/testing/testAuditor.ts'
import { testVault } from '#db/testing/testVault.ts'
import { readStoredLog, storeManyEntries, storeOldLog, testConversion, testCredit, testSubmission } from '#db/testing/testConversions.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { ANONYMOUS, type Identity } from '#ops/security/identity.ts'
import type { RowFilter } from '#ops/security/permissions.ts'
import type { BatchValue } from './conversionValue.ts'
import { createStreams, type StreamArguments, type Streams } from './streams.ts'

const log = createLogger({ name: 'test', level: 'silent' })
const DAY_MS = 86_400_000

const { postgres, cursorKey, userHashKey } = readConfig.analytics()
/** The database under a name by which its connections are found. */
const namedUrl = (name: string): string => `${postgres.url}?application_name=${name}`
const listenerName = `listen-${randomUUID()}`

type Stream = AsyncIterableIterator<BatchValue, void>

describe('streams of conversions', () => {
  let pools: TestPools
  let streams: Streams
  const opened: Stream[] = []
  beforeAll(() => {
    pools = openTestPools()
    streams = createStreams({ pool: pools.app, listenUrl: namedUrl(listenerName), cursorKey, userHashKey, log, now: Date.now, pollMs: 500 })
  })
  afterEach(async () => {
    for (const stream of opened.splice(0)) await stream.return?.()
    if (streams.readers() !== 0) throw new Error('A stream that was let go is still read.')
  })
  afterAll(async () => {
    await streams?.stop()
    await pools?.close()
  })

  const newTenant = () => createTestTenant({ withAccounts: false })
  const viewer = ({ tenantId }: Pick<TestTenant, 'tenantId'>, filters: readonly RowFilter[] = [], masks: readonly string[] = []): Identity => ({
    ...ANONYMOUS,
    kind: 'key',
    subjectId: '00000000-0000-4000-8000-000000000099',
    tenantId,
    tenantSlug: 'test',
    scopes: ['conversions:read', 'analytics:read'],
    filters,
    masks,
  })
  const commit = async ({ tenantId }: TestTenant, conversions: readonly ConversionDraft[]) => {
    await commitIngest(pools.app, { vault: testVault(), tenantId, submissions: [testSubmission(conversions)] })
    await notifyConversions(pools.app, [tenantId])
  }
  const sales = ({ appId }: TestTenant, count: number, given: Partial<ConversionDraft> = {}) =>
    Array.from({ length: count }, () => testConversion({ appId, ...given }))
  async function open(identity: Identity, args: StreamArguments = {}): Promise<Stream> {
    const stream = await streams.subscribe(args, identity)
    opened.push(stream)
    return stream
  }
  async function next(stream: Stream): Promise<BatchValue> {
    const { value } = await stream.next()
    if (!value) throw new Error('The stream has ended.')
    return value
  }
  const cursorOf = ({ sight, position }: BatchValue): string => sight.cursors.seal(position)
  /** Entries until there are so many, with the cursor behind them. */
  async function take(stream: Stream, count: number): Promise<{ readonly numbers: readonly number[]; readonly cursor: string }> {
    const numbers: number[] = []
    for (;;) {
      const batch = await next(stream)
      expect(batch.entries.length).toBeLessThanOrEqual(500)
      numbers.push(...batch.entries.map(({ entry }) => Number(entry.sequence)))
      if (numbers.length >= count) return { numbers, cursor: cursorOf(batch) }
    }
  }
  const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

  it('begins with an empty batch that says where, then gives what happens', async () => {
    const tenant = await newTenant()
    await commit(tenant, sales(tenant, 3))
    const stream = await open(viewer(tenant))
    const first = await next(stream)
    expect(first.entries).toEqual([])
    const pending = next(stream)
    await commit(tenant, sales(tenant, 2))
    expect((await pending).entries.map(({ entry }) => entry.sequence)).toEqual([4n, 5n])
    const resumed = await open(viewer(tenant), { after: cursorOf(first) })
    expect((await take(resumed, 2)).numbers).toEqual([4, 5])
  })

  it('goes from history to what happens without a gap or a repeat, while eight writers write', async () => {
    const tenant = await newTenant()
    await commit(tenant, sales(tenant, 700))
    const total = 700 + 8 * 15 * 6
    const write = async () => {
      for (let round = 0; round < 15; round++) await commit(tenant, sales(tenant, 6))
    }
    const writing = Promise.all(upTo(1, 8).map(write))
    const readers = await Promise.all([open(viewer(tenant), { from: { position: 'BEGINNING' } }), open(viewer(tenant), { from: { at: new Date(0) } })])
    const read = await Promise.all(readers.map((stream) => take(stream, total)))
    await writing
    for (const { numbers } of read) expect(numbers).toEqual(upTo(1, total))
  })

  it('readers that began at different places come to the same places, with the same cursors', async () => {
    const tenant = await newTenant()
    await commit(tenant, sales(tenant, 700))
    await commit(tenant, sales(tenant, 600))
    const identity = viewer(tenant)
    const ends = async (args: StreamArguments) => {
      const stream = await open(identity, args)
      const batches = [await next(stream), await next(stream), await next(stream)]
      return batches.map((batch) => [Number(batch.position.sequence), cursorOf(batch)])
    }
    const [, first, second] = await ends({ from: { position: 'BEGINNING' } })
    expect([first?.[0], second?.[0]]).toEqual([500, 1_000])
    const { entries } = await streams.page({ first: 333 }, identity)
    const { sight, entry } = entries.at(-1)!
    const after = sight.cursors.seal({ sequence: entry.sequence, recordedAtMs: entry.recordedAt.getTime() })
    expect((await ends({ after })).slice(1)).toEqual([first, second])
  })

  it('resumed twenty times at any cursor repeats nothing and skips nothing, while writers write', async () => {
    const tenant = await newTenant()
    const identity = viewer(tenant)
    await commit(tenant, sales(tenant, 40))
    const total = 40 + 60 * 8
    const writing = (async () => {
      for (let round = 0; round < 60; round++) await commit(tenant, sales(tenant, 8))
    })()
    const numbers: number[] = []
    let cursor: string | null = null
    for (let resume = 0; resume < 20; resume++) {
      const stream: Stream = await open(identity, cursor === null ? { from: { position: 'BEGINNING' } } : { after: cursor })
      await next(stream)
      const { entries } = await next(stream)
      // In the middle of a batch: the entry's own cursor leads on as well.
      const kept = entries.slice(0, 1 + ((resume * 7) % entries.length))
      numbers.push(...kept.map(({ entry }) => Number(entry.sequence)))
      const last = kept.at(-1)!
      cursor = last.sight.cursors.seal({ sequence: last.entry.sequence, recordedAtMs: last.entry.recordedAt.getTime() })
      await stream.return?.()
    }
    const rest = await take(await open(identity, { after: cursor }), total - numbers.length)
    await writing
    expect([...numbers, ...rest.numbers]).toEqual(upTo(1, total))
  })

  it('starts at an instant with the first entry recorded then', async () => {
    const tenant = await newTenant()
    await storeOldLog(pools.app, { tenantId: tenant.tenantId, ages: [20, 10, 9, 0] })
    const startsAt = async (ms: number) => (await take(await open(viewer(tenant), { from: { at: new Date(ms) } }), 1)).numbers[0]
    const [, second] = await readStoredLog(pools.app, tenant.tenantId)
    expect(await startsAt(Date.now() - 21 * DAY_MS)).toBe(1)
    expect(await startsAt(second!.recorded_ms)).toBe(2)
    expect(await startsAt(second!.recorded_ms + 1)).toBe(3)
    expect(await startsAt(Date.now() - 15 * DAY_MS)).toBe(2)
  })

  it('shows what fits the filter and the key alone; of a tenant’s log another sees nothing', async () => {
    const [tenant, other] = await Promise.all([newTenant(), newTenant()])
    const of = (given: Partial<ConversionDraft>) => testConversion({ appId: tenant.appId, ...given })
    const money = (amount: string) => ({ revenue: amount, originalAmount: '1', originalCurrency: 'EUR' })
    await commit(tenant, [
      of({ event: 'install', credit: testCredit({ partnerId: 'partner-1', campaignId: 'c' }), money: null }),
      of({ country: 'US', credit: testCredit({ partnerId: 'partner-2' }), money: money('5') }),
      of({ country: '', credit: testCredit({ partnerId: 'partner-1', channel: 'social' }), money: money('7.5') }),
      of({ country: 'DE', money: money('-2') }),
    ])
    await commit(other, sales(other, 1))
    const seen = async (where: StreamArguments['where'], filters: readonly RowFilter[] = []) => {
      const page = await streams.page({ first: 100, where }, viewer(tenant, filters))
      return page.entries.map(({ entry }) => Number(entry.sequence))
    }
    expect(await seen(null)).toEqual([1, 2, 3, 4])
    expect(await seen({ event: { eq: 'install' } })).toEqual([1])
    expect(await seen({ event: { startsWith: 'pur', contains: 'chas' } })).toEqual([2, 3, 4])
    expect(await seen({ country: { in: ['DE', 'US'] } })).toEqual([1, 2, 4])
    expect(await seen({ country: { notIn: ['DE'] } })).toEqual([2, 3])
    expect(await seen({ country: { isNull: true } })).toEqual([3])
    expect(await seen({ campaign: { isNull: false } })).toEqual([1])
    expect(await seen({ revenue: { gte: 5, lt: 7.5 } })).toEqual([2])
    expect(await seen({ revenue: { lt: 0 } })).toEqual([4])
    expect(await seen({ partner: { eq: 'partner-1' }, revenue: { gt: 1 } })).toEqual([3])
    expect(await seen({ app: { eq: tenant.appId.toUpperCase() } })).toEqual([1, 2, 3, 4])
    expect(await seen({ app: { notIn: [tenant.appId] } })).toEqual([])
    expect(await seen({ app: { in: [other.appId, 'x'] } })).toEqual([])
    expect(await seen({ event: { eq: "x' OR true --" }, country: { contains: '\0' } })).toEqual([])
    const partner = [{ dimension: 'partner', in: ['partner-1'] }] as const
    expect(await seen(null, partner)).toEqual([1, 3])
    expect(await seen({ partner: { in: ['partner-1', 'partner-2'] } }, partner)).toEqual([1, 3])
    expect(await seen({ partner: { eq: 'partner-2' } }, partner)).toEqual([])
    expect(await seen(null, [...partner, { dimension: 'channel', in: ['social'] }])).toEqual([3])
    expect(await seen(null, [{ dimension: 'app', in: [] }])).toEqual([])
    const stream = await open(viewer(tenant, partner), { from: { position: 'BEGINNING' } })
    expect((await take(stream, 2)).numbers).toEqual([1, 3])
  })

  it('pages go on from where the last one ended, and from the cursors of a stream', async () => {
    const tenant = await newTenant()
    await commit(tenant, sales(tenant, 25))
    const numbers: number[] = []
    let after: string | null = null
    for (let hasNextPage = true; hasNextPage;) {
      const page = await streams.page({ first: 10, after }, viewer(tenant))
      numbers.push(...page.entries.map(({ entry }) => Number(entry.sequence)))
      after = cursorOf(page)
      ;({ hasNextPage } = page)
    }
    expect(numbers).toEqual(upTo(1, 25))
    const stream = await open(viewer(tenant), { after })
    expect(cursorOf(await next(stream))).toBe(after)
    await commit(tenant, sales(tenant, 1))
    expect((await take(stream, 1)).numbers).toEqual([26])
    expect((await streams.page({ first: 10, after }, viewer(tenant))).entries).toHaveLength(1)
  })

  it('refuses a cursor of another tenant, question or key, or of a log that was never written', async () => {
    const [tenant, other] = await Promise.all([newTenant(), newTenant()])
    // The other's log is as long, so that a position in the one would be one in the other.
    await Promise.all([commit(tenant, sales(tenant, 2)), commit(other, sales(other, 2))])
    const cursor = cursorOf(await streams.page({ first: 1 }, viewer(tenant)))
    const bad = expect.objectContaining({ extensions: { code: 'BAD_CURSOR' } })
    const ask = (identity: Identity, args: StreamArguments) => Promise.all([streams.page({ first: 1, ...args }, identity), open(identity, args)])
    await expect(ask(viewer(tenant), { after: cursor })).resolves.toBeDefined()
    await expect(ask(viewer(other), { after: cursor })).rejects.toEqual(bad)
    await expect(ask(viewer(tenant), { after: cursor, where: { event: { eq: 'purchase' } } })).rejects.toEqual(bad)
    await expect(ask(viewer(tenant, [{ dimension: 'partner', in: ['p'] }]), { after: cursor })).rejects.toEqual(bad)
    await expect(ask(viewer(tenant), { after: 'nonsense' })).rejects.toEqual(bad)
    const { sight } = await streams.page({ first: 1 }, viewer(tenant))
    const beyond = sight.cursors.seal({ sequence: 3n, recordedAtMs: Date.now() })
    await expect(ask(viewer(tenant), { after: beyond })).rejects.toEqual(bad)
    const same = cursorOf(await streams.page({ first: 1, where: { event: { in: ['b', 'a', 'b'] } } }, viewer(tenant)))
    await expect(ask(viewer(tenant), { after: same, where: { event: { in: ['a', 'b'] } } })).resolves.toBeDefined()
  })

  it('says everything that is wrong with a question', async () => {
    const tenant = await newTenant()
    const issuesOf = async (args: StreamArguments) => {
      const error: any = await open(viewer(tenant), args).catch((thrown: unknown) => thrown)
      return error.issues.map(({ code, path }: { code: string; path: readonly string[] }) => `${code} ${path.join('.')}`)
    }
    expect(await issuesOf({ group: '', from: { position: 'END' }, maxInFlight: 0 })).toEqual([
      'GROUP_NAME_OUT_OF_BOUNDS group',
      'IN_FLIGHT_OUT_OF_BOUNDS maxInFlight',
    ])
    expect(await issuesOf({ from: { at: new Date(Date.now() + DAY_MS) }, where: { event: { in: Array.from({ length: 1001 }, String) } } })).toEqual([
      'TOO_MANY_VALUES where.event.in',
      'START_IN_FUTURE from.at',
    ])
    for (const first of [0, 1001]) await expect(streams.page({ first }, viewer(tenant))).rejects.toThrow(/first is/)
    await expect(streams.page({ first: 1, where: { revenue: { gt: 1 } } }, viewer(tenant, [], ['revenue']))).rejects.toThrow(/does not see "revenue"/)
  })

  it('tells what retention took away with the first entries behind it, and keeps what is younger', async () => {
    const tenant = await newTenant()
    const { tenantId } = tenant
    await storeOldLog(pools.app, { tenantId, ages: [62, 40, 32, 31, 30, 1] })
    const at = Date.now() - 50 * DAY_MS
    const { sight } = await streams.page({ first: 1 }, viewer(tenant))
    const old = sight.cursors.seal({ sequence: 1n, recordedAtMs: Date.now() - 62 * DAY_MS })
    await emptyOldSlots(pools.worker)
    expect((await readStoredLog(pools.app, tenantId)).map(({ sequence }) => sequence)).toEqual([4, 5, 6])
    for (const args of [{ after: old }, { from: { at: new Date(at) } }] as const) {
      const stream = await open(viewer(tenant), args)
      const start = await next(stream)
      expect([start.entries, start.gap]).toEqual([[], null])
      const { entries, gap } = await next(stream)
      expect(entries.map(({ entry }) => Number(entry.sequence))).toEqual([4, 5, 6])
      expect(gap).toEqual({ fromMs: 'after' in args ? expect.any(Number) : at, toMs: entries[0]!.entry.recordedAt.getTime() })
      // Begun again where it began, it is told again.
      const again = await open(viewer(tenant), { after: cursorOf(start) })
      await next(again)
      expect((await next(again)).gap).toEqual(gap)
    }
    const oldest = await open(viewer(tenant), { from: { position: 'BEGINNING' } })
    await next(oldest)
    expect((await next(oldest)).gap).toBeNull()
    expect(await streams.page({ first: 10, after: old }, viewer(tenant))).toMatchObject({ gap: { toMs: expect.any(Number) }, hasNextPage: false })
    expect((await streams.page({ first: 10 }, viewer(tenant))).gap).toBeNull()
  })

  it('tells a gap to which nothing has followed yet when something does', async () => {
    const tenant = await newTenant()
    await storeOldLog(pools.app, { tenantId: tenant.tenantId, ages: [45, 44] })
    await emptyOldSlots(pools.worker)
    const stream = await open(viewer(tenant), { from: { at: new Date(Date.now() - 60 * DAY_MS) } })
    await next(stream)
    const pending = next(stream)
    await commit(tenant, sales(tenant, 1))
    const { entries, gap } = await pending
    expect([entries.map(({ entry }) => entry.sequence), gap !== null]).toEqual([[3n], true])
    // A quiet tenant whose old entries are gone misses nothing since.
    const quiet = await newTenant()
    await storeOldLog(pools.app, { tenantId: quiet.tenantId, ages: [45] })
    await emptyOldSlots(pools.worker)
    expect(cursorOf(await next(await open(viewer(quiet), { from: { at: new Date(Date.now() - 40 * DAY_MS) } })))).toBe(
      cursorOf(await next(await open(viewer(quiet)))),
    )
  })

  it('finds what comes without a notice, too', async () => {
    const tenant = await newTenant()
    const stream = await open(viewer(tenant))
    await next(stream)
    const pending = next(stream)
    await commitIngest(pools.app, { vault: testVault(), tenantId: tenant.tenantId, submissions: [testSubmission(sales(tenant, 1))] })
    expect((await pending).entries).toHaveLength(1)
  })

  it('that hides everything says now and then how far it has come, and a page of it goes on behind what it looked at', async () => {
    const tenant = await newTenant()
    let nowMs = Date.now()
    const clocked = createStreams({ pool: pools.app, listenUrl: null, cursorKey, userHashKey, log, now: () => nowMs, pollMs: 20 })
    const where = { event: { eq: 'none' } }
    const stream = await clocked.subscribe({ where }, viewer(tenant))
    const start = await next(stream)
    const pending = next(stream)
    await storeManyEntries(pools.app, { tenantId: tenant.tenantId, count: WINDOW_ENTRIES })
    nowMs += 5_000
    await commit(tenant, sales(tenant, 1))
    const mark = await pending
    expect([mark.entries, mark.gap]).toEqual([[], null])
    expect(mark.position.sequence).toBeGreaterThan(start.position.sequence)
    await stream.return?.()
    await commit(tenant, sales(tenant, 1, { event: 'none' }))
    const resumed = await open(viewer(tenant), { where, after: cursorOf(mark) })
    expect((await take(resumed, 1)).numbers).toEqual([WINDOW_ENTRIES + 2])
    expect((await streams.page({ first: 10, where }, viewer(tenant))).entries.map(({ entry }) => Number(entry.sequence))).toEqual([WINDOW_ENTRIES + 2])
  })

  it('waits while its connections are lost, and misses nothing', async () => {
    const tenant = await newTenant()
    const name = `streams-${randomUUID()}`
    const pool = createPool({ url: namedUrl(name), poolSize: 2, name })
    const lossy = createStreams({ pool, listenUrl: namedUrl(name), cursorKey, userHashKey, log, now: Date.now, pollMs: 50 })
    try {
      const stream = await lossy.subscribe({}, viewer(tenant))
      await next(stream)
      const reading = take(stream, 120)
      for (let round = 0; round < 12; round++) {
        await commit(tenant, sales(tenant, 10))
        await pools.app.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [name])
      }
      expect((await reading).numbers).toEqual(upTo(1, 120))
      await stream.return?.()
    } finally {
      await lossy.stop()
      await pool.end()
    }
  })

  it('of one tenant leave half of the connections to the others, however many read its history', async () => {
    const [tenant, other] = [await newTenant(), await newTenant()]
    await commit(tenant, sales(tenant, 700))
    const [pool, headPool] = ['readings', 'heads'].map((name) => createPool({ url: postgres.url, poolSize: 4, name: `${name}-${randomUUID()}` }))
    if (pool === undefined || headPool === undefined) throw new Error('There are two.')
    const many = createStreams({ pool, headPool, listenUrl: null, cursorKey, userHashKey, log, now: Date.now, pollMs: 50 })
    try {
      const live = await many.subscribe({}, viewer(other))
      await next(live)
      const history = await Promise.all(upTo(1, 30).map(() => many.subscribe({ from: { position: 'BEGINNING' } }, viewer(tenant))))
      const reading = Promise.all(history.map((stream) => take(stream, 700)))
      const pages = Promise.all(upTo(1, 10).map(() => many.page({ first: 100 }, viewer(tenant))))
      for (const { numbers } of await reading) expect(numbers).toEqual(upTo(1, 700))
      for (const { entries } of await pages) expect(entries).toHaveLength(100)
      // A pool opens a connection when all that it has are taken, and keeps it.
      expect(pool.totalCount).toBe(2)
      await commit(other, sales(other, 1))
      expect((await take(live, 1)).numbers).toEqual([1])
      for (const stream of [live, ...history]) await stream.return?.()
    } finally {
      await many.stop()
      await Promise.all([pool.end(), headPool.end()])
    }
  })

  it('of a quiet stream ends at once when it is let go, and with the last one the listening', async () => {
    const tenant = await newTenant()
    const listeners = async () => (await pools.owner.query('SELECT FROM pg_stat_activity WHERE application_name = $1', [listenerName])).rowCount
    await expect.poll(listeners).toBe(0)
    const [one, two, never] = await Promise.all([open(viewer(tenant)), open(viewer(tenant)), open(viewer(tenant))])
    await next(one)
    const pending = one.next()
    expect(streams.readers()).toBe(3)
    await expect.poll(listeners).toBe(1)
    expect(await one.return?.()).toEqual({ done: true, value: undefined })
    expect(await pending).toEqual({ done: true, value: undefined })
    await next(two)
    await expect(two.throw?.(new Error('gone'))).rejects.toThrow('gone')
    await never.return?.()
    expect(await never.next()).toEqual({ done: true, value: undefined })
    expect(streams.readers()).toBe(0)
    await expect.poll(listeners).toBe(0)
  })

  it('tests are entries of their own, with the partner they are for', async () => {
    const tenant = await newTenant()
    const stream = await open(viewer(tenant, [{ dimension: 'partner', in: ['partner-1'] }]))
    await next(stream)
    const pending = next(stream)
    await streams.sendTest({ event: 'purchase' }, viewer(tenant), testAuditor(viewer(tenant)))
    const id = await streams.sendTest({ event: 'purchase', partner: 'partner-1' }, viewer(tenant), testAuditor(viewer(tenant)))
    const [only] = (await pending).entries
    expect(only?.entry).toMatchObject({ id, kind: 'test', partnerId: 'partner-1', appId: null, sequence: 2n })
    for (const input of [{ event: '' }, { event: 'x'.repeat(101) }, { event: 'x', partner: 'x'.repeat(201) }, { event: '\0' }])
      await expect(streams.sendTest(input, viewer(tenant), testAuditor(viewer(tenant)))).rejects.toMatchObject({ extensions: { code: 'BAD_QUERY' } })
  })
})
