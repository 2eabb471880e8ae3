import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import type { Compare } from './compare.ts'
import { costOf, type Cost } from './costs.ts'
import { divideMicros, fromMicros, ratioOf, ratioToNumber, toMicros } from './decimals.ts'
import { edgeValue, numberOf, printNumber } from './properties.ts'
import { isActivity } from './world.ts'

/** A count, money and quotients of it in millionths, or a ratio (see ratioOf); null without a denominator. */
export type MeasureValue =
  | { readonly type: 'count' | 'money' | 'ratio'; readonly amount: bigint | null }
  /** A number of a property, in 10⁻²⁰; and the text of one. */
  | { readonly type: 'number'; readonly amount: bigint | null }
  | { readonly type: 'text'; readonly amount: null; readonly text: string | null }
export type Measure = {
  readonly name: string
  /** The arguments `name` and `event`. */
  readonly event?: string
  readonly compare?: Compare | null
  readonly property?: string
  readonly as?: string
  readonly level?: number
  readonly days?: number
  /** The measure that a share or a running total is of. */
  readonly of?: string
}
/** What is told of the users of a row by other rows than its own. */
export type UsersOfRow = {
  /** How many of these have their first activity ever in the time of the row. */
  readonly newAmong: (users: ReadonlySet<string>) => number
  readonly over: (days: number) => number
  readonly lifecycle: () => Readonly<Record<string, number>> | null
}

/** The measure over exactly these rows. Throws on a name that there is not. */
export function measure(asked: Measure, rows: readonly StoredEvent[], costs: readonly Cost[], users: UsersOfRow): MeasureValue {
  const { name, event } = asked
  const active = () => people(rows.filter(isActivity))
  const attributed = () => BigInt(rows.filter(isAttributedInstall).length)
  const touches = (kind: StoredEvent['touch']) => BigInt(rows.filter((row) => row.touch === kind).length)
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
    case 'eventUsers':
      return counted(people(rows.filter((row) => row.event === event)).size)
    case 'number': {
      const { property = '', as = '', level = 0.5 } = asked
      return { type: 'number', amount: numberOf(rowsWith(rows, event), { property, as, level }) }
    }
    case 'firstValue':
    case 'lastValue': {
      const edge = name === 'firstValue' ? 'first' : 'last'
      return { type: 'text', amount: null, text: edgeValue(rowsWith(rows, event), asked.property ?? '', edge) }
    }
    case 'activeUsers':
      return counted(active().size)
    case 'newUsers':
      return counted(users.newAmong(active()))
    case 'returningUsers':
      return counted(active().size - users.newAmong(active()))
    case 'activeUsersOver':
      return counted(users.over(asked.days ?? 0))
    case 'stickiness':
      return ratio(BigInt(active().size), BigInt(users.over(asked.days ?? DEFAULT_DAYS)))
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
    case 'attributedInstalls':
      return { type: 'count', amount: attributed() }
    case 'cost':
      return money(costOf(costs))
    case 'roas':
      return ratio(revenueOf(rows), costOf(costs))
    case 'roi':
      return ratio(revenueOf(rows) - costOf(costs), costOf(costs))
    case 'ecpi':
      return { type: 'money', amount: divideMicros(costOf(costs), Number(attributed())) }
    case 'ctr':
      return ratio(touches('click'), touches('impression'))
    case 'cvr':
      return ratio(attributed(), touches('click'))
    case 'ipm':
      return ratio(1000n * attributed(), touches('impression'))
    default:
      throw new Error(`The reference has no measure ${name}.`)
  }
}

/** As the API shows it: counts and money are text. */
export function printValue(value: MeasureValue): string | number | null {
  if (value.type === 'text') return value.text
  const { type, amount } = value
  if (amount === null) return null
  if (type === 'number') return printNumber(amount)
  if (type === 'ratio') return ratioToNumber(amount)
  return type === 'count' ? String(amount) : fromMicros(amount)
}

/** The distinct people of the rows; anonymous rows are nobody. */
export function people(rows: readonly StoredEvent[]): Set<string> {
  return new Set(rows.map((row) => row.user_id).filter((id) => id !== ''))
}

/** Net: refunds are negative. Millionths. */
export const revenueOf = (rows: readonly StoredEvent[]): bigint => rows.reduce((sum, row) => sum + toMicros(row.revenue), 0n)

/** Credited to advertising when it was decided. */
const isAttributedInstall = (row: StoredEvent): boolean =>
  row.event === 'install' && (row.campaign_id !== '' || row.partner_id !== '' || !['', 'organic', 'direct'].includes(row.channel))
const isPurchase = (row: StoredEvent): boolean => row.event === 'purchase' && !row.is_refund
const DEFAULT_DAYS = 30
const rowsWith = (rows: readonly StoredEvent[], event: string | undefined) =>
  rows.filter((row) => (event === undefined ? row.touch === 'none' : row.event === event))
const counted = (size: number): MeasureValue => ({ type: 'count', amount: BigInt(size) })
const count = (rows: readonly StoredEvent[]): MeasureValue => ({ type: 'count', amount: BigInt(rows.length) })
const money = (micros: bigint): MeasureValue => ({ type: 'money', amount: micros })
const ratio = (numerator: bigint, denominator: bigint): MeasureValue => ({ type: 'ratio', amount: ratioOf(numerator, denominator) })
