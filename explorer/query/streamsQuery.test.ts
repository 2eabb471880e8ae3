import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseQuery, stringifyQuery } from 'vue-router'
import { defaultStreams, streamsCodec } from './streamsQuery.ts'

describe('which deliveries are shown, in the address', () => {
  it('is read as it was written; nonsense falls back', () => {
    const query = fc.record({
      webhook: fc.option(fc.uuid()),
      status: fc.constantFrom('ALL' as const, 'PENDING' as const, 'DELIVERED' as const, 'DEAD' as const),
    })
    fc.assert(
      fc.property(query, (each) => {
        expect(streamsCodec.read(parseQuery(stringifyQuery(streamsCodec.write(each))))).toEqual(each)
      }),
    )
    expect([streamsCodec.write(defaultStreams), streamsCodec.read({ status: 'x' })]).toEqual([{}, defaultStreams])
  })
})
