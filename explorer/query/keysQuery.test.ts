import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseQuery, stringifyQuery } from 'vue-router'
import { defaultKeys, keysCodec } from './keysQuery.ts'

describe('which keys are listed, in the address', () => {
  it('is read as it was written; nonsense falls back', () => {
    const query = fc.record({
      kind: fc.constantFrom('ALL' as const, 'API' as const, 'PARTNER' as const, 'INGEST' as const),
      state: fc.constantFrom('working' as const, 'all' as const),
    })
    fc.assert(
      fc.property(query, (each) => {
        expect(keysCodec.read(parseQuery(stringifyQuery(keysCodec.write(each))))).toEqual(each)
      }),
    )
    expect([keysCodec.write(defaultKeys), keysCodec.read({ kind: 'x', state: 'y' })]).toEqual([{}, defaultKeys])
  })
})
