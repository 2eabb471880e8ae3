import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testEvent } from '#db/testing/testEvents.ts'
import { openLiveAnalytics, reader, type LiveAnalytics, type Watcher } from './testing/liveAnalytics.ts'
import { createManualClock } from './testing/manualClock.ts'

const appId = '00000000-0000-4000-8000-0000000000b1'
const waiting = { timeout: 60_000, interval: 20 }
/** An hour of an answer. */
type HourRow = { readonly time: { readonly start: string; readonly isPartial: boolean }; readonly purchases: string }

describe('live queries', { timeout: 120_000 }, () => {
  const clock = createManualClock('2026-03-02T12:00:00Z')
  let analytics: LiveAnalytics
  beforeAll(() => {
    analytics = openLiveAnalytics(clock)
  })
  afterAll(() => analytics?.close())

  const RANGE = 'range: { start: "2026-01-01T00:00:00Z", end: "2026-02-01T00:00:00Z" }, timeZone: "UTC"'
  const SELECTION = '{ rows { event purchases users: activeUsers } info { asOf elapsedMs } }'
  const question = (selection = SELECTION, live = '') => `metrics(input: { ${RANGE}, groupBy: [{ dimension: EVENT }] }${live}) ${selection}`
  const watch = (tenantId: string, selection?: string, live?: string): Promise<Watcher> =>
    analytics.watch({ query: `subscription { ${question(selection, live)} }`, identity: reader(tenantId) })
  const purchase = (tenantId: string, given: Partial<Parameters<typeof testEvent>[0]> = {}) => testEvent({ tenant_id: tenantId, app_id: appId, ...given })
  const rowsOf = async (watcher: Watcher) => (await watcher.next())?.data.metrics.rows
  const asked = async (times: number, tenantId: string): Promise<void> => {
    await expect.poll(() => analytics.statements(tenantId), waiting).toBe(times)
  }

  /** What comes while the clock goes on. */
  async function afterAWhile<Value>(coming: Promise<Value>): Promise<Value> {
    let isThere = false
    const came = coming.finally(() => (isThere = true))
    await expect
      .poll(() => {
        clock.pass(1_000)
        return isThere
      }, waiting)
      .toBe(true)
    return came
  }

  it('tells the answer at once, and again when events have been copied', async () => {
    const tenantId = randomUUID()
    const watcher = await watch(tenantId)
    expect(await rowsOf(watcher)).toEqual([])
    clock.pass(1_000)
    const next = rowsOf(watcher)
    await analytics.store(tenantId, [purchase(tenantId), purchase(tenantId)])
    expect(await next).toEqual([{ event: 'purchase', purchases: '2', users: '1' }])
    await watcher.leave()
  })

  it('does not ask again for rows that the question does not read, and does for the next that it does', async () => {
    const tenantId = randomUUID()
    const query = `subscription { metrics(input: { ${RANGE}, groupBy: [{ dimension: EVENT }], where: { campaign: { eq: "spring" } } }) ${SELECTION} }`
    const watcher = await analytics.watch({ query, identity: reader(tenantId) })
    expect(await rowsOf(watcher)).toEqual([])
    const next = rowsOf(watcher)
    for (const campaign_id of ['autumn', '', 'winter']) {
      clock.pass(1_000)
      await analytics.store(tenantId, [purchase(tenantId, { campaign_id })])
    }
    clock.pass(1_000)
    await analytics.store(tenantId, [purchase(tenantId, { campaign_id: 'spring' })])
    expect(await next).toEqual([{ event: 'purchase', purchases: '1', users: '1' }])
    expect(analytics.statements(tenantId)).toBe(2)
    await watcher.leave()
  })

  it('says nothing when the answer is the same, also with other times and cells in it', async () => {
    const tenantId = randomUUID()
    const watcher = await watch(tenantId, '{ rows { event users: activeUsers cell } totals { cell } info { asOf elapsedMs rowsRead sql parameters } }')
    expect(await rowsOf(watcher)).toEqual([])
    const next = rowsOf(watcher)
    clock.pass(1_000)
    await analytics.store(tenantId, [purchase(tenantId, { occurred_at: '2026-02-20 00:00:00.000' })])
    await asked(2, tenantId)
    await analytics.store(tenantId, [purchase(tenantId, { event: 'sentinel' })])
    expect(await afterAWhile(next)).toMatchObject([{ event: 'sentinel', users: '1' }])
    await watcher.leave()
  })

  it('200 watchers cost one statement for each change, whatever they call what they select', async () => {
    const tenantId = randomUUID()
    const watchers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => watch(tenantId, i % 2 === 0 ? SELECTION : '{ rows { event count: purchases who: activeUsers } }')),
    )
    for (const rows of await Promise.all(watchers.map(rowsOf))) expect(rows).toEqual([])
    expect(analytics.statements(tenantId)).toBe(1)
    clock.pass(1_000)
    const next = Promise.all(watchers.map(rowsOf))
    await analytics.store(tenantId, [purchase(tenantId)])
    for (const [i, rows] of (await next).entries())
      expect(rows).toEqual([i % 2 === 0 ? { event: 'purchase', purchases: '1', users: '1' } : { event: 'purchase', count: '1', who: '1' }])
    expect(analytics.statements(tenantId)).toBe(2)
    // Who comes now gets what is known.
    const late = await watch(tenantId)
    expect(await rowsOf(late)).toHaveLength(1)
    expect(analytics.statements(tenantId)).toBe(2)
    await Promise.all([...watchers, late].map((watcher) => watcher.leave()))
    expect(analytics.live.counts()).toMatchObject({ questions: 0, watchers: 0 })
  })

  it('each watcher has its own pace, and gets what is newest when it is its turn', async () => {
    const tenantId = randomUUID()
    const [fast, slow] = [
      await watch(tenantId, SELECTION, ', live: { minIntervalMs: 500 }'),
      await watch(tenantId, SELECTION, ', live: { minIntervalMs: 5000 }'),
    ]
    await Promise.all([rowsOf(fast), rowsOf(slow)])
    let told: unknown = null
    const later = rowsOf(slow).then((rows) => (told = rows))
    for (const count of [1, 2, 3]) {
      const next = rowsOf(fast)
      await analytics.store(tenantId, [purchase(tenantId)])
      // Nothing is asked before the time of some watcher has come.
      expect(analytics.statements(tenantId)).toBe(count)
      clock.pass(500)
      expect(await next).toMatchObject([{ purchases: String(count) }])
    }
    expect(told).toBe(null)
    clock.pass(3_500)
    expect(await later).toMatchObject([{ purchases: '3' }])
    expect(analytics.statements(tenantId)).toBe(4)
    await Promise.all([fast.leave(), slow.leave()])
  })

  it('what is another tenant’s wakes nobody; other filters, masks and questions are asked on their own', async () => {
    const [mine, theirs] = [randomUUID(), randomUUID()]
    const query = `subscription { ${question()} }`
    const own = await analytics.watch({ query, identity: reader(mine) })
    const filtered = await analytics.watch({ query, identity: reader(mine, { filters: [{ dimension: 'partner', in: ['partner-1'] }] }) })
    const masked = await analytics.watch({ query: query.replace('purchases users', 'purchases revenue users'), identity: reader(mine, { masks: ['revenue'] }) })
    const other = await analytics.watch({ query, identity: reader(theirs) })
    await Promise.all([own, filtered, masked, other].map(rowsOf))
    expect(analytics.live.counts()).toMatchObject({ questions: 4, watchers: 4 })
    clock.pass(1_000)
    const next = [rowsOf(own), rowsOf(other)]
    await analytics.store(theirs, [purchase(theirs, { event: 'secret' })])
    expect(await next[1]).toMatchObject([{ event: 'secret' }])
    expect(analytics.statements(mine)).toBe(3)
    const partners = rowsOf(filtered)
    await analytics.store(mine, [purchase(mine), purchase(mine, { event: 'install', partner_id: 'partner-1', revenue: '5' })])
    expect(await next[0]).toMatchObject([{ event: 'install' }, { event: 'purchase' }])
    expect(await partners).toMatchObject([{ event: 'install' }])
    expect(await rowsOf(masked)).toMatchObject([
      { event: 'install', revenue: null },
      { event: 'purchase', revenue: null },
    ])
    await Promise.all([own, filtered, masked, other].map((watcher) => watcher.leave()))
  })

  it('a range of days moves at midnight of its time zone, and one that ends now moves on', async () => {
    const tenantId = randomUUID()
    await analytics.store(tenantId, [
      purchase(tenantId, { occurred_at: '2026-03-28 23:30:00.000' }),
      purchase(tenantId, { occurred_at: '2026-03-29 12:00:30.000' }),
    ])
    clock.set('2026-03-29T12:00:00Z')
    const watchRange = (range: string) =>
      analytics.watch({
        query: `subscription { metrics(input: { range: { ${range} }, timeZone: "Europe/Berlin" }) { rows { purchases } } }`,
        identity: reader(tenantId),
      })
    const day = await watchRange('last: 1, unit: DAY')
    const now = await watchRange('last: 1, unit: DAY, includeCurrent: true')
    expect(await rowsOf(day)).toEqual([{ purchases: '0' }])
    expect(await rowsOf(now)).toEqual([{ purchases: '1' }])
    const running = rowsOf(now)
    clock.set('2026-03-29T12:00:31Z')
    expect(await running).toEqual([{ purchases: '2' }])
    await now.leave()
    const next = rowsOf(day)
    // The day that the clock was set forward ended an hour earlier.
    clock.set('2026-03-29T21:59:59.999Z')
    const before = analytics.statements(tenantId)
    clock.set('2026-03-29T22:00:00Z')
    expect(await next).toEqual([{ purchases: '2' }])
    expect(analytics.statements(tenantId)).toBe(before + 1)
    await day.leave()
  })

  it('a range that ends now is asked about again when a bucket ends or an event of the tenant comes that was stored ahead of the clock, and not before', async () => {
    const [mine, theirs] = [randomUUID(), randomUUID()]
    await analytics.store(theirs, [purchase(theirs, { occurred_at: '2026-04-10 12:00:30.000' })])
    await analytics.store(mine, [purchase(mine, { occurred_at: '2026-04-10 11:00:00.000' }), purchase(mine, { occurred_at: '2026-04-10 12:20:00.000' })])
    clock.set('2026-04-10T12:00:01Z')
    const range = 'range: { last: 1, unit: DAY, includeCurrent: true }, timeZone: "UTC", groupBy: [{ time: HOUR }]'
    const watchers = await Promise.all(
      ['purchases', 'revenue purchases'].map((selection) =>
        analytics.watch({ query: `subscription { metrics(input: { ${range} }) { rows { time { start isPartial } ${selection} } } }`, identity: reader(mine) }),
      ),
    )
    const rows = async () =>
      (await Promise.all(watchers.map(rowsOf))).map((each) => each.map(({ time, purchases }: HourRow) => [time.start.slice(11, 13), time.isPartial, purchases]))
    const twice = (row: unknown) => [row, row]
    expect(await rows()).toEqual(twice([['11', false, '1']]))
    const next = rows()
    for (const time of ['12:00:31', '12:05:00', '12:19:59', '12:20:00']) {
      clock.set(`2026-04-10T${time}Z`)
      // Whatever is asked because of the time has begun when another's question is answered.
      await analytics.ask({ query: `{ metrics(input: { ${range} }) { rows { purchases } } }`, identity: reader(theirs) })
      expect(analytics.statements(mine)).toBe(2)
    }
    clock.set('2026-04-10T12:20:00.001Z')
    const [eleven, twelve] = [
      ['11', false, '1'],
      ['12', true, '1'],
    ]
    expect(await next).toEqual(twice([eleven, twelve]))
    expect(analytics.statements(mine)).toBe(4)
    const later = rows()
    clock.set('2026-04-10T12:59:59.999Z')
    expect(analytics.statements(mine)).toBe(4)
    clock.set('2026-04-10T13:00:00Z')
    expect(await later).toEqual(twice([eleven, ['12', false, '1']]))
    expect(analytics.statements(mine)).toBe(6)
    await Promise.all(watchers.map((watcher) => watcher.leave()))
  })

  it('a range that ends now and is asked about in the very millisecond in which an hour begins has the row of that hour soon after', async () => {
    const tenantId = randomUUID()
    await analytics.store(tenantId, [purchase(tenantId, { occurred_at: '2026-04-11 08:00:00.000' })])
    clock.set('2026-04-11T12:59:59.000Z')
    const range = 'range: { last: 1, unit: DAY, includeCurrent: true }, timeZone: "UTC", groupBy: [{ time: HOUR }], fillGaps: true'
    const watcher = await analytics.watch({
      query: `subscription { metrics(input: { ${range} }) { rows { time { start } purchases } } }`,
      identity: reader(tenantId),
    })
    const hours = async () => (await rowsOf(watcher))?.length
    expect(await hours()).toBe(13)
    const next = hours()
    clock.set('2026-04-11T13:00:00.000Z')
    await asked(2, tenantId)
    expect(await afterAWhile(next)).toBe(14)
    expect(clock.now()).toBeLessThan(Date.parse('2026-04-11T13:01:00Z'))
    await watcher.leave()
  })

  it('says which interval is too short or too long, and what else is wrong, at once', async () => {
    const tenantId = randomUUID()
    for (const minIntervalMs of [249, 3_600_001, -1])
      await expect(watch(tenantId, SELECTION, `, live: { minIntervalMs: ${minIntervalMs} }`)).rejects.toMatchObject({
        extensions: { code: 'BAD_QUERY', issues: [{ code: 'LIVE_INTERVAL_OUT_OF_BOUNDS', path: ['live', 'minIntervalMs'] }] },
      })
    await expect(watch(tenantId, '{ rows { country } }')).rejects.toMatchObject({ extensions: { issues: [{ code: 'DIMENSION_NOT_GROUPED' }] } })
    expect(analytics.statements(tenantId)).toBe(0)
  })
})
