import { MAX_PASSWORD_BYTES } from '#ops/security/passwords.ts'
import { passwordStrength, type PasswordStrength } from '#ops/security/passwordStrength.ts'
import { failure } from '#ops/service/errors.ts'

export const MIN_PASSWORD_LENGTH = 10
const MIN_DIFFERENT = 5
/** What is longer is no address and no name; each word of it would be looked for in the password. */
const MAX_PERSONAL_LENGTH = 320

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
