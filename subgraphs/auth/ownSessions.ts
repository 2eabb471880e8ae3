import { recordAccountAudit } from '#db/audit/recordAccountAudit.ts'
import type { Session } from '#db/entities/auth/Session.ts'
import { inGlobal, type MikroORM } from '#db/tenantScope.ts'
import { isUuid } from '#db/uuid.ts'
import { failure } from '#ops/service/errors.ts'
import type { Client, Issuer } from './issuer.ts'

/** Who asks for a change of what is the account's own. */
export type Owner = { readonly accountId: string; readonly sessionId: string | null; readonly client: Client }

export type OwnSessionsOptions = { readonly orm: MikroORM; readonly issuer: Issuer; readonly now: () => Date }

/** An account looks after its own sessions. */
export function createOwnSessions({ orm, issuer: { sessions, tokens }, now }: OwnSessionsOptions) {
  return {
    sessions: (accountId: string): Promise<readonly Session[]> => sessions.list(accountId),

    /** Throws NOT_FOUND for a session that is not the account's, or has ended. */
    async revokeSession({ accountId, client }: Owner, sessionId: string): Promise<void> {
      await inGlobal(orm, async (em) => {
        const ended = isUuid(sessionId) ? await sessions.revoke(em, sessionId) : null
        // What is thrown rolls the revocation back.
        // wall: session-of-account
        if (ended?.accountId !== accountId) throw failure('NOT_FOUND', { what: 'session' })
        await em.flush()
        await recordAccountAudit(em, { accountId, action: 'session.revoked', target: `session:${sessionId}`, address: client.clientAddress, at: now() })
      })
    },

    /** Ends all sessions of the account; the one that asks stays when `keepCurrent`. Answers how many. */
    revokeSessions: ({ accountId, sessionId, client }: Owner, { keepCurrent }: { readonly keepCurrent: boolean }): Promise<number> =>
      inGlobal(orm, async (em) => {
        const count = await sessions.revokeAll(em, { accountId, except: keepCurrent ? sessionId : null })
        if (count > 0) await recordAccountAudit(em, { accountId, action: 'sessions.revoked', after: { count }, address: client.clientAddress, at: now() })
        return count
      }),

    /** Ends the sessions that are named by the viewer's token and by the cookie. */
    async logout({ sessionId, cookieToken, client }: { readonly sessionId: string | null; readonly cookieToken: string | null; readonly client: Client }) {
      const token = cookieToken === null ? null : tokens.parse(cookieToken)
      for (const id of new Set([sessionId, token?.sessionId ?? null])) {
        if (id === null) continue
        await inGlobal(orm, async (em) => {
          const ended = await sessions.revoke(em, id)
          if (ended === null) return
          await recordAccountAudit(em, {
            accountId: ended.accountId,
            action: 'account.logged_out',
            after: { session: id },
            address: client.clientAddress,
            at: now(),
          })
        })
      }
    },
  }
}
