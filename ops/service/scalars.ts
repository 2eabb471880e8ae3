import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql'

/**
 * The shared scalars. Each is read strictly: what is not exactly of the form is the caller's mistake and is named, never guessed at.
 * DateTime: RFC 3339, answered in UTC with milliseconds. Date: `YYYY-MM-DD`. Decimal and BigInt: text, exact. Cursor: opaque text. JSON: any value.
 */
export const sharedScalars = {
  DateTime: scalar<Date, string>({
    name: 'DateTime',
    description:
      'An instant as RFC 3339 text in UTC with milliseconds, such as 2026-01-31T23:59:59.000Z. An offset is accepted on input; finer than a millisecond is not.',
    specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
    parse: parseDateTime,
    serialize: writeDateTime,
  }),
  Date: scalar<string, string>({
    name: 'Date',
    description: 'A calendar day in the time zone of the question, such as 2026-01-31.',
    parse: parseDate,
    serialize: parseDate,
  }),
  Decimal: scalar<string, string>({
    name: 'Decimal',
    description: 'An exact decimal number as text, such as "1234.50"; at most 38 digits. Whole numbers are accepted as numbers too.',
    parse: parseDecimal,
    serialize: writeExact,
  }),
  BigInt: scalar<bigint, string>({
    name: 'BigInt',
    description: 'A whole number of any size as text, such as "9007199254740993".',
    parse: parseBigInt,
    serialize: writeExact,
  }),
  Cursor: scalar<string, string>({
    name: 'Cursor',
    description: 'A sealed position in one list. Its text means nothing to anybody but the field that gave it.',
    parse: parseCursor,
    serialize: parseCursor,
  }),
  JSON: scalar<unknown, unknown>({
    name: 'JSON',
    description: 'Any JSON value.',
    parse: (value) => value,
    serialize: (value) => value,
  }),
} as const

/** What resolvers get for an argument (Input) and may return (Output), scalar by scalar. */
export type SharedScalars = {
  ID: { Input: string; Output: string }
  DateTime: { Input: Date; Output: Date | string }
  Date: { Input: string; Output: string }
  Decimal: { Input: string; Output: string }
  BigInt: { Input: bigint; Output: bigint | number | string }
  Cursor: { Input: string; Output: string }
  JSON: { Input: unknown; Output: unknown }
}

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/
const DECIMAL = /^-?(0|[1-9]\d*)(\.\d+)?$/
const MAX_DIGITS = 38
/** A cell holds the question that it came from. */
const MAX_CURSOR_LENGTH = 65_536

type ScalarRule<Input, Output> = {
  readonly name: string
  readonly description: string
  readonly specifiedByURL?: string
  readonly parse: (value: unknown) => Input
  readonly serialize: (value: unknown) => Output
}

function scalar<Input, Output>(rule: ScalarRule<Input, Output>): GraphQLScalarType<Input, Output> {
  return new GraphQLScalarType({
    name: rule.name,
    description: rule.description,
    specifiedByURL: rule.specifiedByURL,
    parseValue: rule.parse,
    serialize: rule.serialize,
    parseLiteral: (node, variables) => rule.parse(literalValue(node, variables)),
  })
}

/** A literal as the plain value it would be in the variables, but numbers beyond exact reach stay text. */
function literalValue(node: ValueNode, variables: Record<string, unknown> | null | undefined): unknown {
  switch (node.kind) {
    case Kind.NULL:
      return null
    case Kind.INT:
      return Number.isSafeInteger(Number(node.value)) ? Number(node.value) : node.value
    case Kind.FLOAT:
      return Number(node.value)
    case Kind.STRING:
    case Kind.ENUM:
    case Kind.BOOLEAN:
      return node.value
    case Kind.VARIABLE:
      return variables?.[node.name.value]
    case Kind.LIST:
      return node.values.map((value) => literalValue(value, variables))
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, literalValue(field.value, variables)]))
  }
}

function parseDateTime(value: unknown): Date {
  const match = typeof value === 'string' ? DATE_TIME.exec(value) : null
  if (match === null) throw wrong('DateTime', value, 'RFC 3339 text such as 2026-01-31T23:59:59.000Z')
  const [, day = '', hours = '', minutes = '', seconds = '', fraction = '', offset = ''] = match
  if (/[1-9]/.test(fraction.slice(3))) throw wrong('DateTime', value, 'nothing finer than a millisecond')
  const isOnClock = Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60
  if (!isCalendarDay(day) || !isOnClock) throw wrong('DateTime', value, 'a day and time that exist')
  const instant = new Date(`${day}T${hours}:${minutes}:${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${offset.toUpperCase()}`)
  if (Number.isNaN(instant.getTime())) throw wrong('DateTime', value, 'a day and time that exist')
  return instant
}

function writeDateTime(value: unknown): string {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString()
  return parseDateTime(value).toISOString()
}

function parseDate(value: unknown): string {
  if (typeof value !== 'string' || !isCalendarDay(value)) throw wrong('Date', value, 'a day such as 2026-01-31')
  return value
}

function isCalendarDay(text: string): boolean {
  // The year 0000 of ISO 8601 is none to PostgreSQL.
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith('0000')) return false
  const midnight = new Date(`${text}T00:00:00.000Z`)
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text)
}

function parseDecimal(value: unknown): string {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || !DECIMAL.test(text)) throw wrong('Decimal', value, 'a decimal number as text such as "12.50"')
  if (text.replace(/[-.]/g, '').length > MAX_DIGITS) throw wrong('Decimal', value, `at most ${MAX_DIGITS} digits`)
  return text
}

function parseBigInt(value: unknown): bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value !== 'string' || !/^-?\d{1,38}$/.test(value)) throw wrong('BigInt', value, 'a whole number as text')
  return BigInt(value)
}

function writeExact(value: unknown): string {
  if (typeof value === 'string' && DECIMAL.test(value)) return value
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  throw new TypeError('A resolver returned a number that is not exact.')
}

function parseCursor(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > MAX_CURSOR_LENGTH) throw wrong('Cursor', value, 'the text of a cursor')
  return value
}

function wrong(name: string, value: unknown, expected: string): GraphQLError {
  const shown = (JSON.stringify(value) ?? String(value)).slice(0, 80)
  return new GraphQLError(`${name} cannot be ${shown}; expected ${expected}.`, { extensions: { code: 'BAD_USER_INPUT' } })
}
