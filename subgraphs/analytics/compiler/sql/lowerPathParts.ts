import { describe } from '../plan/describe.ts'
import { later } from '../prepared/trace.ts'
import type { CollectPaths, DivideCredit, NullPaths } from '../plan/nodes.ts'
import { binary, call, every, instant, lambda, named, param, select, stored, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { isId, lowerCondition, lowerOperand } from './lowerCondition.ts'
import { noCost } from './lowerCosts.ts'
import { lowerScan } from './lowerScan.ts'
import { IS_DIRECT } from '../../model/attribution.ts'
import { limits } from '../../model/limits.ts'

/** Ends a text among others. No stored text holds it, and it comes before every other byte. */
export const END = call('char', whole(0))
/** Makes every time a positive number, whose bytes, the highest first, come in the order of time. */
export const SHIFT_MS = 2 ** 43
const TIME_BYTES = 8
const IS_SET = param('String', '1')

export const item = (tuple: SqlExpression, position: number): SqlExpression => call('tupleElement', tuple, whole(position))

/** What must be known of each touch, besides its time and its group. */
export type Needs = {
  readonly paths: CollectPaths
  readonly shown: DivideCredit['shown']
  readonly showsUntouched: boolean
  readonly revenue: boolean
  readonly assists: boolean
  readonly direct: boolean
  readonly halfLivesDays: readonly number[]
  /** Paths without a conversion too; null without them. */
  readonly nullPaths: NullPaths | null
  /** A number that is each user's own, by which users are drawn. */
  readonly seed: boolean
}

/** Where the marks and numbers of a touch stand in its tuple. */
export const TIME = 1
export const TEXT = 2
export const FIRST_MARK = 3

/** The groups of a touch as one text: a path is moved and sorted as one array. */
export const joinedTexts = (texts: readonly SqlExpression[]): readonly SqlExpression[] => texts.flatMap((text, i) => (i === 0 ? [text] : [END, text]))
export const lowerText = (key: CollectPaths['keys'][number]): SqlExpression =>
  isId(key.operand) ? call('toString', lowerOperand(key.operand)) : lowerOperand(key.operand)
/** A group's value in a text of so many groups. */
export const textAt = (text: SqlExpression, { at, count }: { readonly at: number; readonly count: number }): SqlExpression =>
  count === 1 ? text : call('arrayElement', call('splitByChar', END, text), whole(at + 1))
/** The text of a touch of which all is absent. */
export const absentText = (count: number): SqlExpression =>
  count <= 1 ? param('String', '') : call('char', ...Array.from({ length: count - 1 }, () => whole(0)))

/** The marks of a touch in the order in which they stand in its text. */
export function marksOf({ shown, direct }: Needs): readonly { readonly name: 'shown' | 'direct'; readonly is: SqlExpression }[] {
  return [
    ...(shown.kind === 'always' ? [] : [{ name: 'shown' as const, is: lowerCondition(shown) }]),
    ...(direct ? [{ name: 'direct' as const, is: lowerCondition(IS_DIRECT) }] : []),
  ]
}

/**
 * Per user the touches and the conversions, of one scan. A touch is one text that begins with its time and its event's id, so that the order of
 * the texts is that of the path: arrays of texts took a third less time and a fifth less memory than arrays of tuples, and users without a
 * conversion, whose touches are kept until all is read, are the most.
 */
function lowerUsers(needs: Needs): SqlSelect {
  const { paths } = needs
  const time = call('toUnixTimestamp64Milli', stored('occurred_at'))
  const isClick = binary('=', stored('touch'), param('String', 'click'))
  const bytes = call(
    'reinterpretAsFixedString',
    call('byteSwap', call('toUInt64', binary('+', binary('*', binary('+', time, whole(SHIFT_MS)), whole(2)), isClick))),
  )
  const marks = marksOf(needs).map(({ is }) => call('toString', call('toUInt8', is)))
  const touch = call('concat', bytes, ...(paths.isOrdered ? [stored('event_id'), END] : []), ...marks, ...joinedTexts(paths.keys.map(lowerText)), END)
  const { nullPaths } = needs
  const untilEnd = nullPaths === null ? [] : [binary('<', stored('occurred_at'), instant(nullPaths.beforeMs))]
  const isConversion = every(binary('>=', stored('occurred_at'), instant(paths.fromMs)), ...untilEnd, lowerCondition(paths.conversion))
  const parts: Readonly<Record<ConversionPart, SqlExpression>> = {
    time,
    revenue: stored('revenue'),
    clicks_since: binary('-', time, whole(paths.clickMs)),
    views_since: binary('-', time, whole(paths.viewMs)),
    is_null: call('toUInt8', whole(0)),
  }
  const conversions = call('arraySort', call('groupArrayIf', call('tuple', ...conversionParts(needs).map((part) => parts[part])), isConversion))
  const scan = lowerScan(paths.input)
  return select({
    comments: [describe(paths), describe(paths.input)],
    columns: [
      { expression: call('arraySort', call('groupArrayIf', touch, binary('!=', stored('touch'), param('String', 'none')))), as: 'touches' },
      ...(nullPaths === null
        ? [{ expression: conversions, as: 'conversions' }]
        : [...lowerLast(paths), { expression: call('arrayConcat', conversions, lowerNullPath(needs, nullPaths)), as: 'conversions' }]),
      ...(needs.seed ? [{ expression: call('cityHash64', stored('user_id')), as: SEED }] : []),
    ],
    ...scan,
    where: [...scan.where, ...(paths.isNarrow ? [narrow(paths, isConversion)] : []), ...(paths.isOfConverters ? [isConverter(paths)] : [])],
    groupBy: [stored('user_id')],
    having: [call('notEmpty', named('conversions'))],
  })
}

/** Whether the row's user has a conversion from `fromMs` on. */
function isConverter({ input, conversion, fromMs }: CollectPaths): SqlExpression {
  const converters = lowerScan({ ...input, startMs: fromMs, condition: conversion })
  return { kind: 'inSelect', value: stored('user_id'), select: select({ columns: [{ expression: stored('user_id'), as: null }], ...converters }) }
}

/** What stands of a conversion in its tuple. A path without one looks back to its own times and is told by its mark. */
type ConversionPart = 'time' | 'revenue' | 'clicks_since' | 'views_since' | 'is_null'
const conversionParts = (needs: Needs): readonly ConversionPart[] => [
  'time',
  ...(needs.revenue ? (['revenue'] as const) : []),
  ...(needs.nullPaths === null ? [] : (['clicks_since', 'views_since', 'is_null'] as const)),
]
export const conversionPart = (needs: Needs, conversion: SqlExpression, part: ConversionPart): SqlExpression =>
  item(conversion, conversionParts(needs).indexOf(part) + 1)

/** A user's last touch and last conversion ever: times made positive, 0 when there is none. */
function lowerLast(paths: CollectPaths): SqlSelect['columns'] {
  const time = binary('+', call('toUnixTimestamp64Milli', stored('occurred_at')), whole(SHIFT_MS))
  return [
    { expression: call('maxIf', time, binary('!=', stored('touch'), param('String', 'none'))), as: 'last_touch' },
    { expression: call('maxIf', time, lowerCondition(paths.conversion)), as: 'last_conversion' },
  ]
}

/** The touches after the last conversion, where there are any and the last lies in the range: as a conversion at the last of them that looks back so far. */
function lowerNullPath(needs: Needs, { beforeMs }: NullPaths): SqlExpression {
  const since = binary('-', named('last_conversion'), whole(SHIFT_MS - 1))
  const parts: Readonly<Record<ConversionPart, SqlExpression>> = {
    time: binary('-', named('last_touch'), whole(SHIFT_MS)),
    revenue: noCost(),
    clicks_since: since,
    views_since: since,
    is_null: call('toUInt8', whole(1)),
  }
  const isOne = every(
    binary('>=', named('last_touch'), whole(needs.paths.fromMs + SHIFT_MS)),
    binary('<', named('last_touch'), whole(beforeMs + SHIFT_MS)),
    binary('>', named('last_touch'), named('last_conversion')),
  )
  return call('arrayFilter', lambda(['each'], isOne), call('array', call('tuple', ...conversionParts(needs).map((part) => parts[part]))))
}

export function narrow({ fromMs, clickMs, viewMs }: CollectPaths, isConversion: SqlExpression): SqlExpression {
  const touchSince = (kind: string, ageMs: number) =>
    every(binary('=', stored('touch'), param('String', kind)), binary('>=', stored('occurred_at'), instant(later(fromMs, -ageMs))))
  return { kind: 'some', of: [touchSince('click', clickMs), touchSince('impression', viewMs), isConversion] }
}

/** The texts read again: time, group and marks of each touch, side by side. */
function lowerTouches(needs: Needs): SqlSelect {
  const text = named('text')
  const start = needs.paths.isOrdered ? binary('+', call('position', text, END, whole(TIME_BYTES + 1)), whole(1)) : whole(TIME_BYTES + 1)
  const marks = marksOf(needs)
  const group = call('substring', text, binary('+', start, whole(marks.length)))
  const pairs = binary('*', call('length', named('touches')), call('length', named('conversions')))
  const parts = [
    { as: 'times', of: call('toInt64', call('byteSwap', call('reinterpretAsUInt64', call('substring', text, whole(1), whole(TIME_BYTES))))) },
    // The last byte ends the text.
    { as: 'texts', of: asGroup(call('substring', group, whole(1), binary('-', call('length', group), whole(1)))) },
    ...marks.map(({ name }, i) => ({ as: name, of: binary('=', call('substring', text, binary('+', start, whole(i)), whole(1)), IS_SET) })),
  ]
  return select({
    columns: [
      ...parts.map(({ as, of }) => ({ expression: call('arrayMap', lambda(['text'], of), named('touches')), as })),
      { expression: named('conversions'), as: null },
      ...carried(needs),
    ],
    from: { kind: 'select', select: lowerUsers(needs), as: null },
    where: [binary('=', call('throwIf', binary('>', pairs, whole(limits.pathPairs))), whole(0))],
  })
}

/**
 * A user's conversions in parts, each with the touches that any of it looks back to. Each conversion gets its own copy of the touches further on,
 * and each touch of it its own row: a part is as much of one user as may be in memory at once.
 */
function lowerParts(needs: Needs): SqlSelect {
  const size = call(
    'greatest',
    whole(LEAST_CONVERSIONS_OF_PART),
    call('intDiv', whole(PAIRS_OF_PART), call('greatest', call('length', named('times')), whole(1))),
  )
  const starts = call('range', whole(1), binary('+', call('length', named('conversions')), whole(1)), named('size'))
  const parts = select({
    columns: [
      ...touchColumns(needs).map((name) => ({ expression: named(name), as: null })),
      { expression: size, as: 'size' },
      { expression: binary('>', call('length', named('conversions')), named('size')), as: 'is_cut' },
      {
        expression: call('arrayJoin', call('arrayMap', lambda(['start'], call('arraySlice', named('conversions'), named('start'), named('size'))), starts)),
        as: 'part',
      },
      ...carried(needs),
    ],
    from: { kind: 'select', select: lowerTouches(needs), as: null },
  })
  const { clickMs, viewMs } = needs.paths
  const codeAt = (index: number, ms: number) =>
    binary('*', binary('+', item(call('arrayElement', named('part'), whole(index)), 1), whole(SHIFT_MS + ms)), whole(2))
  const earliest = call('arrayElement', named('part'), whole(1))
  const since = (part: 'clicks_since' | 'views_since') => conversionPart(needs, earliest, part)
  const isSince = binary(
    '>=',
    named('time'),
    needs.nullPaths === null ? codeAt(1, -Math.max(clickMs, viewMs)) : codeOf(call('least', since('clicks_since'), since('views_since'))),
  )
  const isUntil = binary('<=', named('time'), binary('+', codeAt(-1, 0), whole(1)))
  const first = call('greatest', call('arrayFirstIndex', lambda(['time'], isSince), named('times')), whole(1))
  const count = call('arrayCount', lambda(['time'], every(isSince, isUntil)), named('times'))
  const cut = (name: string) => call('if', named('is_cut'), call('arraySlice', named(name), first, count), named(name))
  return select({
    columns: [
      ...touchColumns(needs).map((name) => ({ expression: cut(name), as: `part_${name}` })),
      { expression: named('part'), as: null },
      ...carried(needs),
    ],
    from: { kind: 'select', select: parts, as: null },
  })
}

/** How many pairs of a touch and a conversion a part has, unless so few conversions have more. */
const PAIRS_OF_PART = 2 ** 19
const LEAST_CONVERSIONS_OF_PART = 16
/** A block has 65,409 rows at most: with as many pairs a row no block has more than some two million. */
const PAIRS_OF_ROW = 32

/** The parts again, in blocks. Blocks are cut by their rows alone, so a part has empty rows behind it, which are left out at once. */
function lowerBlocks(needs: Needs): SqlSelect {
  const columns = touchColumns(needs)
  const pairs = binary('*', call('length', named('part_times')), call('length', named('part')))
  const rows = binary('+', call('intDiv', pairs, whole(PAIRS_OF_ROW)), whole(1))
  const unfold = (from: string, as: string) => ({ expression: call('arrayResize', call('array', named(from)), rows), as })
  return select({
    columns: [...[...columns, 'conversions'].map((name) => ({ expression: named(name), as: null })), ...carried(needs)],
    from: { kind: 'select', select: lowerParts(needs), as: null },
    unfolds: [...columns.map((name) => unfold(`part_${name}`, name)), unfold('part', 'conversions')],
    where: [call('notEmpty', named('conversions'))],
  })
}

/** A time as it stands in a touch, an impression's. */
const codeOf = (ms: SqlExpression): SqlExpression => binary('*', binary('+', ms, whole(SHIFT_MS)), whole(2))

export const SEED = 'seed'
/** What goes with a user's paths as it is. */
export const carried = ({ seed }: Needs): SqlSelect['columns'] => (seed ? [{ expression: named(SEED), as: null }] : [])

/** Groups are few and touches many: a copy of one is a number in a dictionary. */
export const asGroup = (text: SqlExpression): SqlExpression => call('toLowCardinality', text)
const touchColumns = (needs: Needs): readonly string[] => ['times', 'texts', ...marksOf(needs).map(({ name }) => name)]

/** Each conversion with its user's touches, and the times that those of its path lie between: worked out here, and not for every touch. */
export function lowerConversions(needs: Needs): SqlSelect {
  const { clickMs, viewMs } = needs.paths
  const codeAt = (ms: number) => binary('*', binary('+', item(named('conversion'), 1), whole(SHIFT_MS + ms)), whole(2))
  const since = (part: 'clicks_since' | 'views_since', ms: number) =>
    needs.nullPaths === null ? codeAt(-ms) : codeOf(conversionPart(needs, named('conversion'), part))
  return select({
    columns: [
      ...touchColumns(needs).map((name) => ({ expression: named(name), as: null })),
      { expression: call('arrayJoin', named('conversions')), as: 'conversion' },
      { expression: since('clicks_since', clickMs), as: 'clicks_since' },
      { expression: since('views_since', viewMs), as: 'views_since' },
      { expression: binary('+', codeAt(0), whole(1)), as: 'until' },
      ...carried(needs),
    ],
    from: { kind: 'select', select: lowerBlocks(needs), as: null },
  })
}
