import { createFactorSealer } from '#db/crypto/factorSealer.ts'
import { RecoveryCode } from '#db/entities/auth/RecoveryCode.ts'
import { inGlobal, type MikroORM } from '#db/tenantScope.ts'
import type { SecondFactorKeys } from '#ops/config.ts'
import { createAccountRecorder } from '../accountRecorder.ts'
import { createLoginHistory } from '../anomalies/loginHistory.ts'
import type { ProvenLogin } from '../finishLogin.ts'
import type { Login } from '../issuer.ts'
import type { SharedLimits } from '../sharedLimits.ts'
import { createChallenges } from './challenge.ts'
import { createCompleteLogin } from './completeLogin.ts'
import { createConfirmPassword } from './confirmPassword.ts'
import { hasConfirmedTotp } from './factorRow.ts'
import { createFinishPasskeyLogin, createStartPasskeyLogin } from './passkeyLogin.ts'
import { createPasskeys } from './passkeys.ts'
import { createRegenerateRecoveryCodes } from './recoveryCodes.ts'
import { relyingPartyOf } from './relyingParty.ts'
import { createRequireFresh } from './requireFresh.ts'
import { createAfterPassword, type SecondStepOptions } from './secondStep.ts'
import { createTotp } from './totp.ts'

export type SecondFactorOptions = {
  readonly orm: MikroORM
  readonly secondFactorKeys: SecondFactorKeys
  readonly mailKey: string
  readonly publicUrl: string
  readonly stepUpOnAnomaly: boolean
  readonly finishLogin: (proven: ProvenLogin) => Promise<Login>
  readonly limits: SharedLimits
  readonly now: () => Date
}

/** All that proves an account beside its password: how it is set up, asked for and shown. */
export function createSecondFactor({ orm, secondFactorKeys: keys, mailKey, publicUrl, stepUpOnAnomaly, finishLogin, limits, now }: SecondFactorOptions) {
  const recordDeed = createAccountRecorder({ mailKey, now })
  const confirmPassword = createConfirmPassword({ orm, limits })
  const sealer = createFactorSealer(keys)
  const challenges = createChallenges({ keys, now })
  const history = createLoginHistory({ orm, recordDeed, now })
  const party = relyingPartyOf(publicUrl)
  const step: SecondStepOptions = { orm, sealer, party, challenges, history, recordDeed, finishLogin, stepUpOnAnomaly, limits, now }
  const codes = { orm, sealer, confirmPassword, recordDeed, now }
  return {
    history,
    confirmPassword,
    requireFresh: createRequireFresh({ orm, confirmPassword, now }),
    totp: createTotp(codes),
    regenerateRecoveryCodes: createRegenerateRecoveryCodes(codes),
    passkeys: createPasskeys({ orm, party, challenges, confirmPassword, recordDeed, now }),
    /** What a login does once the password was right. */
    afterPassword: createAfterPassword(step),
    completeLogin: createCompleteLogin(step),
    startPasskeyLogin: createStartPasskeyLogin(step),
    finishPasskeyLogin: createFinishPasskeyLogin(step),
    hasTotp: (accountId: string): Promise<boolean> => inGlobal(orm, (em) => hasConfirmedTotp(em, accountId)),
    recoveryCodesLeft: (accountId: string): Promise<number> => inGlobal(orm, (em) => em.count(RecoveryCode, { accountId, usedAt: null })),
  }
}
