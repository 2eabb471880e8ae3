// The days of the world and what money was worth on them.
import { createHash } from 'node:crypto'
import { LAUNCH_DAY, LAUNCH_DAYS, type WorldSlug } from './campaigns.ts'

export const DAY_MS = 86_400_000
/** The anchor day is this day of the world; day 0 is as many days before it. */
export const LAST_DAY = 180
/** Advertisements seen before an install on day 0 go back at most so far; rates are known from there on. */
export const EARLIEST_DAY = -60

export const CURRENCIES = ['USD', 'EUR', 'GBP', 'JPY', 'BRL'] as const
export type Currency = (typeof CURRENCIES)[number]
const RATE_TODAY: Readonly<Record<Currency, number>> = { USD: 1, EUR: 1.0872, GBP: 1.2719, JPY: 0.006684, BRL: 0.1843 }
/** How far a rate wanders from today's within the half year. */
const RATE_SWING = 0.04

/** How many entries the table of arrival days has: the n-th of N people comes on the day of entry n × ARRIVALS / N. */
export const ARRIVALS = 4096

export type Calendar = {
  readonly nowMs: number
  /** Midnight UTC of day 0. */
  readonly dayZeroMs: number
}

export function createCalendar(now: Date): Calendar {
  const anchorMs = Math.floor(now.getTime() / DAY_MS) * DAY_MS
  return { nowMs: now.getTime(), dayZeroMs: anchorMs - LAST_DAY * DAY_MS }
}

/** UTC, YYYY-MM-DD. */
export const dateOf = (calendar: Calendar, day: number): string => new Date(calendar.dayZeroMs + day * DAY_MS).toISOString().slice(0, 10)

/** A number in [0, 1) that is always the same for the same words. */
function draw(...words: readonly (string | number)[]): number {
  return createHash('sha256').update(words.join('\u0000')).digest().readUInt32BE() / 2 ** 32
}

/** How many people a day brings, against the others: growth, weekends, small chance, and acme's launch. */
function dayWeight(options: { readonly calendar: Calendar; readonly slug: WorldSlug; readonly seed: string; readonly day: number }): number {
  const { calendar, slug, seed, day } = options
  const growth = 1 + (slug === 'initech' ? 0.2 : 1.1) * (day / LAST_DAY)
  const weekday = new Date(calendar.dayZeroMs + day * DAY_MS).getUTCDay()
  const weekend = weekday === 0 || weekday === 6 ? 1.3 : 1
  const chance = 0.94 + 0.12 * draw(seed, slug, 'day', day)
  return growth * weekend * chance * (slug === 'acme' && isLaunch(day) ? 2 : 1)
}

const isLaunch = (day: number): boolean => day >= LAUNCH_DAY && day < LAUNCH_DAY + LAUNCH_DAYS

/** The table of arrival days, ascending. */
export function arrivalDays(options: { readonly calendar: Calendar; readonly slug: WorldSlug; readonly seed: string }): readonly number[] {
  const weights = Array.from({ length: LAST_DAY + 1 }, (_, day) => dayWeight({ ...options, day }))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const days: number[] = []
  let day = 0
  let reached = weights[0] ?? 0
  for (let entry = 0; entry < ARRIVALS; entry += 1) {
    while (reached < ((entry + 0.5) / ARRIVALS) * total && day < LAST_DAY) {
      day += 1
      reached += weights[day] ?? 0
    }
    days.push(day)
  }
  return days
}

export type DayRate = {
  readonly currency: Currency
  readonly day: number
  /** Millionths of a USD for one unit; a rate has 6 places. */
  readonly millionths: number
}

/** A rate for each currency but USD and each day from EARLIEST_DAY to `lastDay` (default: the anchor day): a slow wave with a little noise. */
export function dayRates(seed: string, { lastDay = LAST_DAY } = {}): readonly DayRate[] {
  const days = Array.from({ length: lastDay - EARLIEST_DAY + 1 }, (_, index) => EARLIEST_DAY + index)
  return CURRENCIES.flatMap((currency) => {
    const phase = draw(seed, 'phase', currency) * 2 * Math.PI
    return days.map((day): DayRate => {
      const wave = Math.sin(phase + (day / LAST_DAY) * 5) * RATE_SWING + (draw(seed, 'rate', currency, day) - 0.5) * 0.006
      return { currency, day, millionths: currency === 'USD' ? 1_000_000 : Math.round(RATE_TODAY[currency] * (1 + wave) * 1_000_000) }
    })
  })
}
