import { describe, expect, it } from 'vitest'
import { sortRows, type Column } from './table.ts'

type Row = { readonly name: string; readonly users: string | null }
const columns: readonly Column<Row>[] = [
  { key: 'name', title: 'Name', kind: 'text', value: (row) => row.name },
  { key: 'users', title: 'Users', kind: 'number', value: (row) => row.users },
]
const rows: readonly Row[] = [
  { name: 'a10', users: '9' },
  { name: 'a2', users: null },
  { name: 'b', users: '10' },
]
const names = (sorted: readonly Row[]) => sorted.map((row) => row.name)

describe('a sorted table', () => {
  it('sorts numbers as numbers, absent ones last in both directions', () => {
    expect(names(sortRows(rows, columns, { key: 'users', direction: 'descending' }))).toEqual(['b', 'a10', 'a2'])
    expect(names(sortRows(rows, columns, { key: 'users', direction: 'ascending' }))).toEqual(['a10', 'b', 'a2'])
  })

  it('sorts names as people count', () => {
    expect(names(sortRows(rows, columns, { key: 'name', direction: 'ascending' }))).toEqual(['a2', 'a10', 'b'])
  })

  it('stays as it came without a column', () => {
    expect(sortRows(rows, columns, null)).toBe(rows)
  })
})
