import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { divideMicros, fromMicros, toMicros } from './decimals.ts'
import { isActivity } from './world.ts'

/** A count, or money and quotients of it in millionths; null for a ratio without a denominator. */
export type MeasureValue = { readonly type: 'count' | 'money'; readonly amount: bigint | null }
export type Measure = { readonly name: string; /** The argument of `events`. */ readonly event?: string }

/** The measure over exactly these rows. Throws on a name that issue 2 does not have. */
export function measure({ name, event }: Measure, rows: readonly StoredEvent[]): MeasureValue {
  switch (name) {
    case 'impressions':
      return count(rows.filter((row) => row.touch === 'impression'))
    case 'clicks':
      return count(rows.filter((row) => row.touch === 'click'))
    case 'installs':
      return count(rows.filter((row) => row.event === 'install'))
    case 'sessions':
      return count(rows.filter((row) => row.event === 'session'))
    case 'purchases':
      return count(rows.filter(isPurchase))
    case 'events':
      return count(rows.filter((row) => row.event === event))
    case 'activeUsers':
      return { type: 'count', amount: BigInt(people(rows.filter(isActivity)).size) }
    case 'payers':
      return { type: 'count', amount: BigInt(people(rows.filter(isPurchase)).size) }
    case 'revenue':
      return money(revenueOf(rows))
    case 'grossRevenue':
      return money(revenueOf(rows.filter((row) => !row.is_refund)))
    case 'refunds':
      return money(-revenueOf(rows.filter((row) => row.is_refund)))
    case 'arpu':
      return { type: 'money', amount: divideMicros(revenueOf(rows), people(rows.filter(isActivity)).size) }
    default:
      throw new Error(`The reference has no measure ${name}.`)
  }
}

/** As the API shows it: both kinds are text. */
export function printValue({ type, amount }: MeasureValue): string | null {
  if (amount === null) return null
  return type === 'count' ? String(amount) : fromMicros(amount)
}

/** The distinct people of the rows; anonymous rows are nobody. */
export function people(rows: readonly StoredEvent[]): Set<string> {
  return new Set(rows.map((row) => row.user_id).filter((id) => id !== ''))
}

/** Net: refunds are negative. Millionths. */
export const revenueOf = (rows: readonly StoredEvent[]): bigint => rows.reduce((sum, row) => sum + toMicros(row.revenue), 0n)

const isPurchase = (row: StoredEvent): boolean => row.event === 'purchase' && !row.is_refund
const count = (rows: readonly StoredEvent[]): MeasureValue => ({ type: 'count', amount: BigInt(rows.length) })
const money = (micros: bigint): MeasureValue => ({ type: 'money', amount: micros })
