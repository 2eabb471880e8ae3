import fc from 'fast-check'
import { parseQuery, stringifyQuery, type LocationQueryRaw } from 'vue-router'
import { describe, expect, it } from 'vitest'
import { anyCondition, anyGroup, anyRange, anyTimeZone } from '../testing/arbitraries.ts'
import { models } from './attributionModels.ts'
import {
  attributionCodec,
  attributionInput,
  defaultAttribution,
  shownMeasures,
  shownOf,
  toggleModel,
  whyNoCost,
  type AttributionQuery,
} from './attributionQuery.ts'

/** As the browser would keep it: through the text of an address and back. */
const throughAddress = (written: LocationQueryRaw) => parseQuery(stringifyQuery(written))

const names = models.map(({ model }) => model)
const anyQuery: fc.Arbitrary<AttributionQuery> = fc.record({
  event: fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }),
  range: anyRange,
  timeZone: anyTimeZone,
  clickDays: fc.integer({ min: 0, max: 365 }),
  viewDays: fc.integer({ min: 0, max: 365 }),
  halfLifeDays: fc.integer({ min: 1, max: 365 }),
  by: anyGroup,
  models: fc.subarray(names, { minLength: 1 }),
  shown: fc.constantFrom(...shownMeasures),
  where: fc.array(anyCondition, { maxLength: 3 }),
  whereTouch: fc.array(anyCondition, { maxLength: 3 }),
})

describe('an attribution question in the address', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        expect(attributionCodec.read(throughAddress(attributionCodec.write(query)))).toEqual(query)
      }),
    )
  })

  it('leaves the defaults out', () => {
    expect(attributionCodec.write(defaultAttribution)).toEqual({})
    expect(attributionCodec.read({})).toEqual(defaultAttribution)
  })

  it('that makes no sense falls back to the defaults, and words that are no models are left out', () => {
    const nonsense = {
      range: 'x',
      tz: 'Mars',
      clicks: '366',
      views: '-1',
      halflife: '0',
      by: 'mood',
      models: 'removal,?',
      shown: 'joy',
      where: 'x',
      touch: [''],
    }
    expect(attributionCodec.read(nonsense)).toEqual(defaultAttribution)
    expect(attributionCodec.read({ models: 'shapley,linear,joy,first_touch,linear' }).models).toEqual(['FIRST_TOUCH', 'LINEAR', 'SHAPLEY'])
  })
})

describe('the models of a question', () => {
  it('are added in their own order, taken away, and never all gone', () => {
    expect(toggleModel(['LAST_TOUCH'], 'FIRST_TOUCH')).toEqual(['FIRST_TOUCH', 'LAST_TOUCH'])
    expect(toggleModel(['FIRST_TOUCH', 'LAST_TOUCH'], 'FIRST_TOUCH')).toEqual(['LAST_TOUCH'])
    expect(toggleModel(['LAST_TOUCH'], 'LAST_TOUCH')).toEqual(['LAST_TOUCH'])
  })
})

describe('the input of an attribution question', () => {
  it('says the conversion, how far it looks back, and both filters apart', () => {
    const query: AttributionQuery = {
      ...defaultAttribution,
      clickDays: 30,
      where: [{ field: 'country', property: '', operator: 'in', values: ['DE'] }],
      whereTouch: [{ field: 'channel', property: '', operator: 'notIn', values: ['direct'] }],
    }
    expect(attributionInput(query)).toEqual({
      conversion: { event: 'purchase' },
      range: { last: 30, unit: 'DAY' },
      timeZone: 'UTC',
      lookback: { clickDays: 30, viewDays: 1 },
      groupBy: [{ dimension: 'CAMPAIGN' }],
      limit: 5000,
      where: { country: { in: ['DE'] } },
      whereTouch: { channel: { notIn: ['direct'] } },
    })
  })
})

describe('cost', () => {
  const withField = (field: 'channel' | 'creative' | 'country') => [{ field, property: '', operator: 'isNotNull' as const, values: [] }]

  it('is asked for where costs are kept', () => {
    expect(whyNoCost(defaultAttribution)).toBeNull()
    expect(whyNoCost({ ...defaultAttribution, where: withField('country'), whereTouch: withField('channel') })).toBeNull()
  })

  it.each<[string, Partial<AttributionQuery>]>([
    ['by creative', { by: { kind: 'dimension', field: 'creative' } }],
    ['by a property', { by: { kind: 'property', name: 'plan' } }],
    ['over a part of a day', { range: { kind: 'last', last: 7, unit: 'DAY', includeCurrent: true } }],
    ['over hours', { range: { kind: 'last', last: 7, unit: 'HOUR', includeCurrent: false } }],
    ['of conversions of a channel', { where: withField('channel') }],
    ['of touches of a creative', { whereTouch: withField('creative') }],
  ])('%s is left out, and conversions are shown in its place', (_name, part) => {
    const query: AttributionQuery = { ...defaultAttribution, shown: 'roas', ...part }
    expect(whyNoCost(query)).toMatch(/^Costs /)
    expect(shownOf(query)).toBe('conversions')
    expect(shownOf({ ...query, shown: 'revenue' })).toBe('revenue')
  })
})
