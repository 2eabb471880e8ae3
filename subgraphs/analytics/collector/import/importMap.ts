import { IANAZone } from 'luxon'
import { z } from 'zod'
import { nearestWords } from '#ops/service/nearestWord.ts'

/** Fields of an event that a map may fill; those of an object are named with a dot, and `properties.` takes any name. */
export const IMPORT_FIELDS = [
  'eventId',
  'event',
  'occurredAt',
  'userId',
  'platform',
  'country',
  'appVersion',
  'revenue',
  'currency',
  'device.gaid',
  'device.idfa',
  'device.idfv',
  'device.androidId',
  'touch.kind',
  'touch.campaign',
  'touch.adGroup',
  'touch.creative',
  'touch.partner',
  'touch.channel',
] as const
const PROPERTY = /^properties\..{1,100}$/

/** Where a field's value stands: a column by its number from 1, or by its name. */
export type ColumnReference = number | string
export type FieldSource = {
  readonly field: string
  readonly column: ColumnReference
  /** Luxon's tokens; `iso` for ISO 8601 without offset; null for a time that names its own offset. */
  readonly format: string | null
  /** IANA. */
  readonly timeZone: string
  /** How a property's text is read. Default: as text. */
  readonly type: 'text' | 'number' | 'boolean'
}

export type ImportMap = {
  readonly format: 'csv' | 'ndjson' | 'parquet'
  /** One character, or white space of any length between columns. */
  readonly separator: string
  /** Whether the first line names the columns. */
  readonly hasHeader: boolean
  readonly sources: readonly FieldSource[]
  readonly constants: readonly (readonly [field: string, value: string | number | boolean])[]
}

/** One thing wrong with a map: where, and what was expected there. */
export type MapProblem = { readonly path: string; readonly message: string }
export type ReadMap = { readonly kind: 'map'; readonly map: ImportMap } | { readonly kind: 'problems'; readonly problems: readonly MapProblem[] }

const REFERENCE = 'expected a column’s number from 1 or its name'
const reference = z.union([z.int({ error: REFERENCE }).min(1, { error: REFERENCE }), z.string().min(1, { error: REFERENCE })], { error: REFERENCE })
const column = z.union(
  [
    reference,
    z.strictObject({
      column: reference,
      format: z.string().min(1).optional(),
      timeZone: z.string().optional(),
      type: z.enum(['text', 'number', 'boolean']).optional(),
    }),
  ],
  { error: 'expected a column’s number from 1, its name, or { column, format?, timeZone?, type? }' },
)
const schema = z.strictObject({
  format: z.enum(['csv', 'ndjson', 'parquet'], { error: 'expected csv, ndjson or parquet' }),
  separator: z
    .string({ error: 'expected one character or whitespace' })
    .refine((text) => text.length === 1 || text === 'whitespace', { error: 'expected one character or whitespace' })
    .optional(),
  header: z.boolean({ error: 'expected true or false' }).optional(),
  columns: z.record(z.string(), column, { error: 'expected an object of fields and their columns' }),
  constants: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()], { error: 'expected text, a number, true or false' })).optional(),
})
const KEYS = ['format', 'separator', 'header', 'columns', 'constants']

/** Reads a map; everything that is wrong with it comes back at once. */
export function readImportMap(value: unknown): ReadMap {
  const parsed = schema.safeParse(value)
  const problems = parsed.success ? [] : parsed.error.issues.flatMap(problemsOf)
  const loose = looseParts(value)
  for (const part of ['columns', 'constants'] as const) {
    for (const field of Object.keys(loose[part])) if (!isField(field)) problems.push({ path: `${part}.${field}`, message: unknownField(field) })
  }
  for (const name of ['event', 'occurredAt'])
    if (!isFilled(loose, name)) problems.push({ path: `columns.${name}`, message: 'expected a column, or a value in constants: every event needs it' })
  if (isFilled(loose, 'revenue') && !isFilled(loose, 'currency'))
    problems.push({ path: 'constants.currency', message: 'expected an ISO 4217 currency such as USD, since the map has revenue' })
  for (const field of Object.keys(loose.columns))
    if (field in loose.constants) problems.push({ path: `constants.${field}`, message: 'expected it in columns or in constants, not in both' })
  for (const source of looseSources(loose)) problems.push(...sourceProblems(parsed.success ? toMap(parsed.data) : null, source))
  if (!parsed.success || problems.length > 0) return { kind: 'problems', problems }
  return { kind: 'map', map: toMap(parsed.data) }
}

/** The columns that are right for themselves, so that they are looked at further although others are not. */
function looseSources({ columns }: Loose): readonly FieldSource[] {
  return Object.entries(columns).flatMap(([field, value]) => {
    const parsed = column.safeParse(value)
    return parsed.success ? [toSource(field, parsed.data)] : []
  })
}

type Loose = { readonly columns: object; readonly constants: object }
const isFilled = ({ columns, constants }: Loose, field: string): boolean => field in columns || field in constants

/** What can be looked at although the whole does not parse. */
function looseParts(value: unknown): Loose {
  const part = (name: string): object => {
    const found: unknown = typeof value === 'object' && value !== null && name in value ? Object.getOwnPropertyDescriptor(value, name)?.value : null
    return typeof found === 'object' && found !== null ? found : {}
  }
  return { columns: part('columns'), constants: part('constants') }
}

function problemsOf(issue: z.core.$ZodIssue): readonly MapProblem[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path.join('.'), message: issue.message }]
  return issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: `expected one of ${KEYS.join(', ')}${didYouMean(key, KEYS)}` }))
}

const isField = (name: string): boolean => PROPERTY.test(name) || IMPORT_FIELDS.some((field) => field === name)
const unknownField = (name: string): string =>
  `expected a field of an event: ${IMPORT_FIELDS.join(', ')} or properties.<name>${didYouMean(name, IMPORT_FIELDS)}`

function didYouMean(word: string, known: readonly string[]): string {
  const [nearest] = nearestWords(word, known)
  return nearest === undefined ? '' : `. Did you mean ${nearest}?`
}

function toMap({ format, separator = ',', header, columns, constants = {} }: z.infer<typeof schema>): ImportMap {
  const sources = Object.entries(columns).map(([field, source]) => toSource(field, source))
  return { format, separator, hasHeader: header ?? false, sources, constants: Object.entries(constants) }
}

function toSource(field: string, source: z.infer<typeof column>): FieldSource {
  const full = typeof source === 'object' ? source : { column: source }
  return { field, column: full.column, format: full.format ?? null, timeZone: full.timeZone ?? 'UTC', type: full.type ?? 'text' }
}

/** `map` is null while its other parts are wrong: then the column is looked at alone. */
function sourceProblems(map: ImportMap | null, { field, column: reference, timeZone, format: timeFormat, type }: FieldSource): readonly MapProblem[] {
  const path = `columns.${field}`
  const problems: MapProblem[] = []
  if (map?.format === 'ndjson' && typeof reference === 'number')
    problems.push({ path, message: 'expected a name, since lines of JSON have no numbered columns' })
  if (map?.format === 'csv' && typeof reference === 'string' && (!map.hasHeader || map.separator === 'whitespace'))
    problems.push({ path, message: 'expected a number from 1, or "header": true and a separator of one character' })
  if (field !== 'occurredAt' && timeFormat !== null) problems.push({ path: `${path}.format`, message: 'expected a format on occurredAt only' })
  if (!IANAZone.isValidZone(timeZone)) problems.push({ path: `${path}.timeZone`, message: 'expected an IANA time zone such as Europe/Berlin' })
  if (type !== 'text' && !PROPERTY.test(field)) problems.push({ path: `${path}.type`, message: 'expected a type on properties only' })
  return problems
}
