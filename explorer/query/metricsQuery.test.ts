import fc from 'fast-check'
import type { LocationQueryRaw } from 'vue-router'
import { parseQuery, stringifyQuery } from 'vue-router'
import { describe, expect, it } from 'vitest'
import { anyCondition, anyGroup, anyRange, anyTimeZone } from '../testing/arbitraries.ts'
import { membersValue, othersValue } from './dimensions.ts'
import { chartKinds, compares, defaultMetrics, metricsCodec, metricsInput, seriesInput, type MetricsQuery } from './metricsQuery.ts'
import { timeUnits } from './range.ts'

/** As the browser would keep it: through the text of an address and back. */
const throughAddress = (written: LocationQueryRaw) => parseQuery(stringifyQuery(written))

const measure = fc.oneof(
  fc.constantFrom('installs', 'revenue', 'roas', 'arpu'),
  fc.string({ minLength: 1, maxLength: 9 }).map((name) => `events:${name}`),
)
const anyQuery: fc.Arbitrary<MetricsQuery> = fc
  .record({
    measures: fc.uniqueArray(measure, { minLength: 1, maxLength: 8 }),
    at: fc.nat({ max: 7 }),
    range: anyRange,
    timeZone: anyTimeZone,
    grain: fc.constantFrom(...timeUnits),
    breakdown: fc.option(anyGroup),
    where: fc.array(anyCondition, { maxLength: 4 }),
    compare: fc.option(fc.constantFrom(...compares)),
    chart: fc.constantFrom(...chartKinds),
    limit: fc.integer({ min: 1, max: 1000 }),
  })
  .map(({ at, ...query }) => ({ ...query, shown: query.measures[at % query.measures.length] ?? '' }))

describe('a metrics question in the address', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        expect(metricsCodec.read(throughAddress(metricsCodec.write(query)))).toEqual(query)
      }),
    )
  })

  it('leaves the defaults out', () => {
    expect(metricsCodec.write(defaultMetrics)).toEqual({})
    expect(metricsCodec.read({})).toEqual(defaultMetrics)
  })

  it('that makes no sense falls back to the defaults', () => {
    const nonsense = {
      measures: ',,',
      shown: 'x',
      range: '0d',
      tz: 'Mars/Olympus',
      grain: 'eon',
      by: 'mood',
      where: ['', 'country', 'country.like.x', 'channel.in'],
      compare: '?',
      chart: 'pie',
      limit: '-1',
    }
    expect(metricsCodec.read(nonsense)).toEqual(defaultMetrics)
  })

  it('of any text is still a question', () => {
    const text = fc.oneof(fc.string(), fc.constant(null))
    const parameters = fc.dictionary(
      fc.constantFrom('measures', 'shown', 'range', 'tz', 'grain', 'by', 'where', 'compare', 'chart', 'limit'),
      fc.oneof(text, fc.array(text)),
    )
    fc.assert(
      fc.property(parameters, (each) => {
        expect(metricsInput(metricsCodec.read(each)).timeZone).not.toBe('')
      }),
    )
  })
})

describe('the input of a metrics question', () => {
  it('goes by time without a breakdown', () => {
    expect(metricsInput(defaultMetrics)).toEqual({ range: { last: 28, unit: 'DAY' }, timeZone: 'UTC', groupBy: [{ time: 'DAY' }], limit: 5000 })
  })

  it('goes by the breakdown with the largest first, a named event by its alias', () => {
    const query: MetricsQuery = {
      ...defaultMetrics,
      measures: ['installs', 'events:sign_up'],
      shown: 'events:sign_up',
      breakdown: { kind: 'dimension', field: 'channel' },
    }
    expect(metricsInput(query)).toMatchObject({ groupBy: [{ dimension: 'CHANNEL' }], orderBy: [{ alias: 'events1' }], limit: 100 })
  })

  it('of the series asks for the largest values and for the absent one', () => {
    const breakdown = { kind: 'dimension', field: 'country' } as const
    const values = [
      { id: 'DE', label: 'DE' },
      { id: null, label: '(none)' },
    ]
    expect(seriesInput({ ...defaultMetrics, breakdown }, breakdown, values)).toMatchObject({
      groupBy: [{ time: 'DAY' }, { dimension: 'COUNTRY' }],
      where: { or: [{ country: { in: ['DE'] } }, { country: { isNull: true } }] },
    })
  })

  it('of the series of a segment asks for its members, for the others, or for all', () => {
    const breakdown = { kind: 'segment', id: 's1' } as const
    const of = (...values: readonly (typeof membersValue)[]) => seriesInput({ ...defaultMetrics, breakdown }, breakdown, values)
    expect(of(membersValue)).toMatchObject({ groupBy: [{ time: 'DAY' }, { segment: 's1' }], where: { segment: 's1' } })
    expect(of(othersValue)).toMatchObject({ where: { not: { segment: 's1' } } })
    expect(of(membersValue, othersValue)).not.toHaveProperty('where')
  })
})
