import type { UserAggregate } from '../../model/measures.ts'
import { bucketAt, dateAt, startBefore } from '../calendar.ts'
import { unreachable } from '../unreachable.ts'
import { describe } from '../plan/describe.ts'
import type { Aggregate, AggregateColumn, CollectUsers, GroupKey, Window } from '../plan/nodes.ts'
import { daysBefore, isOfUsers, type UserColumn } from '../plan/planUsers.ts'
import type { TimeRange } from '../bind/range.ts'
import { binary, call, conjuncts, every, instant, lambda, named, param, select, stored, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { lowerCondition, lowerOperand } from './lowerCondition.ts'
import { lowerScan, lowerWithin } from './lowerScan.ts'
import { lowerBucket, lowerDayBucket, lowerNext, lowerPaired } from './lowerTime.ts'

type Column = { readonly expression: SqlExpression; readonly as: string }

/** The users that a column counts have rows of their own in the stream, told by `w`: they follow on the windows. */
export function markOf(column: UserColumn, { columns, windows }: Pick<Aggregate, 'columns' | 'windows'>): number {
  return windows.length + marksOf(columns).findIndex((mark) => isSame(mark, column))
}

/** What is counted of users, each once. */
const marksOf = (columns: readonly AggregateColumn[]): readonly UserColumn[] =>
  columns.filter(isOfUsers).filter((column, i, all) => all.findIndex((other) => isSame(other, column)) === i)

const isSame = (a: AggregateColumn, b: AggregateColumn): boolean =>
  a === b || (a.window === b.window && a.aggregate.kind === b.aggregate.kind && JSON.stringify(a.aggregate) === JSON.stringify(b.aggregate))

const FIRST = named('first_at')
const USER = named('u')

/**
 * Activity is read once: per user the first ever, and the distinct places it was in, which are groups with their bucket or day. A user's places
 * are few, so that what is told of them is worked out in arrays; then each is a row of the stream: `w`, the keys and the user.
 */
export function lowerUsers(
  node: Aggregate & { readonly users: CollectUsers },
  shape: (head: readonly Column[], user: SqlExpression) => SqlSelect['columns'],
): SqlSelect {
  const places = new Places(node)
  const marks = marksOf(node.columns).map((mark) => lowerMark(mark, { node, places }))
  const entry = named('x')
  const head = [
    { expression: call('tupleElement', entry, whole(1)), as: 'w' },
    ...node.keys.map((key, i) => ({ expression: call('tupleElement', entry, whole(i + 2)), as: key.name })),
  ]
  const users = select({
    comments: [describe(node.users.input)],
    columns: [
      { expression: stored('user_id'), as: 'u' },
      ...(node.users.input.startMs === null ? [{ expression: call('min', stored('occurred_at')), as: 'first_at' }] : []),
      ...places.columns(),
    ],
    ...lowerScan(node.users.input),
    groupBy: [stored('user_id')],
  })
  return select({
    comments: [describe(node.users)],
    columns: shape(head, USER),
    from: { kind: 'select', select: users, as: null },
    unfolds: [{ expression: call('arrayConcat', ...marks), as: 'x' }],
  })
}

/** The arrays of a user's places that some mark needs, each made once. */
class Places {
  readonly #node: Aggregate & { readonly users: CollectUsers }
  readonly #columns = new Map<string, SqlExpression>()

  constructor(node: Aggregate & { readonly users: CollectUsers }) {
    this.#node = node
  }

  columns(): readonly Column[] {
    return [...this.#columns].map(([as, expression]) => ({ as, expression }))
  }

  /** By bucket, of the range. Without a group of time the first element is 0. */
  inBuckets(name: string, range: TimeRange): SqlExpression {
    const time = timeOf(this.#node.keys)
    return this.#add(name, time === null ? whole(0) : lowerBucket(stored('occurred_at'), time.unit, time.timeZone), range)
  }

  /** By local day. */
  inDays(name: string, range: TimeRange, timeZone: string): SqlExpression {
    return this.#add(name, lowerBucket(stored('occurred_at'), 'DAY', timeZone), range)
  }

  #add(name: string, time: SqlExpression, range: TimeRange): SqlExpression {
    const texts = this.#node.keys.flatMap((key) => (key.kind === 'text' ? [lowerOperand(key.operand)] : []))
    const isPlace = every(lowerWithin(range), ...conjuncts(lowerCondition(this.#node.users.where)))
    this.#columns.set(name, call('groupUniqArrayIf', call('tuple', time, ...texts), isPlace))
    return named(name)
  }
}

type TimeKey = GroupKey & { readonly kind: 'time' }
const timeOf = (keys: readonly GroupKey[]): TimeKey | null => keys.find((key) => key.kind === 'time') ?? null

type Asked = { readonly node: Aggregate & { readonly users: CollectUsers }; readonly places: Places }

/** The rows of one mark, as an array of tuples: `w`, then the keys. */
function lowerMark(column: UserColumn, { node, places }: Asked): SqlExpression {
  const { aggregate } = column
  const window = node.windows[column.window]
  if (window === undefined) throw new Error('A column is of a window.')
  const asked = { node, places, window, index: column.window, entryOf: entryOf(markOf(column, node), node.keys) }
  switch (aggregate.kind) {
    case 'newUsers':
      return lowerNew(aggregate, asked)
    case 'usersOver':
      return lowerOver(aggregate, asked)
    case 'lifecycle':
      return lowerLifecycle(aggregate, asked)
    default:
      return unreachable(aggregate)
  }
}

type Mark = Asked & { readonly window: Window; readonly index: number; readonly entryOf: EntryOf }
type EntryOf = (place: SqlExpression, time: SqlExpression) => SqlExpression

/** The row that a place becomes, at a time that may be another than its own. */
const entryOf =
  (mark: number, keys: readonly GroupKey[]): EntryOf =>
  (place, time) => {
    let texts = 1
    const parts = keys.map((key) => (key.kind === 'time' ? time : call('tupleElement', place, whole(++texts))))
    return call('tuple', whole(mark), ...parts)
  }

const P = named('p')
const timeOfPlace = call('tupleElement', P, whole(1))
const filtered = (places: SqlExpression, ...conditions: readonly SqlExpression[]): SqlExpression =>
  conditions.length === 0 ? places : call('arrayFilter', lambda(['p'], every(...conditions)), places)
const mapped = (places: SqlExpression, body: SqlExpression): SqlExpression => call('arrayMap', lambda(['p'], body), places)
const paired = (bucket: SqlExpression, { pairing }: Window): SqlExpression => (pairing === null ? bucket : lowerPaired(bucket, pairing))

/** A row's bucket is cut by the range, so that the first activity lies in both. */
function lowerNew({ isTotal }: UserAggregate & { kind: 'newUsers' }, { node, places, window, index, entryOf: entry }: Mark): SqlExpression {
  const time = timeOf(node.keys)
  const isInBucket = time === null || isTotal ? [] : [binary('=', timeOfPlace, lowerBucket(FIRST, time.unit, time.timeZone))]
  const isNew = filtered(places.inBuckets(`b${index}`, window.range), binary('>=', FIRST, instant(window.range.startMs)), ...isInBucket)
  return mapped(isNew, entry(P, paired(timeOfPlace, window)))
}

/** Each day is put into the buckets whose last day lies at most so many days later, itself included. */
function lowerOver({ days, isTotal }: UserAggregate & { kind: 'usersOver' }, { node, places, window, index, entryOf: entry }: Mark): SqlExpression {
  const time = timeOf(node.keys)
  const timeZone = node.users.timeZone
  const reach = Math.max(...node.columns.flatMap((each) => (each.aggregate.kind === 'usersOver' && each.window === index ? [each.aggregate.days] : [])))
  const isEmpty = window.range.endMs <= window.range.startMs
  const inDays = places.inDays(`d${index}`, isEmpty ? window.range : daysBefore(window.range, reach, timeZone), timeZone)
  const first = param('Date', dateAt(window.range.startMs, timeZone))
  const last = param('Date', dateAt(Math.max(window.range.startMs, window.range.endMs - 1), timeZone))
  if (time === null || isTotal) {
    const isNear = binary('<', binary('-', last, timeOfPlace), whole(days))
    return mapped(filtered(inDays, isNear), entry(P, time === null ? whole(0) : paired(lowerDayBucket(last, time.unit), window)))
  }
  const l = named('l')
  const bucket = (day: SqlExpression) => lowerDayBucket(day, time.unit)
  const from = call('greatest', timeOfPlace, first)
  const until = call('least', call('addDays', timeOfPlace, whole(days - 1)), last)
  const count = call('toUInt64', call('greatest', binary('+', binary('-', until, from), whole(1)), whole(0)))
  const following = call('arrayMap', lambda(['i'], call('addDays', from, named('i'))), call('range', count))
  const isLast = { kind: 'some' as const, of: [binary('=', l, last), binary('!=', bucket(l), bucket(call('addDays', l, whole(1))))] }
  const lastDays = time.unit === 'DAY' ? following : call('arrayFilter', lambda(['l'], isLast), following)
  const entryAt = lambda(['l'], entry(P, paired(bucket(l), window)))
  // Dates are told apart faster than the rows that they become.
  if (node.keys.length === 1) return call('arrayMap', entryAt, call('arrayDistinct', call('arrayFlatten', mapped(inDays, lastDays))))
  return call('arrayDistinct', call('arrayFlatten', mapped(inDays, call('arrayMap', entryAt, lastDays))))
}

/** Of the range alone. The bucket before is looked at as a whole, also where the range begins in it. */
function lowerLifecycle({ part }: UserAggregate & { kind: 'lifecycle' }, { node, places, window, entryOf: entry }: Mark): SqlExpression {
  const time = timeOf(node.keys)
  if (time === null || time.unit === 'HOUR') throw new Error('A lifecycle goes by days or longer.')
  const { unit, timeZone } = time
  const { startMs, endMs } = window.range
  const first = bucketAt(startMs, unit, timeZone).startMs
  const active = places.inBuckets('b0', window.range)
  const before = places.inBuckets('b_before', { startMs: startBefore(first, 1, { unit, timeZone }), endMs: startMs })
  const ever = call('arrayConcat', active, before)
  const atTime = (steps: 1 | -1) => call('tuple', lowerNext(timeOfPlace, unit, steps), ...textsOf(node.keys))
  const isNew = every(binary('>=', FIRST, instant(startMs)), binary('=', timeOfPlace, lowerBucket(FIRST, unit, timeZone)))
  const wasActive = call('has', ever, atTime(-1))
  const isNot = (of: SqlExpression): SqlExpression => ({ kind: 'negated', of })
  switch (part) {
    case 'newUsers':
      return mapped(filtered(active, isNew), entry(P, timeOfPlace))
    case 'returningUsers':
      return mapped(filtered(active, isNot(isNew), wasActive), entry(P, timeOfPlace))
    case 'resurrectedUsers':
      return mapped(filtered(active, isNot(isNew), isNot(wasActive)), entry(P, timeOfPlace))
    case 'dormantUsers': {
      const next = lowerNext(timeOfPlace, unit, 1)
      const last = lowerDayBucket(param('Date', dateAt(Math.max(startMs, endMs - 1), timeZone)), unit)
      return mapped(filtered(ever, binary('<=', next, last), isNot(call('has', active, atTime(1)))), entry(P, next))
    }
  }
}

function textsOf(keys: readonly GroupKey[]): readonly SqlExpression[] {
  return keys.filter((key) => key.kind === 'text').map((_, i) => call('tupleElement', P, whole(i + 2)))
}
