import { foldEmail } from './email.ts'
import { rateLimited, type Client, type Issuer } from './issuer.ts'
import { networkOf, originOf } from './network.ts'
import type { Limit, SharedLimits } from './sharedLimits.ts'

/** What a form may know of an address before it is sent. */
export type EmailCheck = { readonly isValid: boolean; readonly isAvailable: boolean }

const OF_ADDRESS: Limit = { name: 'emailCheck.address', attempts: 5, windowMs: 60_000, grows: true }
const OF_NETWORK: Limit = { name: 'emailCheck.network', attempts: 20, windowMs: 60_000, grows: true }

/** Says whether an address is one and has no account yet. Throws RATE_LIMITED to whoever asks for many: the answers would list our accounts. */
export function createEmailCheck({ issuer, limits }: { readonly issuer: Issuer; readonly limits: SharedLimits }) {
  return async function checkEmail({ email, client }: { readonly email: string; readonly client: Client }): Promise<EmailCheck> {
    const origin = originOf(client)
    const counted = { refuses: true, counts: true } as const
    const waits = await limits.take([
      { limit: OF_ADDRESS, key: origin, ...counted },
      { limit: OF_NETWORK, key: networkOf(client.clientAddress) ?? origin, ...counted },
    ])
    const wait = waits.find((each) => each !== null) ?? null
    if (wait !== null) throw rateLimited(wait)
    const folded = foldEmail(email)
    return { isValid: folded !== null, isAvailable: folded !== null && (await issuer.findAccount({ email: folded.replaceAll('\0', '') })) === null }
  }
}
