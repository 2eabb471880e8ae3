import type { RangeInput, TimeUnit } from '../operations/generated/graphql.ts'
import { startOfDay } from './zonedDay.ts'

/** When: whole units before the current one, or local calendar days, both included. */
export type Range =
  | { readonly kind: 'last'; readonly last: number; readonly unit: TimeUnit; readonly includeCurrent: boolean }
  | { readonly kind: 'days'; readonly from: string; readonly to: string }

export const timeUnits: readonly TimeUnit[] = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR']
const letters: Readonly<Record<TimeUnit, string>> = { HOUR: 'h', DAY: 'd', WEEK: 'w', MONTH: 'm', QUARTER: 'q', YEAR: 'y' }
/** No more than the API takes (RANGE_TOO_LONG). */
const maxLast: Readonly<Record<TimeUnit, number>> = { HOUR: 87_840, DAY: 3_660, WEEK: 522, MONTH: 120, QUARTER: 40, YEAR: 10 }

export const lastOf = (last: number, unit: TimeUnit): Range => ({ kind: 'last', last, unit, includeCurrent: false })

/** `28d`, `12w+` with the current week, or `2026-01-01..2026-01-31`. */
export function printRange(range: Range): string {
  return range.kind === 'days' ? `${range.from}..${range.to}` : `${range.last}${letters[range.unit]}${range.includeCurrent ? '+' : ''}`
}

/** null for what is no range, such as one that ends before it begins. */
export function readRange(text: string | null): Range | null {
  const days = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/.exec(text ?? '')
  if (days?.[1] !== undefined && days[2] !== undefined)
    return isDay(days[1]) && isDay(days[2]) && days[1] <= days[2] ? { kind: 'days', from: days[1], to: days[2] } : null
  // An address that was retyped may have a space where the plus was.
  const last = /^(\d{1,5})([hdwmqy])([+ ]?)$/.exec(text ?? '')
  const unit = timeUnits.find((each) => letters[each] === last?.[2])
  const count = Number(last?.[1])
  if (last === null || unit === undefined || count < 1 || count > maxLast[unit]) return null
  return { kind: 'last', last: count, unit, includeCurrent: last[3] !== '' }
}

/** A real calendar day of the years that are kept. */
export function isDay(text: string): boolean {
  if (!/^(19[7-9]\d|20\d\d)-\d{2}-\d{2}$/.test(text) || text < '1970-01-02') return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** As the API takes it. Days begin at midnight of the question's zone. */
export function rangeInput(range: Range, timeZone: string): RangeInput {
  if (range.kind === 'last') return { last: range.last, unit: range.unit, ...(range.includeCurrent ? { includeCurrent: true } : {}) }
  return { start: startOfDay(range.from, timeZone).toISOString(), end: startOfDay(dayAfter(range.to), timeZone).toISOString() }
}

export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

const unitWords: Readonly<Record<TimeUnit, string>> = { HOUR: 'hour', DAY: 'day', WEEK: 'week', MONTH: 'month', QUARTER: 'quarter', YEAR: 'year' }

export const unitWord = (unit: TimeUnit, count = 1): string => (count === 1 ? unitWords[unit] : `${unitWords[unit]}s`)

/** For people: "Last 28 days", "Last 12 weeks and this one", "1 Jan – 31 Jan 2026". */
export function describeRange(range: Range): string {
  if (range.kind === 'days') return describeDays(range.from, range.to)
  const unit = unitWord(range.unit, range.last)
  if (range.includeCurrent && range.last === 1) return range.unit === 'DAY' ? 'Today' : `This ${unit}`
  const words = range.last === 1 ? `Last ${unit}` : `Last ${range.last} ${unit}`
  return range.includeCurrent ? `${words} to now` : words
}

function describeDays(from: string, to: string): string {
  const show = (day: string, withYear: boolean) =>
    new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', ...(withYear ? { year: 'numeric' } : {}), timeZone: 'UTC' }).format(
      new Date(`${day}T00:00:00Z`),
    )
  if (from === to) return show(from, true)
  return `${show(from, from.slice(0, 4) !== to.slice(0, 4))} – ${show(to, true)}`
}
