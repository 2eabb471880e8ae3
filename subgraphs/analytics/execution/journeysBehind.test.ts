import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'
import { limits } from '../model/limits.ts'
import { storedEvent, type World } from './reference/world.ts'
import { askAnalytics, type Question } from './testing/askAnalytics.ts'
import { caseSegments } from './testing/caseSegments.ts'
import { CASE_NOW, storeCaseWorld } from './testing/caseWorld.ts'
import { checkJourneys, creditedRows, journeysBehind, type CreditedRow } from './testing/cellJourneys.ts'
import { segmentsOf } from './testing/segmentsOf.ts'

const isLong = inject('isLong')
const client = createClickHouse(readConfig.owner().clickhouse)
afterAll(() => client.close())
let tenantId: string
let otherTenantId: string
let world: World
beforeAll(async () => {
  ;({ tenantId, otherTenantId, world } = await storeCaseWorld())
})

const SPRING = {
  range: { start: '2026-02-01T00:00:00.000Z', end: '2026-05-01T00:00:00.000Z' },
  timeZone: 'UTC',
  conversion: { event: 'purchase' },
  groupBy: [{ dimension: 'CAMPAIGN' }],
}
const LONG = { clickDays: 30, viewDays: 14 }
const [segment] = caseSegments.map(({ id }) => id)

describe.each<[string, Record<string, unknown>]>([
  ['by campaign', SPRING],
  ['by channel and partner, of a long lookback', { ...SPRING, lookback: LONG, groupBy: [{ dimension: 'CHANNEL' }, { dimension: 'PARTNER' }] }],
  ['of all touches together', { ...SPRING, lookback: LONG, groupBy: [] }],
  ['of touches of nothing but their own instant', { ...SPRING, lookback: { clickDays: 0, viewDays: 0 } }],
  ['of clicks alone that are shown by a filter', { ...SPRING, lookback: LONG, groupBy: [{ dimension: 'COUNTRY' }], whereTouch: { event: { eq: 'click' } } }],
  ['of some touches, with conversions that have none', { ...SPRING, whereTouch: { campaign: { in: ['', 'spring'] } } }],
  [
    'of conversions in a country on a platform',
    { ...SPRING, lookback: LONG, where: { country: { eq: 'DE' } }, conversion: { event: 'purchase', where: { platform: { notIn: ['ios'] } } } },
  ],
  ['by app, of another event', { ...SPRING, lookback: LONG, groupBy: [{ dimension: 'APP' }], conversion: { event: 'session' } }],
  ['by members of a segment', { ...SPRING, lookback: LONG, groupBy: [{ segment }, { dimension: 'CAMPAIGN' }] }],
  ['by a property that touches have not', { ...SPRING, lookback: LONG, groupBy: [{ property: 'level' }] }],
  ['of the last weeks in a zone whose clock is changed', { ...SPRING, range: { last: 3, unit: 'WEEK' }, timeZone: 'Europe/Berlin', lookback: LONG }],
])('the journeys behind the rows of attribution %s', (_, input) => {
  test.each(['all', 'none'] as const)(
    'are those of the naive calculation and add up to the rows by each rule model, with %s of the passes',
    { timeout: 120_000 },
    async (passes) => {
      const asked = { input, tenantId, now: CASE_NOW, passes, segments: segmentsOf(caseSegments) }
      const rows = await creditedRows(asked)
      let journeys = 0
      for (const [i, row] of rows.entries()) {
        journeys += await checkJourneys(row, asked, { world, segments: caseSegments, first: i % 2 === 0 ? limits.journeys : 9 })
        // The passes change how it is asked and not what: without them a few rows are enough.
        if (passes === 'none' && !isLong && i > 0 && journeys > 0) break
      }
      expect(journeys).toBeGreaterThan(0)
    },
  )
})

const codesOf = ({ errors }: Awaited<ReturnType<typeof askAnalytics>>) =>
  errors?.flatMap(({ extensions: { code, issues } }) => (Array.isArray(issues) ? issues.map((each) => `${each.code} ${each.path.join('.')}`) : [code]))

describe('the journeys behind a cell', () => {
  const ask = (query: string, rest: Partial<Question> = {}) =>
    askAnalytics({ tenantId, now: CASE_NOW, scopes: ['analytics:read', 'identifiers:read'], ...rest, query })
  const list = (cell: string, rest: Partial<Question> = {}, more = '', args = '') =>
    ask(
      `{ journeys(input: { cell: "${cell}"${more} }${args}) { nodes { id userId revenue credits { model revenue } touches { channel campaign { id } credits { model } } } pageInfo { endCursor } } }`,
      rest,
    )
  const totals = async (input: Record<string, unknown> = {}, rest: Partial<Question> = {}): Promise<CreditedRow> => {
    const rows = await creditedRows({ input: { ...SPRING, lookback: LONG, ...input }, tenantId, now: CASE_NOW, ...rest })
    const last = rows.at(-1)
    if (last === undefined) throw new Error('There are totals.')
    return last
  }

  test('are for who may see users, in the tenant, of a cell of attribution', async () => {
    const { cell } = await totals()
    expect(codesOf(await list(cell))).toBeUndefined()
    expect(codesOf(await list(cell, { scopes: ['analytics:read'] }))).toEqual(['FORBIDDEN'])
    expect(codesOf(await list(cell, { scopes: ['identifiers:read'] }))).toEqual(['FORBIDDEN'])
    expect(codesOf(await list(cell, { tenantId: otherTenantId }))).toEqual(['BAD_CURSOR'])
    const range = 'range: { start: "2026-02-01T00:00:00Z", end: "2026-05-01T00:00:00Z" }, timeZone: "UTC"'
    const metrics = JSON.parse(JSON.stringify(await ask(`{ metrics(input: { ${range} }) { totals { cell } } }`)))
    expect(codesOf(await list(metrics.data.metrics.totals.cell))).toEqual(['BAD_CURSOR'])
    expect(codesOf(await list(cell, {}, '', ', after: "abc"'))).toEqual(['BAD_CURSOR'])
    expect(codesOf(await list(cell, {}, ', halfLifeDays: 0', ', first: 101'))).toEqual(['FIRST_TOO_LARGE first', 'HALF_LIFE_NOT_POSITIVE input.halfLifeDays'])
  })

  test('show nothing that a key masks, and neither what is told by it', async () => {
    const { cell } = await totals({ groupBy: [{ dimension: 'PLATFORM' }] })
    const { data } = JSON.parse(JSON.stringify(await list(cell, { masks: ['revenue', 'channel', 'campaign'] })))
    const { nodes } = data.journeys
    const touches = nodes.flatMap((node: { touches: object[] }) => node.touches)
    expect(touches.length).toBeGreaterThan(0)
    for (const { revenue, credits } of nodes) {
      expect([revenue, ...credits.map((each: { revenue: unknown }) => each.revenue)].every((each) => each === null)).toBe(true)
      expect(credits.map((each: { model: string }) => each.model)).not.toContain('LAST_NON_DIRECT')
    }
    for (const { channel, campaign, credits } of touches) {
      expect([channel, campaign]).toEqual([null, null])
      expect(credits.map((each: { model: string }) => each.model)).not.toContain('LAST_NON_DIRECT')
    }
    expect(codesOf(await list(cell, { masks: ['userId', 'conversions'] }))).toEqual(['FIELD_MASKED input.cell', 'FIELD_MASKED input.cell'])
    expect(codesOf(await list((await totals()).cell, { masks: ['campaign'] }))).toEqual(['FIELD_MASKED input.cell.groupBy.0.dimension'])
  })

  test('are the asker’s own, whoever made the cell: a key that sees a part sees the part of the journeys', async () => {
    const { cell } = await totals()
    const filters = [{ dimension: 'country', in: ['DE'] }] as const
    const seen = await totals({}, { filters })
    const own = { tenantId, now: CASE_NOW, filters }
    const german = world.filter(({ country }) => country === 'DE')
    await checkJourneys({ ...seen, cell }, { input: { ...SPRING, lookback: LONG }, ...own }, { world: german, first: 50 })
  })

  test('have another half-life where one is asked for', async () => {
    const rows = await journeysBehind((await totals()).cell, { tenantId, now: CASE_NOW }, { first: 100, halfLifeDays: 0.5 })
    for (const { touches } of rows) {
      const credits = touches.map((touch) => touch.credits.find(({ model }) => model === 'TIME_DECAY')?.credit ?? 0)
      const weights = touches.map(({ ageSeconds }) => 2 ** (-ageSeconds / 43_200))
      const sum = weights.reduce((total, each) => total + each, 0)
      for (const [i, credit] of credits.entries()) expect(credit).toBeCloseTo((weights[i] ?? 0) / sum, 9)
    }
  })

  test('tell where older touches may be missing, and credit nothing then', { timeout: 120_000 }, async () => {
    const at = Date.parse('2026-03-01T00:00:00Z')
    const whale = (event: string, i: number, parts: Partial<StoredEvent> = {}) =>
      storedEvent({ tenant_id: tenantId, user_id: 'whale', event, event_id: `whale-${event}-${i}`, at: at + i, ...parts })
    const clicks = Array.from({ length: limits.reasonedTouches + 1 }, (_, i) => whale('click', i, { touch: 'click', campaign_id: 'spring' }))
    const conversions = [whale('bought', limits.reasonedTouches + 5), whale('bought', -5)]
    await client.insert<StoredEvent>({ table: 'events', values: [...clicks, ...conversions], format: 'JSONEachRow' })
    const { cell } = await totals({ conversion: { event: 'bought' } })
    const journeys = await journeysBehind(cell, { tenantId, now: CASE_NOW })
    expect(journeys.map(({ isTruncated, credits, touches }) => [isTruncated, credits.length, touches.length])).toEqual([
      [true, 0, limits.reasonedTouches],
      [true, 0, 0],
    ])
    const small = await totals({ conversion: { event: 'bought' }, lookback: { clickDays: 0, viewDays: 0 } })
    expect((await journeysBehind(small.cell, { tenantId, now: CASE_NOW })).map(({ isTruncated, credits }) => [isTruncated, credits.length])).toEqual([
      [false, 6],
      [false, 6],
    ])
  })
})
