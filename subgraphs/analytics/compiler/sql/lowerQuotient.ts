import type { Aggregate as AggregateSpec } from '../../model/measures.ts'
import type { AggregateColumn, Derived, Quotient } from '../plan/nodes.ts'
import { binary, call, named, whole, type SqlExpression } from './ast.ts'
import { NUMBER_PLACES } from './lowerMeasure.ts'

const MONEY_PLACES = 6
const DECIMAL_PLACES = 12
/** More than a float holds of any quotient that is not far below one. */
const FLOAT_PLACES = 20
const ANSWER_PLACES = 6

/**
 * A decimal is cut at 12 places and then rounded half away from zero at 6: the same as rounding the exact quotient, since what is cut cannot
 * make a half. A float is the exact quotient cut at 20 places, so that its order is that of the quotients. null without a denominator.
 */
function lowerQuotient({ numerator, less, denominator, times, as }: Quotient, columns: readonly AggregateColumn[]): SqlExpression {
  const difference = less === null ? named(numerator) : binary('-', named(numerator), named(less))
  const dividend = times === 1 ? difference : binary('*', difference, whole(times))
  const divisor = named(denominator)
  const aggregateOf = (name: string) => columns.find((column) => column.name === name)?.aggregate
  const exact = call(
    'divideDecimal',
    call('toDecimal256', dividend, whole(Math.max(MONEY_PLACES, placesOf(aggregateOf(numerator))))),
    call('toDecimal256', divisor, whole(placesOf(aggregateOf(denominator)))),
    whole(as === 'float' ? FLOAT_PLACES : DECIMAL_PLACES),
  )
  return call('if', binary('=', divisor, whole(0)), { kind: 'null' }, as === 'float' ? exact : call('round', exact, whole(ANSWER_PLACES)))
}

function placesOf(aggregate: AggregateSpec | undefined): number {
  if (aggregate?.kind === 'number') return aggregate.as === 'COUNT' ? 0 : NUMBER_PLACES
  return aggregate?.kind === 'sumCost' || aggregate?.kind === 'sumRevenue' ? MONEY_PLACES : 0
}

export const lowerDerived = (column: Derived, columns: readonly AggregateColumn[]): SqlExpression =>
  column.as === 'whole' ? binary('-', named(column.from), named(column.less)) : lowerQuotient(column, columns)
