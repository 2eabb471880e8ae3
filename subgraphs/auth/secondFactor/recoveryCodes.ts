import { randomUUID } from 'node:crypto'
import { RecoveryCode } from '#db/entities/auth/RecoveryCode.ts'
import { inAccount, type EntityManager } from '#db/tenantScope.ts'
import { failure } from '#ops/service/errors.ts'
import { lockFactors, methodsOf } from './factorRow.ts'
import { createRecoveryCodes, hashRecoveryCode } from './recoveryCode.ts'
import { ownAccount, type Confirmed, type FactorOptions } from './ownAccount.ts'

/** Ten new recovery codes; those of before are worth nothing then. Throws NOT_FOUND without a second factor. */
export function createRegenerateRecoveryCodes({ orm, key, confirmPassword, recordDeed, now }: FactorOptions) {
  return async function regenerateRecoveryCodes({ accountId, password, client }: Confirmed): Promise<readonly string[]> {
    await confirmPassword({ accountId, password })
    return inAccount(orm, accountId, async (em) => {
      const account = await ownAccount(em, accountId)
      await lockFactors(em, { accountId, at: now() })
      if ((await methodsOf(em, accountId)).length === 0)
        throw failure('NOT_FOUND', { what: 'second factor of this account that recovery codes could stand in for' })
      await recordDeed(em, { account, client, action: 'recovery_codes.regenerated', told: 'New recovery codes were made; the old ones are worth nothing.' })
      return replaceRecoveryCodes(em, { accountId, key, at: now() })
    })
  }
}

/** How many codes are left once this one is taken; null when it is none, or was used. */
export async function takeRecoveryCode(
  em: EntityManager,
  { accountId, key, code, at }: { readonly accountId: string; readonly key: string; readonly code: string; readonly at: Date },
): Promise<number | null> {
  const found = await em.findOne(RecoveryCode, { accountId, codeHash: hashRecoveryCode({ key, accountId, code }), usedAt: null })
  if (found === null) return null
  found.usedAt = at
  await em.flush()
  return em.count(RecoveryCode, { accountId, usedAt: null })
}

/** Inside the caller's transaction; answers the new ones. */
export async function replaceRecoveryCodes(em: EntityManager, { accountId, key, at }: { readonly accountId: string; readonly key: string; readonly at: Date }) {
  const codes = createRecoveryCodes()
  await em.nativeDelete(RecoveryCode, { accountId })
  await em.insertMany(
    RecoveryCode,
    codes.map((code) => ({ id: randomUUID(), accountId, codeHash: hashRecoveryCode({ key, accountId, code }), usedAt: null, createdAt: at })),
  )
  return codes
}
