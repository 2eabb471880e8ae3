import type { Issue } from '#ops/service/issues.ts'
import { any, type Condition } from '../../model/condition.ts'
import { exclusionCondition, FUNNEL_NEVER_NULL, funnelPartsOf, secondsFields, stepCondition } from '../../model/funnel.ts'
import { limits } from '../../model/limits.ts'
import type { BoundFunnel, BoundStep } from '../bound.ts'
import type { CompileContext } from '../compile.ts'
import { issue } from '../issues.ts'
import type { FunnelInput, FunnelRequest, FunnelStepInput, SelectedField } from '../request.ts'
import { simplify } from '../passes/simplify.ts'
import { bindCommon } from './bindCommon.ts'
import type { FilterBinder } from './filter.ts'
import { groupOfField } from './groups.ts'
import { hidesAny, maskedIssue } from './masks.ts'

const SECOND_MS = 1_000

export function bindFunnel(request: FunnelRequest, context: CompileContext): { readonly bound: BoundFunnel | null; readonly issues: readonly Issue[] } {
  const { input } = request
  const { masks } = context
  const common = bindCommon(input, { context, allowsTime: true, maxRows: limits.funnelRows })
  const own: Issue[] = []
  const collected = { filters: common.filters, issues: own }
  for (const field of request.rows) {
    const group = groupOfField(field, common.groups, { isTime: true, masks })
    if (group !== null && 'issue' in group) own.push(group.issue)
  }
  const steps = bindSteps(input.steps, { ...collected, name: 'steps', most: limits.steps, conditionOf: stepCondition })
  const exclusions = bindSteps(input.exclude ?? [], { ...collected, name: 'exclude', most: limits.exclusions, conditionOf: exclusionCondition })
  own.push(...shapeIssues(input), ...(input.order === 'UNORDERED' ? alikeIssues(steps) : []))
  const isMasked = ({ name }: SelectedField) => hidesAny(masks, funnelPartsOf(name))
  for (const field of request.steps) {
    if (isMasked(field) && FUNNEL_NEVER_NULL.has(field.name)) own.push(maskedIssue(field.name, field.path))
  }
  const issues = [...common.issues, ...own, ...common.filters.allIssues()]
  if (issues.length > 0 || common.question === null) return { bound: null, issues }
  const shown = new Set(request.steps.filter((field) => !isMasked(field)).map(({ name }) => name))
  const bound: BoundFunnel = {
    kind: 'funnel',
    ...common.question,
    steps,
    order: input.order,
    windowMs: input.windowSeconds * SECOND_MS,
    exclusion: exclusions.length === 0 ? null : any(...exclusions.map(({ condition }) => condition)),
    seconds: Object.entries(secondsFields).flatMap(([name, field]) => (shown.has(name) ? [field] : [])),
    masked: new Set(request.steps.filter(isMasked).map(({ name }) => name)),
  }
  return { bound, issues }
}

type Collected = { readonly filters: FilterBinder; readonly issues: Issue[] }
type Steps = Collected & {
  readonly name: 'steps' | 'exclude'
  /** Far more are counted and no longer read. */
  readonly most: number
  readonly conditionOf: (event: string, where: Condition) => Condition
}

function bindSteps(steps: readonly FunnelStepInput[], { filters, issues, name, most, conditionOf }: Steps): readonly BoundStep[] {
  return steps.slice(0, most).map(({ event, where }, i): BoundStep => {
    const path = [name, i, 'event']
    filters.eventName(event, path)
    if (event === '') issues.push(issue('EVENT_NAME_EMPTY', path, {}))
    return { event, condition: conditionOf(event, filters.bind(where, [name, i, 'where'])) }
  })
}

function shapeIssues({ steps, exclude, windowSeconds }: FunnelInput): readonly Issue[] {
  const issues: Issue[] = []
  if (steps.length < limits.leastSteps) issues.push(issue('TOO_FEW_STEPS', ['steps'], { steps: steps.length, minSteps: limits.leastSteps }))
  if (steps.length > limits.steps) issues.push(issue('TOO_MANY_STEPS', ['steps'], { steps: steps.length, maxSteps: limits.steps }))
  const exclusions = exclude?.length ?? 0
  if (exclusions > limits.exclusions) issues.push(issue('TOO_MANY_EXCLUSIONS', ['exclude'], { exclusions, maxExclusions: limits.exclusions }))
  if (windowSeconds < 1 || windowSeconds > limits.windowSeconds)
    issues.push(issue('WINDOW_OUT_OF_BOUNDS', ['windowSeconds'], { windowSeconds, maxSeconds: limits.windowSeconds }))
  return issues
}

/** Which of several steps of one event a row serves is told from every set of those that differ. */
function alikeIssues(steps: readonly BoundStep[]): readonly Issue[] {
  return [...kindsOf(steps).values()].flatMap((kinds) => {
    const [last] = kinds.at(-1) ?? []
    if (kinds.length <= limits.alikeSteps || last === undefined) return []
    const event = steps[last]?.event ?? ''
    return [issue('TOO_MANY_ALIKE_STEPS', ['steps', last], { event, steps: kinds.length, maxSteps: limits.alikeSteps })]
  })
}

/** The steps of each event, by their places; those that the same rows meet are together. */
export function kindsOf(steps: readonly BoundStep[]): ReadonlyMap<string, readonly (readonly number[])[]> {
  const events = new Map<string, Map<string, number[]>>()
  for (const [i, { event, condition }] of steps.entries()) {
    const kinds = events.get(event) ?? new Map<string, number[]>()
    events.set(event, kinds)
    const key = JSON.stringify(simplify(condition))
    kinds.set(key, [...(kinds.get(key) ?? []), i])
  }
  return new Map([...events].map(([event, kinds]) => [event, [...kinds.values()]]))
}
