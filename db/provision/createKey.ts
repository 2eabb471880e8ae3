import { randomUUID } from 'node:crypto'
import { createKeySecret, formatKey, hashKey } from '#ops/security/keys.ts'
import { scopesOfKey, type IngestKind, type KeyKind, type RowFilter, type Scope } from '#ops/security/permissions.ts'
import { withTenant, type Pool } from '../pool.ts'

export type NewKey = {
  readonly tenantId: string
  readonly name: string
  readonly kind: KeyKind
  /** For ingest keys, which need it; an sdk key also needs `appId`. */
  readonly ingestKind?: IngestKind
  /** Default: all that the kind may hold. More than that throws. */
  readonly scopes?: readonly Scope[]
  /** Default: none. */
  readonly filters?: readonly RowFilter[]
  /** Default: none. */
  readonly masks?: readonly string[]
  /** Default: every app of the tenant. */
  readonly appId?: string
  /** Decimal text in the reporting currency. Default: no bound. */
  readonly maxRevenue?: string
  /** Default: never. */
  readonly expiresAt?: Date
}

/** Makes a key and returns its text, which is nowhere else and cannot be had again. */
export async function createKey(
  pools: { readonly app: Pool },
  { pepper, ...key }: NewKey & { readonly pepper: string },
): Promise<{ readonly key: string; readonly keyId: string }> {
  const scopes = key.scopes ?? scopesOfKey(key.kind)
  const excess = scopes.find((scope) => !scopesOfKey(key.kind).includes(scope))
  if (excess !== undefined) throw new Error(`A key of kind ${key.kind} cannot hold the scope ${excess}.`)
  const text = { kind: key.kind, tenantId: key.tenantId, keyId: randomUUID(), secret: createKeySecret() }
  const values = [
    key.tenantId,
    text.keyId,
    key.kind,
    key.ingestKind ?? null,
    key.name,
    hashKey({ pepper, key: text }),
    scopes,
    JSON.stringify(key.filters ?? []),
    key.masks ?? [],
    key.appId ?? null,
    key.maxRevenue ?? null,
    key.expiresAt ?? null,
  ]
  await withTenant(pools.app, key.tenantId, (client) => client.query(INSERT_KEY, values))
  return { key: formatKey(text), keyId: text.keyId }
}

const INSERT_KEY = `
  INSERT INTO keys (tenant_id, id, kind, ingest_kind, name, secret_hash, scopes, filters, masks, app_id, max_revenue, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
