import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16

/** Seals and opens the positions of one list. */
export type CursorSealer = {
  /** Opaque text; the same position has the same text. */
  readonly seal: (position: Buffer) => string
  /** null for anything that was not sealed with this key for this very list. */
  readonly open: (cursor: string) => Buffer | null
}

/**
 * Cursors sealed by AES-256-GCM. `context` names all that a cursor is bound to, such as the tenant, the field and the question: one that was made
 * under another is refused. The key (`config.cursorKey`) may have any length.
 */
export function createCursorSealer(key: string, context: readonly string[]): CursorSealer {
  const bound = Buffer.from(JSON.stringify(context))
  // Keys of its own for each list; the nonce is made of the position itself, so that none is ever used for two.
  // As key objects they are made ready once: a seal took three times as long with plain bytes, and an answer may have a cell in every row.
  const derive = (info: string): KeyObject => createSecretKey(Buffer.from(hkdfSync('sha256', key, bound, info, KEY_BYTES)))
  const sealKey = derive('umg-cursor-seal')
  const nonceKey = derive('umg-cursor-nonce')
  const nonceOf = (position: Buffer): Buffer => createHmac('sha256', nonceKey).update(position).digest().subarray(0, IV_BYTES)

  return {
    seal: (position) => {
      const nonce = nonceOf(position)
      const cipher = createCipheriv(ALGORITHM, sealKey, nonce, { authTagLength: TAG_BYTES }).setAAD(bound)
      const sealed = Buffer.concat([cipher.update(position), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
    },
    open: (cursor) => {
      const bytes = Buffer.from(cursor, 'base64url')
      // Base64 has several texts for the same bytes; only the one that was given is a cursor.
      if (bytes.length <= IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== cursor) return null
      const decipher = createDecipheriv(ALGORITHM, sealKey, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES }).setAAD(bound)
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
      } catch {
        return null
      }
    },
  }
}
