import type { Identity } from '#ops/security/identity.ts'
import type { SqlExecutor } from '../outbox/append.ts'
import { recordAudit, type AuditRecord } from './recordAudit.ts'

/** What a change says of itself: the fields that changed alone, and no secret. */
export type AuditedChange = Pick<AuditRecord, 'action' | 'target' | 'before' | 'after'>

/** Records a change of the viewer's own tenant in the transaction that makes it. */
export type Auditor = (em: SqlExecutor, change: AuditedChange) => Promise<void>

export type AuditorOptions = {
  readonly identity: Identity
  readonly requestId: string
  /** The client's, as the gateway saw it. */
  readonly address: string | null
  readonly now: () => Date
}

/** Who acts, on which occasion and from where, said once for a request. */
export function createAuditor({ identity, requestId, address, now }: AuditorOptions): Auditor {
  const { tenantId } = identity
  const kind = identity.kind === 'gateway' ? 'system' : identity.kind
  return async (em, change) => {
    if (tenantId === null) throw new Error('A change without a tenant came past its needs.')
    await recordAudit(em, tenantId, { ...change, tenantIds: [tenantId], actor: { kind, id: identity.subjectId }, address, requestId, at: now() })
  }
}

type Fields = Readonly<Record<string, unknown>>

/** The fields of `after` that are not as they were in `before`, and how they were; null when nothing changed. */
export function changedFields(before: Fields, after: Fields): { readonly before: Fields; readonly after: Fields } | null {
  const names = Object.keys(after).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
  const only = (fields: Fields): Fields => Object.fromEntries(names.map((name) => [name, fields[name] ?? null]))
  return names.length === 0 ? null : { before: only(before), after: only(after) }
}
