import type { ClickHouseClient } from './client.ts'

const TIMEOUT_MS = 10_000

/**
 * Ends the query of that id, which has to be the client's own user's; resolves when it has ended or is not there, and throws when it did not end in
 * five seconds (it ends none the less, after the block it is at). A closed connection ends a query too (cancel_http_readonly_queries_on_client_close), but only when it next makes progress,
 * which a long step of one block does not. KILL QUERY would need rights on system.processes, where every tenant's statements are; a new query of the
 * same id that replaces the old one needs none. Behind a balancer it may reach another server than the query runs on.
 */
export async function endQuery(client: ClickHouseClient, queryId: string): Promise<void> {
  const result = await client.query({
    query: 'SELECT 1',
    query_id: queryId,
    format: 'JSONCompact',
    clickhouse_settings: { replace_running_query: 1 },
    abort_signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  await result.text()
}
