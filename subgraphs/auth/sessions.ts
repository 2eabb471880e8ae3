import { randomUUID, timingSafeEqual } from 'node:crypto'
import { LockMode } from '@mikro-orm/core'
import { OwnMembership } from '#db/entities/auth/OwnMembership.ts'
import { OwnTenant } from '#db/entities/auth/OwnTenant.ts'
import { Session } from '#db/entities/auth/Session.ts'
import { inAccount, inGlobal, type EntityManager, type MikroORM } from '#db/tenantScope.ts'
import type { Role } from '#ops/security/permissions.ts'
import type { Log } from '#ops/service/requestScope.ts'
import { isAbsent } from '#ops/service/presence.ts'
import { hashRefreshToken, type RefreshToken, type RefreshTokens } from './refreshToken.ts'

/** A membership with what a chooser shows of the tenant. */
export type MembershipRow = { readonly tenantId: string; readonly slug: string; readonly name: string; readonly role: Role }

/** How long a login lasts when nothing is done with it, and at the very most. */
const LIFETIMES_MS = {
  remembered: { idle: 30 * 86_400_000, absolute: 180 * 86_400_000 },
  ordinary: { idle: 12 * 3_600_000, absolute: 7 * 86_400_000 },
} as const
/** Tabs that wake together refresh together; a token used again later than this was stolen. */
const PARALLEL_MS = 10_000
/** A revoked session can be looked at this long; one that ran out is of no use to anybody. */
const REVOKED_KEPT_MS = 30 * 86_400_000
/** Of one login; what is left is the next one's. */
const MAX_REMOVED = 1_000

export type SessionState = { readonly sessionId: string; readonly accountId: string; readonly tenantId: string | null; readonly isRemembered: boolean }
export type RefreshedSession = SessionState & { readonly token: RefreshToken }

export type NewSession = {
  readonly accountId: string
  readonly isRemembered: boolean
  readonly clientAddress: string | null
  readonly userAgent: string | null
}

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

    /** Removes the account's sessions that ran out or were revoked long ago, inside the caller's transaction. */
    async removeEnded(em: EntityManager, accountId: string): Promise<void> {
      const at = now()
      const isEnded = {
        $or: [{ expiresAt: { $lte: at } }, { absoluteExpiresAt: { $lte: at } }, { revokedAt: { $lte: new Date(at.getTime() - REVOKED_KEPT_MS) } }],
      }
      // Those that another login is removing are passed over, so that neither waits for the other.
      const ended = await em.find(Session, { accountId, ...isEnded }, { fields: ['id'], limit: MAX_REMOVED, lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE })
      if (ended.length > 0) await em.nativeDelete(Session, { id: { $in: ended.map(({ id }) => id) } })
    },

    /** The session with its next token, or null when it has ended. A token used again long after it was replaced ends its session. */
    refresh: (token: RefreshToken, log: Log): Promise<RefreshedSession | null> =>
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
          session.expiresAt = new Date(Math.min(at.getTime() + lifetimeOf(session.remember).idle, session.absoluteExpiresAt.getTime()))
          return state
        }
        const isPrevious = !isAbsent(session.previousHash) && timingSafeEqual(hash, session.previousHash)
        if (isPrevious && !isAbsent(session.rotatedAt) && at.getTime() - session.rotatedAt.getTime() <= PARALLEL_MS) return state
        session.revokedAt = at
        log.warn({ sessionId: session.id, accountId: session.accountId }, 'a refresh token was used again; the session is revoked')
        return null
      }),

    /** Ends a session; nothing happens when there is none. */
    revoke: (sessionId: string): Promise<void> =>
      inGlobal(orm, async (em) => void (await em.nativeUpdate(Session, { id: sessionId, revokedAt: null }, { revokedAt: now() }))),

    /** Remembers the tenant for the next refresh. False when the session is not the account's, or has ended. */
    chooseTenant: ({
      sessionId,
      accountId,
      tenantId,
    }: {
      readonly sessionId: string
      readonly accountId: string
      readonly tenantId: string
    }): Promise<SessionState | null> =>
      inGlobal(orm, async (em) => {
        const session = await em.findOne(Session, { id: sessionId, accountId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
        if (session === null || !isAlive(session, now())) return null
        session.tenantId = tenantId
        return { sessionId, accountId, tenantId, isRemembered: session.remember }
      }),

    /** The tenants that the account is a member of, the oldest membership first. */
    memberships: (accountId: string): Promise<readonly MembershipRow[]> =>
      inAccount(orm, accountId, async (em) => {
        const memberships = await em.find(OwnMembership, {}, { orderBy: { createdAt: 'asc', tenantId: 'asc' } })
        // The role may read these columns alone, so they are named.
        const tenants = await em.find(OwnTenant, { id: { $in: memberships.map(({ tenantId }) => tenantId) } }, { fields: ['id', 'slug', 'name'] })
        const byId = new Map(tenants.map((tenant) => [tenant.id, tenant]))
        return memberships.flatMap(({ tenantId, role }) => {
          const tenant = byId.get(tenantId)
          return tenant === undefined ? [] : [{ tenantId, slug: tenant.slug, name: tenant.name, role }]
        })
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
