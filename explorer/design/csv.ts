/** A cell: text as it is, numbers as they were answered (exact, without grouping); null is empty. */
export type CsvCell = { readonly kind: 'text' | 'number'; readonly value: string | number | null }

/** RFC 4180: CRLF, quotes doubled. Text that a spreadsheet would run as a formula is made plain text by a leading apostrophe. */
export function printCsv(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  const lines = [header.map((title) => quote(disarm(title))), ...rows.map((row) => row.map(printCell))]
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('')
}

/** For the clipboard: spreadsheets take tabs apart. Tabs and line ends inside of a cell become spaces. */
export function printTsv(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  const lines = [header.map(disarm), ...rows.map((row) => row.map((cell) => (isPlainNumber(cell) ? String(cell.value) : disarm(String(cell.value ?? '')))))]
  return lines.map((cells) => cells.map((cell) => cell.replaceAll(/[\t\r\n]+/g, ' ')).join('\t')).join('\n')
}

function printCell(cell: CsvCell): string {
  if (cell.value === null) return ''
  return isPlainNumber(cell) ? String(cell.value) : quote(disarm(String(cell.value)))
}

/** Only what really is a number may begin with a minus. */
const isPlainNumber = ({ kind, value }: CsvCell): boolean => kind === 'number' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(String(value))

const disarm = (text: string): string => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text)

const quote = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
