import type { Aggregate as AggregateSpec, EventAggregate, PropertyAggregate } from '../../model/measures.ts'
import { binary, call, every, param, whole, type SqlExpression } from './ast.ts'
import { lowerOperand } from './lowerCondition.ts'

/** What a row has that is counted. `condition` is null when every row is. */
export type RowColumns = {
  readonly condition: SqlExpression | null
  readonly user: SqlExpression
  readonly revenue: SqlExpression
  /** Where there are rows of costs. */
  readonly cost?: SqlExpression
  /** The number of a property, null when it is none; and its text. */
  readonly number: (property: string) => SqlExpression
  readonly text: (property: string) => SqlExpression
  /** What rows come first by. */
  readonly place: SqlExpression
}

/** Aggregates over rows of the stream; those about users have rows of their own, which the condition tells. */
export type RowAggregate = Exclude<AggregateSpec, { kind: 'newUsers' | 'usersOver' | 'lifecycle' }> | { readonly kind: 'users' }

/** An aggregate function, and what is done with its result. */
/** With `isNullable` it is null over no value; a state of it is merged to 0 then, unless its name says so. */
type Parts = {
  readonly name: string
  readonly isNullable?: boolean
  readonly args: readonly SqlExpression[]
  readonly finish?: (result: SqlExpression) => SqlExpression
}

/** A column as a number, and as a state that can be merged with others before it becomes one. */
export type LoweredColumn = {
  readonly name: string
  readonly value: SqlExpression
  readonly state: SqlExpression
  readonly merge: string
  readonly finish: (result: SqlExpression) => SqlExpression
}

export function lowerMeasure(column: string, aggregate: RowAggregate, columns: RowColumns): LoweredColumn {
  const { name, isNullable = false, args, finish = same } = partsOf(aggregate, columns)
  const ofState = isNullable ? `${name}OrNull` : name
  const { condition } = columns
  const [suffix, all] = condition === null ? ['', args] : ['If', [...args, condition]]
  return { name: column, value: finish(call(`${name}${suffix}`, ...all)), state: call(`${ofState}State${suffix}`, ...all), merge: `${ofState}Merge`, finish }
}

/** The number of merged states; `wrap` may merge them over other rows than those of the group. */
export const lowerMerged = ({ merge, finish }: LoweredColumn, state: SqlExpression, wrap: (merged: SqlExpression) => SqlExpression = same): SqlExpression =>
  finish(wrap(call(merge, state)))

const same = (result: SqlExpression): SqlExpression => result

function partsOf(aggregate: RowAggregate, columns: RowColumns): Parts {
  switch (aggregate.kind) {
    case 'countRows':
    case 'sumRevenue':
    case 'countUsers':
      return eventParts(aggregate, columns)
    case 'users':
      return { name: 'uniqExact', args: [columns.user] }
    case 'sumCost':
      if (columns.cost === undefined) throw new Error('Costs are summed over rows of costs.')
      return { name: 'sum', args: [columns.cost] }
    case 'number':
      return numberParts(aggregate, columns.number(aggregate.property))
    case 'value':
      return { name: aggregate.at === 'first' ? 'argMin' : 'argMax', args: [columns.text(aggregate.property), columns.place] }
  }
}

function eventParts(aggregate: EventAggregate, { user, revenue }: RowColumns): Parts {
  switch (aggregate.kind) {
    case 'countRows':
      return { name: 'count', args: [] }
    case 'countUsers':
      return { name: aggregate.isApproximate === true ? 'uniqCombined' : 'uniqExact', args: [user] }
    case 'sumRevenue':
      return { name: 'sum', args: [revenue], ...(aggregate.sign === 1 ? {} : { finish: (sum) => call('negate', sum) }) }
  }
}

/** What is no number is null, which no function counts. */
function numberParts({ as, levelMillionths }: PropertyAggregate & { kind: 'number' }, value: SqlExpression): Parts {
  switch (as) {
    case 'SUM':
      return { name: 'sum', isNullable: true, args: [value] }
    case 'MIN':
      return { name: 'min', isNullable: true, args: [value] }
    case 'MAX':
      return { name: 'max', isNullable: true, args: [value] }
    case 'COUNT':
      return { name: 'count', args: [value] }
    case 'QUANTILE':
      return { name: 'groupArray', args: [value], finish: (values) => lowerQuantile(call('arraySort', values), levelMillionths) }
  }
}

/** Decimal(76, 20): sums of as many numbers of so many digits as there can be have room. */
export const NUMBER_PLACES = 20
const CANONICAL_NUMBER = '^-?[0-9]{1,36}(\\.[0-9]+)?$'

/** The number that the property's text is, exactly; places after the 20th are cut. */
export function lowerNumberOf(property: string): SqlExpression {
  const text = lowerOperand({ kind: 'property', name: property })
  return call('if', call('match', text, param('String', CANONICAL_NUMBER)), call('toDecimal256OrNull', text, whole(NUMBER_PLACES)), { kind: 'null' })
}

const MILLION = 1_000_000
const CUT_PLACES = 12
const SHOWN_PLACES = 6

/**
 * Between the two values next to the level, as far as it lies between them: position (n - 1) x level, counted from 0, and linear in between. The
 * values are in order.
 */
function lowerQuantile(values: SqlExpression, levelMillionths: number): SqlExpression {
  const length = call('length', values)
  const last = binary('-', call('greatest', length, whole(1)), whole(1))
  const position = call('multiply', last, whole(levelMillionths))
  const below = binary('+', call('intDiv', position, whole(MILLION)), whole(1))
  const at = (index: SqlExpression) => call('arrayElement', values, index)
  const beyond = call('multiply', binary('-', at(call('least', binary('+', below, whole(1)), length)), at(below)), call('modulo', position, whole(MILLION)))
  const millionfold = binary('+', call('multiply', at(below), whole(MILLION)), beyond)
  const exact = call('divideDecimal', call('assumeNotNull', millionfold), call('toDecimal256', whole(MILLION), whole(0)), whole(CUT_PLACES))
  return call('if', every(binary('>', length, whole(0))), call('round', exact, whole(SHOWN_PLACES)), { kind: 'null' })
}
