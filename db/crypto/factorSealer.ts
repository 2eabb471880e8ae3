import { createHash, hkdfSync } from 'node:crypto'
import type { SecondFactorKeys } from '#ops/config.ts'
import { createCursorSealer } from '#ops/security/cursor.ts'

/** What is kept of an account's second factor under the key: the secret of its app, and what its recovery codes are hashed by. */
export type FactorSecret = 'totp' | 'recovery'
/** Whose it is; it opens in no other place. */
export type FactorPlace = { readonly secret: FactorSecret; readonly accountId: string }

export type FactorSealer = {
  /** Sealed texts begin with it, and with a dot. */
  readonly currentId: string
  /** Whether there is a key before it. */
  readonly isRotating: boolean
  readonly seal: (place: FactorPlace, text: string) => string
  /** Throws when neither key opens it: that is a wrong configuration and no state of the data. */
  readonly open: (place: FactorPlace, sealed: string) => string
  /** The current one first. Recovery codes that have no key of their own were hashed by one of them, and nothing tells by which. */
  readonly keys: readonly string[]
}

const ID_BYTES = 32
const ID_CHARACTERS = 16

/** Seals under the current SECOND_FACTOR_KEY, and opens what is under the one before too. */
export function createFactorSealer({ current, previous }: SecondFactorKeys): FactorSealer {
  const currentId = idOf(current)
  const keys = [current, ...(previous === null ? [] : [previous])]
  const named = keys.map((key) => ({ key, id: idOf(key) }))
  const sealerOf = (key: string, { secret, accountId }: FactorPlace) => createCursorSealer(key, [secret, accountId])
  return {
    currentId,
    isRotating: previous !== null,
    seal: (place, text) => `${currentId}.${sealerOf(current, place).seal(Buffer.from(text))}`,
    open: (place, sealed) => {
      // Without a name it was sealed before sealed texts had one.
      const [text = '', name] = sealed.split('.').toReversed()
      for (const { key, id } of named) {
        const opened = name === undefined || name === id ? sealerOf(key, place).open(text) : null
        if (opened !== null) return opened.toString('utf8')
      }
      throw new Error('The secret of a second factor opens under neither SECOND_FACTOR_KEY nor SECOND_FACTOR_KEY_PREVIOUS.')
    },
    keys,
  }
}

function idOf(key: string): string {
  const bytes = Buffer.from(hkdfSync('sha256', key, '', 'umg-second-factor', ID_BYTES))
  return createHash('sha256').update('umg-second-factor-id').update(bytes).digest('hex').slice(0, ID_CHARACTERS)
}
