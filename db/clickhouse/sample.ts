import type { CatalogColumn, CatalogTable } from './catalog.ts'

/** About one granule, which is the least that is read. */
const SAMPLE_ROWS = 8_192

export type SampleStatement = { readonly sql: string; readonly parameters: readonly { readonly name: string; readonly value: unknown }[] }

/** Reads these columns of some of the tenant's rows and answers one number; what it is asked for is how much it read. */
export function sampleStatement({
  table,
  columns,
  tenantId,
}: {
  readonly table: CatalogTable
  readonly columns: readonly CatalogColumn[]
  readonly tenantId: string
}): SampleStatement {
  const names = columns.join(', ')
  return {
    sql: `SELECT count() FROM (SELECT ${names} FROM ${table} WHERE tenant_id = {tenant:UUID} LIMIT ${SAMPLE_ROWS}) WHERE NOT ignore(${names})`,
    parameters: [{ name: 'tenant', value: tenantId }],
  }
}
