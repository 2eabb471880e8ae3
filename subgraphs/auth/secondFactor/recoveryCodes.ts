import { randomBytes, randomUUID } from 'node:crypto'
import type { FactorSealer } from '#db/crypto/factorSealer.ts'
import { openRecoveryKeys, sealRecoveryKeys } from '#db/crypto/recoveryKeys.ts'
import { RecoveryCode } from '#db/entities/auth/RecoveryCode.ts'
import type { SecondFactor } from '#db/entities/auth/SecondFactor.ts'
import { inAccount, type EntityManager } from '#db/tenantScope.ts'
import { failure } from '#ops/service/errors.ts'
import { isAbsent } from '#ops/service/presence.ts'
import { lockFactors, methodsOf } from './factorRow.ts'
import { createRecoveryCodes, hashRecoveryCode } from './recoveryCode.ts'
import { ownAccount, type Confirmed, type FactorOptions } from './ownAccount.ts'

/** Ten new recovery codes; those of before are worth nothing then. Throws NOT_FOUND without a second factor. */
export function createRegenerateRecoveryCodes({ orm, sealer, confirmPassword, recordDeed, now }: FactorOptions) {
  return async function regenerateRecoveryCodes({ accountId, password, client }: Confirmed): Promise<readonly string[]> {
    await confirmPassword({ accountId, password })
    return inAccount(orm, accountId, async (em) => {
      const account = await ownAccount(em, accountId)
      const row = await lockFactors(em, { accountId, at: now() })
      if ((await methodsOf(em, accountId)).length === 0)
        throw failure('NOT_FOUND', { what: 'second factor of this account that recovery codes could stand in for' })
      await recordDeed(em, { account, client, action: 'recovery_codes.regenerated', told: 'New recovery codes were made; the old ones are worth nothing.' })
      return replaceRecoveryCodes(em, { row, sealer, at: now() })
    })
  }
}

const KEY_BYTES = 32

/** `row` is held by the transaction. */
type HeldFactors = { readonly row: SecondFactor; readonly sealer: FactorSealer; readonly at: Date }

/** How many codes are left once this one is taken; null when it is none, or was used. */
export async function takeRecoveryCode(em: EntityManager, { row, sealer, code, at }: HeldFactors & { readonly code: string }): Promise<number | null> {
  const { accountId, recoveryKey } = row
  // By SECOND_FACTOR_KEY itself they were hashed before they had a key of their own, and still are by a process of an older release.
  const keys = new Set([...(isAbsent(recoveryKey) ? [] : openRecoveryKeys(sealer, accountId, recoveryKey)), ...sealer.keys])
  const hashes = Array.from(keys, (key) => hashRecoveryCode({ key, accountId, code }))
  const found = await em.findOne(RecoveryCode, { accountId, codeHash: { $in: hashes }, usedAt: null })
  if (found === null) return null
  found.usedAt = at
  await em.flush()
  return em.count(RecoveryCode, { accountId, usedAt: null })
}

/** Inside the caller's transaction; answers the new ones. */
export async function replaceRecoveryCodes(em: EntityManager, { row, sealer, at }: HeldFactors): Promise<readonly string[]> {
  const { accountId } = row
  const [codes, key] = [createRecoveryCodes(), randomBytes(KEY_BYTES).toString('base64url')]
  row.recoveryKey = sealRecoveryKeys(sealer, accountId, [key])
  await em.nativeDelete(RecoveryCode, { accountId })
  await em.insertMany(
    RecoveryCode,
    codes.map((code) => ({ id: randomUUID(), accountId, codeHash: hashRecoveryCode({ key, accountId, code }), usedAt: null, createdAt: at })),
  )
  return codes
}
