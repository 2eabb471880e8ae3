import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { KEY_KINDS, type KeyKind } from './permissions.ts'

/** The parts of `umg_<kind>_<tenantId>_<keyId>_<secret>`; the ids are lower-case UUIDs, the secret 64 hexadecimal digits. */
export type KeyText = { readonly kind: KeyKind; readonly tenantId: string; readonly keyId: string; readonly secret: string }

const SECRET_BYTES = 32
const KEY = /^umg_([a-z]+)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([0-9a-f]{64})$/

/** Whether the text means to be a key, right or wrong: access tokens never start like this. */
export const looksLikeKey = (text: string): boolean => text.startsWith('umg_')

/** A new secret of 256 bits. */
export const createKeySecret = (): string => randomBytes(SECRET_BYTES).toString('hex')

export const formatKey = ({ kind, tenantId, keyId, secret }: KeyText): string => `umg_${kind}_${tenantId}_${keyId}_${secret}`

/** The parts, or null when the text has another form. Says nothing about whether the key exists. */
export function parseKey(text: string): KeyText | null {
  const [, kindText = '', tenantId = '', keyId = '', secret = ''] = KEY.exec(text) ?? []
  const kind = KEY_KINDS.find((known) => known === kindText)
  return kind === undefined ? null : { kind, tenantId, keyId, secret }
}

/**
 * What is stored of a key: HMAC-SHA256 under the pepper (32 bytes). The secret is random, so no slow hash is needed;
 * kind, tenant and id are hashed with it, so that a stored hash is worth nothing on another row.
 */
export function hashKey({ pepper, key }: { readonly pepper: string; readonly key: KeyText }): Buffer {
  return createHmac('sha256', pepper).update(formatKey(key)).digest()
}

/** Whether the key has this stored hash; takes the same time wherever they differ. */
export function isKeyHash({ pepper, key, hash }: { readonly pepper: string; readonly key: KeyText; readonly hash: Buffer }): boolean {
  const expected = hashKey({ pepper, key })
  return expected.length === hash.length && timingSafeEqual(expected, hash)
}
