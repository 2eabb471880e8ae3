import { z } from 'zod'
import type { Jwk } from '#ops/config.ts'
import { PublicJwkSchema } from '#ops/security/signingKeys.ts'
import { failure } from '#ops/service/errors.ts'
import { gatewayMay } from './gatewayIdentity.ts'
import type { Caller, Upstream } from './upstream.ts'

export type AccessKeys = {
  /** The key with which tokens of this `kid` are verified; null when there is none. Throws DOWNSTREAM_UNAVAILABLE when only auth could tell and is away. */
  find(kid: string | undefined, caller: Omit<Caller, 'identity'>): Promise<Jwk | null>
  /** Every public key that a token may be signed by at the moment. */
  all(caller: Omit<Caller, 'identity'>): Promise<readonly Jwk[]>
}

export type AccessKeysOptions = {
  /** Known from the configuration, whatever auth says. */
  readonly configured: readonly Jwk[]
  readonly auth: Upstream
  readonly now: () => number
}

/** However many tokens with invented ids come, auth is asked no more often. */
const ASK_AGAIN_MS = 10_000
/** A key that auth has withdrawn is forgotten after this long. */
const LEARNED_MS = 600_000
// Anything else as the id of a key leads nowhere, and to no question either.
const KID = /^[\w-]{1,100}$/
const ASK = 'query AccessKeys { accessKeys }'
const AnswerSchema = z.object({ accessKeys: z.array(PublicJwkSchema) })

const GATEWAY = gatewayMay('sessions:verify')

/**
 * The keys that access tokens are verified with: the configured ones, and what auth signs with when it was given a newer one before we were. So the
 * two may be restarted in any order when the key is rotated.
 */
export function createAccessKeys({ configured, auth, now }: AccessKeysOptions): AccessKeys {
  const known = new Map(configured.map((key) => [key['kid'], key]))
  let learned = new Map<string | undefined, Jwk>()
  let learnedAt = -Infinity
  let askedAt = -Infinity
  let pending: Promise<void> | null = null

  async function ask(caller: Omit<Caller, 'identity'>): Promise<void> {
    const response = await auth.send(
      { query: ASK, operationName: 'AccessKeys', isRepeatable: true },
      { ...caller, identity: GATEWAY, cookie: null, signal: null },
    )
    const answer = AnswerSchema.safeParse(response.data)
    if (!answer.success) throw failure('DOWNSTREAM_UNAVAILABLE', { name: auth.name })
    learned = new Map(answer.data.accessKeys.map((key) => [key['kid'], key]))
    learnedAt = now()
  }

  /** Waits for the question on its way, or asks one when the last is long enough ago. */
  async function learn(caller: Omit<Caller, 'identity'>): Promise<void> {
    if (pending === null && now() - askedAt >= ASK_AGAIN_MS) {
      askedAt = now()
      pending = ask(caller).finally(() => {
        pending = null
      })
    }
    await pending
  }

  return {
    async find(kid, caller) {
      const own = known.get(kid)
      if (own !== undefined) return own
      if (kid === undefined || !KID.test(kid)) return null
      const before = learned.get(kid)
      if (before !== undefined && now() - learnedAt < LEARNED_MS) return before
      try {
        await learn(caller)
      } catch (error) {
        if (before === undefined) throw error
        return before
      }
      return learned.get(kid) ?? null
    },
    async all(caller) {
      // Whoever asks for the keys gets those that we know when auth is away.
      await learn(caller).catch(() => undefined)
      return [...new Map([...known, ...learned]).values()]
    },
  }
}
