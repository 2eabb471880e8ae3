import { ref } from 'vue'
import { client } from '../session/client.ts'
import { GeneratePasswordDocument, PasswordStrengthDocument, type PasswordStrengthQuery, type PasswordStyle } from './generated/graphql.ts'
import { useAfterQuiet } from './useAfterQuiet.ts'

export type PasswordStrength = NonNullable<PasswordStrengthQuery['passwordStrength']>

const quietMs = 250

/** How strong a password is for its account while it is typed, and a new one at random. Neither is kept in the cache. */
export function usePasswordHelp(chosen: () => { readonly password: string; readonly email: string; readonly name: string }) {
  const { answer: strength, isAsking } = useAfterQuiet(() => (chosen().password === '' ? null : chosen()), assess, quietMs)
  const problem = ref<string | null>(null)

  /** null when it was refused; `problem` says why. */
  async function generate(style: PasswordStyle): Promise<string | null> {
    problem.value = null
    try {
      const { data, errors } = await client.query({ query: GeneratePasswordDocument, variables: { style }, fetchPolicy: 'no-cache' })
      problem.value = errors?.[0]?.message ?? null
      return data?.generatePassword?.password ?? null
    } catch {
      problem.value = 'The server cannot be reached. Try again in a moment.'
      return null
    }
  }
  return { strength, isAsking, generate, problem }
}

async function assess(variables: { readonly password: string; readonly email: string; readonly name: string }): Promise<PasswordStrength | null> {
  try {
    const { data } = await client.query({ query: PasswordStrengthDocument, variables, fetchPolicy: 'no-cache' })
    return data?.passwordStrength ?? null
  } catch {
    // The meter is a help; whether the password is accepted is said when it is sent.
    return null
  }
}
