import fc from 'fast-check'
import { parseQuery, stringifyQuery, type LocationQueryRaw } from 'vue-router'
import { describe, expect, it } from 'vitest'
import { anyCondition, anyGroup, anyRange, anyTimeZone } from '../testing/arbitraries.ts'
import {
  defaultFunnel,
  funnelCodec,
  funnelInput,
  funnelOrders,
  funnelViews,
  moveStep,
  stepName,
  windowSeconds,
  windowUnits,
  type FunnelQuery,
  type Step,
} from './funnelQuery.ts'
import { timeUnits } from './range.ts'

/** As the browser would keep it: through the text of an address and back. */
const throughAddress = (written: LocationQueryRaw) => parseQuery(stringifyQuery(written))

const name = fc.oneof(fc.string({ minLength: 1, maxLength: 9, unit: 'binary' }), fc.constantFrom('a;b', '~3b', 'x.y', ';', '+', '&', 'purchase'))
const anyStep: fc.Arbitrary<Step> = fc.record({ event: name, where: fc.array(anyCondition, { maxLength: 2 }) })
const anyQuery: fc.Arbitrary<FunnelQuery> = fc.record({
  steps: fc.array(anyStep, { minLength: 1, maxLength: 5 }),
  exclude: fc.array(anyStep, { maxLength: 3 }),
  order: fc.constantFrom(...funnelOrders),
  window: fc.record({ count: fc.integer({ min: 0, max: 9_999 }), unit: fc.constantFrom(...windowUnits) }),
  range: anyRange,
  timeZone: anyTimeZone,
  breakdown: fc.option(anyGroup),
  where: fc.array(anyCondition, { maxLength: 3 }),
  view: fc.constantFrom(...funnelViews),
  grain: fc.constantFrom(...timeUnits),
})
const steps = (...events: readonly string[]): readonly Step[] => events.map((event) => ({ event, where: [] }))

describe('a funnel question in the address', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        expect(funnelCodec.read(throughAddress(funnelCodec.write(query)))).toEqual(query)
      }),
    )
  })

  it('leaves the defaults out', () => {
    expect(funnelCodec.write(defaultFunnel)).toEqual({})
    expect(funnelCodec.read({})).toEqual(defaultFunnel)
  })

  it('is written in words that people can read', () => {
    const where = [{ field: 'country', property: '', operator: 'in', values: ['DE', 'US'] } as const]
    const query: FunnelQuery = { ...defaultFunnel, steps: [...steps('install'), { event: 'purchase', where }], window: { count: 90, unit: 'MINUTE' } }
    expect(funnelCodec.write(query)).toEqual({ step: ['install', 'purchase;country.in.DE,US'], window: '90m' })
  })

  it('that makes no sense falls back to the defaults', () => {
    const nonsense = {
      step: ['', ';country.in.DE'],
      exclude: '',
      order: 'random',
      window: '7w',
      range: '0d',
      tz: 'Mars',
      by: 'mood',
      where: 'country',
      view: 'pie',
      grain: 'eon',
    }
    expect(funnelCodec.read(nonsense)).toEqual(defaultFunnel)
  })

  it('of any text is still a question', () => {
    const text = fc.oneof(fc.string(), fc.constant(null))
    const names = ['step', 'exclude', 'order', 'window', 'range', 'tz', 'by', 'where', 'view', 'grain']
    const parameters = fc.dictionary(fc.constantFrom(...names), fc.oneof(text, fc.array(text)))
    fc.assert(
      fc.property(parameters, (each) => {
        expect(funnelInput(funnelCodec.read(each)).steps.length).toBeGreaterThan(0)
      }),
    )
  })

  it('keeps what the API will not take, so that it says why', () => {
    expect(funnelCodec.read({ step: 'install', window: '400d' })).toMatchObject({ steps: steps('install'), window: { count: 400, unit: 'DAY' } })
  })
})

describe('the input of a funnel question', () => {
  it('says only what is not the default of the API', () => {
    expect(funnelInput(defaultFunnel)).toEqual({
      steps: [{ event: 'install' }, { event: 'sign_up' }, { event: 'purchase' }],
      windowSeconds: 604_800,
      range: { last: 28, unit: 'DAY' },
      timeZone: 'UTC',
    })
  })

  it('says all that is, over time and by a segment', () => {
    const query: FunnelQuery = {
      ...defaultFunnel,
      steps: [{ event: 'session', where: [{ field: 'platform', property: '', operator: 'in', values: ['ios'] }] }, ...steps('purchase')],
      exclude: steps('refund'),
      order: 'STRICT',
      window: { count: 36, unit: 'HOUR' },
      breakdown: { kind: 'segment', id: 's1' },
      where: [{ field: 'segment', property: '', operator: 'notIn', values: ['s2', 's3'] }],
      view: 'trend',
      grain: 'WEEK',
    }
    expect(funnelInput(query)).toEqual({
      steps: [{ event: 'session', where: { platform: { in: ['ios'] } } }, { event: 'purchase' }],
      exclude: [{ event: 'refund' }],
      order: 'STRICT',
      windowSeconds: 129_600,
      range: { last: 28, unit: 'DAY' },
      timeZone: 'UTC',
      groupBy: [{ time: 'WEEK' }, { segment: 's1' }],
      limit: 10_000,
      where: { not: { or: [{ segment: 's2' }, { segment: 's3' }] } },
    })
  })

  it('stays a whole number of the API with the longest window that can be written', () => {
    expect(windowSeconds({ count: 9_999, unit: 'DAY' })).toBeLessThan(2 ** 31)
  })
})

describe('the steps of a funnel', () => {
  it('are moved up and down, and not past the ends', () => {
    const three = steps('a', 'b', 'c')
    const events = (from: number, to: number) => moveStep(three, from, to).map(({ event }) => event)
    expect([events(2, 0), events(0, 1), events(0, -1), events(2, 3)]).toEqual([
      ['c', 'a', 'b'],
      ['b', 'a', 'c'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ])
  })

  it('are named by their place and event, in any order by how many were met', () => {
    const filtered: Step = { event: 'purchase', where: [{ field: 'country', property: '', operator: 'in', values: ['DE'] }] }
    const ordered = { steps: [...steps('install'), filtered], order: 'ORDERED' } as const
    expect([stepName(ordered, 0), stepName(ordered, 1)]).toEqual(['1. install', '2. purchase (filtered)'])
    expect([0, 1].map((index) => stepName({ ...ordered, order: 'UNORDERED' }, index))).toEqual(['Any 1 of 2', 'All 2'])
  })
})
