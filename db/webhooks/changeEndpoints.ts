import { randomBytes, randomUUID } from 'node:crypto'
import { changedFields, type Auditor } from '../audit/auditor.ts'
import type { LogCondition } from '../conversions/logFilter.ts'
import { questionOf } from '../conversions/positionSealer.ts'
import type { LogPosition } from '../conversions/readLog.ts'
import type { Vault } from '../crypto/vault.ts'
import { executorOf } from '../outbox/append.ts'
import { withTenant, type Pool, type PoolClient } from '../pool.ts'
import { ENDPOINT_COLUMNS, findWebhook, MAX_WEBHOOKS, readEndpoints, type StoredWebhook, type WebhookPlace } from './endpoints.ts'

/** What an endpoint is told, and the conditions that its filter means. */
export type WebhookDraft = {
  readonly url: string
  readonly description: string | null
  /** As it was asked for; null: every entry. */
  readonly filter: unknown
  readonly conditions: readonly LogCondition[]
}
export type NewWebhook = WebhookDraft & { readonly tenantId: string; readonly start: LogPosition }
/** The secret is told once and is stored sealed. */
export type WithSecret = { readonly webhook: StoredWebhook; readonly secret: string }

const SECRET_BYTES = 32
const SECRET_PREFIX = 'umg_whsec_'
const SECRET_COLUMN = 'webhook_endpoints.secret'
const newSecret = (): string => `${SECRET_PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`

const targetOf = (id: string): string => `webhook:${id}`
const auditedFields = ({ url, description, filter, isEnabled }: StoredWebhook) => ({ url, description, filter, isEnabled })

// The lock of the tenant's row keeps two from taking the last place at once; it is not in the way of foreign keys.
const LOCK_TENANT = 'SELECT id FROM tenants WHERE id = $1::uuid FOR NO KEY UPDATE'
const COUNT = 'SELECT count(*)::int AS count FROM webhook_endpoints WHERE tenant_id = $1::uuid'
const INSERT = `INSERT INTO webhook_endpoints (tenant_id, id, url, description, filter, conditions, question, position, position_ms, secret)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING ${ENDPOINT_COLUMNS}`
const LOCK = 'SELECT id FROM webhook_endpoints WHERE tenant_id = $1::uuid AND id = $2::uuid FOR UPDATE'
// Who is switched on again begins with a clean record.
const UPDATE = `UPDATE webhook_endpoints SET url = $3, description = $4, filter = $5, conditions = $6, question = $7, is_enabled = $8,
    problem = CASE WHEN $8 THEN NULL ELSE problem END, failures = CASE WHEN $9 THEN 0 ELSE failures END, probe_at = CASE WHEN $9 THEN NULL ELSE probe_at END
  WHERE tenant_id = $1::uuid AND id = $2::uuid RETURNING ${ENDPOINT_COLUMNS}`
const CONDITIONS = 'SELECT conditions, question FROM webhook_endpoints WHERE tenant_id = $1::uuid AND id = $2::uuid'
const ROTATE = `UPDATE webhook_endpoints SET secret = $3, previous_secret = CASE WHEN $4::timestamptz IS NULL THEN NULL ELSE secret END, previous_until = $4
  WHERE tenant_id = $1::uuid AND id = $2::uuid RETURNING ${ENDPOINT_COLUMNS}`
const DELETE = `DELETE FROM webhook_endpoints WHERE tenant_id = $1::uuid AND id = $2::uuid RETURNING ${ENDPOINT_COLUMNS}`

const jsonOf = (filter: unknown): string | null => (filter === null ? null : JSON.stringify(filter))

/** Saves a new endpoint; 'full' when the tenant has as many as it may. */
export async function insertWebhook(
  { pool, vault }: { readonly pool: Pool; readonly vault: Vault },
  webhook: NewWebhook,
  audit: Auditor,
): Promise<WithSecret | 'full'> {
  const { tenantId, url, description, filter, conditions, start } = webhook
  const id = randomUUID()
  const secret = newSecret()
  return withTenant(pool, tenantId, async (client) => {
    await client.query(LOCK_TENANT, [tenantId])
    const { rows } = await client.query<{ count: number }>(COUNT, [tenantId])
    if ((rows[0]?.count ?? 0) >= MAX_WEBHOOKS) return 'full'
    const sealed = await vault.encryptFor(client, { tenantId, column: SECRET_COLUMN, text: secret })
    const question = questionOf(conditions)
    const place = [String(start.sequence), Math.trunc(start.recordedAtMs)]
    const values = [tenantId, id, url, description, jsonOf(filter), JSON.stringify(conditions), question, ...place, sealed]
    const saved = firstOf((await client.query(INSERT, values)).rows)
    await audit(executorOf(client), { action: 'webhook.created', target: targetOf(id), before: null, after: auditedFields(saved) })
    return { webhook: saved, secret }
  })
}

/** What is left out stays as it is. */
export type WebhookChange = {
  readonly url?: string
  readonly description?: string | null
  readonly where?: Pick<WebhookDraft, 'filter' | 'conditions'>
  readonly isEnabled?: boolean
}

/** null when the tenant has none with this id. */
export async function updateWebhook(pool: Pool, place: WebhookPlace, change: WebhookChange, audit: Auditor): Promise<StoredWebhook | null> {
  const { tenantId, id } = place
  return changing(pool, place, async (client, current) => {
    const { rows } = await client.query<{ conditions: string; question: string }>(CONDITIONS, [tenantId, id])
    const [old] = rows
    if (old === undefined) throw new Error('A webhook that is locked is not there.')
    const conditions = change.where === undefined ? old.conditions : JSON.stringify(change.where.conditions)
    const question = change.where === undefined ? old.question : questionOf(change.where.conditions)
    const filter = change.where === undefined ? (current.filter ?? null) : change.where.filter
    const isEnabled = change.isEnabled ?? current.isEnabled
    const url = change.url ?? current.url
    const isFresh = url !== current.url || (isEnabled && !current.isEnabled)
    const description = change.description === undefined ? current.description : change.description
    const saved = firstOf((await client.query(UPDATE, [tenantId, id, url, description, jsonOf(filter), conditions, question, isEnabled, isFresh])).rows)
    const changed = changedFields(auditedFields(current), auditedFields(saved))
    if (changed !== null) await audit(executorOf(client), { action: 'webhook.updated', target: targetOf(id), ...changed })
    return saved
  })
}

/** A new secret; the old one signs too until `until`, or with null no more. null when the tenant has none with this id. */
export async function rotateSecret(
  { pool, vault }: { readonly pool: Pool; readonly vault: Vault },
  place: WebhookPlace,
  { until, audit }: { readonly until: Date | null; readonly audit: Auditor },
): Promise<WithSecret | null> {
  const { tenantId, id } = place
  const secret = newSecret()
  return changing(pool, place, async (client) => {
    const sealed = await vault.encryptFor(client, { tenantId, column: SECRET_COLUMN, text: secret })
    const webhook = firstOf((await client.query(ROTATE, [tenantId, id, sealed, until])).rows)
    await audit(executorOf(client), {
      action: 'webhook.secret_rotated',
      target: targetOf(id),
      before: null,
      after: { previousUntil: until?.toISOString() ?? null },
    })
    return { webhook, secret }
  })
}

/** Whether there was one. Its deliveries go with their age. */
export async function deleteWebhook(pool: Pool, place: WebhookPlace, audit: Auditor): Promise<boolean> {
  const deleted = await changing(pool, place, async (client, current) => {
    await client.query(DELETE, [place.tenantId, place.id])
    await audit(executorOf(client), { action: 'webhook.deleted', target: targetOf(place.id), before: auditedFields(current), after: null })
    return current
  })
  return deleted !== null
}

/** Under the lock that a worker's turn takes too. */
function changing<Result>(pool: Pool, place: WebhookPlace, work: (client: PoolClient, current: StoredWebhook) => Promise<Result>): Promise<Result | null> {
  return withTenant(pool, place.tenantId, async (client) => {
    await client.query(LOCK, [place.tenantId, place.id])
    const current = await findWebhook(client, place)
    return current === null ? null : work(client, current)
  })
}

function firstOf(rows: readonly unknown[]): StoredWebhook {
  const [first] = readEndpoints(rows)
  if (first === undefined) throw new Error('A webhook that was just written is not there.')
  return first
}
