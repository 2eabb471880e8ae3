import { z } from 'zod'
import { failure } from '#ops/service/errors.ts'
import type { Identity } from '#ops/security/identity.ts'
import { looksLikeKey, parseKey } from '#ops/security/keys.ts'
import { isAddressIn } from '#ops/security/networks.ts'
import { FILTER_DIMENSIONS, SCOPES } from '#ops/security/permissions.ts'
import { BoundedCache } from './boundedCache.ts'
import { gatewayMay } from './gatewayIdentity.ts'
import type { Caller, Upstream } from './upstream.ts'

export { looksLikeKey }

/**
 * Answers the identity of a key, null for one that is malformed, unknown, revoked or expired. Throws NETWORK_NOT_ALLOWED for one that may not be used
 * from the caller's address, DOWNSTREAM_UNAVAILABLE when nobody can tell.
 */
export type VerifyKey = (text: string, caller: Omit<Caller, 'identity'>) => Promise<Identity | null>

/** A revoked key works for at most this long over HTTP, on a socket (looked at twice a second) five seconds; a refused one is asked about again after a second. */
const ACCEPTED_MS = 4_500
const REFUSED_MS = 1_000
const MAX_KEYS = 10_000

const GATEWAY = gatewayMay('keys:verify')

const VERIFY =
  'query VerifyKey($key: String!) { verifyKey(key: $key) { keyId tenantId tenantSlug scopes filters { dimension in } masks hashFamily allowedNetworks } }'

const AnswerSchema = z.object({
  verifyKey: z
    .object({
      keyId: z.uuid(),
      tenantId: z.uuid(),
      tenantSlug: z.string(),
      scopes: z.array(z.enum(SCOPES)),
      filters: z.array(z.object({ dimension: z.enum(FILTER_DIMENSIONS), in: z.array(z.string()) })),
      masks: z.array(z.string()),
      hashFamily: z.uuid().nullable(),
      allowedNetworks: z.array(z.string()),
    })
    .nullable(),
})

/**
 * Verifies keys through the tenant subgraph and remembers the answers for a moment. Refusals have a cache of their own, so that a flood of invented
 * keys cannot push the good ones out; requests with the same key wait for one answer.
 */
export function createKeyVerifier({ tenant, now }: { readonly tenant: Upstream; readonly now: () => number }): VerifyKey {
  const accepted = new BoundedCache<string, KnownKey>({ limit: MAX_KEYS, now })
  const refused = new BoundedCache<string, true>({ limit: MAX_KEYS, now })
  const pending = new Map<string, Promise<KnownKey | null>>()

  async function ask(text: string, caller: Omit<Caller, 'identity'>): Promise<KnownKey | null> {
    const response = await tenant.send(
      { query: VERIFY, variables: { key: text }, operationName: 'VerifyKey', isRepeatable: true },
      // Other requests may wait for the same answer.
      { ...caller, identity: GATEWAY, signal: null },
    )
    const answer = AnswerSchema.safeParse(response.data)
    // A database that is away answers null too, and an error beside it.
    if (response.errors !== undefined || !answer.success) throw failure('DOWNSTREAM_UNAVAILABLE', { name: tenant.name })
    const key = answer.data.verifyKey
    if (key === null) {
      refused.set(text, true, { lifetimeMs: REFUSED_MS })
      return null
    }
    const identity: Identity = {
      kind: 'key',
      subjectId: key.keyId,
      sessionId: null,
      tenantId: key.tenantId,
      tenantSlug: key.tenantSlug,
      role: null,
      scopes: key.scopes,
      filters: key.filters,
      masks: key.masks,
      hashFamily: key.hashFamily,
    }
    const known = { identity, allowedNetworks: key.allowedNetworks }
    accepted.set(text, known, { lifetimeMs: ACCEPTED_MS })
    return known
  }

  return async (text, caller) => {
    if (parseKey(text) === null || refused.get(text) !== undefined) return null
    const known = accepted.get(text)
    if (known !== undefined) return identityAt(known, caller)
    const waiting = pending.get(text) ?? ask(text, caller).finally(() => pending.delete(text))
    pending.set(text, waiting)
    const answered = await waiting
    return answered === null ? null : identityAt(answered, caller)
  }
}

type KnownKey = { readonly identity: Identity; readonly allowedNetworks: readonly string[] }

function identityAt({ identity, allowedNetworks }: KnownKey, { clientAddress }: Pick<Caller, 'clientAddress'>): Identity {
  if (allowedNetworks.length > 0 && !isAddressIn(allowedNetworks, clientAddress)) throw failure('NETWORK_NOT_ALLOWED', { address: clientAddress })
  return identity
}
