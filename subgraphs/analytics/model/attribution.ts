import { all, any, column, eventIs, IS_REFUND, KNOWN_USER, not, type Condition } from './condition.ts'
import type { DimensionName } from './dimensions.ts'

/** The models in the order of the schema (DEFINITIONS.md, section 3). */
export const attributionModels = [
  { name: 'FIRST_TOUCH', description: 'All to the first touchpoint.' },
  { name: 'LAST_TOUCH', description: 'All to the last touchpoint.' },
  {
    name: 'LAST_NON_DIRECT',
    description: 'All to the last touchpoint whose channel is not direct; to the last one when there is no other.',
  },
  { name: 'LINEAR', description: 'The same to each touchpoint.' },
  {
    name: 'POSITION_BASED',
    description: '40 % to the first, 40 % to the last, 20 % over those between; two get half each, a single one gets all.',
  },
  { name: 'TIME_DECAY', description: 'Half as much to a touchpoint that is older by the half-life.' },
  {
    name: 'MARKOV',
    description:
      'By removal effects of the absorbing chain that the paths make, solved exactly. Its channels are the groups of the question; paths without a conversion count too: the touchpoints after the last conversion of each user, where the last of them lies in the range.',
  },
  {
    name: 'SHAPLEY',
    description: 'By Shapley values, with conversions as the worth: the same to each different group of the path, however often it was touched.',
  },
] as const

export type AttributionModelName = (typeof attributionModels)[number]['name']

/** What divides the credit of one conversion over its touches. Of TIME_DECAY each half-life is a model of its own. */
export type CreditModel =
  | { readonly kind: 'FIRST_TOUCH' | 'LAST_TOUCH' | 'LAST_NON_DIRECT' | 'LINEAR' | 'POSITION_BASED' }
  | { readonly kind: 'TIME_DECAY'; readonly halfLifeDays: number }

export const DEFAULT_HALF_LIFE_DAYS = 7

/** What divides the credit of all conversions together, over the groups of their paths. Of MARKOV each order is a model of its own. */
export type JourneyModel = { readonly kind: 'SHAPLEY' } | { readonly kind: 'MARKOV'; readonly order: MarkovOrder }
/** How many touches back the chain remembers. */
export type MarkovOrder = (typeof markovOrders)[number]
export const markovOrders = [1, 2, 3] as const
export const DEFAULT_MARKOV_ORDER = 1

/** Of the bootstrap: users are drawn again so many times, each a number of times that is Poisson distributed with mean 1. */
export const RESAMPLES = 200

/** How old a touch may be when nothing is said, and at most. */
export const LOOKBACK_DAYS = { click: 7, view: 1, most: 365 } as const

/** What touches are told apart by; time and the name of the event are not of a touch but of what it led to. */
export const touchDimensions: readonly DimensionName[] = ['APP', 'PLATFORM', 'COUNTRY', 'CHANNEL', 'PARTNER', 'CAMPAIGN', 'AD_GROUP', 'CREATIVE']

export const IS_TOUCH: Condition = any({ kind: 'touch', is: 'click' }, { kind: 'touch', is: 'impression' })
/** The channel of somebody who came by themselves: LAST_NON_DIRECT passes it over. */
export const IS_DIRECT: Condition = { kind: 'oneOf', operand: column('channel'), values: ['direct'] }

/** The rows that are conversions: never a refund, and of a known user, since credit goes along a user's own path. */
export const conversionCondition = (event: string, ...where: readonly Condition[]): Condition => all(KNOWN_USER, eventIs(event), not(IS_REFUND), ...where)

/** What a number of a row of attribution tells of besides itself. */
const CREDIT_PARTS: Readonly<Record<string, readonly string[]>> = {
  roas: ['revenue', 'cost'],
  cpa: ['cost', 'conversions'],
  conversionsInterval: ['conversions'],
}
export const creditPartsOf = (field: string): readonly string[] => [field, ...(CREDIT_PARTS[field] ?? [])]

/** The fields of a row of attribution, for the schema. */
export const attributionFields = {
  conversions: 'Credited conversions: over all rows, without `whereTouch` and before the limit, they add up to the conversions of the range.',
  conversionsInterval:
    'Between which numbers the credited conversions lie at this level, by the percentiles of a bootstrap over users; of MARKOV and SHAPLEY alone. The same question has the same interval.',
  revenue: "Credited revenue: each conversion's revenue by its credit, rounded half up to 6 places.",
  roas: 'Credited revenue over cost; null without cost.',
  cpa: 'Cost over credited conversions, rounded half up to 6 places; null without credit.',
  touchpoints: 'Touchpoints on the paths of the conversions; one on the paths of two conversions counts twice.',
  assists: 'Conversions with a touchpoint of the group that was not the last of the path.',
  cost: 'Advertising cost of the range: of the filters `whereTouch`, and of `where` app, platform and country, apply to it.',
} as const
