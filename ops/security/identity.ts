import { z } from 'zod'
import { FILTER_DIMENSIONS, ROLES, SCOPES, type Role, type RowFilter, type Scope } from './permissions.ts'
import { signToken, verifyToken, type TokenKind } from './signedToken.ts'
import type { Jwk } from './signingKeys.ts'

/** The header in which the gateway tells a subgraph who asks. The gateway strips it from everything that comes in. */
export const IDENTITY_HEADER = 'umg-identity'

/** Seconds that a signed identity is good for; on an upstream socket it is renewed. */
export const IDENTITY_LIFETIME_SECONDS = 30

export type SubgraphName = 'auth' | 'tenant' | 'campaign' | 'analytics'

/**
 * Who makes this request, as the gateway found out. `subjectId` is the account's or key's id, null for the anonymous and the gateway itself.
 * `tenantId` is null before a tenant is chosen; then there are no scopes either.
 */
export type Identity = {
  readonly kind: 'account' | 'key' | 'anonymous' | 'gateway'
  readonly subjectId: string | null
  readonly sessionId: string | null
  readonly tenantId: string | null
  readonly tenantSlug: string | null
  readonly role: Role | null
  readonly scopes: readonly Scope[]
  readonly filters: readonly RowFilter[]
  readonly masks: readonly string[]
  /** Under which the key's hashes of user ids are: the first of the keys that followed each other to it. null when it sees none. */
  readonly hashFamily: string | null
}

/** Nobody in no tenant: sees what is public. */
export const ANONYMOUS: Identity = {
  kind: 'anonymous',
  subjectId: null,
  sessionId: null,
  tenantId: null,
  tenantSlug: null,
  role: null,
  scopes: [],
  filters: [],
  masks: [],
  hashFamily: null,
}

/** Text that is equal for two identities when all that is signed of them is: what may be shared between requests is kept under it. */
export function identityKey(identity: Identity): string {
  const { kind, subjectId, sessionId, tenantId, tenantSlug, role, scopes, filters, masks, hashFamily } = identity
  const sortedFilters = filters.map(({ dimension, in: ids }) => [dimension, ids.toSorted()])
  return JSON.stringify([kind, subjectId, sessionId, tenantId, tenantSlug, role, scopes.toSorted(), sortedFilters, masks.toSorted(), hashFamily])
}

/** Text that is equal for two identities that may do and see the same in the same tenant: for what says that it does not depend on who of them asks. */
export function rightsKey({ tenantId, role, scopes, filters, masks, hashFamily }: Identity): string {
  const sortedFilters = filters.map(({ dimension, in: ids }) => [dimension, ids.toSorted()])
  return JSON.stringify([tenantId, role, scopes.toSorted(), sortedFilters, masks.toSorted(), hashFamily])
}

const tokenKind = (audience: SubgraphName): TokenKind => ({
  type: 'umg-identity',
  issuer: 'umg-gateway',
  audience: `umg-${audience}`,
  lifetimeSeconds: IDENTITY_LIFETIME_SECONDS,
})

const FilterSchema = z.object({ dimension: z.enum(FILTER_DIMENSIONS), in: z.array(z.string()) })

const ClaimsSchema = z
  .object({
    kind: z.enum(['account', 'key', 'anonymous', 'gateway']),
    sub: z.uuid().nullable().default(null),
    sid: z.uuid().nullable(),
    tid: z.uuid().nullable(),
    tslug: z.string().min(1).nullable(),
    role: z.enum(ROLES).nullable(),
    scopes: z.array(z.enum(SCOPES)),
    filters: z.array(FilterSchema),
    masks: z.array(z.string()),
    hfam: z.uuid().nullable().default(null),
  })
  .refine((claims) => isCoherent(claims))

type Claims = {
  readonly kind: Identity['kind']
  readonly sub: string | null
  readonly sid: string | null
  readonly tid: string | null
  readonly role: Role | null
  readonly scopes: readonly Scope[]
  readonly hfam: string | null
}

// The invariants a resolver relies on without looking: whoever acts has an id, and rights in a tenant need the tenant.
function isCoherent({ kind, sub, sid, tid, role, scopes, hfam }: Claims): boolean {
  if (hfam !== null && kind !== 'key') return false
  switch (kind) {
    case 'account':
      return sub !== null && (tid !== null || (role === null && scopes.length === 0))
    case 'key':
      return sub !== null && tid !== null && role === null && sid === null
    case 'anonymous':
      return sub === null && sid === null && role === null && scopes.length === 0
    case 'gateway':
      return sub === null && sid === null && role === null
  }
}

export type SignIdentityOptions = { readonly identity: Identity; readonly audience: SubgraphName; readonly privateKey: Jwk; readonly now: Date }

/** A JWT (EdDSA, `typ` umg-identity, 30 s) that only the subgraph `audience` accepts. */
export async function signIdentity({ identity, audience, privateKey, now }: SignIdentityOptions): Promise<string> {
  const claims = {
    kind: identity.kind,
    sid: identity.sessionId,
    tid: identity.tenantId,
    tslug: identity.tenantSlug,
    role: identity.role,
    scopes: [...identity.scopes],
    filters: identity.filters.map((filter) => ({ dimension: filter.dimension, in: [...filter.in] })),
    masks: [...identity.masks],
    hfam: identity.hashFamily,
  }
  if (!isCoherent({ ...claims, sub: identity.subjectId })) throw new Error(`An incoherent identity of kind ${identity.kind} is not signed.`)
  return signToken({ kind: tokenKind(audience), subject: identity.subjectId, claims, privateKey, now })
}

export type VerifyIdentityOptions = { readonly token: string; readonly audience: SubgraphName; readonly publicKey: Jwk; readonly now: Date }

/** The identity, or null when the token is forged, stale, meant for another subgraph or contradicts itself. */
export async function verifyIdentity({ token, audience, publicKey, now }: VerifyIdentityOptions): Promise<Identity | null> {
  const payload = await verifyToken({ kind: tokenKind(audience), token, publicKey, now })
  const claims = payload && ClaimsSchema.safeParse(payload)
  if (!claims?.success) return null
  const { kind, sub, sid, tid, tslug, role, scopes, filters, masks, hfam } = claims.data
  return { kind, subjectId: sub, sessionId: sid, tenantId: tid, tenantSlug: tslug, role, scopes, filters, masks, hashFamily: hfam }
}
