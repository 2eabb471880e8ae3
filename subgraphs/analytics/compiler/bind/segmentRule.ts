import type { Issue } from '#ops/service/issues.ts'
import { limits } from '../../model/limits.ts'
import { behaviourCondition, type BehaviourRule, type SegmentRule } from '../../model/segment.ts'
import { DAY_MS, rollingMs } from '../../model/timeUnits.ts'
import { issue } from '../issues.ts'
import { simplify } from '../passes/simplify.ts'
import type { BehaviourInput, SegmentRuleInput, WithinInput } from '../request.ts'
import type { FilterBinder } from './filter.ts'

type Path = readonly (string | number)[]
type Place = { readonly path: Path; readonly depth: number }

/** Gives the rules of one definition their meaning at the evaluation time, and collects what is wrong. */
export class RuleBinder {
  readonly issues: Issue[] = []
  readonly #filters: FilterBinder
  readonly #atMs: number
  #rules = 0

  /** The filters know no segments: one is not made of others. */
  constructor(filters: FilterBinder, atMs: number) {
    this.#filters = filters
    this.#atMs = atMs
  }

  /** How many were read. */
  get rules(): number {
    return this.#rules
  }

  bind(rule: SegmentRuleInput, path: Path): SegmentRule {
    const bound = this.#rule(rule, { path, depth: 1 })
    if (this.#filters.conditions > limits.segmentConditions) this.#tooLarge(path)
    return bound
  }

  /** Said once. */
  #tooLarge(path: Path): void {
    if (this.issues.some(({ code }) => code === 'SEGMENT_TOO_LARGE')) return
    const { segmentRules: maxRules, segmentDepth: maxDepth, segmentConditions: maxConditions } = limits
    this.issues.push(issue('SEGMENT_TOO_LARGE', path, { maxRules, maxDepth, maxConditions }))
  }

  #rule(rule: SegmentRuleInput, { path, depth }: Place): SegmentRule {
    this.#rules++
    if (depth > limits.segmentDepth || this.#rules > limits.segmentRules) {
      this.#tooLarge(path)
      return { kind: 'all', of: [] }
    }
    // One more than can be taken is enough to see that they are too many.
    const each = (kind: 'all' | 'any', of: readonly SegmentRuleInput[]): SegmentRule => ({
      kind,
      of: of.slice(0, limits.segmentRules + 1).map((part, i) => this.#rule(part, { path: [...path, kind, i], depth: depth + 1 })),
    })
    if (rule.all) return each('all', rule.all)
    if (rule.any) return each('any', rule.any)
    if (rule.not) return { kind: 'not', of: this.#rule(rule.not, { path: [...path, 'not'], depth: depth + 1 }) }
    if (rule.did) return this.#behaviour(rule.did, [...path, 'did'])
    return { kind: 'is', of: simplify(this.#filters.bind(rule.is, [...path, 'is'])) }
  }

  #behaviour(input: BehaviourInput, path: Path): BehaviourRule {
    const event = input.event ?? null
    if (event !== null) this.#filters.eventName(event, [...path, 'event'])
    if (event === '') this.issues.push(issue('EVENT_NAME_EMPTY', [...path, 'event'], {}))
    const where = this.#filters.bind(input.where, [...path, 'where'])
    const of = simplify(behaviourCondition({ event, where, includeRefunds: input.includeRefunds ?? false }))
    const atMost = input.atMost ?? null
    const atLeast = input.atLeast ?? (atMost === null ? 1 : 0)
    for (const [what, count] of [
      ['atLeast', atLeast],
      ['atMost', atMost ?? 0],
    ] as const) {
      const max = limits.behaviourCount
      if (count < 0 || count > max) this.issues.push(issue('BEHAVIOUR_COUNT_OUT_OF_BOUNDS', [...path, what], { what, count, max }))
    }
    if (atMost !== null && atMost < atLeast) this.issues.push(issue('BEHAVIOUR_COUNTS_CROSSED', path, { atLeast, atMost }))
    return { kind: 'did', of, atLeast, atMost, ...this.#within(input.within, [...path, 'within']) }
  }

  #within(input: WithinInput | null | undefined, path: Path): Pick<BehaviourRule, 'startMs' | 'endMs' | 'rollingMs'> {
    const ever = { startMs: null, endMs: null, rollingMs: null }
    if (!input) return ever
    const found = withinIssues(input, path)
    this.issues.push(...found)
    if (found.length > 0) return ever
    const { last, unit } = input
    if (!last || !unit) return { startMs: input.start?.getTime() ?? null, endMs: input.end?.getTime() ?? null, rollingMs: null }
    const length = last * rollingMs[unit]
    return { startMs: this.#atMs - length, endMs: null, rollingMs: length }
  }
}

function withinIssues({ start, end, last, unit }: WithinInput, path: Path): readonly Issue[] {
  const given = (value: unknown): boolean => value !== null && value !== undefined
  const isAbsolute = given(start) || given(end)
  const isRelative = given(last) || given(unit)
  if (isAbsolute && isRelative) return [issue('RANGE_NOT_ONE', path, {})]
  if (!isAbsolute && !isRelative) return [issue('RANGE_INCOMPLETE', path, { missing: 'a start or an end, or last and unit' })]
  if (isRelative && !given(last)) return [issue('RANGE_INCOMPLETE', [...path, 'last'], { missing: 'last' })]
  if (isRelative && !given(unit)) return [issue('RANGE_INCOMPLETE', [...path, 'unit'], { missing: 'a unit' })]
  if (typeof last === 'number' && unit) {
    if (last < 1) return [issue('RANGE_NOT_POSITIVE', [...path, 'last'], { last })]
    const days = Math.ceil((last * rollingMs[unit]) / DAY_MS)
    return days > limits.rangeDays ? [issue('RANGE_TOO_LONG', path, { days, maxDays: limits.rangeDays })] : []
  }
  const text = (instantMs: number) => new Date(instantMs).toISOString()
  if (start && end && end <= start) return [issue('RANGE_NOT_FORWARD', path, { start: start.toISOString(), end: end.toISOString() })]
  const isKept = [start, end].every((each) => !each || (each.getTime() >= limits.earliestMs && each.getTime() <= limits.latestMs))
  return isKept ? [] : [issue('RANGE_OUT_OF_BOUNDS', path, { what: 'The range', earliest: text(limits.earliestMs), latest: text(limits.latestMs) })]
}
