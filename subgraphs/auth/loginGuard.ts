import { failure } from '#ops/service/errors.ts'
import type { CheckCaptcha } from './captcha.ts'
import { rateLimited, type Client } from './issuer.ts'
import { originOf } from './network.ts'
import type { Limit, Returned, SharedLimits, Tried } from './sharedLimits.ts'

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
const kinds = ['pair', 'account', 'address'] as const
type Limits = Readonly<Record<(typeof kinds)[number], Limit>>
/** Failures after which a captcha is asked for, where one is configured: of one account from one address, of the account, of the address. */
const SUSPECT: Limits = {
  pair: { name: 'login.suspect.pair', attempts: 5, windowMs: WINDOW_MS },
  account: { name: 'login.suspect.account', attempts: 10, windowMs: ACCOUNT_WINDOW_MS },
  address: { name: 'login.suspect.address', attempts: 50, windowMs: WINDOW_MS },
}
/** Failures after which a stranger waits. */
const WAIT: Limits = {
  pair: { name: 'login.pair', attempts: 20, windowMs: WINDOW_MS },
  account: { name: 'login.account', attempts: 100, windowMs: ACCOUNT_WINDOW_MS },
  address: { name: 'login.address', attempts: 200, windowMs: WINDOW_MS },
}
const DEVICE: Limit = { name: 'login.device', attempts: 20, windowMs: WINDOW_MS }
/** Logins with the right password; nobody needs more, and each of them takes a hash and a session. */
const RIGHT: Limit = { name: 'login.right', attempts: 60, windowMs: 60_000 }

/** An attempt that has begun. One that is neither stays counted as a failure. */
type Begun = {
  readonly succeed: () => Promise<void>
  /** Nothing was tried after all. */
  readonly takeBack: () => Promise<void>
}
type Keys = Readonly<Record<(typeof kinds)[number], string>>

/**
 * Limits the guessing of passwords without locking anybody out: what strangers do to an account costs its owner nothing in a browser that has logged
 * in before, which has a count of its own, and elsewhere a captcha at most. Only the address as a whole has to wait whatever it brings.
 */
export function createLoginGuard({ checkCaptcha, limits }: { readonly checkCaptcha: CheckCaptcha | null; readonly limits: SharedLimits }) {
  const right = limits.of(RIGHT)

  async function enterKnown(email: string, device: string): Promise<Begun> {
    const seconds = longest(await limits.take([lookedAt(email), { limit: DEVICE, key: device, refuses: true, counts: true }]))
    if (seconds > 0) throw rateLimited(seconds)
    const giveBack = (isAll: boolean) => limits.giveBack([{ limit: DEVICE, key: device, isAll }])
    const succeed = async () => void (await Promise.all([giveBack(true), right.take(email)]))
    return { succeed, takeBack: () => giveBack(false) }
  }

  /** Counts it, or throws. Answers whether a captcha has to be solved. */
  async function countStranger(email: string, keys: Keys, captchaToken: string | null): Promise<boolean> {
    const isCaptchaTried = checkCaptcha !== null && captchaToken !== null
    const isCaptchaMissing = checkCaptcha !== null && captchaToken === null
    const tried: readonly Tried[] = [
      lookedAt(email),
      ...kinds.map((kind) => ({ limit: WAIT[kind], key: keys[kind], refuses: kind === 'address' || !isCaptchaTried, counts: true })),
      ...kinds.map((kind) => ({ limit: SUSPECT[kind], key: keys[kind], refuses: isCaptchaMissing, counts: true })),
    ]
    const waits = await limits.take(tried)
    const waitOf = (limit: Limit): number | null => waits[tried.findIndex((each) => each.limit === limit)] ?? null
    const isSuspect = kinds.some((kind) => waitOf(SUSPECT[kind]) !== null)
    const rightSeconds = waitOf(RIGHT)
    if (rightSeconds !== null) throw rateLimited(rightSeconds)
    if (isCaptchaMissing && isSuspect && waitOf(WAIT.address) === null) throw failure('CAPTCHA_REQUIRED', {})
    const seconds = longest(waits.filter((_wait, index) => tried[index]?.refuses === true))
    if (seconds > 0) throw rateLimited(seconds)
    return isSuspect
  }

  return {
    /** Counts the attempt as a failure before the slow hash, so that many at once cannot all come before the first. Throws RATE_LIMITED or CAPTCHA_REQUIRED. */
    async enter({ email, client, device, captchaToken }: Attempt): Promise<Begun> {
      if (device !== null) return enterKnown(email, device)
      const address = originOf(client)
      const keys = { pair: `${address} ${email}`, account: email, address }
      const isSuspect = await countStranger(email, keys, captchaToken)
      if (isSuspect && checkCaptcha !== null && captchaToken !== null && !(await checkCaptcha(captchaToken, client.clientAddress)))
        throw failure('CAPTCHA_REQUIRED', {})
      const giveBack = (isRight: boolean) =>
        limits.giveBack(kinds.flatMap((kind) => both(kind).map((limit) => ({ limit, key: keys[kind], isAll: isRight && kind === 'pair' }))))
      const succeed = async () => void (await Promise.all([giveBack(true), right.take(email)]))
      return { succeed, takeBack: () => giveBack(false) }
    },

    /** The owner has shown who they are in another way: what was tried with the account is forgotten. */
    forgive: (email: string): Promise<void> => limits.giveBack(both('account').map((limit): Returned => ({ limit, key: email, isAll: true }))),
  }
}

const lookedAt = (email: string): Tried => ({ limit: RIGHT, key: email, refuses: true, counts: false })
const both = (kind: (typeof kinds)[number]): readonly Limit[] => [WAIT[kind], SUSPECT[kind]]
const longest = (waits: readonly (number | null)[]): number => Math.max(0, ...waits.map((wait) => wait ?? 0))

export type LoginGuard = ReturnType<typeof createLoginGuard>
