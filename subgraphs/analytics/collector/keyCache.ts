import type { VerifiedKey } from '#db/access/verifyKey.ts'
import type { KeyScope } from './scope.ts'

const KNOWN_MS = 5_000
const UNKNOWN_MS = 1_000
const MAX_KNOWN = 10_000
const MAX_UNKNOWN = 10_000
// Texts that are no keys come from outside without limit; longer ones are not even looked at.
const MAX_KEY_LENGTH = 256

export type KeyCacheOptions = {
  /** null for a text that is no key in force. Throws when nobody can be asked. */
  readonly verify: (keyText: string) => Promise<VerifiedKey | null>
  readonly createScope: (key: VerifiedKey) => Promise<KeyScope>
  readonly now: () => number
}

/** Verified keys for 5 s and refused ones for 1 s; one question at a time for a key. Answers null for a key that is not in force. */
export function createKeyCache({ verify, createScope, now }: KeyCacheOptions): (keyText: string) => Promise<KeyScope | null> {
  const known = new Map<string, { readonly scope: KeyScope; readonly until: number }>()
  const unknown = new Map<string, number>()
  const asking = new Map<string, Promise<KeyScope | null>>()

  async function ask(keyText: string): Promise<KeyScope | null> {
    const key = await verify(keyText)
    if (key === null) {
      known.delete(keyText)
      remember(unknown, keyText, now() + UNKNOWN_MS, MAX_UNKNOWN)
      return null
    }
    const scope = await createScope(key)
    remember(known, keyText, { scope, until: now() + KNOWN_MS }, MAX_KNOWN)
    return scope
  }

  return async (keyText) => {
    if (keyText.length > MAX_KEY_LENGTH) return null
    const found = known.get(keyText)
    if (found !== undefined && found.until > now()) return found.scope
    const refusedUntil = unknown.get(keyText)
    if (refusedUntil !== undefined && refusedUntil > now()) return null
    let question = asking.get(keyText)
    if (question === undefined) {
      question = ask(keyText).finally(() => asking.delete(keyText))
      asking.set(keyText, question)
    }
    return question
  }
}

/** Forgets the oldest entry when there are too many. */
function remember<Value>(entries: Map<string, Value>, key: string, value: Value, maxEntries: number): void {
  entries.delete(key)
  if (entries.size >= maxEntries) {
    const oldest = entries.keys().next()
    if (oldest.done !== true) entries.delete(oldest.value)
  }
  entries.set(key, value)
}
