import type { CountEventPaths } from '../plan/nodes.ts'
import { binary, call, every, named, param, select, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { END, EVENT_PATH, lowerEventRows } from './lowerEventRows.ts'

/** What stands at an end of a link. OTHER are the events of a position that are not among its most frequent. */
export const NODE_CODES = { nothing: 0, START: 1, STEP: 2, OTHER: 3, CONVERSION: 4, EXIT: 5 } as const
/** What a row of the answer tells of: a link, or the node that it leads to, or the start that it comes from. All paths together are a node of nothing. */
export const GRAPH_PARTS = { link: 0, target: 1, source: 2 } as const
/** Columns of the answer. `step` is the position of the target. A member of `tops` is `[-conversions, -users, path, revenue]`, what is not there left out. */
export const GRAPH_COLUMNS = {
  part: 'part',
  step: 'step',
  sourceKind: 'source_kind',
  source: 'source',
  targetKind: 'target_kind',
  target: 'target',
  conversions: 'conversions',
  users: 'users',
  revenue: 'revenue',
  tops: 'tops',
} as const

type Graph = CountEventPaths & { readonly graph: { readonly events: number; readonly hasUsers: boolean } }
type Column = SqlSelect['columns'][number]
type Statement = { readonly comments: readonly string[]; readonly limitRows: number }

const NOTHING = param('String', '')
const { nothing, START, STEP, OTHER, CONVERSION, EXIT } = NODE_CODES
const ifElse = (condition: SqlExpression, then: SqlExpression, otherwise: SqlExpression) => call('if', condition, then, otherwise)
const is = (name: string, value: number) => binary('=', named(name), whole(value))
const keep = (...names: readonly string[]): readonly Column[] => names.map((name) => ({ expression: named(name), as: null }))
const from = (rows: SqlSelect) => ({ kind: 'select' as const, select: rows, as: null })
/** All paths together are one more link, which is told apart by this. */
const IS_ALL = 'is_all'
const hasAll = ({ hasPaths, hasTotals }: Graph): boolean => hasPaths || hasTotals
const hasUsers = (count: Graph): boolean => count.hasUsers || count.graph.hasUsers
const states = (count: Graph): readonly string[] => [
  ...(hasUsers(count) ? ['own_users'] : []),
  ...(count.input.hasRevenue ? ['own_revenue'] : []),
  ...(count.hasPaths ? ['own_tops'] : []),
]

/**
 * Each path is counted once and then cut into links between the positions; links are put together by the ranks of their ends, so that of each
 * position the most frequent events are shown and the others are one. What goes into an event goes out of it, so its rank is the same from both sides.
 */
export function lowerPathGraph(count: Graph, { comments, limitRows }: Statement): SqlSelect {
  const { part, step, sourceKind, source, targetKind, target } = GRAPH_COLUMNS
  const isPart = (of: keyof typeof GRAPH_PARTS) => binary('=', named(part), whole(GRAPH_PARTS[of]))
  const shown = (kind: string, rank: string) => every(is(kind, STEP), binary('<=', named(rank), whole(count.graph.events)))
  const kindOf = (kind: string, rank: string) => ifElse(every(is(kind, STEP), binary('>', named(rank), whole(count.graph.events))), whole(OTHER), named(kind))
  const hasSource = isPart('link')
  const rows = select({
    columns: [
      ...keep(part, step),
      { expression: ifElse(hasSource, kindOf('kind_1', 'rank_1'), whole(nothing)), as: sourceKind },
      { expression: ifElse(every(hasSource, shown('kind_1', 'rank_1')), named('name_1'), NOTHING), as: source },
      { expression: ifElse(isPart('source'), whole(START), kindOf('kind_2', 'rank_2')), as: targetKind },
      { expression: ifElse(every({ kind: 'negated', of: isPart('source') }, shown('kind_2', 'rank_2')), named('name_2'), NOTHING), as: target },
      ...keep('own_conversions', ...states(count)),
    ],
    from: from(lowerRanks(count, limitRows)),
    unfolds: [{ expression: partsOf(), as: part }],
  })
  const keyNames = [part, step, sourceKind, source, targetKind, target]
  const keys = keyNames.map((name) => named(name))
  return select({
    comments,
    columns: [
      ...keyNames.map((as) => ({ expression: named(as), as })),
      { expression: call('sum', named('own_conversions')), as: GRAPH_COLUMNS.conversions },
      ...(hasUsers(count) ? [{ expression: call('uniqExactMerge', named('own_users')), as: GRAPH_COLUMNS.users }] : []),
      ...(count.input.hasRevenue ? [{ expression: call('sum', named('own_revenue')), as: GRAPH_COLUMNS.revenue }] : []),
      // All paths together are one row already.
      ...(count.hasPaths ? [{ expression: call('any', named('own_tops')), as: GRAPH_COLUMNS.tops }] : []),
    ],
    from: from(rows),
    groupBy: keys,
    orderBy: keys.map((expression) => ({ expression, direction: 'ASC' as const, nullsLast: false })),
  })
}

/** A link that comes from nowhere is only the node that it leads to; one that comes from a start is that too. */
function partsOf(): SqlExpression {
  const { link, target, source } = GRAPH_PARTS
  const list = (...parts: readonly number[]) => call('array', ...parts.map((part) => whole(part)))
  return ifElse(is('kind_1', START), list(link, target, source), ifElse(is('kind_1', nothing), list(target), list(link, target)))
}

/** Each link with the ranks of its ends among the events of their positions. */
function lowerRanks(count: Graph, limitRows: number): SqlSelect {
  const ends = ['1', '2'] as const
  const kept = ['step', 'kind_1', 'name_1', 'kind_2', 'name_2', 'own_conversions', ...states(count)]
  const over = (end: string, ...names: readonly string[]) => ['step', `kind_${end}`, ...names].map((name) => named(name))
  const flows = select({
    columns: [
      ...keep(...kept),
      ...ends.map((end): Column => ({
        expression: { kind: 'over', call: call('sum', named('own_conversions')), partitionBy: over(end, `name_${end}`), orderBy: [] },
        as: `flow_${end}`,
      })),
    ],
    from: from(lowerLinks(count, limitRows)),
  })
  return select({
    columns: [
      ...keep(...kept),
      ...ends.map((end): Column => {
        const orderBy = [
          { expression: named(`flow_${end}`), direction: 'DESC' as const, nullsLast: false },
          { expression: named(`name_${end}`), direction: 'ASC' as const, nullsLast: false },
        ]
        return { expression: { kind: 'over', call: call('dense_rank'), partitionBy: over(end), orderBy }, as: `rank_${end}` }
      }),
    ],
    from: from(flows),
  })
}

/** Each link once, between the events themselves; and all paths together, with the first of them. */
function lowerLinks(count: Graph, limitRows: number): SqlSelect {
  const keys = ['step', 'kind_1', 'name_1', 'kind_2', 'name_2'].map((name) => named(name))
  const hasRevenue = count.input.hasRevenue
  const first = call(
    'tuple',
    call('negate', call('toInt64', named('path_conversions'))),
    ...(count.hasUsers ? [call('negate', call('toInt64', call('finalizeAggregation', named('path_users'))))] : []),
    named(EVENT_PATH.path),
    ...(hasRevenue ? [named('path_revenue')] : []),
  )
  return select({
    columns: [
      ...keys.map((expression) => ({ expression, as: null })),
      { expression: call('sum', named('path_conversions')), as: 'own_conversions' },
      ...(hasUsers(count) ? [{ expression: call('uniqExactMergeState', named('path_users')), as: 'own_users' }] : []),
      ...(hasRevenue ? [{ expression: call('sum', named('path_revenue')), as: 'own_revenue' }] : []),
      ...(count.hasPaths ? [{ expression: call(`groupArraySortedIf(${limitRows + 1})`, first, named(IS_ALL)), as: 'own_tops' }] : []),
    ],
    from: from(lowerCells(count)),
    groupBy: keys,
  })
}

const counted = (count: Graph): readonly string[] => [
  'path_conversions',
  ...(hasUsers(count) ? ['path_users'] : []),
  ...(count.input.hasRevenue ? ['path_revenue'] : []),
  ...(count.hasPaths ? [EVENT_PATH.path] : []),
]

/** Each path as its links: which events they lie between, and of what kind these are. */
function lowerCells(count: Graph): SqlSelect {
  const { around, depth } = count.input
  const isBack = around.kind === 'conversion'
  const n = named('n')
  const isShort = binary('<', n, whole(depth))
  const isFirst = isBack ? binary('=', named('step'), call('negate', n)) : is('step', 1)
  const before = isBack ? ifElse(isShort, whole(START), whole(nothing)) : whole(nothing)
  const isEnd = isBack ? is('step', 0) : binary('>', named('step'), n)
  const end = whole(isBack ? CONVERSION : EXIT)
  const all = is('step', isBack ? 1 : 0)
  return select({
    columns: [
      ...keep('step', ...counted(count), 'name_1', 'name_2'),
      { expression: ifElse(all, whole(nothing), ifElse(isFirst, before, whole(STEP))), as: 'kind_1' },
      { expression: ifElse(all, whole(nothing), ifElse(isEnd, end, whole(STEP))), as: 'kind_2' },
      ...(hasAll(count) ? [{ expression: all, as: IS_ALL }] : []),
    ],
    from: from(lowerNames(count)),
    unfolds: isBack ? linksBack(count) : linksForth(count, isShort),
  })
}

const names = named('names')
const length = call('toInt64', call('length', names))

/** The positions count up to the conversion at 0; all paths together stand at 1. */
function linksBack(count: Graph): NonNullable<SqlSelect['unfolds']> {
  const withAll = (texts: SqlExpression) => (hasAll(count) ? call('arrayPushBack', texts, NOTHING) : texts)
  return [
    { expression: call('range', call('negate', length), call('toInt64', whole(hasAll(count) ? 2 : 1))), as: 'step' },
    { expression: withAll(call('arrayPushFront', names, NOTHING)), as: 'name_1' },
    { expression: withAll(call('arrayPushBack', names, NOTHING)), as: 'name_2' },
  ]
}

/** The positions count from the first step at 1, up to the one after the last where a path ends before its depth; all paths together stand at 0. */
function linksForth(count: Graph, isShort: SqlExpression): NonNullable<SqlSelect['unfolds']> {
  const first = hasAll(count) ? 0 : 1
  const last = binary('+', length, isShort)
  const links = binary('+', last, whole(1 - first))
  const withAll = (texts: SqlExpression) => call('arrayResize', hasAll(count) ? call('arrayPushFront', texts, NOTHING) : texts, links)
  return [
    { expression: call('range', call('toInt64', whole(first)), binary('+', last, whole(1))), as: 'step' },
    { expression: withAll(call('arrayPushFront', names, NOTHING)), as: 'name_1' },
    { expression: withAll(call('arrayPushBack', names, NOTHING)), as: 'name_2' },
  ]
}

/** Each path once, with its names. */
function lowerNames(count: Graph): SqlSelect {
  const path = named(EVENT_PATH.path)
  const paths = select({
    columns: [
      { expression: path, as: null },
      { expression: call('count'), as: 'path_conversions' },
      ...(hasUsers(count) ? [{ expression: call('uniqExactState', named(EVENT_PATH.user)), as: 'path_users' }] : []),
      ...(count.input.hasRevenue ? [{ expression: call('sum', named(EVENT_PATH.revenue)), as: 'path_revenue' }] : []),
    ],
    from: from(lowerEventRows(count.input)),
    groupBy: [path],
  })
  // Behind the last END is nothing, which is no name.
  const split = call('arrayPopBack', call('splitByChar', END, path))
  return select({
    columns: [...keep(...counted(count)), { expression: split, as: 'names' }, { expression: call('toInt64', call('length', split)), as: 'n' }],
    from: from(paths),
  })
}
