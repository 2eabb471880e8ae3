import { z } from 'zod'
import type { FactorSealer } from './factorSealer.ts'

const keysSchema = z.array(z.string())

/** Seals what an account's recovery codes are hashed by; several keys when one of them made the hashes and nothing tells which. */
export function sealRecoveryKeys(sealer: FactorSealer, accountId: string, keys: readonly string[]): string {
  return sealer.seal({ secret: 'recovery', accountId }, JSON.stringify(keys))
}

/** Throws as `sealer.open`. */
export function openRecoveryKeys(sealer: FactorSealer, accountId: string, sealed: string): readonly string[] {
  return keysSchema.parse(JSON.parse(sealer.open({ secret: 'recovery', accountId }, sealed)))
}
