import type { Gaps, HourRun } from '../gaps.ts'
import { describe } from '../plan/describe.ts'
import type { Aggregate, AnalyticsPlan, Arrange, Divide, GroupKey, Told } from '../plan/nodes.ts'
import { binary, call, lambda, named, over, param, select, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { lowerMerged, type LoweredColumn } from './lowerMeasure.ts'
import { lowerDerived } from './lowerQuotient.ts'
import { lowerOrder } from './lowerScan.ts'
import { lowerAfter } from './lowerTime.ts'

type Column = SqlSelect['columns'][number]

/** What goes up through the selects besides keys and numbers: whether a row is the totals or Other, and how many rows of the range it has. */
export const TOTAL = named('total')
const OTHER = named('other')
const SEEN = named('seen')

/** The aggregation that is arranged: its source, and how its columns are counted. */
export type Source = Pick<SqlSelect, 'from'> & Partial<Pick<SqlSelect, 'where'>>
type Arranged = {
  readonly plan: AnalyticsPlan
  readonly arrange: Arrange
  readonly divide: Divide
  readonly keys: readonly Column[]
  readonly counted: readonly LoweredColumn[]
  readonly source: Source
  /** How many rows of the range a group has. */
  readonly seen: SqlExpression
}

/**
 * Totals are a row among the others here, so that shares can be told of it: groups and totals are aggregated side by side over one scan. Each step
 * is a select over the one before: aggregate, choose the best groups, fill gaps, divide, look along rows, and cut last.
 */
export function lowerArranged(arranged: Arranged): SqlSelect {
  const { plan, arrange, divide } = arranged
  const { keys, columns, hasTotals } = divide.input
  const aggregated = arrange.top === null ? lowerGroups(arranged) : lowerTop(arranged, arrange.top)
  const filled = arrange.gaps === null ? aggregated : lowerFilled(aggregated, { node: divide.input, gaps: arrange.gaps })
  const numbers = columns.map(({ name }) => kept(name))
  const derived = divide.columns.map((column) => ({ as: column.name, expression: lowerDerived(column, columns) }))
  const divided = select({
    comments: [describe(divide)],
    columns: [...keys.map(({ name }) => kept(name)), ...numbers, ...derived, ...FLAGS],
    from: below(filled),
  })
  const names = [...keys, ...columns, ...divide.columns].map(({ name }) => name)
  const told = select({
    comments: [describe(arrange)],
    columns: [...names.map(kept), ...arrange.columns.map((column) => ({ as: column.name, expression: lowerTold(column, keys) })), ...FLAGS],
    from: below(divided),
  })
  const isLast = { expression: OTHER, direction: 'ASC' as const, nullsLast: false }
  return select({
    comments: [describe(plan)],
    columns: [...names, ...arrange.columns.map(({ name }) => name), 'other', 'total'].map(kept),
    from: below(told),
    where: [{ kind: 'some', of: [binary('>', SEEN, whole(0)), binary('=', TOTAL, whole(1))] }],
    orderBy: [{ expression: TOTAL, direction: 'DESC', nullsLast: false }, ...lowerOrder(plan.order, keys), isLast],
    limit: plan.limitRows + (hasTotals ? 2 : 1),
  })
}

const kept = (name: string): Column & { readonly as: string } => ({ expression: named(name), as: name })
const below = (inner: SqlSelect): SqlSelect['from'] => ({ kind: 'select', select: inner, as: null })
const FLAGS: readonly Column[] = ['other', 'seen', 'total'].map(kept)

/** The groups, and the totals beside them. */
const sets = (names: readonly string[], hasTotals: boolean): Pick<SqlSelect, 'groupBy' | 'alsoBy'> => ({
  groupBy: names.map((name) => named(name)),
  ...(hasTotals ? { alsoBy: [] } : {}),
})
const isTotal = (key: string, hasTotals: boolean): Column => ({ as: 'total', expression: hasTotals ? call('grouping', named(key)) : whole(0) })

function lowerGroups({ divide, keys, counted, source, seen }: Arranged): SqlSelect {
  const { hasTotals, keys: groups } = divide.input
  const numbers = counted.map(({ name, value }) => ({ as: name, expression: value }))
  const flags = [{ as: 'other', expression: whole(0) }, { as: 'seen', expression: seen }, isTotal(firstOf(groups), hasTotals)]
  return select({ comments: [describe(divide.input)], columns: [...keys, ...numbers, ...flags], ...source, ...sets(namesOf(groups), hasTotals) })
}

const namesOf = (keys: readonly GroupKey[]): readonly string[] => keys.map(({ name }) => name)

function firstOf(keys: readonly GroupKey[]): string {
  const [first] = keys
  if (first === undefined) throw new Error('Only groups are arranged.')
  return first.name
}

/**
 * Groups are aggregated to states. Those of one group at all times together make the number that groups are ranked by; states of the others are
 * merged, so that users who were in several of them count once.
 */
function lowerTop(arranged: Arranged, top: NonNullable<Arrange['top']>): SqlSelect {
  const { divide, keys, counted, source, seen } = arranged
  const node = divide.input
  const texts = node.keys.filter((key) => key.kind === 'text')
  const states = counted.map(({ name, state }) => ({ as: stateOf(name), expression: state }))
  const grouped = select({
    comments: [describe(node)],
    columns: [...keys, ...states, { as: 'rows_seen', expression: seen }],
    ...source,
    ...sets(namesOf(node.keys), false),
  })
  const always = [...namesOf(node.keys), ...states.map(({ as }) => as), 'rows_seen'].map(kept)
  const partitionBy = texts.map(({ name }) => named(name))
  const needed = counted.filter(({ name }) => isNeeded(name, top.by, divide))
  const gathered = select({
    columns: [
      ...always,
      ...needed.map((column) => ({ as: column.name, expression: lowerMerged(column, named(stateOf(column.name)), (merge) => over(merge, { partitionBy })) })),
      { as: 'group_seen', expression: over(call('sum', named('rows_seen')), { partitionBy }) },
    ],
    from: below(grouped),
  })
  const derived = divide.columns.find((column) => column.name === top.by)
  const by = select({
    columns: [...always, kept('group_seen'), { as: 'ranked_by', expression: derived === undefined ? named(top.by) : lowerDerived(derived, node.columns) }],
    from: below(gathered),
  })
  const order = [
    { expression: binary('>', named('group_seen'), whole(0)), direction: 'DESC' as const, nullsLast: false },
    { expression: named('ranked_by'), direction: top.direction, nullsLast: true },
    ...lowerOrder(
      texts.map(({ name }) => ({ name, direction: 'ASC', as: 'text' })),
      node.keys,
    ),
  ]
  const ranked = select({ columns: [...always, { as: 'place', expression: over(call('dense_rank'), { orderBy: order }) }], from: below(by) })
  const isOther = binary('>', named('place'), whole(top.count))
  const shown = (key: GroupKey) =>
    key.kind === 'time' ? named(key.name) : call('if', isOther, call('defaultValueOfArgumentType', named(key.name)), named(key.name))
  const chosen = select({
    columns: [
      ...node.keys.map((key) => ({ as: shownAs(key.name), expression: shown(key) })),
      { as: 'other', expression: isOther },
      ...states.map(({ as }) => kept(as)),
      kept('rows_seen'),
    ],
    from: below(ranked),
  })
  return select({
    columns: [
      ...node.keys.map(({ name }) => ({ as: name, expression: named(shownAs(name)) })),
      ...counted.map((column) => ({ as: column.name, expression: lowerMerged(column, named(stateOf(column.name))) })),
      kept('other'),
      { as: 'seen', expression: call('sum', named('rows_seen')) },
      isTotal('other', node.hasTotals),
    ],
    from: below(chosen),
    ...sets([...node.keys.map(({ name }) => shownAs(name)), 'other'], node.hasTotals),
  })
}

const stateOf = (name: string): string => `s_${name}`
const shownAs = (name: string): string => `k_${name}`

/** The columns that the number is made of. */
function isNeeded(name: string, by: string, { columns }: Divide): boolean {
  const derived = columns.find((column) => column.name === by)
  if (derived === undefined) return name === by
  return derived.as === 'whole' ? name === derived.from || name === derived.less : [derived.numerator, derived.less, derived.denominator].includes(name)
}

/** The first row of each group that is seen brings a row without numbers for every bucket; one beside a real row falls together with it. */
function lowerFilled(inner: SqlSelect, { node, gaps }: { readonly node: Aggregate; readonly gaps: Gaps }): SqlSelect {
  const time = node.keys.find((key) => key.kind === 'time')
  if (time === undefined) throw new Error('Gaps are in time.')
  const texts = node.keys.filter((key) => key.kind === 'text')
  const partitionBy = [...texts.map(({ name }) => named(name)), OTHER, TOTAL]
  const numbers = node.columns.map(({ name }) => name)
  const marked = select({
    columns: [
      ...[...namesOf(node.keys), ...numbers, 'other', 'total'].map(kept),
      { as: 'nth', expression: over(call('row_number'), { partitionBy }) },
      { as: 'group_seen', expression: over(call('max', SEEN), { partitionBy }) },
    ],
    from: below(inner),
  })
  const isFirst: SqlExpression = {
    kind: 'every',
    of: [binary('=', named('nth'), whole(1)), binary('>', named('group_seen'), whole(0)), binary('=', TOTAL, whole(0))],
  }
  const empty = call('arrayMap', lambda(['b'], call('tuple', named('b'), whole(0))), lowerBuckets(gaps))
  const none = call('arrayFilter', lambda(['b'], isFirst), empty)
  const opened = select({
    columns: [
      ...[...texts.map(({ name }) => name), 'other', 'total'].map(kept),
      { as: 'bucket', expression: call('tupleElement', named('x'), whole(1)) },
      { as: 'real', expression: call('tupleElement', named('x'), whole(2)) },
      ...numbers.map((name) => ({ as: valueOf(name), expression: named(name) })),
    ],
    from: below(marked),
    unfolds: [{ as: 'x', expression: call('arrayConcat', call('array', call('tuple', named(time.name), whole(1))), none) }],
  })
  const isReal = binary('=', named('real'), whole(1))
  return select({
    columns: [
      ...node.keys.map(({ name }) => (name === time.name ? { as: name, expression: named('bucket') } : kept(name))),
      ...numbers.map((name) => ({ as: name, expression: call('anyIf', named(valueOf(name)), isReal) })),
      kept('other'),
      { as: 'seen', expression: call('countIf', binary('=', named('real'), whole(0))) },
      kept('total'),
    ],
    from: below(opened),
    groupBy: [named('bucket'), ...partitionBy],
  })
}

const valueOf = (name: string): string => `v_${name}`

/** Every bucket of the range, as rows name them. */
function lowerBuckets(gaps: Gaps): SqlExpression {
  if (gaps.kind === 'hours') return call('arrayConcat', call('emptyArrayInt64'), ...gaps.runs.map(lowerRun))
  const { unit, first, count, absent } = gaps
  const all = call('arrayMap', lambda(['i'], lowerAfter(param('Date', first), unit, named('i'))), call('range', whole(count)))
  return absent === null ? all : call('arrayFilter', lambda(['d'], binary('!=', named('d'), param('Date', absent))), all)
}

const HOUR_SECONDS = 3_600
const lowerRun = ({ fromSecond, count }: HourRun): SqlExpression =>
  call(
    'arrayMap',
    lambda(['i'], call('toInt64', binary('+', whole(fromSecond), call('multiply', named('i'), whole(HOUR_SECONDS))))),
    call('range', whole(count)),
  )

/** Money has 6 places and ratios 20; counts none. */
const SHARE_PLACES = 20

function lowerTold(column: Told, keys: readonly GroupKey[]): SqlExpression {
  const texts = keys.filter((key) => key.kind === 'text').map(({ name }) => named(name))
  if (column.kind === 'running') {
    const time = keys.find((key) => key.kind === 'time')
    if (time === undefined) throw new Error('A running total goes along time.')
    const orderBy = [{ expression: named(time.name), direction: 'ASC' as const, nullsLast: false }]
    return over(call('sum', named(column.of)), { partitionBy: [...texts, OTHER, TOTAL], orderBy })
  }
  const total = over(call('anyIf', named(column.ofTotal), binary('=', TOTAL, whole(1))), {})
  const own = column.of === column.ofTotal ? named(column.of) : call('if', binary('=', TOTAL, whole(1)), named(column.ofTotal), named(column.of))
  return lowerShare(own, total)
}

function lowerShare(own: SqlExpression, total: SqlExpression): SqlExpression {
  const exact = (value: SqlExpression) => call('toDecimal256', value, whole(SHARE_PLACES))
  // A total that is null divides by what stands in its place, which is 0.
  const isNothing: SqlExpression = { kind: 'some', of: [call('isNull', total), binary('=', total, whole(0))] }
  return call('if', isNothing, { kind: 'null' }, call('divideDecimal', exact(own), exact(total), whole(SHARE_PLACES)))
}

/** Without groups the one row is its own total. */
export function lowerAlone(inner: SqlSelect, { arrange, divide }: Pick<Arranged, 'arrange' | 'divide'>): SqlSelect {
  const names = [...divide.input.columns, ...divide.columns].map(({ name }) => name)
  const shares = arrange.columns.flatMap((column) =>
    column.kind === 'share' ? [{ as: column.name, expression: lowerShare(named(column.ofTotal), named(column.ofTotal)) }] : [],
  )
  return select({ comments: [describe(arrange)], columns: [...names.map(kept), ...shares], from: below(inner) })
}
