import { LockMode } from '@mikro-orm/core'
import { Passkey } from '#db/entities/auth/Passkey.ts'
import { RecoveryCode } from '#db/entities/auth/RecoveryCode.ts'
import { SecondFactor } from '#db/entities/auth/SecondFactor.ts'
import type { EntityManager } from '#db/tenantScope.ts'
import { isAbsent } from '#ops/service/presence.ts'

/** What an account may show after its password. `MAILED_CODE` stands in where a login is unusual and the account has none of the others. */
export const SECOND_FACTOR_METHODS = ['TOTP', 'RECOVERY_CODE', 'PASSKEY', 'MAILED_CODE'] as const
export type SecondFactorMethod = (typeof SECOND_FACTOR_METHODS)[number]

/** Six digits can be guessed, so ten wrong ones in a quarter of an hour are enough. Sixty bits and signatures cannot, and stay open to the owner meanwhile. */
const WRONG_CODES = 10
const WINDOW_MS = 15 * 60_000

/** The account's row, made when there is none, and held until the transaction ends: whatever is checked is checked by one at a time. */
export async function lockFactors(em: EntityManager, { accountId, at }: { readonly accountId: string; readonly at: Date }): Promise<SecondFactor> {
  const row = { accountId, totpSecret: null, recoveryKey: null, totpConfirmedAt: null, totpLastStep: null, failedAttempts: 0, failedSince: null, createdAt: at }
  await em.upsertMany(SecondFactor, [row], { onConflictAction: 'ignore' })
  return em.findOneOrFail(SecondFactor, { accountId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true })
}

/** What the account can show after its password; none without a second factor: recovery codes stand in for one and are none themselves. */
export async function methodsOf(em: EntityManager, accountId: string): Promise<readonly SecondFactorMethod[]> {
  const hasTotp = await hasConfirmedTotp(em, accountId)
  const hasPasskey = (await em.count(Passkey, { accountId })) > 0
  if (!hasTotp && !hasPasskey) return []
  const hasCodes = (await em.count(RecoveryCode, { accountId, usedAt: null })) > 0
  return [...(hasTotp ? (['TOTP'] as const) : []), ...(hasPasskey ? (['PASSKEY'] as const) : []), ...(hasCodes ? (['RECOVERY_CODE'] as const) : [])]
}

export async function hasConfirmedTotp(em: EntityManager, accountId: string): Promise<boolean> {
  return (await em.count(SecondFactor, { accountId, totpConfirmedAt: { $ne: null } })) > 0
}

/** Whether what is shown can be guessed: wrong ones are counted then. */
export const isGuessable = (method: SecondFactorMethod): boolean => method === 'TOTP' || method === 'MAILED_CODE'

/** Seconds until a code that can be guessed may be tried again; null: now. */
export function waitSeconds(row: SecondFactor, at: Date): number | null {
  const until = windowEnd(row)
  if (until <= at.getTime() || row.failedAttempts < WRONG_CODES) return null
  return Math.max(1, Math.ceil((until - at.getTime()) / 1000))
}

/** Counts a wrong code; true for the one that closes the door. */
export function countWrong(row: SecondFactor, at: Date): boolean {
  if (windowEnd(row) <= at.getTime()) {
    row.failedAttempts = 0
    row.failedSince = at
  }
  row.failedAttempts += 1
  return row.failedAttempts === WRONG_CODES
}

export function forgetWrong(row: SecondFactor): void {
  row.failedAttempts = 0
  row.failedSince = null
}

/** Ends the account's recovery codes with its last second factor: there is nothing left that they could stand in for. */
export async function removeCodesOfNone(em: EntityManager, accountId: string): Promise<void> {
  if ((await methodsOf(em, accountId)).length === 0) await em.nativeDelete(RecoveryCode, { accountId })
}

/** Takes every second factor of the account away, with the recovery codes; answers how many there were. */
export async function removeFactors(em: EntityManager, accountId: string): Promise<number> {
  const removed = [await em.nativeDelete(Passkey, { accountId }), await em.nativeDelete(SecondFactor, { accountId, totpConfirmedAt: { $ne: null } })]
  // A secret that waits to be confirmed goes as well.
  await em.nativeDelete(SecondFactor, { accountId })
  await em.nativeDelete(RecoveryCode, { accountId })
  return removed.reduce((sum, count) => sum + count, 0)
}

function windowEnd({ failedSince }: SecondFactor): number {
  return isAbsent(failedSince) ? 0 : failedSince.getTime() + WINDOW_MS
}
