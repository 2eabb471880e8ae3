import type { Condition, TextOperand } from '../../model/condition.ts'
import { unreachable } from '../unreachable.ts'
import { binary, call, every, param, stored, whole, type SqlExpression } from './ast.ts'

/** The condition over the columns of the scan it stands in. */
export function lowerCondition(condition: Condition): SqlExpression {
  switch (condition.kind) {
    case 'always':
      return whole(1)
    case 'never':
      return whole(0)
    case 'all':
      return every(...condition.of.map(lowerCondition))
    case 'any':
      return { kind: 'some', of: condition.of.map(lowerCondition) }
    case 'not':
      return { kind: 'negated', of: lowerCondition(condition.of) }
    case 'oneOf':
      return lowerOneOf(condition.operand, condition.values)
    case 'contains':
      return binary('>', call('position', lowerOperand(condition.operand), param('String', condition.value)), whole(0))
    case 'startsWith':
      return call('startsWith', lowerOperand(condition.operand), param('String', condition.value))
    case 'number':
      return lowerNumber(condition)
    case 'touch':
      return binary('=', stored('touch'), param('String', condition.is))
    case 'refund':
      return stored('is_refund')
    case 'knownUser':
      return binary('!=', stored('user_id'), param('String', ''))
    default:
      return unreachable(condition)
  }
}

/**
 * `identity` keeps ClickHouse from reading a subcolumn of the map in the column's place: readers are granted columns, and a subcolumn is none
 * of them (ACCESS_DENIED).
 */
export function lowerOperand(operand: TextOperand): SqlExpression {
  return operand.kind === 'column'
    ? stored(operand.column)
    : { kind: 'mapValue', map: call('identity', stored('properties')), key: param('String', operand.name) }
}

export const isId = (operand: TextOperand): boolean => operand.kind === 'column' && operand.column === 'app_id'

function lowerOneOf(operand: TextOperand, values: readonly string[]): SqlExpression {
  const type = isId(operand) ? 'UUID' : 'String'
  const [only] = values
  if (values.length === 1 && only !== undefined) return binary('=', lowerOperand(operand), param(type, only))
  return binary('IN', lowerOperand(operand), param(`Array(${type})`, values))
}

/** Only the canonical text of a number is one. ClickHouse would read more as numbers, such as inf. */
const NUMBER_TEXT = '^-?[0-9]+(\\.[0-9]+)?$'

function lowerNumber({ property, operator, value }: Condition & { kind: 'number' }): SqlExpression {
  const text = lowerOperand({ kind: 'property', name: property })
  return every(call('match', text, param('String', NUMBER_TEXT)), binary(operator, call('toFloat64OrZero', text), param('Float64', value)))
}
