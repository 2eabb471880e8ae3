import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '#ops/config.ts'
import { openTestClickHouse, testEvent } from '../testing/testEvents.ts'
import { CATALOG_TABLES } from './catalog.ts'
import { readersDatabase, tenantStatement, type ClickHouseClient } from './client.ts'
import { clickhouseUsersSql, clickhouseUsersXml, tenantRowFilter, type ClickHouseUser } from './policies.ts'
import type { StoredEvent } from './storedEvent.ts'

const { tenantSecret, clickhouse } = readConfig.owner()
const users: Record<ClickHouseUser, ClickHouseClient> = {
  migrate: openTestClickHouse('migrate'),
  ingest: openTestClickHouse('ingest'),
  analytics: openTestClickHouse('analytics'),
  stream: openTestClickHouse('stream'),
}
// Tenants of their own: ClickHouse knows no list of tenants.
const own = randomUUID()
const other = randomUUID()
const appId = randomUUID()
const costRow = {
  day: '2026-01-01',
  app_id: appId,
  platform: 'ios',
  country: 'DE',
  channel: 'social',
  partner_id: 'p',
  campaign_id: 'c',
  ad_group_id: 'g',
  source: 'api',
  cost: '1',
  original_amount: '1',
  original_currency: 'USD',
  recorded_at: '2026-01-02 00:00:00.000',
}
const NIL_UUID = '00000000-0000-0000-0000-000000000000'

const insert = (values: readonly StoredEvent[], settings: Record<string, string | number> = {}) =>
  users.ingest.insert({ table: 'events', values: [...values], format: 'JSONEachRow', clickhouse_settings: settings })

beforeAll(async () => {
  await insert([own, own, other].map((tenant_id) => testEvent({ tenant_id, app_id: appId, revenue: '12345678901234567890.123456' })))
})
afterAll(() => Promise.all(Object.values(users).map((client) => client.close())))

type Asked = { readonly user?: ClickHouseUser; readonly statement?: string; readonly settings?: Record<string, string | number> }

async function ask<Row = { n: string }>(query: string, { user = 'analytics', statement, settings = {} }: Asked = {}): Promise<readonly Row[]> {
  const clickhouse_settings = { ...settings, ...(statement === undefined ? {} : { log_comment: statement }) }
  return (await users[user].query({ query, format: 'JSONEachRow', clickhouse_settings })).json<Row>()
}

const EVERYTHING = 'SELECT count() AS n FROM events'
const signed = tenantStatement(tenantSecret, own)
const [, ownSignature = ''] = signed.split(':')

describe('the second wall: a statement without a predicate', () => {
  test.each<ClickHouseUser>(['analytics', 'stream'])('as %s shows the rows of the signed tenant alone', async (user) => {
    expect(await ask(EVERYTHING, { user, statement: signed })).toEqual([{ n: '2' }])
    const tenants = await ask<{ tenant_id: string }>('SELECT DISTINCT tenant_id FROM events', { user, statement: tenantStatement(tenantSecret, other) })
    expect(tenants).toEqual([{ tenant_id: other }])
  })

  test.each<readonly [string, string | undefined]>([
    ['no statement', undefined],
    ['an empty statement', ''],
    ['an unsigned tenant', own],
    ['an unsigned tenant with a colon', `${own}:`],
    ['another tenant with this one’s signature', `${other}:${ownSignature}`],
    ['a signature in lower case', `${own}:${ownSignature.toLowerCase()}`],
    ['a signature with something after it', `${signed} `],
    ['a signature of another secret', tenantStatement('x'.repeat(64), own)],
    ['the nil tenant, signed', tenantStatement(tenantSecret, NIL_UUID)],
    ['what is no tenant', `x' OR 1 = 1 --:${ownSignature}`],
  ])('with %s shows no rows', async (_, statement) => {
    expect(await ask(EVERYTHING, statement === undefined ? {} : { statement })).toEqual([{ n: '0' }])
    expect(await ask('SELECT tenant_id FROM events LIMIT 1', statement === undefined ? {} : { statement })).toEqual([])
  })

  test('with the tenant stated inside its own text shows no rows of it unless it is signed', async () => {
    for (const statement of [other, `${other}:${ownSignature}`]) {
      expect(await ask(`${EVERYTHING} SETTINGS log_comment = '${statement}'`, { statement: signed })).toEqual([{ n: '0' }])
      expect(await ask(`SELECT (${EVERYTHING} SETTINGS log_comment = '${statement}') AS n`, { statement: signed })).not.toContainEqual({ n: '1' })
    }
  })

  test('cannot ask for the other tenant, aggregate over it or reach it from a subquery', async () => {
    expect(await ask(`${EVERYTHING} WHERE tenant_id = '${other}'`, { statement: signed })).toEqual([{ n: '0' }])
    expect(await ask('SELECT uniqExact(tenant_id) AS n FROM events', { statement: signed })).toEqual([{ n: '1' }])
    expect(
      await ask(`SELECT count() AS n FROM events WHERE event_id IN (SELECT event_id FROM events WHERE tenant_id = '${other}')`, { statement: signed }),
    ).toEqual([{ n: '0' }])
    expect(await ask('SELECT toString(max(tenant_id)) AS n FROM events', { statement: signed })).toEqual([{ n: own }])
  })

  test('interleaved with another tenant’s never shows a row of it', async () => {
    const seen = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ask(EVERYTHING, { statement: tenantStatement(tenantSecret, index % 2 === 0 ? own : other) })),
    )
    expect(seen.map(([row]) => row?.n)).toEqual(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? '2' : '1')))
  })
})

describe('costs', () => {
  const costs = [own, own, other].map((tenant_id, index) => ({ ...costRow, tenant_id, cost: `${index}.5` }))
  beforeAll(() => users.ingest.insert({ table: 'costs', values: costs, format: 'JSONEachRow' }))

  test.each<ClickHouseUser>(['analytics', 'stream'])('as %s are those of the signed tenant alone, exact', async (user) => {
    const sum = 'SELECT count() AS n, sum(cost) AS cost FROM costs'
    expect(await ask(sum, { user, statement: signed })).toEqual([{ n: '2', cost: '2' }])
    expect(await ask(sum, { user, statement: tenantStatement(tenantSecret, other) })).toEqual([{ n: '1', cost: '2.5' }])
    expect(await ask(sum, { user })).toEqual([{ n: '0', cost: '0' }])
    expect(await ask(sum, { user, statement: `${other}:${ownSignature}` })).toEqual([{ n: '0', cost: '0' }])
  })

  test('belong to a known tenant and are not read from their table', async () => {
    const nobody = { ...costRow, tenant_id: NIL_UUID }
    await expect(users.ingest.insert({ table: 'costs', values: [nobody], format: 'JSONEachRow' })).rejects.toThrow('tenant_is_known')
    await expect(ask(`SELECT count() FROM ${clickhouse.database}.costs`, { statement: signed })).rejects.toThrow('Not enough privileges')
  })
})

describe('the first wall alone, and neither', () => {
  test('for a user without row policy the predicate holds, and without it every tenant is seen', async () => {
    expect(await ask(`${EVERYTHING} WHERE tenant_id = '${own}'`, { user: 'migrate' })).toEqual([{ n: '2' }])
    const [everything] = await ask(`${EVERYTHING} WHERE app_id = '${appId}'`, { user: 'migrate' })
    expect(everything).toEqual({ n: '3' })
  })
})

describe('what the reader may not', () => {
  test.each([
    'SELECT * FROM system.row_policies',
    'SELECT * FROM system.users',
    'SELECT * FROM system.processes',
    'SELECT * FROM system.parts',
    'SELECT * FROM information_schema.tables',
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    "SELECT * FROM s3('http://127.0.0.1:1/bucket/x', 'LineAsString')",
    `SELECT * FROM remote('127.0.0.1', '${clickhouse.database}', 'events')`,
    `SELECT * FROM mergeTreeIndex('${clickhouse.database}', 'events')`,
    `SELECT * FROM mergeTreeAnalyzeIndexes('${clickhouse.database}', 'events')`,
    `SELECT count() FROM ${clickhouse.database}.events`,
    `SELECT * FROM ${clickhouse.database}.schema_versions`,
    `SELECT * FROM loop('${clickhouse.database}', 'events')`,
    `SHOW CREATE TABLE ${clickhouse.database}.events`,
    "SELECT * FROM executable('cat', 'TSV', 'x String')",
    'INSERT INTO events (tenant_id) VALUES (generateUUIDv4())',
    'ALTER TABLE events DELETE WHERE 1',
    'DROP TABLE events',
    'CREATE TABLE copied ENGINE = Memory AS SELECT tenant_id FROM events',
    'KILL QUERY WHERE 1',
    'SYSTEM STOP LISTEN HTTP',
    'SHOW ROW POLICIES',
    'SHOW USERS',
  ])('%s', async (query) => {
    const refused = users.analytics.command({ query, clickhouse_settings: { log_comment: signed } })
    await expect(refused).rejects.toThrow(/Not enough privileges|readonly mode/)
  })

  test('see in system.tables more than its views, nor a count of rows there', async () => {
    const tables = await ask<{ readonly database: string }>('SELECT database, name, total_rows, total_bytes FROM system.tables ORDER BY database, name')
    // Tenants of other tests may have databases of their own beside the common one, with the same views.
    const databases = new Set([readersDatabase(clickhouse.database), ...tables.map(({ database }) => database)])
    for (const database of databases) expect(database).toMatch(/_read$/)
    const views = [...databases].toSorted().flatMap((database) => CATALOG_TABLES.map((name) => ({ database, name, total_rows: null, total_bytes: null })))
    expect(tables).toEqual(views)
  })

  test('see a withheld column, which its view does not have', async () => {
    await expect(ask('SELECT device_sealed FROM events', { statement: signed })).rejects.toThrow('Unknown expression identifier')
    const [row] = await ask<object>('SELECT * FROM events LIMIT 1', { statement: signed })
    expect(row).not.toHaveProperty('device_sealed')
  })

  test.each<Record<string, string | number>>([
    { readonly: 0 },
    { max_memory_usage: 0 },
    { max_execution_time: 61 },
    { max_execution_time: 0 },
    { max_result_rows: 0 },
    { max_result_rows: 1_000_001 },
    { result_overflow_mode: 'break' },
    { max_rows_to_read: 0 },
    { max_rows_to_read: 10_000_000_001 },
    { max_memory_usage: 4 * 1024 ** 3 + 1 },
    { use_query_condition_cache: 1 },
    { allow_ddl: 1 },
  ])('lift its limits: %j', async (settings) => {
    await expect(ask('SELECT 1', { settings })).rejects.toThrow(/^(Cannot modify|Setting .* shouldn't be)/)
  })

  test('lift its limits from inside the statement', async () => {
    await expect(ask('SELECT 1 SETTINGS readonly = 0')).rejects.toThrow(/readonly/i)
    await expect(ask('SELECT 1 SETTINGS max_execution_time = 0')).rejects.toThrow(/max_execution_time/)
  })

  test('get more rows than the limit: the server throws and cuts nothing silently', async () => {
    await expect(ask('SELECT number FROM numbers(1000001)')).rejects.toThrow('Limit for result exceeded')
  })

  test('see the secret in an explanation', async () => {
    for (const kind of ['', 'PLAN actions = 1', 'PIPELINE', 'QUERY TREE', 'SYNTAX', 'PLAN indexes = 1']) {
      const rows = await ask<unknown>(`EXPLAIN ${kind} ${EVERYTHING}`, { statement: signed })
      expect(JSON.stringify(rows)).not.toContain(tenantSecret)
    }
  })
})

describe('the reader', () => {
  test('gets 64-bit integers and money as exact text', async () => {
    const rows = await ask<unknown>('SELECT revenue, copy_group FROM events LIMIT 1', { statement: signed })
    expect(rows).toEqual([{ revenue: '12345678901234567890.123456', copy_group: '0' }])
  })

  test('prunes by the tenant of its statement alone', async () => {
    const plan = await ask<{ explain: string }>(`EXPLAIN PLAN indexes = 1 ${EVERYTHING}`, { statement: signed })
    expect(plan.some(({ explain }) => explain.includes('tenant_id in'))).toBe(true)
  })

  test('may set tighter limits of time, memory, rows read and rows of the result', async () => {
    const settings = { max_execution_time: 5, max_memory_usage: 100_000_000, max_rows_to_read: 10, max_result_rows: 10 }
    expect(await ask('SELECT 1 AS n', { settings })).toEqual([{ n: 1 }])
    await expect(ask('SELECT number FROM numbers(11)', { settings })).rejects.toThrow('max_rows_to_read')
  })
})

describe('the ingest user', () => {
  test('reads nothing, not even through an insert', async () => {
    await expect(ask('SELECT count() FROM events', { user: 'ingest', statement: signed })).rejects.toThrow('Not enough privileges')
    await expect(users.ingest.command({ query: 'INSERT INTO events SELECT * FROM events' })).rejects.toThrow('Not enough privileges')
    await expect(users.ingest.command({ query: 'TRUNCATE TABLE events' })).rejects.toThrow('Not enough privileges')
  })

  test('cannot write a row of no tenant, nor one with an unknown or missing value in it', async () => {
    await expect(insert([testEvent({ tenant_id: NIL_UUID, app_id: appId })])).rejects.toThrow('tenant_is_known')
    const surprise = { surprise: 1 }
    await expect(insert([{ ...testEvent({ tenant_id: own, app_id: appId }), ...surprise }])).rejects.toThrow('surprise')
    await expect(insert([{ ...testEvent({ tenant_id: own, app_id: appId }), occurred_at: 'yesterday' }])).rejects.toThrow()
  })

  test('writes a batch once however often it is sent with its token, over more than a hundred months at once', async () => {
    const tenant_id = randomUUID()
    const batch = Array.from({ length: 101 }, (_, index) => {
      const month = String((index % 12) + 1).padStart(2, '0')
      return testEvent({ tenant_id, app_id: appId, occurred_at: `${1990 + Math.floor(index / 12)}-${month}-01 00:00:00.000` })
    })
    const token = { insert_deduplication_token: `test-${tenant_id}` }
    for (let attempt = 0; attempt < 2; attempt++) await insert(batch, token)
    expect(await ask(EVERYTHING, { statement: tenantStatement(tenantSecret, tenant_id) })).toEqual([{ n: '101' }])
  })
})

describe('the text of users and policies', () => {
  const options = {
    passwords: { migrate: 'm', ingest: 'i', analytics: 'a', stream: 's' },
    tenantSecret: 's'.repeat(32),
    database: 'umg',
    dedicated: ['umg_t001'],
  }

  test('has no password in the clear in either form, and is whole XML', () => {
    const xml = clickhouseUsersXml({ ...options, passwords: { ...options.passwords, analytics: 'hunter2' } })
    expect(xml).not.toContain('hunter2')
    expect(clickhouseUsersSql({ ...options, passwords: { ...options.passwords, analytics: 'hunter2' } }).join('\n')).not.toContain('hunter2')
    expect(xml.match(/<(?!\/)[^>]*[^/]>/g)?.length).toBe(xml.match(/<\/[^>]+>/g)?.length)
  })

  test('says in SQL who may do what, with the same row policy', () => {
    const sql = clickhouseUsersSql(options)
    expect(sql).toContainEqual(expect.stringMatching(/^GRANT SELECT\(tenant_id, .*copy_group\) ON umg_read\.events TO analytics$/))
    for (const table of ['events', 'costs']) expect(sql).toContain(`GRANT INSERT ON umg.${table} TO ingest`)
    expect(sql).toContain(`CREATE ROW POLICY OR REPLACE umg_tenant ON umg_read.events USING ${tenantRowFilter(options.tenantSecret)} TO analytics, stream`)
    // The databases of single tenants are walled like the common one, for whoever may come to the wrong one.
    expect(sql).toContain(`CREATE ROW POLICY OR REPLACE umg_tenant ON umg_t001_read.costs USING ${tenantRowFilter(options.tenantSecret)} TO analytics, stream`)
    expect(sql).toContain('GRANT INSERT ON umg_t001.events TO ingest')
    expect(sql.join('\n')).toContain('log_comment CHANGEABLE_IN_READONLY')
    for (const limit of ['max_memory_usage MIN 1 MAX 4294967296', 'max_rows_to_read MIN 1 MAX 10000000000', 'replace_running_query'])
      expect(sql.join('\n')).toContain(`, ${limit} CHANGEABLE_IN_READONLY`)
  })

  test('is not made with a secret or a database name that could end a string', () => {
    expect(() => tenantRowFilter("x') OR 1 --".padEnd(40, 'x'))).toThrow('tenant secret')
    expect(() => tenantRowFilter('short')).toThrow('tenant secret')
    expect(() => clickhouseUsersXml({ ...options, database: 'a.b' })).toThrow('database name')
    expect(() => tenantStatement('secret', 'no tenant')).toThrow('UUID')
  })
})
