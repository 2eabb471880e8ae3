import * as fc from 'fast-check'
import type { GroupBy } from '../reference/question.ts'
import { worldApps } from './randomWorld.ts'

/** The ids of the saved segments of every random world; the second is one that users join. */
export const worldSegments: readonly [string, string] = ['50000000-0000-4000-8000-000000000001', '50000000-0000-4000-8000-000000000002']

/** What is grouped by as it is sent: a segment by its id. */
export type RandomGroup = Exclude<GroupBy, { segment: unknown }> | { readonly segment: string }

/** None, one or both of them. */
export const randomSegmentGroups: fc.Arbitrary<RandomGroup[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<RandomGroup[]>([]) },
  { weight: 1, arbitrary: fc.subarray([...worldSegments]).map((ids) => ids.map((segment) => ({ segment }))) },
)

type Kind = { readonly ofCosts?: boolean; readonly isPlain?: boolean }

/** Conditions on every kind of column, nested to the depth; with `ofCosts` on those that costs have too, with `isPlain` on no segments. */
export function randomFilter(depth: number, { ofCosts = false, isPlain = false }: Kind = {}): fc.Arbitrary<Record<string, unknown>> {
  const text = (field: string, values: readonly string[]) => textFilter(values).map((condition) => ({ [field]: condition }))
  const ids = (field: string, values: readonly string[]) => idFilter(values).map((condition) => ({ [field]: condition }))
  const others = [
    text('event', ['session', 'purchase', 'install', 'click', "level '100%_up'\\"]),
    text('appVersion', ['1.9', '1.10', '1.']),
    ids('creative', ['k1', 'k2']),
    randomPropertyFilter,
    ...(isPlain ? [] : [fc.constantFrom(...worldSegments).map((segment) => ({ segment }))]),
  ]
  const leaves = fc.oneof(
    ...(ofCosts ? [] : others),
    text('platform', ['ios', 'android']),
    text('country', ['DE', 'US', 'de']),
    text('channel', ['organic', 'Search', 'search', '100%_off', '%', '_']),
    ids('app', worldApps),
    ids('partner', ['p1', 'p2']),
    ids('campaign', ['c1', "c'2\\", 'ç3']),
    ids('adGroup', ['g1', 'g2']),
  )
  if (depth === 0) return leaves
  const inner = randomFilter(depth - 1, { ofCosts, isPlain })
  const nested = fc.oneof(
    inner.map((not) => ({ not })),
    fc.array(inner, { maxLength: 2 }).map((and) => ({ and })),
    fc.array(inner, { maxLength: 3 }).map((or) => ({ or })),
  )
  return fc.oneof(
    { weight: 3, arbitrary: leaves },
    { weight: 1, arbitrary: fc.tuple(leaves, leaves).map(([a, b]) => ({ ...a, ...b })) },
    { weight: 2, arbitrary: nested },
    { weight: 1, arbitrary: fc.constant({}) },
  )
}

function textFilter(values: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const value = fc.constantFrom(...values)
  const part = value.map((each) => each.slice(0, 3))
  return fc.oneof(
    idFilter(values),
    part.map((contains) => ({ contains })),
    part.map((startsWith) => ({ startsWith })),
    fc.tuple(value, part).map(([other, startsWith]) => ({ notIn: [other], startsWith })),
  )
}

function idFilter(values: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const value = fc.constantFrom(...values)
  const list = fc.subarray([...values])
  return fc.oneof(
    { weight: 2, arbitrary: value.map((eq) => ({ eq })) },
    { weight: 2, arbitrary: list.map((some) => ({ in: some })) },
    { weight: 4, arbitrary: list.map((notIn) => ({ notIn })) },
    { weight: 2, arbitrary: fc.boolean().map((isNull) => ({ isNull })) },
  )
}

const randomPropertyFilter = fc.oneof(
  fc
    .tuple(fc.constantFrom('plan', 'level', 'missing'), textFilter(['free', 'pro', 'Pro {x}', 'true']))
    .map(([name, condition]) => ({ property: { name, text: condition } })),
  fc
    .tuple(fc.constantFrom('gt', 'gte', 'lt', 'lte', 'eq'), fc.constantFrom(9.5, 10, 1, -0.5, 0))
    .map(([operator, bound]) => ({ property: { name: 'level', number: { [operator]: bound } } })),
)
