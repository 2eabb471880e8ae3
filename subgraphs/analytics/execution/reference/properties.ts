import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { propertyOf } from './filters.ts'
import { fraction, toWhole, type Fraction } from './fractions.ts'
import { occurredAt } from './world.ts'

export type NumberQuestion = { readonly property: string; readonly as: string; readonly level: number }

const PLACES = 20
const ONE = 10n ** BigInt(PLACES)

/** The numbers among the values, as whole 10⁻²⁰; what is smaller is cut. */
function numbersOf(rows: readonly StoredEvent[], property: string): bigint[] {
  return rows.flatMap((row) => {
    const parts = /^(-?)(\d{1,36})(?:\.(\d+))?$/.exec(propertyOf(row, property))
    if (parts === null) return []
    const [, sign, whole = '0', places = ''] = parts
    const size = BigInt(whole) * ONE + BigInt(places.slice(0, PLACES).padEnd(PLACES, '0'))
    return [sign === '-' ? -size : size]
  })
}

/** What is asked of the numbers of the property, as whole 10⁻²⁰; null when there is none. */
export function numberOf(rows: readonly StoredEvent[], { property, as, level }: NumberQuestion): bigint | null {
  const numbers = numbersOf(rows, property).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const [least] = numbers
  const most = numbers.at(-1)
  if (least === undefined || most === undefined) return null
  const sum = numbers.reduce((all, each) => all + each, 0n)
  switch (as) {
    case 'SUM':
      return sum
    case 'MIN':
      return least
    case 'MAX':
      return most
    case 'AVERAGE':
      return rounded(fraction(sum, BigInt(numbers.length)))
    case 'QUANTILE': {
      // Of the n - 1 gaps between the sorted numbers, so many lie below the level.
      const gaps = fraction(BigInt(numbers.length - 1) * BigInt(Math.round(level * 1e6)), 1_000_000n)
      const below = numbers[Number(gaps.above / gaps.below)] ?? most
      const above = numbers[Number(gaps.above / gaps.below) + 1] ?? most
      const part = gaps.above % gaps.below
      return rounded(fraction(below * gaps.below + (above - below) * part, gaps.below))
    }
    default:
      throw new Error(`The reference makes no ${as} of numbers.`)
  }
}

/** To 6 places, a half away from zero. */
const rounded = ({ above, below }: Fraction): bigint => toWhole(fraction(above, below * 10n ** 14n)) * 10n ** 14n

export function printNumber(units: bigint): string {
  const size = units < 0n ? -units : units
  const places = String(size % ONE)
    .padStart(PLACES, '0')
    .replace(/0+$/, '')
  return `${units < 0n ? '-' : ''}${size / ONE}${places === '' ? '' : `.${places}`}`
}

/** The text of the property in the first or last row that has it, by time and then by the bytes of the event id; null without one. */
export function edgeValue(rows: readonly StoredEvent[], property: string, edge: 'first' | 'last'): string | null {
  const having = rows.filter((row) => propertyOf(row, property) !== '')
  const [first, ...others] = having
  if (first === undefined) return null
  const isBefore = (a: StoredEvent, b: StoredEvent) =>
    occurredAt(a) < occurredAt(b) || (occurredAt(a) === occurredAt(b) && Buffer.compare(Buffer.from(a.event_id), Buffer.from(b.event_id)) < 0)
  const chosen = others.reduce((best, row) => ((edge === 'first' ? isBefore(row, best) : isBefore(best, row)) ? row : best), first)
  return propertyOf(chosen, property)
}
