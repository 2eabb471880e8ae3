import type { BestAttempts } from '../plan/nodes.ts'
import { binary, call, every, lambda, named, select, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import type { CodeLayout } from './lowerSteps.ts'

/** Later than any time: of a step that is not reached. Milliseconds of it are far below what overflows. */
const NEVER = whole(2 ** 50)
/** In place of a time: to be told by a later row. */
const LATER = whole(0)

type Column = SqlSelect['columns'][number]

/** The column that says whose an attempt is, where that is asked for. */
export const userOf = ({ keepsUser = false }: BestAttempts): readonly string[] => (keepsUser ? ['user_id'] : [])
export const plain = (names: readonly string[]): readonly Column[] => names.map((name) => ({ expression: named(name), as: null }))

/** The columns of all attempts of a user, in the order of their first rows: when each began, when its further steps were, and how many it misses. */
export const ATTEMPTS = { begin: 'begins', way: 'ways', missed: 'misses' } as const

/**
 * All attempts of a user at once: for every row the way from it on is told from the last row back, step by step. An attempt does not walk, so many
 * of one user cost their number times the steps, and not its square.
 */
export function lowerAttempts(node: BestAttempts, { codes, users }: { readonly codes: CodeLayout; readonly users: SqlSelect }): SqlSelect {
  const hasKeys = node.input.keys.length > 0
  const kept = [...userOf(node), 'codes', 'times', ...(node.order === 'STRICT' ? ['instants'] : []), ...(hasKeys ? ['starts'] : [])]
  const base: Layers = { kept, rows: lowerTimes(node, { codes, users, hasKeys }) }
  const { columns, rows } = node.order === 'UNORDERED' ? reachedInAnyOrder(node, { codes, base }) : reachedInOrder(node, { codes, base })
  const inTime = call('arrayCount', lambda(['time'], binary('<=', named('time'), named('until'))), named('way'))
  const missed = binary('-', whole(node.input.steps.length - 1), inTime)
  return select({
    columns: [
      ...plain(userOf(node)),
      { expression: ofStarts(named('times'), codes), as: ATTEMPTS.begin },
      ...columns,
      lowerUntil(node, codes),
      { expression: call('arrayMap', lambda(['until', 'way'], missed), named('untils'), named(ATTEMPTS.way)), as: ATTEMPTS.missed },
      ...(hasKeys ? [{ expression: call('arrayMap', lambda(['start'], call('tupleElement', named('start'), whole(2))), named('starts')), as: 'texts' }] : []),
    ],
    from: { kind: 'select', select: rows, as: null },
  })
}

/**
 * How many steps the best attempt of a user misses: `since2` has, for each row, the latest first step of an attempt that has reached step 2 until
 * then. No attempt that began earlier gets further in its window than the latest.
 */
export function lowerLevels(
  node: BestAttempts,
  { codes, users, missed }: { readonly codes: CodeLayout; readonly users: SqlSelect; readonly missed: string },
): SqlSelect {
  const last = node.input.steps.length - 1
  const sinceName = (step: number) => `since${step + 1}`
  const hasName = (step: number) => `has${step + 1}`
  const has = (step: number): Column => ({ expression: binary('!=', call('arrayMax', named(sinceName(step))), LATER), as: hasName(step) })
  const ofLast = (values: SqlExpression) => call('arrayFill', lambda(['value'], binary('!=', named('value'), LATER)), values)
  const base: Layers = { kept: [...userOf(node), 'codes', 'times'], rows: lowerTimes(node, { codes, users, hasKeys: false }) }
  const begun = call('arrayMap', lambda(['code', 'time'], ifElse(isAt(codes.notFirstBit), LATER, named('time'))), named('codes'), named('times'))
  let rows = layer(base, [{ expression: ofLast(begun), as: sinceName(0) }])
  for (let step = 1; step <= last; step++) {
    const isInTime = binary('<=', binary('-', named('time'), named('since')), whole(node.windowMs))
    const reached = ifElse(every(isAt(step), binary('!=', named('since'), LATER), isInTime), named('since'), LATER)
    const before = call('arrayPushFront', call('arrayPopBack', named(sinceName(step - 1))), LATER)
    const since = call('arrayMap', lambda(['code', 'time', 'since'], reached), named('codes'), named('times'), before)
    const known = Array.from({ length: Math.max(step - 2, 0) }, (_, i) => hasName(i + 1))
    rows = layer({ ...base, rows }, [{ expression: ofLast(since), as: sinceName(step) }, ...(step === 1 ? [] : [has(step - 1)])], known)
  }
  const known = Array.from({ length: last - 1 }, (_, i) => named(hasName(i + 1)))
  const reached = known.reduce<SqlExpression>((sum, each) => binary('+', sum, each), has(last).expression)
  const columns = [...plain(userOf(node)), { expression: binary('-', whole(last), reached), as: missed }]
  return select({ columns, from: { kind: 'select', select: rows, as: null } })
}

/** A select within selects, each with columns made of those of the one inside. */
type Layers = { readonly kept: readonly string[]; readonly rows: SqlSelect }
type Reached = { readonly columns: readonly Column[]; readonly rows: SqlSelect }

const layer = ({ kept, rows }: Layers, columns: readonly Column[], used: readonly string[] = []): SqlSelect =>
  select({
    columns: [...[...kept, ...used].map((name) => ({ expression: named(name), as: null })), ...columns],
    from: { kind: 'select', select: rows, as: null },
  })

/** The codes of a user's rows, their times, and for STRICT the numbers of their instants. */
function lowerTimes(
  node: BestAttempts,
  { codes, users, hasKeys }: { readonly codes: CodeLayout; readonly users: SqlSelect; readonly hasKeys: boolean },
): SqlSelect {
  const times = call('arrayMap', lambda(['code'], call('bitShiftRight', named('code'), whole(codes.bits))), named('codes'))
  const before = call('arrayPushFront', call('arrayPopBack', named('times')), whole(0))
  const isNew = lambda(['time', 'before'], binary('!=', named('time'), named('before')))
  return select({
    columns: [
      ...plain(userOf(node)),
      { expression: named('codes'), as: null },
      ...(hasKeys ? [{ expression: named('starts'), as: null }] : []),
      { expression: times, as: 'times' },
      ...(node.order === 'STRICT' ? [{ expression: call('arrayCumSum', call('arrayMap', isNew, named('times'), before)), as: 'instants' }] : []),
    ],
    from: { kind: 'select', select: users, as: null },
  })
}

/** For each row, and for the place after the last, the value of the first row from it on that has one. */
const ofNext = (values: SqlExpression): SqlExpression =>
  call('arrayReverseFill', lambda(['value'], binary('!=', named('value'), LATER)), call('arrayPushBack', values, NEVER))
const NO_WAY = call('array', NEVER)
/** The same of ways; where there is none it is empty. */
const ofNextWay = (ways: SqlExpression): SqlExpression =>
  call('arrayReverseFill', lambda(['way'], call('notEmpty', named('way'))), call('arrayPushBack', ways, NO_WAY))
/** The same from the row after it on. */
const after = (values: SqlExpression): SqlExpression => call('arrayPopFront', values)
const isAt = (bit: number): SqlExpression => call('bitTest', named('code'), whole(bit))
const ifElse = (condition: SqlExpression, yes: SqlExpression, no: SqlExpression): SqlExpression => call('if', condition, yes, no)

/** Of the values of all rows those of the first rows of attempts. */
function ofStarts(values: SqlExpression, codes: CodeLayout): SqlExpression {
  const isStart: SqlExpression = { kind: 'negated', of: isAt(codes.notFirstBit) }
  return call('arrayFilter', lambda(['value', 'code'], isStart), values, named('codes'))
}

/** Whether the next step is no later than at the user's next instant. */
const IS_NEXT = binary('<=', binary('-', named('next'), named('instant')), whole(1))

/**
 * `ways2` has, for each row, the times of steps 2, 3 and so on as who looks for step 2 from this row on reaches them; of a row that meets step 2 it
 * is its own time and then `ways3` of the row after it. STRICT lets none pass whose next step lies behind another instant.
 */
function reachedInOrder({ order, input }: BestAttempts, { codes, base }: { readonly codes: CodeLayout; readonly base: Layers }): Reached {
  const last = input.steps.length - 1
  const isStrict = order === 'STRICT'
  const waysName = (step: number) => `ways${step + 1}`
  const nextName = (step: number) => `next${step + 1}`
  const passing = isStrict ? ['next', 'instant'] : []
  /** The way from the row after each, with what tells whether it may be gone. */
  const fromAfter = (step: number): readonly SqlExpression[] => [
    after(named(waysName(step))),
    ...(isStrict ? [after(named(nextName(step))), named('instants')] : []),
  ]
  const way = isStrict ? ifElse(IS_NEXT, named('way'), NO_WAY) : named('way')
  let { rows } = base
  for (let step = last; step >= 1; step--) {
    const own = (rest: SqlExpression) => ifElse(isAt(step), call('arrayPushFront', rest, named('time')), call('emptyArrayUInt64'))
    const ways =
      step === last
        ? call('arrayMap', lambda(['code', 'time'], own(NO_WAY)), named('codes'), named('times'))
        : call('arrayMap', lambda(['code', 'time', 'way', ...passing], own(way)), named('codes'), named('times'), ...fromAfter(step + 1))
    const instant = call('arrayMap', lambda(['code', 'instant'], ifElse(isAt(step), named('instant'), LATER)), named('codes'), named('instants'))
    rows = layer({ ...base, rows }, [
      { expression: ofNextWay(ways), as: waysName(step) },
      ...(isStrict ? [{ expression: ofNext(instant), as: nextName(step) }] : []),
    ])
  }
  const fromFirst = isStrict ? call('arrayMap', lambda(['way', ...passing], way), ...fromAfter(1)) : after(named(waysName(1)))
  return { rows, columns: [{ expression: ofStarts(fromFirst, codes), as: ATTEMPTS.way }] }
}

/**
 * Each row serves one step, and as many steps as can be are served. Of the steps of one event so many are served as Hall's theorem says: l of c
 * once every set of them has met as many rows as it has steps, less c - l. So the time of the l-th is the latest, over the sets, of the time of
 * the row of that number. Steps of different events do not meet.
 */
function reachedInAnyOrder({ alike }: BestAttempts, { codes, base }: { readonly codes: CodeLayout; readonly base: Layers }): Reached {
  const name = (event: number, set: number, nth: number) => `e${event + 1}_${set + 1}_${nth}`
  const sets = alike.flatMap((kinds, event) => subsetsOf(kinds).map((of, set) => ({ event, set, of, size: sizeOf(of) })))
  const most = Math.max(...sets.map(({ size }) => size))
  let { rows } = base
  for (let nth = 1; nth <= most; nth++) {
    const before = sets.flatMap(({ event, set, size }) => Array.from({ length: Math.min(size, nth - 1) }, (_, i) => name(event, set, i + 1)))
    const columns = sets.flatMap(({ event, set, of, size }): readonly Column[] => {
      if (size < nth) return []
      const bits = of.reduce((sum, [place = 0]) => sum + 2 ** place, 0)
      const isOf = binary('!=', call('bitAnd', named('code'), whole(bits)), whole(0))
      const value = nth === 1 ? named('times') : after(named(name(event, set, nth - 1)))
      const values = call('arrayMap', lambda(['code', 'value'], ifElse(isOf, named('value'), LATER)), named('codes'), value)
      return [{ expression: ofNext(values), as: name(event, set, nth) }]
    })
    rows = layer({ ...base, rows }, columns, before)
  }
  const served = alike.flatMap((kinds, event): readonly Column[] => {
    const count = sizeOf(kinds)
    const own = sets.filter((each) => each.event === event)
    return Array.from({ length: count }, (_, i) => {
      const needed = own.flatMap(({ set, size }) => {
        const nth = i + 1 - count + size
        return nth < 1 ? [] : [ofStarts(call('arrayPopBack', named(name(event, set, nth))), codes)]
      })
      const parameters = needed.map((_each, at) => `time${at + 1}`)
      return { expression: call('arrayMap', lambda(parameters, latestOf(parameters.map((each) => named(each)))), ...needed), as: `l${event + 1}_${i + 1}` }
    })
  })
  const names = served.map(({ as }) => as ?? '')
  // The first of them is the first row itself.
  const sorted = after(call('arraySort', call('array', ...names.map((each) => named(`of_${each}`)))))
  const parameters = names.map((each) => `of_${each}`)
  const way = { expression: call('arrayMap', lambda(parameters, sorted), ...names.map((each) => named(each))), as: ATTEMPTS.way }
  return { rows, columns: [...served, way] }
}

type Kinds = readonly (readonly number[])[]
const sizeOf = (kinds: Kinds): number => kinds.reduce((sum, kind) => sum + kind.length, 0)
const latestOf = (all: readonly SqlExpression[]): SqlExpression => (all.length === 1 ? (all[0] ?? LATER) : call('greatest', ...all))
/** All but the empty one. */
const subsetsOf = (kinds: Kinds): readonly Kinds[] =>
  kinds.reduce<readonly Kinds[]>((sets, kind) => [...sets, ...sets.map((set) => [...set, kind])], [[]]).filter((set) => set.length > 0)

/** Until when the steps of each attempt count: the end of its window, or the first row after its first that ends it. */
function lowerUntil({ windowMs, input }: BestAttempts, codes: CodeLayout): Column {
  const windowEnd = binary('+', named('time'), whole(windowMs))
  const first = named(ATTEMPTS.begin)
  if (input.exclusion === null) return { expression: call('arrayMap', lambda(['time'], windowEnd), first), as: 'untils' }
  const ends = call('arrayMap', lambda(['code', 'time'], ifElse(isAt(codes.exclusionBit), named('time'), LATER)), named('codes'), named('times'))
  const until = lambda(['time', 'ended'], call('least', windowEnd, named('ended')))
  return { expression: call('arrayMap', until, first, ofStarts(after(ofNext(ends)), codes)), as: 'untils' }
}
