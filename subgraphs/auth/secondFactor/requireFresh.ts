import { Session } from '#db/entities/auth/Session.ts'
import { inGlobal, type MikroORM } from '#db/tenantScope.ts'
import { failure } from '#ops/service/errors.ts'
import type { ConfirmPassword } from './confirmPassword.ts'

/** How long after a login nobody is asked for the password again. */
const FRESH_MS = 10 * 60_000

export type RequireFresh = (asked: { readonly accountId: string; readonly sessionId: string | null; readonly password: string | null }) => Promise<void>

/**
 * Before a second factor is added: what a stolen session added would stay the thief's when the session has ended, and the owner would be kept out by it.
 * Throws PASSWORD_REQUIRED unless the login was just now or the password is given, and what ConfirmPassword throws for a wrong one.
 */
export function createRequireFresh({
  orm,
  confirmPassword,
  now,
}: {
  readonly orm: MikroORM
  readonly confirmPassword: ConfirmPassword
  readonly now: () => Date
}) {
  const requireFresh: RequireFresh = async ({ accountId, sessionId, password }) => {
    if (password !== null) return confirmPassword({ accountId, password })
    const session = sessionId === null ? null : await inGlobal(orm, (em) => em.findOne(Session, { id: sessionId, accountId }, { fields: ['createdAt'] }))
    if (session === null || now().getTime() - session.createdAt.getTime() > FRESH_MS) throw failure('PASSWORD_REQUIRED', {})
  }
  return requireFresh
}
