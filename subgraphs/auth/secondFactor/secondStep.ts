import type { FactorSealer } from '#db/crypto/factorSealer.ts'
import { inAccount, type EntityManager, type MikroORM } from '#db/tenantScope.ts'
import { failure } from '#ops/service/errors.ts'
import type { RecordDeed } from '../accountRecorder.ts'
import type { LoginHistory } from '../anomalies/loginHistory.ts'
import type { Signal } from '../anomalies/signals.ts'
import { wrongPassword, type ProvenLogin } from '../finishLogin.ts'
import { rateLimited, type Login } from '../issuer.ts'
import type { Limit, SharedLimits } from '../sharedLimits.ts'
import { passwordMark, type Challenges } from './challenge.ts'
import { methodsOf, type SecondFactorMethod } from './factorRow.ts'
import { mailedCode } from './mailedCode.ts'
import type { RelyingParty } from './relyingParty.ts'
import { ownAccount } from './ownAccount.ts'

export type SecondStepOptions = {
  readonly orm: MikroORM
  readonly sealer: FactorSealer
  readonly party: RelyingParty | null
  readonly challenges: Challenges
  readonly history: LoginHistory
  readonly recordDeed: RecordDeed
  readonly finishLogin: (proven: ProvenLogin) => Promise<Login>
  /** Whether an unusual login of an account without a second factor has to show a code from its mail. */
  readonly stepUpOnAnomaly: boolean
  readonly limits: SharedLimits
  readonly now: () => Date
}

/** Whoever knows the password of another may have this many mails sent there. */
const MAILED_CODES: Limit = { name: 'secondFactor.mailedCodes', attempts: 5, windowMs: 3_600_000 }

/**
 * What follows a right password: the login, or SECOND_FACTOR_REQUIRED for an account that has a second factor, or an unusual login where codes are
 * mailed for those.
 */
export function createAfterPassword({ orm, challenges, history, recordDeed, finishLogin, stepUpOnAnomaly, limits }: SecondStepOptions) {
  const mailedCodes = limits.of(MAILED_CODES)

  type Asked = { readonly challenge: string; readonly methods: readonly SecondFactorMethod[] }

  /** Null: nothing more is asked for, and the login is written down. */
  async function ask(em: EntityManager, { account: { id }, passwordHash, rememberMe, client }: ProvenLogin): Promise<Asked | null> {
    const account = await ownAccount(em, id)
    if (account.passwordHash !== passwordHash) throw wrongPassword()
    const about = { accountId: id, isRemembered: rememberMe, passwordMark: passwordMark(account.passwordHash) }
    const methods = await methodsOf(em, id)
    if (methods.length > 0) return { challenge: challenges.issue('login', { ...about, isMailed: false }).text, methods }
    const signals = await history.signals(em, id, client)
    if (stepUpOnAnomaly && signals.length > 0) {
      const wait = await mailedCodes.take(id, em)
      if (wait !== null) throw rateLimited(wait)
      const challenge = challenges.issue('login', { ...about, isMailed: true })
      const told = tellCode(mailedCode({ key: challenge.key, challengeId: challenge.id }), signals)
      const after = { signals: signals.map(({ kind }) => kind) }
      await recordDeed(em, { account, client, action: 'account.step_up_asked', after, told })
      return { challenge: challenge.text, methods: ['MAILED_CODE'] }
    }
    await history.succeeded(em, { account, client, signals, isTold: true })
    return null
  }

  return async function afterPassword(proven: ProvenLogin): Promise<Login> {
    const asked = await inAccount(orm, proven.account.id, (em) => ask(em, proven))
    if (asked !== null) throw failure('SECOND_FACTOR_REQUIRED', {}, asked)
    return finishLogin(proven)
  }
}

function tellCode(code: string, signals: readonly Signal[]): string {
  const why = signals.map(({ told }) => told).join(' ')
  return `Somebody with the right password wants to log in. ${why} If it is you, the code is ${code}, good for five minutes. If not, change the password.`
}
