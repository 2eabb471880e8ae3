import type { Condition, TextColumn } from '../../model/condition.ts'
import { describe } from '../plan/describe.ts'
import type { Aggregate, AggregateColumn, GroupKey, ScanCosts, Window } from '../plan/nodes.ts'
import { binary, call, every, named, param, select, stored, whole, type SqlExpression, type SqlSelect, type SqlSource } from './ast.ts'
import { lowerCondition, lowerOperand } from './lowerCondition.ts'
import { inDays, lowerCosts, noCost } from './lowerCosts.ts'
import { lowerAggregate, lowerScan, lowerWithin } from './lowerScan.ts'
import { lowerBucket, lowerDayBucket, lowerPaired } from './lowerTime.ts'

type Column = { readonly expression: SqlExpression; readonly as: string }

/** What an aggregation reads when one scan does not say it, and how its columns are counted over that. */
export type Stream = { readonly from: SqlSource; readonly counted: readonly Column[] }

/** Columns of the stream besides keys and flags: the index of the window, and what is counted. */
const WINDOW = named('w')
const USER = named('u')
const REVENUE = named('r')
const COST = named('c')

/** The rows of the question's range, in a stream of several windows. */
export const isInRange = binary('=', WINDOW, whole(0))

/**
 * Events and costs as one stream of rows: their groups, the answers to the conditions as flags, and what is summed. A row that lies in several
 * windows is in the stream once for each. Raw rows go into one aggregation, so that exact users are gathered once for rows and totals.
 */
export function lowerStream(node: Aggregate): Stream {
  const flags = flagsOf(node.columns)
  const hasWindows = node.windows.length > 1
  const counted = node.columns.map((column) => ({ as: column.name, expression: lowerCounted(column, { flags, hasWindows }) }))
  const events = lowerEventRows(node, flags)
  if (node.costs === null) return { from: { kind: 'select', select: events, as: null }, counted }
  return { from: { kind: 'union', selects: [events, lowerCostRows({ ...node, costs: node.costs }, flags)] }, counted }
}

type Flags = ReadonlyMap<string, { readonly name: string; readonly condition: Condition }>

/** Each condition once, by its text. Rows of costs meet none of them, so that only a sum over all rows needs no flag. */
function flagsOf(columns: readonly AggregateColumn[]): Flags {
  const flags = new Map<string, { readonly name: string; readonly condition: Condition }>()
  for (const { aggregate } of columns) {
    if (aggregate.kind === 'sumCost' || (aggregate.kind === 'sumRevenue' && aggregate.of.kind === 'always')) continue
    const text = JSON.stringify(aggregate.of)
    if (!flags.has(text)) flags.set(text, { name: `f${flags.size + 1}`, condition: aggregate.of })
  }
  return flags
}

function lowerCounted({ aggregate, window }: AggregateColumn, { flags, hasWindows }: { readonly flags: Flags; readonly hasWindows: boolean }): SqlExpression {
  const flag = aggregate.kind === 'sumCost' ? undefined : flags.get(JSON.stringify(aggregate.of))
  const conditions = [...(flag === undefined ? [] : [named(flag.name)]), ...(hasWindows ? [binary('=', WINDOW, whole(window))] : [])]
  const [first = null] = conditions
  const condition = conditions.length > 1 ? every(...conditions) : first
  return lowerAggregate(aggregate, { condition, user: USER, revenue: REVENUE, cost: COST })
}

/** The same columns for either table; a select has one at least, also when nothing is counted. */
function lowerRows({ columns, costs }: Aggregate, parts: { readonly head: readonly Column[]; readonly values: RowValues; readonly flags: readonly Column[] }) {
  const uses = (kind: AggregateColumn['aggregate']['kind']): boolean => columns.some(({ aggregate }) => aggregate.kind === kind)
  const all = [
    ...parts.head,
    ...(uses('countUsers') ? [{ expression: parts.values.user, as: 'u' }] : []),
    ...(uses('sumRevenue') ? [{ expression: parts.values.revenue, as: 'r' }] : []),
    ...(costs !== null && uses('sumCost') ? [{ expression: parts.values.cost, as: 'c' }] : []),
    ...parts.flags,
  ]
  return all.length === 0 ? [{ expression: whole(0), as: 'f0' }] : all
}

type RowValues = { readonly user: SqlExpression; readonly revenue: SqlExpression; readonly cost: SqlExpression }

function lowerEventRows(node: Aggregate, flags: Flags): SqlSelect {
  const { input, windows } = node
  const places = windows.map(({ range: { startMs, endMs } }, index) => ({ index, from: startMs, before: endMs, isIn: lowerWithin({ startMs, endMs }) }))
  const keys = node.keys.map((key): Column => {
    if (key.kind === 'text') return { as: key.name, expression: lowerOperand(key.operand) }
    return { as: key.name, expression: lowerKey(lowerBucket(stored('occurred_at'), key.unit, key.timeZone), windows) }
  })
  return select({
    comments: [describe(input)],
    columns: lowerRows(node, {
      head: [...(windows.length > 1 ? [lowerPlace(places)] : []), ...keys],
      values: { user: stored('user_id'), revenue: stored('revenue'), cost: noCost() },
      flags: [...flags.values()].map(({ name, condition }) => ({ as: name, expression: lowerCondition(condition) })),
    }),
    ...lowerScan(input),
  })
}

function lowerCostRows(node: Aggregate & { readonly costs: ScanCosts }, flags: Flags): SqlSelect {
  const { windows, costs } = node
  // A window whose costs nobody counts has none; the others keep their index.
  const places = windows.flatMap(({ days }, index) => (days === null ? [] : [{ index, ...days, isIn: every(...inDays(days)) }]))
  const keys = node.keys.map((key): Column => {
    if (key.kind === 'text') return { as: key.name, expression: stored(costColumn(key)) }
    return { as: key.name, expression: lowerKey(lowerDayBucket(stored('day'), key.unit), windows) }
  })
  return select({
    columns: lowerRows(node, {
      head: [...(windows.length > 1 ? [lowerPlace(places)] : []), ...keys],
      values: { user: param('String', ''), revenue: noCost(), cost: named('amount') },
      flags: [...flags.values()].map(({ name }) => ({ as: name, expression: whole(0) })),
    }),
    from: { kind: 'select', select: lowerCosts(costs), as: null },
  })
}

function costColumn({ operand }: GroupKey & { kind: 'text' }): TextColumn {
  if (operand.kind !== 'column') throw new Error('Costs have no properties.')
  return operand.column
}

/** A bucket under the name that it has in the range, whichever window the row is in. */
function lowerKey(bucket: SqlExpression, windows: readonly Window[]): SqlExpression {
  const choices = windows.flatMap(({ pairing }, i) => (pairing === null ? [] : [binary('=', WINDOW, whole(i)), lowerPaired(bucket, pairing)]))
  return choices.length === 0 ? bucket : call('multiIf', ...choices, bucket)
}

type Place = { readonly index: number; readonly from: number | string; readonly before: number | string; readonly isIn: SqlExpression }

/** The index of the window that a row is in, which every row of the scan is; once for each where windows overlap. */
function lowerPlace(places: readonly Place[]): Column {
  const last = places.at(-1)
  if (last === undefined) throw new Error('A row lies in a window.')
  if (doOverlap(places)) {
    const each = places.map(({ index, isIn }) => call('if', isIn, call('array', whole(index)), call('array')))
    return { expression: call('arrayJoin', call('arrayConcat', ...each)), as: 'w' }
  }
  const before = places.slice(0, -1).flatMap(({ index, isIn }) => [isIn, whole(index)])
  return { expression: before.length === 0 ? whole(last.index) : call('multiIf', ...before, whole(last.index)), as: 'w' }
}

function doOverlap(places: readonly Place[]): boolean {
  const sorted = places.filter(({ from, before }) => from < before).toSorted((a, b) => (a.from < b.from ? -1 : 1))
  return sorted.some(({ from }, i) => {
    const previous = sorted[i - 1]
    return previous !== undefined && previous.before > from
  })
}
