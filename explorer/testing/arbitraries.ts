import fc from 'fast-check'
import { fieldNames, type Group } from '../query/dimensions.ts'
import { isComplete, operators, operatorsOf, type Condition } from '../query/filter.ts'
import { timeUnits, type Range } from '../query/range.ts'

/** Text of all kinds, the signs of our own writing among it. */
const word = fc.oneof(fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }), fc.constantFrom('a.b', 'x,y', '~2c', '~', '..', ' ', 'ü', '-'))
const day = fc.date({ min: new Date('1970-01-02'), max: new Date('2099-12-30'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10))

export const anyRange: fc.Arbitrary<Range> = fc.oneof(
  fc.record({ kind: fc.constant('last' as const), last: fc.integer({ min: 1, max: 10 }), unit: fc.constantFrom(...timeUnits), includeCurrent: fc.boolean() }),
  fc.tuple(day, day).map(([a, b]): Range => ({ kind: 'days', from: a < b ? a : b, to: a < b ? b : a })),
)

export const anyGroup: fc.Arbitrary<Group> = fc.oneof(
  fc.constantFrom(...fieldNames).map((field): Group => ({ kind: 'dimension', field })),
  word.map((name): Group => ({ kind: 'property', name })),
  word.map((id): Group => ({ kind: 'segment', id })),
)

const field = fc.constantFrom(...fieldNames, 'property' as const, 'segment' as const)

/** Conditions that say something, as they stand in a question. */
export const anyCondition: fc.Arbitrary<Condition> = fc
  .tuple(field, word, fc.constantFrom(...operators), fc.uniqueArray(word, { minLength: 1, maxLength: 4 }), fc.float({ noNaN: true, noDefaultInfinity: true }))
  .filter(([name, , operator]) => operatorsOf(name).some((each) => each.value === operator.value))
  .map(([name, property, { value, values: takes }, values, number]): Condition => {
    const isNumeric = ['gt', 'gte', 'lt', 'lte'].includes(value)
    const own = takes === 'none' ? [] : isNumeric ? [number.toFixed(2)] : takes === 'one' ? values.slice(0, 1) : values
    return { field: name, property: name === 'property' ? property : '', operator: value, values: own }
  })
  .filter(isComplete)

export const anyTimeZone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Asia/Kathmandu', 'Pacific/Auckland', 'America/New_York')
