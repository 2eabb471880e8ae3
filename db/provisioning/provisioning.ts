import { z } from 'zod'
import type { PoolClient, Queryable } from '../pool.ts'

/** The steps in their order. Until `owner` everything can be undone; from then on the rest is tried until it is done. */
export const PROVISIONING_STEPS = ['reserved', 'databases', 'app', 'owner', 'keys', 'mail'] as const
export type ProvisioningStep = (typeof PROVISIONING_STEPS)[number]

export const PROVISIONING_STATUSES = ['running', 'done', 'undoing', 'failed'] as const

/** A key that a tenant begins with; its text was shown once, to whoever asked for the tenant. */
const firstKey = z.object({
  id: z.uuid(),
  kind: z.enum(['api', 'ingest']),
  name: z.string(),
  /** Hex. */
  hash: z.string(),
})
export type StoredFirstKey = z.infer<typeof firstKey>

const schema = z.object({
  /** The new tenant's id, and the provisioning's. */
  tenantId: z.uuid(),
  accountId: z.uuid(),
  slug: z.string(),
  name: z.string(),
  reportingCurrency: z.string(),
  appId: z.uuid(),
  firstKeys: z.array(firstKey),
  status: z.enum(PROVISIONING_STATUSES),
  /** The last one that is done. */
  step: z.enum(PROVISIONING_STEPS),
  /** How often the next step has failed. */
  attempts: z.int(),
  /** Why it was undone: a sentence for whoever asked. */
  problem: z.string().nullable(),
  address: z.string().nullable(),
  requestId: z.string().nullable(),
})
export type Provisioning = z.infer<typeof schema>

const COLUMNS = `tenant_id AS "tenantId", account_id AS "accountId", slug, name, reporting_currency AS "reportingCurrency", app_id AS "appId",
  first_keys AS "firstKeys", status, step, attempts, problem, address, request_id AS "requestId"`
const FIND = `SELECT ${COLUMNS} FROM provisionings WHERE tenant_id = $1::uuid`
const FIND_OWN = `${FIND} AND account_id = $2::uuid`
const LOCK = `${FIND} FOR UPDATE`
// Where it was asked from is needed for the audit records of the steps alone, and kept sealed in those.
const MOVE = `UPDATE provisionings SET status = $2, step = $3, problem = coalesce($4, problem), attempts = 0, updated_at = now(),
  address = CASE WHEN $2 IN ('done', 'failed') THEN NULL ELSE address END WHERE tenant_id = $1::uuid`
const COUNT_FAILURE = 'UPDATE provisionings SET attempts = attempts + 1, updated_at = now() WHERE tenant_id = $1::uuid RETURNING attempts'

const oneOf = (rows: readonly unknown[]): Provisioning | null => (rows[0] === undefined ? null : schema.parse(rows[0]))

/** Within the tenant's scope; null when there is none. */
export async function findProvisioning(client: Queryable, tenantId: string): Promise<Provisioning | null> {
  return oneOf((await client.query(FIND, [tenantId])).rows)
}

/** What this account asked for. Names the account itself, and row-level security does too. */
export async function findOwnProvisioning(
  client: Queryable,
  { tenantId, accountId }: { readonly tenantId: string; readonly accountId: string },
): Promise<Provisioning | null> {
  return oneOf((await client.query(FIND_OWN, [tenantId, accountId])).rows)
}

/** Where a provisioning stands. */
export type Standing = Pick<Provisioning, 'status' | 'step'>

/** Moves it on in the caller's transaction, which did what is marked. Throws when it is not where the caller believed it to be. */
export async function moveProvisioning(
  client: PoolClient,
  { tenantId, status, step }: Provisioning,
  to: Standing & { readonly problem?: string },
): Promise<Provisioning> {
  const found = oneOf((await client.query(LOCK, [tenantId])).rows)
  if (found === null || found.status !== status || found.step !== step) throw new Error(`The provisioning of ${tenantId} was moved on by somebody else.`)
  await client.query(MOVE, [tenantId, to.status, to.step, to.problem ?? null])
  return { ...found, ...to, problem: to.problem ?? found.problem, attempts: 0 }
}

/** Counts a failure of the next step and answers how many there were. */
export async function countFailure(client: PoolClient, tenantId: string): Promise<number> {
  return z.tuple([z.object({ attempts: z.int() })]).parse((await client.query(COUNT_FAILURE, [tenantId])).rows)[0].attempts
}
