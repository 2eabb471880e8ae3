import { Secret, TOTP } from 'otpauth'

/** What every authenticator app does when nothing else is said: RFC 6238 with HMAC-SHA-1, six digits, half a minute. */
const SHAPE = { algorithm: 'SHA1', digits: 6, period: 30 } as const
/** Clocks of telephones are off by some seconds: the codes of the half minute before and after are taken too. */
const WINDOW_STEPS = 1
const SECRET_BYTES = 20
const ISSUER = 'UnMoGrowP'

/** A new secret of 160 bits, in base 32. */
export const createTotpSecret = (): string => new Secret({ size: SECRET_BYTES }).base32

/** What the app reads from a picture. */
export const totpUri = ({ secret, email }: { readonly secret: string; readonly email: string }): string =>
  new TOTP({ ...SHAPE, issuer: ISSUER, label: email, secret: Secret.fromBase32(secret) }).toString()

export type TotpAttempt = {
  /** Base 32. */
  readonly secret: string
  readonly code: string
  readonly at: Date
  /** The step of the last code that was taken; null for none. */
  readonly lastStep: number | null
}

/** The step (half minutes since 1970) whose code this is; null for a wrong code and for one of a step that was taken already, or lies before it. */
export function stepOfCode({ secret, code, at, lastStep }: TotpAttempt): number | null {
  const token = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return null
  const timestamp = at.getTime()
  const delta = TOTP.validate({ ...SHAPE, token, secret: Secret.fromBase32(secret), timestamp, window: WINDOW_STEPS })
  if (delta === null) return null
  const step = TOTP.counter({ period: SHAPE.period, timestamp }) + delta
  return lastStep !== null && step <= lastStep ? null : step
}
