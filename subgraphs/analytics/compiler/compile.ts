import { BadQueryError } from '#ops/service/issues.ts'
import type { RowFilter } from '#ops/security/permissions.ts'
import { bindAttribution } from './bind/bindAttribution.ts'
import { bindCohorts } from './bind/bindCohorts.ts'
import { bindEvents } from './bind/bindEvents.ts'
import { bindFunnel } from './bind/bindFunnel.ts'
import { bindJourneyEvents } from './bind/bindJourneyEvents.ts'
import { bindMetrics } from './bind/bindMetrics.ts'
import { bindPaths } from './bind/bindPaths.ts'
import { bindSegmentSize } from './bind/bindSegmentSize.ts'
import { bindUsers } from './bind/bindUsers.ts'
import type { KnownSegments } from './bind/segments.ts'
import type {
  BoundAttribution,
  BoundCohorts,
  BoundEvents,
  BoundFunnel,
  BoundJourneyEvents,
  BoundMetrics,
  BoundPaths,
  BoundSegmentSize,
  BoundUsers,
} from './bound.ts'
import type { AnalyticsPlan } from './plan/nodes.ts'
import type { Made, PreparedPlans } from './prepared/preparedPlans.ts'
import type { Plain } from './prepared/shapeOf.ts'
import { passNames, runPasses } from './passes/passes.ts'
import { planAttribution } from './plan/planAttribution.ts'
import { planCohorts } from './plan/planCohorts.ts'
import { planFunnel } from './plan/planFunnel.ts'
import { planMetrics } from './plan/planMetrics.ts'
import { planPaths } from './plan/planPaths.ts'
import { planSegmentSize } from './plan/planSegmentSize.ts'
import { planEvents, planJourneyEvents, planUsers } from './plan/planPeople.ts'
import type {
  AttributionRequest,
  CohortsRequest,
  EventsRequest,
  FunnelRequest,
  JourneyEventsRequest,
  MetricsRequest,
  PathsRequest,
  SegmentSizeRequest,
  UsersRequest,
} from './request.ts'
import type { SqlSelect } from './sql/ast.ts'
import { lower } from './sql/lower.ts'
import { lowerJourneys } from './sql/lowerJourneys.ts'
import { print, type SqlParameter } from './sql/print.ts'

/** Whose question it is and when it is asked; everything else is in the request. */
export type CompileContext = {
  readonly tenantId: string
  readonly rowFilters: readonly RowFilter[]
  /** Names of fields that the asker sees as null. */
  readonly masks: readonly string[]
  readonly now: Date
  /** The segments that the question names. Default: none is there. */
  readonly segments?: KnownSegments
}
export type PlanOptions = {
  /** Until when everything is known. */
  readonly asOf: Date
  /** Which passes run; default all. The rows are the same for any choice. */
  readonly passes?: readonly string[]
  /** Statements that are kept for questions of the same shape. Default: none are. */
  readonly prepared?: PreparedPlans | null
}

export type Compiled<Bound> = {
  readonly bound: Bound
  readonly plan: AnalyticsPlan
  readonly select: SqlSelect
  readonly sql: string
  readonly parameters: readonly SqlParameter[]
  /** The other statement, which counts paths, where a model needs it. Its parameters have other names. */
  readonly journeys: CompiledStatement | null
}
export type CompiledStatement = { readonly select: SqlSelect; readonly sql: string; readonly parameters: readonly SqlParameter[] }

/**
 * The stages of the compiler, in order; none of them does I/O.
 *
 * parse.ts   arguments + selection -> request     decides nothing
 * bind/      request -> bound question, or issues what the names mean, what is allowed
 * plan/      bound question -> plan               which scans, joins and aggregates
 * passes/    plan -> plan                         less work for the same rows
 * sql/lower  plan -> select                       which ClickHouse shape says it
 * sql/print  select -> text and parameters        decides nothing
 */
export function compileMetrics(request: MetricsRequest, context: CompileContext, options: PlanOptions): Compiled<BoundMetrics> {
  const bound = boundOrThrow(bindMetrics(request, context))
  return finishKept({ bound, asOfMs: null }, (asked) => planMetrics(asked.bound), options)
}

export function compileCohorts(request: CohortsRequest, context: CompileContext, options: PlanOptions): Compiled<BoundCohorts> {
  const bound = boundOrThrow(bindCohorts(request, context))
  return finishKept({ bound, asOfMs: options.asOf.getTime() }, (asked) => planCohorts(asked.bound, asked), options)
}

export function compileAttribution(request: AttributionRequest, context: CompileContext, options: PlanOptions): Compiled<BoundAttribution> {
  const bound = boundOrThrow(bindAttribution(request, context))
  return finishKept({ bound, asOfMs: null }, (asked) => planAttribution(asked.bound), options)
}

export function compileFunnel(request: FunnelRequest, context: CompileContext, options: PlanOptions): Compiled<BoundFunnel> {
  const bound = boundOrThrow(bindFunnel(request, context))
  return finishKept({ bound, asOfMs: options.asOf.getTime() }, (asked) => planFunnel(asked.bound, asked), options)
}

export function compilePaths(request: PathsRequest, context: CompileContext, options: PlanOptions): Compiled<BoundPaths> {
  const bound = boundOrThrow(bindPaths(request, context))
  return finishKept({ bound, asOfMs: null }, (asked) => planPaths(asked.bound), options)
}

export function compileSegmentSize(request: SegmentSizeRequest, context: CompileContext, options: PlanOptions): Compiled<BoundSegmentSize> {
  const bound = boundOrThrow(bindSegmentSize(request, context))
  return finishKept({ bound, asOfMs: null }, (asked) => planSegmentSize(asked.bound), options)
}

export function compileUsers(request: UsersRequest, context: CompileContext, options: PlanOptions): Compiled<BoundUsers> {
  const bound = boundOrThrow(bindUsers(request, context))
  const { asOf, passes = passNames } = options
  return { bound, ...finish(planUsers(bound, { asOfMs: asOf.getTime(), tidy: (plan) => runPasses(plan, passes) }), passes) }
}

export function compileEvents(request: EventsRequest, context: CompileContext, options: PlanOptions): Compiled<BoundEvents> {
  const bound = boundOrThrow(bindEvents(request, context))
  return { bound, ...finish(planEvents(bound, { asOfMs: options.asOf.getTime() }), options.passes) }
}

export function compileJourneyEvents(
  request: JourneyEventsRequest,
  context: CompileContext,
  { passes = passNames }: PlanOptions,
): Compiled<BoundJourneyEvents> {
  const bound = boundOrThrow(bindJourneyEvents(request, context))
  return { bound, ...finish(planJourneyEvents(bound, { tidy: (plan) => runPasses(plan, passes) }), passes) }
}

/** The statement depends on nothing but what the planner is given and the passes, so it can be kept for them; `asOfMs` is null where no plan depends on it. */
function finishKept<Bound extends Plain, Times extends number | null>(
  asked: { readonly bound: Bound; readonly asOfMs: Times },
  planner: (asked: { readonly bound: Bound; readonly asOfMs: Times }) => AnalyticsPlan,
  { passes = passNames, prepared = null }: PlanOptions,
): Compiled<Bound> {
  const question = { ...asked, passes }
  const make = (given: typeof question): Made => finish(planner(given), passes)
  return { bound: asked.bound, ...(prepared === null ? make(question) : prepared.make(question, make)) }
}

/** What is left to do with a plan. */
export function finish(planned: AnalyticsPlan, passes: readonly string[] = passNames): Made {
  const plan = runPasses(planned, passes)
  const select = lower(plan)
  const printed = print(select)
  const counted = plan.input.kind === 'DivideCredit' && plan.input.journeys !== null ? lowerJourneys(plan.input.journeys) : null
  const journeys = counted === null ? null : { select: counted, ...print(counted, { firstParameter: printed.parameters.length + 1 }) }
  return { plan, select, ...printed, journeys }
}

function boundOrThrow<Bound>({ bound, issues }: { readonly bound: Bound | null; readonly issues: ConstructorParameters<typeof BadQueryError>[0] }): Bound {
  if (bound === null) throw new BadQueryError(issues)
  return bound
}
