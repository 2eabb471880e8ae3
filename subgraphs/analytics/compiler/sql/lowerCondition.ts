import type { Condition, TextOperand } from '../../model/condition.ts'
import { unreachable } from '../unreachable.ts'
import { binary, call, every, instant, param, stored, whole, type SqlExpression } from './ast.ts'
import { lowerMembers } from './lowerSegment.ts'
import { lowerStored } from './lowerStored.ts'

/** The condition over the columns of the scan it stands in. */
export const lowerCondition = (condition: Condition): SqlExpression => lowerOver(condition, lowerOperand)

type Operand = (operand: TextOperand) => SqlExpression

/** The condition over texts as they are given: those of a row, or of a user. */
export function lowerOver(condition: Condition, textOf: Operand): SqlExpression {
  const below = (each: Condition) => lowerOver(each, textOf)
  switch (condition.kind) {
    case 'always':
      return whole(1)
    case 'never':
      return whole(0)
    case 'all':
      return every(...condition.of.map(below))
    case 'any':
      return { kind: 'some', of: condition.of.map(below) }
    case 'not':
      return { kind: 'negated', of: below(condition.of) }
    case 'oneOf':
      return lowerOneOf(condition, textOf)
    case 'contains':
      return binary('>', call('position', textOf(condition.operand), param('String', condition.value)), whole(0))
    case 'startsWith':
      return call('startsWith', textOf(condition.operand), param('String', condition.value))
    case 'number':
      return lowerNumber(condition, textOf)
    case 'touch':
      return binary('=', stored('touch'), param('String', condition.is))
    case 'refund':
      return stored('is_refund')
    case 'knownUser':
      return binary('!=', stored('user_id'), param('String', ''))
    case 'inSegment':
      return lowerMembers(condition.segment, lowerOver)
    case 'time':
      return binary(condition.operator, stored(condition.column), instant(condition.atMs))
    default:
      return unreachable(condition)
  }
}

/** The text of a row; whether its user is a member is 1 or 0. */
export const lowerOperand = (operand: TextOperand): SqlExpression =>
  operand.kind === 'segment' ? call('toString', lowerMembers(operand.segment, lowerOver)) : lowerStored(operand)

export const isId = (operand: TextOperand): boolean => operand.kind === 'column' && operand.column === 'app_id'

function lowerOneOf({ operand, values }: Condition & { kind: 'oneOf' }, textOf: Operand): SqlExpression {
  const type = isId(operand) ? 'UUID' : 'String'
  const [only] = values
  if (values.length === 1 && only !== undefined) return binary('=', textOf(operand), param(type, only))
  return binary('IN', textOf(operand), param(`Array(${type})`, values))
}

/** Only the canonical text of a number is one. ClickHouse would read more as numbers, such as inf. */
const NUMBER_TEXT = '^-?[0-9]+(\\.[0-9]+)?$'

function lowerNumber({ property, operator, value }: Condition & { kind: 'number' }, textOf: Operand): SqlExpression {
  const text = textOf({ kind: 'property', name: property })
  return every(call('match', text, param('String', NUMBER_TEXT)), binary(operator, call('toFloat64OrZero', text), param('Float64', value)))
}
