import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

/** A single-use token that was mailed to an account. Global: it is known before its account is. */
export const AccountToken = defineEntity({
  name: 'AccountToken',
  tableName: 'account_tokens',
  properties: {
    id: p.uuid().primary(),
    accountId: p.uuid(),
    purpose: p.text().$type<'verify_email' | 'reset_password'>(),
    /** SHA-256 of 256 random bits, so no slow hash is needed. */
    tokenHash: p.blob().hidden(),
    createdAt: p.datetime().onCreate(() => new Date()),
    expiresAt: p.datetime(),
    usedAt: p.datetime().nullable(),
  },
})
export type AccountToken = InferEntity<typeof AccountToken>
