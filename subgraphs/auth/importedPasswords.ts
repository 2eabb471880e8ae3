import { Account } from '#db/entities/auth/Account.ts'
import { inGlobal, type MikroORM } from '#db/tenantScope.ts'
import { hashPassword, isImported, isOutdated, verifyPassword } from '#ops/security/passwords.ts'
import { holdUntil } from './hold.ts'

/** bcrypt at cost 12 of nothing that anybody types; it is compared once, to know how long that takes on this machine. */
const SAMPLE = '$2b$12$K3dJ0x1mUQ3l0nqXy7RrUuF0n6g5w2bq2F3xw7m8y9zAbCdEfGhIj'
/** Comparisons differ a little in time; so much more than the slowest of the last ones covers nearly all of them. */
const MARGIN = 1.25
const REMEMBERED = 20
const LOOK_AGAIN_MS = 60_000

type Question = {
  readonly password: string
  readonly hash: string | null
  /** Who asks, for the line before the hashes. */
  readonly by: string
}
/** `began` says when its turn had come, on the clock of performance.now(). */
type Verified = { readonly isRight: boolean; readonly began: number }

/**
 * Passwords that came from another system as bcrypt hashes. One takes ten times as long to compare as ours, so as long as there are any, a login that
 * fails is answered no sooner than the slowest of them lately: the time does not tell an imported account from our own or from none. Waiting costs nothing.
 */
export function createImportedPasswords({ orm, now }: { readonly orm: MikroORM; readonly now: () => Date }) {
  const durations: number[] = []
  let known: { readonly any: boolean; readonly until: number } | null = null

  async function verify({ password, hash, by }: Question): Promise<Verified> {
    let began = performance.now()
    const isRight = await verifyPassword({ password, hash }, { by, onTurn: () => (began = performance.now()) })
    if (hash !== null && isImported(hash)) {
      durations.push(performance.now() - began)
      if (durations.length > REMEMBERED) durations.shift()
    }
    return { isRight, began }
  }

  async function isAnyLeft(): Promise<boolean> {
    if (known === null || known.until <= now().getTime()) {
      const first = await inGlobal(orm, (em) => em.findOne(Account, { passwordHash: { $like: '$2%' } }, { fields: ['id'] }))
      known = { any: first !== null, until: now().getTime() + LOOK_AGAIN_MS }
    }
    return known.any
  }

  return {
    /** Whether it is the account's password; `hash` null is nobody's. */
    verify,

    /** Waits before a failure is answered: so long after its turn had come, since the line before it is as long for everybody. */
    async hold(began: number, by: string): Promise<void> {
      if (!(await isAnyLeft())) return
      if (durations.length === 0) await verify({ password: 'nobody', hash: SAMPLE, by })
      await holdUntil(began, Math.max(...durations) * MARGIN)
    },

    /** Hashes the password as we do, now that it is known, and answers what is stored of it then. Another login may have done so meanwhile. */
    async upgrade({ id, passwordHash }: Pick<Account, 'id' | 'passwordHash'>, { password, by }: Omit<Question, 'hash'>): Promise<string> {
      if (!isOutdated(passwordHash)) return passwordHash
      const next = await hashPassword(password, { by })
      if ((await inGlobal(orm, (em) => em.nativeUpdate(Account, { id, passwordHash }, { passwordHash: next }))) > 0) return next
      const stored = (await inGlobal(orm, (em) => em.findOne(Account, { id }, { fields: ['passwordHash'] })))?.passwordHash ?? null
      // What it is no more is refused by whoever opens the session.
      return stored !== null && (await verifyPassword({ password, hash: stored }, { by })) ? stored : passwordHash
    },
  }
}
