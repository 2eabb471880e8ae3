import { createHmac, createSecretKey, hkdfSync } from 'node:crypto'

const KEY_BYTES = 32
const SUFFIX = ':hash'

/** The entry of a key's masks that shows the ids of users as hashes. Beside the plain mask `userId` it shows nothing: what hides wins. */
export const USER_HASH_MASK = `userId${SUFFIX}`

/** Whether a mask asks for a hash of a field that has none. Such a one would hide nothing, although its maker believes that it does. */
export const isHashOfNothing = (mask: string): boolean => mask.endsWith(SUFFIX) && mask !== USER_HASH_MASK

/**
 * Hashes of user ids for one family of keys, a key and those that took its place: equal ids have equal hashes, so that their owner can count and join. Another
 * family and another tenant have others, so that two partners cannot lay their conversions side by side; and without the secret nobody can try out ids.
 */
export function createUserHasher(secret: string, { tenantId, family }: { readonly tenantId: string; readonly family: string }): (userId: string) => string {
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, tenantId, `umg-user-hash ${family}`, KEY_BYTES)))
  return (userId) => createHmac('sha256', key).update(userId).digest('base64url')
}
