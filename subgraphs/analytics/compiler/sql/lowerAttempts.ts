import type { BestAttempts } from '../plan/nodes.ts'
import { binary, call, lambda, named, select, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import type { CodeLayout } from './lowerSteps.ts'

/** Later than any time: of a step that is not reached. Milliseconds of it are far below what overflows. */
const NEVER = whole(2 ** 50)
/** In place of a time: to be told by a later row. */
const LATER = whole(0)

type Column = SqlSelect['columns'][number]

/** The columns of all attempts of a user, arrays of one length in the order of their first rows: when each step was, and how many are missed. */
export const ATTEMPTS = { time: (step: number) => `s${step + 1}`, missed: 'misses' } as const

/**
 * All attempts of a user at once: for every row the time at which each further step is reached from it on is told from the last row back, array
 * by array. An attempt does not walk, so many of one user cost their number times the steps, and not its square.
 */
export function lowerAttempts(node: BestAttempts, { codes, users }: { readonly codes: CodeLayout; readonly users: SqlSelect }): SqlSelect {
  const hasKeys = node.input.keys.length > 0
  const kept = ['codes', 'times', ...(node.order === 'STRICT' ? ['instants'] : []), ...(hasKeys ? ['starts'] : [])]
  const base: Layers = { kept, rows: lowerTimes(node, { codes, users, hasKeys }) }
  const { columns, rows } = node.order === 'UNORDERED' ? reachedInAnyOrder(node, { codes, base }) : reachedInOrder(node, { codes, base })
  const until = lowerUntil(node, codes)
  const later = Array.from({ length: node.input.steps.length - 1 }, (_, i) => ATTEMPTS.time(i + 1))
  const parameters = later.map((name) => `of_${name}`)
  const [firstMiss = whole(0), ...misses] = parameters.map((name) => binary('>', named(name), named('until')))
  const missed = misses.reduce<SqlExpression>((sum, miss) => binary('+', sum, miss), firstMiss)
  return select({
    columns: [
      ...columns,
      until,
      { expression: call('arrayMap', lambda(['until', ...parameters], missed), named('untils'), ...later.map((name) => named(name))), as: ATTEMPTS.missed },
      ...(hasKeys ? [{ expression: call('arrayMap', lambda(['start'], call('tupleElement', named('start'), whole(2))), named('starts')), as: 'texts' }] : []),
    ],
    from: { kind: 'select', select: rows, as: null },
  })
}

/** A select within selects, each with columns made of those of the one inside. One select of all took the server seconds to read. */
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
 * `r3_2` is, for each row, when step 3 is reached by who looks for step 2 from this row on; of the rows that meet step 2 it is `r3_3` of the row
 * after them. STRICT lets none pass whose next step lies behind another instant.
 */
function reachedInOrder({ order, input }: BestAttempts, { codes, base }: { readonly codes: CodeLayout; readonly base: Layers }): Reached {
  const steps = input.steps.length
  const isStrict = order === 'STRICT'
  const name = (of: number, from: number) => `r${of + 1}_${from + 1}`
  const nextName = (of: number) => `n${of + 1}`
  /** The time of the next row, unless it is behind another instant. */
  const reached = (value: SqlExpression, isPassed: boolean) => (isPassed ? ifElse(IS_NEXT, value, NEVER) : value)
  const nextOf = (step: number): readonly SqlExpression[] => (isStrict ? [after(named(nextName(step))), named('instants')] : [])
  const passing = isStrict ? ['next', 'instant'] : []
  let { rows } = base
  for (let from = steps - 1; from >= 1; from--) {
    const ofStep = Array.from({ length: steps - from }, (_, i): Column => {
      const of = from + i
      const isLater = of > from
      const at = ifElse(isAt(from), reached(named('value'), isLater && isStrict), LATER)
      const arrays = isLater ? [named('codes'), after(named(name(of, from + 1))), ...nextOf(from + 1)] : [named('codes'), named('times')]
      return { expression: ofNext(call('arrayMap', lambda(['code', 'value', ...(isLater ? passing : [])], at), ...arrays)), as: name(of, from) }
    })
    const instant = call('arrayMap', lambda(['code', 'instant'], ifElse(isAt(from), named('instant'), LATER)), named('codes'), named('instants'))
    rows = layer({ ...base, rows }, [...ofStep, ...(isStrict ? [{ expression: ofNext(instant), as: nextName(from) }] : [])])
  }
  const fromFirst = (step: number): SqlExpression => {
    if (step === 0) return named('times')
    const value = after(named(name(step, 1)))
    return isStrict ? call('arrayMap', lambda(['value', ...passing], reached(named('value'), true)), value, ...nextOf(1)) : value
  }
  return { rows, columns: input.steps.map((_, step) => ({ expression: ofStarts(fromFirst(step), codes), as: ATTEMPTS.time(step) })) }
}

/**
 * Each row serves one step, and as many steps as can be are served. Of the steps of one event so many are served as Hall's theorem says: l of c
 * once every set of them has met as many rows as it has steps, less c - l. So the time of the l-th is the latest, over the sets, of the time of
 * the row of that number. Steps of different events do not meet.
 */
function reachedInAnyOrder({ alike, input }: BestAttempts, { codes, base }: { readonly codes: CodeLayout; readonly base: Layers }): Reached {
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
  const sorted = call('arraySort', call('array', ...names.map((each) => named(`of_${each}`))))
  const inOrder = {
    expression: call(
      'arrayMap',
      lambda(
        names.map((each) => `of_${each}`),
        sorted,
      ),
      ...names.map((each) => named(each)),
    ),
    as: 'served',
  }
  const nthOf = (step: number) => call('arrayMap', lambda(['of_served'], call('arrayElement', named('of_served'), whole(step + 1))), named('served'))
  return { rows, columns: [...served, inOrder, ...input.steps.map((_, step) => ({ expression: nthOf(step), as: ATTEMPTS.time(step) }))] }
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
  const first = named(ATTEMPTS.time(0))
  if (input.exclusion === null) return { expression: call('arrayMap', lambda(['time'], windowEnd), first), as: 'untils' }
  const ends = call('arrayMap', lambda(['code', 'time'], ifElse(isAt(codes.exclusionBit), named('time'), LATER)), named('codes'), named('times'))
  const until = lambda(['time', 'ended'], call('least', windowEnd, named('ended')))
  return { expression: call('arrayMap', until, first, ofStarts(after(ofNext(ends)), codes)), as: 'untils' }
}
