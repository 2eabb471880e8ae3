import { unreachable } from '../unreachable.ts'
import type { Credited } from '../attributionKey.ts'
import { describe } from '../plan/describe.ts'
import type { AnalyticsPlan, CreditColumn, DivideCredit } from '../plan/nodes.ts'
import { binary, call, every, named, param, select, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { lowerCosts, noCost } from './lowerCosts.ts'
import { joinedTexts, lowerText, textAt } from './lowerPathParts.ts'
import { CREDITED, halfLivesOf, isCredit, lowerCredited, needsOf } from './lowerPaths.ts'

/** Of a quotient before it is summed: what is cut off all of them together stays far below what is shown. */
const CREDIT_PLACES = 30
/** Of a share that is no quotient of whole numbers: the most of which a float holds the unit exactly. */
const SHARE_PLACES = 22
const MONEY_PLACES = 6

/**
 * Touches are counted by group and length of their path, and only these few counts are divided: a linear credit is a count over the length, one
 * by position is one of the ends and of those between. So credits are exact for all that is shown, whatever their number.
 */
export function lowerAttribution(plan: AnalyticsPlan, divide: DivideCredit): SqlSelect {
  const { keys } = divide.input
  const cells = lowerCells(divide)
  const halfLives = halfLivesOf(divide.columns)
  const groups = keys.map((key, at) => ({ expression: textAt(named(CREDITED.text), { at, count: keys.length }), as: key.name }))
  const columns = divide.columns.flatMap((column) => sumsOf(column, halfLives))
  // Without groups there is one row even over no rows, which takes an aggregate.
  const atLeastOne = groups.length + columns.length === 0 ? [{ expression: call('count'), as: 'row_count' }] : []
  return select({
    comments: [plan, divide].map(describe),
    columns: [...groups, ...columns, ...atLeastOne],
    from: divide.costs === null ? { kind: 'select', select: cells, as: null } : { kind: 'union', selects: [cells, lowerCostCells(divide)] },
    groupBy: keys.map((key) => named(key.name)),
    withTotals: divide.hasTotals,
    orderBy: plan.order.flatMap(({ name }) => [
      { expression: call('empty', named(name)), direction: 'ASC' as const, nullsLast: false },
      { expression: named(name), direction: 'ASC' as const, nullsLast: false },
    ]),
    limit: plan.limitRows + 1,
  })
}

const n = named('n')
const atLeastOneTouch = call('greatest', n, whole(1))

function sumsOf(column: CreditColumn, halfLives: readonly number[]): SqlSelect['columns'] {
  if (column.kind === 'assists') return ['assists', ASSISTS_OF_ALL].map((name) => ({ expression: call('sum', named(`cell_${name}`)), as: name }))
  const of = isCredit(column) ? creditOf(column, halfLives) : named(`cell_${column.kind}`)
  return [{ expression: call('sum', of), as: column.name }]
}

/** Conversions with a touch that was not the last: over all groups at once, which is not the sum over the groups. */
export const ASSISTS_OF_ALL = 'assists_of_all'

/** The credit in one cell, of which all touches are on paths of n. */
function creditOf({ of, model }: CreditColumn & { kind: 'credit' }, halfLives: readonly number[]): SqlExpression {
  const exact = (part: string) => call('toDecimal256', named(cellName(of, part)), whole(of === 'revenue' ? MONEY_PLACES : 0))
  const over = (numerator: SqlExpression, denominator: SqlExpression) =>
    call('divideDecimal', numerator, call('toDecimal256', denominator, whole(0)), whole(CREDIT_PLACES))
  switch (model.kind) {
    case 'FIRST_TOUCH':
      return named(cellName(of, 'first'))
    case 'LAST_TOUCH':
      return named(cellName(of, 'last'))
    case 'LAST_NON_DIRECT':
      return named(cellName(of, 'last_non_direct'))
    case 'LINEAR':
      return over(exact('all'), atLeastOneTouch)
    case 'POSITION_BASED': {
      // 2/5 to each end and 1/5 over the n - 2 between, as parts of 5 (n - 2).
      const between = binary('-', n, whole(2))
      const ends = binary('+', exact('first'), exact('last'))
      const isShort = binary('<=', n, whole(2))
      const parts = binary('+', binary('*', ends, binary('*', whole(2), between)), binary('-', exact('all'), ends))
      return over(call('if', isShort, exact('all'), parts), call('if', isShort, atLeastOneTouch, binary('*', whole(5), between)))
    }
    case 'TIME_DECAY':
      return named(cellName(of, `decay${halfLives.indexOf(model.halfLifeDays) + 1}`))
    default:
      return unreachable(model)
  }
}

const cellName = (of: Credited, part: string): string => `${of}_${part}`

type Cell = { readonly as: string; readonly expression: SqlExpression; /** The same of nothing, of the same type. */ readonly nothing: SqlExpression }

/** What is counted of the touches of a group on paths of one length: as little as the columns need. */
function cellsOf({ columns }: DivideCredit): readonly Cell[] {
  const cells = new Map<string, Cell>()
  const halfLives = halfLivesOf(columns)
  const add = (cell: Cell) => cells.set(cell.as, cell)
  for (const column of columns) {
    if (column.kind === 'credit') for (const part of partsOf(column, halfLives)) add(creditCell(column.of, part))
    if (column.kind === 'touchpoints') add(countCell('cell_touchpoints', binary('>', n, whole(0))))
    if (column.kind === 'cost') add({ as: 'cell_cost', expression: noCost(), nothing: noCost() })
    if (column.kind === 'assists') {
      const isNotLast = binary('<', named(CREDITED.place), n)
      add(countCell('cell_assists', every(binary('=', named(CREDITED.ofGroup), whole(1)), isNotLast)))
      add(countCell(`cell_${ASSISTS_OF_ALL}`, every(binary('=', named(CREDITED.ofAll), whole(1)), isNotLast)))
    }
  }
  return [...cells.values()]
}

type Part = { readonly name: string } & (
  | { readonly kind: 'counted'; readonly when: SqlExpression | null }
  | { readonly kind: 'shared'; readonly share: SqlExpression }
)

const ALL: Part = { kind: 'counted', name: 'all', when: null }
const FIRST: Part = { kind: 'counted', name: 'first', when: binary('=', named(CREDITED.place), whole(1)) }
const LAST: Part = { kind: 'counted', name: 'last', when: binary('>=', named(CREDITED.place), n) }
const LAST_NON_DIRECT: Part = { kind: 'counted', name: 'last_non_direct', when: binary('=', named(CREDITED.place), named('last_non_direct')) }

function partsOf({ model }: CreditColumn & { kind: 'credit' }, halfLives: readonly number[]): readonly Part[] {
  switch (model.kind) {
    case 'FIRST_TOUCH':
      return [FIRST]
    case 'LAST_TOUCH':
      return [LAST]
    case 'LAST_NON_DIRECT':
      return [LAST_NON_DIRECT]
    case 'LINEAR':
      return [ALL]
    case 'POSITION_BASED':
      return [ALL, FIRST, LAST]
    case 'TIME_DECAY': {
      const i = halfLives.indexOf(model.halfLifeDays)
      return [{ kind: 'shared', name: `decay${i + 1}`, share: named(CREDITED.decay(i)) }]
    }
    default:
      return unreachable(model)
  }
}

function creditCell(of: Credited, part: Part): Cell {
  const as = cellName(of, part.name)
  if (part.kind === 'counted') {
    if (of === 'conversions') return countCell(as, part.when)
    const revenue = named('revenue')
    return { as, expression: part.when === null ? call('sum', revenue) : call('sumIf', revenue, part.when), nothing: noCost() }
  }
  if (of === 'conversions')
    return { as, expression: call('sum', call('toDecimal256', part.share, whole(SHARE_PLACES))), nothing: call('toDecimal256', whole(0), whole(SHARE_PLACES)) }
  const share = call('toDecimal256', part.share, whole(SHARE_PLACES))
  return { as, expression: call('sum', binary('*', named('revenue'), share)), nothing: call('toDecimal256', whole(0), whole(SHARE_PLACES + MONEY_PLACES)) }
}

/** Signed, since it is subtracted from. */
const countCell = (as: string, when: SqlExpression | null): Cell => ({
  as,
  expression: call('toInt64', when === null ? call('count') : call('countIf', when)),
  nothing: call('toInt64', whole(0)),
})

function lowerCells(divide: DivideCredit): SqlSelect {
  const keys = [named(CREDITED.text), n]
  return select({
    columns: [...keys.map((expression) => ({ expression, as: null })), ...cellsOf(divide).map(({ as, expression }) => ({ expression, as }))],
    from: { kind: 'select', select: lowerCredited(needsOf(divide)), as: null },
    groupBy: keys,
  })
}

/** Costs by the same groups, with no touches: columns and types are those of the cells. */
function lowerCostCells(divide: DivideCredit): SqlSelect {
  if (divide.costs === null) throw new Error('Costs are lowered where there are some.')
  const keys = divide.input.keys
  const texts = joinedTexts(keys.map(lowerText))
  const [only = param('String', ''), ...others] = texts
  const text = others.length === 0 ? call('toString', only) : call('concat', ...texts)
  const cells = cellsOf(divide).map(({ as, nothing }) => ({ as, expression: as === 'cell_cost' ? call('sum', named('amount')) : nothing }))
  return select({
    columns: [{ expression: text, as: CREDITED.text }, { expression: call('toInt64', whole(0)), as: 'n' }, ...cells],
    from: { kind: 'select', select: lowerCosts(divide.costs), as: null },
    groupBy: [named(CREDITED.text)],
  })
}
