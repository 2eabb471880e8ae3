import { z } from 'zod'
import type { Queryable } from '../pool.ts'

/** What is counted as it happens: events by calendar month, analyses by day, both in UTC. */
export type CountedUse = 'events' | 'queries'

/** The first day of the period in which `at` lies, YYYY-MM-DD. */
export const periodOf = (kind: CountedUse, at: Date): string => (kind === 'events' ? `${at.toISOString().slice(0, 7)}-01` : at.toISOString().slice(0, 10))

/** When the next period begins. */
export function periodEnd(kind: CountedUse, at: Date): Date {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  return new Date(kind === 'events' ? Date.UTC(year, month + 1, 1) : Date.UTC(year, month, day + 1))
}

// Each connection adds to a row of its own, nearly always, so that two commits of a tenant do not wait for each other.
const SLOTS = 8
const ADD = {
  name: 'usage-add',
  text: `INSERT INTO tenant_usage (tenant_id, kind, period, slot, used) VALUES ($1::uuid, $2, $3::date, pg_backend_pid() % ${SLOTS}, $4::bigint)
         ON CONFLICT (tenant_id, kind, period, slot) DO UPDATE SET used = tenant_usage.used + excluded.used`,
}
const READ = 'SELECT coalesce(sum(used), 0)::bigint::text AS used FROM tenant_usage WHERE tenant_id = $1::uuid AND kind = $2 AND period = $3::date'
const RowsSchema = z.array(z.object({ used: z.string().transform(Number) }))

export type Use = { readonly tenantId: string; readonly kind: CountedUse; readonly at: Date }

/** Adds to what the tenant of the transaction used. */
export async function addUse(client: Queryable, { tenantId, kind, at, count }: Use & { readonly count: number }): Promise<void> {
  await client.query({ ...ADD, values: [tenantId, kind, periodOf(kind, at), count] })
}

/** What the tenant of the transaction used in the period of `at`. */
export async function readUse(client: Queryable, { tenantId, kind, at }: Use): Promise<number> {
  const { rows } = await client.query(READ, [tenantId, kind, periodOf(kind, at)])
  return RowsSchema.parse(rows)[0]?.used ?? 0
}
