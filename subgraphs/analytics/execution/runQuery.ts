import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { z } from 'zod'
import { clickhouseOf, TENANT_SETTING, tenantStatement, type TenantClickHouse } from '#db/clickhouse/client.ts'
import { endQuery } from '#db/clickhouse/endQuery.ts'
import type { Log } from '#ops/service/requestScope.ts'
import { inSpan } from '#ops/telemetry.ts'
import type { Compiled } from '../compiler/compile.ts'
import { limits } from '../model/limits.ts'
import { budgetSettings, overBudget, PROFILE_BUDGETS, type QueryBudgets } from './budgets.ts'
import { checkSelect, checkText } from './checkStatement.ts'
import { failure } from './errors.ts'
import type { QueryQueue } from './queryQueue.ts'

/** What a finished statement needs to be run. */
export type Statement = Pick<Compiled<unknown>, 'select' | 'sql' | 'parameters'>

export type QueryRunner = {
  readonly clickhouse: TenantClickHouse
  /** Signs the tenant statement, which the row policy believes. */
  readonly tenantSecret: string
  readonly queue: QueryQueue
  /** Of one question. Default: the limits of the readers' profile. */
  readonly budgets?: QueryBudgets
  /** Hears of questions that could not be ended. */
  readonly log?: Pick<Log, 'warn'>
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

type Text = Pick<Statement, 'sql' | 'parameters'> & { readonly prefix?: string }
/** Parameters know their types by the text. */
type Sent = { readonly sql: string; readonly parameters: readonly { readonly name: string; readonly value: unknown }[]; readonly prefix?: string }

/** The text is checked on its own. Tests of the walls come in here. */
export async function runUnchecked(runner: QueryRunner, statement: Text, options: RunOptions): Promise<QueryRows> {
  checkText(statement.sql, statement.parameters, options)
  return runner.queue.run(() => send(runner, statement, options), options)
}

/** The second wall: the signed statement of the tenant comes from the identity here, and never from the compiler. */
export async function send(runner: Omit<QueryRunner, 'queue'>, { sql, parameters, prefix = '' }: Sent, { tenantId, signal }: RunOptions): Promise<QueryRows> {
  if (signal?.aborted) throw failure('CANCELLED', {})
  const { tenantSecret, budgets = PROFILE_BUDGETS, log } = runner
  const clickhouse = await clickhouseOf(runner.clickhouse, tenantId)
  const startedMs = performance.now()
  const queryId = randomUUID()
  return inSpan('clickhouse query', { 'db.system': 'clickhouse', 'db.query.id': queryId, 'tenant.id': tenantId }, ask)

  async function ask(): Promise<QueryRows> {
    try {
      return await answer()
    } catch (cause) {
      if (!signal?.aborted) throw known(cause, budgets) ?? new Error('ClickHouse did not answer the question.', { cause })
      // Its place in the queue is taken until it has ended.
      await endQuery(clickhouse, queryId).catch((error: unknown) => log?.warn({ err: error, queryId, tenantId }, 'a question that was cancelled did not end'))
      throw failure('CANCELLED', {})
    }
  }

  async function answer(): Promise<QueryRows> {
    const result = await clickhouse.query({
      query_id: queryId,
      query: `${prefix}${sql}`,
      format: 'JSONCompact',
      query_params: Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
      clickhouse_settings: { [TENANT_SETTING]: tenantStatement(tenantSecret, tenantId), ...budgetSettings(budgets) },
      abort_signal: signal ?? undefined,
    })
    const { data, totals, statistics: read } = answerSchema.parse(await result.json())
    return { rows: data, totals: totals ?? null, rowsRead: read.rows_read, bytesRead: read.bytes_read, elapsedMs: performance.now() - startedMs }
  }
}

const CONNECTION_CODES: readonly string[] = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE']
/** The function throwIf, which only paths use. */
const REFUSED_BY_STATEMENT = '395'

function known(cause: unknown, budgets: QueryBudgets): Error | null {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''
  if (code === REFUSED_BY_STATEMENT) return failure('PATHS_TOO_LONG', { maxPairs: limits.pathPairs })
  if (CONNECTION_CODES.includes(code)) return failure('STORE_UNAVAILABLE', {})
  return overBudget({ code, message: cause instanceof Error ? cause.message : '' }, budgets)
}
