import { failure } from '#ops/service/errors.ts'
import type { CheckCaptcha } from './captcha.ts'
import { rateLimited, type Client } from './issuer.ts'
import { originOf } from './network.ts'
import { createRateLimit, type RateLimit } from './rateLimit.ts'

export type Attempt = {
  /** Folded. */
  readonly email: string
  readonly client: Client
  /** The name of the known device it comes from; null for a stranger's. */
  readonly device: string | null
  readonly captchaToken: string | null
}

const WINDOW_MS = 5 * 60_000
const ACCOUNT_WINDOW_MS = 15 * 60_000
/** Failures after which a captcha is asked for, where one is configured: of one account from one address, of the account, of the address. */
const CAPTCHA_AFTER = { pair: 5, account: 10, address: 50 } as const
/** Failures after which a stranger waits. */
const WAIT_AFTER = { pair: 20, account: 100, address: 200 } as const
/** Logins with the right password; nobody needs more, and each of them takes a hash and a session. */
const RIGHT_LOGINS = { attempts: 60, windowMs: 60_000 } as const

/** An attempt that has begun. One that is neither stays counted as a failure. */
type Begun = {
  readonly succeed: () => void
  /** Nothing was tried after all. */
  readonly takeBack: () => void
}

/**
 * Limits the guessing of passwords without locking anybody out: what strangers do to an account costs its owner nothing in a browser that has logged
 * in before, which has a count of its own, and elsewhere a captcha at most. Only the address as a whole has to wait whatever it brings.
 */
export function createLoginGuard({ checkCaptcha, now }: { readonly checkCaptcha: CheckCaptcha | null; readonly now: () => Date }) {
  const limitOf = (attempts: number, windowMs: number): RateLimit => createRateLimit({ attempts, windowMs, now })
  const devices = limitOf(WAIT_AFTER.pair, WINDOW_MS)
  const right = createRateLimit({ ...RIGHT_LOGINS, now })
  const wait = {
    pair: limitOf(WAIT_AFTER.pair, WINDOW_MS),
    account: limitOf(WAIT_AFTER.account, ACCOUNT_WINDOW_MS),
    address: limitOf(WAIT_AFTER.address, WINDOW_MS),
  }
  const suspect = {
    pair: limitOf(CAPTCHA_AFTER.pair, WINDOW_MS),
    account: limitOf(CAPTCHA_AFTER.account, ACCOUNT_WINDOW_MS),
    address: limitOf(CAPTCHA_AFTER.address, WINDOW_MS),
  }

  return {
    /** Counts the attempt as a failure before the slow hash, so that many at once cannot all come before the first. Throws RATE_LIMITED or CAPTCHA_REQUIRED. */
    async enter({ email, client, device, captchaToken }: Attempt): Promise<Begun> {
      const rightSeconds = right.waitSeconds(email)
      if (rightSeconds !== null) throw rateLimited(rightSeconds)
      if (device !== null) {
        const seconds = devices.waitSeconds(device)
        if (seconds !== null) throw rateLimited(seconds)
        devices.count(device)
        const succeed = () => {
          devices.forget(device)
          right.count(email)
        }
        return { succeed, takeBack: () => devices.takeBack(device) }
      }
      const address = originOf(client)
      const keys = { pair: `${address} ${email}`, account: email, address }
      const waits = (limits: typeof wait, names: readonly (keyof typeof wait)[]): number =>
        Math.max(0, ...names.map((name) => limits[name].waitSeconds(keys[name]) ?? 0))
      const isCaptchaTried = checkCaptcha !== null && captchaToken !== null
      const seconds = waits(wait, isCaptchaTried ? ['address'] : ['address', 'pair', 'account'])
      const isSuspect = waits(suspect, ['pair', 'account', 'address']) > 0
      if (checkCaptcha !== null && captchaToken === null && isSuspect && wait.address.waitSeconds(address) === null) throw failure('CAPTCHA_REQUIRED', {})
      if (seconds > 0) throw rateLimited(seconds)
      for (const limits of [wait, suspect]) for (const name of ['pair', 'account', 'address'] as const) limits[name].count(keys[name])
      if (isSuspect && checkCaptcha !== null && captchaToken !== null && !(await checkCaptcha(captchaToken, client.clientAddress)))
        throw failure('CAPTCHA_REQUIRED', {})
      const takeBack = () => {
        for (const limits of [wait, suspect]) for (const name of ['pair', 'account', 'address'] as const) limits[name].takeBack(keys[name])
      }
      const succeed = () => {
        takeBack()
        for (const limits of [wait, suspect]) limits.pair.forget(keys.pair)
        right.count(email)
      }
      return { succeed, takeBack }
    },

    /** The owner has shown who they are in another way: what was tried with the account is forgotten. */
    forgive(email: string): void {
      for (const { account } of [wait, suspect]) account.forget(email)
    },
  }
}

export type LoginGuard = ReturnType<typeof createLoginGuard>
