import { describe } from '../plan/describe.ts'
import type { AggregatePeriods, AnalyticsPlan, CollectCells, KeepLast, MergeRuns, ScanCosts, Span } from '../plan/nodes.ts'
import { binary, call, every, lambda, named, over, select, stored, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { lowerOperand } from './lowerCondition.ts'
import { lowerCosts } from './lowerCosts.ts'
import { lowerPeriods } from './lowerPeriods.ts'
import { lowerOrder } from './lowerScan.ts'
import { lowerDayBucket } from './lowerTime.ts'

/** Columns of a cell before the numbers asked for. */
const CELL_HEAD = ['k', 'mature', 'members'] as const
const IS_MEAN = 'is_mean'

/** One row per cohort and group, its cells in an array; of the mean of all of them one more, which comes first. */
export function lowerCohorts(plan: AnalyticsPlan, collect: CollectCells): SqlSelect {
  const aggregated = collect.input.kind === 'AggregatePeriods' ? collect.input : collect.input.input
  const cells = lowerCells(collect.input)
  const hasMean = collect.mean !== null
  const keys = [...(hasMean ? [IS_MEAN] : []), ...keysOf(aggregated)]
  const cell = call('tuple', ...[...CELL_HEAD, ...aggregated.columns.map((column) => column.name)].map((name) => named(name)))
  const meanFirst: SqlSelect['orderBy'] = hasMean ? [{ expression: named(IS_MEAN), direction: 'DESC', nullsLast: false }] : []
  const order = { orderBy: [...meanFirst, ...lowerOrder(plan.order, aggregated.input.entries.keys)], limit: plan.limitRows + 1 + (hasMean ? 1 : 0) }
  const collected = select({
    comments: [...(collect.costs === null ? [plan] : []), collect].map(describe),
    columns: [...keys.map((name) => ({ expression: named(name), as: null })), { expression: call('groupArray', cell), as: 'cells' }],
    from: { kind: 'select', select: hasMean ? lowerMean(aggregated, cells) : cells, as: null },
    groupBy: keys.map((name) => named(name)),
  })
  if (collect.costs === null) return { ...collected, ...order }
  return { ...lowerCohortCosts(collected, { aggregated, costs: collect.costs, mean: collect.mean }), comments: [describe(plan)], ...order }
}

const keysOf = (aggregated: AggregatePeriods): readonly string[] => [aggregated.cohort.name, ...aggregated.keys]

function lowerCells(node: CollectCells['input']): SqlSelect {
  switch (node.kind) {
    case 'AggregatePeriods':
      return lowerPeriods(node, { states: [] })
    case 'KeepLast':
      return lowerLast(node)
    case 'MergeRuns':
      return lowerMerged(node)
  }
}

type Costing = { readonly aggregated: AggregatePeriods; readonly costs: ScanCosts; readonly mean: CollectCells['mean'] }

/** Each cohort with the cost of its days and groups; 0 when none is stated. The mean's are the costs of all of them, told in every row. */
function lowerCohortCosts(collected: SqlSelect, { aggregated, costs, mean }: Costing): SqlSelect {
  const keys = [
    { as: aggregated.cohort.name, expression: lowerDayBucket(stored('day'), aggregated.cohort.unit) },
    ...aggregated.input.entries.keys.map((key) => ({ as: key.name, expression: lowerOperand(key.operand) })),
  ]
  const summed = select({
    columns: [...keys, { expression: call('sum', named('amount')), as: 'cost' }],
    from: { kind: 'select', select: lowerCosts(costs), as: null },
    groupBy: keys.map((key) => named(key.as)),
  })
  const ofRows = call('sumIf', named('cost', 'c'), binary('=', named(IS_MEAN, 'r'), whole(0)))
  return select({
    columns: [
      ...(mean === null ? [] : [{ expression: named(IS_MEAN, 'r'), as: IS_MEAN }]),
      ...keys.map(({ as }) => ({ expression: named(as, 'r'), as })),
      { expression: named('cells', 'r'), as: 'cells' },
      { expression: named('cost', 'c'), as: 'cost' },
      ...(mean?.hasCost === true ? [{ expression: over(ofRows, {}), as: 'total_cost' }] : []),
    ],
    from: {
      kind: 'join',
      keepsLeft: true,
      left: { kind: 'select', select: collected, as: 'r' },
      right: { kind: 'select', select: summed, as: 'c' },
      on: every(...keys.map(({ as }) => binary('=', named(as, 'r'), named(as, 'c')))),
    },
  })
}

/** Every cell once for its cohort and once for all of them, which has no cohort and no groups. A user is in one cohort, so numbers may be added. */
function lowerMean(aggregated: AggregatePeriods, cells: SqlSelect): SqlSelect {
  const ofRow = (name: string): SqlExpression =>
    call('if', binary('=', named(IS_MEAN), whole(1)), call('defaultValueOfArgumentType', named(name, 's')), named(name, 's'))
  const groups = [
    { expression: named(IS_MEAN), as: null },
    ...keysOf(aggregated).map((name) => ({ expression: ofRow(name), as: name })),
    { expression: named('k', 's'), as: 'k' },
    { expression: named('mature', 's'), as: 'mature' },
  ]
  return select({
    columns: [
      ...groups,
      ...['members', ...aggregated.columns.map(({ name }) => name)].map((name) => ({ expression: call('sum', named(name, 's')), as: name })),
    ],
    from: { kind: 'select', select: cells, as: 's' },
    unfolds: [{ expression: call('array', whole(0), whole(1)), as: IS_MEAN }],
    groupBy: groups.map(({ expression }) => expression),
  })
}

/** Users of a period or any later one, without those of the next period that has any. */
function lowerLast(node: KeepLast): SqlSelect {
  const aggregated = node.input
  const window = {
    partitionBy: [...keysOf(aggregated), 'mature'].map((name) => named(name, 's')),
    orderBy: [{ expression: named('k', 's'), direction: 'DESC', nullsLast: false }],
  } as const
  const withUsers = (users: SqlExpression) => [
    ...[...keysOf(aggregated), ...CELL_HEAD].map((name) => ({ expression: named(name, 's'), as: name })),
    ...aggregated.columns.map(({ name }) => ({ expression: name === node.column ? users : named(name, 's'), as: name })),
  ]
  const later = select({
    columns: withUsers(over(call('uniqExactMerge', named(node.column, 's')), window)),
    from: { kind: 'select', select: lowerPeriods(aggregated, { states: [node.column] }), as: 's' },
  })
  return select({
    comments: [describe(node)],
    columns: withUsers(binary('-', named(node.column, 's'), over(call('lagInFrame', named(node.column, 's')), window))),
    from: { kind: 'select', select: later, as: 's' },
  })
}

/** Each run as it is, and in every span that it is part of. */
function lowerMerged(node: MergeRuns): SqlSelect {
  const aggregated = node.input
  const distinct = aggregated.columns.filter(({ aggregate }) => aggregate.kind === 'countUsers').map(({ name }) => name)
  const groups = [
    ...keysOf(aggregated).map((name) => ({ expression: named(name, 's'), as: name })),
    { expression: named('period'), as: 'k' },
    { expression: named('mature', 's'), as: 'mature' },
  ]
  const merged = (name: string) => ({ expression: call(distinct.includes(name) ? 'uniqExactMerge' : 'sum', named(name, 's')), as: name })
  return select({
    comments: [describe(node)],
    columns: [...groups, merged('members'), ...aggregated.columns.map(({ name }) => merged(name))],
    from: { kind: 'select', select: lowerPeriods(aggregated, { states: distinct }), as: 's' },
    unfolds: [{ expression: lowerSpans(node.spans, aggregated.periods.count), as: 'period' }],
    groupBy: groups.map(({ expression }) => expression),
  })
}

function lowerSpans(spans: readonly Span[], count: number): SqlExpression {
  const run = named('k', 's')
  const holds = every(binary('<=', named('begin'), run), binary('>', named('before'), run))
  const numbers = (of: readonly number[]) => call('array', ...of.map((each) => whole(each)))
  const within = call(
    'arrayFilter',
    lambda(['span', 'begin', 'before'], holds),
    numbers(spans.map((_, i) => count + 1 + i)),
    numbers(spans.map(({ from }) => from)),
    // The tail is the run that begins with `count`.
    numbers(spans.map(({ before }) => before ?? count + 1)),
  )
  return call('arrayPushFront', within, run)
}
