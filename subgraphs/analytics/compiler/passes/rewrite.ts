import type {
  Aggregate,
  AggregatePeriods,
  AnalyticsPlan,
  CollectEventPaths,
  CollectSteps,
  DivideCredit,
  FirstEntries,
  JoinMembers,
  ScanCosts,
  ScanEvents,
} from '../plan/nodes.ts'

/** Rewrites the aggregation of a plan, whichever of the two it has; everything around it stays. */
export function mapAggregation(
  plan: AnalyticsPlan,
  change: { readonly metrics?: (node: Aggregate) => Aggregate; readonly cohorts?: (node: AggregatePeriods) => AggregatePeriods },
): AnalyticsPlan {
  const { input } = plan
  if (input.kind === 'Divide') return change.metrics ? { ...plan, input: { ...input, input: change.metrics(input.input) } } : plan
  if (!change.cohorts || input.kind !== 'CollectCells') return plan
  const below = input.input
  const changed = below.kind === 'AggregatePeriods' ? change.cohorts(below) : { ...below, input: change.cohorts(below.input) }
  return { ...plan, input: { ...input, input: changed } }
}

export function mapJoin(plan: AnalyticsPlan, change: (join: JoinMembers, aggregation: AggregatePeriods) => JoinMembers): AnalyticsPlan {
  return mapAggregation(plan, { cohorts: (node) => ({ ...node, input: change(node.input, node) }) })
}

export function mapEntries(plan: AnalyticsPlan, change: (entries: FirstEntries) => FirstEntries): AnalyticsPlan {
  return mapJoin(plan, (join) => ({ ...join, entries: change(join.entries) }))
}

export function mapScans(plan: AnalyticsPlan, change: (scan: ScanEvents) => ScanEvents): AnalyticsPlan {
  const users = (node: Aggregate) => (node.users === null ? null : { ...node.users, input: change(node.users.input) })
  const metrics = mapAggregation(plan, { metrics: (node) => ({ ...node, input: change(node.input), users: users(node) }) })
  const paths = mapCredit(metrics, (node) => ({ ...node, input: { ...node.input, input: change(node.input.input) } }))
  const steps = mapSteps(paths, (node) => ({ ...node, input: change(node.input) }))
  const eventPaths = mapEventPaths(steps, (node) => ({ ...node, input: change(node.input) }))
  return mapJoin(eventPaths, (join) => ({ ...join, activity: change(join.activity), entries: { ...join.entries, input: change(join.entries.input) } }))
}

export function mapCredit(plan: AnalyticsPlan, change: (node: DivideCredit) => DivideCredit): AnalyticsPlan {
  return plan.input.kind === 'DivideCredit' ? { ...plan, input: change(plan.input) } : plan
}

export function mapSteps(plan: AnalyticsPlan, change: (node: CollectSteps) => CollectSteps): AnalyticsPlan {
  const { input } = plan
  if (input.kind !== 'CountSteps') return plan
  return { ...plan, input: { ...input, input: { ...input.input, input: change(input.input.input) } } }
}

export function mapEventPaths(plan: AnalyticsPlan, change: (node: CollectEventPaths) => CollectEventPaths): AnalyticsPlan {
  const { input } = plan
  return input.kind === 'CountEventPaths' ? { ...plan, input: { ...input, input: change(input.input) } } : plan
}

/** The scan of costs, where the plan has one. */
export function mapCosts(plan: AnalyticsPlan, change: (scan: ScanCosts) => ScanCosts): AnalyticsPlan {
  const { input } = plan
  if (input.kind === 'CollectCells') return { ...plan, input: { ...input, costs: input.costs === null ? null : change(input.costs) } }
  if (input.kind === 'DivideCredit') return { ...plan, input: { ...input, costs: input.costs === null ? null : change(input.costs) } }
  return mapAggregation(plan, { metrics: (node) => ({ ...node, costs: node.costs === null ? null : change(node.costs) }) })
}
