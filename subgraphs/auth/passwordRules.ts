import { MAX_PASSWORD_BYTES } from '#ops/security/passwords.ts'

export const MIN_PASSWORD_LENGTH = 10
const MIN_DIFFERENT = 5

/** Why a password is refused, as the end of a sentence that begins with "The password"; null when it is good enough. */
export function passwordWeakness({ password, email, name }: { readonly password: string; readonly email: string; readonly name: string }): string | null {
  const characters = Array.from(password.normalize('NFKC'))
  if (characters.length < MIN_PASSWORD_LENGTH) return `must have at least ${MIN_PASSWORD_LENGTH} characters`
  if (Buffer.byteLength(password.normalize('NFKC')) > MAX_PASSWORD_BYTES) return `must have at most ${MAX_PASSWORD_BYTES} bytes`
  const folded = fold(password)
  if (folded === fold(email) || folded === fold(email.split('@')[0] ?? '')) return 'must not be the e-mail address'
  if (folded === fold(name)) return 'must not be the name'
  if (new Set(characters).size < MIN_DIFFERENT) return `must have at least ${MIN_DIFFERENT} different characters`
  return null
}

/** So that "Ada Lovelace", "ADA.LOVELACE" and "adalovelace" are the same word. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s._-]+/g, '')
}
