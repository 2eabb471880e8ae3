import { createHmac, timingSafeEqual } from 'node:crypto'

const DIGITS = 6

/** The code that a mail names for one challenge; it follows from the challenge, so nothing is stored of it. */
export function mailedCode({ key, challengeId }: { readonly key: string; readonly challengeId: string }): string {
  // 64 bits over a million: no code is noticeably more likely than another.
  const number = createHmac('sha256', key).update(`umg-mailed-code ${challengeId}`).digest().readBigUInt64BE() % 10n ** BigInt(DIGITS)
  return number.toString().padStart(DIGITS, '0')
}

export function isMailedCode({ key, challengeId, code }: { readonly key: string; readonly challengeId: string; readonly code: string }): boolean {
  const given = Buffer.from(code.replace(/\s/g, ''))
  const expected = Buffer.from(mailedCode({ key, challengeId }))
  return given.length === expected.length && timingSafeEqual(given, expected)
}
