import { foldEmail } from './email.ts'
import { createGrowingLimit } from './growingLimit.ts'
import { rateLimited, type Client, type Issuer } from './issuer.ts'
import { networkOf, originOf } from './network.ts'

/** What a form may know of an address before it is sent. */
export type EmailCheck = { readonly isValid: boolean; readonly isAvailable: boolean }

const OF_ADDRESS = { uses: 5, windowMs: 60_000 } as const
const OF_NETWORK = { uses: 20, windowMs: 60_000 } as const

/** Says whether an address is one and has no account yet. Throws RATE_LIMITED to whoever asks for many: the answers would list our accounts. */
export function createEmailCheck({ issuer, now }: { readonly issuer: Issuer; readonly now: () => Date }) {
  const ofAddress = createGrowingLimit({ ...OF_ADDRESS, now })
  const ofNetwork = createGrowingLimit({ ...OF_NETWORK, now })
  return async function checkEmail({ email, client }: { readonly email: string; readonly client: Client }): Promise<EmailCheck> {
    const origin = originOf(client)
    const wait = ofAddress.take(origin) ?? ofNetwork.take(networkOf(client.clientAddress) ?? origin)
    if (wait !== null) throw rateLimited(wait)
    const folded = foldEmail(email)
    return { isValid: folded !== null, isAvailable: folded !== null && (await issuer.findAccount({ email: folded.replaceAll('\0', '') })) === null }
  }
}
