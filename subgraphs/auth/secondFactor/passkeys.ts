import { Passkey } from '#db/entities/auth/Passkey.ts'
import { inAccount, type EntityManager } from '#db/tenantScope.ts'
import { isUuid } from '#db/uuid.ts'
import { failure } from '#ops/service/errors.ts'
import type { Client } from '../issuer.ts'
import type { ConfirmPassword } from './confirmPassword.ts'
import { lockFactors, removeCodesOfNone } from './factorRow.ts'
import { createRegisterPasskey, MAX_PASSKEYS, type RegisterPasskeyOptions } from './registerPasskey.ts'
import { ownAccount } from './ownAccount.ts'

export type PasskeysOptions = RegisterPasskeyOptions & { readonly confirmPassword: ConfirmPassword }

/** The passkeys of an account: how they come to it and leave it. */
export function createPasskeys({ confirmPassword, ...options }: PasskeysOptions) {
  const { orm, recordDeed, now } = options
  return {
    ...createRegisterPasskey(options),

    /** Removes one; without another second factor the recovery codes go with the last, and the password alone is asked for again. */
    async remove({ accountId, id, password, client }: { readonly accountId: string; readonly id: string; readonly password: string; readonly client: Client }) {
      await confirmPassword({ accountId, password })
      await inAccount(orm, accountId, async (em) => {
        const account = await ownAccount(em, accountId)
        await lockFactors(em, { accountId, at: now() })
        const passkey = await findOwn(em, { accountId, id })
        if (passkey === null) throw failure('NOT_FOUND', { what: 'passkey of this account' })
        await em.remove(passkey).flush()
        await removeCodesOfNone(em, accountId)
        const { name } = passkey
        await recordDeed(em, {
          account,
          client,
          action: 'passkey.removed',
          target: `passkey:${id}`,
          before: { name },
          told: `The passkey "${name}" was removed.`,
        })
      })
    },

    /** The oldest first. */
    list: (accountId: string): Promise<readonly Passkey[]> =>
      inAccount(orm, accountId, (em) => em.find(Passkey, { accountId }, { orderBy: { createdAt: 'asc', id: 'asc' }, limit: MAX_PASSKEYS })),
  }
}

function findOwn(em: EntityManager, { accountId, id }: { readonly accountId: string; readonly id: string }): Promise<Passkey | null> {
  return isUuid(id) ? em.findOne(Passkey, { accountId, id }) : Promise.resolve(null)
}
