import { appendAudit, AuditChainBroken, type AuditTargets } from '#db/audit/appendAudit.ts'
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
      const broken: AuditChainBroken[] = []
      for (const [tenantId, records] of byTenant(messages.map(({ payload }) => auditRecordedSchema.parse(payload)))) {
        signal.throwIfAborted()
        try {
          await appendAudit(targets, tenantId, records)
        } catch (error) {
          if (!(error instanceof AuditChainBroken)) throw error
          // The other tenants of the message have their entries all the same, and this one when its log was put right.
          log.error({ err: error, tenantId }, 'nothing is added to a broken audit log')
          broken.push(error)
        }
      }
      if (broken[0] !== undefined) throw new TryLater(broken[0].message, { cause: broken[0] })
    },
  ],
})

function byTenant(records: readonly RecordedAudit[]): ReadonlyMap<string, readonly RecordedAudit[]> {
  const groups = new Map<string, RecordedAudit[]>()
  for (const record of records) for (const tenantId of new Set(record.tenantIds)) groups.set(tenantId, [...(groups.get(tenantId) ?? []), record])
  return groups
}
