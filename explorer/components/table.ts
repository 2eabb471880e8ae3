import type { Definition } from '../operations/useCatalog.ts'
import type { CsvCell } from '../design/csv.ts'

/** A column of a DataTable. */
export type Column<Row> = {
  readonly key: string
  readonly title: string
  /** Shown on hover of the title. */
  readonly definition?: Definition | undefined
  readonly kind: 'text' | 'number'
  /** The exact value: what is sorted by and exported; null is absent. */
  readonly value: (row: Row) => string | number | null
  /** How it is shown; by default as it is. */
  readonly text?: (row: Row) => string
  /** Whether the value is good or bad news. */
  readonly tone?: (row: Row) => 'good' | 'bad' | null
}

export type Sorting = { readonly key: string; readonly direction: 'ascending' | 'descending' }

export const textOfCell = <Row>(column: Column<Row>, row: Row): string => column.text?.(row) ?? String(column.value(row) ?? '–')

/** Absent values come last in both directions; equal ones keep their order. */
export function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sorting: Sorting | null): readonly Row[] {
  const column = columns.find((each) => each.key === sorting?.key)
  if (column === undefined || sorting === null) return rows
  const sign = sorting.direction === 'ascending' ? 1 : -1
  return rows.toSorted((left, right) => {
    const [a, b] = [column.value(left), column.value(right)]
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
    return sign * (column.kind === 'number' ? Number(a) - Number(b) : String(a).localeCompare(String(b), 'en', { numeric: true }))
  })
}

export const cellsOf = <Row>(columns: readonly Column<Row>[], row: Row): readonly CsvCell[] =>
  columns.map((column) => ({ kind: column.kind, value: column.value(row) }))
