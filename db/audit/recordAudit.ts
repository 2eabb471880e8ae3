import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { appendOutboxIn, type SqlExecutor } from '../outbox/append.ts'

/** The topic by which what was done reaches the audit log of each tenant that it concerns. */
export const AUDIT_RECORDED = 'audit.recorded'

/** One thing that was done. Nothing in it is a secret: no password, token or key text, in `before` and `after` neither. */
export type AuditRecord = {
  /** Whose log it goes to; what an account does about itself goes to every tenant that it is a member of. */
  readonly tenantIds: readonly string[]
  readonly actor: { readonly kind: 'account' | 'key' | 'system' | 'anonymous'; readonly id: string | null }
  /** Such as `member.role_changed`: the thing, a dot, what happened to it. */
  readonly action: string
  /** Such as `member:<account id>`. */
  readonly target: string
  /** The fields that changed as they were; null when there was nothing before. */
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
  /** The client's address; null for what no client asked for. */
  readonly address: string | null
  readonly requestId: string | null
  readonly at: Date
}

const fields = z.record(z.string(), z.unknown()).nullable()

/** Payload of `audit.recorded`. */
export const auditRecordedSchema = z.object({
  /** Made with the record: however often and from whichever outbox it is delivered, each log takes it once. */
  id: z.uuid(),
  tenantIds: z.array(z.uuid()),
  actor: z.object({ kind: z.enum(['account', 'key', 'system', 'anonymous']), id: z.uuid().nullable() }),
  action: z.string().regex(/^[a-z_]+\.[a-z_]+$/),
  target: z.string(),
  before: fields,
  after: fields,
  address: z.string().nullable(),
  requestId: z.string().nullable(),
  at: z.iso.datetime(),
})
export type RecordedAudit = z.infer<typeof auditRecordedSchema>

/**
 * Says in the caller's own transaction what it does: done and recorded, or neither. The worker appends it to the log. `tenantId` is the tenant of the
 * transaction, null for the role umg_auth, as row-level security of the outbox asks.
 */
export async function recordAudit(em: SqlExecutor, tenantId: string | null, record: AuditRecord): Promise<void> {
  if (record.tenantIds.length === 0) return
  const payload = auditRecordedSchema.parse({ ...record, id: randomUUID(), at: record.at.toISOString() })
  await appendOutboxIn(em, { tenantId, topic: AUDIT_RECORDED, aggregate: `audit:${tenantId ?? record.target}`, payload })
}
