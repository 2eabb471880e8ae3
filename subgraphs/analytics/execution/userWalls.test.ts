import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestClickHouse } from '#db/testing/testEvents.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { compileEvents, compileJourneyEvents, compileUsers, type CompileContext } from '../compiler/compile.ts'
import type { CellQuestion, JourneyPart } from '../compiler/request.ts'
import type { SqlExpression, SqlSelect, SqlSource } from '../compiler/sql/ast.ts'
import { print } from '../compiler/sql/print.ts'
import { UnsafeStatement } from './checkStatement.ts'
import { QueryQueue } from './queryQueue.ts'
import { runQuery, runUnchecked, send, type Statement } from './runQuery.ts'
import { CASE_NOW, storeCaseWorld } from './testing/caseWorld.ts'

// The lists of users and of their events are behind both walls, and so is the question within the list. Two tenants have the same users, each with
// rows of its own: what all rows of a user come to tells whose were read.
const { tenantSecret } = readConfig.owner()
const { budgets } = readConfig.analytics()
const reader = openTestClickHouse('analytics')
/** Sees every row: there is no row policy for it. */
const unguarded = openTestClickHouse('migrate')
const rest = { tenantSecret, queue: new QueryQueue(budgets.queue), budgets: budgets.query, log: createLogger({ name: 'test', level: 'silent' }) }
const asReader = { ...rest, clickhouse: reader }
const asUnguarded = { ...rest, clickhouse: unguarded }
afterAll(() => Promise.all([reader.close(), unguarded.close()]))

let own: string
let other: string
beforeAll(async () => {
  const stored = await storeCaseWorld()
  own = stored.tenantId
  other = stored.otherTenantId
})

const range = { start: new Date('2026-01-01T00:00:00Z'), end: new Date('2026-06-01T00:00:00Z'), includeCurrent: false }
const common = { range, timeZone: 'UTC', groupBy: [], where: null, limit: 10, explain: false }
const cohorts = { entry: { kind: 'INSTALL' }, grain: 'MONTH', periodKind: 'ROLLING', periods: 2, retention: 'BOUNDED', denominator: 'ALL' } as const
const funnel = { steps: [{ event: 'session' }, { event: 'purchase' }], order: 'ORDERED', windowSeconds: 604_800 } as const
const cells: readonly CellQuestion[] = [
  { kind: 'metrics', input: { ...common, orderBy: [], fillGaps: false }, at: { groups: null, of: null } },
  { kind: 'cohorts', input: { ...common, ...cohorts }, at: { cohort: '2026-03-01', groups: [], periods: { from: 0, to: 0 } } },
  { kind: 'cohorts', input: { ...common, ...cohorts }, at: { cohort: '2026-03-01', groups: [], periods: null } },
  { kind: 'funnel', input: { ...common, ...funnel }, at: { groups: [], step: 0, isDropped: false } },
  { kind: 'attribution', input: { ...common, conversion: { event: 'purchase' } }, at: { groups: null } },
]

type Built = Statement & { readonly select: SqlSelect }
const contextOf = (tenantId: string): CompileContext => ({ tenantId, rowFilters: [], masks: [], now: CASE_NOW })
function usersOf(of: CellQuestion, tenantId: string): Built {
  const request = { kind: 'users' as const, of, where: null, first: 1_000, after: null, columns: [], wantsTotal: false }
  const { select } = compileUsers(request, contextOf(tenantId), { asOf: CASE_NOW })
  return rebuilt(counting(select))
}
/** Rows read of all users in place of the list. */
const counting = (select: SqlSelect): SqlSelect => ({
  ...select,
  columns: [{ expression: { kind: 'call', name: 'count', args: [] }, as: 'n' }],
  groupBy: [],
  orderBy: [],
  limit: null,
})
const rebuilt = (select: SqlSelect): Built => ({ select, ...print(select) })
const counted = async (answer: Promise<{ readonly rows: readonly (readonly unknown[])[] }>): Promise<number> => Number((await answer).rows[0]?.[0])

const isOfTenant = (condition: SqlExpression): boolean =>
  condition.kind === 'binary' && condition.left.kind === 'column' && condition.left.column === 'tenant_id'
/** Without the tenant's condition anywhere, or in what stands within the list alone. */
function opened(select: SqlSelect, { isOuterKept = false } = {}): SqlSelect {
  const where = select.where
    .filter((each) => isOuterKept || !isOfTenant(each))
    .map((each): SqlExpression => (each.kind === 'inSelect' ? { ...each, select: opened(each.select) } : each))
  return { ...select, from: openedSource(select.from), where }
}
function openedSource(source: SqlSource): SqlSource {
  if (source.kind === 'select') return { ...source, select: opened(source.select) }
  if (source.kind !== 'join') return source
  const side = <Side extends SqlSource & { kind: 'select' }>(each: Side): Side => ({ ...each, select: opened(each.select) })
  return { ...source, left: side(source.left), right: side(source.right) }
}

const attribution = { ...common, conversion: { event: 'purchase' }, lookback: { clickDays: 365, viewDays: 365 } }
function journeyEventsOf(part: JourneyPart, tenantId: string): Statement {
  const of = { kind: 'attribution' as const, input: attribution, at: { groups: null } }
  return compileJourneyEvents({ kind: 'journeyEvents', of, part, limit: 1_000 }, contextOf(tenantId), { asOf: CASE_NOW })
}

describe.each(cells.map((cell) => [cell.kind, cell] as const))('the users behind a cell of %s', (_, cell) => {
  test('are told from the own rows with either wall, and from those of all tenants with none', async () => {
    const rows = await counted(runQuery(asReader, usersOf(cell, own), { tenantId: own }))
    const open = rebuilt(opened(usersOf(cell, own).select))
    expect(rows).toBeGreaterThan(0)
    expect(await counted(runQuery(asUnguarded, usersOf(cell, own), { tenantId: own }))).toBe(rows)
    expect(await counted(send(asReader, open, { tenantId: own }))).toBe(rows)
    expect(await counted(send(asUnguarded, open, { tenantId: own }))).toBeGreaterThanOrEqual(2 * rows)
  })

  test('are refused without the tenant, in the list or within it, and about another tenant', async () => {
    const { select } = usersOf(cell, own)
    for (const open of [rebuilt(opened(select)), rebuilt(opened(select, { isOuterKept: true })), usersOf(cell, other)]) {
      await expect(runQuery(asReader, open, { tenantId: own })).rejects.toThrow(UnsafeStatement)
      await expect(runUnchecked(asReader, open, { tenantId: own })).rejects.toThrow(UnsafeStatement)
    }
    expect(await counted(send(asReader, usersOf(cell, other), { tenantId: own }))).toBe(0)
  })
})

describe.each<[string, (tenantId: string) => Statement]>([
  [
    'events of a user',
    (tenantId) =>
      compileEvents({ kind: 'events', userId: 'user-1', startMs: null, endMs: null, touchesOnly: false, before: null, limit: 1_000 }, contextOf(tenantId), {
        asOf: CASE_NOW,
      }),
  ],
  ['conversions behind a row', (tenantId) => journeyEventsOf({ kind: 'conversions', before: null }, tenantId)],
  [
    'touches before conversions',
    (tenantId) => journeyEventsOf({ kind: 'touches', before: ['user-1', 'user-2'].map((userId) => ({ userId, atMs: CASE_NOW.getTime() })) }, tenantId),
  ],
])('the %s', (_, compile) => {
  const eventsOf = (tenantId: string): Built => rebuilt(counting(compile(tenantId).select))

  test('are behind both walls', async () => {
    const rows = await counted(runQuery(asReader, eventsOf(own), { tenantId: own }))
    const open = rebuilt(opened(eventsOf(own).select))
    expect(rows).toBeGreaterThan(0)
    expect(await counted(runQuery(asUnguarded, eventsOf(own), { tenantId: own }))).toBe(rows)
    expect(await counted(send(asReader, open, { tenantId: own }))).toBe(rows)
    expect(await counted(send(asUnguarded, open, { tenantId: own }))).toBeGreaterThanOrEqual(2 * rows)
    for (const wrong of [open, eventsOf(other)]) await expect(runQuery(asReader, wrong, { tenantId: own })).rejects.toThrow(UnsafeStatement)
    expect(await counted(send(asReader, eventsOf(other), { tenantId: own }))).toBe(0)
  })
})
