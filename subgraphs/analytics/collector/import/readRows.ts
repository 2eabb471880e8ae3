import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { parse } from 'csv-parse'
import type { ImportMap } from './importMap.ts'
import { readParquet } from './readParquet.ts'
import { UnreadableFile, type Row, type RowSource } from './rows.ts'

/** Opens the file; streams it, whatever its size. Throws UnreadableFile, also later while reading. */
export async function openRows(file: string, map: ImportMap): Promise<RowSource> {
  const found = await stat(file).catch((error: unknown) => {
    throw new UnreadableFile(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  })
  if (!found.isFile()) throw new UnreadableFile(`${file} is no file.`)
  const { size } = found
  if (map.format === 'parquet') return readParquet(file, map)
  const stream = createReadStream(file)
  const progress = (): number => (size === 0 ? 1 : stream.bytesRead / size)
  if (map.format === 'ndjson') return { rows: readJsonLines(stream), progress }
  return { rows: map.separator === 'whitespace' ? readWhitespace(stream, map) : readSeparated(stream, map), progress }
}

type Stream = ReturnType<typeof createReadStream>

async function* readJsonLines(stream: Stream): AsyncGenerator<Row> {
  let number = 0
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    number += 1
    if (line.trim() === '') continue
    yield jsonRow(number, line)
  }
}

function jsonRow(number: number, line: string): Row {
  try {
    const parsed: unknown = JSON.parse(line)
    return { number, value: (column) => lookUp(parsed, String(column)), problem: null }
  } catch (error) {
    return { number, value: () => undefined, problem: error instanceof Error ? error.message : 'no JSON' }
  }
}

/** A member by its name, else by its path with dots. */
function lookUp(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const own = Object.getOwnPropertyDescriptor(value, name)
  if (own !== undefined) return own.value
  const dot = name.indexOf('.')
  return dot === -1 ? undefined : lookUp(Object.getOwnPropertyDescriptor(value, name.slice(0, dot))?.value, name.slice(dot + 1))
}

async function* readWhitespace(stream: Stream, { hasHeader }: ImportMap): AsyncGenerator<Row> {
  let number = 0
  let isHeader = hasHeader
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    number += 1
    const text = line.trim()
    if (text === '') continue
    if (!isHeader) yield cellRow(number, text.split(/\s+/), new Map())
    isHeader = false
  }
}

async function* readSeparated(stream: Stream, map: ImportMap): AsyncGenerator<Row> {
  const parser = stream.pipe(parse({ delimiter: map.separator, bom: true, relax_column_count: true, skip_empty_lines: true, info: true }))
  stream.on('error', (error) => parser.destroy(error))
  let names: ReadonlyMap<string, number> | null = null
  try {
    for await (const entry of parser) {
      const { record, info } = toRecord(entry)
      if (map.hasHeader && names === null) {
        names = new Map(record.map((name, index) => [name.trim(), index] as const))
        checkHeader(names, map)
      } else yield cellRow(info.lines, record, names ?? new Map())
    }
  } catch (error) {
    if (error instanceof UnreadableFile) throw error
    throw new UnreadableFile(
      `The file is no CSV with the separator ${JSON.stringify(map.separator)}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
}

type CsvEntry = { readonly record: readonly string[]; readonly info: { readonly lines: number } }

// csv-parse types what it yields as anything; with `info` this is what it documents.
function toRecord(entry: CsvEntry): CsvEntry {
  return entry
}

function checkHeader(names: ReadonlyMap<string, number>, { sources }: ImportMap): void {
  const missing = sources
    .filter(({ column }) => typeof column === 'string' && !names.has(column))
    .map(({ field, column }) => `columns.${field}: there is no column ${JSON.stringify(column)}`)
  if (missing.length > 0)
    throw new UnreadableFile(
      `The map does not fit the file:\n${missing.map((line) => `  - ${line}`).join('\n')}\nIts columns are: ${[...names.keys()].join(', ')}`,
    )
}

function cellRow(number: number, cells: readonly string[], names: ReadonlyMap<string, number>): Row {
  return { number, value: (column) => cells[typeof column === 'number' ? column - 1 : (names.get(column) ?? -1)], problem: null }
}
