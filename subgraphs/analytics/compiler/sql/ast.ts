import type { CatalogColumn, CatalogTable } from '#db/clickhouse/catalog.ts'
import { tracedIn } from '../prepared/trace.ts'

/** ClickHouse types of parameters: the only way in which a value reaches a statement. */
export type ParamType = 'UUID' | 'String' | 'Float64' | 'Int64' | 'Date' | "DateTime64(3, 'UTC')" | 'Array(String)' | 'Array(UUID)'
export type ParamValue = string | number | readonly string[]

/** Names that lowering makes itself: g1, m2, cohort. They need no quoting and hold nothing of a caller's. */
export type SqlExpression =
  | { readonly kind: 'column'; readonly column: CatalogColumn; readonly of: string | null }
  | { readonly kind: 'name'; readonly name: string; readonly of: string | null }
  | { readonly kind: 'param'; readonly type: ParamType; readonly value: ParamValue }
  | { readonly kind: 'whole'; readonly value: number }
  | { readonly kind: 'null' }
  /** An argument of functions such as arrayMap; its parameters are names. */
  | { readonly kind: 'lambda'; readonly parameters: readonly string[]; readonly body: SqlExpression }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly SqlExpression[] }
  | {
      readonly kind: 'binary'
      readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'IN' | '+' | '-' | '*'
      readonly left: SqlExpression
      readonly right: SqlExpression
    }
  | { readonly kind: 'every'; readonly of: readonly SqlExpression[] }
  | { readonly kind: 'some'; readonly of: readonly SqlExpression[] }
  | { readonly kind: 'negated'; readonly of: SqlExpression }
  | { readonly kind: 'mapValue'; readonly map: SqlExpression; readonly key: SqlExpression }
  /** Whether the value is in the one column of the select. */
  | { readonly kind: 'inSelect'; readonly value: SqlExpression; readonly select: SqlSelect }
  /** A function over the rows beside: all of a partition, or with an order those up to this one and its equals. */
  | { readonly kind: 'over'; readonly call: SqlExpression; readonly partitionBy: readonly SqlExpression[]; readonly orderBy: readonly SqlOrdering[] }

export type SqlOrdering = { readonly expression: SqlExpression; readonly direction: 'ASC' | 'DESC'; readonly nullsLast: boolean }

export type SqlSource =
  | { readonly kind: 'table'; readonly table: CatalogTable }
  | { readonly kind: 'select'; readonly select: SqlSelect; readonly as: string | null }
  /** The rows of all of them; each has the same columns. */
  | { readonly kind: 'union'; readonly selects: readonly SqlSelect[] }
  | {
      readonly kind: 'join'
      /** Keeps rows of the left side that have none on the right; the columns of the right are then 0 or empty. Default: false. */
      readonly keepsLeft?: boolean
      readonly left: SqlSource & { readonly kind: 'select' }
      readonly right: SqlSource & { readonly kind: 'select' }
      readonly on: SqlExpression
    }

export type SqlSelect = {
  readonly kind: 'select'
  /** What the plan says about this part; becomes a comment. */
  readonly comments: readonly string[]
  readonly columns: readonly { readonly expression: SqlExpression; readonly as: string | null }[]
  readonly from: SqlSource
  /** Arrays of one length, side by side: a row for each of their members. Unlike the function arrayJoin its rows come in blocks. Default: none. */
  readonly unfolds?: readonly { readonly expression: SqlExpression; readonly as: string }[]
  /** Conditions that must all hold. */
  readonly where: readonly SqlExpression[]
  readonly groupBy: readonly SqlExpression[]
  /** One more row for each of these over all groups of it, as a row among the others; `grouping` of the other keys is 1 in it. [] is over all. Default: none. */
  readonly alsoBy?: readonly SqlExpression[]
  readonly withTotals: boolean
  readonly having: readonly SqlExpression[]
  readonly orderBy: readonly SqlOrdering[]
  readonly limit: number | null
  /** The limit is of the rows of each of these. Default: of all. */
  readonly limitBy?: readonly SqlExpression[]
}

export const stored = (name: CatalogColumn, of: string | null = null): SqlExpression => ({ kind: 'column', column: name, of })
export const named = (name: string, of: string | null = null): SqlExpression => ({ kind: 'name', name, of })
export const param = (type: ParamType, value: ParamValue): SqlExpression => ({ kind: 'param', type, value })
export const whole = (value: number): SqlExpression => ({ kind: 'whole', value })
export const lambda = (parameters: readonly string[], body: SqlExpression): SqlExpression => ({ kind: 'lambda', parameters, body })
export const call = (name: string, ...args: readonly SqlExpression[]): SqlExpression => ({ kind: 'call', name, args })
export const binary = (operator: (SqlExpression & { kind: 'binary' })['operator'], left: SqlExpression, right: SqlExpression): SqlExpression => ({
  kind: 'binary',
  operator,
  left,
  right,
})
export const over = (
  of: SqlExpression,
  { partitionBy = [], orderBy = [] }: { readonly partitionBy?: readonly SqlExpression[]; readonly orderBy?: readonly SqlOrdering[] },
): SqlExpression => ({ kind: 'over', call: of, partitionBy, orderBy })
export const every = (...of: readonly SqlExpression[]): SqlExpression => ({ kind: 'every', of })
/** The type of an instant. */
export const INSTANT = "DateTime64(3, 'UTC')" satisfies ParamType
export const instant = (milliseconds: number): SqlExpression => param(INSTANT, tracedIn(milliseconds)?.asText() ?? instantText(milliseconds))
export const instantText = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '')

/** A condition that is always true says nothing and is left out. */
export function conjuncts(expression: SqlExpression): readonly SqlExpression[] {
  if (expression.kind === 'every') return expression.of
  return expression.kind === 'whole' && expression.value === 1 ? [] : [expression]
}

/** A select with nothing in it but columns and a source. */
export const select = (parts: Pick<SqlSelect, 'columns' | 'from'> & Partial<SqlSelect>): SqlSelect => ({
  kind: 'select',
  comments: [],
  where: [],
  groupBy: [],
  withTotals: false,
  having: [],
  orderBy: [],
  limit: null,
  ...parts,
})
