import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

/** What an account has beside its password, but its passkeys. Global. */
export const SecondFactor = defineEntity({
  name: 'SecondFactor',
  tableName: 'second_factors',
  properties: {
    accountId: p.uuid().primary(),
    /** The secret of the authenticator app, sealed; null without one. */
    totpSecret: p.text().nullable().hidden(),
    /** The keys that its recovery codes may be hashed by, sealed; null for codes of before there was such a key, and without codes. */
    recoveryKey: p.text().nullable().hidden(),
    /** Null until the app showed a right code: such a secret guards nothing yet. */
    totpConfirmedAt: p.datetime().nullable(),
    /** The half minute since 1970 of the last code that was taken. */
    totpLastStep: p.bigint('number').nullable(),
    /** Wrong codes since `failedSince`. */
    failedAttempts: p.integer(),
    failedSince: p.datetime().nullable(),
    createdAt: p.datetime(),
  },
})
export type SecondFactor = InferEntity<typeof SecondFactor>
