import { recordAccountAudit } from '#db/audit/recordAccountAudit.ts'
import { Account } from '#db/entities/auth/Account.ts'
import { requestMail } from '#db/outbox/requestMail.ts'
import { inGlobal, type MikroORM } from '#db/tenantScope.ts'
import { hashPassword } from '#ops/security/passwords.ts'
import { failure } from '#ops/service/errors.ts'
import { isAbsent } from '#ops/service/presence.ts'
import type { CheckCaptcha } from './captcha.ts'
import { foldEmail } from './email.ts'
import { holdUntil } from './hold.ts'
import { rateLimited, sessionEnded, type Client, type Issuer } from './issuer.ts'
import { createMailTokens } from './mailTokens.ts'
import { originOf } from './network.ts'
import { createPasswordChange } from './passwordChange.ts'
import { requireGoodPassword } from './passwordRules.ts'
import type { Limit, SharedLimits } from './sharedLimits.ts'
import { removeFactors } from './secondFactor/factorRow.ts'

const LIFETIME_MINUTES = 15
const LIFETIME_MS = LIFETIME_MINUTES * 60_000
/** More mails than this nobody needs; that there was no other is not said. */
const MAILS_OF_ACCOUNT: Limit = { name: 'reset.mails', attempts: 3, windowMs: LIFETIME_MS }
const REQUESTS_OF_ADDRESS: Limit = { name: 'reset.requests', attempts: 20, windowMs: LIFETIME_MS }
/** Where a captcha is configured, who asks for more mails from one address solves it. */
const CAPTCHA_AFTER: Limit = { name: 'reset.suspect', attempts: 5, windowMs: LIFETIME_MS }
const RESETS_OF_ADDRESS: Limit = { name: 'reset.resets', attempts: 30, windowMs: LIFETIME_MS }
/** Longer than the mail of an account takes to be asked for, so that an address without one is answered no sooner. */
const ANSWER_MS = 250

type ResetRequest = { readonly email: string; readonly client: Client; readonly captchaToken?: string | null }

export type PasswordResetOptions = {
  readonly orm: MikroORM
  readonly issuer: Issuer
  readonly mailKey: string
  readonly checkCaptcha: CheckCaptcha | null
  /** Called with the folded address after a reset: whoever had it mailed is the owner, whatever others have tried. */
  readonly onReset: (email: string) => Promise<void>
  readonly limits: SharedLimits
  readonly now: () => Date
}

/** A forgotten password: a link goes to the address, good once, for a quarter of an hour. */
export function createPasswordReset({ orm, issuer, mailKey, checkCaptcha, onReset, limits, now }: PasswordResetOptions) {
  const tokens = createMailTokens({ now })
  const storePassword = createPasswordChange({ issuer, mailKey, now })
  const mails = limits.of(MAILS_OF_ACCOUNT)
  const resets = limits.of(RESETS_OF_ADDRESS)

  async function admit(client: Client, captchaToken: string | null): Promise<void> {
    const key = originOf(client)
    const [wait = null, suspicion = null] = await limits.take([
      { limit: REQUESTS_OF_ADDRESS, key, refuses: true, counts: true },
      { limit: CAPTCHA_AFTER, key, refuses: false, counts: true },
    ])
    if (wait !== null) throw rateLimited(wait)
    if (checkCaptcha === null || suspicion === null) return
    if (captchaToken === null || !(await checkCaptcha(captchaToken, client.clientAddress))) throw failure('CAPTCHA_REQUIRED', {})
  }

  const mailLink = (email: string, client: Client): Promise<void> =>
    inGlobal(orm, async (em) => {
      const account = await em.findOne(Account, { email })
      if (account === null) return
      const { id: accountId, name } = account
      const token = await tokens.make(em, { accountId, purpose: 'reset_password', lifetimeMs: LIFETIME_MS })
      const mail = { kind: 'resetPassword', to: email, name, token, minutes: LIFETIME_MINUTES } as const
      await requestMail(em, { tenantId: null, aggregate: `account:${accountId}`, mail, mailKey })
      const actor = { kind: 'anonymous', id: null } as const
      await recordAccountAudit(em, { accountId, actor, action: 'account.password_reset_requested', address: client.clientAddress, at: now() })
    })

  return {
    /** The same answer in the same time whether there is such an account or not. Throws RATE_LIMITED and CAPTCHA_REQUIRED by the client's address alone. */
    async requestPasswordReset({ email, client, captchaToken = null }: ResetRequest): Promise<void> {
      await admit(client, captchaToken)
      const began = performance.now()
      const folded = foldEmail(email)?.replaceAll('\0', '') ?? null
      try {
        if (folded !== null && (await mails.take(folded)) === null) await mailLink(folded, client)
      } finally {
        await holdUntil(began, ANSWER_MS)
      }
    },

    /**
     * Ends all sessions. Where nobody had shown before that the address is theirs, second factors go too: who registered it with another's address must
     * not keep a passkey to it. Throws BAD_USER_INPUT for a link that is not good any more, and for a weak password, which leaves the link good.
     */
    async resetPassword({ token, password, client }: { readonly token: string; readonly password: string; readonly client: Client }): Promise<void> {
      const wait = await resets.take(originOf(client))
      if (wait !== null) throw rateLimited(wait)
      const account = await inGlobal(orm, async (em) => em.findOne(Account, { id: (await tokens.find(em, token, 'reset_password')).accountId }))
      if (account === null) throw sessionEnded()
      await requireGoodPassword({ password, email: account.email, name: account.name }, 'password')
      const passwordHash = await hashPassword(password, { by: originOf(client) })
      await inGlobal(orm, async (em) => {
        // Looked at again under a lock, the account's first: of two resets, by one link or by two, one comes first, and the other too late.
        const { emailVerifiedAt } = await tokens.lockAccount(em, account.id)
        await tokens.find(em, token, 'reset_password')
        const isFirstProof = isAbsent(emailVerifiedAt)
        const after = isFirstProof ? { removedFactors: await removeFactors(em, account.id) } : {}
        const address = client.clientAddress
        await storePassword(em, { account, passwordHash, replaces: null, except: null, action: 'account.password_reset', address, after })
        // Who has the link reads the mail of this address.
        await em.nativeUpdate(Account, { id: account.id, emailVerifiedAt: null }, { emailVerifiedAt: now() })
      })
      await onReset(account.email)
    },
  }
}
