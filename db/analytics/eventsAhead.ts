import { z } from 'zod'
import { storedTime } from '../clickhouse/storedEvent.ts'
import type { ReaderStatement } from './arrivals.ts'

export type AheadQuestion = { readonly tenantId: string; readonly fromMs: number }

/** When the tenant's first event of that time or later was, for a reader of ClickHouse that sends the signed statement of the tenant. */
export function firstEventFromStatement({ tenantId, fromMs }: AheadQuestion): ReaderStatement {
  // wall: ahead-of-tenant
  const sql = `SELECT minOrNull(toUnixTimestamp64Milli(occurred_at))
    FROM events WHERE tenant_id = {tenant:UUID} AND occurred_at >= {from:DateTime64(3, 'UTC')}`
  return {
    sql,
    parameters: [
      { name: 'tenant', value: tenantId },
      { name: 'from', value: storedTime(new Date(fromMs)) },
    ],
  }
}

const answer = z.tuple([z.tuple([z.union([z.null(), z.coerce.number()])])])

/** The answer to `firstEventFromStatement` in milliseconds UTC; Infinity where there is none. */
export const parseFirstEvent = (rows: readonly unknown[]): number => answer.parse(rows)[0][0] ?? Infinity
