import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { Role } from '#ops/security/permissions.ts'
import { tenantFilter } from '../tenantFilter.ts'

/** Somebody who may become a member with this role, by a token that was mailed to them. */
export const Invitation = defineEntity({
  name: 'Invitation',
  tableName: 'invitations',
  properties: {
    tenantId: p.uuid().primary(),
    id: p.uuid().primary(),
    /** Folded (ops/service/email.ts). Null but while it is accepted, and in what was written before addresses were sealed. */
    email: p.text().nullable(),
    emailSealed: p.blob().nullable().hidden(),
    /** Finds the invitation of an address (vault.hasherFor). */
    emailHash: p.blob().nullable().hidden(),
    role: p.text().$type<Role>(),
    tokenHash: p.blob().hidden(),
    /** The account that invited; null when none did. */
    invitedBy: p.uuid().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
    expiresAt: p.datetime(),
    acceptedAt: p.datetime().nullable(),
    acceptedBy: p.uuid().nullable(),
    revokedAt: p.datetime().nullable(),
  },
  filters: tenantFilter,
})
export type Invitation = InferEntity<typeof Invitation>
