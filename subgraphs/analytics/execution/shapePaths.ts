import type { BoundPaths } from '../compiler/bound.ts'
import type { Compiled } from '../compiler/compile.ts'
import { PATH_COLUMNS } from '../compiler/sql/lowerEventPaths.ts'
import type { PathsLayout } from '../compiler/layout.ts'
import { GRAPH_COLUMNS, GRAPH_PARTS, NODE_CODES } from '../compiler/sql/lowerPathGraph.ts'
import { shortestDecimal } from './decimals.ts'
import type { QueryRows } from './runQuery.ts'
import { shapePathGraph, type PathGraphValue } from './shapePathGraph.ts'

/** Numbers of paths; users and revenue are null where they are masked or were not asked for. */
export type PathTotalsValue = {
  /** Whole numbers as exact text. */
  readonly users: string | null
  readonly conversions: string
  /** Money as exact text of at most 6 places. */
  readonly revenue: string | null
}
export type PathValue = PathTotalsValue & { readonly steps: readonly string[] }

/** Totals and graph are null when they were not asked for, and when nothing ran. */
export type PathRows = {
  readonly paths: readonly PathValue[]
  readonly totals: PathTotalsValue | null
  readonly graph: PathGraphValue | null
  readonly isTruncated: boolean
}

export const NO_PATHS: PathRows = { paths: [], totals: null, graph: null, isTruncated: false }

type Cells = readonly unknown[]
type Read = (cells: Cells, name: string) => unknown

export function shapePaths(compiled: Compiled<BoundPaths>, answer: QueryRows): PathRows {
  const { bound, plan, select } = compiled
  const { layout } = plan
  if (layout.kind !== 'paths') throw new Error('A question for paths has a plan of paths.')
  const position = new Map(select.columns.map((column, i) => [column.as, i]))
  const read: Read = (cells, name) => cells[position.get(name) ?? -1]
  const { all, totals } = layout.hasGraph ? ofGraph(answer, { bound, layout, read }) : ofPaths(answer, { bound, layout, read })
  return {
    paths: plan.showsRows ? all.slice(0, bound.limitRows) : [],
    totals: bound.wantsTotals ? totals : null,
    graph: layout.hasGraph ? shapePathGraph(bound, answer.rows, read) : null,
    isTruncated: all.length > bound.limitRows,
  }
}

type Layout = { readonly bound: BoundPaths; readonly layout: PathsLayout; readonly read: Read }
/** One path more than the limit where there are more. */
type Shaped = { readonly all: readonly PathValue[]; readonly totals: PathTotalsValue }

const NOTHING: PathTotalsValue = { users: '0', conversions: '0', revenue: '0' }

function ofPaths(answer: QueryRows, { bound, layout, read }: Layout): Shaped {
  const numbers = (cells: Cells): PathTotalsValue => {
    const conversions = count(read(cells, PATH_COLUMNS.conversions))
    return {
      conversions,
      users: bound.conversion === null ? conversions : layout.hasUsers ? count(read(cells, PATH_COLUMNS.users)) : null,
      revenue: layout.hasRevenue ? shortestDecimal(read(cells, PATH_COLUMNS.revenue)) : null,
    }
  }
  if (!bound.wantsPaths) return { all: [], totals: numbers(answer.rows[0] ?? []) }
  return {
    all: answer.rows.map((cells) => ({ steps: stepsOf(read(cells, PATH_COLUMNS.path)), ...numbers(cells) })),
    totals: answer.totals === null ? NOTHING : numbers(answer.totals),
  }
}

/** All paths together are the node of nothing. */
function ofGraph(answer: QueryRows, { bound, layout, read }: Layout): Shaped {
  const isAll = (cells: Cells) =>
    Number(read(cells, GRAPH_COLUMNS.part)) === GRAPH_PARTS.target && Number(read(cells, GRAPH_COLUMNS.targetKind)) === NODE_CODES.nothing
  const row = answer.rows.find(isAll)
  if (row === undefined) return { all: [], totals: NOTHING }
  const money = (value: unknown) => (layout.hasRevenue ? shortestDecimal(value) : null)
  const users = (conversions: string, value: unknown) => (bound.conversion === null ? conversions : layout.hasUsers ? count(value) : null)
  const conversions = count(read(row, GRAPH_COLUMNS.conversions))
  const tops = read(row, GRAPH_COLUMNS.tops)
  return {
    all: (Array.isArray(tops) ? tops : []).map((top: unknown): PathValue => {
      if (!Array.isArray(top)) throw new Error(`Not a path: ${JSON.stringify(top)}`)
      const own = negated(top[0])
      const at = layout.hasUsers ? 2 : 1
      return { steps: stepsOf(top[at]), conversions: own, users: users(own, layout.hasUsers ? negated(top[1]) : null), revenue: money(top[at + 1]) }
    }),
    totals: { conversions, users: users(conversions, read(row, GRAPH_COLUMNS.users)), revenue: money(read(row, GRAPH_COLUMNS.revenue)) },
  }
}

const count = (value: unknown): string => String(whole(value))
const negated = (value: unknown): string => String(-whole(value))

function whole(value: unknown): bigint {
  if (typeof value !== 'string' && typeof value !== 'number') throw new Error(`Not a count: ${JSON.stringify(value)}`)
  return BigInt(value)
}

const END = '\0'

/** Each name has an END behind it. */
function stepsOf(text: unknown): readonly string[] {
  if (typeof text !== 'string') throw new Error(`Not the text of a path: ${JSON.stringify(text)}`)
  return text.split(END).slice(0, -1)
}
