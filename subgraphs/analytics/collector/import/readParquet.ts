import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type Compressors } from 'hyparquet'
import type { ColumnReference, ImportMap } from './importMap.ts'
import { UnreadableFile, type RowSource, type Row } from './rows.ts'

// Snappy is hyparquet's own; the others are Node's.
const compressors: Compressors = {
  GZIP: (bytes) => gunzipSync(bytes),
  ZSTD: (bytes) => zstdDecompressSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
}
// Of one row group this many rows are held as objects at once.
const ROWS_AT_ONCE = 20_000

/** A Parquet file, row group by row group; only the columns that the map names are read. */
export async function readParquet(name: string, map: ImportMap): Promise<RowSource> {
  try {
    const file = await asyncBufferFromFile(name)
    const metadata = await parquetMetadataAsync(file)
    const names = metadata.schema
      .slice(1)
      .filter(({ num_children: children }) => children === undefined)
      .map((element) => element.name)
    const columns = columnsOf(map, names)
    const total = Number(metadata.num_rows)
    let done = 0
    async function* rows(): AsyncGenerator<Row> {
      let groupStart = 0
      for (const group of metadata.row_groups) {
        const groupEnd = groupStart + Number(group.num_rows)
        for (let start = groupStart; start < groupEnd; start += ROWS_AT_ONCE) {
          const page = await parquetReadObjects({
            file,
            metadata,
            columns: [...new Set(columns.values())],
            rowStart: start,
            rowEnd: Math.min(groupEnd, start + ROWS_AT_ONCE),
            compressors,
          })
          for (const record of page) {
            done += 1
            yield { number: done, value: (column) => record[columns.get(column) ?? ''], problem: null }
          }
        }
        groupStart = groupEnd
      }
    }
    return { rows: rows(), progress: () => (total === 0 ? 1 : done / total) }
  } catch (error) {
    if (error instanceof UnreadableFile) throw error
    throw new UnreadableFile(`${name} cannot be read as Parquet: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function columnsOf({ sources }: ImportMap, names: readonly string[]): ReadonlyMap<ColumnReference, string> {
  const columns = new Map<ColumnReference, string>()
  const missing: string[] = []
  for (const { field, column } of sources) {
    const name = typeof column === 'number' ? names[column - 1] : names.find((known) => known === column)
    if (name === undefined) missing.push(`  - columns.${field}: there is no column ${JSON.stringify(column)}`)
    else columns.set(column, name)
  }
  if (missing.length > 0) throw new UnreadableFile(`The map does not fit the file:\n${missing.join('\n')}\nIts columns are: ${names.join(', ')}`)
  return columns
}
