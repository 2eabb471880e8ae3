import { freshToken } from './session.ts'

/** Where subscriptions go: our own origin. */
export const socketUrl = (): string => `${globalThis.location.origin.replace(/^http/, 'ws')}/graphql`

/** What a socket says first: a token that still works. */
export async function socketCredentials(): Promise<Record<string, unknown>> {
  const token = await freshToken()
  return token === null ? {} : { authorization: `Bearer ${token}` }
}

/** How often a quiet socket is asked whether it still lives. */
export const keepAliveMs = 10_000
