import { z } from 'zod'
import { isKeyHash, parseKey, type KeyText } from '#ops/security/keys.ts'
import { FILTER_DIMENSIONS, INGEST_KINDS, KEY_KINDS, SCOPES } from '#ops/security/permissions.ts'
import type { IngestKind, KeyKind, RowFilter, Scope } from '#ops/security/permissions.ts'
import { USER_HASH_MASK } from '#ops/security/userHash.ts'
import { PLAN_NAMES, type PlanName } from '#ops/service/plans.ts'
import { withSettings, type Pool, type Queryable } from '../pool.ts'

/** An app as a key may speak of it; an event with one of the names is a conversion. */
export type KeyApp = { readonly id: string; readonly name: string; readonly conversionEvents: readonly string[] }

/** A key that was shown to be genuine, and what it may do. */
export type VerifiedKey = {
  readonly keyId: string
  readonly tenantId: string
  readonly tenantSlug: string
  readonly kind: KeyKind
  /** null unless `kind` is ingest. */
  readonly ingestKind: IngestKind | null
  readonly scopes: readonly Scope[]
  readonly filters: readonly RowFilter[]
  readonly masks: readonly string[]
  /** Under which its hashes of user ids are: the first key of those that took each other's place. null when it sees no hashes. */
  readonly hashFamily: string | null
  /** The one app of an ingest key; null is every app of the tenant. */
  readonly appId: string | null
  /** The largest amount of one event, decimal text in the reporting currency; null is no bound. */
  readonly maxRevenue: string | null
  /** ISO 4217. */
  readonly reportingCurrency: string
  /** The apps that the key may speak of: its own one, or all of the tenant's, by name. */
  readonly apps: readonly KeyApp[]
  /** CIDR blocks from which alone it may be used; empty is everywhere. Whoever knows the client's address holds it to them. */
  readonly allowedNetworks: readonly string[]
  /** The tenant's plan. */
  readonly plan: PlanName
}

/**
 * The key of this text, or null when it is malformed, unknown, revoked, expired or has another secret; the caller is not told which.
 * The tenant is set from the text itself, so the hash is compared under row-level security. Notes the use of the key at most once an hour.
 */
export async function verifyKey(pool: Pool, pepper: string, keyText: string): Promise<VerifiedKey | null> {
  const key = parseKey(keyText)
  if (key === null || key.tenantId === NIL_UUID) return null
  return withSettings(pool, key.tenantId, async (client) => {
    const row = await findKey(client, key)
    if (row === null || !isKeyHash({ pepper, key, hash: row.secret_hash })) return null
    if (row.is_use_stale) await noteUse(client, key)
    return toVerifiedKey(row)
  })
}

const NIL_UUID = '00000000-0000-0000-0000-000000000000'

const RowSchema = z.object({
  id: z.uuid(),
  tenant_id: z.uuid(),
  slug: z.string(),
  reporting_currency: z.string(),
  kind: z.enum(KEY_KINDS),
  ingest_kind: z.enum(INGEST_KINDS).nullable(),
  secret_hash: z.instanceof(Buffer),
  scopes: z.array(z.enum(SCOPES)),
  filters: z.array(z.object({ dimension: z.enum(FILTER_DIMENSIONS), in: z.array(z.string()) })),
  masks: z.array(z.string()),
  hash_family: z.uuid().nullable(),
  app_id: z.uuid().nullable(),
  max_revenue: z.string().nullable(),
  is_use_stale: z.boolean(),
  allowed_networks: z.array(z.string()),
  plan: z.enum(PLAN_NAMES),
  apps: z.array(z.object({ id: z.uuid(), name: z.string(), conversionEvents: z.array(z.string()) })),
})
type Row = z.infer<typeof RowSchema>

const FIND_KEY = `
  SELECT k.id, k.tenant_id, t.slug, t.reporting_currency, t.plan, k.allowed_networks, k.kind, k.ingest_kind, k.secret_hash, k.scopes, k.filters, k.masks, k.app_id,
    k.max_revenue::text AS max_revenue,
    CASE WHEN '${USER_HASH_MASK}' = ANY (k.masks) THEN (
      WITH RECURSIVE line AS (
        SELECT k.id, k.replaces, 0 AS back
        UNION ALL SELECT o.id, o.replaces, line.back + 1 FROM line JOIN keys o ON o.tenant_id = $1 AND o.id = line.replaces)
      SELECT id FROM line ORDER BY back DESC LIMIT 1) END AS hash_family,
    k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 hour' AS is_use_stale,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'conversionEvents', a.conversion_events) ORDER BY a.name) FROM apps a
      WHERE a.tenant_id = $1 AND (k.app_id IS NULL OR a.id = k.app_id)), '[]') AS apps
  FROM keys k JOIN tenants t ON t.id = k.tenant_id
  WHERE k.tenant_id = $1 AND k.id = $2 AND k.kind = $3 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`

/** The stored row of a key that is in force, whatever its secret. Names the tenant itself: the first wall. */
export async function findKey(client: Queryable, { tenantId, keyId, kind }: Pick<KeyText, 'tenantId' | 'keyId' | 'kind'>): Promise<Row | null> {
  const { rows } = await client.query({ name: 'umg-find-key', text: FIND_KEY, values: [tenantId, keyId, kind] })
  return rows[0] === undefined ? null : RowSchema.parse(rows[0])
}

async function noteUse(client: Queryable, { tenantId, keyId }: KeyText): Promise<void> {
  await client.query('UPDATE keys SET last_used_at = now() WHERE tenant_id = $1 AND id = $2', [tenantId, keyId])
}

const toVerifiedKey = (row: Row): VerifiedKey => ({
  keyId: row.id,
  tenantId: row.tenant_id,
  tenantSlug: row.slug,
  kind: row.kind,
  ingestKind: row.ingest_kind,
  scopes: row.scopes,
  filters: row.filters,
  masks: row.masks,
  hashFamily: row.hash_family,
  appId: row.app_id,
  maxRevenue: row.max_revenue,
  reportingCurrency: row.reporting_currency,
  apps: row.apps,
  allowedNetworks: row.allowed_networks,
  plan: row.plan,
})
