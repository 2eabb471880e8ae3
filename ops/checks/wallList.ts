/**
 * One guard between tenants, or between what a key may see and what not. In the source `// wall: <name>` stands above it; `npm run test:walls` takes each
 * away and looks who notices, and a test holds this list and the marks to each other.
 */
export type Wall = {
  readonly name: string
  readonly file: string
  /** The guard as it stands in the file, once; and the same place without it. */
  readonly guard: string
  readonly open: string
  /** What must hold when it alone is gone. None: it stands alone, and its tests notice at once. */
  readonly behind: readonly string[]
  /** The tests that notice when it is gone, and what stands behind it too. */
  readonly noticedBy: readonly string[]
}

const LEAKS = ['gateway/isolation/leaks.test.ts'] as const

export const WALLS: readonly Wall[] = [
  {
    name: 'row-level-security',
    file: 'db/migrations/rules.ts',
    guard: 'USING (${column} = ${CURRENT_TENANT}) WITH CHECK (${column} = ${CURRENT_TENANT})`',
    open: 'USING (true) WITH CHECK (true)`',
    behind: ['tenant-filter'],
    noticedBy: LEAKS,
  },
  {
    name: 'tenant-filter',
    file: 'db/entities/tenantFilter.ts',
    guard: '=> ({ tenantId })',
    open: '=> (tenantId === undefined ? { tenantId } : {})',
    behind: ['row-level-security'],
    noticedBy: LEAKS,
  },
  {
    name: 'segments-of-tenant',
    file: 'db/analytics/segments.ts',
    guard: 'FROM segments WHERE tenant_id = $1::uuid ORDER BY folded_name LIMIT $2::int` }\nconst FIND',
    open: 'FROM segments WHERE $1::uuid IS NOT NULL ORDER BY folded_name LIMIT $2::int` }\nconst FIND',
    behind: ['row-level-security'],
    noticedBy: LEAKS,
  },
  {
    name: 'catalog-of-tenant',
    file: 'db/analytics/eventCatalog.ts',
    guard: 'FROM catalog_events e WHERE e.tenant_id = $1::uuid ORDER BY',
    open: 'FROM catalog_events e WHERE $1::uuid IS NOT NULL ORDER BY',
    behind: ['row-level-security'],
    noticedBy: LEAKS,
  },
  {
    name: 'log-of-tenant',
    file: 'db/conversions/readLog.ts',
    guard: '    WHERE tenant_id = $1::uuid AND day_slot = ANY($2::smallint[]) AND sequence > $3',
    open: '    WHERE $1::uuid IS NOT NULL AND day_slot = ANY($2::smallint[]) AND sequence > $3',
    behind: ['row-level-security'],
    noticedBy: LEAKS,
  },
  {
    name: 'rejected-of-tenant',
    file: 'db/analytics/arrivals.ts',
    guard: 'FROM rejected_events WHERE tenant_id = $1::uuid',
    open: 'FROM rejected_events WHERE $1::uuid IS NOT NULL',
    behind: ['row-level-security'],
    noticedBy: LEAKS,
  },
  {
    name: 'audit-of-tenant',
    file: 'db/audit/searchAudit.ts',
    guard: 'FROM audit_log WHERE tenant_id = $1::uuid AND',
    open: 'FROM audit_log WHERE $1::uuid IS NOT NULL AND',
    behind: ['row-level-security'],
    noticedBy: LEAKS,
  },
  {
    name: 'row-policy',
    file: 'db/clickhouse/policies.ts',
    guard: '  return `tenant_id = if(',
    open: '  return `1 OR tenant_id = if(',
    behind: ['arrivals-of-tenant'],
    noticedBy: LEAKS,
  },
  {
    name: 'arrivals-of-tenant',
    file: 'db/analytics/arrivals.ts',
    guard: 'FROM events WHERE tenant_id = {tenant:UUID} AND',
    open: 'FROM events WHERE {tenant:UUID} IS NOT NULL AND',
    behind: ['row-policy'],
    noticedBy: LEAKS,
  },
  {
    name: 'scan-of-tenant',
    file: 'subgraphs/analytics/compiler/sql/lowerScan.ts',
    guard: "      binary('=', stored('tenant_id'), param('UUID', scan.tenantId)),",
    open: "      binary('=', param('UUID', scan.tenantId), param('UUID', scan.tenantId)),",
    behind: ['check-select', 'check-text', 'row-policy'],
    noticedBy: LEAKS,
  },
  {
    name: 'check-select',
    file: 'subgraphs/analytics/execution/checkStatement.ts',
    guard: '  if (!select.where.some((condition) => isTenantCondition(condition, tenantId))) throw',
    open: '  if (select.where.length === 0) throw',
    behind: [],
    noticedBy: ['subgraphs/analytics/execution/walls.test.ts'],
  },
  {
    name: 'check-text',
    file: 'subgraphs/analytics/execution/checkStatement.ts',
    guard: '  if (asked.length !== tables.length || tables.length === 0) throw',
    open: '  if (tables.length === 0) throw',
    behind: [],
    noticedBy: ['subgraphs/analytics/execution/walls.test.ts'],
  },
  {
    name: 'signed-identity',
    file: 'ops/service/startSubgraph.ts',
    guard: '    if (identity === null) return refuse(reply)\n    identities.set(request, identity)',
    open: "    identities.set(request, identity ?? { kind: 'anonymous', subjectId: null, sessionId: null, tenantId: null, tenantSlug: null, role: null, scopes: [], filters: [], masks: [] })",
    behind: [],
    noticedBy: ['gateway/isolation/forged.test.ts'],
  },
  {
    name: 'signed-audience',
    file: 'ops/security/signedToken.ts',
    guard: '      audience: kind.audience,\n      currentDate',
    open: '      currentDate',
    behind: [],
    noticedBy: ['gateway/isolation/forged.test.ts'],
  },
  {
    name: 'token-type',
    file: 'ops/security/signedToken.ts',
    guard: '      typ: kind.type,\n',
    open: '',
    behind: [],
    noticedBy: ['ops/security'],
  },
  {
    name: 'needs',
    file: 'ops/service/needs.ts',
    guard: "  if (!identity.scopes.includes(need)) throw failure('FORBIDDEN'",
    open: "  if (identity.kind === 'anonymous') throw failure('FORBIDDEN'",
    behind: [],
    noticedBy: ['ops/schema/permissions.test.ts', 'gateway/e2e/tenants.e2e.ts'],
  },
  {
    name: 'named-tenant',
    file: 'gateway/viewer.ts',
    guard: 'if (asked !== identity.tenantSlug) throw',
    open: "if (asked === '') throw",
    behind: [],
    noticedBy: ['gateway/isolation/forged.test.ts'],
  },
  {
    name: 'reference-of-account',
    file: 'subgraphs/auth/account.ts',
    guard: "    const isOwn = identity.kind === 'account' && identity.subjectId === id",
    open: "    const isOwn = identity.kind === 'account'",
    behind: [],
    noticedBy: ['gateway/isolation/forged.test.ts'],
  },
  {
    name: 'shared-stream-key',
    file: 'gateway/subscriptions/streamHub.ts',
    guard: '`${identityKey(key.identity)}${key.prepared.shareKey}`',
    open: '`${key.prepared.shareKey}`',
    behind: [],
    noticedBy: ['gateway/subscriptions/streams.test.ts'],
  },
  {
    name: 'session-cache-key',
    file: 'gateway/sessionVerifier.ts',
    guard: "`${sessionId} ${accountId} ${tenantId ?? ''}`",
    open: '`${accountId}`',
    behind: [],
    noticedBy: ['gateway/sessions.test.ts', 'gateway/e2e/sessions.e2e.ts'],
  },
  {
    name: 'log-cursor',
    file: 'subgraphs/analytics/streams/positions.ts',
    guard: 'createCursorSealer(key, [tenantId, FIELD, question])',
    open: 'createCursorSealer(key, [FIELD, question])',
    behind: [],
    noticedBy: ['subgraphs/analytics/graphql/conversions.test.ts', 'subgraphs/analytics/streams'],
  },
  {
    name: 'cell-cursor',
    file: 'subgraphs/analytics/execution/cells.ts',
    guard: '  const bytes = createCursorSealer(key, [tenantId, ...PURPOSE]).open(cell)',
    open: '  const bytes = createCursorSealer(key, [tenantId.slice(0, 0), ...PURPOSE]).open(cell)',
    behind: [],
    noticedBy: ['subgraphs/analytics/execution/cells.test.ts'],
  },
  {
    name: 'stream-filters',
    file: 'subgraphs/analytics/streams/bindFilter.ts',
    guard: '  const own = filters.map(',
    open: '  const own = filters.slice(0, 0).map(',
    behind: [],
    noticedBy: ['subgraphs/analytics/streams', 'subgraphs/analytics/graphql/conversions.test.ts'],
  },
  {
    name: 'campaign-filters',
    file: 'subgraphs/campaign/store.ts',
    guard: '  const visible = campaignCondition(identity)',
    open: '  const visible = campaignCondition({ ...identity, filters: [] })',
    behind: [],
    noticedBy: ['gateway/e2e/campaigns.e2e.ts'],
  },
  {
    name: 'analysis-filters',
    file: 'subgraphs/analytics/compiler/bind/bindCommon.ts',
    guard: '  return all(...rowFilters.map(',
    open: '  return all(...rowFilters.slice(0, 0).map(',
    behind: [],
    noticedBy: ['subgraphs/analytics/execution', 'subgraphs/analytics/compiler'],
  },
  {
    name: 'stream-masks',
    file: 'subgraphs/analytics/streams/conversionValue.ts',
    guard: '    sees: (field) => !masks.includes(field) &&',
    open: '    sees: (field) =>',
    behind: [],
    noticedBy: ['subgraphs/analytics/graphql/conversions.test.ts', 'subgraphs/analytics/streams'],
  },
]
