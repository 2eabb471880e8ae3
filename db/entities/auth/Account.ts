import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

/** Who can log in. Global: known before any tenant. */
export const Account = defineEntity({
  name: 'Account',
  tableName: 'accounts',
  properties: {
    id: p.uuid().primary(),
    /** Folded to lower case; unique. */
    email: p.text(),
    name: p.text(),
    /** Null until its link was followed. */
    emailVerifiedAt: p.datetime().nullable(),
    /** Argon2id PHC string, or bcrypt as it was imported (ops/security/passwords.ts). */
    passwordHash: p.text().hidden(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
})
export type Account = InferEntity<typeof Account>
