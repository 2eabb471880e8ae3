import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** A browser in which an account has logged in before. */
export type KnownDevices = {
  /** The text of the cookie that a login leaves. */
  readonly make: (email: string) => string
  /** A name for the device when the cookie is ours and of this very account; else null. */
  readonly read: (cookie: string | null, email: string) => string | null
}

const NONCE_BYTES = 16
const COOKIE = /^([\w-]{22})\.([\w-]{43})$/

/** Nothing is stored: the mark under our key binds the cookie to the account (folded address). It opens nothing, it only tells the owner's browser from a stranger's. */
export function createKnownDevices({ refreshKey }: { readonly refreshKey: string }): KnownDevices {
  const markOf = (nonce: string, email: string): string => createHmac('sha256', refreshKey).update(`umg-device ${nonce} ${email}`).digest('base64url')
  return {
    make: (email) => {
      const nonce = randomBytes(NONCE_BYTES).toString('base64url')
      return `${nonce}.${markOf(nonce, email)}`
    },
    read: (cookie, email) => {
      const [, nonce = '', mark = ''] = COOKIE.exec(cookie ?? '') ?? []
      return nonce !== '' && timingSafeEqual(Buffer.from(markOf(nonce, email)), Buffer.from(mark)) ? nonce : null
    },
  }
}
