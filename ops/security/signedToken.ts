import { decodeProtectedHeader, jwtVerify, SignJWT, type JWTPayload } from 'jose'
import { privateKeyOf, publicKeyOf, type Jwk } from './signingKeys.ts'

/** What distinguishes one sort of token from another; each is compared, so that a token of one sort is worth nothing as another. */
export type TokenKind = { readonly type: string; readonly issuer: string; readonly audience: string; readonly lifetimeSeconds: number }

export type SignTokenOptions = {
  readonly kind: TokenKind
  readonly subject: string | null
  readonly claims: JWTPayload
  readonly privateKey: Jwk
  readonly now: Date
}

/** A compact EdDSA JWT that is valid from `now` for the lifetime of its kind. */
export function signToken({ kind, subject, claims, privateKey, now }: SignTokenOptions): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000)
  const token = new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', typ: kind.type, ...(privateKey.kid === undefined ? {} : { kid: privateKey.kid }) })
    .setIssuer(kind.issuer)
    .setAudience(kind.audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + kind.lifetimeSeconds)
  if (subject !== null) token.setSubject(subject)
  return token.sign(privateKeyOf(privateKey))
}

export type VerifyTokenOptions = { readonly kind: TokenKind; readonly token: string; readonly publicKey: Jwk; readonly now: Date }

// Two machines' clocks differ a little; a token from the near future is not a forgery.
const CLOCK_TOLERANCE_SECONDS = 5
const MAX_TOKEN_CHARACTERS = 8192

/** The claims, or null when anything about the token is wrong: the caller is told no more than that. */
export async function verifyToken({ kind, token, publicKey, now }: VerifyTokenOptions): Promise<JWTPayload | null> {
  if (token.length > MAX_TOKEN_CHARACTERS) return null
  try {
    const { payload, protectedHeader } = await jwtVerify(token, publicKeyOf(publicKey), {
      algorithms: ['EdDSA'],
      // wall: token-type
      typ: kind.type,
      issuer: kind.issuer,
      // wall: signed-audience
      audience: kind.audience,
      currentDate: now,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      maxTokenAge: kind.lifetimeSeconds,
      requiredClaims: ['exp', 'iat'],
    })
    return protectedHeader.kid === publicKey.kid ? payload : null
  } catch (error) {
    // jose marks what is wrong with a token by a code; anything else (a broken public key) is ours and must not pass for a bad token.
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('ERR_J')) return null
    throw error
  }
}

/** The `kid` that a token of this kind names; null for anything that is none. Nothing about it is verified yet, and no other header is looked at. */
export function kidOf(token: string, kind: TokenKind): { readonly kid: string | undefined } | null {
  if (token.length > MAX_TOKEN_CHARACTERS) return null
  try {
    const { alg, typ, kid } = decodeProtectedHeader(token)
    return alg === 'EdDSA' && typ === kind.type ? { kid } : null
  } catch {
    return null
  }
}

/** The end of a verified token's life in milliseconds since 1970; 0 when it names none. */
export function expiryOf(token: string): number {
  const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
  const seconds = typeof payload === 'object' && payload !== null && 'exp' in payload && typeof payload.exp === 'number' ? payload.exp : 0
  return seconds * 1000
}
