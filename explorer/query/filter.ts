import type { Filter, IdFilter, StringFilter } from '../operations/generated/graphql.ts'
import { escapePart, printList, readList, unescapePart } from './codec.ts'
import { filterFields, type FilterField } from './dimensions.ts'

/** A condition of a question: the member of Filter, how it is compared, and with what. All conditions of a question must hold. */
export type Condition = {
  readonly field: FilterField
  /** The name of the property; '' for every other field. */
  readonly property: string
  readonly operator: Operator
  /** None for isNull and isNotNull, one for contains, startsWith and comparisons, one or more for in and notIn. */
  readonly values: readonly string[]
}

export type Operator = 'in' | 'notIn' | 'contains' | 'startsWith' | 'isNull' | 'isNotNull' | 'gt' | 'gte' | 'lt' | 'lte'

export { filterFields, type FilterField }

type OperatorText = { readonly value: Operator; readonly label: string; readonly values: 'none' | 'one' | 'many' }

export const operators: readonly OperatorText[] = [
  { value: 'in', label: 'is', values: 'many' },
  { value: 'notIn', label: 'is not', values: 'many' },
  { value: 'contains', label: 'contains', values: 'one' },
  { value: 'startsWith', label: 'starts with', values: 'one' },
  { value: 'isNull', label: 'is absent', values: 'none' },
  { value: 'isNotNull', label: 'is present', values: 'none' },
  { value: 'gt', label: 'is above', values: 'one' },
  { value: 'gte', label: 'is at least', values: 'one' },
  { value: 'lt', label: 'is below', values: 'one' },
  { value: 'lte', label: 'is at most', values: 'one' },
]

const ofIds: readonly Operator[] = ['in', 'notIn', 'isNull', 'isNotNull']
const ofTexts: readonly Operator[] = ['in', 'notIn', 'contains', 'startsWith', 'isNull', 'isNotNull']
const ofSegments: readonly Operator[] = ['in', 'notIn']
const ofNumbers: readonly Operator[] = ['gt', 'gte', 'lt', 'lte']

const maxValues = 200

/** What a field can be compared by. */
export function operatorsOf(field: FilterField): readonly OperatorText[] {
  const allowed = allowedOf(field)
  return operators.filter((each) => allowed.includes(each.value))
}

function allowedOf(field: FilterField): readonly Operator[] {
  if (field === 'segment') return ofSegments
  if (field === 'property') return [...ofTexts, ...ofNumbers]
  return filterFields[field].isEntity ? ofIds : ofTexts
}

export const operatorText = (operator: Operator): OperatorText =>
  operators.find((each) => each.value === operator) ?? { value: operator, label: operator, values: 'many' }

/** Whether it says something: a condition that is still being written does not, and is left out of the question. */
export function isComplete(condition: Condition): boolean {
  if (condition.field === 'property' && condition.property === '') return false
  const needed = operatorText(condition.operator).values
  if (needed === 'none') return true
  if (ofNumbers.includes(condition.operator)) return isNumber(condition.values[0])
  return condition.values.length > 0 && condition.values.every((value) => value !== '')
}

/** `country.in.DE,US`; a property as `property.level.gte.5`. */
export function printCondition({ field, property, operator, values }: Condition): string {
  const name = field === 'property' ? `property.${escapePart(property)}` : field
  return [name, operator, ...(values.length === 0 ? [] : [printList(values)])].join('.')
}

/** null for what is no condition. */
export function readCondition(text: string): Condition | null {
  const parts = text.split('.')
  const field = Object.keys(filterFields).find((each): each is FilterField => each === parts[0])
  if (field === undefined) return null
  const property = field === 'property' ? unescapePart(parts[1] ?? '') : ''
  const [operatorPart, valuesPart, ...rest] = parts.slice(field === 'property' ? 2 : 1)
  const operator = operatorsOf(field).find((each) => each.value === operatorPart)
  if (operator === undefined || rest.length > 0) return null
  const values = operator.values === 'none' || valuesPart === undefined ? [] : readList(valuesPart).slice(0, operator.values === 'one' ? 1 : maxValues)
  const condition: Condition = { field, property, operator: operator.value, values: [...new Set(values)] }
  return isComplete(condition) ? condition : null
}

export const readConditions = (texts: readonly string[]): readonly Condition[] => texts.map(readCondition).filter((each) => each !== null)

export const printConditions = (conditions: readonly Condition[]): string[] => conditions.filter(isComplete).map(printCondition)

const maxNamed = 2

/** For people: "Country is DE, US +1". `nameOf` names what is known by an id, such as a segment. */
export function describeCondition({ field, property, operator, values }: Condition, nameOf: (field: FilterField, value: string) => string): string {
  const name = field === 'property' ? property : filterFields[field].title
  const some = values.slice(0, maxNamed).map((value) => nameOf(field, value))
  const rest = values.length > maxNamed ? ` +${values.length - maxNamed}` : ''
  return `${name} ${operatorText(operator).label}${values.length === 0 ? '' : ` ${some.join(', ')}${rest}`}`
}

/** As the API takes them; undefined for none. */
export function filterInput(conditions: readonly Condition[]): Filter | undefined {
  const members = conditions.filter(isComplete).map(memberOf)
  return members.length === 0 ? undefined : members.length === 1 ? members[0] : { and: members }
}

function memberOf(condition: Condition): Filter {
  const { field, property, operator, values } = condition
  if (field === 'segment') return segmentMember(condition)
  if (field !== 'property') return { [field]: comparison(condition) }
  if (ofNumbers.includes(operator)) return { property: { name: property, number: { [operator]: Number(values[0]) } } }
  return { property: { name: property, text: comparison(condition) } }
}

/** A member of one of several segments, or of none of them. */
function segmentMember({ operator, values }: Condition): Filter {
  const members = values.map((id): Filter => ({ segment: id }))
  const [first] = members
  const any = members.length === 1 && first !== undefined ? first : { or: members }
  return operator === 'notIn' ? { not: any } : any
}

function comparison({ operator, values }: Condition): IdFilter & StringFilter {
  switch (operator) {
    case 'isNull':
      return { isNull: true }
    case 'isNotNull':
      return { isNull: false }
    case 'in':
    case 'notIn':
      return { [operator]: [...values] }
    case 'contains':
    case 'startsWith':
      return { [operator]: values[0] }
    default:
      throw new Error(`${operator} compares numbers.`)
  }
}

const isNumber = (text: string | undefined): boolean => text !== undefined && /^-?\d+(\.\d+)?$/.test(text) && Number.isFinite(Number(text))
