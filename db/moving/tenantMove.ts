import { z } from 'zod'
import type { PoolClient, Queryable } from '../pool.ts'

export const DESTINATIONS = ['dedicated', 'shared'] as const
export type Destination = (typeof DESTINATIONS)[number]

/**
 * The steps in their order: the databases are there, nearly everything is copied while the tenant is served, writers are refused for a moment and the
 * rest is copied and compared and the route turned, writers are let in there, and the old rows are taken away. Until `switched` it can be undone.
 */
export const MOVE_STEPS = ['asked', 'made', 'copied', 'switched', 'opened', 'removed'] as const
export type MoveStep = (typeof MOVE_STEPS)[number]

const schema = z.object({
  tenantId: z.uuid(),
  /** Another one for each move of a tenant. */
  id: z.uuid(),
  slug: z.string(),
  destination: z.enum(DESTINATIONS),
  /** The rows stay where they were, behind a closed gate. */
  keepsSource: z.boolean(),
  status: z.enum(['running', 'undoing', 'done', 'undone']),
  /** The last one that is done. */
  step: z.enum(MOVE_STEPS),
  /** How often the next step has failed. */
  attempts: z.int(),
  /** What the next step does just now. */
  progress: z.string(),
  /** Why it was undone, or why the next step is tried again. */
  problem: z.string().nullable(),
  switchedAt: z.date().nullable(),
  /** How long its writers were refused, in all attempts together, once they are let in. */
  pausedMs: z.int(),
})
export type TenantMove = z.infer<typeof schema>
export type MoveStanding = Pick<TenantMove, 'status' | 'step'>

const COLUMNS = `tenant_id AS "tenantId", id, slug, destination, keeps_source AS "keepsSource", status, step, attempts, progress, problem, switched_at AS "switchedAt", paused_ms AS "pausedMs"`
const FIND = `SELECT ${COLUMNS} FROM tenant_moves WHERE tenant_id = $1::uuid`
// The last move of a tenant makes room for its next.
const ADD = `INSERT INTO tenant_moves AS m (tenant_id, id, slug, destination, keeps_source) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (tenant_id) DO UPDATE SET id = excluded.id, slug = excluded.slug, destination = excluded.destination, keeps_source = excluded.keeps_source,
    status = 'running', step = 'asked', attempts = 0, progress = '', problem = NULL, created_at = now(), switched_at = NULL, paused_at = NULL, paused_ms = 0,
    updated_at = now()
  WHERE m.status IN ('done', 'undone')`
const ADVANCE = `UPDATE tenant_moves SET status = $2, step = $3, attempts = 0, progress = '', problem = $4, updated_at = now(),
    switched_at = CASE WHEN $3 = 'switched' THEN clock_timestamp() ELSE switched_at END
  WHERE tenant_id = $1::uuid`
const TELL = 'UPDATE tenant_moves SET progress = $3, updated_at = now() WHERE tenant_id = $1::uuid AND id = $2::uuid'
// A pause that a kill left is the same one if the gate stayed shut; if not, it ended when it was counted, or never began.
const PAUSE = `UPDATE tenant_moves SET paused_at = CASE WHEN $3 THEN coalesce(paused_at, clock_timestamp()) ELSE clock_timestamp() END
  WHERE tenant_id = $1::uuid AND id = $2::uuid`
const SINCE = 'ceil(extract(epoch FROM clock_timestamp() - paused_at) * 1000)::int'
const COUNT_PAUSE = `UPDATE tenant_moves SET paused_ms = paused_ms + ${SINCE}, paused_at = clock_timestamp()
  WHERE tenant_id = $1::uuid AND id = $2::uuid AND paused_at IS NOT NULL`
const END_PAUSE = `UPDATE tenant_moves SET paused_at = NULL, paused_ms = paused_ms + CASE WHEN $3 THEN ${SINCE} ELSE 0 END
  WHERE tenant_id = $1::uuid AND id = $2::uuid AND paused_at IS NOT NULL`
const FAIL = 'UPDATE tenant_moves SET attempts = attempts + 1, problem = $2, updated_at = now() WHERE tenant_id = $1::uuid'

/** The tenant's move, or its last one. Role umg_worker, as for all of these. */
export async function findMove(worker: Queryable, tenantId: string): Promise<TenantMove | null> {
  const [row] = (await worker.query(FIND, [tenantId])).rows
  return row === undefined ? null : schema.parse(row)
}

export type NewMove = Pick<TenantMove, 'tenantId' | 'id' | 'slug' | 'destination' | 'keepsSource'>

/** false: another move of the tenant is not over. */
export async function addMove(client: PoolClient, { tenantId, id, slug, destination, keepsSource }: NewMove): Promise<boolean> {
  return (await client.query(ADD, [tenantId, id, slug, destination, keepsSource])).rowCount === 1
}

/** In the transaction that did what is marked, or that holds the move while it is done elsewhere. */
export async function advanceMove(client: PoolClient, tenantId: string, to: MoveStanding & { readonly problem?: string | null }): Promise<void> {
  await client.query(ADVANCE, [tenantId, to.status, to.step, to.problem ?? null])
}

export async function tellProgress(worker: Queryable, { tenantId, id }: Pick<TenantMove, 'tenantId' | 'id'>, progress: string): Promise<void> {
  await worker.query(TELL, [tenantId, id, progress])
}

type Paused = Pick<TenantMove, 'tenantId' | 'id'>
/** Whether the gate was shut before. */
type GateBefore = { readonly wasShut: boolean }

/** Just before writers are refused; not in the transaction that holds the move, so that a kill does not forget it. */
export async function beginPause(worker: Queryable, { tenantId, id }: Paused, { wasShut }: GateBefore): Promise<void> {
  await worker.query(PAUSE, [tenantId, id, wasShut])
}

/** Just before they are let in: what was counted so far stays, and the rest is counted from here. */
export async function countPause(worker: Queryable, { tenantId, id }: Paused): Promise<void> {
  await worker.query(COUNT_PAUSE, [tenantId, id])
}

/** Once they are let in, here or there. The rest counts unless they were in before. */
export async function endPause(worker: Queryable, { tenantId, id }: Paused, { wasShut }: GateBefore): Promise<void> {
  await worker.query(END_PAUSE, [tenantId, id, wasShut])
}

export async function countMoveFailure(client: Queryable, tenantId: string, problem: string): Promise<void> {
  await client.query(FAIL, [tenantId, problem])
}
