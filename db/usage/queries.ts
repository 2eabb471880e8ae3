import { z } from 'zod'
import { recordAudit } from '../audit/recordAudit.ts'
import { appendOutboxIn, executorOf } from '../outbox/append.ts'
import { withSettings, type Pool, type PoolClient } from '../pool.ts'
import { addUse, periodOf, readUse } from './counters.ts'
import { PLAN_NAMES, type PlanName } from '#ops/service/plans.ts'

export type QueryUse = { readonly used: number; readonly plan: PlanName }
export type QueryCount = { readonly tenantId: string; readonly at: Date; readonly count: number }

/** The topic by which an owner is told of an unusual day, and what its messages hold: one for each owner. */
export const QUERIES_UNUSUAL = 'queries.unusual'
export const queriesUnusualSchema = z.object({ accountId: z.uuid(), tenant: z.string(), used: z.number(), meanOfDaysBefore: z.number(), at: z.iso.datetime() })

/** A day is unusual with so many times the mean of the days before, and at least this many. */
const UNUSUAL_FACTOR = 10
const UNUSUAL_LEAST = 1_000
const TRAILING_DAYS = 7

const PlanRows = z.array(z.object({ plan: z.enum(PLAN_NAMES) }))
const MeanRows = z.array(z.object({ mean: z.number().nullable() }))

// Days without a question are days, too; before the first one there is nothing to compare with.
const MEAN = `SELECT sum(used)::float8 / least(${TRAILING_DAYS}, $2::date - min(period)) AS mean FROM tenant_usage
  WHERE tenant_id = $1::uuid AND kind = 'queries' AND period < $2::date AND period >= $2::date - ${TRAILING_DAYS}`
const OwnerRows = z.array(z.object({ accountId: z.string(), tenant: z.string() }))
const OWNERS = `SELECT m.account_id AS "accountId", t.name AS tenant FROM memberships m JOIN tenants t ON t.id = m.tenant_id
  WHERE m.tenant_id = $1::uuid AND m.role = 'owner' ORDER BY m.account_id LIMIT 100`
const ALARM_ONCE = `INSERT INTO tenant_usage (tenant_id, kind, period, used) VALUES ($1::uuid, 'queries_alarm', $2::date, $3::bigint) ON CONFLICT DO NOTHING`

/**
 * Adds to the analyses that a tenant asked on a day and answers all of that day, with its plan. A day far above the days before is told to the tenant's
 * audit log and to its owners, once, in the same transaction.
 */
export function countQueries(pool: Pool, { tenantId, at, count }: QueryCount): Promise<QueryUse> {
  return withSettings(pool, tenantId, async (client) => {
    if (count > 0) await addUse(client, { tenantId, kind: 'queries', at, count })
    const used = await readUse(client, { tenantId, kind: 'queries', at })
    if (count > 0 && used >= UNUSUAL_LEAST) await tellUnusual(client, { tenantId, at, used })
    const { rows } = await client.query('SELECT plan FROM tenants WHERE id = $1', [tenantId])
    return { used, plan: PlanRows.parse(rows)[0]?.plan ?? 'enterprise' }
  })
}

async function tellUnusual(client: PoolClient, { tenantId, at, used }: { readonly tenantId: string; readonly at: Date; readonly used: number }): Promise<void> {
  const day = periodOf('queries', at)
  const mean = MeanRows.parse((await client.query(MEAN, [tenantId, day])).rows)[0]?.mean ?? null
  if (mean === null || used < mean * UNUSUAL_FACTOR) return
  const { rowCount } = await client.query(ALARM_ONCE, [tenantId, day, used])
  if (rowCount === 0) return
  const executor = executorOf(client)
  const meanOfDaysBefore = Math.round(mean)
  const { rows } = await client.query(OWNERS, [tenantId])
  for (const owner of OwnerRows.parse(rows)) {
    const payload = queriesUnusualSchema.parse({ ...owner, used, meanOfDaysBefore, at: at.toISOString() })
    await appendOutboxIn(executor, { tenantId, topic: QUERIES_UNUSUAL, aggregate: `tenant:${tenantId}:queries`, payload })
  }
  await recordAudit(executor, tenantId, {
    tenantIds: [tenantId],
    actor: { kind: 'system', id: null },
    action: 'queries.unusual_volume',
    target: `tenant:${tenantId}`,
    before: { meanOfDaysBefore },
    after: { day, used },
    address: null,
    requestId: null,
    at,
  })
}
