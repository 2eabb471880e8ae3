import type { Queryable } from '#db/pool.ts'
import { ENTRY_COLUMNS, readEntryRows } from './chainRows.ts'
import type { ChainEntry } from './chain.ts'

/** All members that are not null must hold; of what is sealed nothing can be asked here. */
export type AuditSearch = {
  readonly actorId: string | null
  /** The beginning of the action, such as `member.`. */
  readonly action: string | null
  readonly target: string | null
  /** Included. */
  readonly from: Date | null
  /** Not included. */
  readonly to: Date | null
}

const SEARCH = {
  name: 'audit-search',
  // wall: audit-of-tenant
  text: `SELECT ${ENTRY_COLUMNS} FROM audit_log WHERE tenant_id = $1::uuid AND ($2::bigint IS NULL OR audit_log.sequence < $2::bigint)
         AND ($3::uuid IS NULL OR actor_id = $3::uuid) AND ($4::text IS NULL OR starts_with(action, $4)) AND ($5::text IS NULL OR target = $5)
         AND ($6::timestamptz IS NULL OR audit_log.at >= $6) AND ($7::timestamptz IS NULL OR audit_log.at < $7)
         ORDER BY audit_log.sequence DESC LIMIT $8::int`,
}

/** The tenant's entries before that one, newest first, at most `limit`. In a transaction of the tenant. */
export async function searchAudit(
  client: Queryable,
  options: { readonly tenantId: string; readonly before: number | null; readonly where: AuditSearch; readonly limit: number },
): Promise<readonly ChainEntry[]> {
  const { tenantId, before, where, limit } = options
  const values = [tenantId, before, where.actorId, where.action, where.target, where.from, where.to, limit]
  return readEntryRows((await client.query({ ...SEARCH, values })).rows)
}
