import { createCipheriv, createDecipheriv, createHash, createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto'
import type { MasterKeys } from '#ops/config.ts'

const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
const ID_CHARACTERS = 16

/** A data key as it is stored: under which master key it is wrapped, and the wrapped bytes. */
export type WrappedKey = { readonly masterId: string; readonly wrapped: Buffer }
/** Whose data key it is; it opens in no other place. */
export type KeyPlace = { readonly tenantId: string; readonly version: number }

export type Wrapper = {
  /** Names the master key that wraps now. */
  readonly currentId: string
  readonly wrap: (key: Buffer, place: KeyPlace) => WrappedKey
  /** Throws when neither master key opens it: that is a wrong configuration and no state of the data. */
  readonly unwrap: (wrapped: WrappedKey, place: KeyPlace) => Buffer
}

/** Wraps data keys by AES-256-GCM under the current master key, and opens those of the one before too. */
export function createWrapper({ current, previous }: MasterKeys): Wrapper {
  const [newest, ...older] = [current, ...(previous === null ? [] : [previous])].map(masterKeyOf)
  if (newest === undefined) throw new Error('There is always a current master key.')
  return {
    currentId: newest.id,
    wrap: (key, place) => ({ masterId: newest.id, wrapped: sealBytes({ key: newest.key, bound: boundOf(place), bytes: key }) }),
    unwrap: ({ masterId, wrapped }, place) => {
      const master = [newest, ...older].find(({ id }) => id === masterId)
      const opened = master === undefined ? null : openBytes({ key: master.key, bound: boundOf(place), bytes: wrapped })
      if (opened === null)
        throw new Error(`The data key ${place.version} of tenant ${place.tenantId} does not open under DATA_MASTER_KEY or DATA_MASTER_KEY_PREVIOUS.`)
      return opened
    },
  }
}

const boundOf = ({ tenantId, version }: KeyPlace): Buffer => Buffer.from(JSON.stringify(['umg-data-key', tenantId, version]))

function masterKeyOf(secret: string): { readonly id: string; readonly key: KeyObject } {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'umg-data-master', KEY_BYTES))
  const id = createHash('sha256').update('umg-master-id').update(bytes).digest('hex').slice(0, ID_CHARACTERS)
  return { id, key: createSecretKey(bytes) }
}

type Sealing = { readonly key: KeyObject; readonly bound: Buffer; readonly bytes: Buffer }

/** Nonce, tag and ciphertext; the nonce is random, which is safe for some thousand million texts under one key. */
export function sealBytes({ key, bound, bytes }: Sealing): Buffer {
  const nonce = randomBytes(IV_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(bound)
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

/** null for what was sealed under another key or for another place, or was changed since. */
export function openBytes({ key, bound, bytes }: Sealing): Buffer | null {
  if (bytes.length < IV_BYTES + TAG_BYTES) return null
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES }).setAAD(bound)
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
  } catch {
    return null
  }
}
