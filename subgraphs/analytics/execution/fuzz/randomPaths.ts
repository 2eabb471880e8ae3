import * as fc from 'fast-check'
import { randomFilter } from './randomFilter.ts'

/** A question for `paths` without its times, with what is selected of it. */
export type RandomPaths = { readonly parts: readonly string[]; readonly input: Record<string, unknown> }

const event = fc.constantFrom('purchase', 'purchase', 'purchase', 'session', 'session', 'install', 'sign_up', 'refund', 'click', "level '100%_up'\\", 'never')
const numbers = ['users', 'conversions', 'revenue']
const node = ['id', 'kind', 'event', 'step', 'isOther', 'users', 'conversions']
const link = ['source', 'target', 'users', 'conversions']

const some = (fields: readonly string[]) => fc.uniqueArray(fc.constantFrom(...fields), { minLength: 1 }).map((chosen) => chosen.join(' '))
const rarely = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })

export function randomPaths(): fc.Arbitrary<RandomPaths> {
  const where = rarely(randomFilter(1))
  const conversion = fc.record({ event, where }, { requiredKeys: ['event'] }).map((each) => ({ conversion: each }))
  const start = fc.record({ event: rarely(event), where }, { requiredKeys: [] }).map((each) => ({ start: each }))
  const around = fc.oneof<fc.Arbitrary<object>[]>(conversion, conversion, start, fc.constant({}))
  const rest = {
    depth: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom(1, 2, 20)),
    lookbackDays: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom(0, 1, 7, 365)),
    collapseRepeats: fc.boolean(),
    includeTouches: fc.boolean(),
    where,
    limit: fc.oneof({ weight: 3, arbitrary: fc.constant(1000) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) }),
    graphEvents: fc.oneof(fc.constant(50), fc.integer({ min: 1, max: 3 })),
  }
  const parts = fc
    .record({ paths: some(['steps', ...numbers]), totals: some(numbers), graph: fc.tuple(some(node), some(link)) })
    .chain(({ paths, totals, graph: [nodes, links] }) =>
      fc.subarray([`paths { ${paths} }`, `totals { ${totals} }`, `graph { nodes { ${nodes} } links { ${links} } isTruncated }`], { minLength: 1 }),
    )
    // Whether the limit has bitten is told by the paths, which are then needed for it alone.
    .chain((chosen) => fc.constantFrom('info { asOf isTruncated }', 'info { asOf }').map((info) => [...chosen, info]))
  return fc.record({ parts, input: fc.tuple(around, fc.record(rest, { requiredKeys: [] })).map(([kind, given]) => ({ ...kind, ...given })) })
}
