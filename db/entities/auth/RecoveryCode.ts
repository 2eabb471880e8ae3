import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

/** A code that stands in for a lost second factor, once. Global. */
export const RecoveryCode = defineEntity({
  name: 'RecoveryCode',
  tableName: 'recovery_codes',
  properties: {
    id: p.uuid().primary(),
    accountId: p.uuid(),
    /** A keyed hash of account and code. */
    codeHash: p.blob().hidden(),
    usedAt: p.datetime().nullable(),
    createdAt: p.datetime(),
  },
})
export type RecoveryCode = InferEntity<typeof RecoveryCode>
