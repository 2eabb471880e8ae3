import { nearestWords, type Issue } from '#ops/service/issues.ts'
import { ALWAYS, any, type Condition } from '../../model/condition.ts'
import { limits } from '../../model/limits.ts'
import { behavioursOf, holdsForNobody, type BoundSegment, type SegmentRule } from '../../model/segment.ts'
import { issue } from '../issues.ts'
import { simplify } from '../passes/simplify.ts'
import type { SegmentRuleInput } from '../request.ts'
import { FilterBinder } from './filter.ts'
import type { Masks } from './masks.ts'
import { RuleBinder } from './segmentRule.ts'

/** A segment as it was saved. */
export type SavedSegment = {
  /** Lower-case UUID. */
  readonly id: string
  readonly name: string
  readonly definition: SegmentRuleInput
  /** null: evaluated as of now. */
  readonly frozenAt: Date | null
}

/** What the tenant has of the segments that a question names. */
export type KnownSegments = {
  readonly byId: ReadonlyMap<string, SavedSegment>
  /** All of the tenant's, where one is named that is not there; else empty. */
  readonly others: readonly Pick<SavedSegment, 'id' | 'name'>[]
}

export const NO_SEGMENTS: KnownSegments = { byId: new Map(), others: [] }

type Path = readonly (string | number)[]
export type SegmentScope = {
  readonly tenantId: string
  readonly rowFilter: Condition
  readonly masks: Masks
  readonly now: Date
  readonly segments: KnownSegments
}

/** Finds the segments that one question names, and gives each its meaning once. */
export class SegmentBinder {
  readonly #scope: SegmentScope
  readonly #bound = new Map<string, { readonly segment: BoundSegment; readonly weight: number }>()

  constructor(scope: SegmentScope) {
    this.#scope = scope
  }

  /** null when there is none, which is an issue. What is wrong with the definition for this asker, such as a masked field, is told of the name. */
  bind(id: string, path: Path, filters: FilterBinder): BoundSegment | null {
    const { byId, others } = this.#scope.segments
    const saved = byId.get(id.toLowerCase())
    if (saved === undefined) {
      filters.report(unknownSegment(id, path, others))
      return null
    }
    const known = this.#bound.get(saved.id) ?? this.#bind(saved, path, filters)
    filters.takeConditions(known.weight, path)
    return known.segment
  }

  #bind(saved: SavedSegment, path: Path, filters: FilterBinder): { readonly segment: BoundSegment; readonly weight: number } {
    const inner = new FilterBinder(this.#scope.masks)
    const at = this.#scope.now
    const rules = new RuleBinder(inner, (saved.frozenAt ?? at).getTime())
    const segment = boundSegment(rules.bind(saved.definition, path), { ...this.#scope, ...saved })
    for (const each of distinct([...rules.issues, ...inner.allIssues()])) filters.report({ ...each, path })
    filters.takeTexts(inner, path)
    const bound = { segment, weight: SEGMENT_WEIGHT + 2 * (rules.rules + inner.conditions) }
    this.#bound.set(saved.id, bound)
    if (this.#bound.size === limits.segments + 1) filters.report(issue('TOO_MANY_SEGMENTS', path, { maxSegments: limits.segments }))
    return bound
  }
}

/** Each naming of a segment is a select of its own in the statement, in which its conditions stand twice; their number keeps it from being too long. */
const SEGMENT_WEIGHT = 20

const distinct = (issues: readonly Issue[]): readonly Issue[] => [...new Map(issues.map((each) => [each.message, each])).values()]

/** A definition that is evaluated but not saved has no id. */
type Named = Pick<SavedSegment, 'name' | 'frozenAt'> & { readonly id: string | null }

/** Which rows can matter is decided here: those of no behaviour of the definition, unless somebody without any could be a member. */
export function boundSegment(
  rule: SegmentRule,
  { id, name, frozenAt, tenantId, rowFilter, now }: Named & Omit<SegmentScope, 'masks' | 'segments'>,
): BoundSegment {
  const behaviours = holdsForNobody(rule) ? null : behavioursOf(rule)
  const starts = (behaviours ?? []).map(({ startMs }) => startMs)
  return {
    id,
    name,
    tenantId,
    rowFilter: simplify(rowFilter),
    atMs: (frozenAt ?? now).getTime(),
    isFrozen: frozenAt !== null,
    startMs: starts.reduce<number | null>((least, start, i) => (i === 0 ? start : least === null || start === null ? null : Math.min(least, start)), null),
    rows: behaviours === null ? ALWAYS : simplify(any(...behaviours.map(({ of }) => of))),
    rule,
  }
}

/** Somebody who wrote the name in place of the id is told the id. */
export function unknownSegment(id: string, path: Path, others: KnownSegments['others']): Issue {
  const words = nearestWords(
    id,
    others.flatMap((each) => [each.name, each.id]),
  )
  const near = others.find((each) => words.includes(each.name) || words.includes(each.id))
  return issue('UNKNOWN_SEGMENT', path, { id, name: near?.name ?? null, didYouMean: near === undefined ? [] : [near.id] })
}
