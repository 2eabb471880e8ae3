import { suppressIn, type Suppression } from '#db/outbox/mailSuppressions.ts'
import { inGlobal, type MikroORM } from '#db/tenantScope.ts'
import type { AuthConfig } from '#ops/config.ts'
import { publicKeysOf } from '#ops/security/signingKeys.ts'
import { failure } from '#ops/service/errors.ts'
import type { Log } from '#ops/service/requestScope.ts'
import { createCaptcha } from './captcha.ts'
import { createDomains } from './domains.ts'
import { createEmailCheck } from './emailCheck.ts'
import { createEmailVerification, type EmailLink } from './emailVerification.ts'
import { createFellowMembers } from './fellowMembers.ts'
import { createFinishLogin } from './finishLogin.ts'
import { createIssuer, sessionEnded, type AccountRow, type Client, type Login } from './issuer.ts'
import { createImportedPasswords } from './importedPasswords.ts'
import { createKnownDevices } from './knownDevice.ts'
import { createLogin } from './login.ts'
import { createLoginGuard } from './loginGuard.ts'
import { createOwnAccount } from './ownAccount.ts'
import { createPasswordHelp } from './passwordHelp.ts'
import { createPasswordReset } from './passwordReset.ts'
import { createRegister } from './register.ts'
import { noticingFailures } from './anomalies/noticingFailures.ts'
import { createSecondFactor } from './secondFactor/createSecondFactor.ts'
import { createOwnSessions, type Owner } from './ownSessions.ts'
import { readMemberships, type MembershipRow } from './memberships.ts'
import type { ChosenTenant } from './sessions.ts'
import { createSharedLimits } from './sharedLimits.ts'

/** The parts of the configuration that accounts and logins need. */
export type AuthSettings = Pick<
  AuthConfig,
  'accessPrivateKey' | 'accessPublicKeys' | 'refreshKey' | 'mailKey' | 'captcha' | 'secondFactorKeys' | 'publicUrl' | 'tenancy' | 'stepUpOnAnomaly'
>
export type AuthServiceOptions = { readonly orm: MikroORM; readonly settings: AuthSettings; readonly now?: () => Date }
export type AuthService = ReturnType<typeof createAuthService>

/** Accounts and their logins, over the role umg_auth. What the caller can fix is thrown as a common error. */
export function createAuthService({ orm, settings, now = () => new Date() }: AuthServiceOptions) {
  const { onlyTenant } = settings.tenancy
  const { mailKey, refreshKey } = settings
  const issuer = createIssuer({ orm, ...settings, onlyTenant, now })
  const devices = createKnownDevices({ refreshKey })
  const checkCaptcha = createCaptcha(settings.captcha)
  const limits = createSharedLimits({ orm, secret: refreshKey, now })
  const guard = createLoginGuard({ checkCaptcha, limits })
  const finishLogin = createFinishLogin({ orm, issuer, devices, now })
  const secondFactor = createSecondFactor({ orm, ...settings, finishLogin, limits, now })
  const verification = createEmailVerification({ orm, issuer, confirmPassword: secondFactor.confirmPassword, mailKey, limits, now })
  const imported = createImportedPasswords({ orm, now })
  return {
    login: noticingFailures(createLogin({ issuer, guard, devices, imported, finishLogin: secondFactor.afterPassword }), secondFactor.history),
    secondFactor,
    register: createRegister({ orm, issuer, devices, checkCaptcha, askToVerify: verification.ask, limits, now }),
    checkEmail: createEmailCheck({ issuer, limits }),
    verifyEmail: (asked: EmailLink): Promise<void> => verification.verifyEmail(asked),
    sendVerificationMail: (owner: Owner): Promise<void> => verification.sendVerificationMail(owner),
    ...createPasswordReset({ orm, issuer, mailKey, checkCaptcha, onReset: (email) => guard.forgive(email), limits, now }),
    ...createPasswordHelp({ now }),
    ...createOwnAccount({ orm, issuer, mailKey, limits, now }),
    ...createOwnSessions({ orm, issuer, now }),
    /** The public keys of the access tokens that are good, the one that signs first. */
    accessKeys: publicKeysOf([settings.accessPrivateKey, ...settings.accessPublicKeys]),
    verifySession: issuer.sessions.verify,

    /** The next access token for a refresh token. Throws UNAUTHENTICATED when there is no session behind it. */
    async refresh(text: string | null, asker: { readonly log: Log; readonly client: Client }): Promise<Login> {
      const token = text === null ? null : issuer.tokens.parse(text)
      const session = token === null ? null : await issuer.sessions.refresh(token, asker)
      const account = session === null ? null : await issuer.findAccount({ id: session.accountId })
      if (session === null || account === null) throw sessionEnded()
      return issuer.issue(session, account)
    },

    /** A token for another tenant of the same account. Throws NOT_FOUND when the account is not a member, whether the tenant exists or not. */
    async switchTenant({ accountId, sessionId, tenantId }: ChosenTenant): Promise<Login> {
      const memberships = await readMemberships(orm, { accountId, onlyTenant })
      if (!memberships.some((membership) => membership.tenantId === tenantId)) throw failure('NOT_FOUND', { what: 'tenant among your memberships' })
      const session = await issuer.sessions.chooseTenant({ sessionId, accountId, tenantId })
      const account = await issuer.findAccount({ id: accountId })
      if (session === null || account === null) throw sessionEnded()
      return issuer.issueAccess(session, account)
    },

    account: (id: string): Promise<AccountRow | null> => issuer.findAccount({ id }),
    fellow: createFellowMembers(orm),
    domains: createDomains(orm),
    /** Puts an address on the list of those that get no mail any more. */
    suppressAddress: (suppression: Suppression): Promise<void> => inGlobal(orm, (em) => suppressIn(em, suppression)),
    memberships: (accountId: string): Promise<readonly MembershipRow[]> => readMemberships(orm, { accountId, onlyTenant }),
  }
}
