import { recordAccountAudit } from '#db/audit/recordAccountAudit.ts'
import { Account } from '#db/entities/auth/Account.ts'
import { requestMail } from '#db/outbox/requestMail.ts'
import { inGlobal, type EntityManager, type MikroORM } from '#db/tenantScope.ts'
import { isAbsent } from '#ops/service/presence.ts'
import { rateLimited, sessionEnded, type Client } from './issuer.ts'
import { createMailTokens } from './mailTokens.ts'
import { originOf } from './network.ts'
import type { Owner } from './ownSessions.ts'
import { createRateLimit } from './rateLimit.ts'

const LIFETIME_MS = 24 * 3_600_000
const MAILS = { attempts: 3, windowMs: 15 * 60_000 } as const
const TRIES_OF_ADDRESS = { attempts: 30, windowMs: 15 * 60_000 } as const

export type EmailVerificationOptions = { readonly orm: MikroORM; readonly mailKey: string; readonly now: () => Date }
/** A link that somebody follows. */
export type EmailLink = { readonly token: string; readonly client: Client }
type Addressee = { readonly id: string; readonly email: string; readonly name: string }

/** Shows that an address is the account's: a link goes there that is good once, within a day. */
export function createEmailVerification({ orm, mailKey, now }: EmailVerificationOptions) {
  const tokens = createMailTokens({ now })
  const mails = createRateLimit({ ...MAILS, now })
  const tries = createRateLimit({ ...TRIES_OF_ADDRESS, now })

  /** Asks for the mail in the caller's transaction. */
  async function ask(em: EntityManager, { id, email, name }: Addressee): Promise<void> {
    const token = await tokens.make(em, { accountId: id, purpose: 'verify_email', lifetimeMs: LIFETIME_MS })
    await requestMail(em, { tenantId: null, aggregate: `account:${id}`, mail: { kind: 'verifyEmail', to: email, name, token }, mailKey })
  }

  return {
    ask,

    /** Sends the link again; nothing happens when the address is verified. Throws RATE_LIMITED after three in a quarter of an hour. */
    async sendVerificationMail({ accountId }: Owner): Promise<void> {
      const wait = mails.waitSeconds(accountId)
      if (wait !== null) throw rateLimited(wait)
      mails.count(accountId)
      await inGlobal(orm, async (em) => {
        const account = await em.findOne(Account, { id: accountId })
        if (account === null) throw sessionEnded()
        if (isAbsent(account.emailVerifiedAt)) await ask(em, account)
      })
    },

    /** Throws BAD_USER_INPUT for a link that is not good any more. */
    async verifyEmail({ token, client }: EmailLink): Promise<void> {
      const address = originOf(client)
      const wait = tries.waitSeconds(address)
      if (wait !== null) throw rateLimited(wait)
      tries.count(address)
      await inGlobal(orm, async (em) => {
        const { accountId } = await tokens.find(em, token, 'verify_email')
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
