import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { Role } from '#ops/security/permissions.ts'

/** A membership as its account sees it at login, across tenants. Role umg_auth reads it within inAccount. */
export const OwnMembership = defineEntity({
  name: 'OwnMembership',
  tableName: 'memberships',
  properties: {
    tenantId: p.uuid().primary(),
    accountId: p.uuid().primary(),
    role: p.text().$type<Role>(),
    /** The oldest is the tenant of a new login. */
    createdAt: p.datetime(),
  },
  filters: { account: { name: 'account', cond: ({ accountId }: Readonly<Record<string, unknown>>) => ({ accountId }), default: true } },
})
export type OwnMembership = InferEntity<typeof OwnMembership>
