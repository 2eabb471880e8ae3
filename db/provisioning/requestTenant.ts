import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { createKeySecret, formatKey, hashKey } from '#ops/security/keys.ts'
import { appendOutbox, notifyOutbox } from '../outbox/append.ts'
import { withSettings, withTransaction, type Pool, type PoolClient } from '../pool.ts'
import { isUuid } from '../uuid.ts'
import { findOwnProvisioning, findProvisioning, type Provisioning, type StoredFirstKey } from './provisioning.ts'

/** The topic by which the making of a tenant is handed to the worker. */
export const TENANT_REQUESTED = 'tenant.requested'
/** Payload of `tenant.requested`. */
export const tenantRequestedSchema = z.object({ tenantId: z.uuid() })

/** How many tenants one account may ask for within a day; each holds a name that nobody else can have. */
export const MAX_REQUESTS_PER_DAY = 10

export type TenantRequest = {
  readonly accountId: string
  /** Lower-case letters, digits and inner hyphens, at most 63; unique among all tenants. */
  readonly slug: string
  readonly name: string
  /** ISO 4217. */
  readonly reportingCurrency: string
  readonly address: string | null
  readonly requestId: string | null
}

/** A key with its text, which is nowhere else and cannot be had again. */
export type FirstKey = { readonly id: string; readonly kind: 'api' | 'ingest'; readonly name: string; readonly text: string }

export type RequestedTenant =
  | { readonly kind: 'requested'; readonly provisioning: Provisioning; readonly keys: readonly FirstKey[] }
  | { readonly kind: 'slugTaken' }
  /** The account asked for too many within a day. */
  | { readonly kind: 'tooMany' }

const UNIQUE_VIOLATION = '23505'
// Keeps the locks apart from any other use of advisory locks in this database.
const LOCK_CLASS = 1_886_546_537

const ACT_AS = "SELECT set_config('app.account_id', $1, true)"
const ONE_AT_A_TIME = 'SELECT pg_advisory_xact_lock($1::int, hashtext($2))'
const COUNT_OWN = "SELECT count(*)::int AS n FROM provisionings WHERE account_id = $1::uuid AND created_at > now() - interval '1 day'"
const RESERVE = 'INSERT INTO tenants (id, slug, name, reporting_currency) VALUES ($1, $2, $3, $4)'
const INSERT = `INSERT INTO provisionings (tenant_id, account_id, slug, name, reporting_currency, app_id, first_keys, address, request_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

/**
 * Takes the name, writes down what is to be made and tells the worker, in one transaction. Nobody can enter the tenant before it is made: its owner
 * becomes a member, and its keys are stored, when nothing can fail any more.
 */
export async function requestTenant(pool: Pool, { pepper, ...request }: TenantRequest & { readonly pepper: string }): Promise<RequestedTenant> {
  const tenantId = randomUUID()
  const keys = FIRST_KEYS.map(({ kind, name }) => makeKey({ kind, name, tenantId, pepper }))
  try {
    const provisioning = await withSettings(pool, tenantId, async (client) => {
      await client.query(ACT_AS, [request.accountId])
      await client.query(ONE_AT_A_TIME, [LOCK_CLASS, request.accountId])
      const { rows } = await client.query<{ n: number }>(COUNT_OWN, [request.accountId])
      if ((rows[0]?.n ?? 0) >= MAX_REQUESTS_PER_DAY) return null
      return store(client, { ...request, tenantId, stored: keys.map(({ stored }) => stored) })
    })
    if (provisioning === null) return { kind: 'tooMany' }
    // A lost notice costs the worker one poll.
    await notifyOutbox(pool).catch(() => undefined)
    return { kind: 'requested', provisioning, keys: keys.map(({ shown }) => shown) }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION) return { kind: 'slugTaken' }
    throw error
  }
}

/** The provisioning that this account asked for, or null. */
export async function readOwnProvisioning(pool: Pool, own: { readonly tenantId: string; readonly accountId: string }): Promise<Provisioning | null> {
  if (!isUuid(own.tenantId)) return null
  return withTransaction(pool, async (client) => {
    await client.query(ACT_AS, [own.accountId])
    return findOwnProvisioning(client, own)
  })
}

type NewProvisioning = TenantRequest & { readonly tenantId: string; readonly stored: readonly StoredFirstKey[] }

async function store(client: PoolClient, request: NewProvisioning): Promise<Provisioning> {
  const { tenantId, accountId, slug, name, reportingCurrency, address, requestId, stored } = request
  await client.query(RESERVE, [tenantId, slug, name, reportingCurrency])
  await client.query(INSERT, [tenantId, accountId, slug, name, reportingCurrency, randomUUID(), JSON.stringify(stored), address, requestId])
  await appendOutbox(client, { tenantId, topic: TENANT_REQUESTED, aggregate: `provisioning:${tenantId}`, payload: { tenantId } })
  const provisioning = await findProvisioning(client, tenantId)
  if (provisioning === null) throw new Error('A provisioning that was just stored is not there.')
  return provisioning
}

const FIRST_KEYS = [
  { kind: 'ingest', name: 'First key for events' },
  { kind: 'api', name: 'First key for questions' },
] as const

function makeKey({ kind, name, tenantId, pepper }: Pick<FirstKey, 'kind' | 'name'> & { readonly tenantId: string; readonly pepper: string }): {
  readonly shown: FirstKey
  readonly stored: StoredFirstKey
} {
  const key = { kind, tenantId, keyId: randomUUID(), secret: createKeySecret() }
  const common = { id: key.keyId, kind, name }
  return { shown: { ...common, text: formatKey(key) }, stored: { ...common, hash: hashKey({ pepper, key }).toString('hex') } }
}
