/** What a line of an exported audit log holds, in the order of a CSV's columns. Sealed values are Base64, hashes hexadecimal digits. */
export const EXPORT_COLUMNS = [
  'tenantId',
  'sequence',
  'at',
  'actorKind',
  'actorId',
  'action',
  'target',
  'before',
  'after',
  'address',
  'note',
  'requestId',
  'recordId',
  'beforeSealed',
  'afterSealed',
  'addressSealed',
  'previousHash',
  'hash',
  'headSeal',
] as const

/** `before` and `after` are any JSON; everything else is text, a number or null. */
export type ExportedEntry = Readonly<Record<(typeof EXPORT_COLUMNS)[number], unknown>>

export const EXPORT_FORMATS = ['csv', 'ndjson'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export const CSV_HEADER = `${EXPORT_COLUMNS.join(',')}\r\n`

/** One line with its end. */
export function exportLine(entry: ExportedEntry, format: ExportFormat): string {
  if (format === 'ndjson') return `${JSON.stringify(Object.fromEntries(EXPORT_COLUMNS.map((name) => [name, entry[name]])))}\n`
  return `${EXPORT_COLUMNS.map((name) => csvCell(cellOf(name, entry[name]))).join(',')}\r\n`
}

function cellOf(name: string, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (name === 'before' || name === 'after') return JSON.stringify(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

// What a spreadsheet would run as a formula is text behind an apostrophe, and so is what begins with one: reading takes one away again.
const NEEDS_APOSTROPHE = /^['=+\-@\t\r]/
const csvCell = (text: string): string => {
  const safe = NEEDS_APOSTROPHE.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The text of a cell as it was before `exportLine`. */
export const readCsvCell = (cell: string): string => (cell.startsWith("'") ? cell.slice(1) : cell)
