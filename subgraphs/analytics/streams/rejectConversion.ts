import type { Auditor } from '#db/audit/auditor.ts'
import { retract } from '#db/conversions/corrections.ts'
import { notifyConversions } from '#db/conversions/notifyConversions.ts'
import { executorOf } from '#db/outbox/append.ts'
import { withTenant, type Pool } from '#db/pool.ts'
import { isUuid } from '#db/uuid.ts'
import type { Identity } from '#ops/security/identity.ts'
import { failure } from '#ops/service/errors.ts'
import { requireTenant } from '#ops/service/needs.ts'

export const MAX_REASON_LENGTH = 500

export type RejectInput = { readonly id: string; readonly reason: string }

/** Takes a conversion back as fraud; answers the ids of the entries that say so. */
export async function rejectConversion(pool: Pool, { id, reason }: RejectInput, { identity, audit }: { readonly identity: Identity; readonly audit: Auditor }) {
  const tenantId = requireTenant(identity)
  // Who sees a part of the log could tell by the answer what else there is.
  if (identity.filters.length > 0) throw failure('FORBIDDEN', { message: 'Only who sees all of the log rejects conversions.' })
  if (reason.trim() === '' || reason.length > MAX_REASON_LENGTH || reason.includes('\0') || !reason.isWellFormed())
    throw failure('BAD_USER_INPUT', { message: `The reason is a text of 1 to ${MAX_REASON_LENGTH} characters.` })
  if (!isUuid(id)) throw failure('NOT_FOUND', { what: 'conversion' })
  const ids = await withTenant(pool, tenantId, async (client) => {
    const added = await retract(client, { tenantId, id, reason: 'FRAUD' })
    if (added === null) throw failure('NOT_FOUND', { what: 'conversion' })
    if (added.length === 0) throw failure('CONFLICT', { message: 'The conversion was taken back already.' })
    await audit(executorOf(client), { action: 'conversion.rejected', target: `conversion:${id}`, before: null, after: { reason, entries: added } })
    return added
  })
  await notifyConversions(pool, [tenantId]).catch(() => undefined)
  return ids
}
