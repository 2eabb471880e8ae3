import type { Condition, TextColumn } from '../../model/condition.ts'
import { isEarlier } from '../prepared/trace.ts'
import { textOf } from '../passes/simplify.ts'
import { describe } from '../plan/describe.ts'
import type { Aggregate, AggregateColumn, GroupKey, ScanCosts, Window } from '../plan/nodes.ts'
import { isOfUsers } from '../plan/planUsers.ts'
import { binary, call, every, instant, named, param, select, stored, whole, type SqlExpression, type SqlSelect, type SqlSource } from './ast.ts'
import { lowerCondition, lowerOperand } from './lowerCondition.ts'
import { inDays, lowerCosts, noCost } from './lowerCosts.ts'
import { lowerMeasure, lowerNumberOf, type LoweredColumn, type RowAggregate } from './lowerMeasure.ts'
import { lowerScan, lowerWithin } from './lowerScan.ts'
import { lowerBucket, lowerDayBucket, lowerPaired } from './lowerTime.ts'
import { lowerUsers, markOf } from './lowerUsers.ts'

type Column = { readonly expression: SqlExpression; readonly as: string }

/** What an aggregation reads when one scan does not say it, and how its columns are counted over that. */
export type Stream = { readonly from: SqlSource; readonly counted: readonly LoweredColumn[] }

/** Columns of the stream besides keys and flags: the index of the window, and what is counted. */
const WINDOW = named('w')

/** The rows of the question's range, in a stream of several windows. */
export const isInRange = binary('=', WINDOW, whole(0))

/**
 * Events and costs as one stream of rows: their groups, the answers to the conditions as flags, and what is summed. A row that lies in several
 * windows is in the stream once for each. Raw rows go into one aggregation, so that exact users are gathered once for rows and totals. Users of
 * other times than their row's have rows of their own.
 */
export function lowerStream(node: Aggregate): Stream {
  const { costs, users } = node
  const flags = flagsOf(node.columns)
  const values = valuesOf(node)
  const counted = node.columns.map((column) => lowerCounted(column, { node, flags, values }))
  const events = lowerEventRows(node, { flags, values })
  if (costs === null && users === null) return { from: { kind: 'select', select: events, as: null }, counted }
  const shape = (head: readonly Column[], user: SqlExpression) =>
    lowerRows(
      head,
      values.map((value) => ({ as: value.as, expression: value.as === 'u' ? user : value.absent })),
      flagsWithout(flags),
    )
  const ofUsers = users === null ? [] : [lowerUsers({ ...node, users }, shape)]
  return { from: { kind: 'union', selects: [events, ...(costs === null ? [] : [lowerCostRows({ ...node, costs }, { flags, values })]), ...ofUsers] }, counted }
}

const hasWindow = ({ windows, users }: Aggregate): boolean => windows.length > 1 || users !== null

type Flags = ReadonlyMap<string, { readonly name: string; readonly condition: Condition }>

/** Each condition once, by its text. Rows of costs meet none of them, so that only a sum over all rows needs no flag. */
function flagsOf(columns: readonly AggregateColumn[]): Flags {
  const flags = new Map<string, { readonly name: string; readonly condition: Condition }>()
  for (const { aggregate } of columns) {
    if (!('of' in aggregate) || (aggregate.kind === 'sumRevenue' && aggregate.of.kind === 'always')) continue
    const text = textOf(aggregate.of)
    if (!flags.has(text)) flags.set(text, { name: `f${flags.size + 1}`, condition: aggregate.of })
  }
  return flags
}

const flagsWithout = (flags: Flags): readonly Column[] => [...flags.values()].map(({ name }) => ({ as: name, expression: whole(0) }))

/** What rows of the stream carry to be counted: as an event has it, and as a row of another table does not. */
type Value = { readonly as: string; readonly of: string; readonly event: SqlExpression; readonly absent: SqlExpression }
type Stated = { readonly flags: Flags; readonly values: readonly Value[] }

function valuesOf({ columns, costs, users }: Aggregate): readonly Value[] {
  const uses = (kind: AggregateColumn['aggregate']['kind']): boolean => columns.some(({ aggregate }) => aggregate.kind === kind)
  const propertiesOf = (kind: 'number' | 'value'): readonly string[] => [
    ...new Set(columns.flatMap(({ aggregate }) => (aggregate.kind === kind && 'property' in aggregate ? [aggregate.property] : []))),
  ]
  const text = param('String', '')
  const values: Value[] = []
  if (uses('countUsers') || users !== null) values.push({ as: 'u', of: 'user', event: stored('user_id'), absent: text })
  if (uses('sumRevenue')) values.push({ as: 'r', of: 'revenue', event: stored('revenue'), absent: noCost() })
  if (costs !== null && uses('sumCost')) values.push({ as: 'c', of: 'cost', event: noCost(), absent: noCost() })
  for (const [i, name] of propertiesOf('number').entries())
    values.push({ as: `n${i + 1}`, of: `number ${name}`, event: lowerNumberOf(name), absent: { kind: 'null' } })
  for (const [i, name] of propertiesOf('value').entries())
    values.push({ as: `t${i + 1}`, of: `text ${name}`, event: lowerOperand({ kind: 'property', name }), absent: text })
  if (uses('value'))
    values.push({ as: 'o', of: 'place', event: call('tuple', stored('occurred_at'), stored('event_id')), absent: call('tuple', instant(0), text) })
  return values
}

function lowerCounted(column: AggregateColumn, { node, flags, values }: Stated & { readonly node: Aggregate }): LoweredColumn {
  const { name, aggregate, window } = column
  const valueOf = (of: string): SqlExpression => named(values.find((value) => value.of === of)?.as ?? of)
  const row = {
    user: valueOf('user'),
    revenue: valueOf('revenue'),
    cost: valueOf('cost'),
    number: (property: string) => valueOf(`number ${property}`),
    text: (property: string) => valueOf(`text ${property}`),
    place: valueOf('place'),
  }
  if (isOfUsers(column)) return lowerMeasure(name, { kind: 'users' }, { ...row, condition: binary('=', WINDOW, whole(markOf(column, node))) })
  const flag = 'of' in aggregate ? flags.get(textOf(aggregate.of)) : undefined
  const conditions = [...(flag === undefined ? [] : [named(flag.name)]), ...(hasWindow(node) ? [binary('=', WINDOW, whole(window))] : [])]
  const [first = null] = conditions
  return lowerMeasure(name, rowAggregate(column), { ...row, condition: conditions.length > 1 ? every(...conditions) : first })
}

function rowAggregate({ aggregate }: AggregateColumn): RowAggregate {
  if (aggregate.kind === 'newUsers' || aggregate.kind === 'usersOver' || aggregate.kind === 'lifecycle') throw new Error('Users have rows of their own.')
  return aggregate
}

/** The same columns for each table; a select has one at least, also when nothing is counted. */
function lowerRows(...parts: readonly (readonly Column[])[]): readonly Column[] {
  const all = parts.flat()
  return all.length === 0 ? [{ expression: whole(0), as: 'f0' }] : all
}

function lowerEventRows(node: Aggregate, { flags, values }: Stated): SqlSelect {
  const { input, windows } = node
  const places = windows.map(({ range: { startMs, endMs } }, index) => ({ index, from: startMs, before: endMs, isIn: lowerWithin({ startMs, endMs }) }))
  const keys = node.keys.map((key): Column => {
    if (key.kind === 'text') return { as: key.name, expression: lowerOperand(key.operand) }
    return { as: key.name, expression: lowerKey(lowerBucket(stored('occurred_at'), key.unit, key.timeZone), windows) }
  })
  return select({
    comments: [describe(input)],
    columns: lowerRows(
      hasWindow(node) ? [lowerPlace(places)] : [],
      keys,
      values.map((value) => ({ as: value.as, expression: value.event })),
      [...flags.values()].map(({ name, condition }) => ({ as: name, expression: lowerCondition(condition) })),
    ),
    ...lowerScan(input),
  })
}

function lowerCostRows(node: Aggregate & { readonly costs: ScanCosts }, { flags, values }: Stated): SqlSelect {
  const { windows, costs } = node
  // A window whose costs nobody counts has none; the others keep their index.
  const places = windows.flatMap(({ days }, index) => (days === null ? [] : [{ index, ...days, isIn: every(...inDays(days)) }]))
  const keys = node.keys.map((key): Column => {
    if (key.kind === 'text') return { as: key.name, expression: stored(costColumn(key)) }
    return { as: key.name, expression: lowerKey(lowerDayBucket(stored('day'), key.unit), windows) }
  })
  const ofCosts = values.map((value) => ({ as: value.as, expression: value.as === 'c' ? named('amount') : value.absent }))
  return select({
    columns: lowerRows(hasWindow(node) ? [lowerPlace(places)] : [], keys, ofCosts, flagsWithout(flags)),
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
  const sorted = places.filter(({ from, before }) => isEarlier(from, before)).toSorted((a, b) => (isEarlier(a.from, b.from) ? -1 : 1))
  return sorted.some(({ from }, i) => {
    const previous = sorted[i - 1]
    return previous !== undefined && isEarlier(from, previous.before)
  })
}
