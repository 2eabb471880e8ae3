import { failure } from '#ops/service/errors.ts'
import { foldEmail } from './email.ts'
import { passwordRefusal } from './passwordRules.ts'

const MAX_NAME_LENGTH = 100

export const BAD_NAME = `must have 1 to ${MAX_NAME_LENGTH} characters`

/** What the person is called, without blanks around it; null when it is no name. */
export function readName(text: string): string | null {
  const name = text.trim().normalize('NFC')
  return name === '' || name.length > MAX_NAME_LENGTH || /\p{Cc}/u.test(name) ? null : name
}

export type Registration = { readonly email: string; readonly password: string; readonly name: string }

/** Folds what was typed; throws BAD_USER_INPUT with everything that is wrong with it. */
export async function readRegistration({ email, password, name }: Registration): Promise<Omit<Registration, 'password'>> {
  const fields: { readonly field: string; readonly message: string }[] = []
  const folded = foldEmail(email)
  const trimmed = readName(name)
  if (folded === null) fields.push({ field: 'email', message: 'must be an e-mail address' })
  if (trimmed === null) fields.push({ field: 'name', message: BAD_NAME })
  const weakness = await passwordRefusal({ password, email: folded ?? email, name: trimmed ?? name })
  if (weakness !== null) fields.push({ field: 'password', message: weakness })
  if (folded === null || trimmed === null || fields.length > 0) {
    throw failure(
      'BAD_USER_INPUT',
      { message: fields.map(({ field, message }) => `The ${field === 'email' ? 'e-mail' : field} ${message}.`).join(' ') },
      { fields },
    )
  }
  return { email: folded, name: trimmed }
}
