import {
  DEFAULT_HALF_LIFE_DAYS,
  DEFAULT_MARKOV_ORDER,
  markovOrders,
  type AttributionModelName,
  type CreditModel,
  type JourneyModel,
  type MarkovOrder,
} from '../model/attribution.ts'

/** What is credited: each conversion as one, or its revenue. */
export type Credited = 'conversions' | 'revenue'

/** What a field that takes a model is made of. */
const CREDITED: Readonly<Record<string, Credited>> = {
  conversions: 'conversions',
  conversionsInterval: 'conversions',
  cpa: 'conversions',
  revenue: 'revenue',
  roas: 'revenue',
}
/** null of a field that takes no model. */
export const creditedBy = (field: string): Credited | null => CREDITED[field] ?? null

/** Names a credited number by its model; each half-life is a model of its own, and saying the default is the same as saying nothing. */
export function creditKey(of: Credited, args: Readonly<Record<string, unknown>>): string {
  const model = String(args['model'])
  return model === 'TIME_DECAY' ? `${of} ${model} ${halfLifeOf(args)}` : `${of} ${model}`
}

/** The model of a field's arguments, where it divides the credit of each conversion by itself; else null. */
export function creditModel(args: Readonly<Record<string, unknown>>): CreditModel | null {
  const kind = args['model'] as AttributionModelName
  switch (kind) {
    case 'MARKOV':
    case 'SHAPLEY':
      return null
    case 'TIME_DECAY':
      return { kind, halfLifeDays: halfLifeOf(args) }
    default:
      return { kind }
  }
}

/** The model of a field's arguments, where it divides the credit of all conversions together; else null. An order out of bounds reads as none given. */
export function journeyModel(args: Readonly<Record<string, unknown>>): JourneyModel | null {
  const kind = args['model'] as AttributionModelName
  if (kind === 'SHAPLEY') return { kind }
  return kind === 'MARKOV' ? { kind, order: orderOf(args) } : null
}

/** Names the model; each order is one of its own. */
export const journeyKey = (model: JourneyModel): string => (model.kind === 'MARKOV' ? `MARKOV ${model.order}` : 'SHAPLEY')

function orderOf(args: Readonly<Record<string, unknown>>): MarkovOrder {
  return markovOrders.find((order) => order === args['order']) ?? DEFAULT_MARKOV_ORDER
}

function halfLifeOf(args: Readonly<Record<string, unknown>>): number {
  const days = args['halfLifeDays']
  return typeof days === 'number' ? days : DEFAULT_HALF_LIFE_DAYS
}
