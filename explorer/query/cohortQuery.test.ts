import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseQuery, stringifyQuery } from 'vue-router'
import { anyCondition, anyGroup, anyRange, anyTimeZone } from '../testing/arbitraries.ts'
import {
  cohortCodec,
  cohortEntries,
  cohortGrains,
  cohortMeasures,
  cohortsInput,
  cohortViews,
  defaultCohorts,
  denominators,
  periodKinds,
  retentionKinds,
  usual,
  type CohortQuery,
} from './cohortQuery.ts'

const name = fc.oneof(fc.constant(''), fc.string({ minLength: 1, maxLength: 9 }))
const anyQuery: fc.Arbitrary<CohortQuery> = fc
  .record({
    entry: fc.constantFrom(...cohortEntries),
    entryEvent: name,
    activity: name,
    grain: fc.constantFrom(...cohortGrains),
    periods: fc.integer({ min: 1, max: 60 }),
    range: anyRange,
    timeZone: anyTimeZone,
    breakdown: fc.option(anyGroup),
    where: fc.array(anyCondition, { maxLength: 3 }),
    periodKind: fc.constantFrom(...periodKinds),
    retention: fc.constantFrom(...retentionKinds),
    denominator: fc.constantFrom(...denominators),
    show: fc.constantFrom(...cohortMeasures),
    view: fc.constantFrom(...cohortViews),
  })
  .map((query) => ({ ...query, entryEvent: query.entry === 'FIRST_EVENT' ? query.entryEvent : '' }))

describe('a cohorts question in the address', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        expect(cohortCodec.read(parseQuery(stringifyQuery(cohortCodec.write(query))))).toEqual(query)
      }),
    )
  })

  it('leaves the defaults out, those of the grain too', () => {
    expect(cohortCodec.write(defaultCohorts)).toEqual({})
    expect(cohortCodec.write({ ...defaultCohorts, grain: 'DAY', ...usual.DAY })).toEqual({ grain: 'day' })
    expect(cohortCodec.read({ grain: 'month' })).toMatchObject({ periods: 6, range: { last: 6, unit: 'MONTH' } })
  })

  it('that makes no sense falls back to the defaults', () => {
    const nonsense = {
      entry: 'segment',
      event: 'x',
      grain: 'hour',
      periods: '0',
      range: '-1d',
      tz: 'x',
      by: 'x',
      where: 'x',
      kind: 'x',
      retention: 'x',
      of: 'x',
      show: 'x',
      view: 'x',
    }
    expect(cohortCodec.read(nonsense)).toEqual(defaultCohorts)
  })
})

describe('the input of a cohorts question', () => {
  it('says only what is not the default of the API', () => {
    expect(cohortsInput(defaultCohorts)).toEqual({ entry: { kind: 'INSTALL' }, grain: 'WEEK', periods: 12, range: { last: 12, unit: 'WEEK' }, timeZone: 'UTC' })
  })

  it('says all that is', () => {
    const query: CohortQuery = {
      ...defaultCohorts,
      entry: 'FIRST_EVENT',
      entryEvent: 'purchase',
      activity: 'session',
      breakdown: { kind: 'dimension', field: 'channel' },
      periodKind: 'CALENDAR',
      retention: 'UNBOUNDED',
      denominator: 'MATURE',
    }
    expect(cohortsInput(query)).toMatchObject({
      entry: { kind: 'FIRST_EVENT', event: 'purchase' },
      activity: { event: 'session' },
      groupBy: [{ dimension: 'CHANNEL' }],
      periodKind: 'CALENDAR',
      retention: 'UNBOUNDED',
      denominator: 'MATURE',
    })
  })
})
