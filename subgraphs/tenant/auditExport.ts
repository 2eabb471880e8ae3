import type { Auditor } from '#db/audit/auditor.ts'
import { executorOf } from '#db/outbox/append.ts'
import { withTenant, type Pool } from '#db/pool.ts'
import { EXPORT_FORMATS } from '#ops/service/auditExport.ts'
import { requireTenant } from '#ops/service/needs.ts'
import { builder } from './builder.ts'
import { InputCheck } from './input.ts'

/** What an export of the audit log takes along. */
export type AuditExport = { readonly format: string; readonly rows: number }
export type RecordExport = (tenantId: string, taken: AuditExport) => Promise<void>

/** Records that the log leaves the house; the file is the whole log, so that the filter is none. */
export function createExportRecorder({ pool, audit }: { readonly pool: Pool; readonly audit: Auditor }): RecordExport {
  return (tenantId, { format, rows }) =>
    withTenant(pool, tenantId, (client) =>
      audit(executorOf(client), { action: 'audit.exported', target: `tenant:${tenantId}`, before: null, after: { format, filter: null, rows } }),
    )
}

builder.mutationField('recordAuditExport', (t) =>
  t.boolean({
    inaccessible: true,
    needs: 'audit:read',
    description: 'For the gateway alone, before the first byte of an export: writes it into the audit log that it exports.',
    args: {
      format: t.arg.string({ required: true, description: 'csv or ndjson.' }),
      rows: t.arg.int({ required: true, description: 'How many entries the file will have.' }),
    },
    resolve: async (_root, { format, rows }, { identity, recordExport }) => {
      const check = new InputCheck()
      check.expect(
        EXPORT_FORMATS.some((each) => each === format),
        'format',
        `must be ${EXPORT_FORMATS.join(' or ')}`,
      )
      check.expect(rows >= 0, 'rows', 'must not be negative')
      check.done()
      await recordExport(requireTenant(identity), { format, rows })
      return true
    },
  }),
)
