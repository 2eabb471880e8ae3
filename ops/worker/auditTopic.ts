import { appendAudit, type AuditTargets } from '#db/audit/appendAudit.ts'
import { auditRecordedSchema, type RecordedAudit } from '#db/audit/recordAudit.ts'
import { TryLater, type TopicOptions } from '#db/outbox/relay.ts'
import type { Logger } from '#ops/logging.ts'

const MAX_RECORDS_AT_ONCE = 200

/** Adds what was recorded to the log of each tenant that it concerns. Delivered messages are removed: they hold in the clear what the log keeps sealed. */
export const auditTopic = (targets: AuditTargets, log: Logger): TopicOptions => ({
  isKept: false,
  batchSize: MAX_RECORDS_AT_ONCE,
  handlers: [
    async (messages, signal) => {
      const failures: unknown[] = []
      for (const [tenantId, records] of byTenant(messages.map(({ payload }) => auditRecordedSchema.parse(payload)))) {
        signal.throwIfAborted()
        try {
          await appendAudit(targets, tenantId, records)
        } catch (error) {
          // A broken log or a wrong master key is no fault of the record, which must not be lost: the other tenants of the message have their entries, and
          // this one when what is wrong was put right.
          log.error({ err: error, tenantId }, 'nothing could be added to an audit log')
          failures.push(error)
        }
      }
      const [cause] = failures
      if (failures.length > 0) throw new TryLater(cause instanceof Error ? cause.message : 'The audit log took nothing.', { cause })
    },
  ],
})

function byTenant(records: readonly RecordedAudit[]): ReadonlyMap<string, readonly RecordedAudit[]> {
  const groups = new Map<string, RecordedAudit[]>()
  for (const record of records) for (const tenantId of new Set(record.tenantIds)) groups.set(tenantId, [...(groups.get(tenantId) ?? []), record])
  return groups
}
