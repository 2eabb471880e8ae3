import { z } from 'zod'
import { ROLES, type Role } from './permissions.ts'
import { kidOf, signToken, verifyToken, type TokenKind } from './signedToken.ts'
import type { Jwk } from './signingKeys.ts'

/** Seconds that an access token is good for; the refresh cookie gets the next one. */
export const ACCESS_TOKEN_LIFETIME_SECONDS = 15 * 60

const ACCESS_TOKEN: TokenKind = {
  type: 'umg-access',
  issuer: 'umg-auth',
  audience: 'umg-gateway',
  lifetimeSeconds: ACCESS_TOKEN_LIFETIME_SECONDS,
}

/** What a client's access token says: an account, its session, and at most one tenant with the role there. */
export type AccessClaims = {
  readonly accountId: string
  readonly sessionId: string
  readonly tenantId: string | null
  readonly tenantSlug: string | null
  readonly role: Role | null
}

const ClaimsSchema = z
  .object({
    sub: z.uuid(),
    sid: z.uuid(),
    tid: z.uuid().nullable(),
    tslug: z.string().min(1).nullable(),
    role: z.enum(ROLES).nullable(),
  })
  // Tenant, slug and role stand together: a role without its tenant would be a role everywhere.
  .refine(({ tid, tslug, role }) => (tid === null) === (tslug === null) && (tid === null) === (role === null))

/** A JWT (EdDSA, 15 min, `kid` of the key) for `Authorization: Bearer`. */
export function signAccessToken(options: { readonly claims: AccessClaims; readonly privateKey: Jwk; readonly now: Date }): Promise<string> {
  const { accountId, sessionId, tenantId, tenantSlug, role } = options.claims
  const claims = { sid: sessionId, tid: tenantId, tslug: tenantSlug, role }
  return signToken({ kind: ACCESS_TOKEN, subject: accountId, claims, privateKey: options.privateKey, now: options.now })
}

/** Which key an access token says that it is signed by; null when it is no access token. */
export const accessTokenKid = (token: string): { readonly kid: string | undefined } | null => kidOf(token, ACCESS_TOKEN)

export type VerifyAccessTokenOptions = { readonly token: string; readonly publicKey: Jwk; readonly now: Date }

/** The claims, or null when the token is forged, stale or of another sort. */
export async function verifyAccessToken(options: VerifyAccessTokenOptions): Promise<AccessClaims | null> {
  const payload = await verifyToken({ kind: ACCESS_TOKEN, ...options })
  const claims = payload && ClaimsSchema.safeParse(payload)
  if (!claims?.success) return null
  const { sub, sid, tid, tslug, role } = claims.data
  return { accountId: sub, sessionId: sid, tenantId: tid, tenantSlug: tslug, role }
}
