import { z } from 'zod'
import { currentRequest } from '#ops/service/requestScope.ts'
import type { SqlExecutor } from '../outbox/append.ts'
import { recordAudit, type AuditRecord } from './recordAudit.ts'

/** What an account did, or had done to it; `actor` is the account itself unless it says otherwise. */
export type AccountAudit = Pick<AuditRecord, 'action' | 'address' | 'at'> &
  Partial<Pick<AuditRecord, 'actor' | 'target' | 'before' | 'after'>> & { readonly accountId: string }

const RowsSchema = z.array(z.object({ tenant_id: z.uuid() }))

/**
 * Records it for every tenant that the account is a member of, in the caller's own transaction of the role umg_auth: within inGlobal as within
 * inAccount. The setting by which memberships are seen ends with the transaction.
 */
export async function recordAccountAudit(em: SqlExecutor, { accountId, ...record }: AccountAudit): Promise<void> {
  await em.execute("SELECT set_config('app.account_id', ?, true)", [accountId])
  const memberships = RowsSchema.parse(await em.execute('SELECT tenant_id FROM memberships WHERE account_id = ?::uuid', [accountId]))
  const { requestId } = currentRequest()
  await recordAudit(em, null, {
    actor: { kind: 'account', id: accountId },
    target: `account:${accountId}`,
    before: null,
    after: null,
    ...record,
    tenantIds: memberships.map(({ tenant_id }) => tenant_id),
    requestId: requestId === 'none' ? null : requestId,
  })
}
