import { recordAccountAudit } from '#db/audit/recordAccountAudit.ts'
import { Account } from '#db/entities/auth/Account.ts'
import { inGlobal, type MikroORM } from '#db/tenantScope.ts'
import { hashPassword, verifyPassword } from '#ops/security/passwords.ts'
import { failure } from '#ops/service/errors.ts'
import { rateLimited, sessionEnded, type AccountRow, type Issuer } from './issuer.ts'
import type { Owner } from './ownSessions.ts'
import { createPasswordChange, wrongPresentPassword } from './passwordChange.ts'
import { requireGoodPassword } from './passwordRules.ts'
import { BAD_NAME, readName } from './registration.ts'
import type { Limit, SharedLimits } from './sharedLimits.ts'

const WRONG_PASSWORDS: Limit = { name: 'password.own', attempts: 10, windowMs: 15 * 60_000 }

export type OwnAccountOptions = {
  readonly orm: MikroORM
  readonly issuer: Issuer
  readonly mailKey: string
  readonly limits: SharedLimits
  readonly now: () => Date
}

/** What somebody changes of their own account. */
export function createOwnAccount({ orm, issuer, mailKey, limits, now }: OwnAccountOptions) {
  const storePassword = createPasswordChange({ issuer, mailKey, now })
  const wrongPasswords = limits.of(WRONG_PASSWORDS)

  /** The account, when this is its password. Throws BAD_USER_INPUT when it is not, RATE_LIMITED after ten that were not. */
  async function requirePassword({ accountId }: Owner, password: string, field: string): Promise<Account> {
    // Counted before the slow hash, so that many attempts at once cannot all come before the first failure.
    const wait = await wrongPasswords.take(accountId)
    if (wait !== null) throw rateLimited(wait)
    const account = await issuer.findAccount({ id: accountId })
    if (account === null) throw sessionEnded()
    const isRight = await verifyPassword({ password, hash: account.passwordHash }, { by: accountId }).catch(async (error: unknown) => {
      // It was not looked at.
      await wrongPasswords.takeBack(accountId)
      throw error
    })
    if (!isRight) throw wrongPresentPassword(field)
    await wrongPasswords.forget(accountId)
    return account
  }

  return {
    requirePassword,

    /** Ends every other session. Throws BAD_USER_INPUT for a wrong present password and for a weak new one. */
    async changePassword(owner: Owner, { current, next }: { readonly current: string; readonly next: string }): Promise<void> {
      const account = await requirePassword(owner, current, 'current')
      await requireGoodPassword({ password: next, email: account.email, name: account.name }, 'next')
      const passwordHash = await hashPassword(next, { by: owner.accountId })
      const occasion = { except: owner.sessionId, action: 'account.password_changed', address: owner.client.clientAddress } as const
      const change = { account, passwordHash, replaces: account.passwordHash, ...occasion }
      await inGlobal(orm, (em) => storePassword(em, change))
    },

    async updateProfile({ accountId, client }: Owner, { name }: { readonly name: string }): Promise<AccountRow> {
      const next = readName(name)
      if (next === null) throw failure('BAD_USER_INPUT', { message: `The name ${BAD_NAME}.` }, { fields: [{ field: 'name', message: BAD_NAME }] })
      return inGlobal(orm, async (em) => {
        const account = await em.findOne(Account, { id: accountId })
        if (account === null) throw sessionEnded()
        const before = { name: account.name }
        if (next === before.name) return account
        account.name = next
        await recordAccountAudit(em, { accountId, action: 'account.updated', before, after: { name: next }, address: client.clientAddress, at: now() })
        return account
      })
    },
  }
}
