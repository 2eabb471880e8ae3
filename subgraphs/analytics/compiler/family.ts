import type { Condition, TextOperand } from '../model/condition.ts'
import type { BoundMetrics, BoundQuery } from './bound.ts'
import { finish, type Compiled, type PlanOptions } from './compile.ts'
import { passNames, runPasses } from './passes/passes.ts'
import { planMetrics } from './plan/planMetrics.ts'
import { shapeOf, type Shape } from './prepared/shapeOf.ts'
import { mayBeApart, lowerApart } from './sql/lowerApart.ts'
import { print } from './sql/print.ts'

type OneOf = Condition & { readonly kind: 'oneOf' }

/** A filter by one value that a question has beside all else. Questions with equal keys are equal but for that value. */
export type Kinship = {
  readonly bound: BoundMetrics
  readonly key: string
  readonly value: string
  readonly filter: OneOf
  /** What the question filters by besides. */
  readonly others: readonly Condition[]
}

/** What the question may be akin to others by. */
export function kinshipsOf(bound: BoundMetrics): readonly Kinship[] {
  if (!isPlain(bound)) return []
  return partsOf(bound.where).flatMap((filter, at, parts): Kinship[] => {
    // As a group too it would be one key of the statement and not two, so that totals could not be told from rows.
    if (!isOneValue(filter) || bound.groups.some((group) => group.kind !== 'time' && isSame(group.operand, filter.operand))) return []
    const [value = ''] = filter.values
    const others = parts.toSpliced(at, 1)
    const { text, times } = askedOf(bound, [{ ...filter, values: [] }, ...others])
    return [{ bound, key: `${text} ${times.join(' ')}`, value, filter, others }]
  })
}

/** Equal for questions that may turn out to be akin when they are asked at one time; null for one that never is. */
export function kinOf(bound: BoundQuery): string | null {
  if (bound.kind !== 'metrics' || !isPlain(bound)) return null
  const parts = partsOf(bound.where)
  if (!parts.some(isOneValue)) return null
  return askedOf(
    bound,
    parts.map((part) => (isOneValue(part) ? { ...part, values: [] } : part)),
  ).text
}

/** All of the question but its filters: whose data, as who may see them, and what of them. */
// wall: family-key
const askedOf = (bound: BoundMetrics, where: readonly Condition[]): Shape => shapeOf({ ...bound, where: { kind: 'all', of: where } })

const isSame = (one: TextOperand, other: TextOperand): boolean => JSON.stringify(one) === JSON.stringify(other)
const isOneValue = (part: Condition): part is OneOf => part.kind === 'oneOf' && part.operand.kind !== 'segment' && part.values.length === 1
const partsOf = (where: Condition): readonly Condition[] => (where.kind === 'all' ? where.of.flatMap(partsOf) : [where])

/** What is told of rows beside each other, or by more than the rows of one range, would be told of all questions together. */
function isPlain({ top, fillsGaps, windows, isApproximate, measures }: BoundMetrics): boolean {
  if (top !== null || fillsGaps || windows.length > 0 || isApproximate) return false
  return measures.every(({ kind }) => kind !== 'share' && kind !== 'running')
}

/**
 * One statement for questions that are akin by one key, which tells their rows apart by the value of the filter in its first column; of each the totals
 * come first. A question of which nothing is found has no rows, also where it has one when it is asked alone. null where they need another scan.
 */
export function compileFamily(members: readonly [Kinship, ...Kinship[]], { passes = passNames }: Pick<PlanOptions, 'passes'>): Compiled<BoundMetrics> | null {
  const [{ bound: first, filter, others }] = members
  const any: OneOf = { ...filter, values: [...new Set(members.map(({ value }) => value))] }
  const bound: BoundMetrics = { ...first, where: { kind: 'all', of: [any, ...others] } }
  const plan = runPasses(planMetrics(bound), passes)
  if (plan.input.kind !== 'Divide' || !mayBeApart(plan.input)) return null
  const select = lowerApart(plan, plan.input, filter.operand)
  return { bound, plan, select, ...print(select), journeys: null }
}

/** The question as if no row met its filter, whatever is stored: what its family has no rows for is told by this. */
export function compileEmpty(asked: BoundMetrics, { passes }: Pick<PlanOptions, 'passes'>): Compiled<BoundMetrics> {
  const bound: BoundMetrics = { ...asked, where: { kind: 'never' } }
  return { bound, ...finish(planMetrics(bound), passes) }
}

/** The rows of the questions of a family, by the value of each; none of one of which nothing was found. */
export const rowsByMember = <Row extends readonly unknown[]>(rows: readonly Row[]): ReadonlyMap<unknown, readonly Row[]> =>
  Map.groupBy(rows, ([value]) => value)
