import * as fc from 'fast-check'
import { COST_DIMENSIONS } from '../reference/costs.ts'
import { DIMENSIONS } from '../reference/filters.ts'
import type { Dimension } from '../reference/question.ts'
import { randomFilter, randomSegmentGroups, type RandomGroup } from './randomFilter.ts'
import { worldApps } from './randomWorld.ts'

/** A question for `attribution` without its times, with the fields of its rows besides their labels. */
export type RandomAttribution = { readonly groupBy: readonly RandomGroup[]; readonly fields: readonly string[]; readonly input: Record<string, unknown> }

const touchDimensions = ['APP', 'PLATFORM', 'COUNTRY', 'CHANNEL', 'PARTNER', 'CAMPAIGN', 'AD_GROUP', 'CREATIVE'] as const satisfies readonly Dimension[]
const costDimensions = touchDimensions.filter((each) => each in COST_DIMENSIONS)

export function randomAttribution({ ofCosts }: { ofCosts: boolean }): fc.Arbitrary<RandomAttribution> {
  const touchFilter = maybe(randomFilter(2, { ofCosts }))
  const where = maybe(ofCosts ? filterOfBoth : randomFilter(1))
  const conversion = fc.record(
    { event: fc.constantFrom('purchase', 'purchase', 'purchase', 'session', 'session', 'install', 'click', 'refund', 'never'), where },
    { requiredKeys: ['event'] },
  )
  const rest = { where, whereTouch: touchFilter, limit: fc.integer({ min: 1, max: 4 }), lookback: fc.option(randomLookback, { nil: null, freq: 6 }) }
  return fc
    .record({
      groupBy: randomGroups({ ofCosts }),
      fields: fc.uniqueArray(randomField({ ofCosts }), { minLength: 1, maxLength: 7 }),
      input: fc.tuple(conversion, fc.record(rest, { requiredKeys: [] })).map(([asked, given]) => ({ conversion: asked, ...given })),
    })
    .chain((asked): fc.Arbitrary<RandomAttribution> => {
      const { groupBy, fields, input } = asked
      if (!fields.some((field) => /MARKOV|SHAPLEY/.test(field))) return fc.constant(asked)
      return maybe(randomGroupFilter(groupBy)).map((whereTouch) => ({ groupBy, fields, input: { ...input, whereTouch } }))
    })
}

const groupValues = ['', 'ios', 'DE', 'US', 'organic', 'direct', 'Search', 'p1', 'c1', 'ç3', 'g1', 'k1', '10', 'pro', worldApps[0] ?? '']

/** Of touches by what they are grouped by, and nothing else: groups are shown or hidden as a whole. */
function randomGroupFilter(groupBy: readonly RandomGroup[]): fc.Arbitrary<Record<string, unknown>> {
  const one = groupBy.flatMap((by) => {
    const text = (test: object) =>
      'dimension' in by ? { [DIMENSIONS[by.dimension].field]: test } : 'property' in by ? { property: { name: by.property, text: test } } : {}
    return [
      fc.subarray(groupValues).map((notIn) => text({ notIn })),
      fc.boolean().map((isNull) => text({ isNull })),
      fc.constantFrom(...groupValues).map((eq) => ({ not: text({ eq }) })),
    ]
  })
  const each = fc.oneof(fc.constant<Record<string, unknown>>({}), ...one)
  return fc.oneof(
    each,
    fc.tuple(each, each).map((or): Record<string, unknown> => ({ or })),
  )
}

const maybe = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })

/** Long ones, for few people and weeks; 0 and the borders of days that rows lie on. */
const randomDays = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 7) },
  { weight: 3, arbitrary: fc.integer({ min: 2, max: 60 }) },
  { weight: 1, arbitrary: fc.constant(365) },
)
const randomLookback = fc.record({ clickDays: randomDays, viewDays: randomDays }, { requiredKeys: [] })

/** What says where both a conversion and a cost were. */
const filterOfBoth: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc.constantFrom('ios', 'android', '').map((eq) => ({ platform: { eq } })),
  fc.subarray(['DE', 'US', 'IN', '']).map((notIn) => ({ not: { country: { notIn } } })),
  fc.subarray([...worldApps]).map((list) => ({ or: [{ app: { in: list } }, { country: { isNull: true } }] })),
)

function randomGroups({ ofCosts }: { ofCosts: boolean }): fc.Arbitrary<readonly RandomGroup[]> {
  const dimensions = fc
    .uniqueArray(fc.constantFrom(...(ofCosts ? costDimensions : touchDimensions)), { maxLength: 3 })
    .map((names) => names.map((dimension) => ({ dimension })))
  const properties = fc.subarray(['level', 'plan', 'missing'], { maxLength: ofCosts ? 0 : 1 }).map((names) => names.map((property) => ({ property })))
  const segments = ofCosts ? fc.constant([]) : randomSegmentGroups
  return fc
    .tuple(dimensions, fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: properties }), segments)
    .chain(([some, others, members]) => {
      const all: RandomGroup[] = [...some, ...others, ...members]
      return fc.shuffledSubarray(all, { minLength: all.length })
    })
}

/** As it is selected, with its arguments. Half-lives are not so short that what is left of a credit has few digits. */
function randomField({ ofCosts }: { ofCosts: boolean }): fc.Arbitrary<string> {
  const plainModel = fc.constantFrom('FIRST_TOUCH', 'LAST_TOUCH', 'LAST_NON_DIRECT', 'LINEAR', 'POSITION_BASED', 'TIME_DECAY').map((name) => `model: ${name}`)
  const decay = fc.constantFrom('7', '2.5', '14', '30', '1e9').map((days) => `model: TIME_DECAY, halfLifeDays: ${days}`)
  const journeys = fc.constantFrom('SHAPLEY', 'MARKOV', 'MARKOV, order: 1', 'MARKOV, order: 2', 'MARKOV, order: 3').map((name) => `model: ${name}`)
  const model = fc.oneof({ weight: 4, arbitrary: plainModel }, { weight: 1, arbitrary: decay }, { weight: 3, arbitrary: journeys })
  const credited = ['conversions', 'revenue', ...(ofCosts ? ['roas', 'cpa'] : [])]
  const plain = ['touchpoints', 'assists', ...(ofCosts ? ['cost', 'cost'] : [])]
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...credited), model).map(([name, args]) => `${name}(${args})`) },
    { weight: 1, arbitrary: fc.constantFrom(...plain) },
  )
}
