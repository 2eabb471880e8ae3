import { randomUUID, timingSafeEqual } from 'node:crypto'
import { LockMode } from '@mikro-orm/core'
import { verifySession, type ClaimedSession, type VerifiedSession } from '#db/access/verifySession.ts'
import { recordAccountAudit } from '#db/audit/recordAccountAudit.ts'
import { Session } from '#db/entities/auth/Session.ts'
import { inGlobal, type EntityManager, type MikroORM } from '#db/tenantScope.ts'
import type { ClientPlace } from '#ops/service/clientPlace.ts'
import type { Log } from '#ops/service/requestScope.ts'
import { isAbsent } from '#ops/service/presence.ts'
import { hashRefreshToken, type RefreshToken, type RefreshTokens } from './refreshToken.ts'
import { aliveAt, createSessionRoom } from './sessionRoom.ts'

/** How long a login lasts when nothing is done with it (each refresh begins this time anew), and at the very most, however much is done. */
const LIFETIMES_MS = {
  remembered: { idle: 30 * 86_400_000, absolute: 180 * 86_400_000 },
  ordinary: { idle: 24 * 3_600_000, absolute: 7 * 86_400_000 },
} as const
/** Tabs that wake together refresh together; a token used again later than this was stolen. */
const PARALLEL_MS = 10_000
const MAX_LISTED = 200

export type SessionState = { readonly sessionId: string; readonly accountId: string; readonly tenantId: string | null; readonly isRemembered: boolean }
export type RefreshedSession = SessionState & { readonly token: RefreshToken }

/** Who is at the other end, as the gateway saw it. */
export type Client = {
  readonly clientAddress: string | null
  readonly userAgent: string | null
  /** Absent: unknown. */
  readonly place?: ClientPlace
}
export type NewSession = Client & { readonly accountId: string; readonly isRemembered: boolean }

export type ChosenTenant = { readonly sessionId: string; readonly accountId: string; readonly tenantId: string }

/** What is kept of a browser's name. */
const MAX_AGENT_LENGTH = 300

export type SessionsOptions = { readonly orm: MikroORM; readonly tokens: RefreshTokens; readonly now: () => Date }

/** The sessions of accounts: each a family of refresh tokens of which the newest is good. */
export function createSessions({ orm, tokens, now }: SessionsOptions) {
  return {
    /** Adds a session inside the caller's transaction. */
    open(em: EntityManager, session: NewSession): RefreshedSession {
      const sessionId = randomUUID()
      const token = tokens.first(sessionId)
      em.persist(em.create(Session, { id: sessionId, refreshHash: hashRefreshToken(token), ...newSessionRow(session, now()) }))
      return { sessionId, accountId: session.accountId, tenantId: null, isRemembered: session.isRemembered, token }
    },

    ...createSessionRoom({ now }),

    /** The session with its next token, or null when it has ended. A token used again long after it was replaced ends its session. */
    refresh: (token: RefreshToken, { log, client }: { readonly log: Log; readonly client: Client }): Promise<RefreshedSession | null> =>
      inGlobal(orm, async (em) => {
        const session = await em.findOne(Session, { id: token.sessionId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
        const at = now()
        if (session === null || !isAlive(session, at)) return null
        const hash = hashRefreshToken(token)
        const next = tokens.next(token)
        const state = { sessionId: session.id, accountId: session.accountId, tenantId: session.tenantId ?? null, isRemembered: session.remember, token: next }
        if (timingSafeEqual(hash, session.refreshHash)) {
          session.previousHash = hash
          session.refreshHash = hashRefreshToken(next)
          session.rotatedAt = at
          session.lastUsedAt = at
          // Where it was used last is what its owner looks for in the list.
          session.address = client.clientAddress ?? session.address
          session.expiresAt = new Date(Math.min(at.getTime() + lifetimeOf(session.remember).idle, session.absoluteExpiresAt.getTime()))
          return state
        }
        const isPrevious = !isAbsent(session.previousHash) && timingSafeEqual(hash, session.previousHash)
        if (isPrevious && !isAbsent(session.rotatedAt) && at.getTime() - session.rotatedAt.getTime() <= PARALLEL_MS) return state
        session.revokedAt = at
        await recordAccountAudit(em, {
          accountId: session.accountId,
          action: 'session.reused',
          target: `session:${session.id}`,
          address: client.clientAddress,
          at,
        })
        log.warn({ sessionId: session.id, accountId: session.accountId }, 'a refresh token was used again; the session is revoked')
        return null
      }),

    /** Whose session the token is good for at this moment, without using it; null when it is not. */
    async ownerOf(em: EntityManager, token: RefreshToken): Promise<string | null> {
      const session = await em.findOne(Session, { id: token.sessionId, ...aliveAt(now()) })
      const hashes = session === null ? [] : [session.refreshHash, session.previousHash].filter((hash) => !isAbsent(hash))
      return session !== null && hashes.some((hash) => timingSafeEqual(hash, hashRefreshToken(token))) ? session.accountId : null
    },

    /** Ends a session inside the caller's transaction and answers whose it was; null when there is none that could be ended. */
    async revoke(em: EntityManager, sessionId: string): Promise<{ readonly accountId: string } | null> {
      const session = await em.findOne(Session, { id: sessionId, revokedAt: null }, { lockMode: LockMode.PESSIMISTIC_WRITE })
      if (session === null) return null
      session.revokedAt = now()
      return { accountId: session.accountId }
    },

    /** Ends all sessions of the account but one, inside the caller's transaction; answers how many. */
    revokeAll: (em: EntityManager, { accountId, except }: { readonly accountId: string; readonly except: string | null }): Promise<number> =>
      em.nativeUpdate(Session, { accountId, ...aliveAt(now()), ...(except === null ? {} : { id: { $ne: except } }) }, { revokedAt: now() }),

    /** The sessions of the account that have not ended, the one used last first. */
    list: (accountId: string): Promise<readonly Session[]> =>
      inGlobal(orm, (em) => em.find(Session, { accountId, ...aliveAt(now()) }, { orderBy: { lastUsedAt: 'desc', id: 'asc' }, limit: MAX_LISTED })),

    /** The session as it stands with the role of now; null when it has ended or the account is no member of the tenant any more. */
    verify: (claimed: ClaimedSession): Promise<VerifiedSession | null> => verifySession(orm, claimed, now()),

    /** Remembers the tenant for the next refresh. False when the session is not the account's, or has ended. */
    chooseTenant: ({ sessionId, accountId, tenantId }: ChosenTenant): Promise<SessionState | null> =>
      inGlobal(orm, async (em) => {
        const session = await em.findOne(Session, { id: sessionId, accountId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
        if (session === null || !isAlive(session, now())) return null
        session.tenantId = tenantId
        return { sessionId, accountId, tenantId, isRemembered: session.remember }
      }),
  }
}

/** How many seconds the cookie of a remembered session is kept. */
export const REMEMBERED_SECONDS = LIFETIMES_MS.remembered.idle / 1000

function lifetimeOf(isRemembered: boolean) {
  return isRemembered ? LIFETIMES_MS.remembered : LIFETIMES_MS.ordinary
}

function isAlive(session: Session, at: Date): boolean {
  return isAbsent(session.revokedAt) && session.expiresAt > at && session.absoluteExpiresAt > at
}

function newSessionRow({ accountId, isRemembered, clientAddress, userAgent }: NewSession, at: Date) {
  const { idle, absolute } = lifetimeOf(isRemembered)
  const ends = { expiresAt: new Date(at.getTime() + idle), absoluteExpiresAt: new Date(at.getTime() + absolute), revokedAt: null }
  const client = { userAgent: userAgent?.slice(0, MAX_AGENT_LENGTH) ?? null, address: clientAddress }
  return { accountId, tenantId: null, previousHash: null, rotatedAt: null, remember: isRemembered, ...client, createdAt: at, lastUsedAt: at, ...ends }
}
