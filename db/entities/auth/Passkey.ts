import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

/** A WebAuthn credential of an account. Global. */
export const Passkey = defineEntity({
  name: 'Passkey',
  tableName: 'passkeys',
  properties: {
    id: p.uuid().primary(),
    accountId: p.uuid(),
    /** The authenticator's own id of it, base64url; unique. */
    credentialId: p.text(),
    /** COSE. */
    publicKey: p.blob().hidden(),
    /** Signatures so far as the authenticator counts them; 0 for one that does not count. */
    counter: p.bigint('number'),
    /** How browsers reach the authenticator, such as `internal` or `usb`. */
    transports: p.array().columnType('text[]'),
    name: p.text(),
    createdAt: p.datetime(),
    lastUsedAt: p.datetime().nullable(),
  },
})
export type Passkey = InferEntity<typeof Passkey>
