import type { IngestKind, KeyKind, RowFilter, Scope } from '#ops/security/permissions.ts'

// An id that is not the viewer's own tenant's is a row of nulls, whether it exists elsewhere or not.
export type TenantRow = { readonly id: string; readonly slug: string | null; readonly name: string | null; readonly reportingCurrency: string | null }
export type AppRow = {
  readonly id: string
  readonly name: string | null
  readonly platform: string | null
  readonly timeZone: string | null
  readonly currency: string | null
  readonly conversionEvents: readonly string[] | null
}

/** A key without its secret, which is nowhere. */
export type KeyRow = {
  readonly id: string
  readonly kind: KeyKind
  readonly ingestKind: IngestKind | null
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly filters: readonly RowFilter[]
  readonly masks: readonly string[]
  readonly appId: string | null
  readonly maxRevenue: string | null
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
  readonly lastUsedAt: Date | null
}

export type NewAppRow = {
  readonly name: string
  readonly platform: string | null
  readonly timeZone: string
  readonly currency: string
  readonly conversionEvents: readonly string[] | null
}
export type RateRow = { readonly currency: string; readonly day: string; readonly rate: string }
