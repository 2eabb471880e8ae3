import { scopesOfKey, SCOPES, type KeyKind, type Scope } from '#ops/security/permissions.ts'
import { failure } from '#ops/service/errors.ts'

export type BadField = { readonly field: string; readonly message: string }

const MAX_NAME_LENGTH = 100
const MAX_VALUE_LENGTH = 200
const EVENT_NAME = /^[\w.:-]{1,100}$/

/** Collects what is wrong with an input, so that all of it is answered at once. */
export class InputCheck {
  readonly #fields: BadField[] = []

  /** Notes `message` about `field` unless `isRight`. */
  expect(isRight: boolean, field: string, message: string): void {
    if (!isRight) this.#fields.push({ field, message })
  }

  /** Throws BAD_USER_INPUT with every bad field, or does nothing. */
  done(): void {
    if (this.#fields.length === 0) return
    throw failure('BAD_USER_INPUT', { message: this.#fields.map(({ field, message }) => `${field} ${message}.`).join(' ') }, { fields: this.#fields })
  }
}

export const isName = (text: string): boolean =>
  text !== '' && text === text.trim() && text.length <= MAX_NAME_LENGTH && !/\p{Cc}/u.test(text) && text.isWellFormed()
/** A value of a row filter: an id in the ad network's own words, as PostgreSQL can keep it. */
export const isFilterValue = (text: string): boolean => text !== '' && text.length <= MAX_VALUE_LENGTH && !text.includes('\0') && text.isWellFormed()
/** A tenant's short name, as its table has it. */
export const isSlug = (text: string): boolean => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)
export const isCurrency = (text: string): boolean => /^[A-Z]{3}$/.test(text)
export const isEventName = (text: string): boolean => EVENT_NAME.test(text)
/** A rate of exchange: more than 0, at most 12 digits before the point and 12 after. */
export const isRate = (text: string): boolean => /^\d{1,12}(\.\d{1,12})?$/.test(text) && /[1-9]/.test(text)
/** An amount: not negative, at most 6 digits after the point. */
export const isAmount = (text: string): boolean => /^\d{1,32}(\.\d{1,6})?$/.test(text)

export function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '' && !/^[+-]/.test(text)
  } catch {
    return false
  }
}

/** A length of a list, 1 to 500. Throws BAD_USER_INPUT. */
export function readFirst(first: number): number {
  const check = new InputCheck()
  check.expect(first >= 1 && first <= 500, 'first', 'must be 1 to 500')
  check.done()
  return first
}

/**
 * The scopes of a new key. Reading keys get at most what their maker has; writing events is nobody's own scope, and goes with the right to make keys.
 * Null asks for all that is possible. What is too much is noted in `check`.
 */
export function grantedScopes({
  kind,
  asked,
  own,
  check,
}: {
  readonly kind: KeyKind
  readonly asked: readonly string[] | null
  readonly own: readonly Scope[]
  readonly check: InputCheck
}): readonly Scope[] {
  const possible = scopesOfKey(kind).filter((scope) => scope === 'events:write' || own.includes(scope))
  if (asked === null) return possible
  const known = asked.flatMap((name) => SCOPES.filter((scope) => scope === name))
  check.expect(known.length === asked.length && known.length > 0, 'scopes', `must be of ${possible.join(', ')}`)
  const excess = known.filter((scope) => !possible.includes(scope))
  check.expect(excess.length === 0, 'scopes', `cannot hold ${excess.join(', ')}: a key of kind ${kind} made by you can have ${possible.join(', ') || 'none'}`)
  return known
}
