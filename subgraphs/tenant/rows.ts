import type { IngestKind, KeyKind, Role, RowFilter, Scope } from '#ops/security/permissions.ts'
import type { PlanName } from '#ops/service/plans.ts'

// An id that is not the viewer's own tenant's is a row of nulls, whether it exists elsewhere or not.
export type TenantRow = {
  readonly id: string
  readonly slug: string | null
  readonly name: string | null
  readonly reportingCurrency: string | null
  readonly plan: PlanName | null
}
export type AppRow = {
  readonly id: string
  readonly name: string | null
  readonly platform: string | null
  readonly bundleId: string | null
  readonly timeZone: string | null
  readonly currency: string | null
  readonly clickLookbackDays: number | null
  readonly viewLookbackDays: number | null
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
  readonly allowedNetworks: readonly string[]
  readonly replaces: string | null
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
  readonly lastUsedAt: Date | null
}

export type NewAppRow = {
  readonly name: string
  readonly platform: string | null
  readonly bundleId: string | null
  readonly timeZone: string
  readonly currency: string
  readonly clickLookbackDays: number
  readonly viewLookbackDays: number
  readonly conversionEvents: readonly string[]
}
export type RateRow = { readonly currency: string; readonly day: string; readonly rate: string }

export type MemberRow = { readonly accountId: string; readonly role: Role; readonly joinedAt: Date }
export type InvitationRow = {
  readonly id: string
  /** Null when nobody can read it any more. */
  readonly email: string | null
  readonly role: Role
  readonly invitedBy: string | null
  readonly createdAt: Date
  readonly expiresAt: Date
}
/** An invitation as its token shows it. */
export type PreviewRow = Pick<InvitationRow, 'role' | 'expiresAt'> & { readonly email: string; readonly tenantName: string }
/** A membership as its own account sees it. */
export type JoinedRow = { readonly tenantId: string; readonly slug: string; readonly name: string; readonly role: Role }

/** How much of one thing is used; `limit` null is without one, `resetsAt` null for what is counted as it is. */
export type UsedRow = { readonly used: number; readonly limit: number | null; readonly resetsAt: Date | null }
