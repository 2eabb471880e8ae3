import { Account } from '#db/entities/auth/Account.ts'
import { inGlobal, type MikroORM } from '#db/tenantScope.ts'
import type { Jwk } from '#ops/config.ts'
import { ACCESS_TOKEN_LIFETIME_SECONDS, signAccessToken } from '#ops/security/accessToken.ts'
import { failure } from '#ops/service/errors.ts'
import { readMemberships } from './memberships.ts'
import { createRefreshTokens } from './refreshToken.ts'
import { createSessions, type RefreshedSession, type SessionState } from './sessions.ts'

export type { Client } from './sessions.ts'

export type AccountRow = {
  readonly id: string
  readonly email: string | null
  readonly name: string | null
  /** Absent where it was not looked at; null too where it is not the viewer's to see. */
  readonly emailVerifiedAt?: Date | null
  readonly createdAt?: Date | null
}

/** A login: the token for the next quarter of an hour, and the text of the refresh cookie (null: it stays as it is). */
export type Login = {
  readonly accessToken: string
  readonly expiresIn: number
  readonly account: AccountRow
  readonly refresh: { readonly token: string; readonly isRemembered: boolean } | null
  /** The text of the cookie by which this browser is known again at the next login; null: it stays as it is. */
  readonly device: string | null
}

export type IssuerOptions = {
  readonly orm: MikroORM
  readonly accessPrivateKey: Jwk
  readonly refreshKey: string
  /** The slug of the one tenant of an installation for one; null: there are many. */
  readonly onlyTenant: string | null
  readonly now: () => Date
}
export type Issuer = ReturnType<typeof createIssuer>

/** What every way to log in shares: accounts, sessions, and the tokens that come of them. */
export function createIssuer({ orm, accessPrivateKey, refreshKey, onlyTenant, now }: IssuerOptions) {
  const tokens = createRefreshTokens({ refreshKey })
  const sessions = createSessions({ orm, tokens, now })

  /** The session's tenant when the account is still its member, else the oldest membership, else none. */
  async function issueAccess(session: SessionState, account: AccountRow): Promise<Login> {
    const memberships = await readMemberships(orm, { accountId: session.accountId, onlyTenant })
    const membership = memberships.find(({ tenantId }) => tenantId === session.tenantId) ?? memberships[0]
    const claims = {
      accountId: session.accountId,
      sessionId: session.sessionId,
      tenantId: membership?.tenantId ?? null,
      tenantSlug: membership?.slug ?? null,
      role: membership?.role ?? null,
    }
    return {
      accessToken: await signAccessToken({ claims, privateKey: accessPrivateKey, now: now() }),
      expiresIn: ACCESS_TOKEN_LIFETIME_SECONDS,
      account,
      refresh: null,
      device: null,
    }
  }

  return {
    tokens,
    sessions,
    findAccount: (condition: { readonly id: string } | { readonly email: string }): Promise<Account | null> =>
      inGlobal(orm, (em) => em.findOne(Account, condition)),
    /** An access token for a session that keeps its refresh token. */
    issueAccess,
    /** An access token and a refresh token. */
    async issue(session: RefreshedSession, account: AccountRow): Promise<Login> {
      return { ...(await issueAccess(session, account)), refresh: { token: tokens.print(session.token), isRemembered: session.isRemembered } }
    },
  }
}

/** Throw it when too much was tried; says when to try again. */
export function rateLimited(seconds: number) {
  return failure('RATE_LIMITED', { seconds }, { retryAfterSeconds: seconds })
}

/** Throw it when there is no session any more. */
export function sessionEnded() {
  return failure('UNAUTHENTICATED', { message: 'The session has ended. Log in again.' })
}
