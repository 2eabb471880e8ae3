import { CATALOG, CATALOG_TABLES, type CatalogColumn, type CatalogTable } from '#db/clickhouse/catalog.ts'
import type { SqlSelect } from '../compiler/sql/ast.ts'

export type ColumnsRead = ReadonlyMap<string, { readonly table: CatalogTable; readonly columns: ReadonlySet<CatalogColumn> }>

/**
 * The stored columns that the scans of a select read, by the table's name; several scans of one table count together. It looks at every part of every
 * part, since a column is a column whatever kind of expression it stands in.
 */
export function columnsRead(select: SqlSelect): ColumnsRead {
  const found = new Map<string, { readonly table: CatalogTable; readonly columns: Set<CatalogColumn> }>()

  function visit(part: unknown, table: CatalogTable | null): void {
    if (typeof part !== 'object' || part === null) return
    const kind = 'kind' in part ? part.kind : null
    if (kind === 'column' && table !== null && 'column' in part && isColumnOf(table, part.column)) {
      const seen = found.get(table) ?? { table, columns: new Set<CatalogColumn>() }
      found.set(table, seen)
      seen.columns.add(part.column)
    }
    const scanned = kind === 'select' && 'from' in part ? tableOf(part.from) : table
    for (const inner of Object.values(part)) visit(inner, scanned)
  }
  visit(select, null)
  return found
}

function tableOf(source: unknown): CatalogTable | null {
  if (typeof source !== 'object' || source === null || !('table' in source)) return null
  return CATALOG_TABLES.find((table) => table === source.table) ?? null
}

const isColumnOf = (table: CatalogTable, name: unknown): name is CatalogColumn => typeof name === 'string' && Object.hasOwn(CATALOG[table], name)
