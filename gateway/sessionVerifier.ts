import { z } from 'zod'
import type { AccessClaims } from '#ops/security/accessToken.ts'
import { identityKey, type Identity } from '#ops/security/identity.ts'
import { ROLES, scopesOf } from '#ops/security/permissions.ts'
import { failure } from '#ops/service/errors.ts'
import { BoundedCache } from './boundedCache.ts'
import { gatewayMay } from './gatewayIdentity.ts'
import type { Caller, Upstream } from './upstream.ts'

/** A token that was genuine when it was issued, and how long it is good for in itself. */
export type TokenToVerify = { readonly claims: AccessClaims; readonly expiresAt: number }

/**
 * Answers who the session's account is in the token's tenant now; null when the session has ended or the account is no member any more. Throws
 * DOWNSTREAM_UNAVAILABLE when nobody can tell and nobody could lately.
 */
export type VerifySession = (token: TokenToVerify, caller: Omit<Caller, 'identity'>) => Promise<Identity | null>

/** A revoked session is out after this long over HTTP; on a socket, which is looked at twice a second, within five seconds. */
const ACCEPTED_MS = 4_000
const REFUSED_MS = 1_000
/** How long we do without auth before it is asked again, so that its being away costs each of its callers no time-out. */
const AWAY_MS = 1_000
const TIMEOUT_MS = 5_000
const MAX_SESSIONS = 10_000

const GATEWAY = gatewayMay('sessions:verify')

const VERIFY = `query VerifySession($sessionId: ID!, $accountId: ID!, $tenantId: ID) {
  verifySession(sessionId: $sessionId, accountId: $accountId, tenantId: $tenantId) { tenantId tenantSlug role } }`

const AnswerSchema = z.object({
  verifySession: z
    .object({ tenantId: z.uuid().nullable(), tenantSlug: z.string().nullable(), role: z.enum(ROLES).nullable() })
    .refine(({ tenantId, tenantSlug, role }) => (tenantId === null) === (tenantSlug === null) && (tenantId === null) === (role === null))
    .nullable(),
})

/**
 * Verifies sessions through the auth subgraph and remembers the answers for a moment.
 *
 * An outage of auth must not break the analyses of those who are logged in, so what it said last is believed while it cannot be asked, but never
 * longer than the access token lives, a quarter of an hour at most: the next token is auth's to give. A session that auth has once called ended
 * stays so, and one that it never spoke of is nobody's to vouch for.
 */
export function createSessionVerifier({ auth, now }: { readonly auth: Upstream; readonly now: () => number }): VerifySession {
  const fresh = new BoundedCache<string, Identity | 'ended'>({ limit: MAX_SESSIONS, now })
  const known = new BoundedCache<string, Identity>({ limit: MAX_SESSIONS, now })
  // Apart from those known good, so that a flood of ended ones cannot push them out.
  const ended = new BoundedCache<string, true>({ limit: MAX_SESSIONS, now })
  const pending = new Map<string, Promise<Identity | null>>()
  let awayUntil = 0

  async function ask({ claims, expiresAt }: TokenToVerify, caller: Omit<Caller, 'identity'>): Promise<Identity | null> {
    const { sessionId, accountId, tenantId } = claims
    const key = keyOf(claims)
    const response = await auth.send(
      { query: VERIFY, variables: { sessionId, accountId, tenantId }, operationName: 'VerifySession', isRepeatable: true, timeoutMs: TIMEOUT_MS },
      // Other requests may wait for the same answer.
      { ...caller, identity: GATEWAY, cookie: null, signal: null },
    )
    const answer = AnswerSchema.safeParse(response.data)
    // A database that is away answers null too, and an error beside it.
    if (response.errors !== undefined || !answer.success) throw failure('DOWNSTREAM_UNAVAILABLE', { name: auth.name })
    const lifetimeMs = Math.max(0, expiresAt - now())
    if (answer.data.verifySession === null) {
      known.delete(key)
      ended.set(key, true, { lifetimeMs })
      fresh.set(key, 'ended', { lifetimeMs: REFUSED_MS })
      return null
    }
    const identity = sameOr(known.get(key), { ...identityOf(claims), ...answer.data.verifySession, scopes: scopesOfRole(answer.data.verifySession.role) })
    ended.delete(key)
    known.set(key, identity, { lifetimeMs })
    fresh.set(key, identity, { lifetimeMs: ACCEPTED_MS })
    return identity
  }

  /** What is left to say when auth cannot be asked. */
  function remembered(key: string): Identity | null | undefined {
    return ended.get(key) === true ? null : known.get(key)
  }

  async function askOrRemember(token: TokenToVerify, caller: Omit<Caller, 'identity'>): Promise<Identity | null> {
    const key = keyOf(token.claims)
    if (now() < awayUntil) {
      const last = remembered(key)
      if (last !== undefined) return last
    }
    try {
      return await ask(token, caller)
    } catch (error) {
      awayUntil = now() + AWAY_MS
      const last = remembered(key)
      if (last === undefined) throw error
      return last
    }
  }

  return async (token, caller) => {
    const key = keyOf(token.claims)
    const answer = fresh.get(key)
    if (answer !== undefined) return answer === 'ended' ? null : answer
    const waiting = pending.get(key) ?? askOrRemember(token, caller).finally(() => pending.delete(key))
    pending.set(key, waiting)
    return waiting
  }
}

// wall: session-cache-key
const keyOf = ({ sessionId, accountId, tenantId }: AccessClaims): string => `${sessionId} ${accountId} ${tenantId ?? ''}`

const scopesOfRole = (role: Identity['role']): Identity['scopes'] => (role === null ? [] : scopesOf(role))

const identityOf = ({ accountId, sessionId }: AccessClaims) =>
  ({ kind: 'account', subjectId: accountId, sessionId, filters: [], masks: [], hashFamily: null }) as const

/** The same object while nothing has changed: signatures are kept by it. */
function sameOr(before: Identity | undefined, next: Identity): Identity {
  return before !== undefined && identityKey(before) === identityKey(next) ? before : next
}
