import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commitIngest } from '#db/ingest/commitIngest.ts'
import { withTenant } from '#db/pool.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { testVault } from '#db/testing/testVault.ts'
import { readStoredLog, testConversion, testCredit, testSubmission } from '#db/testing/testConversions.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { appendLog, type NewEntry } from './appendLog.ts'
import type { ConversionDraft, TouchDraft } from './conversionDraft.ts'
import { LOG_SLOTS } from './days.ts'
import { NOBODY } from './decide.ts'
import { testIngestEvent } from '#db/testing/testConversions.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

describe('the log of conversions', () => {
  let pools: TestPools
  beforeAll(() => {
    pools = openTestPools()
  })
  afterAll(() => pools?.close())

  const newTenant = () => createTestTenant({ withAccounts: false })
  const commit = ({ tenantId }: TestTenant, conversions: readonly ConversionDraft[], touches: readonly TouchDraft[] = []) => {
    const submission = testSubmission(conversions)
    return commitIngest(pools.app, {
      vault: testVault(),
      tenantId,
      submissions: [{ ...submission, events: [...submission.events, ...touches.map(({ of }) => of)], touches }],
    })
  }
  const rowsOf = async <Row extends object>({ tenantId }: TestTenant, sql: string) =>
    (await withTenant(pools.app, tenantId, (client) => client.query<Row>(sql))).rows
  const sequences = async ({ tenantId }: TestTenant) => (await readStoredLog(pools.app, tenantId)).map(({ sequence }) => sequence)
  const oneTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1)

  /** As many ids, rows of batches and entries, and a sequence without a hole. */
  async function expectWhole(tenant: TestTenant): Promise<number> {
    const log = await readStoredLog(pools.app, tenant.tenantId)
    const [counts] = await rowsOf<{ ids: number; rows: number; head: number }>(
      tenant,
      `SELECT (SELECT count(*)::int FROM event_ids) AS ids, (SELECT coalesce(sum(row_count), 0)::int FROM ingest_batches) AS rows,
         coalesce((SELECT sequence::int FROM stream_heads), 0) AS head`,
    )
    expect(log.map(({ sequence }) => sequence)).toEqual(oneTo(log.length))
    expect(counts).toEqual({ ids: log.length, rows: log.length, head: log.length })
    expect(new Set(log.map(({ event_id }) => event_id)).size).toBe(log.length)
    const times = log.map(({ recorded_ms }) => recorded_ms)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    for (const { day_slot, recorded_ms } of log) expect(day_slot).toBe(Math.floor(recorded_ms / DAY_MS) % LOG_SLOTS)
    return log.length
  }

  it('is numbered from 1 without a hole by eight writers at once, with rollbacks between, for each tenant', async () => {
    const tenants = await Promise.all([newTenant(), newTenant(), newTenant()])
    class Rollback extends Error {}
    const write = async (writer: number): Promise<void> => {
      for (let round = 0; round < 12; round++) {
        const tenant = tenants[(writer + round) % tenants.length]!
        await commit(
          tenant,
          Array.from({ length: 1 + ((writer * 7 + round) % 5) }, () => testConversion({ appId: tenant.appId })),
        )
        const undone = withTenant(pools.app, tenant.tenantId, async (client) => {
          await appendLog(client, { tenantId: tenant.tenantId, entries: [entry(), entry()] })
          throw new Rollback()
        })
        await expect(undone).rejects.toThrow(Rollback)
      }
    }
    await Promise.all(oneTo(8).map(write))
    const lengths = await Promise.all(tenants.map(expectWhole))
    expect(lengths.reduce((sum, length) => sum + length)).toBe(
      oneTo(8)
        .flatMap((writer) => oneTo(12).map((round) => 1 + ((writer * 7 + round - 1) % 5)))
        .reduce((sum, n) => sum + n),
    )
  })

  it('has no hole after writers were killed in the middle, and goes on', async () => {
    const tenant = await newTenant()
    for (let kill = 0; kill < 3; kill++) {
      const writers = [startWriter(tenant), startWriter(tenant)]
      // Each has committed, and is at the next.
      await Promise.all(writers.map((writer) => once(writer, 'message')))
      for (let more = 0; more < kill * 3; more++) await once(writers[0]!, 'message')
      const gone = writers.map((writer) => once(writer, 'exit'))
      for (const writer of writers) writer.kill('SIGKILL')
      await Promise.all(gone)
    }
    // A transaction of a dead process holds its locks until PostgreSQL has noticed; this one waits for it.
    await commit(tenant, [testConversion({ appId: tenant.appId })])
    expect(await expectWhole(tenant)).toBeGreaterThan(6 * 20)
  }, 90_000)

  it('takes an event once, however often and in whatever company it is sent', async () => {
    const tenant = await newTenant()
    const [first, second] = [testConversion({ appId: tenant.appId }), testConversion({ appId: tenant.appId })]
    await Promise.all([commit(tenant, [first, second]), commit(tenant, [second, first]), commit(tenant, [first, { ...first, of: { ...first.of } }])])
    await commit(tenant, [second])
    expect(await expectWhole(tenant)).toBe(2)
  })

  it('a later event with the id of an earlier one of the same batch is no conversion', async () => {
    const tenant = await newTenant()
    const conversion = testConversion({ appId: tenant.appId })
    const submission = testSubmission([conversion])
    // The first with the id is something else; the conversion is its duplicate.
    await commitIngest(pools.app, {
      vault: testVault(),
      tenantId: tenant.tenantId,
      submissions: [{ ...submission, events: [{ ...conversion.of }, conversion.of], lines: Buffer.from('{}\n{}\n') }],
    })
    expect(await sequences(tenant)).toEqual([])
  })

  it('a batch that is refused leaves nothing and takes no number', async () => {
    const tenant = await newTenant()
    await expect(commit(tenant, [testConversion({ appId: 'no uuid' })])).rejects.toThrow(/uuid/)
    await commit(tenant, [testConversion({ appId: tenant.appId })])
    expect(await expectWhole(tenant)).toBe(1)
  })

  it('a refund supersedes the entry it names, is credited as it was, and comes after it', async () => {
    const tenant = await newTenant()
    const { appId } = tenant
    const sale = testConversion({ appId, credit: testCredit({ campaignId: 'c', partnerId: 'p' }) })
    const refund = (originalId: string | null) =>
      testConversion({ appId, kind: 'refund', event: 'refund', originalId, money: { revenue: '-1', originalAmount: '-1', originalCurrency: 'USD' } })
    await commit(tenant, [sale])
    await commit(tenant, [refund(sale.of.id), refund(testIngestEvent(0).id), refund(null)])
    const together = testConversion({ appId, credit: testCredit({ campaignId: 'd' }) })
    await commit(tenant, [refund(together.of.id), together])
    const rows = await rowsOf<{ id: string; kind: string; campaign_id: string; supersedes: string | null; matched: string | null }>(
      tenant,
      "SELECT id, kind, campaign_id, supersedes, decision ->> 'matchedBy' AS matched FROM conversion_log ORDER BY sequence",
    )
    const [stored, first, unknown, none, later, last] = rows
    expect(stored).toMatchObject({ kind: 'conversion', campaign_id: 'c', supersedes: null })
    expect(first).toMatchObject({ kind: 'refund', campaign_id: 'c', supersedes: stored!.id, matched: 'touch_fields' })
    expect([unknown, none]).toMatchObject([
      { kind: 'refund', campaign_id: '', supersedes: null },
      { kind: 'refund', campaign_id: '', supersedes: null },
    ])
    expect([later, last]).toMatchObject([
      { kind: 'conversion', campaign_id: 'd' },
      { kind: 'refund', campaign_id: 'd', supersedes: later!.id },
    ])
  })

  it('credits by the user’s touches of earlier commits and of the same one; other users’ and other tenants’ do not count', async () => {
    const [tenant, other] = await Promise.all([newTenant(), newTenant()])
    const now = Date.now()
    const [ada, bob, eve] = ['a', 'b', 'e'].map((letter) => letter.repeat(16)) as [string, string, string]
    const touch = (userKey: string, ageMs: number, campaignId: string, isClick = true): TouchDraft => ({
      of: testIngestEvent(now - ageMs),
      userKey,
      isClick,
      touchedAtMs: now - ageMs,
      credit: testCredit({ campaignId }),
    })
    const sale = (userKey: string, ageMs = 0) => testConversion({ appId: tenant.appId, userKey, occurredAtMs: now - ageMs })
    const touches = [touch(ada, 7 * DAY_MS, 'week'), touch(ada, 2 * HOUR_MS, 'seen', false), touch(ada, HOUR_MS, 'late'), touch(bob, DAY_MS, 'day', false)]
    await commit(tenant, [], touches)
    await commit(other, [], [touch(eve, HOUR_MS, 'theirs')])
    await commit(tenant, [sale(ada), sale(ada, HOUR_MS), sale(ada, HOUR_MS + 1), sale(ada, -1), sale(bob), sale(bob, -1), sale(eve)])
    await commit(tenant, [sale(eve)], [touch(eve, HOUR_MS, 'same'), touch(eve, -HOUR_MS, 'after')])
    const rows = await rowsOf<{ campaign_id: string; seconds: string | null }>(
      tenant,
      "SELECT campaign_id, decision ->> 'windowSeconds' AS seconds FROM conversion_log ORDER BY sequence",
    )
    expect(rows.map(({ campaign_id, seconds }) => [campaign_id, seconds])).toEqual([
      ['late', '604800'],
      ['late', '604800'],
      // Before the last click: the click of a week ago, which beats the fresh view.
      ['week', '604800'],
      ['late', '604800'],
      ['day', '86400'],
      ['', null],
      // Taken back and credited anew, since its touch came late.
      ['', null],
      ['', null],
      ['same', '604800'],
      ['same', '604800'],
    ])
  })
})

function startWriter({ tenantId, appId }: TestTenant): ChildProcess {
  const file = fileURLToPath(new URL('../testing/logWriter.ts', import.meta.url))
  return fork(file, [tenantId, appId], { execArgv: ['--disable-warning=ExperimentalWarning'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}

function entry(): NewEntry {
  const { of, kind, event, userId, occurredAtMs, platform, country } = testConversion({ appId: '' })
  const decision = { kind: 'organic', matchedBy: null, touchedAt: null, windowSeconds: null, reason: 'test' } as const
  const nothing = { appId: null, revenue: null, originalAmount: null, originalCurrency: '', supersedes: null }
  return {
    ...nothing,
    id: crypto.randomUUID(),
    kind,
    eventId: of.id,
    eventDay: of.day,
    event,
    userId,
    occurredAtMs,
    platform,
    country,
    credit: NOBODY,
    decision,
  }
}
