import { recordAccountAudit } from '#db/audit/recordAccountAudit.ts'
import { inGlobal, type MikroORM } from '#db/tenantScope.ts'
import type { AccountRow, Client, Issuer, Login } from './issuer.ts'

export type ProvenLogin = { readonly account: AccountRow; readonly rememberMe: boolean; readonly client: Client }

/** What every login ends with, once it is proven who asks: sessions of old are removed, a new one is opened and its tokens are issued. */
export function createFinishLogin({
  orm,
  issuer,
  now,
}: {
  readonly orm: MikroORM
  readonly issuer: Issuer
  readonly now: () => Date
}): (proven: ProvenLogin) => Promise<Login> {
  return async function finishLogin({ account, rememberMe, client }: ProvenLogin): Promise<Login> {
    const session = await inGlobal(orm, async (em) => {
      await issuer.sessions.removeEnded(em, account.id)
      const opened = issuer.sessions.open(em, {
        accountId: account.id,
        isRemembered: rememberMe,
        clientAddress: client.clientAddress,
        userAgent: client.userAgent,
      })
      await recordAccountAudit(em, {
        accountId: account.id,
        action: 'account.logged_in',
        after: { session: opened.sessionId, isRemembered: rememberMe },
        address: client.clientAddress,
        at: now(),
      })
      return opened
    })
    return issuer.issue(session, account)
  }
}
