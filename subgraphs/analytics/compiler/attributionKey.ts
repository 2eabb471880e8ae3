import { DEFAULT_HALF_LIFE_DAYS, type AttributionModelName, type CreditModel } from '../model/attribution.ts'

/** What is credited: each conversion as one, or its revenue. */
export type Credited = 'conversions' | 'revenue'

/** Names a credited number by its model; each half-life is a model of its own, and saying the default is the same as saying nothing. */
export function creditKey(of: Credited, args: Readonly<Record<string, unknown>>): string {
  const model = String(args['model'])
  return model === 'TIME_DECAY' ? `${of} ${model} ${halfLifeOf(args)}` : `${of} ${model}`
}

/** The model of a field's arguments; null when it is not built yet. */
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

function halfLifeOf(args: Readonly<Record<string, unknown>>): number {
  const days = args['halfLifeDays']
  return typeof days === 'number' ? days : DEFAULT_HALF_LIFE_DAYS
}
