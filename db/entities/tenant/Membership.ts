import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { Role } from '#ops/security/permissions.ts'
import { tenantFilter } from '../tenantFilter.ts'

/** An account in a tenant. */
export const Membership = defineEntity({
  name: 'Membership',
  tableName: 'memberships',
  properties: {
    tenantId: p.uuid().primary(),
    accountId: p.uuid().primary(),
    /** The account's address, kept equal to it by a foreign key; null when whoever made the member did not know it. */
    email: p.text().nullable(),
    role: p.text().$type<Role>(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
  filters: tenantFilter,
})
export type Membership = InferEntity<typeof Membership>
