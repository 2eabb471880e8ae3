import { afterAll, describe, expect, test } from 'vitest'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { openWorldStore } from './fuzz/worldStore.ts'
import { referenceAnswer } from './reference/answer.ts'
import { firstDifference } from './reference/compareAnswers.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics } from './testing/askAnalytics.ts'
import { segmentsOf } from './testing/segmentsOf.ts'

// Days at which calendars are at their worst, each with rows on every half hour of four days around it: of three users whose histories begin at
// different times, some late and out of order, a refund, and a row of the same id on another day.
const store = openWorldStore()
afterAll(() => store.close())

const HOUR_MS = 3_600_000
const TENANT = '00000000-0000-4000-8000-0000000000e1'

const edges: readonly (readonly [string, { readonly timeZone: string; readonly day: string }])[] = [
  ['summer time begins', { timeZone: 'Europe/Berlin', day: '2026-03-29' }],
  ['summer time ends', { timeZone: 'Europe/Berlin', day: '2026-10-25' }],
  ['summer time begins at midnight', { timeZone: 'America/Havana', day: '2024-03-10' }],
  ['summer time ends on the southern half', { timeZone: 'Pacific/Auckland', day: '2024-04-07' }],
  ['the clock moves by half an hour', { timeZone: 'Australia/Lord_Howe', day: '2024-10-06' }],
  ['the clock moves back by half an hour', { timeZone: 'Australia/Lord_Howe', day: '2024-04-07' }],
  ['the zone is 14 hours ahead', { timeZone: 'Pacific/Kiritimati', day: '2025-12-31' }],
  ['the zone is 12 hours behind', { timeZone: 'Etc/GMT+12', day: '2025-12-31' }],
  ['the zone has half hours', { timeZone: 'Asia/Kolkata', day: '2024-02-29' }],
  ['a leap day is the last of February', { timeZone: 'America/New_York', day: '2024-02-29' }],
  ['a year begins within a week', { timeZone: 'UTC', day: '2026-01-01' }],
  ['a day does not exist', { timeZone: 'Pacific/Apia', day: '2011-12-30' }],
]

function rowsAround(noonMs: number): readonly StoredEvent[] {
  const at = (i: number) => noonMs - 48 * HOUR_MS + (i * HOUR_MS) / 2
  return Array.from({ length: 192 }, (_, i): StoredEvent => {
    const event = i % 7 === 0 ? 'purchase' : i % 11 === 0 ? 'click' : 'session'
    const isRefund = i % 49 === 0
    const amount = event === 'purchase' ? `${isRefund ? '-' : ''}${i}.000001` : '0'
    return storedEvent({
      tenant_id: TENANT,
      user_id: ['u1', i > 60 ? 'u2' : 'u1', i > 130 ? 'u3' : 'u1'][i % 3] ?? 'u1',
      // The same id on another day is another event.
      event_id: `e${i % 150}`,
      event,
      touch: event === 'click' ? 'click' : 'none',
      channel: i % 2 === 0 ? 'search' : 'social',
      country: i % 5 === 0 ? 'DE' : '',
      revenue: amount,
      is_refund: isRefund,
      original_currency: i % 14 === 0 ? 'JPY' : 'USD',
      at: at(i),
      recorded_at: new Date(at(i) + (i % 13 === 0 ? 100 * HOUR_MS : 0)).toISOString().replace('T', ' ').replace('Z', ''),
    })
  })
}

describe('numbers are the reference’s where', () => {
  test.each(edges)('%s', { timeout: 60_000 }, async (_, { timeZone, day }) => {
    const noonMs = Date.parse(`${day}T12:00:00Z`)
    const [stored] = await store.insert([{ world: rowsAround(noonMs), costs: [] }], [TENANT])
    if (stored === undefined) throw new Error('The store gives back every world.')
    const iso = (hours: number) => new Date(noonMs + hours * HOUR_MS).toISOString()
    // Neither border is one of a bucket.
    const shared = `timeZone: "${timeZone}", range: { start: "${iso(-40.25)}", end: "${iso(39.75)}" }`
    const measures = 'sessions revenue grossRevenue refunds activeUsers newUsers returningUsers running: running(of: "revenue")'
    const metrics = (['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const).map((unit) => {
      const windows = unit === 'HOUR' ? '' : 'over: activeUsersOver(days: 2) lifecycle { newUsers returningUsers resurrectedUsers dormantUsers }'
      const compared = 'before: revenue(compare: PREVIOUS_PERIOD) last: sessions(compare: SAME_WEEKDAYS)'
      return `m${unit}: metrics(input: { ${shared}, groupBy: [{ time: ${unit} }], fillGaps: true }) {
        rows { time { start end isPartial } ${measures} ${windows} ${compared} } totals { sessions revenue newUsers before: revenue(compare: PREVIOUS_PERIOD) } info { asOf isTruncated isApproximate } }`
    })
    const cohorts = (['ROLLING', 'CALENDAR'] as const).map(
      (kind) => `c${kind}: cohorts(input: { ${shared}, entry: { kind: FIRST_EVENT, event: "session" }, grain: DAY, periodKind: ${kind}, periods: 4 }) {
        rows { start size periods { index users retention revenue cumulativeRevenue matureUsers isPartial } } info { asOf isTruncated isApproximate } }`,
    )
    const attribution = `attribution(input: { ${shared}, conversion: { event: "purchase" }, groupBy: [{ dimension: CHANNEL }] }) {
      rows { channel linear: revenue(model: LINEAR) decay: conversions(model: TIME_DECAY) shapley: conversions(model: SHAPLEY) } info { asOf isTruncated isApproximate } }`
    const funnel = `funnel(input: { ${shared}, steps: [{ event: "session" }, { event: "purchase" }], groupBy: [{ time: DAY }], windowSeconds: 7200 }) {
      rows { time { start end isPartial } steps { index users conversion medianSeconds } } info { asOf isTruncated isApproximate } }`
    const tenantId = stored.tenantIds.get(TENANT) ?? ''
    const question = {
      query: `query { ${[...metrics, ...cohorts, attribution, funnel].join('\n')} }`,
      variables: {},
      tenantId,
      now: new Date(noonMs + 30.5 * HOUR_MS),
    }
    const expected = referenceAnswer({ ...question, world: stored.world, costs: [], segments: [] })
    const { data, errors } = await askAnalytics({ ...question, segments: segmentsOf([]) })
    expect(errors?.map((error) => error.originalError ?? error)).toBeUndefined()
    expect(firstDifference(expected, data)).toBeNull()
  })
})
