import type { GraphQLError } from 'graphql'
import { accessTokenKid, verifyAccessToken, type AccessClaims } from '#ops/security/accessToken.ts'
import { ANONYMOUS, type Identity } from '#ops/security/identity.ts'
import { expiryOf } from '#ops/security/signedToken.ts'
import { failure } from '#ops/service/errors.ts'
import type { AccessKeys } from './accessKeys.ts'
import { BoundedCache } from './boundedCache.ts'
import { looksLikeKey, type VerifyKey } from './keyVerifier.ts'
import type { VerifySession } from './sessionVerifier.ts'
import type { TenantOfHost } from './tenantDomains.ts'
import type { Caller } from './upstream.ts'

/** What a request says about who makes it. */
export type Credentials = {
  /** The Authorization header; undefined when absent. */
  readonly authorization: string | undefined
  /** The tenants that the header Umg-Tenant and the path name, as slugs. */
  readonly namedTenants: readonly string[]
  /** The Host header: a domain may lead to a tenant too. */
  readonly host: string | undefined
}

/** Answers who asks. Throws UNAUTHENTICATED for a credential that is not good, TENANT_MISMATCH when it is for another tenant than the one named. */
export type ReadViewer = (credentials: Credentials, caller: Omit<Caller, 'identity'>) => Promise<Identity>

/** The signature of an access token is checked again after this long; its own expiry is looked at each time. */
const TOKEN_CACHE_MS = 30_000
const MAX_TOKENS = 10_000
const MAX_CREDENTIAL_LENGTH = 4_096

export type ViewerOptions = {
  readonly accessKeys: AccessKeys
  readonly verifyKey: VerifyKey
  readonly verifySession: VerifySession
  readonly tenantOfHost: TenantOfHost
  /** The slug of the one tenant of an installation for one; null: there are many. */
  readonly onlyTenant: string | null
  readonly now: () => Date
}

export function createViewerReader({ accessKeys, verifyKey, verifySession, tenantOfHost, onlyTenant, now }: ViewerOptions): ReadViewer {
  const tokens = new BoundedCache<string, AccessClaims>({ limit: MAX_TOKENS, now: () => now().getTime() })

  async function claimsOf(token: string, caller: Omit<Caller, 'identity'>): Promise<AccessClaims | null> {
    const known = tokens.get(token)
    if (known !== undefined) return known
    const named = accessTokenKid(token)
    const publicKey = named === null ? null : await accessKeys.find(named.kid, caller)
    const claims = publicKey === null ? null : await verifyAccessToken({ token, publicKey, now: now() })
    if (claims === null) return null
    const lifetimeMs = Math.min(TOKEN_CACHE_MS, expiryOf(token) - now().getTime())
    tokens.set(token, claims, { lifetimeMs })
    return claims
  }

  /** The token says whose session it is; what that may do now is auth's to say. */
  async function identityOfToken(token: string, caller: Omit<Caller, 'identity'>): Promise<Identity | null> {
    const claims = await claimsOf(token, caller)
    return claims === null ? null : verifySession({ claims, expiresAt: expiryOf(token) }, caller)
  }

  return async ({ authorization, namedTenants, host }, caller) => {
    const ofHost = await tenantOfHost(host, caller)
    const named = ofHost === null ? namedTenants : [ofHost, ...namedTenants]
    // Whatever names a tenant has to name the same: nothing of two is ever merged, with a credential or without one.
    for (const asked of named) if (asked !== named[0]) throw failure('TENANT_MISMATCH', { asked })
    // Nothing is to be resolved where there is one tenant: another name is wrong whoever says it.
    if (onlyTenant !== null) refuseOthers(named, onlyTenant)
    const credential = bearerOf(authorization)
    if (credential === null) return ANONYMOUS
    const identity = looksLikeKey(credential) ? await verifyKey(credential, caller) : await identityOfToken(credential, caller)
    if (identity === null)
      throw refused(
        looksLikeKey(credential)
          ? 'This key is not valid: it is unknown, revoked or expired.'
          : 'This access token is not valid: it is malformed or expired, or its session has ended.',
      )
    // A credential of a tenant that an earlier mode let in.
    if (onlyTenant !== null && identity.tenantSlug !== null) refuseOthers([identity.tenantSlug], onlyTenant)
    // wall: named-tenant
    for (const asked of named) if (asked !== identity.tenantSlug) throw failure('TENANT_MISMATCH', { asked })
    return identity
  }
}

function refuseOthers(slugs: readonly string[], onlyTenant: string): void {
  for (const asked of slugs) if (asked !== onlyTenant) throw failure('TENANT_MISMATCH', { asked })
}

/** The token behind `Bearer`; null when nothing was sent. Anything else that was sent is refused, never taken for nobody. */
function bearerOf(authorization: string | undefined): string | null {
  if (authorization === undefined) return null
  const [, credential] = /^Bearer +([^\s]+) *$/i.exec(authorization) ?? []
  if (credential === undefined || credential.length > MAX_CREDENTIAL_LENGTH)
    throw refused('The Authorization header must be "Bearer" and an access token or a key.')
  return credential
}

function refused(message: string): GraphQLError {
  return failure('UNAUTHENTICATED', { message })
}
