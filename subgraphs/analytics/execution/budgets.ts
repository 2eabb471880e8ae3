import { READER_LIMITS } from '#db/clickhouse/policies.ts'
import type { AnalyticsConfig } from '#ops/config.ts'
import { failure } from './errors.ts'

/** What one question may use at most. Each is also a limit of the readers' profile in ClickHouse, which the configuration may go below and not above. */
export type QueryBudgets = AnalyticsConfig['budgets']['query']

/** What the server allows a reader whatever is configured. */
export const PROFILE_BUDGETS: QueryBudgets = {
  maxSeconds: READER_LIMITS.maxExecutionSeconds,
  maxMemoryBytes: READER_LIMITS.maxMemoryBytes,
  maxRowsRead: READER_LIMITS.maxRowsToRead,
  maxResultRows: READER_LIMITS.maxResultRows,
}

/** The settings by which the server holds one query to its budgets. */
export function budgetSettings({ maxSeconds, maxMemoryBytes, maxRowsRead, maxResultRows }: QueryBudgets) {
  return {
    max_execution_time: maxSeconds,
    max_memory_usage: String(maxMemoryBytes),
    max_rows_to_read: String(maxRowsRead),
    max_result_rows: String(maxResultRows),
  }
}

/** The error of the budget that the server's error says was used up; null for an error of another kind. */
export function overBudget({ code, message }: { readonly code: string; readonly message: string }, budgets: QueryBudgets): Error | null {
  switch (code) {
    case '158':
      return failure('QUERY_TOO_LARGE', { budget: 'rowsRead', most: budgets.maxRowsRead })
    case '159':
    case '160':
      return failure('QUERY_TOO_LARGE', { budget: 'seconds', most: budgets.maxSeconds })
    case '241':
      // The memory of all queries together may be used up too, which no narrowing of this one mends.
      return message.startsWith('Query memory limit')
        ? failure('QUERY_TOO_LARGE', { budget: 'memoryBytes', most: budgets.maxMemoryBytes })
        : failure('TOO_BUSY', { of: 'store' })
    case '396':
      return failure('QUERY_TOO_LARGE', { budget: 'resultRows', most: budgets.maxResultRows })
    case '202':
      return failure('TOO_BUSY', { of: 'store' })
    default:
      return null
  }
}
