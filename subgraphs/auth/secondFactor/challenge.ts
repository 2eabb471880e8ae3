import { createHash, createHmac, randomUUID } from 'node:crypto'
import { LockMode } from '@mikro-orm/core'
import { z } from 'zod'
import { UsedChallenge } from '#db/entities/auth/UsedChallenge.ts'
import type { EntityManager } from '#db/tenantScope.ts'
import type { SecondFactorKeys } from '#ops/config.ts'
import { createCursorSealer } from '#ops/security/cursor.ts'

/** How long a challenge can be answered. */
export const CHALLENGE_MS = 5 * 60_000

/**
 * What a challenge is for. `login`: the password was right, the second factor is to come. `passwordless`: a passkey alone.
 * `registration`: a new passkey of an account that is logged in.
 */
const challengeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('login'),
    id: z.uuid(),
    expiresAt: z.number(),
    accountId: z.uuid(),
    isRemembered: z.boolean(),
    /** See `passwordMark`. */
    passwordMark: z.string(),
    /** Whether a code was sent by mail, which stands in for a second factor that the account has not. */
    isMailed: z.boolean(),
  }),
  z.object({ kind: z.literal('passwordless'), id: z.uuid(), expiresAt: z.number() }),
  z.object({ kind: z.literal('registration'), id: z.uuid(), expiresAt: z.number(), accountId: z.uuid() }),
])
export type Challenge = z.infer<typeof challengeSchema>
export type ChallengeOf<Kind extends Challenge['kind']> = Extract<Challenge, { kind: Kind }>
/** `key` is what sealed it: what follows from a challenge follows from the same key, also while another takes its place. */
export type OpenedChallenge<Kind extends Challenge['kind']> = ChallengeOf<Kind> & { readonly key: string }
type About<Kind extends Challenge['kind']> = Omit<ChallengeOf<Kind>, 'kind' | 'id' | 'expiresAt'>

export type Challenges = ReturnType<typeof createChallenges>

/** How much longer than needed a used challenge is kept, since clocks of two machines differ. */
const KEPT_MS = 86_400_000
/** Of one use; what is left is the next one's. */
const MAX_REMOVED = 100

/** Challenges are sealed text and nothing is stored of them until they are used: asking for many costs no room. */
export function createChallenges({ keys: { current, previous }, now }: { readonly keys: SecondFactorKeys; readonly now: () => Date }) {
  const sealerOf = (key: string) => ({ key, sealer: createCursorSealer(key, ['challenge']) })
  const newest = sealerOf(current)
  const sealers = previous === null ? [newest] : [newest, sealerOf(previous)]
  function read<Kind extends Challenge['kind']>(kind: Kind, opened: Buffer): ChallengeOf<Kind> | null {
    // An older version of ourselves may have sealed another shape.
    const { data: challenge } = challengeSchema.safeParse(JSON.parse(opened.toString('utf8')))
    if (challenge === undefined || challenge.expiresAt <= now().getTime()) return null
    return isOfKind(challenge, kind) ? challenge : null
  }

  return {
    issue<Kind extends Challenge['kind']>(kind: Kind, about: About<Kind>): { readonly id: string; readonly text: string; readonly key: string } {
      const challenge = challengeSchema.parse({ ...about, kind, id: randomUUID(), expiresAt: now().getTime() + CHALLENGE_MS })
      return { id: challenge.id, text: newest.sealer.seal(Buffer.from(JSON.stringify(challenge))), key: current }
    },

    /** Null when it is not ours, of another kind, or has expired. Whether it was used is told by `use`. */
    open<Kind extends Challenge['kind']>(kind: Kind, text: string): OpenedChallenge<Kind> | null {
      for (const { key, sealer } of sealers) {
        const opened = sealer.open(text)
        const challenge = opened === null ? null : read(kind, opened)
        if (challenge !== null) return { ...challenge, key }
      }
      return null
    },

    /** Asked before what is shown for it is looked at: an answer that was taken once is not even judged again. */
    isUsed: async (em: EntityManager, id: string): Promise<boolean> => (await em.count(UsedChallenge, { id })) > 0,

    /**
     * Whether nobody used it before; afterwards somebody has. Inside the transaction of what it proves, so that both hold or neither does, and which
     * holds the account's row of second factors, so that no two look at once.
     */
    async use(em: EntityManager, { id, expiresAt }: Challenge): Promise<boolean> {
      // Those that another login is removing are passed over, so that neither waits for the other.
      const isExpired = { expiresAt: { $lte: new Date(now().getTime() - KEPT_MS) } }
      const expired = await em.find(UsedChallenge, isExpired, { fields: ['id'], limit: MAX_REMOVED, lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE })
      if (expired.length > 0) await em.nativeDelete(UsedChallenge, { id: { $in: expired.map((each) => each.id) } })
      if (await this.isUsed(em, id)) return false
      await em.insert(UsedChallenge, { id, expiresAt: new Date(expiresAt) })
      return true
    },
  }
}

/** What tells one stored password from the next, so that a challenge ends with the password that it followed. */
export const passwordMark = (passwordHash: string): string => createHash('sha256').update(passwordHash).digest('base64url')

/** What a passkey signs as the second factor of one login; it follows from that login's challenge, so nothing is stored of it. */
export function webAuthnChallenge({ key, challengeId }: { readonly key: string; readonly challengeId: string }): string {
  return createHmac('sha256', key).update(`umg-webauthn ${challengeId}`).digest('base64url')
}

function isOfKind<Kind extends Challenge['kind']>(challenge: Challenge, kind: Kind): challenge is ChallengeOf<Kind> {
  return challenge.kind === kind
}
