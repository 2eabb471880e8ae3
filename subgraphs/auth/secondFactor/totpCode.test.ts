import { Secret, TOTP } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { createTotpSecret, stepOfCode, totpUri } from './totpCode.ts'

/** RFC 6238, appendix B: seconds since 1970 and the codes of eight digits. */
const VECTORS = [
  [59, '94287082', '46119246', '90693936'],
  [1_111_111_109, '07081804', '68084774', '25091201'],
  [1_111_111_111, '14050471', '67062674', '99943326'],
  [1_234_567_890, '89005924', '91819424', '93441116'],
  [2_000_000_000, '69279037', '90698825', '38618901'],
  [20_000_000_000, '65353130', '77737706', '47863826'],
] as const

// The seeds of the appendix: the digits 1 to 0 as often as the hash is long.
const seedOf = (bytes: number): Secret => Secret.fromLatin1('1234567890'.repeat(7).slice(0, bytes))
const secret = seedOf(20).base32
const at = (seconds: number): Date => new Date(seconds * 1000)
const codeOf = (seconds: number): string => TOTP.generate({ secret: seedOf(20), timestamp: seconds * 1000 })

describe('the code of an authenticator app', () => {
  it.each(VECTORS)('of second %i is the one of RFC 6238', (seconds, sha1, sha256, sha512) => {
    const generate = (algorithm: string, bytes: number) => TOTP.generate({ secret: seedOf(bytes), algorithm, digits: 8, timestamp: seconds * 1000 })
    expect([generate('SHA1', 20), generate('SHA256', 32), generate('SHA512', 64)]).toEqual([sha1, sha256, sha512])
    // Six digits are the last six of eight.
    expect(stepOfCode({ secret, code: sha1.slice(2), at: at(seconds), lastStep: null })).toBe(Math.floor(seconds / 30))
  })

  it('is taken half a minute early and late, and no more than that', () => {
    const now = 1_700_000_010
    const step = Math.floor(now / 30)
    const taken = [-60, -30, 0, 30, 60].map((seconds) => stepOfCode({ secret, code: codeOf(now + seconds), at: at(now), lastStep: null }))
    expect(taken).toEqual([null, step - 1, step, step + 1, null])
  })

  it('is good once, and none before it afterwards', () => {
    const now = 1_700_000_010
    const step = Math.floor(now / 30)
    const take = (seconds: number) => stepOfCode({ secret, code: codeOf(now + seconds), at: at(now), lastStep: step })
    expect([take(-30), take(0), take(30)]).toEqual([null, null, step + 1])
  })

  it.each(['', '12345', '1234567', 'abcdef', '١٢٣٤٥٦'])('is six digits, which "%s" is not', (code) => {
    expect(stepOfCode({ secret, code, at: at(59), lastStep: null })).toBeNull()
  })

  it('may be typed with a blank in its middle', () => {
    expect(stepOfCode({ secret, code: '287 082', at: at(59), lastStep: null })).toBe(1)
  })

  it('comes of a secret of 160 bits, which the app is told by a URI', () => {
    const made = createTotpSecret()
    expect(made).toMatch(/^[A-Z2-7]{32}$/)
    const uri = new URL(totpUri({ secret: made, email: 'ada@example.test' }))
    expect(uri.protocol).toBe('otpauth:')
    expect(Object.fromEntries(uri.searchParams)).toEqual({ issuer: 'UnMoGrowP', secret: made, algorithm: 'SHA1', digits: '6', period: '30' })
  })
})
