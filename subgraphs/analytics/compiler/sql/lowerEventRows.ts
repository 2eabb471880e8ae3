import { describe } from '../plan/describe.ts'
import type { CollectEventPaths } from '../plan/nodes.ts'
import { binary, call, every, instant, lambda, named, param, select, stored, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { lowerCondition } from './lowerCondition.ts'
import { lowerScan } from './lowerScan.ts'

/** Ends a text among others. No stored text holds it, and it comes before every other byte. */
export const END = call('char', whole(0))
/** Makes every time a positive number, whose bytes, the highest first, come in the order of time. */
const SHIFT_MS = 2 ** 43
const TIME_BYTES = 8
const MONEY_PLACES = 6
const NOTHING = param('String', '')

/** Columns of a path: its steps as one text, each with an END behind it. */
export const EVENT_PATH = { path: 'path', user: 'user_id', revenue: 'revenue' } as const

type Columns = SqlSelect['columns']
const from = (rows: SqlSelect) => ({ kind: 'select' as const, select: rows, as: null })
const not = (of: SqlExpression): SqlExpression => ({ kind: 'negated', of })
const row = named('row')
const mapped = (of: SqlExpression, rows: SqlExpression) => call('arrayMap', lambda(['row'], of), rows)

/** The last byte of a row that is no step but ends or begins something. */
const MARKS = {
  conversion: { isCounted: param('String', '1'), isEarlier: param('String', '2') },
  start: { isNone: param('String', '0'), isAlone: param('String', '2') },
} as const

/** One row per path: its text, its user where one has several, and its revenue. */
export function lowerEventRows(node: CollectEventPaths): SqlSelect {
  const { around } = node
  return around.kind === 'conversion' ? beforeConversions(node, around) : fromStarts(node, around)
}

/** The bytes of a time in milliseconds, in the order of time. */
const bytesOf = (milliseconds: SqlExpression): SqlExpression =>
  call('reinterpretAsFixedString', call('byteSwap', call('toUInt64', binary('+', milliseconds, whole(SHIFT_MS)))))

/** What stands in the text of a row behind its time and its event's id. */
const afterId = (text: SqlExpression): SqlExpression => binary('+', call('position', text, END, whole(TIME_BYTES + 1)), whole(1))

/**
 * Per user all rows, sorted. A row is one text that begins with its time and its event's id: arrays of texts took a quarter less time than arrays of
 * tuples, and two thirds of the memory.
 */
function lowerRows(node: CollectEventPaths, { parts, has }: { readonly parts: readonly SqlExpression[]; readonly has: SqlExpression | null }): SqlSelect {
  const text = call('concat', bytesOf(call('toUnixTimestamp64Milli', stored('occurred_at'))), stored('event_id'), END, ...parts)
  return select({
    comments: [describe(node), describe(node.input)],
    columns: [
      { expression: stored('user_id'), as: null },
      { expression: call('arraySort', call('groupArray', text)), as: 'rows' },
    ],
    ...lowerScan(node.input),
    groupBy: [stored('user_id')],
    having: has === null ? [] : [binary('>', call('countIf', has), whole(0))],
  })
}

type Conversion = CollectEventPaths['around'] & { readonly kind: 'conversion' }

/** The rows of a user are split behind each conversion: so each is looked at once, however many conversions there are. */
function beforeConversions(node: CollectEventPaths, { condition, fromMs, lookbackMs }: Conversion): SqlSelect {
  const isConversion = lowerCondition(condition)
  const isCounted = binary('>=', stored('occurred_at'), instant(fromMs))
  const { isCounted: counted, isEarlier } = MARKS.conversion
  const mark = call('if', isCounted, counted, isEarlier)
  const conversion = node.hasRevenue ? call('concat', call('toString', stored('revenue')), mark) : mark
  const rows = lowerRows(node, {
    parts: [call('if', isConversion, conversion, call('concat', stored('event'), END))],
    has: every(isCounted, isConversion),
  })
  const last = call('arrayElement', named('segment'), whole(-1))
  const isMarked = binary('!=', call('substring', row, whole(-1)), END)
  const split = select({
    columns: [
      { expression: named(EVENT_PATH.user), as: null },
      { expression: call('arrayReverseSplit', lambda(['row'], isMarked), named('rows')), as: 'segments' },
    ],
    from: from(rows),
  })
  const segments = select({
    columns: [
      { expression: named(EVENT_PATH.user), as: null },
      { expression: named('segment'), as: null },
      { expression: bytesOf(binary('-', timeOf(last), whole(lookbackMs))), as: 'since' },
    ],
    from: from(split),
    unfolds: [{ expression: named('segments'), as: 'segment' }],
    where: [call('endsWith', last, counted)],
  })
  const inTime = call('arrayFilter', lambda(['row'], binary('>=', row, named('since'))), call('arrayPopBack', named('segment')))
  const steps = mapped(call('substring', row, afterId(row)), inTime)
  const money = call('substring', last, afterId(last), binary('-', call('length', last), afterId(last)))
  return select({
    columns: [
      { expression: named(EVENT_PATH.user), as: null },
      { expression: joined(call('arraySlice', node.collapses ? call('arrayCompact', steps) : steps, whole(-node.depth))), as: EVENT_PATH.path },
      ...(node.hasRevenue ? [{ expression: call('toDecimal128', money, whole(MONEY_PLACES)), as: EVENT_PATH.revenue }] : []),
    ],
    from: from(segments),
  })
}

const joined = (names: SqlExpression): SqlExpression => call('arrayStringConcat', names)

/** The time of a row, of which the bytes are of SHIFT_MS more. */
const timeOf = (text: SqlExpression): SqlExpression =>
  binary('-', call('toInt64', call('byteSwap', call('reinterpretAsUInt64', call('substring', text, whole(1), whole(TIME_BYTES))))), whole(SHIFT_MS))

type Start = CollectEventPaths['around'] & { readonly kind: 'start' }

function fromStarts(node: CollectEventPaths, { condition }: Start): SqlSelect {
  const revenue = stored('revenue')
  const isStart = condition === null ? null : lowerCondition(condition)
  // A start is marked 1 when it is a step too, and 2 when it is not.
  const flag = (is: SqlExpression) => call('toUInt8', is)
  const marks = isStart === null ? [] : [call('toString', binary('+', flag(isStart), flag(not(lowerCondition(node.step)))))]
  const money = call('if', binary('=', revenue, call('toDecimal128', whole(0), whole(MONEY_PLACES))), NOTHING, call('toString', revenue))
  const rows = lowerRows(node, { parts: [stored('event'), END, ...(node.hasRevenue ? [money] : []), ...marks], has: isStart })
  const begun = isStart === null ? rows : fromFirstStart(rows)
  const names = mapped(nameOf(row), named('rows'))
  return node.hasRevenue ? withRevenue(node, begun) : select({ columns: [{ expression: firstSteps(node, names), as: EVENT_PATH.path }], from: from(begun) })
}

const firstSteps = ({ collapses, depth }: CollectEventPaths, names: SqlExpression): SqlExpression =>
  joined(call('arraySlice', collapses ? call('arrayCompact', names) : names, whole(1), whole(depth)))

/** The name in the text of a row, with its END. */
const nameOf = (text: SqlExpression): SqlExpression => call('substring', text, afterId(text), binary('-', afterName(text), afterId(text)))
const afterName = (text: SqlExpression): SqlExpression => binary('+', call('position', text, END, afterId(text)), whole(1))

/** The rows of a user from the first start on, without later ones that are no step. */
function fromFirstStart(rows: SqlSelect): SqlSelect {
  const { isNone, isAlone } = MARKS.start
  const first = call('arrayFirstIndex', lambda(['row'], not(call('endsWith', row, isNone))), named('rows'))
  const begun = select({ columns: [{ expression: call('arraySlice', named('rows'), first), as: 'begun' }], from: from(rows) })
  const isStep = { kind: 'some' as const, of: [binary('=', named('place'), whole(1)), not(call('endsWith', row, isAlone))] }
  return select({
    columns: [{ expression: call('arrayFilter', lambda(['row', 'place'], isStep), named('begun'), call('arrayEnumerate', named('begun'))), as: 'rows' }],
    from: from(begun),
  })
}

/** The revenue is that of all rows up to the last repeat of the last step. */
function withRevenue(node: CollectEventPaths, begun: SqlSelect): SqlSelect {
  const names = named('names')
  const keep = (name: string): Columns[number] => ({ expression: named(name), as: null })
  const read = select({ columns: [keep('rows'), { expression: mapped(nameOf(row), named('rows')), as: 'names' }], from: from(begun) })
  const before = call('arrayPushFront', call('arrayPopBack', names), NOTHING)
  // A name has an END, so the first one differs from nothing.
  const runs = call('arrayCumSum', call('arrayMap', lambda(['name', 'before'], binary('!=', named('name'), named('before'))), names, before))
  const inDepth = call('arrayCount', lambda(['run'], binary('<=', named('run'), whole(node.depth))), runs)
  const count = node.collapses ? inDepth : call('least', call('length', names), whole(node.depth))
  const counted = select({ columns: [keep('rows'), keep('names'), { expression: count, as: 'kept' }], from: from(read) })
  // Without the mark, where rows have one.
  const end = node.around.condition === null ? binary('+', call('length', row), whole(1)) : call('length', row)
  const amount = call('toDecimal128OrZero', call('substring', row, afterName(row), binary('-', end, afterName(row))), whole(MONEY_PLACES))
  const revenue = call('arraySum', mapped(amount, call('arraySlice', named('rows'), whole(1), named('kept'))))
  return select({
    columns: [
      { expression: firstSteps(node, call('arraySlice', names, whole(1), named('kept'))), as: EVENT_PATH.path },
      { expression: revenue, as: EVENT_PATH.revenue },
    ],
    from: from(counted),
  })
}
