import { recordAccountAudit } from '#db/audit/recordAccountAudit.ts'
import { inGlobal, type MikroORM } from '#db/tenantScope.ts'
import type { KnownDevices } from './knownDevice.ts'
import type { AccountRow, Client, Issuer, Login } from './issuer.ts'

export type ProvenLogin = { readonly account: AccountRow & { readonly email: string }; readonly rememberMe: boolean; readonly client: Client }

export type FinishLoginOptions = { readonly orm: MikroORM; readonly issuer: Issuer; readonly devices: KnownDevices; readonly now: () => Date }

/** What every login ends with, once it is proven who asks: sessions of old are removed, a new one is opened and its tokens are issued. */
export function createFinishLogin({ orm, issuer, devices, now }: FinishLoginOptions): (proven: ProvenLogin) => Promise<Login> {
  return async function finishLogin({ account, rememberMe, client: { clientAddress, userAgent } }: ProvenLogin): Promise<Login> {
    const session = await inGlobal(orm, async (em) => {
      await issuer.sessions.removeEnded(em, account.id)
      const opened = issuer.sessions.open(em, { accountId: account.id, isRemembered: rememberMe, clientAddress, userAgent })
      const after = { session: opened.sessionId, isRemembered: rememberMe }
      await recordAccountAudit(em, { accountId: account.id, action: 'account.logged_in', after, address: clientAddress, at: now() })
      return opened
    })
    return { ...(await issuer.issue(session, account)), device: devices.make(account.email) }
  }
}
