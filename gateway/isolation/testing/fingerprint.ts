import { z } from 'zod'
import { withTenant } from '#db/pool.ts'
import { TABLES } from '#db/tables.ts'
import type { TestPools } from '#db/testing/testPools.ts'
import { soon } from '../../subscriptions/testing/testClient.ts'
import type { IsoTenant } from './isoTenant.ts'

// The ids of events for ever and the waiting batches have a partition or a write of their own for each; no field of the API changes them. What a tenant
// has used is counted of its own questions, and written some time later.
const LEFT_OUT: ReadonlySet<string> = new Set(['event_ids', 'ingest_batches', 'recent_touches', 'tenant_usage'])
const TENANT_TABLES = Object.keys(TABLES).filter((name) => TABLES[name] === 'tenant' && !LEFT_OUT.has(name))
const answer = z.array(z.object({ name: z.string(), hash: z.string() }))

/** One hash per table of all rows of a tenant, and of its members' accounts; when a key was used last is no change of anybody's. */
export async function fingerprint(pools: TestPools, tenant: IsoTenant): Promise<ReadonlyMap<string, string>> {
  const hashOf = (rows: string): string => `coalesce(md5(string_agg(md5(${rows}), '' ORDER BY md5(${rows}))), '')`
  const own = TENANT_TABLES.map((name) => `SELECT '${name}' AS name, ${hashOf("(to_jsonb(t) - 'last_used_at')::text")} AS hash FROM ${name} t`).join(
    ' UNION ALL ',
  )
  const rows = await withTenant(pools.app, tenant.tenantId, (client) => client.query(own))
  const accounts = await pools.auth.query(
    `SELECT 'accounts' AS name, ${hashOf("(to_jsonb(t) - 'password_hash')::text")} AS hash FROM accounts t WHERE id = ANY ($1)`,
    [tenant.accounts.map(({ accountId }) => accountId)],
  )
  const sessions = await pools.auth.query(
    `SELECT 'sessions' AS name, ${hashOf("(to_jsonb(t) - 'last_used_at')::text")} AS hash FROM sessions t WHERE account_id = ANY ($1)`,
    [tenant.accounts.map(({ accountId }) => accountId)],
  )
  return new Map(answer.parse([...rows.rows, ...accounts.rows, ...sessions.rows]).map(({ name, hash }) => [name, hash]))
}

const READER_GONE_MS = 30_000

/** Resolves when nobody reads the tenant's groups: the member of a socket that was just ended gives back what it holds some time later. */
export const readersGone = (pools: TestPools, tenant: IsoTenant): Promise<void> =>
  soon(async () => {
    const { rowCount } = await withTenant(pools.app, tenant.tenantId, (client) => client.query('SELECT FROM stream_members LIMIT 1'))
    if (rowCount !== 0) throw new Error(`The groups of tenant ${tenant.index} have readers still.`)
  }, READER_GONE_MS)

/** The tables that differ. */
export const changedTables = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] =>
  [...before].filter(([name, hash]) => after.get(name) !== hash).map(([name]) => name)
