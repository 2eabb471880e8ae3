import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextAnswer, type Operation } from '#ops/examples/applyPatch.ts'
import { jsonPatch } from './jsonPatch.ts'

const RUNS = 2_000

const read = (value: unknown): any => JSON.parse(JSON.stringify(value))
const patchOf = (before: unknown, after: unknown): Operation[] => JSON.parse(jsonPatch(before, after)) as Operation[]
const applied = (before: unknown, patch: readonly Operation[]): unknown => nextAnswer(before, { extensions: { live: { revision: 2, patch } } })

const names = fc.constantFrom('rows', 'a/b', '~', '~1', '', '0', '__proto__', 'constructor', 'totals')
/** Few values and names, so that much is equal and much is nearly so. */
const values = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 0, 1, -1.5, 1e21, '', 'x', '\u2028"\\', 'Ünï'),
    fc.array(tie('any'), { maxLength: 5 }),
    fc.dictionary(names, tie('any'), { maxKeys: 4 }),
  ),
}))
const anything = fc.oneof(values.any, fc.jsonValue())

type Row = { readonly name: string; readonly clicks: string; readonly cells: readonly number[] }
const rows = fc.array(
  fc.record({ name: fc.constantFrom('ann', 'bob', 'eve'), clicks: fc.constantFrom('1', '2'), cells: fc.array(fc.nat(2), { maxLength: 3 }) }),
  { maxLength: 12 },
)

describe('a patch', () => {
  it('applied to a value gives exactly the other, whatever they are', () => {
    const check = (one: unknown, other: unknown): void => {
      const [before, after] = [read(one), read(other)]
      const result = applied(before, patchOf(before, after))
      expect(result).toEqual(after)
      expect(sorted(result)).toBe(sorted(after))
    }
    fc.assert(fc.property(anything, anything, check), { numRuns: RUNS })
    fc.assert(fc.property(rows, rows, check), { numRuns: RUNS })
  })

  it('is empty for equal values, and never much longer than the value', () => {
    fc.assert(
      fc.property(anything, anything, (one, other) => {
        const [before, after] = [read(one), read(other)]
        expect(jsonPatch(before, read(before))).toBe('[]')
        expect(jsonPatch(before, after).length).toBeLessThanOrEqual(JSON.stringify(after).length + '[{"op":"replace","path":"","value":}]'.length)
      }),
      { numRuns: RUNS },
    )
  })

  it('names what changed and nothing else', () => {
    const row = (name: string, clicks: string): Row => ({ name, clicks, cells: [1, 2, 3] })
    const before = { metrics: { rows: [row('ann', '1'), row('bob', '2'), row('eve', '3')], totals: null } }
    const rowsOf = (each: readonly Row[]) => ({ metrics: { ...before.metrics, rows: each } })
    const [ann, bob, eve] = [row('ann', '1'), row('bob', '2'), row('eve', '3')]
    expect(patchOf(before, rowsOf([ann, row('bob', '7'), eve]))).toEqual([{ op: 'replace', path: '/metrics/rows/1/clicks', value: '7' }])
    expect(patchOf(before, rowsOf([ann, row('dan', '4'), bob, eve]))).toEqual([{ op: 'add', path: '/metrics/rows/1', value: row('dan', '4') }])
    expect(patchOf(before, rowsOf([bob, eve]))).toEqual([{ op: 'remove', path: '/metrics/rows/0' }])
    expect(patchOf(before, rowsOf([ann]))).toEqual([
      { op: 'remove', path: '/metrics/rows/2' },
      { op: 'remove', path: '/metrics/rows/1' },
    ])
    expect(patchOf({ 'a/b': { '~': 1 } }, { 'a/b': { '~': { long: 'than the operation' } } })).toEqual([
      { op: 'replace', path: '/a~1b/~0', value: { long: 'than the operation' } },
    ])
  })
})

/** As text with the members of objects in one order, which the value of an answer does not depend on. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each) ? Object.entries(each).toSorted(([one], [other]) => (one < other ? -1 : 1)) : each,
  )
}
