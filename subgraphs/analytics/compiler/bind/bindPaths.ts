import type { Issue } from '#ops/service/issues.ts'
import { conversionCondition } from '../../model/attribution.ts'
import { limits } from '../../model/limits.ts'
import { PATHS_NEVER_NULL, pathStartCondition, pathStepCondition } from '../../model/paths.ts'
import { DAY_MS } from '../../model/timeUnits.ts'
import type { BoundPaths } from '../bound.ts'
import type { CompileContext } from '../compile.ts'
import { issue } from '../issues.ts'
import type { PathsInput, PathsRequest, SelectedField } from '../request.ts'
import { bindCommon } from './bindCommon.ts'
import type { FilterBinder } from './filter.ts'
import { maskedIssue, type Masks } from './masks.ts'

export function bindPaths(request: PathsRequest, context: CompileContext): { readonly bound: BoundPaths | null; readonly issues: readonly Issue[] } {
  const { input } = request
  const { masks } = context
  const common = bindCommon({ ...input, groupBy: [] }, { context, allowsTime: false, maxRows: limits.paths })
  const named = bindNamed(input, common.filters)
  const counted = [...(request.paths ?? []), ...(request.totals ?? [])]
  const ofGraph = (request.graph ?? []).flatMap(({ fields }) => fields)
  const issues = [...common.issues, ...named.issues, ...boundsIssues(input), ...maskedIssues(request, masks), ...common.filters.allIssues()]
  if (issues.length > 0 || common.question === null) return { bound: null, issues }
  const { event, conversionWhere, startEvent, startWhere } = named
  const step = pathStepCondition(common.question.where, input)
  const asks = (fields: readonly SelectedField[], name: string) => fields.some((field) => field.name === name) && !masks.includes(name)
  const wantsPaths = request.paths !== null || request.asksTruncation
  const bound: BoundPaths = {
    kind: 'paths',
    ...common.question,
    step,
    conversion: event === null ? null : { event, condition: conversionCondition(event, conversionWhere), lookbackMs: input.lookbackDays * DAY_MS },
    start: input.start ? pathStartCondition({ event: startEvent, where: startWhere, step }) : null,
    depth: input.depth,
    collapses: input.collapseRepeats,
    graphEvents: input.graphEvents,
    masked: new Set(counted.filter(({ name }) => masks.includes(name)).map(({ name }) => name)),
    wantsPaths,
    wantsTotals: request.totals !== null,
    wantsGraph: request.graph !== null,
    // Paths come by their users too, whether or not these are shown; who may not see them learns nothing of them by the order.
    wantsUsers: !masks.includes('users') && (wantsPaths || asks(counted, 'users')),
    wantsRevenue: asks(counted, 'revenue'),
    wantsGraphUsers: asks(ofGraph, 'users'),
  }
  return { bound, issues }
}

function bindNamed(input: PathsInput, filters: FilterBinder) {
  const issues: Issue[] = []
  const name = (event: string | null, path: readonly string[]): string | null => {
    if (event === null) return null
    filters.eventName(event, path)
    if (event === '') issues.push(issue('EVENT_NAME_EMPTY', path, {}))
    return event
  }
  return {
    event: name(input.conversion?.event ?? null, ['conversion', 'event']),
    conversionWhere: filters.bind(input.conversion?.where, ['conversion', 'where']),
    startEvent: name(input.start?.event ?? null, ['start', 'event']),
    startWhere: filters.bind(input.start?.where, ['start', 'where']),
    issues,
  }
}

function boundsIssues({ conversion, start, depth, lookbackDays, graphEvents }: PathsInput): readonly Issue[] {
  const issues: Issue[] = []
  if (conversion && start) issues.push(issue('START_WITH_CONVERSION', ['start'], {}))
  if (depth < 1 || depth > limits.pathDepth) issues.push(issue('DEPTH_OUT_OF_BOUNDS', ['depth'], { depth, maxDepth: limits.pathDepth }))
  if (lookbackDays < 0 || lookbackDays > limits.pathLookbackDays)
    issues.push(issue('LOOKBACK_OUT_OF_BOUNDS', ['lookbackDays'], { days: lookbackDays, maxDays: limits.pathLookbackDays }))
  if (graphEvents < 1 || graphEvents > limits.graphEvents)
    issues.push(issue('GRAPH_EVENTS_OUT_OF_BOUNDS', ['graphEvents'], { events: graphEvents, maxEvents: limits.graphEvents }))
  return issues
}

/** Paths and the graph are told apart by the names of events, whatever of them is shown; and numbers that are never null are not masked by null. */
function maskedIssues({ paths, totals, graph }: PathsRequest, masks: Masks): readonly Issue[] {
  const isHidden = ({ name }: SelectedField) => masks.includes(name) && PATHS_NEVER_NULL.has(name)
  const numbers = [...(paths ?? []), ...(totals ?? []), ...(graph ?? []).flatMap(({ fields }) => fields)]
  const parts = [...(paths === null ? [] : ['paths']), ...(graph === null ? [] : ['graph'])]
  return [
    ...(masks.includes('event') ? parts.map((part) => maskedIssue('event', [part])) : []),
    ...numbers.filter(isHidden).map(({ name, path }) => maskedIssue(name, path)),
  ]
}
