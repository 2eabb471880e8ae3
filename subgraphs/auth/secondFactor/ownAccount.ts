import type { FactorSealer } from '#db/crypto/factorSealer.ts'
import { Account } from '#db/entities/auth/Account.ts'
import type { EntityManager, MikroORM } from '#db/tenantScope.ts'
import type { RecordDeed } from '../accountRecorder.ts'
import { sessionEnded, type Client } from '../issuer.ts'
import type { ConfirmPassword } from './confirmPassword.ts'

/** What setting up a second factor needs. */
export type FactorOptions = {
  readonly orm: MikroORM
  readonly sealer: FactorSealer
  readonly confirmPassword: ConfirmPassword
  readonly recordDeed: RecordDeed
  readonly now: () => Date
}

/** Who is logged in and gave the password again, before what a stolen session must not do. */
export type Confirmed = { readonly accountId: string; readonly password: string; readonly client: Client }

/** The account of the transaction; throws UNAUTHENTICATED when it is gone. */
export async function ownAccount(em: EntityManager, accountId: string): Promise<Account> {
  const account = await em.findOne(Account, { id: accountId })
  if (account === null) throw sessionEnded()
  return account
}
