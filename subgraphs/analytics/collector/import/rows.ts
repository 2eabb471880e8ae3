import type { ColumnReference } from './importMap.ts'

/** A row of the file: `value` answers a column, undefined when it is not there. */
export type Row = {
  /** Line or row from 1, the header included, for the report of what was rejected. */
  readonly number: number
  readonly value: (column: ColumnReference) => unknown
  /** Why it cannot be read; null when it can. */
  readonly problem: string | null
}

/** Rows in the order of the file, and how far the reader is. */
export type RowSource = {
  readonly rows: AsyncIterable<Row>
  /** From 0 to 1. */
  readonly progress: () => number
}

/** The file cannot be read as the map says. */
export class UnreadableFile extends Error {}
