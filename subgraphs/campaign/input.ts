import { failure } from '#ops/service/errors.ts'

const MAX_LENGTH = 200
const MAX_FIRST = 500

/** An id of the ad network: kept as it came, 1 to 200 characters. Throws BAD_USER_INPUT. */
export function readId(text: string, field: string): string {
  if (text === '' || text.length > MAX_LENGTH || text.includes('\0') || !text.isWellFormed()) throw badField(field, `must have 1 to ${MAX_LENGTH} characters`)
  return text
}

/** A name without blanks around it, 1 to 200 characters. Throws BAD_USER_INPUT. */
export function readName(text: string, field: string): string {
  return readId(text.trim(), field)
}

/** Three capital letters. Throws BAD_USER_INPUT. */
export function readCurrency(text: string, field: string): string {
  if (!/^[A-Z]{3}$/.test(text)) throw badField(field, 'must be a currency of ISO 4217 such as USD')
  return text
}

/** Decimal text that is not negative and fits the column: 32 digits before the point, 6 after. Throws BAD_USER_INPUT. */
export function readBudget(amount: string): string {
  if (!/^\d{1,32}(\.\d{1,6})?$/.test(amount)) throw badField('budget.amount', 'must not be negative and have at most 6 decimal places')
  return amount
}

/** The length of a list, 1 to 500. Throws BAD_USER_INPUT. */
export function readFirst(first: number): number {
  if (first < 1 || first > MAX_FIRST) throw badField('first', `must be 1 to ${MAX_FIRST}`)
  return first
}

function badField(field: string, message: string) {
  return failure('BAD_USER_INPUT', { message: `${field} ${message}.` }, { fields: [{ field, message }] })
}
