import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestClickHouse } from '#db/testing/testEvents.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { compileAttribution, compileMetrics } from '../compiler/compile.ts'
import type { MetricsRequest } from '../compiler/request.ts'
import type { SqlSelect, SqlSource } from '../compiler/sql/ast.ts'
import { print } from '../compiler/sql/print.ts'
import { QueryQueue } from './queryQueue.ts'
import { checkSelect, checkText, UnsafeStatement } from './checkStatement.ts'
import { runQuery, runUnchecked, send, type Statement } from './runQuery.ts'
import { CASE_NOW, storeCaseWorld } from './testing/caseWorld.ts'
import { tenantStatement } from '#db/clickhouse/client.ts'

// Two walls stand between tenants: the statement asks for one tenant's rows and is checked for it, and the row policy shows the rows of the
// signed tenant alone. Each is taken away here, and the other must hold; with both gone the other tenant's rows must be seen, or these tests
// could not fail.
const { tenantSecret } = readConfig.owner()
const { budgets } = readConfig.analytics()
const reader = openTestClickHouse('analytics')
/** Sees every row: there is no row policy for it. */
const unguarded = openTestClickHouse('migrate')
const rest = { tenantSecret, queue: new QueryQueue(budgets.queue), budgets: budgets.query, log: createLogger({ name: 'test', level: 'silent' }) }

let own: string
let other: string
let ownRows: number
let ownPurchases: number
let ownCosts: number
beforeAll(async () => {
  const stored = await storeCaseWorld()
  own = stored.tenantId
  other = stored.otherTenantId
  ownRows = stored.world.length
  ownPurchases = stored.world.filter((row) => row.event === 'purchase' && !row.is_refund).length
  ownCosts = stored.costs.length
})
afterAll(() => Promise.all([reader.close(), unguarded.close()]))

const field = { responseKey: 'events', name: 'events', args: { name: 'install' }, path: ['rows', 'events'], fields: [] }
const request: MetricsRequest = {
  kind: 'metrics',
  input: {
    range: { start: new Date('2026-01-01T00:00:00Z'), end: new Date('2026-06-01T00:00:00Z'), includeCurrent: false },
    timeZone: 'UTC',
    groupBy: [],
    where: null,
    orderBy: [],
    limit: 10,
    fillGaps: false,
    explain: false,
  },
  rows: [field],
  totals: null,
  asksTruncation: false,
}

/** Counts every row that the statement's reader may see. */
function statementOf(tenantId: string): Statement & { readonly select: SqlSelect } {
  const compiled = compileMetrics(request, { tenantId, rowFilters: [], masks: [], now: CASE_NOW }, { asOf: CASE_NOW, passes: ['narrowCosts'] })
  const select: SqlSelect = { ...compiled.select, columns: [{ expression: { kind: 'call', name: 'count', args: [] }, as: 'm1' }] }
  return { select, ...print(select) }
}

function withoutPredicate({ select }: { readonly select: SqlSelect }): Statement {
  const open: SqlSelect = {
    ...select,
    where: select.where.filter((condition) => !(condition.kind === 'binary' && condition.left.kind === 'column' && condition.left.column === 'tenant_id')),
  }
  return { select: open, ...print(open) }
}

const counted = async (answer: Promise<{ readonly rows: readonly (readonly unknown[])[] }>): Promise<number> => Number((await answer).rows[0]?.[0])
const asReader = { clickhouse: reader, ...rest }
const asUnguarded = { clickhouse: unguarded, ...rest }

describe('with both walls', () => {
  test('a tenant sees its own rows', async () => {
    expect(await counted(runQuery(asReader, statementOf(own), { tenantId: own }))).toBe(ownRows)
  })
})

describe('without the predicate', () => {
  test('the select is refused', async () => {
    const open = withoutPredicate(statementOf(own))
    expect(() => checkSelect(open.select, { tenantId: own })).toThrow(UnsafeStatement)
    await expect(runQuery(asReader, open, { tenantId: own })).rejects.toThrow(UnsafeStatement)
  })

  test('and without the check of the select the text is refused', async () => {
    const open = withoutPredicate(statementOf(own))
    expect(() => checkText(open.sql, open.parameters, { tenantId: own })).toThrow(UnsafeStatement)
    await expect(runUnchecked(asReader, open, { tenantId: own })).rejects.toThrow(UnsafeStatement)
  })

  test('and without any check the row policy shows the own rows alone', async () => {
    expect(await counted(send(asReader, withoutPredicate(statementOf(own)), { tenantId: own }))).toBe(ownRows)
  })
})

describe('a statement about another tenant', () => {
  test('is refused', async () => {
    await expect(runQuery(asReader, statementOf(other), { tenantId: own })).rejects.toThrow(UnsafeStatement)
    await expect(runUnchecked(asReader, statementOf(other), { tenantId: own })).rejects.toThrow(UnsafeStatement)
  })

  test('sees nothing without the checks', async () => {
    expect(await counted(send(asReader, statementOf(other), { tenantId: own }))).toBe(0)
  })
})

describe('a tenant statement written into the text', () => {
  const injected = (statement: string): Statement => {
    const built = statementOf(own)
    return { ...withoutPredicate(built), sql: `${withoutPredicate(built).sql}\nSETTINGS log_comment = '${statement}'` }
  }

  test('is refused', async () => {
    await expect(runUnchecked(asReader, injected(other), { tenantId: own })).rejects.toThrow(UnsafeStatement)
    const whole = { ...statementOf(own), sql: `${statementOf(own).sql}\nSETTINGS log_comment = {p1:String}` }
    await expect(runUnchecked(asReader, whole, { tenantId: own })).rejects.toThrow(/SETTINGS/)
  })

  test('shows no row of another tenant without the checks, since it is not signed', async () => {
    const [, signature = ''] = tenantStatement(tenantSecret, own).split(':')
    for (const statement of [other, `${other}:`, `${other}:${signature}`]) {
      expect(await counted(send(asReader, injected(statement), { tenantId: own }))).toBe(0)
    }
  })
})

describe('without the row policy', () => {
  test('the predicate shows the own rows alone', async () => {
    expect(await counted(runQuery(asUnguarded, statementOf(own), { tenantId: own }))).toBe(ownRows)
  })
})

describe('costs', () => {
  /** Counts every stored cost that the statement's reader may see. */
  const ofCosts = ({ select }: { readonly select: SqlSelect }): Statement & { readonly select: SqlSelect } => {
    const scan: SqlSelect = { ...select, from: { kind: 'table', table: 'costs' }, where: select.where.slice(0, 1) }
    return { select: scan, ...print(scan) }
  }

  test('are behind both walls too', async () => {
    expect(await counted(runQuery(asReader, ofCosts(statementOf(own)), { tenantId: own }))).toBe(ownCosts)
    await expect(runQuery(asReader, ofCosts(statementOf(other)), { tenantId: own })).rejects.toThrow(UnsafeStatement)
    expect(await counted(send(asReader, ofCosts(statementOf(other)), { tenantId: own }))).toBe(0)
    expect(await counted(runQuery(asUnguarded, ofCosts(statementOf(own)), { tenantId: own }))).toBe(ownCosts)
  })

  test('are refused without the predicate, and without any check show the own rows alone', async () => {
    const open = withoutPredicate(ofCosts(statementOf(own)))
    await expect(runQuery(asReader, open, { tenantId: own })).rejects.toThrow(UnsafeStatement)
    await expect(runUnchecked(asReader, open, { tenantId: own })).rejects.toThrow(UnsafeStatement)
    expect(await counted(send(asReader, open, { tenantId: own }))).toBe(ownCosts)
    expect(await counted(send(asUnguarded, open, { tenantId: own }))).toBeGreaterThanOrEqual(2 * ownCosts)
  })
})

describe('without both walls', () => {
  test('rows of the other tenant are seen', async () => {
    expect(await counted(send(asUnguarded, withoutPredicate(statementOf(own)), { tenantId: own }))).toBeGreaterThanOrEqual(2 * ownRows)
  })
})

describe('attribution, whose scans lie deep', () => {
  /** Counts the conversions that the statement's reader may see, and has a scan of costs beside that of events. */
  function creditOf(tenantId: string): Statement & { readonly select: SqlSelect } {
    const credit = { responseKey: 'all', name: 'conversions', args: { model: 'LINEAR' }, path: ['rows', 'all'], fields: [] }
    const input = { ...request.input, conversion: { event: 'purchase' } }
    const rows = [credit, { ...credit, name: 'cost', args: {} }]
    return compileAttribution({ ...request, kind: 'attribution', input, rows }, { tenantId, rowFilters: [], masks: [], now: CASE_NOW }, { asOf: CASE_NOW })
  }

  const isOfTenant = (condition: SqlSelect['where'][number]): boolean =>
    condition.kind === 'binary' && condition.left.kind === 'column' && condition.left.column === 'tenant_id'

  function opened(source: SqlSource): SqlSource {
    if (source.kind === 'table') return source
    if (source.kind === 'union') return { ...source, selects: source.selects.map(openedSelect) }
    if (source.kind === 'select') return { ...source, select: openedSelect(source.select) }
    throw new Error('Attribution joins nothing.')
  }
  const openedSelect = (select: SqlSelect): SqlSelect => ({
    ...select,
    from: opened(select.from),
    where: select.where.filter((condition) => !isOfTenant(condition)),
  })

  const open = (): Statement => {
    const select = openedSelect(creditOf(own).select)
    return { select, ...print(select) }
  }

  test('sees the own conversions with either wall, and those of all tenants with none', async () => {
    const conversions = ownPurchases
    expect(await counted(runQuery(asReader, creditOf(own), { tenantId: own }))).toBe(conversions)
    expect(await counted(send(asReader, open(), { tenantId: own }))).toBe(conversions)
    expect(await counted(runQuery(asUnguarded, creditOf(own), { tenantId: own }))).toBe(conversions)
    expect(await counted(send(asUnguarded, open(), { tenantId: own }))).toBeGreaterThanOrEqual(2 * conversions)
  })

  test('is refused without a predicate, and about another tenant', async () => {
    await expect(runQuery(asReader, open(), { tenantId: own })).rejects.toThrow(UnsafeStatement)
    await expect(runUnchecked(asReader, open(), { tenantId: own })).rejects.toThrow(UnsafeStatement)
    await expect(runQuery(asReader, creditOf(other), { tenantId: own })).rejects.toThrow(UnsafeStatement)
    await expect(runUnchecked(asReader, creditOf(other), { tenantId: own })).rejects.toThrow(UnsafeStatement)
    expect(await counted(send(asReader, creditOf(other), { tenantId: own }))).toBe(0)
  })
})
