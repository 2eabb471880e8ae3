import { Account } from '#db/entities/auth/Account.ts'
import { inGlobal, type MikroORM } from '#db/tenantScope.ts'
import { verifyPassword } from '#ops/security/passwords.ts'
import { failure } from '#ops/service/errors.ts'
import { rateLimited, sessionEnded } from '../issuer.ts'
import type { Limit, SharedLimits } from '../sharedLimits.ts'

const WRONG_PASSWORDS: Limit = { name: 'password.confirm', attempts: 10, windowMs: 15 * 60_000 }

export type ConfirmPassword = (asked: { readonly accountId: string; readonly password: string }) => Promise<void>

/**
 * Asks whoever is logged in for the password again, before what a stolen session must not do. Throws BAD_USER_INPUT for a wrong one, RATE_LIMITED after
 * too many.
 */
export function createConfirmPassword({ orm, limits }: { readonly orm: MikroORM; readonly limits: SharedLimits }): ConfirmPassword {
  const wrongPasswords = limits.of(WRONG_PASSWORDS)
  return async ({ accountId, password }) => {
    // Counted before the slow hash, so that many attempts at once cannot all come before the first failure.
    const wait = await wrongPasswords.take(accountId)
    if (wait !== null) throw rateLimited(wait)
    const account = await inGlobal(orm, (em) => em.findOne(Account, { id: accountId }))
    if (account === null) throw sessionEnded()
    const isRight = await verifyPassword({ password, hash: account.passwordHash }, { by: accountId }).catch(async (error: unknown) => {
      // It was not looked at.
      await wrongPasswords.takeBack(accountId)
      throw error
    })
    if (!isRight) {
      const message = 'The password is wrong.'
      throw failure('BAD_USER_INPUT', { message }, { fields: [{ field: 'password', message: 'is wrong' }] })
    }
    await wrongPasswords.forget(accountId)
  }
}
