import { client } from '../session/client.ts'
import { CheckEmailDocument } from './generated/graphql.ts'
import { useAfterQuiet } from './useAfterQuiet.ts'

/** What is known of an address: `message` says why nothing is. */
export type EmailState = { readonly kind: 'free' | 'taken' | 'invalid' } | { readonly kind: 'unknown'; readonly message: string }

const quietMs = 500

/** Whether an account can be made with the address; asked when it looks like one. */
export function useEmailCheck(email: () => string) {
  return useAfterQuiet(() => (/^\S+@\S+\.\S+$/.test(email().trim()) ? email().trim() : null), check, quietMs)
}

async function check(email: string): Promise<EmailState> {
  try {
    const { data, errors } = await client.query({ query: CheckEmailDocument, variables: { email }, fetchPolicy: 'no-cache' })
    const found = data?.checkEmail
    if (found === null || found === undefined) return { kind: 'unknown', message: errors?.[0]?.message ?? 'The server does not say.' }
    return { kind: found.isAvailable ? 'free' : found.isValid ? 'taken' : 'invalid' }
  } catch {
    return { kind: 'unknown', message: 'The server cannot be reached.' }
  }
}
