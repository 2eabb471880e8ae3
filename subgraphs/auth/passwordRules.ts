import { MAX_PASSWORD_BYTES } from '#ops/security/passwords.ts'
import { passwordStrength, type PasswordStrength } from '#ops/security/passwordStrength.ts'
import { failure } from '#ops/service/errors.ts'

export const MIN_PASSWORD_LENGTH = 10
const MIN_DIFFERENT = 5
/** What is longer is no address and no name; each word of it would be looked for in the password. */
const MAX_PERSONAL_LENGTH = 320
/** Shorter parts of a name are in many words. */
const MIN_PART_LENGTH = 3
/** So many digits and signs are a password by themselves, whatever word stands beside them. */
const ENOUGH_SIGNS = 8

/** Whose password it would be: nothing that is known of them makes a good one. */
export type ChosenPassword = { readonly password: string; readonly email: string; readonly name: string }

/** How strong the password is for this account; a rule that it breaks comes first among the reasons, and then it is not accepted. */
export async function assessPassword(chosen: ChosenPassword): Promise<PasswordStrength> {
  const { password, email, name } = chosen
  const weakness = passwordWeakness(chosen)
  const words = [email, name].map((text) => text.slice(0, MAX_PERSONAL_LENGTH).toLowerCase())
  const personal = words.flatMap((text) => [text, ...text.split(/[@._+\s-]+/)]).filter((word) => word.length > 2)
  const strength = await passwordStrength({ password: password.slice(0, MAX_PASSWORD_BYTES), personal })
  return weakness === null ? strength : { ...strength, isAccepted: false, reasons: [`It ${weakness}.`, ...strength.reasons] }
}

/** Why a password is refused, as the end of a sentence that begins with "The password"; null when it is good enough. */
export async function passwordRefusal(chosen: ChosenPassword): Promise<string | null> {
  const weakness = passwordWeakness(chosen)
  if (weakness !== null) return weakness
  const { isAccepted, reasons } = await assessPassword(chosen)
  return isAccepted ? null : `is too easy to guess: ${reasons.join(' ').replace(/\.$/, '')}`
}

/** Throws BAD_USER_INPUT with the reason when the password is refused. */
export async function requireGoodPassword(chosen: ChosenPassword, field: string): Promise<void> {
  const refusal = await passwordRefusal(chosen)
  if (refusal !== null) throw failure('BAD_USER_INPUT', { message: `The password ${refusal}.` }, { fields: [{ field, message: refusal }] })
}

/** Which of the rules the password breaks, as the end of a sentence that begins with "The password"; null when it is good enough. */
function passwordWeakness({ password, email, name }: ChosenPassword): string | null {
  const characters = Array.from(password.normalize('NFKC'))
  if (characters.length < MIN_PASSWORD_LENGTH) return `must have at least ${MIN_PASSWORD_LENGTH} characters`
  if (Buffer.byteLength(password.normalize('NFKC')) > MAX_PASSWORD_BYTES) return `must have at most ${MAX_PASSWORD_BYTES} bytes`
  const folded = fold(password)
  if (folded === fold(email) || folded === fold(email.split('@')[0] ?? '')) return 'must not be the e-mail address'
  if (folded === fold(name)) return 'must not be the name'
  if (isMadeOf(folded, personalParts({ email, name }))) return 'must not be made of the name or the e-mail address'
  if (new Set(characters).size < MIN_DIFFERENT) return `must have at least ${MIN_DIFFERENT} different characters`
  return null
}

/** The words of a name and of an address, alone and joined, in letters. */
function personalParts({ email, name }: Omit<ChosenPassword, 'password'>): ReadonlySet<string> {
  const texts = [name, email, ...email.split('@')].map((text) => text.slice(0, MAX_PERSONAL_LENGTH))
  const words = texts.flatMap((text) => [text, ...text.split(/[^\p{L}\p{M}]+/u)])
  return new Set(words.map((word) => lettersOf(fold(word))).filter((word) => word.length >= MIN_PART_LENGTH))
}

/** Whether all letters of the password are parts in a row, as in `newperson1` and `person-new!`, and the rest is little. */
function isMadeOf(folded: string, parts: ReadonlySet<string>): boolean {
  const letters = lettersOf(folded)
  if (letters === '' || folded.length - letters.length >= ENOUGH_SIGNS) return false
  // The lengths of what can be written by parts from the beginning on.
  const ends = new Set([0])
  for (const end of ends) for (const part of parts) if (letters.startsWith(part, end)) ends.add(end + part.length)
  return ends.has(letters.length)
}

const lettersOf = (text: string): string => text.replace(/[^\p{L}\p{M}]+/gu, '')

/** So that "Ada Lovelace", "ADA.LOVELACE" and "adalovelace" are the same word. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s._-]+/g, '')
}
