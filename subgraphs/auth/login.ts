import { verifyPassword } from '#ops/security/passwords.ts'
import { failure } from '#ops/service/errors.ts'
import { foldEmail } from './email.ts'
import type { ProvenLogin } from './finishLogin.ts'
import { rateLimited, type Client, type Issuer, type Login } from './issuer.ts'
import { createRateLimit } from './rateLimit.ts'

export type Credentials = { readonly email: string; readonly password: string; readonly rememberMe: boolean; readonly client: Client }

const FAILED_LOGINS = { attempts: 20, windowMs: 5 * 60_000 } as const
const FAILED_LOGINS_OF_ADDRESS = { attempts: 200, windowMs: 5 * 60_000 } as const

/** Throws UNAUTHENTICATED in the same words and time for an unknown address and a wrong password, RATE_LIMITED after too many failures. */
export function createLogin({
  issuer,
  finishLogin,
  now,
}: {
  readonly issuer: Issuer
  readonly finishLogin: (proven: ProvenLogin) => Promise<Login>
  readonly now: () => Date
}): (credentials: Credentials) => Promise<Login> {
  const failedLogins = createRateLimit({ ...FAILED_LOGINS, now })
  const failedLoginsOfAddress = createRateLimit({ ...FAILED_LOGINS_OF_ADDRESS, now })
  return async function login({ email, password, rememberMe, client }: Credentials): Promise<Login> {
    const folded = foldEmail(email) ?? email.slice(0, 320).toLowerCase()
    const address = client.clientAddress ?? ''
    const pair = `${address} ${folded}`
    const wait = failedLogins.waitSeconds(pair) ?? failedLoginsOfAddress.waitSeconds(address)
    if (wait !== null) throw rateLimited(wait)
    // Counted before the slow hash, so that many attempts at once cannot all come before the first failure.
    failedLogins.count(pair)
    failedLoginsOfAddress.count(address)
    const account = await issuer.findAccount({ email: folded.replaceAll('\0', '') })
    const isRight = await verifyPassword({ password, hash: account?.passwordHash ?? null })
    if (account === null || !isRight) throw failure('UNAUTHENTICATED', { message: 'E-mail or password is wrong.' })
    failedLogins.forget(pair)
    failedLoginsOfAddress.takeBack(address)
    return finishLogin({ account, rememberMe, client })
  }
}
