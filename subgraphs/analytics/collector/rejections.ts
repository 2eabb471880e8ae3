/** What each code says. The codes are API: add, never rename. schema/ERRORS.md is made from this table. */
export const REJECTIONS = {
  INVALID_JSON: ({ problem }) => `This is no JSON: ${problem}`,
  INVALID_UTF8: () => 'This is no UTF-8 text.',
  NOT_AN_OBJECT: ({ found }) => `An event is a JSON object; this is ${found}.`,
  UNKNOWN_FIELD: ({ name, didYouMean }) => `There is no field ${name}.${didYouMean === '' ? '' : ` Did you mean ${didYouMean}?`}`,
  MISSING_FIELD: ({ name }) => `${name} is missing.`,
  WRONG_TYPE: ({ name, expected, found }) => `${name} must be ${expected}; it is ${found}.`,
  EMPTY_VALUE: ({ name }) => `${name} is empty: give it a value, or leave the field out where it is optional.`,
  TOO_LONG: ({ name, length, maxLength }) => `${name} has ${length} characters; at most ${maxLength} are taken.`,
  INVALID_CHARACTER: ({ name }) => `${name} holds a NUL or half of a surrogate pair, which no store takes.`,
  INVALID_TIME: ({ name, value }) => `${name} must be an ISO 8601 time with an offset, such as 2026-03-01T12:30:00Z; it is ${value}.`,
  TIME_OUT_OF_RANGE: ({ name, value, earliest, latest }) => `${name} must lie between ${earliest} and ${latest}; it is ${value}.`,
  INVALID_CURRENCY: ({ value, didYouMean }) => `${value} is no ISO 4217 currency.${didYouMean === '' ? '' : ` Did you mean ${didYouMean}?`}`,
  INVALID_COUNTRY: ({ value }) => `${value} is no ISO 3166 alpha-2 country code, such as DE.`,
  INVALID_AMOUNT: ({ value }) => `revenue.amount must be a decimal number such as 9.99, as a number or as text; it is ${value}.`,
  IMPRECISE_AMOUNT: ({ value }) => `${value} has more than 15 significant digits, which a JSON number does not carry exactly. Send it as text.`,
  AMOUNT_OUT_OF_RANGE: ({ value, maxDigits }) => `${value} has more than ${maxDigits} digits before the decimal point.`,
  NO_EXCHANGE_RATE: ({ currency, reportingCurrency, day }) => `No rate from ${currency} to ${reportingCurrency} is known for ${day} or the 7 days before it.`,
  REFUND_MUST_BE_NEGATIVE: ({ value }) => `The amount of a refund is negative; it is ${value}.`,
  REFUND_NOT_ALLOWED: () => 'A key of kind sdk is public and may not send refunds. Send them from a server.',
  REVENUE_ABOVE_LIMIT: ({ value, limit, currency }) => `${value} is above this key’s limit of ${limit} ${currency} for one event.`,
  INVALID_DEVICE_ID: ({ name, value, expected }) => `${name} must be ${expected}; it is ${value}.`,
  INVALID_TOUCH_KIND: ({ value }) => `touch.kind must be click or impression; it is ${value}.`,
  TOO_MANY_PROPERTIES: ({ count, maxCount }) => `properties has ${count} entries; at most ${maxCount} are taken.`,
  RESERVED_USER_ID: () => 'A userId that starts with device: is reserved for people who are known by their device only.',
  USER_REQUIRED: () => 'The event needs a userId or a device id that is not limited (all zeros); only touches may be anonymous.',
  APP_REQUIRED: ({ apps }) => `The tenant has several apps, so the event must name one: ${apps}.`,
  UNKNOWN_APP: ({ name, didYouMean }) => `There is no app ${name}.${didYouMean === '' ? '' : ` Did you mean ${didYouMean}?`}`,
  APP_NOT_ALLOWED: ({ name, app }) => `This key sends for the app ${app} only, not for ${name}.`,
} as const satisfies { readonly [Code in keyof RejectionParams]: (params: RejectionParams[Code]) => string }

/** The values that each code's message names. Text of the caller's has been through `quote`. */
export type RejectionParams = {
  INVALID_JSON: { problem: string }
  INVALID_UTF8: NoParams
  NOT_AN_OBJECT: { found: string }
  UNKNOWN_FIELD: { name: string; didYouMean: string }
  MISSING_FIELD: { name: string }
  WRONG_TYPE: { name: string; expected: string; found: string }
  EMPTY_VALUE: { name: string }
  TOO_LONG: { name: string; length: number; maxLength: number }
  INVALID_CHARACTER: { name: string }
  INVALID_TIME: { name: string; value: string }
  TIME_OUT_OF_RANGE: { name: string; value: string; earliest: string; latest: string }
  INVALID_CURRENCY: { value: string; didYouMean: string }
  INVALID_COUNTRY: { value: string }
  INVALID_AMOUNT: { value: string }
  IMPRECISE_AMOUNT: { value: string }
  AMOUNT_OUT_OF_RANGE: { value: string; maxDigits: number }
  NO_EXCHANGE_RATE: { currency: string; reportingCurrency: string; day: string }
  REFUND_MUST_BE_NEGATIVE: { value: string }
  REFUND_NOT_ALLOWED: NoParams
  REVENUE_ABOVE_LIMIT: { value: string; limit: string; currency: string }
  INVALID_DEVICE_ID: { name: string; value: string; expected: string }
  INVALID_TOUCH_KIND: { value: string }
  TOO_MANY_PROPERTIES: { count: number; maxCount: number }
  RESERVED_USER_ID: NoParams
  USER_REQUIRED: NoParams
  APP_REQUIRED: { apps: string }
  UNKNOWN_APP: { name: string; didYouMean: string }
  APP_NOT_ALLOWED: { name: string; app: string }
}
type NoParams = Readonly<Record<never, never>>

export type RejectionCode = keyof RejectionParams

/** One thing wrong with one event: `path` names the field with dots, '' is the event itself. */
export type Rejection = { readonly code: RejectionCode; readonly path: string; readonly message: string }

const messages: { readonly [Code in RejectionCode]: (params: RejectionParams[Code]) => string } = REJECTIONS

export function rejection<Code extends RejectionCode>(code: Code, path: string, params: RejectionParams[Code]): Rejection {
  return { code, path: storable(path), message: storable(messages[code](params)) }
}

const MAX_QUOTED = 60

/** The caller's own word as a message shows it: shortened, and without what no store takes. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  const shown = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text
  return typeof value === 'string' ? `"${shown}"` : shown
}

// Control characters would also break the lines of whoever logs the message.
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f]/g
const MAX_STORED = 500
const storable = (text: string): string => text.slice(0, MAX_STORED).toWellFormed().replace(controls, '\ufffd')
