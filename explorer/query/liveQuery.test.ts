import fc from 'fast-check'
import { parseQuery, stringifyQuery } from 'vue-router'
import { describe, expect, it } from 'vitest'
import { conversionFilter, defaultLive, liveCodec, liveDimensions } from './liveQuery.ts'

const values = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }), { maxLength: 5 })

describe('the filter of the live page in the address', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(
        values,
        values,
        fc.option(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })),
        fc.constantFrom(...liveDimensions),
        (events, countries, date, by) => {
          const query = { events, countries, at: date === null ? null : date.toISOString(), by }
          expect(liveCodec.read(parseQuery(stringifyQuery(liveCodec.write(query))))).toEqual(query)
        },
      ),
    )
  })

  it('leaves out what does not narrow, also for the API', () => {
    expect(liveCodec.write(defaultLive)).toEqual({})
    expect(liveCodec.read({ event: ',,', country: '', at: 'yesterday', by: 'moon' })).toEqual(defaultLive)
    expect(conversionFilter(defaultLive)).toBeNull()
    expect(conversionFilter({ events: ['purchase'], countries: [] })).toEqual({ event: { in: ['purchase'] } })
    expect(conversionFilter({ events: [], countries: ['DE', 'FR'] })).toEqual({ country: { in: ['DE', 'FR'] } })
  })
})
