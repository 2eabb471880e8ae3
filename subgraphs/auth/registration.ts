import { failure } from '#ops/service/errors.ts'
import { foldEmail } from './email.ts'
import { passwordWeakness } from './passwordRules.ts'

const MAX_NAME_LENGTH = 100

export type Registration = { readonly email: string; readonly password: string; readonly name: string }

/** Folds what was typed; throws BAD_USER_INPUT with everything that is wrong with it. */
export function readRegistration({ email, password, name }: Registration): Omit<Registration, 'password'> {
  const fields: { readonly field: string; readonly message: string }[] = []
  const folded = foldEmail(email)
  const trimmed = name.trim().normalize('NFC')
  if (folded === null) fields.push({ field: 'email', message: 'must be an e-mail address' })
  if (trimmed === '' || trimmed.length > MAX_NAME_LENGTH || /\p{Cc}/u.test(trimmed))
    fields.push({ field: 'name', message: `must have 1 to ${MAX_NAME_LENGTH} characters` })
  const weakness = passwordWeakness({ password, email: folded ?? email, name: trimmed })
  if (weakness !== null) fields.push({ field: 'password', message: weakness })
  if (folded === null || fields.length > 0) {
    throw failure(
      'BAD_USER_INPUT',
      { message: fields.map(({ field, message }) => `The ${field === 'email' ? 'e-mail' : field} ${message}.`).join(' ') },
      { fields },
    )
  }
  return { email: folded, name: trimmed }
}
