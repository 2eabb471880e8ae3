import type { FactorPlace, FactorSealer } from '#db/crypto/factorSealer.ts'
import type { SecondFactor } from '#db/entities/auth/SecondFactor.ts'
import { inAccount } from '#db/tenantScope.ts'
import { failure } from '#ops/service/errors.ts'
import { isAbsent } from '#ops/service/presence.ts'
import type { Client } from '../issuer.ts'
import { lockFactors, removeCodesOfNone } from './factorRow.ts'
import { ownAccount, type Confirmed, type FactorOptions } from './ownAccount.ts'
import { replaceRecoveryCodes } from './recoveryCodes.ts'
import { createTotpSecret, stepOfCode, totpUri } from './totpCode.ts'

/** The authenticator app of an account. */
export function createTotp({ orm, sealer, confirmPassword, recordDeed, now }: FactorOptions) {
  return {
    /** A new secret, which guards nothing until it is confirmed. Throws CONFLICT while an app is in use. */
    start: (accountId: string): Promise<{ readonly secret: string; readonly uri: string }> =>
      inAccount(orm, accountId, async (em) => {
        const account = await ownAccount(em, accountId)
        const row = await lockFactors(em, { accountId, at: now() })
        refuseInUse(row)
        const secret = createTotpSecret()
        row.totpSecret = sealer.seal(placeOf(accountId), secret)
        row.totpLastStep = null
        return { secret, uri: totpUri({ secret, email: account.email }) }
      }),

    /** Puts the app in use that shows this code; answers recovery codes, which are told this once. Throws BAD_USER_INPUT for a wrong code. */
    confirm: ({ accountId, code, client }: { readonly accountId: string; readonly code: string; readonly client: Client }): Promise<readonly string[]> =>
      inAccount(orm, accountId, async (em) => {
        const account = await ownAccount(em, accountId)
        const row = await lockFactors(em, { accountId, at: now() })
        refuseInUse(row)
        if (isAbsent(row.totpSecret)) throw failure('CONFLICT', { message: 'There is no authenticator app to confirm: ask startTotp for a secret first.' })
        const step = stepOfCode({ secret: sealer.open(placeOf(accountId), row.totpSecret), code, at: now(), lastStep: null })
        if (step === null) {
          const message = 'The code is wrong. The clock of the device that shows it may be off by half a minute at most.'
          throw failure('BAD_USER_INPUT', { message }, { fields: [{ field: 'code', message: 'is wrong' }] })
        }
        row.totpConfirmedAt = now()
        row.totpLastStep = step
        await recordDeed(em, { account, client, action: 'totp.enabled', told: 'Codes of an authenticator app are asked for at login from now on.' })
        return replaceRecoveryCodes(em, { row, sealer, at: now() })
      }),

    /** Takes the app out of use, and the recovery codes with it when no passkey is left. Throws NOT_FOUND without one. */
    async disable({ accountId, password, client }: Confirmed): Promise<void> {
      await confirmPassword({ accountId, password })
      await inAccount(orm, accountId, async (em) => {
        const account = await ownAccount(em, accountId)
        const row = await lockFactors(em, { accountId, at: now() })
        if (isAbsent(row.totpConfirmedAt)) throw failure('NOT_FOUND', { what: 'authenticator app of this account' })
        row.totpSecret = null
        row.totpConfirmedAt = null
        row.totpLastStep = null
        await em.flush()
        await removeCodesOfNone(em, accountId)
        await recordDeed(em, { account, client, action: 'totp.disabled', told: 'Codes of the authenticator app are not asked for any more.' })
      })
    },
  }
}

/** Whether the code is the app's, at this moment and for the first time; then it is taken. The row is held by the transaction. */
export function takeTotpCode(row: SecondFactor, { sealer, code, at }: { readonly sealer: FactorSealer; readonly code: string; readonly at: Date }): boolean {
  if (isAbsent(row.totpConfirmedAt)) return false
  const step = stepOfCode({ secret: sealer.open(placeOf(row.accountId), row.totpSecret ?? ''), code, at, lastStep: row.totpLastStep ?? null })
  if (step === null) return false
  row.totpLastStep = step
  return true
}

function refuseInUse(row: SecondFactor): void {
  if (!isAbsent(row.totpConfirmedAt)) throw failure('CONFLICT', { message: 'An authenticator app is in use. Take it out of use before another.' })
}

const placeOf = (accountId: string): FactorPlace => ({ secret: 'totp', accountId })
