import { DAY_MS } from './timeUnits.ts'
import { DEFAULT_HALF_LIFE_DAYS, LOOKBACK_DAYS, type CreditModel } from './attribution.ts'
import { unreachable } from '../compiler/unreachable.ts'

/** What a model has to know of a touchpoint. */
export type PathTouch = { readonly atMs: number; readonly isDirect: boolean }

/** The models that follow a rule, in the order in which reasons are told. */
export const RULE_MODELS: readonly CreditModel[] = [
  { kind: 'FIRST_TOUCH' },
  { kind: 'LAST_TOUCH' },
  { kind: 'LAST_NON_DIRECT' },
  { kind: 'LINEAR' },
  { kind: 'POSITION_BASED' },
  { kind: 'TIME_DECAY', halfLifeDays: DEFAULT_HALF_LIFE_DAYS },
]

/** How old a touch of the kind may be at the conversion when nothing else is said; one of exactly that age counts. */
export const lookbackMs = (touch: 'click' | 'impression'): number => (touch === 'click' ? LOOKBACK_DAYS.click : LOOKBACK_DAYS.view) * DAY_MS

/** The same as whole parts of `one`, exact but for TIME_DECAY, whose shares are floats; what is cut off each is less than one part. */
export function creditPartsOf(model: CreditModel, path: readonly PathTouch[], one: bigint): readonly bigint[] {
  const n = BigInt(path.length)
  if (model.kind === 'LINEAR' || (model.kind === 'POSITION_BASED' && n <= 2n)) return path.map(() => one / n)
  if (model.kind === 'POSITION_BASED') return path.map((_, i) => (i === 0 || i === path.length - 1 ? (one * 2n) / 5n : one / (5n * (n - 2n))))
  return creditsOf(model, path).map((share) => (BigInt(Math.round(share * FLOAT_PARTS)) * one) / BigInt(FLOAT_PARTS))
}

/** As many parts as a float tells apart of 1. */
const FLOAT_PARTS = 2 ** 52

const ENDS = 0.4
const BETWEEN = 0.2

/** The credit of each touchpoint of one path, oldest first; together 1, and none for a path without touchpoints. */
export function creditsOf(model: CreditModel, path: readonly PathTouch[]): readonly number[] {
  const n = path.length
  const allTo = (place: number) => path.map((_, i) => (i === place ? 1 : 0))
  switch (model.kind) {
    case 'FIRST_TOUCH':
      return allTo(0)
    case 'LAST_TOUCH':
      return allTo(n - 1)
    case 'LAST_NON_DIRECT': {
      const place = path.findLastIndex(({ isDirect }) => !isDirect)
      return allTo(place < 0 ? n - 1 : place)
    }
    case 'LINEAR':
      return path.map(() => 1 / n)
    case 'POSITION_BASED':
      return n <= 2 ? path.map(() => 1 / n) : path.map((_, i) => (i === 0 || i === n - 1 ? ENDS : BETWEEN / (n - 2)))
    case 'TIME_DECAY': {
      const newestMs = path.at(-1)?.atMs ?? 0
      const weights = path.map(({ atMs }) => 2 ** ((atMs - newestMs) / (model.halfLifeDays * DAY_MS)))
      const sum = weights.reduce((total, weight) => total + weight, 0)
      return weights.map((weight) => weight / sum)
    }
    default:
      return unreachable(model)
  }
}
