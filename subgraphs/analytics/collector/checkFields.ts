import { rejection, quote, type Rejection, type RejectionCode, type RejectionParams } from './rejections.ts'
import type { Suggestions } from './scope.ts'

/** An object out of JSON.parse whose fields are still to be checked. */
export type Fields = Readonly<Record<string, unknown>>

const MAX_PROBLEMS = 20

/** What was found wrong with one event so far; more than 20 are not told. */
export class Problems {
  readonly found: Rejection[] = []
  readonly suggest: Suggestions

  constructor(suggest: Suggestions) {
    this.suggest = suggest
  }

  add<Code extends RejectionCode>(code: Code, path: string, params: RejectionParams[Code]): void {
    if (this.found.length < MAX_PROBLEMS) this.found.push(rejection(code, path, params))
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a value is, in words. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? `the text ${quote(value)}` : quote(value)
}

export function checkNames(fields: Fields, known: ReadonlySet<string>, prefix: string, problems: Problems): void {
  for (const name in fields) {
    if (!known.has(name)) problems.add('UNKNOWN_FIELD', prefix + name, { name: quote(name), didYouMean: problems.suggest(name, known) })
  }
}

/** The text of an optional field; '' when it is absent, null or wrong (then the problem is noted). */
export function optionalText(value: unknown, path: string, maxLength: number, problems: Problems): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') {
    problems.add('WRONG_TYPE', path, { name: path, expected: 'text', found: describe(value) })
    return ''
  }
  return checkText(value, path, maxLength, problems)
}

/** The text of a required field; '' when something is wrong with it. */
export function requiredText(value: unknown, path: string, maxLength: number, problems: Problems): string {
  if (value !== undefined && value !== null) return optionalText(value, path, maxLength, problems)
  problems.add('MISSING_FIELD', path, { name: path })
  return ''
}

function checkText(value: string, path: string, maxLength: number, problems: Problems): string {
  if (value.length === 0) problems.add('EMPTY_VALUE', path, { name: path })
  else if (value.length > maxLength) problems.add('TOO_LONG', path, { name: path, length: value.length, maxLength })
  else if (!isStorable(value)) problems.add('INVALID_CHARACTER', path, { name: path })
  else return value
  return ''
}

/** PostgreSQL takes no NUL, and half of a surrogate pair has no UTF-8. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** The fields of an optional object; null when it is absent, null or wrong. */
export function optionalFields(value: unknown, path: string, known: ReadonlySet<string>, problems: Problems): Fields | null {
  if (value === undefined || value === null) return null
  if (!isFields(value)) {
    problems.add('WRONG_TYPE', path, { name: path, expected: 'an object', found: describe(value) })
    return null
  }
  checkNames(value, known, `${path}.`, problems)
  return value
}
