import { setTimeout as pause } from 'node:timers/promises'
import { request } from 'undici'
import { z } from 'zod'
import { CATALOG } from '#db/clickhouse/catalog.ts'
import { tenantStatement, TENANT_SETTING, type ClickHouseClient, type ClickHouseConfig } from '#db/clickhouse/client.ts'

/** ClickHouse could not be reached, or did not answer in time: nothing is known about what it did. */
export class ClickHouseUnavailable extends Error {
  /** ClickHouse's own number of the exception; null when it gave none. */
  readonly code: number | null
  constructor(message: string, options: ErrorOptions & { readonly code?: number | null } = {}) {
    super(message, options)
    this.name = 'ClickHouseUnavailable'
    this.code = options.code ?? null
  }
}

/** ClickHouse answered that it will not take the rows. */
export class ClickHouseRefused extends Error {
  /** ClickHouse's own number of the exception; null when it gave none. */
  readonly code: number | null
  constructor(message: string, code: number | null) {
    super(message)
    this.name = 'ClickHouseRefused'
    this.code = code
  }
}

/** One INSERT: all rows of a copy, or of one month of it. */
export type RowsInsert = {
  readonly tenantId: string
  readonly group: string
  /** A repeat of the same token is dropped by ClickHouse. */
  readonly token: string
  /** JSON lines of the columns in `BatchLine`, as one or more zstd frames. */
  readonly body: Buffer
  /** Aborted: hangs up, and nothing is known about what the server did. */
  readonly signal?: AbortSignal
}

const INSERT_TIMEOUT_MS = 90_000
const PROBE_TIMEOUT_MS = 30_000
const PROBE_EVERY_MS = 100
const MAX_PROBES = 100
const ALREADY_RUNNING = 216
// The server is loading, shutting down, too busy, short of something, or at this very copy: the same rows may be taken later.
const PASSING_CODES: ReadonlySet<number> = new Set([159, 160, 202, 209, 210, ALREADY_RUNNING, 236, 241, 242, 243, 252, 319, 425, 745])

// Every column but the copy's own number, which is added while inserting; `device_sealed` is written here and read by nobody.
const columns: readonly (readonly [name: string, type: string])[] = [
  ...Object.entries(CATALOG.events).filter(([name]) => name !== 'copy_group'),
  ['device_sealed', 'String'],
]
const names = columns.map(([name]) => name).join(', ')
const structure = columns.map(([name, type]) => `${name} ${type}`).join(', ')
const INSERT = `INSERT INTO events (${names}, copy_group) SELECT ${names}, {group:UInt64} AS copy_group FROM input('${structure.replaceAll("'", "\\'")}') FORMAT JSONEachRow`

// One block, so that every month of a copy becomes one part and is there wholly or not at all; and the same block for the same rows.
const insertSettings = {
  max_partitions_per_insert_block: '0',
  input_format_parallel_parsing: '0',
  max_insert_threads: '1',
  max_insert_block_size: '1048576',
  min_insert_block_size_rows: '1048576',
  min_insert_block_size_bytes: '0',
  input_format_skip_unknown_fields: '0',
  wait_end_of_query: '1',
}

/** Inserts once and waits for the answer. Throws ClickHouseUnavailable or ClickHouseRefused. */
export async function insertRows(config: ClickHouseConfig, insert: RowsInsert): Promise<void> {
  await post(config, {
    query: INSERT,
    body: insert.body,
    headers: { 'content-encoding': 'zstd' },
    timeoutMs: INSERT_TIMEOUT_MS,
    signal: insert.signal,
    settings: { ...insertSettings, query_id: queryIdOf(insert), insert_deduplication_token: insert.token, param_group: insert.group },
  })
}

/**
 * Resolves when no insert of this copy is running: only then counting its rows means anything. The server refuses a second query with the id of a
 * running one, which needs no right to look at other users' queries; it forgets an id a little after it answered. Throws
 * ClickHouseUnavailable when one still runs after 10 s.
 */
export async function waitUntilNotRunning(config: ClickHouseConfig, copy: Pick<RowsInsert, 'tenantId' | 'group'>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await post(config, { query: 'SELECT 1', body: null, headers: {}, timeoutMs: PROBE_TIMEOUT_MS, settings: { query_id: queryIdOf(copy) } })
    } catch (error) {
      if (!(error instanceof ClickHouseUnavailable) || error.code !== ALREADY_RUNNING || attempt === MAX_PROBES) throw error
      await pause(PROBE_EVERY_MS)
    }
  }
}

const countRow = z.object({ month: z.coerce.number(), rows: z.coerce.number() })
const COUNT = `SELECT toYYYYMM(occurred_at) AS month, count() AS rows FROM events
  WHERE tenant_id = {tenant:UUID} AND copy_group = {group:UInt64} GROUP BY month ORDER BY month`

/** Rows of a copy that are in ClickHouse, by month (yyyymm); `client` is the user analytics. */
export async function countCopiedRows(
  client: ClickHouseClient,
  options: { readonly tenantSecret: string; readonly tenantId: string; readonly group: string },
): Promise<ReadonlyMap<number, number>> {
  const { tenantSecret, tenantId, group } = options
  try {
    const answer = await client.query({
      query: COUNT,
      query_params: { tenant: tenantId, group },
      format: 'JSONEachRow',
      clickhouse_settings: { [TENANT_SETTING]: tenantStatement(tenantSecret, tenantId) },
    })
    const rows = z.array(countRow).parse(await answer.json())
    return new Map(rows.map(({ month, rows: count }) => [month, count]))
  } catch (error) {
    throw new ClickHouseUnavailable('The rows of a copy could not be counted.', { cause: error })
  }
}

const queryIdOf = ({ tenantId, group }: Pick<RowsInsert, 'tenantId' | 'group'>): string => `copy-${tenantId}-${group}`

type Statement = {
  readonly query: string
  readonly body: Buffer | null
  readonly headers: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

async function post(config: ClickHouseConfig, statement: Statement): Promise<void> {
  const url = new URL(config.url)
  url.search = new URLSearchParams({ database: config.database, query: statement.query, ...statement.settings }).toString()
  const { status, code, text } = await send(url, config, statement)
  if (status === 200 && code === null) return
  const message = `ClickHouse answered ${status}: ${text.slice(0, 500)}`
  if (code === null || PASSING_CODES.has(code)) throw new ClickHouseUnavailable(message, { code })
  throw new ClickHouseRefused(message, code)
}

async function send(
  url: URL,
  config: ClickHouseConfig,
  { body, headers, timeoutMs, signal }: Statement,
): Promise<{ status: number; code: number | null; text: string }> {
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { ...headers, 'x-clickhouse-user': config.user, 'x-clickhouse-key': config.password },
      body: body ?? '',
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal,
    })
    const code = answer.headers['x-clickhouse-exception-code']
    return { status: answer.statusCode, code: typeof code === 'string' ? Number(code) : null, text: await answer.body.text() }
  } catch (error) {
    throw new ClickHouseUnavailable('ClickHouse did not answer.', { cause: error })
  }
}
