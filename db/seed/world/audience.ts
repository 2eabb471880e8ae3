// Who the people are, what they do and what they buy: tables that the SQL looks up.
import type { Currency } from './calendar.ts'

export const PLATFORMS = ['ios', 'android', 'web'] as const
export type Platform = (typeof PLATFORMS)[number]

type Country = {
  readonly code: string
  /** Of 256 people. */
  readonly people: number
  readonly currency: Currency
  /** Hours that local time is ahead of UTC, rounded. */
  readonly offset: number
  /** The share of ios among phones. */
  readonly ios: number
}

/** The order is the index in the SQL, counted from 1. */
export const COUNTRIES: readonly Country[] = [
  { code: 'US', people: 82, currency: 'USD', offset: -6, ios: 0.56 },
  { code: 'DE', people: 34, currency: 'EUR', offset: 1, ios: 0.38 },
  { code: 'GB', people: 30, currency: 'GBP', offset: 0, ios: 0.5 },
  { code: 'FR', people: 24, currency: 'EUR', offset: 1, ios: 0.36 },
  { code: 'BR', people: 28, currency: 'BRL', offset: -3, ios: 0.18 },
  { code: 'IN', people: 24, currency: 'USD', offset: 5, ios: 0.06 },
  { code: 'JP', people: 20, currency: 'JPY', offset: 9, ios: 0.66 },
  { code: 'MX', people: 14, currency: 'USD', offset: -6, ios: 0.24 },
]

/** Of the people of a tenant, those on the web. */
export const WEB_SHARE = 0.2

/** Local hours of 64 visits: few at night, most in the evening. */
export const HOURS: readonly number[] = [1, 1, 1, 1, 1, 1, 2, 3, 3, 2, 2, 3, 4, 3, 3, 3, 3, 3, 4, 4, 5, 5, 4, 2].flatMap((times, hour) =>
  Array.from({ length: times }, () => hour),
)

export const EVENTS = ['impression', 'click', 'install', 'session', 'sign_up', 'tutorial', 'level', 'add_to_cart', 'subscribe', 'purchase', 'refund'] as const
export type EventName = (typeof EVENTS)[number]
/** The number of an event in the SQL. */
export const codeOf = (event: EventName): number => EVENTS.indexOf(event) + 1

/** The properties of each event with their types, as `catalog_events` keeps them; events without properties are not named. */
export const PROPERTIES: Readonly<Partial<Record<EventName, Readonly<Record<string, 'text' | 'number' | 'boolean'>>>>> = {
  sign_up: { method: 'text' },
  tutorial: { completed: 'boolean' },
  level: { level: 'number' },
  add_to_cart: { product: 'text' },
  subscribe: { plan: 'text' },
  purchase: { product: 'text', quantity: 'number', order: 'text' },
  refund: { product: 'text', order: 'text' },
}

export const SIGN_UP_METHODS = ['email', 'google', 'apple'] as const
export const PRODUCTS = ['sticker', 'mug', 'socks', 'notebook', 'poster', 'cap', 'tote', 'lamp', 'shirt', 'plant', 'blanket', 'backpack'] as const
/** USD cents, in the order of PRODUCTS. */
const PRODUCT_CENTS = [199, 299, 349, 449, 499, 599, 699, 899, 999, 1199, 1799, 2999] as const
export const PLANS = ['monthly', 'yearly'] as const
const PLAN_CENTS = [499, 3999] as const
/** What a currency's price is for 1.00 USD in the shop, and its smallest step, both in hundredths. */
const PRICING: Readonly<Record<Currency, { readonly factor: number; readonly step: number }>> = {
  USD: { factor: 1, step: 1 },
  EUR: { factor: 0.95, step: 5 },
  GBP: { factor: 0.85, step: 5 },
  JPY: { factor: 150, step: 1000 },
  BRL: { factor: 4.2, step: 10 },
}
export const SALES_ITEMS = PRODUCTS.length + PLANS.length

/** Prices in millionths of the currency: the products, then the plans. */
export function pricesIn(currency: Currency): readonly number[] {
  const { factor, step } = PRICING[currency]
  return [...PRODUCT_CENTS, ...PLAN_CENTS].map((cents) => Math.max(step, Math.round((cents * factor) / step) * step) * 10_000)
}

/** App versions and the day of the world each came out on; 5.0.0 is acme's launch. */
export const VERSIONS: readonly { readonly version: string; readonly day: number }[] = [
  { version: '4.6.0', day: -90 },
  { version: '4.7.0', day: 14 },
  { version: '4.8.0', day: 41 },
  { version: '4.8.1', day: 52 },
  { version: '4.9.0', day: 88 },
  { version: '5.0.0', day: 120 },
  { version: '5.0.1', day: 127 },
  { version: '5.1.0', day: 153 },
  { version: '5.2.0', day: 172 },
]
