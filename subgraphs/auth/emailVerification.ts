import { recordAccountAudit } from '#db/audit/recordAccountAudit.ts'
import { Account } from '#db/entities/auth/Account.ts'
import { requestMail } from '#db/outbox/requestMail.ts'
import { inGlobal, type EntityManager, type MikroORM } from '#db/tenantScope.ts'
import { failure } from '#ops/service/errors.ts'
import { isAbsent } from '#ops/service/presence.ts'
import { rateLimited, sessionEnded, type Client, type Issuer } from './issuer.ts'
import { createMailTokens } from './mailTokens.ts'
import { originOf } from './network.ts'
import type { Owner } from './ownSessions.ts'
import type { ConfirmPassword } from './secondFactor/confirmPassword.ts'
import type { Limit, SharedLimits } from './sharedLimits.ts'

const LIFETIME_MS = 24 * 3_600_000
const MAILS: Limit = { name: 'verify.mails', attempts: 3, windowMs: 15 * 60_000 }
const TRIES_OF_ADDRESS: Limit = { name: 'verify.tries', attempts: 30, windowMs: 15 * 60_000 }

export type EmailVerificationOptions = {
  readonly orm: MikroORM
  readonly issuer: Issuer
  readonly confirmPassword: ConfirmPassword
  readonly mailKey: string
  readonly limits: SharedLimits
  readonly now: () => Date
}
/** A link that somebody follows, and by what they show that the account is theirs: a session of it in this browser, or its password. */
export type EmailLink = {
  readonly token: string
  readonly client: Client
  /** Who is logged in; null: nobody. */
  readonly accountId: string | null
  readonly cookieToken: string | null
  readonly password: string | null
}
type Addressee = { readonly id: string; readonly email: string; readonly name: string }

/** Shows that an address is the account's: a link goes there that is good once, within a day. */
export function createEmailVerification({ orm, issuer, confirmPassword, mailKey, limits, now }: EmailVerificationOptions) {
  const tokens = createMailTokens({ now })
  const mails = limits.of(MAILS)
  const tries = limits.of(TRIES_OF_ADDRESS)

  /** Asks for the mail in the caller's transaction. */
  async function ask(em: EntityManager, { id, email, name }: Addressee): Promise<void> {
    const token = await tokens.make(em, { accountId: id, purpose: 'verify_email', lifetimeMs: LIFETIME_MS })
    await requestMail(em, { tenantId: null, aggregate: `account:${id}`, mail: { kind: 'verifyEmail', to: email, name, token }, mailKey })
  }

  return {
    ask,

    /** Sends the link again; nothing happens when the address is verified. Throws RATE_LIMITED after three in a quarter of an hour. */
    async sendVerificationMail({ accountId }: Owner): Promise<void> {
      const wait = await mails.take(accountId)
      if (wait !== null) throw rateLimited(wait)
      await inGlobal(orm, async (em) => {
        const account = await em.findOne(Account, { id: accountId })
        if (account === null) throw sessionEnded()
        if (isAbsent(account.emailVerifiedAt)) await ask(em, account)
      })
    },

    /**
     * Throws BAD_USER_INPUT for a link that is not good any more, and for a wrong password; PASSWORD_REQUIRED where the account is not logged in: who
     * reads the mail of an address that a stranger has registered must not make the stranger's account good by a click.
     */
    async verifyEmail({ token, client, accountId: viewerId, cookieToken, password }: EmailLink): Promise<void> {
      const wait = await tries.take(originOf(client))
      if (wait !== null) throw rateLimited(wait)
      const refresh = cookieToken === null ? null : issuer.tokens.parse(cookieToken)
      const { accountId, owners } = await inGlobal(orm, async (em) => ({
        ...(await tokens.find(em, token, 'verify_email')),
        owners: [viewerId, refresh === null ? null : await issuer.sessions.ownerOf(em, refresh)],
      }))
      if (!owners.includes(accountId)) {
        if (password === null) throw failure('PASSWORD_REQUIRED', {})
        await confirmPassword({ accountId, password })
      }
      await inGlobal(orm, async (em) => {
        // Of two links followed at once one comes first, and the other too late.
        await tokens.lockAccount(em, accountId)
        await tokens.find(em, token, 'verify_email')
        await tokens.use(em, { accountId, purpose: 'verify_email' })
        const at = now()
        await em.nativeUpdate(Account, { id: accountId, emailVerifiedAt: null }, { emailVerifiedAt: at })
        const after = { emailVerifiedAt: at.toISOString() }
        await recordAccountAudit(em, {
          accountId,
          action: 'account.email_verified',
          before: { emailVerifiedAt: null },
          after,
          address: client.clientAddress,
          at,
        })
      })
    },
  }
}
