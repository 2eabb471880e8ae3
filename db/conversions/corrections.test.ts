import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commitIngest } from '#db/ingest/commitIngest.ts'
import { withTenant } from '#db/pool.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { testConversion, testCredit, testIngestEvent, testSubmission } from '#db/testing/testConversions.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { testVault } from '#db/testing/testVault.ts'
import type { ConversionDraft, TouchDraft } from './conversionDraft.ts'
import { retract } from './corrections.ts'

const HOUR_MS = 3_600_000
const ADA = 'a'.repeat(16)

type Row = {
  readonly id: string
  readonly kind: string
  readonly campaign: string
  readonly revenue: number | null
  readonly reason: string
  readonly supersedes: string | null
}

describe('corrections of the log', () => {
  let pools: TestPools
  beforeAll(() => {
    pools = openTestPools()
  })
  afterAll(() => pools?.close())

  const newTenant = () => createTestTenant({ withAccounts: false })
  const now = Date.now()
  const touch = (ageMs: number, campaignId: string, { isClick = true, userKey = ADA } = {}): TouchDraft => ({
    of: testIngestEvent(now - ageMs),
    userKey,
    isClick,
    touchedAtMs: now - ageMs,
    credit: testCredit({ campaignId }),
  })
  const sale = ({ appId }: TestTenant, given: Partial<ConversionDraft> = {}) =>
    testConversion({ appId, userKey: ADA, occurredAtMs: now, money: { revenue: '5', originalAmount: '4.5', originalCurrency: 'EUR' }, ...given })
  const refundOf = (tenant: TestTenant, { of }: ConversionDraft) =>
    sale(tenant, { kind: 'refund', originalId: of.id, money: { revenue: '-5', originalAmount: '-4.5', originalCurrency: 'EUR' } })
  const commit = async ({ tenantId }: TestTenant, conversions: readonly ConversionDraft[], touches: readonly TouchDraft[] = []) => {
    const submission = testSubmission(conversions)
    const events = [...submission.events, ...touches.map(({ of }) => of)]
    const lines = Buffer.from('{}\n'.repeat(events.length))
    await commitIngest(pools.app, { vault: testVault(), tenantId, submissions: [{ ...submission, events, lines, touches }] })
  }
  const rowsOf = ({ tenantId }: TestTenant): Promise<readonly Row[]> =>
    withTenant(pools.app, tenantId, async (client) => {
      const text = 'SELECT id, kind, campaign_id AS campaign, revenue::float8 AS revenue, reason, supersedes FROM conversion_log ORDER BY sequence'
      return (await client.query<Row>(text)).rows
    })
  const reject = ({ tenantId }: TestTenant, id: string) => withTenant(pools.app, tenantId, (client) => retract(client, { tenantId, id, reason: 'FRAUD' }))
  /** What each campaign has, as whoever reads the log adds it up. */
  const sums = (rows: readonly Row[]) => {
    const byCampaign: Record<string, readonly [number, number]> = {}
    for (const { kind, campaign, revenue } of rows) {
      const [count, sum] = byCampaign[campaign] ?? [0, 0]
      byCampaign[campaign] = [count + (kind === 'retraction' ? -1 : kind === 'refund' ? 0 : 1), sum + (revenue ?? 0)]
    }
    return byCampaign
  }

  it('a touch that comes late takes the credit over; each campaign’s sum is right, however often', async () => {
    const tenant = await newTenant()
    await commit(tenant, [sale(tenant)], [touch(6 * HOUR_MS, 'early')])
    await commit(tenant, [], [touch(3 * HOUR_MS, 'later')])
    await commit(tenant, [], [touch(HOUR_MS, 'last')])
    const rows = await rowsOf(tenant)
    const [first, , second] = rows
    expect(rows.map(({ id: _id, ...row }) => row)).toEqual([
      { kind: 'conversion', campaign: 'early', revenue: 5, reason: '', supersedes: null },
      { kind: 'retraction', campaign: 'early', revenue: -5, reason: 'ATTRIBUTION_CHANGED', supersedes: first!.id },
      { kind: 'recredit', campaign: 'later', revenue: 5, reason: 'ATTRIBUTION_CHANGED', supersedes: first!.id },
      { kind: 'retraction', campaign: 'later', revenue: -5, reason: 'ATTRIBUTION_CHANGED', supersedes: second!.id },
      { kind: 'recredit', campaign: 'last', revenue: 5, reason: 'ATTRIBUTION_CHANGED', supersedes: second!.id },
    ])
    expect(sums(rows)).toEqual({ early: [0, 0], later: [0, 0], last: [1, 5] })
  })

  it('touches that lose, come after, are of somebody else, of the same campaign, or too old change nothing; nor does any what says itself whose it is', async () => {
    const tenant = await newTenant()
    await commit(tenant, [sale(tenant), sale(tenant, { credit: testCredit({ campaignId: 'own' }) })], [touch(2 * HOUR_MS, 'known')])
    const losing = [touch(3 * HOUR_MS, 'older'), touch(HOUR_MS, 'view', { isClick: false }), touch(-HOUR_MS, 'after')]
    await commit(tenant, [], [...losing, touch(HOUR_MS, 'other', { userKey: 'b'.repeat(16) }), touch(8 * 24 * HOUR_MS, 'week'), touch(HOUR_MS, 'known')])
    expect(await rowsOf(tenant)).toHaveLength(2)
  })

  it('the same late touch in commits at the same time corrects once', async () => {
    const tenant = await newTenant()
    await commit(tenant, [sale(tenant)])
    await Promise.all([1, 2, 3, 4].map(() => commit(tenant, [], [touch(HOUR_MS, 'late')])))
    expect(sums(await rowsOf(tenant))).toEqual({ '': [0, 0], late: [1, 5] })
  })

  it('a refund goes to whom the conversion is credited by now, and settles it', async () => {
    const tenant = await newTenant()
    const sold = sale(tenant)
    await commit(tenant, [sold], [touch(6 * HOUR_MS, 'early')])
    await commit(tenant, [], [touch(3 * HOUR_MS, 'later')])
    await commit(tenant, [refundOf(tenant, sold)])
    await commit(tenant, [], [touch(HOUR_MS, 'last')])
    const rows = await rowsOf(tenant)
    expect(rows.at(-1)).toMatchObject({ kind: 'refund', campaign: 'later', reason: 'REFUND', supersedes: rows.at(-2)!.id })
    expect(sums(rows)).toEqual({ early: [0, 0], later: [1, 0] })
  })

  it('a rejected conversion is taken back with its refunds, by any of its ids, once; a refund that comes later is nobody’s', async () => {
    const tenant = await newTenant()
    const sold = sale(tenant)
    await commit(tenant, [sold], [touch(6 * HOUR_MS, 'early')])
    await commit(tenant, [], [touch(3 * HOUR_MS, 'later')])
    await commit(tenant, [refundOf(tenant, sold)])
    const [{ id }] = (await rowsOf(tenant)) as readonly [Row]
    const answers = await Promise.all([reject(tenant, id), reject(tenant, id)])
    expect(new Set(answers.map((ids) => ids?.length))).toEqual(new Set([0, 2]))
    const rows = await rowsOf(tenant)
    expect(rows.slice(-2).map(({ kind, revenue, reason }) => [kind, revenue, reason])).toEqual([
      ['retraction', -5, 'FRAUD'],
      ['retraction', 5, 'FRAUD'],
    ])
    await commit(tenant, [refundOf(tenant, sold)], [touch(HOUR_MS, 'last')])
    const after = await rowsOf(tenant)
    expect(after.at(-1)).toMatchObject({ kind: 'refund', campaign: '', reason: 'REFUND' })
    expect(after).toHaveLength(rows.length + 1)
    expect(await reject(tenant, '00000000-0000-4000-8000-000000000001')).toBe(null)
  })
})
