import { journeyKey, type Credited } from '../../compiler/attributionKey.ts'
import type { BoundAttribution } from '../../compiler/bound.ts'
import type { Compiled } from '../../compiler/compile.ts'
import type { CountJourneys } from '../../compiler/plan/nodes.ts'
import { LEADS_TO } from '../../compiler/sql/lowerJourneys.ts'
import type { JourneyModel } from '../../model/attribution.ts'
import { ONE, PARTS_OF_MILLIONTH } from '../decimalParts.ts'
import { failure } from '../errors.ts'
import type { QueryRows } from '../runQuery.ts'
import { createChain } from './chain.ts'
import { groupOfTexts, readFacts, textsOfGroup, type Facts, type Group } from './facts.ts'
import { Pace } from './pace.ts'
import { removalEffects } from './removalEffects.ts'

/** Whose credit: a group's, by the texts of its values, or that of all that are shown. */
export type Whose = readonly string[] | 'all'

/** The credit of the models that are told from all paths together. */
export type JourneyCredits = {
  /** In whole parts of 10^-30. */
  readonly credit: (of: Credited, model: JourneyModel, whose: Whose) => bigint
  /** The texts of the groups that get credit and are shown. */
  readonly credited: readonly (readonly string[])[]
  /** The credited conversions of each resample. */
  readonly resampled: (model: JourneyModel, whose: Whose) => readonly number[]
}

/** Tells the credit from what was counted. Throws TOO_MANY_TRANSITIONS, CHAIN_TOO_LARGE and CANCELLED. */
export async function creditJourneys(
  { bound, plan, journeys }: Compiled<BoundAttribution>,
  counted: QueryRows,
  signal: AbortSignal | null,
): Promise<JourneyCredits> {
  const node = plan.input.kind === 'DivideCredit' ? plan.input.journeys : null
  if (node === null || journeys === null || bound.journeys === null || plan.input.kind !== 'DivideCredit') throw new Error('No journeys were asked for.')
  if (counted.rows.length > node.limitRows) throw failure('TOO_MANY_TRANSITIONS', { maxTransitions: node.limitRows })
  const facts = readFacts(counted.rows, { select: journeys.select, node })
  const { models, resampled } = bound.journeys
  const pace = new Pace(signal)
  const credits = new Map<string, Credits>()
  for (const model of models) {
    const key = journeyKey(model)
    const resamples = resampled.some((each) => journeyKey(each) === key) ? node.resamples : 0
    credits.set(key, model.kind === 'SHAPLEY' ? creditSets(facts, resamples) : await creditChain(facts, { order: model.order, resamples, pace }))
  }
  const isShown = (group: Group) => node.shown.kind === 'always' || facts.shown.has(group)
  return readCredits({ facts, credits, isShown, nobody: nobodyOf(node, plan.input.showsUntouched), resamples: node.resamples })
}

type Numbers = { conversions: bigint; revenue: bigint; readonly resampled: Float64Array }
type Credits = ReadonlyMap<Group, Numbers>

/** The group that conversions without touches are credited to; null where they are not shown. */
const nobodyOf = ({ input }: CountJourneys, showsUntouched: boolean): Group | null => (showsUntouched ? groupOfTexts(input.keys.map(() => '')) : null)

type Known = {
  readonly facts: Facts
  readonly credits: ReadonlyMap<string, Credits>
  readonly isShown: (group: Group) => boolean
  readonly nobody: Group | null
  readonly resamples: number
}

function readCredits({ facts, credits, isShown, nobody, resamples }: Known): JourneyCredits {
  const { untouched } = facts
  const numbersOf = (model: JourneyModel, whose: Whose): { readonly numbers: readonly Numbers[]; readonly hasUntouched: boolean } => {
    const known = credits.get(journeyKey(model))
    if (known === undefined) throw new Error('A number is shown that was not computed.')
    if (whose === 'all') return { numbers: [...known].flatMap(([group, numbers]) => (isShown(group) ? [numbers] : [])), hasUntouched: nobody !== null }
    const group = groupOfTexts(whose)
    const numbers = known.get(group)
    return { numbers: numbers === undefined || !isShown(group) ? [] : [numbers], hasUntouched: group === nobody }
  }
  const credited = new Set([...credits.values()].flatMap(creditedGroups).filter(isShown))
  return {
    credited: [...credited].map(textsOfGroup),
    credit: (of, model, whose) => {
      const { numbers, hasUntouched } = numbersOf(model, whose)
      const ofNobody = of === 'conversions' ? BigInt(untouched.paths) * ONE : untouched.revenue * PARTS_OF_MILLIONTH
      return numbers.reduce((sum, each) => sum + each[of], hasUntouched ? ofNobody : 0n)
    },
    resampled: (model, whose) => {
      const { numbers, hasUntouched } = numbersOf(model, whose)
      const ofNobody = (i: number) => (hasUntouched ? (untouched.resampled[i] ?? 0) : 0)
      return Array.from({ length: resamples }, (_, i) => numbers.reduce((sum, each) => sum + (each.resampled[i] ?? 0), ofNobody(i)))
    },
  }
}

/** Removal effects are floats: what is no more than their noise is no credit. */
function creditedGroups(credits: Credits): readonly Group[] {
  const all = [...credits.values()].reduce((sum, { conversions }) => sum + conversions, 0n)
  return [...credits].flatMap(([group, { conversions }]) => (conversions * PARTS_OF_NOISE > all ? [group] : []))
}

const PARTS_OF_NOISE = 10n ** 12n

/** The Shapley value: each group of a path gets the same part of it. */
function creditSets({ sets }: Facts, resamples: number): Credits {
  const credits = new Map<Group, Numbers>()
  for (const { group, groups, paths, revenue, resampled } of sets) {
    const numbers = credits.get(group) ?? { conversions: 0n, revenue: 0n, resampled: new Float64Array(resamples) }
    credits.set(group, numbers)
    numbers.conversions += (BigInt(paths) * ONE) / BigInt(groups)
    numbers.revenue += (revenue * PARTS_OF_MILLIONTH) / BigInt(groups)
    for (let i = 0; i < resamples; i++) numbers.resampled[i] = (numbers.resampled[i] ?? 0) + (resampled[i] ?? 0) / groups
  }
  return credits
}

type ChainAsked = { readonly order: number; readonly resamples: number; readonly pace: Pace }

/** All conversions with touches, and what they brought, by the parts of the removal effects. */
async function creditChain({ transitions }: Facts, { order, resamples, pace }: ChainAsked): Promise<Credits> {
  const chain = createChain(transitions, { order, resamples })
  const ends = transitions.filter(({ what }) => what === LEADS_TO.conversion)
  const conversions = ends.reduce((sum, { paths }) => sum + BigInt(paths), 0n) * ONE
  const revenue = ends.reduce((sum, each) => sum + each.revenue, 0n) * PARTS_OF_MILLIONTH
  const { effects } = await removalEffects(chain, chain.weights, pace)
  const parts = Array.from(effects, (each) => BigInt(Math.round(each * EFFECT_PARTS)))
  const whole = parts.reduce((sum, each) => sum + each, 0n)
  const part = (of: bigint, i: number) => (whole === 0n ? 0n : (of * (parts[i] ?? 0n)) / whole)
  const credits = chain.groups.map((group, i): readonly [Group, Numbers] => [
    group,
    { conversions: part(conversions, i), revenue: part(revenue, i), resampled: new Float64Array(resamples) },
  ])
  for (const [resample, weights] of chain.resampled.entries()) {
    const again = await removalEffects(chain, weights, pace)
    const sum = again.effects.reduce((total, each) => total + each, 0)
    const total = ends.reduce((all, { resampled }) => all + (resampled[resample] ?? 0), 0)
    for (const [i, [, numbers]] of credits.entries()) numbers.resampled[resample] = sum === 0 ? 0 : (total * (again.effects[i] ?? 0)) / sum
  }
  return new Map(credits)
}

/** A double of at most 1 times it is a whole number, but for what no place shows. */
const EFFECT_PARTS = 2 ** 100
