import { Account } from '#db/entities/auth/Account.ts'
import { inAccount, type EntityManager } from '#db/tenantScope.ts'
import { failure } from '#ops/service/errors.ts'
import { isAbsent } from '#ops/service/presence.ts'
import { rateLimited, type Client, type Login } from '../issuer.ts'
import { originOf } from '../network.ts'
import type { Limit } from '../sharedLimits.ts'
import { passwordMark, type ChallengeOf, type OpenedChallenge } from './challenge.ts'
import { countWrong, forgetWrong, isGuessable, lockFactors, waitSeconds } from './factorRow.ts'
import { parseAuthentication } from './passkeyResponse.ts'
import { createProveFactor, type FactorAttempt, type ShownFactor } from './proveFactor.ts'
import type { SecondStepOptions } from './secondStep.ts'
import { requireProven, type Verdict } from './verdict.ts'

/** One of the three, for a challenge of `login`. */
export type Shown = {
  readonly challenge: string
  /** Of the authenticator app, or of the mail. */
  readonly code: string | null
  readonly recoveryCode: string | null
  /** What the browser answered for the options of startPasskeyLogin. */
  readonly passkey: unknown
  readonly client: Client
}

/** What is tried from one address for one account, whatever it is; from elsewhere the owner is let in all the same. */
const TRIES_OF_ADDRESS: Limit = { name: 'secondFactor.tries', attempts: 50, windowMs: 15 * 60_000 }

/** The second half of a login. Throws CHALLENGE_ENDED, SECOND_FACTOR_WRONG or RATE_LIMITED. */
export function createCompleteLogin(options: SecondStepOptions): (shown: Shown) => Promise<Login> {
  const { orm, challenges, history, recordDeed, finishLogin, limits, now } = options
  const proveFactor = createProveFactor(options)
  const tries = limits.of(TRIES_OF_ADDRESS)

  async function countFailure(em: EntityManager, { row, account, shown: { client, method } }: FactorAttempt): Promise<void> {
    if (isGuessable(method) && countWrong(row, now())) {
      const told = 'The right password was followed by many wrong codes. If that was not you, somebody knows the password: change it.'
      await recordDeed(em, { account, client, action: 'account.anomaly_noticed', after: { kind: 'WRONG_SECOND_FACTOR' }, told })
    }
    await history.failed(em, account.id, client)
  }

  async function judge(em: EntityManager, challenge: OpenedChallenge<'login'>, shown: ShownFactor): Promise<Verdict> {
    const { accountId, isMailed } = challenge
    const account = await em.findOne(Account, { id: accountId })
    if (account === null || passwordMark(account.passwordHash) !== challenge.passwordMark) return { kind: 'ENDED' }
    const row = await lockFactors(em, { accountId, at: now() })
    if (await challenges.isUsed(em, challenge.id)) return { kind: 'ENDED' }
    const seconds = isGuessable(shown.method) ? waitSeconds(row, now()) : null
    if (seconds !== null) return { kind: 'WAIT', seconds }
    const attempt = { row, challenge, account, shown }
    if (!(await proveFactor(em, attempt))) {
      await countFailure(em, attempt)
      return { kind: 'WRONG' }
    }
    forgetWrong(row)
    await challenges.use(em, challenge)
    const signals = await history.signals(em, accountId, shown.client)
    // Who was sent a code was told then.
    await history.succeeded(em, { account, client: shown.client, signals, isTold: !isMailed })
    return { kind: 'PROVEN', account }
  }

  return async function completeLogin(shown) {
    const challenge = challenges.open('login', shown.challenge)
    if (challenge === null) throw failure('CHALLENGE_ENDED', {})
    const factor = readShown(shown, challenge)
    const origin = `${challenge.accountId} ${originOf(shown.client)}`
    const wait = await tries.take(origin)
    if (wait !== null) throw rateLimited(wait)
    const account = requireProven(await inAccount(orm, challenge.accountId, (em) => judge(em, challenge, factor)))
    await tries.forget(origin)
    return finishLogin({ account, passwordHash: account.passwordHash, rememberMe: challenge.isRemembered, client: shown.client })
  }
}

function readShown({ code, recoveryCode, passkey, client }: Shown, { isMailed }: ChallengeOf<'login'>): ShownFactor {
  const given: readonly ShownFactor[] = [
    ...(code === null ? [] : [{ method: isMailed ? ('MAILED_CODE' as const) : ('TOTP' as const), code, client }]),
    ...(recoveryCode === null ? [] : [{ method: 'RECOVERY_CODE' as const, code: recoveryCode, client }]),
    ...(isAbsent(passkey) ? [] : [{ method: 'PASSKEY' as const, response: parseAuthentication(passkey), client }]),
  ]
  const [first] = given
  if (first === undefined || given.length > 1) throw failure('BAD_USER_INPUT', { message: 'Give one of code, recoveryCode and passkey.' })
  return first
}
