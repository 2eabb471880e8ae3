import { recordAccountAudit } from '#db/audit/recordAccountAudit.ts'
import { Account } from '#db/entities/auth/Account.ts'
import { requestMail } from '#db/outbox/requestMail.ts'
import type { EntityManager } from '#db/tenantScope.ts'
import { failure } from '#ops/service/errors.ts'
import type { Issuer } from './issuer.ts'
import { createMailTokens } from './mailTokens.ts'

export type NewPassword = {
  readonly account: Pick<Account, 'id' | 'email' | 'name'>
  readonly passwordHash: string
  /** The stored one that it was changed by; null: by a link. Throws when it is another by now. */
  readonly replaces: string | null
  /** The session that goes on; null: none does. */
  readonly except: string | null
  readonly action: 'account.password_changed' | 'account.password_reset'
  readonly address: string | null
  /** What else the audit log is told. */
  readonly after?: Readonly<Record<string, unknown>>
}

export type PasswordChangeOptions = { readonly issuer: Issuer; readonly mailKey: string; readonly now: () => Date }

/** Stores a new password inside the caller's transaction: the other sessions end, links to reset it are void, its owner is told by mail. */
export function createPasswordChange({ issuer, mailKey, now }: PasswordChangeOptions) {
  const tokens = createMailTokens({ now })
  return async function storePassword(em: EntityManager, { account, passwordHash, replaces, except, action, address, after = {} }: NewPassword): Promise<void> {
    const { id: accountId, email, name } = account
    const at = now()
    const stored = { id: accountId, ...(replaces === null ? {} : { passwordHash: replaces }) }
    if ((await em.nativeUpdate(Account, stored, { passwordHash })) === 0) throw wrongPresentPassword('current')
    await tokens.use(em, { accountId, purpose: 'reset_password' })
    const sessions = await issuer.sessions.revokeAll(em, { accountId, except })
    const mail = { kind: 'passwordChanged', to: email, name, at: at.toISOString(), address } as const
    await requestMail(em, { tenantId: null, aggregate: `account:${accountId}`, mail, mailKey })
    await recordAccountAudit(em, { accountId, action, after: { endedSessions: sessions, ...after }, address, at })
  }
}

export const wrongPresentPassword = (field: string) =>
  failure('BAD_USER_INPUT', { message: 'The present password is wrong.' }, { fields: [{ field, message: 'is wrong' }] })
