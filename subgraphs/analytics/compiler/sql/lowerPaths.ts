import type { CreditColumn, DivideCredit } from '../plan/nodes.ts'
import { binary, call, every, lambda, named, param, select, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { absentText, asGroup, carried, conversionPart, FIRST_MARK, item, lowerConversions, marksOf, TEXT, TIME, type Needs } from './lowerPathParts.ts'
import { DAY_MS } from '../../model/timeUnits.ts'

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
    nullPaths: null,
    seed: false,
  }
}

/** Each half-life once, in the order in which they are asked for. */
export const halfLivesOf = (columns: readonly CreditColumn[]): readonly number[] => [
  ...new Set(columns.filter(isCredit).flatMap(({ model }) => (model.kind === 'TIME_DECAY' ? [model.halfLifeDays] : []))),
]

/** Per conversion the touches in its lookback: `n` of them, with the number of the last that is not direct, and how each has decayed by the newest. */
export function lowerPaths(needs: Needs): SqlSelect {
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
      ...(needs.revenue ? [{ expression: conversionPart(needs, named('conversion'), 'revenue'), as: 'revenue' }] : []),
      ...(needs.nullPaths === null ? [] : [{ expression: conversionPart(needs, named('conversion'), 'is_null'), as: 'is_null' }]),
      ...carried(needs),
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
