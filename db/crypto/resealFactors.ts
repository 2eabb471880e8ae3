import { z } from 'zod'
import { withTransaction, type Pool, type Queryable } from '../pool.ts'
import type { FactorPlace, FactorSealer } from './factorSealer.ts'
import { sealRecoveryKeys } from './recoveryKeys.ts'

/** Rows of one transaction, which holds them. */
const BATCH_ROWS = 100
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

// Held, so that no secret is replaced meanwhile: whoever changes one holds the row too.
const STALE = `SELECT account_id AS "accountId", totp_secret AS totp, recovery_key AS recovery,
    recovery_key IS NULL AND EXISTS (SELECT FROM recovery_codes c WHERE c.account_id = f.account_id) AS "hasFirstCodes"
  FROM second_factors f
  WHERE account_id > $1::uuid AND (NOT starts_with(totp_secret, $2 || '.') OR NOT starts_with(recovery_key, $2 || '.')
    OR (recovery_key IS NULL AND EXISTS (SELECT FROM recovery_codes c WHERE c.account_id = f.account_id)))
  ORDER BY account_id LIMIT $3::int FOR UPDATE OF f`
const RESEAL = 'UPDATE second_factors SET totp_secret = $2, recovery_key = $3 WHERE account_id = $1::uuid'

const staleRows = z.array(z.object({ accountId: z.string(), totp: z.string().nullable(), recovery: z.string().nullable(), hasFirstCodes: z.boolean() }))
type StaleRow = z.infer<typeof staleRows>[number]

export type Resealed = {
  /** Accounts whose second factor was under the key before. */
  readonly accounts: number
  /** Accounts whose second factor opened under neither key, with the reason; the others are not held up by them. */
  readonly failed: readonly { readonly accountId: string; readonly error: unknown }[]
}

/**
 * Seals every second factor under the current key, in small transactions, so that it may be cut short anywhere and begun again. Role umg_worker. Nothing
 * is done while no key is replaced: whoever forgot the key before, or goes back to an older release, finds everything as it was.
 */
export async function resealFactors(worker: Pool, sealer: FactorSealer, { batchRows = BATCH_ROWS } = {}): Promise<Resealed> {
  const failed: { accountId: string; error: unknown }[] = []
  let accounts = 0
  for (let after: string | null = sealer.isRotating ? BEFORE_ALL : null; after !== null;) {
    const from: string = after
    const batch = await withTransaction(worker, (client) => resealBatch(client, { sealer, after: from, batchRows }))
    accounts += batch.accounts
    failed.push(...batch.failed)
    after = batch.last
  }
  return { accounts, failed }
}

type Batch = Resealed & { readonly last: string | null }

type Resealing = { readonly sealer: FactorSealer; readonly after: string; readonly batchRows: number }

async function resealBatch(client: Queryable, { sealer, after, batchRows }: Resealing): Promise<Batch> {
  const rows = staleRows.parse((await client.query(STALE, [after, sealer.currentId, batchRows])).rows)
  const failed: { accountId: string; error: unknown }[] = []
  for (const row of rows) {
    const resealed = reseal(row, sealer)
    if ('error' in resealed) failed.push({ accountId: row.accountId, error: resealed.error })
    else await client.query(RESEAL, [row.accountId, resealed.totp, resealed.recovery])
  }
  return { accounts: rows.length - failed.length, failed, last: rows.length < batchRows ? null : (rows.at(-1)?.accountId ?? null) }
}

type Secrets = { readonly totp: string | null; readonly recovery: string | null }

function reseal({ accountId, totp, recovery, hasFirstCodes }: StaleRow, sealer: FactorSealer): Secrets | { readonly error: unknown } {
  const anew = (place: FactorPlace, sealed: string | null): string | null => (sealed === null ? null : sealer.seal(place, sealer.open(place, sealed)))
  try {
    return {
      totp: anew({ secret: 'totp', accountId }, totp),
      // A hash cannot be made anew without its code, so what it was made by is kept, sealed: it tells nobody more than the secrets beside it. Either key
      // may be it: which is the new one and which the old one changes when a replacement is prepared or taken back.
      recovery: hasFirstCodes ? sealRecoveryKeys(sealer, accountId, sealer.keys) : anew({ secret: 'recovery', accountId }, recovery),
    }
  } catch (error) {
    return { error }
  }
}
