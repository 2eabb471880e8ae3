import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { IngestKind, KeyKind, RowFilter, Scope } from '#ops/security/permissions.ts'
import { tenantFilter } from '../tenantFilter.ts'

/** An API, partner or ingest key. Its text is shown once, when it is made (db/provision). */
export const Key = defineEntity({
  name: 'Key',
  tableName: 'keys',
  properties: {
    tenantId: p.uuid().primary(),
    id: p.uuid().primary(),
    kind: p.text().$type<KeyKind>(),
    /** null unless `kind` is ingest. */
    ingestKind: p.text().$type<IngestKind>().nullable(),
    name: p.text(),
    secretHash: p.blob().hidden(),
    scopes: p.array<Scope>().columnType('text[]'),
    filters: p.json<RowFilter[]>(),
    /** Names of fields that this key sees as null. */
    masks: p.array().columnType('text[]'),
    /** An ingest key of one app; null is every app of the tenant. */
    appId: p.uuid().nullable(),
    /** The largest amount of one event that an sdk key may state; decimal text, reporting currency, null is no bound. */
    maxRevenue: p.decimal().nullable(),
    /** CIDR blocks from which alone it may be used; empty is everywhere. */
    allowedNetworks: p.array().columnType('text[]'),
    /** The key in whose place it was made. */
    replaces: p.uuid().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
    expiresAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
  },
  filters: tenantFilter,
})
export type Key = InferEntity<typeof Key>
