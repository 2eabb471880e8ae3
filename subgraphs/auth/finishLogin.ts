import { LockMode } from '@mikro-orm/core'
import { recordAccountAudit } from '#db/audit/recordAccountAudit.ts'
import { Account } from '#db/entities/auth/Account.ts'
import { inGlobal, type EntityManager, type MikroORM } from '#db/tenantScope.ts'
import { failure } from '#ops/service/errors.ts'
import type { KnownDevices } from './knownDevice.ts'
import type { AccountRow, Client, Issuer, Login } from './issuer.ts'

export type ProvenLogin = {
  readonly account: AccountRow & { readonly email: string }
  /** What was stored of the password that was right; null where none was asked for. */
  readonly passwordHash: string | null
  readonly rememberMe: boolean
  readonly client: Client
}

export type FinishLoginOptions = { readonly orm: MikroORM; readonly issuer: Issuer; readonly devices: KnownDevices; readonly now: () => Date }

/**
 * What every login ends with, once it is proven who asks: sessions of old are removed, a new one is opened and its tokens are issued. Throws
 * UNAUTHENTICATED when the password has been changed meanwhile.
 */
export function createFinishLogin({ orm, issuer, devices, now }: FinishLoginOptions): (proven: ProvenLogin) => Promise<Login> {
  return async function finishLogin({ account, passwordHash, rememberMe, client: { clientAddress, userAgent } }: ProvenLogin): Promise<Login> {
    const session = await inGlobal(orm, async (em) => {
      if (passwordHash !== null) await holdPassword(em, { accountId: account.id, passwordHash })
      await issuer.sessions.removeEnded(em, account.id)
      const ended = await issuer.sessions.makeRoom(em, account.id)
      if (ended.length > 0) {
        const after = { count: ended.length, reason: 'too many at a time' }
        await recordAccountAudit(em, { accountId: account.id, action: 'sessions.revoked', after, address: clientAddress, at: now() })
      }
      const opened = issuer.sessions.open(em, { accountId: account.id, isRemembered: rememberMe, clientAddress, userAgent })
      const after = { session: opened.sessionId, isRemembered: rememberMe }
      await recordAccountAudit(em, { accountId: account.id, action: 'account.logged_in', after, address: clientAddress, at: now() })
      return opened
    })
    return { ...(await issuer.issue(session, account)), device: devices.make(account.email) }
  }
}

/** Whoever changes the password ends the sessions that it opened: that waits until this one is there, or this one comes too late. */
async function holdPassword(em: EntityManager, { accountId, passwordHash }: { readonly accountId: string; readonly passwordHash: string }): Promise<void> {
  const account = await em.findOne(Account, { id: accountId }, { lockMode: LockMode.PESSIMISTIC_READ })
  if (account?.passwordHash !== passwordHash) throw wrongPassword()
}

/** In the same words for an unknown address. */
export const wrongPassword = () => failure('UNAUTHENTICATED', { message: 'E-mail or password is wrong.' })
