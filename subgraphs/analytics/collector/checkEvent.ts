import { eventKey } from '#db/ingest/eventIds.ts'
import type { IngestEvent } from '#db/ingest/ingestEvent.ts'
import { checkNames, describe, isFields, optionalText, Problems, requiredText, type Fields } from './checkFields.ts'
import { checkDevice, checkProperties, checkRevenue, checkTouch, MAX_LENGTH, type Properties, type Revenue, type TouchColumns } from './checkParts.ts'
import { DAY_MS, dayOf, parseEventTime, printStoredTime } from './eventTime.ts'
import { DEVICE_KINDS } from './identifiers.ts'
import { isLarger, multiply, printDecimal, roundMoney, type Decimal } from './money.ts'
import { printLine, type EventRow, type Money } from './printLine.ts'
import { quote, rejection, type Rejection } from './rejections.ts'
import { createSuggestions, type KeyScope, type Suggestions } from './scope.ts'

const fieldNames: ReadonlySet<string> = new Set([
  'eventId',
  'event',
  'occurredAt',
  'userId',
  'device',
  'app',
  'platform',
  'country',
  'appVersion',
  'revenue',
  'touch',
  'properties',
])
const USER_OF_DEVICE = 'device:'
/** The name of an event that takes money back. */
export const REFUND = 'refund'

// What Intl has no name for in English is no region; these have one and are none, or are not of ISO 3166.
const regionNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
const notCountries = new Set(['EU', 'EZ', 'UN', 'ZZ', 'XA', 'XB', 'QO', 'XK', 'AC', 'CP', 'DG', 'EA', 'IC', 'TA', 'CQ'])
const knownCountries = new Map<string, boolean>()

/** One request: who sends, and when it came. */
export type RequestScope = { readonly keyScope: KeyScope; readonly nowMs: number; readonly recordedAt: string; readonly suggest: Suggestions }

export const createRequestScope = (keyScope: KeyScope, nowMs: number): RequestScope => ({
  keyScope,
  nowMs,
  recordedAt: printStoredTime(nowMs),
  suggest: createSuggestions(),
})

/** An event that is right but for what its money is worth in the reporting currency. */
export type CheckedEvent = {
  readonly kind: 'checked'
  readonly row: EventRow
  readonly occurredAtMs: number
  readonly revenue: Revenue | null
  readonly properties: Properties | null
}
export type RejectedCheck = { readonly kind: 'rejected'; readonly problems: readonly Rejection[] }

/** Checks everything that can be known without asking anybody; all that is wrong comes back together. */
export function checkEvent(value: unknown, scope: RequestScope): CheckedEvent | RejectedCheck {
  const problems = new Problems(scope.suggest)
  if (!isFields(value)) return { kind: 'rejected', problems: [rejection('NOT_AN_OBJECT', '', { found: describe(value) })] }
  checkNames(value, fieldNames, '', problems)
  const eventId = requiredText(value.eventId, 'eventId', MAX_LENGTH.eventId, problems)
  const event = requiredText(value.event, 'event', MAX_LENGTH.event, problems)
  const occurredAtMs = checkTime(value.occurredAt, scope, problems)
  const revenue = checkRevenue(value.revenue, problems)
  const touch = checkTouch(value.touch, problems)
  const device = checkDevice(value.device, problems)
  const properties = checkProperties(value.properties, problems)
  const { hasher, key } = scope.keyScope
  const row: EventRow = {
    tenant_id: key.tenantId,
    app_id: checkApp(value.app, scope.keyScope, problems),
    user_id: checkUser(value, { device, touch }, scope.keyScope, problems),
    event,
    occurred_at: printStoredTime(occurredAtMs),
    recorded_at: scope.recordedAt,
    event_id: eventId,
    is_refund: checkRefund(event, revenue, scope.keyScope, problems),
    platform: optionalText(value.platform, 'platform', MAX_LENGTH.platform, problems),
    country: checkCountry(value.country, problems),
    app_version: optionalText(value.appVersion, 'appVersion', MAX_LENGTH.appVersion, problems),
    touch,
    properties: properties === null ? null : properties.stored,
    device: device === null ? null : { ids: hashIds(device, scope.keyScope), sealed: hasher.seal(device) },
  }
  if (problems.found.length > 0) return { kind: 'rejected', problems: problems.found }
  return { kind: 'checked', row, occurredAtMs, revenue, properties }
}

/** An event that is ready to be kept. */
export type PricedEvent = {
  readonly ids: IngestEvent
  /** JSON of a BatchLine, without the line's end. */
  readonly line: string
  readonly money: Money | null
}

/** The checked event with its money in the reporting currency, ready to be kept; `rate` is null when the currency is the same. */
export function priceEvent({ row, occurredAtMs, revenue }: CheckedEvent, rate: Decimal | null, { keyScope }: RequestScope): PricedEvent | Rejection {
  let money: Money | null = null
  if (revenue !== null) {
    const net = roundMoney(rate === null ? revenue.amount : multiply(revenue.amount, rate))
    const { maxRevenue, key } = keyScope
    if (maxRevenue !== null && isLarger(net, maxRevenue.amount)) {
      return rejection('REVENUE_ABOVE_LIMIT', 'revenue.amount', {
        value: `${printDecimal(net)} ${key.reportingCurrency}`,
        limit: maxRevenue.text,
        currency: key.reportingCurrency,
      })
    }
    money = { revenue: printDecimal(net), original_amount: printDecimal(roundMoney(revenue.amount)), original_currency: revenue.currency }
  }
  const id = keyScope.hasher.eventId(row.event_id)
  const day = dayOf(occurredAtMs)
  return { ids: { id, key: eventKey(id, day), day }, line: printLine(row, money), money }
}

/** 0 when something is wrong with it. */
function checkTime(value: unknown, { nowMs }: RequestScope, problems: Problems): number {
  const path = 'occurredAt'
  if (value === undefined || value === null) {
    problems.add('MISSING_FIELD', path, { name: path })
    return 0
  }
  const ms = typeof value === 'string' && value.length <= MAX_LENGTH.occurredAt ? parseEventTime(value) : null
  if (ms === null) {
    problems.add('INVALID_TIME', path, { name: path, value: describe(value) })
    return 0
  }
  const latest = nowMs + DAY_MS
  if (ms >= 0 && ms <= latest) return ms
  problems.add('TIME_OUT_OF_RANGE', path, { name: path, value: quote(value), earliest: new Date(0).toISOString(), latest: new Date(latest).toISOString() })
  return 0
}

function checkCountry(value: unknown, problems: Problems): string {
  const text = optionalText(value, 'country', MAX_LENGTH.platform, problems)
  if (text === '') return ''
  const country = text.toUpperCase()
  if (isCountry(country)) return country
  problems.add('INVALID_COUNTRY', 'country', { value: quote(text) })
  return ''
}

function isCountry(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code)) return false
  let known = knownCountries.get(code)
  if (known === undefined) {
    // A code that was withdrawn has its successor's name, and so is no country of its own.
    known = !notCountries.has(code) && regionNames.of(code) !== undefined && new Intl.Locale(`und-${code}`).region === code
    knownCountries.set(code, known)
  }
  return known
}

/** '' when it cannot be told. */
function checkApp(value: unknown, { key, apps, defaultApp }: KeyScope, problems: Problems): string {
  const name = optionalText(value, 'app', MAX_LENGTH.app, problems)
  if (name === '') {
    if (defaultApp === null)
      problems.add('APP_REQUIRED', 'app', {
        apps:
          key.apps
            .slice(0, 10)
            .map((app) => quote(app.name))
            .join(', ') || 'there are none yet',
      })
    return defaultApp ?? ''
  }
  const id = apps.get(name)
  if (id !== undefined) return id
  if (key.appId !== null) problems.add('APP_NOT_ALLOWED', 'app', { name: quote(name), app: quote(key.apps[0]?.name ?? key.appId) })
  else
    problems.add('UNKNOWN_APP', 'app', {
      name: quote(name),
      didYouMean: problems.suggest(
        name,
        key.apps.map((app) => app.name),
      ),
    })
  return ''
}

type Person = { readonly device: Readonly<Record<string, string>> | null; readonly touch: TouchColumns | null }

/** The caller's own id, else the first device id's hash; '' for an anonymous touch. */
function checkUser(fields: Fields, { device, touch }: Person, { hasher }: KeyScope, problems: Problems): string {
  const userId = optionalText(fields.userId, 'userId', MAX_LENGTH.userId, problems)
  if (userId !== '') {
    if (userId.startsWith(USER_OF_DEVICE)) problems.add('RESERVED_USER_ID', 'userId', {})
    return userId
  }
  for (const kind of DEVICE_KINDS) {
    const id = device?.[kind]
    if (id !== undefined) return USER_OF_DEVICE + hasher.deviceId(id)
  }
  const isWrong = problems.found.some(({ path }) => path === 'userId' || path.startsWith('device') || path.startsWith('touch'))
  if (touch === null && !isWrong) problems.add('USER_REQUIRED', 'userId', {})
  return ''
}

function hashIds(ids: Readonly<Record<string, string>>, { hasher }: KeyScope): Readonly<Record<string, string>> {
  const hashed: Record<string, string> = {}
  for (const [kind, id] of Object.entries(ids)) hashed[kind] = hasher.deviceId(id)
  return hashed
}

function checkRefund(event: string, revenue: Revenue | null, { isPublic }: KeyScope, problems: Problems): boolean {
  const isNegative = revenue !== null && revenue.amount.digits < 0n
  const isRefund = event === REFUND || isNegative
  if (event === REFUND && revenue !== null && revenue.amount.digits > 0n)
    problems.add('REFUND_MUST_BE_NEGATIVE', 'revenue.amount', { value: printDecimal(revenue.amount) })
  if (isRefund && isPublic) problems.add('REFUND_NOT_ALLOWED', isNegative ? 'revenue.amount' : 'event', {})
  return isRefund
}
