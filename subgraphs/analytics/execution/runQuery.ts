import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { z } from 'zod'
import { TENANT_SETTING, tenantStatement, type ClickHouseClient } from '#db/clickhouse/client.ts'
import { inSpan } from '#ops/telemetry.ts'
import type { Compiled } from '../compiler/compile.ts'
import { print } from '../compiler/sql/print.ts'
import { selectsInExpressions } from '../compiler/sql/walk.ts'
import { limits } from '../model/limits.ts'
import { checkSelect, checkText } from './checkStatement.ts'
import { failure } from './errors.ts'
import type { QueryQueue } from './queryQueue.ts'

/** What a finished statement needs to be run. */
export type Statement = Pick<Compiled<unknown>, 'select' | 'sql' | 'parameters'>

export type QueryRunner = {
  readonly clickhouse: ClickHouseClient
  /** Signs the tenant statement, which the row policy believes. */
  readonly tenantSecret: string
  readonly queue: QueryQueue
}

export type QueryRows = {
  /** In the order of the select's columns. */
  readonly rows: readonly (readonly unknown[])[]
  readonly totals: readonly unknown[] | null
  readonly rowsRead: number
  readonly bytesRead: number
  readonly elapsedMs: number
}

const statistics = z.object({ rows_read: z.number(), bytes_read: z.number() })
const answerSchema = z.object({ data: z.array(z.array(z.unknown())), totals: z.array(z.unknown()).optional(), statistics })

/** `tenantId` is the identity's. With `signal` an abort ends the query on the server too. */
export type RunOptions = { readonly tenantId: string; readonly signal?: AbortSignal | null }

/** Checks the statement and runs it as the tenant's. Throws a GraphQLError of `analyticsErrors`, or what failed with its cause. */
export async function runQuery(runner: QueryRunner, statement: Statement, options: RunOptions): Promise<QueryRows> {
  checkSelect(statement.select, options)
  return runUnchecked(runner, statement, options)
}

/** The estimate of what the statement would read, in rows, without running it. */
export async function estimateRows(runner: QueryRunner, statement: Statement, options: RunOptions): Promise<number> {
  checkSelect(statement.select, options)
  // ClickHouse leaves out what stands within a condition, and makes the set of several that are the same once.
  const within = new Map(selectsInExpressions(statement.select).map((select) => [JSON.stringify(print(select)), print(select)]))
  let sum = 0
  for (const each of [statement, ...within.values()]) {
    const { rows } = await runUnchecked(runner, { ...each, prefix: 'EXPLAIN ESTIMATE ' }, options)
    sum += rows.reduce((total, row) => total + Number(row[ESTIMATED_ROWS_COLUMN] ?? 0), 0)
  }
  return sum
}

/** EXPLAIN ESTIMATE answers database, table, parts, rows, marks. */
const ESTIMATED_ROWS_COLUMN = 3

type Text = Pick<Statement, 'sql' | 'parameters'> & { readonly prefix?: string }
/** Parameters know their types by the text. */
type Sent = { readonly sql: string; readonly parameters: readonly { readonly name: string; readonly value: unknown }[]; readonly prefix?: string }

/** The text is checked on its own. Tests of the walls come in here. */
export async function runUnchecked(runner: QueryRunner, statement: Text, options: RunOptions): Promise<QueryRows> {
  checkText(statement.sql, statement.parameters, options)
  return runner.queue.run(() => send(runner, statement, options))
}

// Below the gateway's 60 s for this subgraph, so that the answer says QUERY_TOO_LARGE and not that the subgraph is gone.
const MAX_QUERY_SECONDS = 45

/** The second wall: the signed statement of the tenant comes from the identity here, and never from the compiler. */
export async function send(
  { clickhouse, tenantSecret }: Pick<QueryRunner, 'clickhouse' | 'tenantSecret'>,
  { sql, parameters, prefix = '' }: Sent,
  { tenantId, signal }: RunOptions,
): Promise<QueryRows> {
  if (signal?.aborted) throw failure('CANCELLED', {})
  const startedMs = performance.now()
  const queryId = randomUUID()
  return inSpan('clickhouse query', { 'db.system': 'clickhouse', 'db.query.id': queryId, 'tenant.id': tenantId }, ask)

  async function ask(): Promise<QueryRows> {
    try {
      return await answer()
    } catch (cause) {
      throw known(cause, signal) ?? new Error('ClickHouse did not answer the question.', { cause })
    }
  }

  async function answer(): Promise<QueryRows> {
    const result = await clickhouse.query({
      query_id: queryId,
      query: `${prefix}${sql}`,
      format: 'JSONCompact',
      query_params: Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
      clickhouse_settings: { [TENANT_SETTING]: tenantStatement(tenantSecret, tenantId), max_execution_time: MAX_QUERY_SECONDS },
      // A closed connection ends a read-only query on the server (cancel_http_readonly_queries_on_client_close).
      abort_signal: signal ?? undefined,
    })
    const { data, totals, statistics: read } = answerSchema.parse(await result.json())
    return { rows: data, totals: totals ?? null, rowsRead: read.rows_read, bytesRead: read.bytes_read, elapsedMs: performance.now() - startedMs }
  }
}

/** The server's error codes of its limits. */
const LIMITS: Readonly<Record<string, string>> = { 158: 'rows', 159: 'time', 160: 'time', 241: 'memory', 307: 'bytes', 396: 'rows of the answer' }
const CONNECTION_CODES: readonly string[] = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE']
const TOO_MANY_QUERIES = '202'
/** The function throwIf, which only paths use. */
const REFUSED_BY_STATEMENT = '395'

function known(cause: unknown, signal: AbortSignal | null | undefined): Error | null {
  if (signal?.aborted) return failure('CANCELLED', {})
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''
  if (code === REFUSED_BY_STATEMENT) return failure('PATHS_TOO_LONG', { maxPairs: limits.pathPairs })
  const limit = LIMITS[code]
  if (limit !== undefined) return failure('QUERY_TOO_LARGE', { limit })
  if (code === TOO_MANY_QUERIES) return failure('TOO_BUSY', {})
  return CONNECTION_CODES.includes(code) ? failure('STORE_UNAVAILABLE', {}) : null
}
