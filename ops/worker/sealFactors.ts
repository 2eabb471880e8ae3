import type { FactorSealer } from '#db/crypto/factorSealer.ts'
import { resealFactors } from '#db/crypto/resealFactors.ts'
import type { Pool } from '#db/pool.ts'
import type { Logger } from '#ops/logging.ts'
import { inSpan } from '#ops/telemetry.ts'

/** Seals second factors under the current key, and says when the key before can be taken away: until then somebody may need it. */
export async function sealFactors(pool: Pool, sealer: FactorSealer, log: Logger): Promise<void> {
  const { accounts, failed } = await inSpan('secondFactors.reseal', {}, () => resealFactors(pool, sealer))
  if (accounts > 0) log.info({ accounts }, 'second factors sealed under the current key')
  const [first] = failed
  if (first !== undefined) log.error({ accounts: failed.length, accountId: first.accountId, err: first.error }, 'second factors could not be sealed anew')
  else if (sealer.isRotating) log.info('no second factor is left under SECOND_FACTOR_KEY_PREVIOUS: it can be taken away')
}
