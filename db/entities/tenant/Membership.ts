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
    /** Finds the member of an address (vault.hasherFor); null until the worker has added it to a member who was made without. */
    emailHash: p.blob().nullable().hidden(),
    role: p.text().$type<Role>(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
  filters: tenantFilter,
})
export type Membership = InferEntity<typeof Membership>
