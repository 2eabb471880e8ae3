import type { Aggregate as AggregateSpec } from '../../model/measures.ts'
import type { AggregateColumn, Quotient } from '../plan/nodes.ts'
import { binary, call, named, whole, type SqlExpression } from './ast.ts'

const MONEY_PLACES = 6
const DECIMAL_PLACES = 12
/** More than a float holds of any quotient that is not far below one. */
const FLOAT_PLACES = 20
const ANSWER_PLACES = 6

/**
 * A decimal is cut at 12 places and then rounded half away from zero at 6: the same as rounding the exact quotient, since what is cut cannot
 * make a half. A float is the exact quotient cut at 20 places, so that its order is that of the quotients. null without a denominator.
 */
export function lowerQuotient({ numerator, less, denominator, times, as }: Quotient, columns: readonly AggregateColumn[]): SqlExpression {
  const difference = less === null ? named(numerator) : binary('-', named(numerator), named(less))
  const dividend = times === 1 ? difference : binary('*', difference, whole(times))
  const divisor = named(denominator)
  const exact = call(
    'divideDecimal',
    call('toDecimal256', dividend, whole(MONEY_PLACES)),
    call('toDecimal256', divisor, whole(placesOf(columns.find((column) => column.name === denominator)?.aggregate))),
    whole(as === 'float' ? FLOAT_PLACES : DECIMAL_PLACES),
  )
  return call('if', binary('=', divisor, whole(0)), { kind: 'null' }, as === 'float' ? exact : call('round', exact, whole(ANSWER_PLACES)))
}

const placesOf = (aggregate: AggregateSpec | undefined): number => (aggregate?.kind === 'sumCost' || aggregate?.kind === 'sumRevenue' ? MONEY_PLACES : 0)
