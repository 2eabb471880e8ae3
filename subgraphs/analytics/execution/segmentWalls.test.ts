import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestClickHouse } from '#db/testing/testEvents.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { compileMetrics, compileSegmentSize, type CompileContext } from '../compiler/compile.ts'
import type { SqlExpression, SqlSelect } from '../compiler/sql/ast.ts'
import { print } from '../compiler/sql/print.ts'
import { UnsafeStatement } from './checkStatement.ts'
import { QueryQueue } from './queryQueue.ts'
import { runQuery, runUnchecked, send, type Statement } from './runQuery.ts'
import { CASE_NOW, storeCaseWorld } from './testing/caseWorld.ts'

// The scan of a segment stands within a condition, and is behind both walls there too. Two tenants have users of the same ids: a number of
// purchases that no user of either reaches alone is reached by the rows of both, so a member is a leak.
const { tenantSecret } = readConfig.owner()
const reader = openTestClickHouse('analytics')
/** Sees every row: there is no row policy for it. */
const unguarded = openTestClickHouse('migrate')
const { budgets } = readConfig.analytics()
const rest = { tenantSecret, queue: new QueryQueue(budgets.queue), budgets: budgets.query, log: createLogger({ name: 'test', level: 'silent' }) }
const asReader = { ...rest, clickhouse: reader }
const asUnguarded = { ...rest, clickhouse: unguarded }
afterAll(() => Promise.all([reader.close(), unguarded.close()]))

const id = '5e000000-0000-4000-8000-0000000000ff'
let own: string
let other: string
let most: number
beforeAll(async () => {
  const stored = await storeCaseWorld()
  own = stored.tenantId
  other = stored.otherTenantId
  const purchases = new Map<string, number>()
  for (const { event, is_refund, user_id } of stored.world) if (event === 'purchase' && !is_refund) purchases.set(user_id, (purchases.get(user_id) ?? 0) + 1)
  most = Math.max(...purchases.values())
})

function contextOf(tenantId: string, atLeast: number): CompileContext {
  const segment = { id, name: 'Buyers', frozenAt: null, definition: { did: { event: 'purchase', atLeast } } }
  return { tenantId, rowFilters: [], masks: [], now: CASE_NOW, segments: { byId: new Map([[id, segment]]), others: [] } }
}

/** Counts the events of members. */
function eventsOf(tenantId: string, atLeast: number): Statement & { readonly select: SqlSelect } {
  const field = { responseKey: 'events', name: 'events', args: { name: 'session' }, path: ['rows', 'events'], fields: [] }
  const input = {
    range: { start: new Date('2026-01-01T00:00:00Z'), end: new Date('2026-06-01T00:00:00Z'), includeCurrent: false },
    timeZone: 'UTC',
    groupBy: [],
    where: { segment: id },
    orderBy: [],
    fillGaps: false,
    limit: 10,
    explain: false,
  }
  return compileMetrics({ kind: 'metrics', input, rows: [field], totals: null, asksTruncation: false }, contextOf(tenantId, atLeast), { asOf: CASE_NOW })
}

const isOfTenant = (condition: SqlExpression): boolean =>
  condition.kind === 'binary' && condition.left.kind === 'column' && condition.left.column === 'tenant_id'

/** The same without the tenant's condition in the scan of the segment; that of the question keeps its own. */
function opened({ select }: { readonly select: SqlSelect }): Statement {
  const where = select.where.map((each): SqlExpression =>
    each.kind === 'inSelect' ? { ...each, select: { ...each.select, where: each.select.where.filter((inner) => !isOfTenant(inner)) } } : each,
  )
  const open = { ...select, where }
  return { select: open, ...print(open) }
}

const counted = async (answer: Promise<{ readonly rows: readonly (readonly unknown[])[] }>): Promise<number> => Number((await answer).rows[0]?.[0])

describe('the scan of a segment', () => {
  test('tells the own members with either wall, and those that the rows of both tenants make with none', async () => {
    expect(await counted(runQuery(asReader, eventsOf(own, most), { tenantId: own }))).toBeGreaterThan(0)
    expect(await counted(runQuery(asReader, eventsOf(own, most + 1), { tenantId: own }))).toBe(0)
    expect(await counted(send(asReader, opened(eventsOf(own, most + 1)), { tenantId: own }))).toBe(0)
    expect(await counted(runQuery(asUnguarded, eventsOf(own, most + 1), { tenantId: own }))).toBe(0)
    expect(await counted(send(asUnguarded, opened(eventsOf(own, most + 1)), { tenantId: own }))).toBeGreaterThan(0)
  })

  test('is refused without the tenant, by the select and by the text alone', async () => {
    await expect(runQuery(asReader, opened(eventsOf(own, 1)), { tenantId: own })).rejects.toThrow(UnsafeStatement)
    await expect(runUnchecked(asReader, opened(eventsOf(own, 1)), { tenantId: own })).rejects.toThrow(UnsafeStatement)
  })

  test('is refused about another tenant within a question about the own', async () => {
    const mixed = (): Statement => {
      const mine = eventsOf(own, 1).select
      const inner = eventsOf(other, 1).select.where.find((each) => each.kind === 'inSelect')
      if (inner === undefined) throw new Error('A filter by a segment is a select within a condition.')
      const select = { ...mine, where: mine.where.map((each) => (each.kind === 'inSelect' ? inner : each)) }
      return { select, ...print(select) }
    }
    await expect(runQuery(asReader, mixed(), { tenantId: own })).rejects.toThrow(UnsafeStatement)
    await expect(runUnchecked(asReader, mixed(), { tenantId: own })).rejects.toThrow(UnsafeStatement)
    expect(await counted(send(asReader, mixed(), { tenantId: own }))).toBe(0)
  })

  test('is refused about another tenant when it is sized', async () => {
    const field = { responseKey: 'users', name: 'users', args: {}, path: ['users'], fields: [] }
    const size = (tenantId: string) =>
      compileSegmentSize({ kind: 'segmentSize', input: { of: { segment: id }, explain: false }, fields: [field] }, contextOf(tenantId, 1), { asOf: CASE_NOW })
    expect(await counted(runQuery(asReader, size(own), { tenantId: own }))).toBeGreaterThan(0)
    await expect(runQuery(asReader, size(other), { tenantId: own })).rejects.toThrow(UnsafeStatement)
    expect(await counted(send(asReader, size(other), { tenantId: own }))).toBe(0)
  })
})
