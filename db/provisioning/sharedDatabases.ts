import { z } from 'zod'
import { tenantStatement, TENANT_SETTING, type ClickHouseClient } from '../clickhouse/client.ts'
import { withTenant, type Pool } from '../pool.ts'
import type { TenantDatabases } from './steps.ts'

export type SharedDatabasesOptions = {
  /** Role umg_app. */
  readonly pool: Pool
  /** User analytics. */
  readonly verifier: ClickHouseClient
  readonly tenantSecret: string
}

const counted = z.tuple([z.object({ n: z.literal('0') })])

/** A tenant among the others needs nothing made: both databases are asked, as the tenant, whether they let it in and show it nothing. */
export function sharedDatabases({ pool, verifier, tenantSecret }: SharedDatabasesOptions): TenantDatabases {
  return {
    async open({ tenantId }) {
      const { rows } = await withTenant(pool, tenantId, (client) =>
        client.query('SELECT count(*)::text AS n FROM event_ids WHERE tenant_id = $1::uuid', [tenantId]),
      )
      counted.parse(rows)
      const result = await verifier.query({
        query: 'SELECT count() AS n FROM events WHERE tenant_id = {tenant:UUID}',
        query_params: { tenant: tenantId },
        format: 'JSONEachRow',
        clickhouse_settings: { [TENANT_SETTING]: tenantStatement(tenantSecret, tenantId) },
      })
      counted.parse(await result.json())
    },
    remove: async () => undefined,
  }
}
