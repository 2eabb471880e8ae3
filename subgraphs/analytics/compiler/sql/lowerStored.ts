import type { TextOperand } from '../../model/condition.ts'
import { call, param, stored, type SqlExpression } from './ast.ts'

/**
 * The text as the row has it. `identity` keeps ClickHouse from reading a subcolumn of the map in the column's place: readers are granted columns,
 * and a subcolumn is none of them (ACCESS_DENIED).
 */
export function lowerStored(operand: Exclude<TextOperand, { kind: 'segment' }>): SqlExpression {
  return operand.kind === 'column'
    ? stored(operand.column)
    : { kind: 'mapValue', map: call('identity', stored('properties')), key: param('String', operand.name) }
}
