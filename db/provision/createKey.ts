import { randomUUID } from 'node:crypto'
import { createKeySecret, formatKey, hashKey } from '#ops/security/keys.ts'
import { scopesOfKey, type IngestKind, type KeyKind, type RowFilter, type Scope } from '#ops/security/permissions.ts'
import { withSettings, type Pool } from '../pool.ts'

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
  /** CIDR blocks from which alone it works. Default: everywhere. */
  readonly allowedNetworks?: readonly string[]
  /** The key in whose place it is made. Default: none. */
  readonly replaces?: string
}

/** What is stored of a new key. */
export type NewKeyRow = {
  readonly tenantId: string
  readonly id: string
  readonly kind: KeyKind
  readonly ingestKind: IngestKind | null
  readonly name: string
  readonly secretHash: Buffer
  readonly scopes: readonly Scope[]
  readonly filters: readonly RowFilter[]
  readonly masks: readonly string[]
  readonly appId: string | null
  readonly maxRevenue: string | null
  readonly expiresAt: Date | null
  readonly allowedNetworks: readonly string[]
  readonly replaces: string | null
}

/** The text of a new key, which is nowhere else and cannot be had again, and the row to store. */
export function prepareKey({ pepper, ...key }: NewKey & { readonly pepper: string }): { readonly key: string; readonly row: NewKeyRow } {
  const scopes = key.scopes ?? scopesOfKey(key.kind)
  const excess = scopes.find((scope) => !scopesOfKey(key.kind).includes(scope))
  if (excess !== undefined) throw new Error(`A key of kind ${key.kind} cannot hold the scope ${excess}.`)
  const text = { kind: key.kind, tenantId: key.tenantId, keyId: randomUUID(), secret: createKeySecret() }
  const row = {
    tenantId: key.tenantId,
    id: text.keyId,
    kind: key.kind,
    ingestKind: key.ingestKind ?? null,
    name: key.name,
    secretHash: hashKey({ pepper, key: text }),
    scopes,
    filters: key.filters ?? [],
    masks: key.masks ?? [],
    appId: key.appId ?? null,
    maxRevenue: key.maxRevenue ?? null,
    expiresAt: key.expiresAt ?? null,
    allowedNetworks: key.allowedNetworks ?? [],
    replaces: key.replaces ?? null,
  }
  return { key: formatKey(text), row }
}

/** Makes a key and returns its text. */
export async function createKey(
  pools: { readonly app: Pool },
  key: NewKey & { readonly pepper: string },
): Promise<{ readonly key: string; readonly keyId: string }> {
  const { key: text, row } = prepareKey(key)
  const { tenantId, id, kind, ingestKind, name, secretHash, scopes, filters, masks, appId, maxRevenue, expiresAt, allowedNetworks, replaces } = row
  const grants = [scopes, JSON.stringify(filters), masks, appId, maxRevenue, expiresAt, allowedNetworks, replaces]
  await withSettings(pools.app, tenantId, (client) => client.query(INSERT_KEY, [tenantId, id, kind, ingestKind, name, secretHash, ...grants]))
  return { key: text, keyId: id }
}

const INSERT_KEY = `
  INSERT INTO keys (tenant_id, id, kind, ingest_kind, name, secret_hash, scopes, filters, masks, app_id, max_revenue, expires_at, allowed_networks, replaces)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`
