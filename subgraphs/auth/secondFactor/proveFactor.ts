import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { Account } from '#db/entities/auth/Account.ts'
import { Passkey } from '#db/entities/auth/Passkey.ts'
import type { SecondFactor } from '#db/entities/auth/SecondFactor.ts'
import type { EntityManager } from '#db/tenantScope.ts'
import type { RecordDeed } from '../accountRecorder.ts'
import type { Client } from '../issuer.ts'
import { webAuthnChallenge, type OpenedChallenge } from './challenge.ts'
import type { SecondFactorMethod } from './factorRow.ts'
import { isMailedCode } from './mailedCode.ts'
import { takeRecoveryCode } from './recoveryCodes.ts'
import { requireParty } from './relyingParty.ts'
import type { SecondStepOptions } from './secondStep.ts'
import { takeTotpCode } from './totp.ts'
import { verifyPasskey, type PasskeyVerdict } from './verifyPasskey.ts'

/** What was shown after the password. */
export type ShownFactor = { readonly client: Client } & (
  | { readonly method: Exclude<SecondFactorMethod, 'PASSKEY'>; readonly code: string }
  | { readonly method: 'PASSKEY'; readonly response: AuthenticationResponseJSON }
)

export type FactorAttempt = {
  /** Held by the transaction. */
  readonly row: SecondFactor
  readonly challenge: OpenedChallenge<'login'>
  readonly account: Account
  readonly shown: ShownFactor
}

/** Answers whether what is shown is the account's, for this challenge and for the first time; then it is used up. */
export function createProveFactor({ sealer, party, recordDeed, now }: Pick<SecondStepOptions, 'sealer' | 'party' | 'recordDeed' | 'now'>) {
  return async function proveFactor(em: EntityManager, { row, challenge, account, shown }: FactorAttempt): Promise<boolean> {
    const { client } = shown
    const accountId = account.id
    switch (shown.method) {
      case 'TOTP':
        return takeTotpCode(row, { sealer, code: shown.code, at: now() })
      case 'MAILED_CODE':
        return isMailedCode({ key: challenge.key, challengeId: challenge.id, code: shown.code })
      case 'RECOVERY_CODE': {
        const left = await takeRecoveryCode(em, { row, sealer, code: shown.code, at: now() })
        if (left === null) return false
        const told = `A recovery code was used to log in; ${left} are left.`
        await recordDeed(em, { account, client, action: 'recovery_code.used', after: { left }, told })
        return true
      }
      case 'PASSKEY': {
        const { response } = shown
        const passkey = await em.findOne(Passkey, { accountId, credentialId: response.id })
        if (passkey === null) return false
        const text = webAuthnChallenge({ key: challenge.key, challengeId: challenge.id })
        const verdict = await verifyPasskey({ passkey, party: requireParty(party), response, challenge: text, mustVerifyUser: false, at: now() })
        return isGenuine(em, { verdict, account, client, passkey, recordDeed })
      }
    }
  }
}

type JudgedPasskey = {
  readonly verdict: PasskeyVerdict
  readonly account: Account
  readonly client: Client
  readonly passkey: Passkey
  readonly recordDeed: RecordDeed
}

/** A passkey of which there are two proves nothing, and its owner is told. */
export async function isGenuine(em: EntityManager, { verdict, account, client, passkey, recordDeed }: JudgedPasskey): Promise<boolean> {
  if (verdict !== 'COPIED') return verdict === 'RIGHT'
  const told = `The passkey "${passkey.name}" was refused: it counts fewer signatures than were made with it, so there may be a copy of it. Remove it.`
  await recordDeed(em, { account, client, action: 'account.anomaly_noticed', target: `passkey:${passkey.id}`, after: { kind: 'PASSKEY_COPIED' }, told })
  return false
}
