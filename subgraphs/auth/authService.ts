import { randomUUID } from 'node:crypto'
import { UniqueConstraintViolationException } from '@mikro-orm/core'
import { Account } from '#db/entities/auth/Account.ts'
import { appendOutboxIn } from '#db/outbox/append.ts'
import { inGlobal, type MikroORM } from '#db/tenantScope.ts'
import type { Jwk } from '#ops/config.ts'
import { ACCESS_TOKEN_LIFETIME_SECONDS, signAccessToken } from '#ops/security/accessToken.ts'
import { hashPassword, verifyPassword } from '#ops/security/passwords.ts'
import { failure } from '#ops/service/errors.ts'
import type { Log } from '#ops/service/requestScope.ts'
import { foldEmail } from './email.ts'
import { passwordWeakness } from './passwordRules.ts'
import { createRateLimit } from './rateLimit.ts'
import { createRefreshTokens } from './refreshToken.ts'
import { createSessions, type MembershipRow, type RefreshedSession, type SessionState } from './sessions.ts'

export type AccountRow = { readonly id: string; readonly email: string | null; readonly name: string | null }
export type Client = { readonly clientAddress: string | null; readonly userAgent: string | null }

/** A login: the token for the next quarter of an hour, and the text of the refresh cookie (null: it stays as it is). */
export type Login = {
  readonly accessToken: string
  readonly expiresIn: number
  readonly account: AccountRow
  readonly refresh: { readonly token: string; readonly isRemembered: boolean } | null
}

export type AuthServiceOptions = { readonly orm: MikroORM; readonly accessPrivateKey: Jwk; readonly now?: () => Date }
export type AuthService = ReturnType<typeof createAuthService>

const FAILED_LOGINS = { attempts: 20, windowMs: 5 * 60_000 } as const
const FAILED_LOGINS_OF_ADDRESS = { attempts: 200, windowMs: 5 * 60_000 } as const
const REGISTRATIONS_OF_ADDRESS = { attempts: 200, windowMs: 3_600_000 } as const
const MAX_NAME_LENGTH = 100

/** Accounts and their logins, over the role umg_auth. What the caller can fix is thrown as a common error. */
export function createAuthService({ orm, accessPrivateKey, now = () => new Date() }: AuthServiceOptions) {
  const tokens = createRefreshTokens({ accessPrivateKey })
  const sessions = createSessions({ orm, tokens, now })
  const failedLogins = createRateLimit({ ...FAILED_LOGINS, now })
  const failedLoginsOfAddress = createRateLimit({ ...FAILED_LOGINS_OF_ADDRESS, now })
  const registrations = createRateLimit({ ...REGISTRATIONS_OF_ADDRESS, now })

  async function findAccount(condition: { readonly id: string } | { readonly email: string }): Promise<Account | null> {
    return inGlobal(orm, (em) => em.findOne(Account, condition))
  }

  /** The session's tenant when the account is still its member, else the oldest membership, else none. */
  async function accessTokenOf(session: SessionState): Promise<string> {
    const memberships = await sessions.memberships(session.accountId)
    const membership = memberships.find(({ tenantId }) => tenantId === session.tenantId) ?? memberships[0]
    const claims = {
      accountId: session.accountId, sessionId: session.sessionId,
      tenantId: membership?.tenantId ?? null, tenantSlug: membership?.slug ?? null, role: membership?.role ?? null,
    }
    return signAccessToken({ claims, privateKey: accessPrivateKey, now: now() })
  }

  async function loginOf(session: RefreshedSession, account: AccountRow): Promise<Login> {
    const refresh = { token: tokens.print(session.token), isRemembered: session.isRemembered }
    return { accessToken: await accessTokenOf(session), expiresIn: ACCESS_TOKEN_LIFETIME_SECONDS, account, refresh }
  }

  return {
    /** Throws UNAUTHENTICATED in the same words and time for an unknown address and a wrong password, RATE_LIMITED after too many failures. */
    async login({ email, password, rememberMe, client }: { readonly email: string; readonly password: string; readonly rememberMe: boolean; readonly client: Client }): Promise<Login> {
      const folded = foldEmail(email) ?? email.slice(0, 320).toLowerCase()
      const address = client.clientAddress ?? ''
      const pair = `${address} ${folded}`
      const wait = failedLogins.waitSeconds(pair) ?? failedLoginsOfAddress.waitSeconds(address)
      if (wait !== null) throw rateLimited(wait)
      // Counted before the slow hash, so that many attempts at once cannot all come before the first failure.
      failedLogins.count(pair)
      const account = await findAccount({ email: folded.replaceAll('\0', '') })
      const isRight = await verifyPassword({ password, hash: account?.passwordHash ?? null })
      if (account === null || !isRight) {
        failedLoginsOfAddress.count(address)
        throw failure('UNAUTHENTICATED', { message: 'E-mail or password is wrong.' })
      }
      failedLogins.forget(pair)
      const session = await inGlobal(orm, async (em) => sessions.open(em, { accountId: account.id, isRemembered: rememberMe, ...client }))
      return loginOf(session, account)
    },

    /** Makes an account and logs it in. Throws BAD_USER_INPUT with every bad field, CONFLICT for an address that has an account. */
    async register({ email, password, name, client }: { readonly email: string; readonly password: string; readonly name: string; readonly client: Client }): Promise<Login> {
      const address = client.clientAddress ?? ''
      const wait = registrations.waitSeconds(address)
      if (wait !== null) throw rateLimited(wait)
      const input = readRegistration({ email, password, name })
      registrations.count(address)
      const account = { id: randomUUID(), email: input.email, name: input.name }
      const passwordHash = await hashPassword(password)
      const session = await inGlobal(orm, async (em) => {
        em.persist(em.create(Account, { ...account, passwordHash, createdAt: now() }))
        await em.flush()
        await appendOutboxIn(em, { tenantId: null, topic: 'account.registered', aggregate: `account:${account.id}`, payload: { accountId: account.id, email: account.email, name: account.name } })
        return sessions.open(em, { accountId: account.id, isRemembered: false, ...client })
      }).catch((error: unknown) => {
        if (error instanceof UniqueConstraintViolationException) throw failure('CONFLICT', { message: 'There is an account with this e-mail address already.' })
        throw error
      })
      return loginOf(session, account)
    },

    /** The next access token for a refresh token. Throws UNAUTHENTICATED when there is no session behind it. */
    async refresh(text: string | null, log: Log): Promise<Login> {
      const token = text === null ? null : tokens.parse(text)
      const session = token === null ? null : await sessions.refresh(token, log)
      const account = session === null ? null : await findAccount({ id: session.accountId })
      if (session === null || account === null) throw failure('UNAUTHENTICATED', { message: 'The session has ended. Log in again.' })
      return loginOf(session, account)
    },

    /** Ends the sessions that are named by the viewer's token and by the cookie. */
    async logout({ sessionId, cookieToken }: { readonly sessionId: string | null; readonly cookieToken: string | null }): Promise<void> {
      const token = cookieToken === null ? null : tokens.parse(cookieToken)
      for (const id of new Set([sessionId, token?.sessionId ?? null])) if (id !== null) await sessions.revoke(id)
    },

    /** A token for another tenant of the same account. Throws NOT_FOUND when the account is not a member, whether the tenant exists or not. */
    async switchTenant({ accountId, sessionId, tenantId }: { readonly accountId: string; readonly sessionId: string; readonly tenantId: string }): Promise<Login> {
      const memberships = await sessions.memberships(accountId)
      if (!memberships.some((membership) => membership.tenantId === tenantId)) throw failure('NOT_FOUND', { what: 'tenant among your memberships' })
      const session = await sessions.chooseTenant({ sessionId, accountId, tenantId })
      const account = await findAccount({ id: accountId })
      if (session === null || account === null) throw failure('UNAUTHENTICATED', { message: 'The session has ended. Log in again.' })
      return { accessToken: await accessTokenOf(session), expiresIn: ACCESS_TOKEN_LIFETIME_SECONDS, account, refresh: null }
    },

    account: (id: string): Promise<AccountRow | null> => findAccount({ id }),
    memberships: (accountId: string): Promise<readonly MembershipRow[]> => sessions.memberships(accountId),
  }
}

function rateLimited(seconds: number) {
  return failure('RATE_LIMITED', { seconds }, { retryAfterSeconds: seconds })
}

type Registration = { readonly email: string; readonly password: string; readonly name: string }

/** Folds what was typed and collects everything that is wrong with it. */
function readRegistration({ email, password, name }: Registration): Omit<Registration, 'password'> {
  const fields: { readonly field: string; readonly message: string }[] = []
  const folded = foldEmail(email)
  const trimmed = name.trim().normalize('NFC')
  if (folded === null) fields.push({ field: 'email', message: 'must be an e-mail address' })
  if (trimmed === '' || trimmed.length > MAX_NAME_LENGTH || /\p{Cc}/u.test(trimmed)) fields.push({ field: 'name', message: `must have 1 to ${MAX_NAME_LENGTH} characters` })
  const weakness = passwordWeakness({ password, email: folded ?? email, name: trimmed })
  if (weakness !== null) fields.push({ field: 'password', message: weakness })
  if (folded === null || fields.length > 0) {
    throw failure('BAD_USER_INPUT', { message: fields.map(({ field, message }) => `The ${field === 'email' ? 'e-mail' : field} ${message}.`).join(' ') }, { fields })
  }
  return { email: folded, name: trimmed }
}
