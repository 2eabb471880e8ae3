import { describe } from '../plan/describe.ts'
import type { CollectPaths, CreditColumn, DivideCredit } from '../plan/nodes.ts'
import { binary, call, every, instant, lambda, named, param, select, stored, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { isId, lowerCondition, lowerOperand } from './lowerCondition.ts'
import { lowerScan } from './lowerScan.ts'
import { IS_DIRECT } from '../../model/attribution.ts'
import { limits } from '../../model/limits.ts'
import { DAY_MS } from '../../model/timeUnits.ts'

/** Ends a text among others. No stored text holds it, and it comes before every other byte. */
const END = call('char', whole(0))
/** Makes every time a positive number, whose bytes, the highest first, come in the order of time. */
export const SHIFT_MS = 2 ** 43
const TIME_BYTES = 8
const IS_SET = param('String', '1')

export const item = (tuple: SqlExpression, position: number): SqlExpression => call('tupleElement', tuple, whole(position))

/** What must be known of each touch, besides its time and its group. */
type Needs = {
  readonly paths: CollectPaths
  readonly shown: DivideCredit['shown']
  readonly showsUntouched: boolean
  readonly revenue: boolean
  readonly assists: boolean
  readonly direct: boolean
  readonly halfLivesDays: readonly number[]
}

/** Where the marks and numbers of a touch stand in its tuple. */
const TIME = 1
const TEXT = 2
const FIRST_MARK = 3

export const isCredit = (column: CreditColumn): column is CreditColumn & { kind: 'credit' } => column.kind === 'credit'

export function needsOf({ input, shown, showsUntouched, columns }: DivideCredit): Needs {
  const credits = columns.filter(isCredit)
  return {
    paths: input,
    shown,
    showsUntouched,
    revenue: credits.some(({ of }) => of === 'revenue'),
    assists: columns.some(({ kind }) => kind === 'assists'),
    direct: credits.some(({ model }) => model.kind === 'LAST_NON_DIRECT'),
    halfLivesDays: halfLivesOf(columns),
  }
}

/** Each half-life once, in the order in which they are asked for. */
export const halfLivesOf = (columns: readonly CreditColumn[]): readonly number[] => [
  ...new Set(columns.filter(isCredit).flatMap(({ model }) => (model.kind === 'TIME_DECAY' ? [model.halfLifeDays] : []))),
]

/** The groups of a touch as one text: a path is moved and sorted as one array. */
export const joinedTexts = (texts: readonly SqlExpression[]): readonly SqlExpression[] => texts.flatMap((text, i) => (i === 0 ? [text] : [END, text]))
export const lowerText = (key: CollectPaths['keys'][number]): SqlExpression =>
  isId(key.operand) ? call('toString', lowerOperand(key.operand)) : lowerOperand(key.operand)
/** A group's value in a text of so many groups. */
export const textAt = (text: SqlExpression, { at, count }: { readonly at: number; readonly count: number }): SqlExpression =>
  count === 1 ? text : call('arrayElement', call('splitByChar', END, text), whole(at + 1))
/** The text of a touch of which all is absent. */
const absentText = (count: number): SqlExpression => (count <= 1 ? param('String', '') : call('char', ...Array.from({ length: count - 1 }, () => whole(0))))

/** The marks of a touch in the order in which they stand in its text. */
function marksOf({ shown, direct }: Needs): readonly { readonly name: 'shown' | 'direct'; readonly is: SqlExpression }[] {
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
  const isConversion = every(binary('>=', stored('occurred_at'), instant(paths.fromMs)), lowerCondition(paths.conversion))
  const conversion = call('tuple', time, ...(needs.revenue ? [stored('revenue')] : []))
  const scan = lowerScan(paths.input)
  return select({
    comments: [describe(paths), describe(paths.input)],
    columns: [
      { expression: call('arraySort', call('groupArrayIf', touch, binary('!=', stored('touch'), param('String', 'none')))), as: 'touches' },
      { expression: call('arraySort', call('groupArrayIf', conversion, isConversion)), as: 'conversions' },
    ],
    ...scan,
    where: [...scan.where, ...(paths.isNarrow ? [narrow(paths, isConversion)] : [])],
    groupBy: [stored('user_id')],
    having: [call('notEmpty', named('conversions'))],
  })
}

/** Of the time before the range touches of each kind from its own lookback on. */
export function narrow({ fromMs, clickMs, viewMs }: CollectPaths, isConversion: SqlExpression): SqlExpression {
  const touchSince = (kind: string, ageMs: number) =>
    every(binary('=', stored('touch'), param('String', kind)), binary('>=', stored('occurred_at'), instant(fromMs - ageMs)))
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
    ],
    from: { kind: 'select', select: lowerTouches(needs), as: null },
  })
  const { clickMs, viewMs } = needs.paths
  const codeAt = (index: number, ms: number) =>
    binary('*', binary('+', item(call('arrayElement', named('part'), whole(index)), 1), whole(SHIFT_MS + ms)), whole(2))
  const isSince = binary('>=', named('time'), codeAt(1, -Math.max(clickMs, viewMs)))
  const isUntil = binary('<=', named('time'), binary('+', codeAt(-1, 0), whole(1)))
  const first = call('greatest', call('arrayFirstIndex', lambda(['time'], isSince), named('times')), whole(1))
  const count = call('arrayCount', lambda(['time'], every(isSince, isUntil)), named('times'))
  const cut = (name: string) => call('if', named('is_cut'), call('arraySlice', named(name), first, count), named(name))
  return select({
    columns: [...touchColumns(needs).map((name) => ({ expression: cut(name), as: `part_${name}` })), { expression: named('part'), as: null }],
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
    columns: [...columns, 'conversions'].map((name) => ({ expression: named(name), as: null })),
    from: { kind: 'select', select: lowerParts(needs), as: null },
    unfolds: [...columns.map((name) => unfold(`part_${name}`, name)), unfold('part', 'conversions')],
    where: [call('notEmpty', named('conversions'))],
  })
}

/** Groups are few and touches many: a copy of one is a number in a dictionary. */
const asGroup = (text: SqlExpression): SqlExpression => call('toLowCardinality', text)
const touchColumns = (needs: Needs): readonly string[] => ['times', 'texts', ...marksOf(needs).map(({ name }) => name)]

/** Each conversion with its user's touches, and the times that those of its path lie between: worked out here, and not for every touch. */
function lowerConversions(needs: Needs): SqlSelect {
  const { clickMs, viewMs } = needs.paths
  const codeAt = (ms: number) => binary('*', binary('+', item(named('conversion'), 1), whole(SHIFT_MS + ms)), whole(2))
  return select({
    columns: [
      ...touchColumns(needs).map((name) => ({ expression: named(name), as: null })),
      { expression: call('arrayJoin', named('conversions')), as: 'conversion' },
      { expression: codeAt(-clickMs), as: 'clicks_since' },
      { expression: codeAt(-viewMs), as: 'views_since' },
      { expression: binary('+', codeAt(0), whole(1)), as: 'until' },
    ],
    from: { kind: 'select', select: lowerBlocks(needs), as: null },
  })
}

/** Per conversion the touches in its lookback: `n` of them, with the number of the last that is not direct, and how each has decayed by the newest. */
function lowerPaths(needs: Needs): SqlSelect {
  const touch = named('touch')
  const time = item(touch, TIME)
  const marks = marksOf(needs)
  const isInside = every(
    binary('<=', time, named('until')),
    binary('>=', time, call('if', binary('=', call('bitAnd', time, whole(1)), whole(1)), named('clicks_since'), named('views_since'))),
  )
  const path = named('path')
  const directAt = FIRST_MARK + marks.findIndex(({ name }) => name === 'direct')
  const lastNonDirect = call('arrayLastIndex', lambda(['touch'], { kind: 'negated', of: item(touch, directAt) }), path)
  const agedMs = (each: SqlExpression) => call('intDiv', item(each, TIME), whole(2))
  const newest = agedMs(call('arrayElement', path, whole(-1)))
  const decayed = (halfLifeDays: number) => call('exp2', call('divide', binary('-', agedMs(touch), newest), param('Float64', halfLifeDays * DAY_MS)))
  return select({
    columns: [
      {
        expression: call('arrayFilter', lambda(['touch'], isInside), call('arrayZip', named('times'), named('texts'), ...marks.map(({ name }) => named(name)))),
        as: 'path',
      },
      { expression: call('toInt64', call('length', path)), as: 'n' },
      ...(needs.revenue ? [{ expression: item(named('conversion'), 2), as: 'revenue' }] : []),
      // Where all are direct, or there is none, it is the last.
      ...(needs.direct
        ? [{ expression: call('if', binary('=', lastNonDirect, whole(0)), call('greatest', named('n'), whole(1)), lastNonDirect), as: 'last_non_direct' }]
        : []),
      ...needs.halfLivesDays.map((days, i) => ({ expression: call('arrayMap', lambda(['touch'], decayed(days)), path), as: `decayed${i + 1}` })),
    ],
    from: { kind: 'select', select: lowerConversions(needs), as: null },
  })
}

/** Columns of a credited touch: its group, its place in the path from 1, its share by each half-life, whether it is the first of its group, and of all. */
export const CREDITED = { text: 'text', place: 'place', decay: (i: number) => `decay${i + 1}`, ofGroup: 'of_group', ofAll: 'of_all' } as const

/** One row per touch of a path that is shown. A conversion without touches has one of which all is absent, at n = 0. */
export function lowerCredited(needs: Needs): SqlSelect {
  const { halfLivesDays } = needs
  const isUntouched = binary('=', named('n'), whole(0))
  const orOne = (absent: SqlExpression, list: SqlExpression) => call('if', isUntouched, call('array', absent), list)
  const ofPath = (position: number) => call('arrayMap', lambda(['touch'], item(named('touch'), position)), named('path'))
  const texts = orOne(asGroup(absentText(needs.paths.keys.length)), ofPath(TEXT))
  const shownAt = marksOf(needs).findIndex(({ name }) => name === 'shown')
  const shares = halfLivesDays.map((_, i) => {
    const decayed = named(`decayed${i + 1}`)
    return orOne(call('toFloat64', whole(1)), call('arrayMap', lambda(['share'], call('divide', named('share'), call('arraySum', decayed))), decayed))
  })
  const zipped = call('arrayZip', texts, call('arrayEnumerate', texts), ...shares, ...(shownAt < 0 ? [] : [orOne(whole(1), ofPath(FIRST_MARK + shownAt))]))
  const shown = shownAt < 0 ? zipped : call('arrayFilter', lambda(['touch'], item(named('touch'), 3 + shares.length)), zipped)
  const numbered = call(
    'arrayZip',
    named('credited'),
    call('arrayEnumerateUniq', call('arrayMap', lambda(['touch'], item(named('touch'), 1)), named('credited'))),
    call('arrayEnumerate', named('credited')),
  )
  const kept = ['n', ...(needs.revenue ? ['revenue'] : []), ...(needs.direct ? ['last_non_direct'] : [])]
  const row = named('row')
  const credited = needs.assists ? item(row, 1) : row
  const rows = select({
    columns: [
      ...kept.map((name) => ({ expression: named(name), as: null })),
      { expression: shown, as: 'credited' },
      { expression: call('arrayJoin', needs.assists ? numbered : named('credited')), as: 'row' },
    ],
    from: { kind: 'select', select: lowerPaths(needs), as: null },
    where: needs.showsUntouched ? [] : [{ kind: 'negated', of: isUntouched }],
  })
  return select({
    columns: [
      ...kept.map((name) => ({ expression: named(name), as: null })),
      { expression: item(credited, 1), as: CREDITED.text },
      { expression: item(credited, 2), as: CREDITED.place },
      ...shares.map((_, i) => ({ expression: item(credited, 3 + i), as: CREDITED.decay(i) })),
      ...(needs.assists
        ? [
            { expression: item(row, 2), as: CREDITED.ofGroup },
            { expression: item(row, 3), as: CREDITED.ofAll },
          ]
        : []),
    ],
    from: { kind: 'select', select: rows, as: null },
  })
}
