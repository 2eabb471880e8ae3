import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asNumber, referenceAttribution } from '../reference/attribution.ts'
import { divideMicros, ratioOf, ratioToNumber } from '../reference/decimals.ts'
import { referenceCohorts } from '../reference/cohorts.ts'
import { referenceFunnel } from '../reference/funnel.ts'
import { labelsKey } from '../reference/groups.ts'
import { referenceMetrics } from '../reference/metrics.ts'
import { attributionQuestion, cohortsQuestion, funnelQuestion, metricsQuestion } from '../reference/question.ts'
import { occurredAt, type World } from '../reference/world.ts'
import { MAX_DAYS, randomAnchor, randomOffset, randomWorld, worldTenants } from './randomWorld.ts'

const DAY_MS = 86_400_000
const tenantId = worldTenants[0]
const randomSetting = randomAnchor.chain((anchor) =>
  fc.record({ anchor: fc.constant(anchor), world: randomWorld(anchor), now: randomOffset().map((ms) => anchor.start + ms + 3 * DAY_MS) }),
)
const wholeRange = (start: number) => ({
  start: new Date(start - 2 * DAY_MS).toISOString(),
  end: new Date(start + (MAX_DAYS + 3) * DAY_MS).toISOString(),
})

/** What DEFINITIONS.md says of every answer, whatever the data: the reference itself must not break it. */
describe('the definitions hold over random worlds', () => {
  it('retention is at most 1, is 1 at first when the entry is activity, and does not rise with k when it is unbounded over all', () => {
    const kinds = fc.record({
      periodKind: fc.constantFrom('ROLLING', 'CALENDAR'),
      periodUnit: fc.constantFrom('HOUR', 'DAY', 'WEEK', 'MONTH'),
      denominator: fc.constantFrom('ALL', 'MATURE'),
      retention: fc.constantFrom('BOUNDED', 'UNBOUNDED'),
    })
    fc.assert(
      fc.property(randomSetting, kinds, ({ anchor, world, now }, kind) => {
        const input = cohortsQuestion.parse({
          ...kind,
          entry: { kind: 'FIRST_EVENT', event: 'session' },
          grain: 'WEEK',
          periods: 6,
          range: wholeRange(anchor.start),
          timeZone: anchor.timeZone,
        })
        for (const { size, periods } of referenceCohorts({ world, tenantId, input, now, asOf: now }).rows) {
          const retention = periods.map((period) => period.retention)
          expect(retention.every((each) => each === null || (each >= 0 && each <= 1))).toBe(true)
          expect(periods.every((period) => period.users <= size && period.matureUsers <= size && period.isPartial === period.matureUsers < size)).toBe(true)
          expect(retention[0] ?? 1).toBe(1)
          if (kind.retention === 'UNBOUNDED' && kind.denominator === 'ALL') expect(retention).toEqual(retention.toSorted((a, b) => (b ?? 0) - (a ?? 0)))
          expect(periods.at(-1)?.cumulativeRevenue).toBe(periods.reduce((sum, period) => sum + period.revenue, 0n))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('rows add up to the totals, distinct users excepted, and net revenue is gross less refunds', () => {
    fc.assert(
      fc.property(randomSetting, fc.constantFrom('HOUR', 'DAY', 'WEEK', 'MONTH'), ({ anchor, world, now }, time) => {
        const input = metricsQuestion.parse({
          range: wholeRange(anchor.start),
          timeZone: anchor.timeZone,
          groupBy: [{ time }, { dimension: 'COUNTRY' }],
        })
        const names = ['installs', 'purchases', 'revenue', 'grossRevenue', 'refunds', 'activeUsers']
        const { rows, totals } = referenceMetrics({
          world,
          tenantId,
          input,
          now,
          asOf: now,
          selection: Object.fromEntries(names.map((name) => [name, { name }])),
        })
        const sum = (name: string) => rows.reduce((all, row) => all + (row.measures[name]?.amount ?? 0n), 0n)
        const total = (name: string) => totals.measures[name]?.amount ?? 0n
        for (const name of ['installs', 'purchases', 'revenue', 'grossRevenue', 'refunds']) expect(sum(name)).toBe(total(name))
        expect(sum('activeUsers')).toBeGreaterThanOrEqual(total('activeUsers'))
        expect(total('grossRevenue') - total('refunds')).toBe(total('revenue'))
        const ends = new Map(rows.flatMap((row) => (row.time === null ? [] : [[row.time.start, row.time.end] as const])))
        const starts = [...ends.keys()]
        expect(starts.every((start, i) => i === 0 || (ends.get(starts[i - 1] ?? start) ?? start) <= start)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('new and returning users are the active ones of every row, and the lifecycle takes them apart', () => {
    fc.assert(
      fc.property(randomSetting, fc.constantFrom('DAY', 'WEEK', 'MONTH'), fc.boolean(), ({ anchor, world, now }, time, fillGaps) => {
        const input = metricsQuestion.parse({
          range: wholeRange(anchor.start),
          timeZone: anchor.timeZone,
          groupBy: [{ time }, { dimension: 'COUNTRY' }],
          fillGaps,
        })
        const names = ['activeUsers', 'newUsers', 'returningUsers', 'stickiness']
        const selection = Object.fromEntries(names.map((name) => [name, { name }]))
        const { rows, totals } = referenceMetrics({ world, tenantId, input, now, asOf: now, selection })
        for (const { measures, lifecycle } of [...rows, totals]) {
          const amount = (name: string) => measures[name]?.amount ?? 0n
          expect(amount('newUsers') + amount('returningUsers')).toBe(amount('activeUsers'))
          const parts = lifecycle()
          if (parts === null) continue
          expect(amount('stickiness') <= 10n ** 20n || time === 'MONTH').toBe(true)
          expect(BigInt((parts['newUsers'] ?? 0) + (parts['returningUsers'] ?? 0) + (parts['resurrectedUsers'] ?? 0))).toBe(amount('activeUsers'))
          expect(BigInt(parts['newUsers'] ?? 0)).toBe(amount('newUsers'))
        }
      }),
      { numRuns: 12 },
    )
  })

  it('the credits of every model add up to the conversions, and their revenue to the conversions’ revenue', () => {
    const asked = fc.record({
      clickDays: fc.integer({ min: 0, max: 60 }),
      viewDays: fc.integer({ min: 0, max: 60 }),
      event: fc.constantFrom('purchase', 'session'),
    })
    fc.assert(
      fc.property(randomSetting, asked, ({ anchor, world, now }, { event, ...lookback }) => {
        const input = attributionQuestion.parse({
          conversion: { event },
          lookback,
          range: wholeRange(anchor.start),
          timeZone: anchor.timeZone,
          groupBy: [{ dimension: 'CHANNEL' }, { dimension: 'CAMPAIGN' }],
        })
        const { rows, totals } = referenceAttribution({ world, tenantId, input, now })
        const range = wholeRange(anchor.start)
        const isConversion = (row: World[number]) =>
          row.tenant_id === tenantId &&
          row.event === event &&
          !row.is_refund &&
          row.user_id !== '' &&
          occurredAt(row) >= Date.parse(range.start) &&
          occurredAt(row) < Date.parse(range.end)
        const conversions = world.filter(isConversion)
        for (const name of ['FIRST_TOUCH', 'LAST_TOUCH', 'LAST_NON_DIRECT', 'LINEAR', 'POSITION_BASED', 'TIME_DECAY']) {
          const model = { name, halfLifeDays: 7, order: 1 }
          expect(rows.reduce((sum, row) => sum + asNumber(row.conversions(model)), 0)).toBeCloseTo(conversions.length, 9)
          expect(asNumber(totals.conversions(model))).toBeCloseTo(conversions.length, 9)
          const money = rows.reduce((sum, row) => sum + asNumber(row.revenue(model)), 0)
          const paid = asNumber(totals.revenue({ name: 'LAST_TOUCH', halfLifeDays: 7, order: 1 }))
          expect(Math.abs(money - paid)).toBeLessThanOrEqual(1e-9 + 1e-9 * Math.abs(paid))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('a share of what adds up adds up to 1, a running total ends with the total of its group, and ratios of totals are made of sums', () => {
    const randomTop = fc.option(fc.record({ count: fc.integer({ min: 1, max: 2 }), by: fc.constantFrom('revenue', 'activeUsers') }), { nil: null, freq: 2 })
    fc.assert(
      fc.property(randomSetting, fc.constantFrom('HOUR', 'DAY', 'WEEK'), randomTop, ({ anchor, world, now }, time, top) => {
        const shared = { range: wholeRange(anchor.start), timeZone: anchor.timeZone, top }
        const selection = {
          ...Object.fromEntries(['clicks', 'impressions', 'revenue', 'activeUsers', 'arpu', 'ctr'].map((name) => [name, { name }])),
          share: { name: 'share', of: 'impressions' },
          running: { name: 'running', of: 'revenue' },
        }
        const ask = (groupBy: readonly object[]) =>
          referenceMetrics({ world, tenantId, input: metricsQuestion.parse({ ...shared, groupBy }), now, asOf: now, selection })
        const [byTime, overall] = [ask([{ time }, { dimension: 'COUNTRY' }]), ask([{ dimension: 'COUNTRY' }])]
        const groupOf = ({ labels, isOther }: (typeof byTime.rows)[number]) => `${isOther} ${labelsKey(labels)}`
        const last = new Map(
          byTime.rows.toSorted((a, b) => (a.time?.start ?? 0) - (b.time?.start ?? 0)).map((row) => [groupOf(row), row.measures['running']?.amount]),
        )
        for (const row of overall.rows) expect(last.get(groupOf(row))).toBe(row.measures['revenue']?.amount)
        expect(last.size).toBe(overall.rows.length)
        for (const { rows, totals } of [byTime, overall]) {
          const shares = rows.flatMap((row) => row.measures['share']?.amount ?? [])
          if (shares.length > 0) expect(ratioToNumber(shares.reduce((sum, share) => sum + share, 0n))).toBeCloseTo(1, 12)
          const sum = (name: string) => rows.reduce((all, row) => all + (row.measures[name]?.amount ?? 0n), 0n)
          expect(totals.measures['ctr']?.amount).toBe(ratioOf(sum('clicks'), sum('impressions')))
          expect(totals.measures['arpu']?.amount).toBe(divideMicros(sum('revenue'), Number(totals.measures['activeUsers']?.amount)))
        }
      }),
      { numRuns: 40 },
    )
  })

  it('the credits of MARKOV and SHAPLEY add up to the conversions, those without touchpoints alone where MARKOV gives none', () => {
    const models = fc.constantFrom({ name: 'SHAPLEY', order: 1 }, ...[1, 2, 3].map((order) => ({ name: 'MARKOV', order })))
    fc.assert(
      fc.property(randomSetting, models, fc.constantFrom('purchase', 'session'), ({ anchor, world, now }, model, event) => {
        const input = attributionQuestion.parse({
          conversion: { event },
          lookback: { clickDays: 60, viewDays: 60 },
          range: wholeRange(anchor.start),
          timeZone: anchor.timeZone,
          groupBy: [{ dimension: 'CHANNEL' }],
        })
        const { rows, totals } = referenceAttribution({ world, tenantId, input, now, orders: [model.order] })
        const [asked, linear] = [
          { ...model, halfLifeDays: 7 },
          { name: 'LINEAR', order: 1, halfLifeDays: 7 },
        ]
        const given = rows.reduce((sum, row) => sum + asNumber(row.conversions(asked)), 0)
        expect(rows.every((row) => asNumber(row.conversions(asked)) >= -1e-9)).toBe(true)
        expect(given).toBeCloseTo(asNumber(totals.conversions(asked)), 9)
        const conversions = asNumber(totals.conversions(linear))
        const hasCredit = Math.abs(given - conversions) < 1e-6
        if (model.name === 'SHAPLEY') expect(hasCredit).toBe(true)
        if (!hasCredit) expect(given).toBeLessThan(conversions)
      }),
      { numRuns: 40 },
    )
  })

  it('a funnel never widens, and what is strictly in order is in order, and what is in order is there', () => {
    const asked = fc.record({
      names: fc.array(fc.constantFrom('session', 'purchase', 'install', 'click'), { minLength: 2, maxLength: 4 }),
      windowSeconds: fc.constantFrom(3_600, 86_400, 604_800, 31_536_000),
    })
    fc.assert(
      fc.property(randomSetting, asked, ({ anchor, world, now }, { names, windowSeconds }) => {
        const usersOf = (order: string) => {
          const steps = names.map((event) => ({ event }))
          const input = funnelQuestion.parse({ steps, order, windowSeconds, range: wholeRange(anchor.start), timeZone: anchor.timeZone })
          const { rows } = referenceFunnel({ world, tenantId, input, now, asOf: now })
          return (rows[0]?.reached ?? []).map((attempts) => attempts.length)
        }
        const [strict, ordered, unordered] = [usersOf('STRICT'), usersOf('ORDERED'), usersOf('UNORDERED')]
        for (const users of [strict, ordered, unordered]) expect(users).toEqual(users.toSorted((a, b) => b - a))
        for (const [i] of names.entries()) {
          expect(strict[i] ?? 0).toBeLessThanOrEqual(ordered[i] ?? 0)
          expect(ordered[i] ?? 0).toBeLessThanOrEqual(unordered[i] ?? 0)
        }
      }),
      { numRuns: 60 },
    )
  })
})
