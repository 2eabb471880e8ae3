import { unreachable } from '../unreachable.ts'
import type { SqlExpression, SqlSelect, SqlSource } from './ast.ts'

/** Every select that stands within an expression, at any depth; the same may be there several times. */
export function selectsInExpressions(select: SqlSelect): readonly SqlSelect[] {
  const own = expressionsOf(select).flatMap(inExpression)
  return [...own, ...own.flatMap(selectsInExpressions), ...sourcesOf(select.from).flatMap(selectsInExpressions)]
}

const inExpression = (expression: SqlExpression): readonly SqlSelect[] => [
  ...(expression.kind === 'inSelect' ? [expression.select] : []),
  ...partsOf(expression).flatMap(inExpression),
]

function sourcesOf(source: SqlSource): readonly SqlSelect[] {
  switch (source.kind) {
    case 'table':
      return []
    case 'select':
      return [source.select]
    case 'union':
      return source.selects
    case 'join':
      return [source.left.select, source.right.select]
    default:
      return unreachable(source)
  }
}

/** What stands in the select itself, and in no select below it. */
export const expressionsOf = (select: SqlSelect): readonly SqlExpression[] => [
  ...select.columns.map(({ expression }) => expression),
  ...(select.unfolds ?? []).map(({ expression }) => expression),
  ...select.where,
  ...select.groupBy,
  ...(select.alsoBy ?? []),
  ...select.having,
  ...select.orderBy.map(({ expression }) => expression),
  ...(select.limitBy ?? []),
]

/** The expressions that one is made of; a select within it is none of them. */
export function partsOf(expression: SqlExpression): readonly SqlExpression[] {
  switch (expression.kind) {
    case 'column':
    case 'name':
    case 'param':
    case 'whole':
    case 'null':
      return []
    case 'lambda':
      return [expression.body]
    case 'call':
      return expression.args
    case 'binary':
      return [expression.left, expression.right]
    case 'every':
    case 'some':
      return expression.of
    case 'negated':
      return [expression.of]
    case 'mapValue':
      return [expression.map, expression.key]
    case 'inSelect':
      return [expression.value]
    case 'over':
      return [expression.call, ...expression.partitionBy, ...expression.orderBy.map((each) => each.expression)]
    default:
      return unreachable(expression)
  }
}
