/** ISO 8601, extended form, with seconds and fraction optional and the offset required. */
const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d\d):?(\d\d))$/

const MINUTE_MS = 60_000
/** Milliseconds of a UTC day, which never has another length here: leap seconds are not counted. */
export const DAY_MS = 86_400_000

const ZERO = 48
const UPPER_Z = 90
const UTC_SECONDS_LENGTH = 20
const UTC_MILLISECONDS_LENGTH = 24
const MAX_KEPT_DAYS = 4_096
// Midnights of days that were seen: nearly all events are of a few of them.
const midnights = new Map<string, number>()
const dayTexts = new Map<number, string>()

/**
 * The instant in milliseconds UTC; null when the text is another form, names no offset, or a day or time that does not exist. What is finer than a
 * millisecond is cut off.
 */
export function parseEventTime(text: string): number | null {
  return parseUtc(text) ?? parseAny(text)
}

/** The two forms that nearly all senders use, `…:05Z` and `…:05.123Z`, on a day that was seen before; null means that the long way is needed. */
function parseUtc(text: string): number | null {
  const { length } = text
  if ((length !== UTC_SECONDS_LENGTH && length !== UTC_MILLISECONDS_LENGTH) || text.charCodeAt(length - 1) !== UPPER_Z) return null
  if (text[10] !== 'T' || text[13] !== ':' || text[16] !== ':' || (length === UTC_MILLISECONDS_LENGTH && text[19] !== '.')) return null
  const midnight = midnights.get(text.slice(0, 10))
  const hour = twoDigits(text, 11)
  const minute = twoDigits(text, 14)
  const second = twoDigits(text, 17)
  const ms = length === UTC_SECONDS_LENGTH ? 0 : twoDigits(text, 20) * 10 + digit(text, 22)
  // A character that is no digit has made its number NaN, and no comparison with NaN holds.
  if (midnight === undefined || !(hour < 24 && minute < 60 && second < 60 && ms < 1000)) return null
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000 + ms
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - ZERO
  return value >= 0 && value <= 9 ? value : Number.NaN
}

const twoDigits = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1)

/** The instant as ClickHouse takes it: UTC, `YYYY-MM-DD HH:MM:SS.mmm`. */
export function printStoredTime(ms: number): string {
  const day = dayOf(ms)
  let dayText = dayTexts.get(day)
  if (dayText === undefined) {
    dayText = new Date(day * DAY_MS).toISOString().slice(0, 10)
    if (dayTexts.size === MAX_KEPT_DAYS) dayTexts.clear()
    dayTexts.set(day, dayText)
  }
  const rest = ms - day * DAY_MS
  const seconds = Math.floor(rest / 1000)
  const minutes = Math.floor(seconds / 60)
  return `${dayText} ${padded(Math.floor(minutes / 60))}:${padded(minutes % 60)}:${padded(seconds % 60)}.${paddedMs(rest % 1000)}`
}

const padded = (value: number): string => (value < 10 ? `0${value}` : `${value}`)
const paddedMs = (value: number): string => (value < 100 ? `0${padded(value)}` : `${value}`)

function parseAny(text: string): number | null {
  const parts = ISO.exec(text)
  if (parts === null) return null
  const [, year, month, day, hour, minute, second = 0, fraction, sign, offsetHour = 0, offsetMinute = 0] = parts
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  if (Number(year) < 100) return null
  const ms = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'))
  if (!isDay(Number(year), Number(month), Number(day))) return null
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59 || Number(offsetHour) > 18 || Number(offsetMinute) > 59) return null
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), ms)
  if (midnights.size === MAX_KEPT_DAYS) midnights.clear()
  midnights.set(text.slice(0, 10), Date.UTC(Number(year), Number(month) - 1, Number(day)))
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * MINUTE_MS
  return sign === '-' ? local + offset : local - offset
}

/** The UTC day of an instant, counted from 1970-01-01. */
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS)

const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isDay(year: number, month: number, day: number): boolean {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return day >= 1 && day <= (month === 2 && isLeap ? 29 : (daysOfMonth[month - 1] ?? 0))
}
