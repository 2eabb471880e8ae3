import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

/** One login on one device: a family of refresh tokens, of which the newest is good. */
export const Session = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  properties: {
    id: p.uuid().primary(),
    accountId: p.uuid(),
    /** The tenant last chosen; null before one is. */
    tenantId: p.uuid().nullable(),
    refreshHash: p.blob().hidden(),
    /** The token before, so that its reuse is noticed. */
    previousHash: p.blob().nullable().hidden(),
    rotatedAt: p.datetime().nullable(),
    remember: p.boolean(),
    userAgent: p.text().nullable(),
    address: p.text().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
    lastUsedAt: p.datetime().onCreate(() => new Date()),
    expiresAt: p.datetime(),
    /** However often it is refreshed, a session ends here. */
    absoluteExpiresAt: p.datetime(),
    revokedAt: p.datetime().nullable(),
  },
})
export type Session = InferEntity<typeof Session>
