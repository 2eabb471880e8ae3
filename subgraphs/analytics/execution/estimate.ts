import { sampleStatement } from '#db/clickhouse/sample.ts'
import { print } from '../compiler/sql/print.ts'
import { selectsInExpressions } from '../compiler/sql/walk.ts'
import { checkSelect } from './checkStatement.ts'
import { columnsRead } from './columnsRead.ts'
import { runUnchecked, send, type QueryRunner, type RunOptions, type Statement } from './runQuery.ts'

export type Estimate = { readonly rows: number; readonly bytes: number }

/** EXPLAIN ESTIMATE answers database, table, parts, rows, marks. */
const TABLE_COLUMN = 1
const ROWS_COLUMN = 3

/**
 * What the statement would read at most, without running it. The rows are those of the granules that the index leaves. The bytes are those rows times
 * what the same columns take in a few thousand of the tenant's rows, as the server counts it (uncompressed); a column that is only looked at where a
 * filter holds is counted for every row.
 */
export async function estimateRead(runner: QueryRunner, statement: Statement, options: RunOptions): Promise<Estimate> {
  checkSelect(statement.select, options)
  // ClickHouse leaves out what stands within a condition, and makes the set of several that are the same once.
  const within = new Map(
    selectsInExpressions(statement.select).map((select) => {
      const printed = print(select)
      return [JSON.stringify(printed), { select, ...printed }] as const
    }),
  )
  let estimate: Estimate = { rows: 0, bytes: 0 }
  for (const each of [statement, ...within.values()]) {
    const { rows, bytes } = await estimateScans(runner, each, options)
    estimate = { rows: estimate.rows + rows, bytes: estimate.bytes + bytes }
  }
  return estimate
}

async function estimateScans(runner: QueryRunner, statement: Statement, options: RunOptions): Promise<Estimate> {
  const { rows } = await runUnchecked(runner, { ...statement, prefix: 'EXPLAIN ESTIMATE ' }, options)
  const read = columnsRead(statement.select)
  let estimate: Estimate = { rows: 0, bytes: 0 }
  for (const row of rows) {
    const count = Number(row[ROWS_COLUMN] ?? 0)
    const scanned = read.get(String(row[TABLE_COLUMN]))
    if (scanned === undefined) throw new Error(`The estimate is of the table ${String(row[TABLE_COLUMN])}, which the statement does not read.`)
    const sample = sampleStatement({ table: scanned.table, columns: [...scanned.columns], tenantId: options.tenantId })
    const { rowsRead, bytesRead } = await runner.queue.run(() => send(runner, sample, options), options)
    const width = rowsRead === 0 ? 0 : bytesRead / rowsRead
    estimate = { rows: estimate.rows + count, bytes: estimate.bytes + Math.round(count * width) }
  }
  return estimate
}
