import { describe, isFields, isStorable, optionalFields, optionalText, requiredText, type Fields, type Problems } from './checkFields.ts'
import { DEVICE_KINDS, deviceIdForm, parseDeviceId } from './identifiers.ts'
import { decimalOfNumber, MAX_WHOLE_DIGITS, parseDecimal, printDecimal, wholeDigits, type Decimal } from './money.ts'
import { quote } from './rejections.ts'

/** Longest texts, in UTF-16 units. */
export const MAX_LENGTH = {
  eventId: 200,
  event: 100,
  occurredAt: 40,
  userId: 200,
  app: 200,
  platform: 50,
  appVersion: 100,
  touch: 200,
  propertyName: 100,
  property: 1_000,
} as const
export const MAX_PROPERTIES = 100

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))
const revenueFields: ReadonlySet<string> = new Set(['amount', 'currency'])
const deviceFields: ReadonlySet<string> = new Set(DEVICE_KINDS)
const touchFields: ReadonlySet<string> = new Set(['kind', 'campaign', 'adGroup', 'creative', 'partner', 'channel'])

export type Revenue = { readonly amount: Decimal; readonly currency: string }

/** null when there is none, or when something is wrong with it. */
export function checkRevenue(value: unknown, problems: Problems): Revenue | null {
  const fields = optionalFields(value, 'revenue', revenueFields, problems)
  if (fields === null) return null
  const amount = checkAmount(fields.amount, problems)
  const currency = requiredText(fields.currency, 'revenue.currency', 3, problems)
  if (currency !== '' && !currencies.has(currency)) {
    problems.add('INVALID_CURRENCY', 'revenue.currency', {
      value: quote(currency),
      didYouMean: problems.suggest(
        currency,
        [currency.toUpperCase()].filter((code) => currencies.has(code)),
      ),
    })
    return null
  }
  return amount === null || currency === '' ? null : { amount, currency }
}

function checkAmount(value: unknown, problems: Problems): Decimal | null {
  const path = 'revenue.amount'
  if (value === undefined || value === null) {
    problems.add('MISSING_FIELD', path, { name: path })
    return null
  }
  const amount = typeof value === 'number' ? decimalOfNumber(value) : typeof value === 'string' ? parseDecimal(value) : null
  if (amount === null) {
    if (typeof value === 'number' && Number.isFinite(value)) problems.add('IMPRECISE_AMOUNT', path, { value: String(value) })
    else problems.add('INVALID_AMOUNT', path, { value: describe(value) })
    return null
  }
  if (wholeDigits(amount) <= MAX_WHOLE_DIGITS) return amount
  problems.add('AMOUNT_OUT_OF_RANGE', path, { value: quote(value), maxDigits: MAX_WHOLE_DIGITS })
  return null
}

/** The device ids that are not limited, by kind, in the form they are compared in; null when there are none. */
export function checkDevice(value: unknown, problems: Problems): Readonly<Record<string, string>> | null {
  const fields = optionalFields(value, 'device', deviceFields, problems)
  if (fields === null) return null
  const ids: Record<string, string> = {}
  let hasIds = false
  for (const kind of DEVICE_KINDS) {
    const path = `device.${kind}`
    const text = optionalText(fields[kind], path, MAX_LENGTH.userId, problems)
    if (text === '') continue
    const id = parseDeviceId(kind, text)
    if (id === null) problems.add('INVALID_DEVICE_ID', path, { name: path, value: quote(text), expected: deviceIdForm(kind) })
    else if (id !== 'limited') {
      ids[kind] = id
      hasIds = true
    }
  }
  return hasIds ? ids : null
}

export type TouchColumns = {
  readonly touch: 'click' | 'impression'
  readonly channel: string
  readonly partner_id: string
  readonly campaign_id: string
  readonly ad_group_id: string
  readonly creative_id: string
}

/** null when there is none, or when its kind is wrong. */
export function checkTouch(value: unknown, problems: Problems): TouchColumns | null {
  const fields = optionalFields(value, 'touch', touchFields, problems)
  if (fields === null) return null
  const { kind } = fields
  const columns = {
    channel: touchText(fields, 'channel', problems),
    partner_id: touchText(fields, 'partner', problems),
    campaign_id: touchText(fields, 'campaign', problems),
    ad_group_id: touchText(fields, 'adGroup', problems),
    creative_id: touchText(fields, 'creative', problems),
  }
  if (kind === 'click' || kind === 'impression') return { touch: kind, ...columns }
  if (kind === undefined || kind === null) problems.add('MISSING_FIELD', 'touch.kind', { name: 'touch.kind' })
  else problems.add('INVALID_TOUCH_KIND', 'touch.kind', { value: describe(kind) })
  return null
}

const touchText = (fields: Fields, name: string, problems: Problems): string => optionalText(fields[name], `touch.${name}`, MAX_LENGTH.touch, problems)

export type Properties = {
  readonly sent: Fields
  /** JSON text of the stored form, where every value is text: numbers in canonical decimal form, booleans as true and false. */
  readonly stored: string
}

/** null when there are none, or when they are no object. */
export function checkProperties(value: unknown, problems: Problems): Properties | null {
  if (value === undefined || value === null) return null
  if (!isFields(value)) {
    problems.add('WRONG_TYPE', 'properties', { name: 'properties', expected: 'an object', found: describe(value) })
    return null
  }
  // Text from the start: an object with the caller's own keys is slow to make and slow to print.
  let stored = ''
  let count = 0
  for (const name in value) {
    count += 1
    if (count > MAX_PROPERTIES) continue
    const path = `properties.${name}`
    if (name === '') problems.add('EMPTY_VALUE', path, { name: 'The name of a property' })
    else if (name.length > MAX_LENGTH.propertyName)
      problems.add('TOO_LONG', path, { name: 'The name of a property', length: name.length, maxLength: MAX_LENGTH.propertyName })
    else if (!isStorable(name)) problems.add('INVALID_CHARACTER', path, { name: 'The name of a property' })
    else stored += `${stored === '' ? '{' : ','}${JSON.stringify(name)}:${propertyText(value[name], path, problems)}`
  }
  if (count > MAX_PROPERTIES) problems.add('TOO_MANY_PROPERTIES', 'properties', { count, maxCount: MAX_PROPERTIES })
  return count === 0 ? null : { sent: value, stored: `${stored}}` }
}

/** JSON text; the empty one when the value is wrong. */
function propertyText(value: unknown, path: string, problems: Problems): string {
  if (typeof value === 'boolean') return value ? '"true"' : '"false"'
  if (typeof value === 'number') return `"${numberText(value)}"`
  if (typeof value !== 'string') problems.add('WRONG_TYPE', path, { name: path, expected: 'text, a number, true or false', found: describe(value) })
  else if (value.length > MAX_LENGTH.property) problems.add('TOO_LONG', path, { name: path, length: value.length, maxLength: MAX_LENGTH.property })
  else if (!isStorable(value)) problems.add('INVALID_CHARACTER', path, { name: path })
  else return JSON.stringify(value)
  return '""'
}

/** Canonical decimal text: no exponent, no negative zero. */
function numberText(value: number): string {
  const text = Object.is(value, -0) ? '0' : String(value)
  const [mantissa = '', exponent] = text.split('e')
  if (exponent === undefined) return text
  const decimal = parseDecimal(mantissa)
  if (decimal === null) return text
  const scale = decimal.scale - Number(exponent)
  return scale >= 0 ? printDecimal({ digits: decimal.digits, scale }) : printDecimal({ digits: decimal.digits * 10n ** BigInt(-scale), scale: 0 })
}
