import { afterAll, expect, test } from 'vitest'
import { readConfig } from '#ops/config.ts'
import { openTestClickHouse } from '../testing/testEvents.ts'
import { BOOKKEEPING_TABLES, CATALOG, CATALOG_TABLES, WITHHELD_COLUMNS } from './catalog.ts'
import { readersDatabase } from './client.ts'

const { database } = readConfig.owner().clickhouse
const readers = readersDatabase(database)
const migrate = openTestClickHouse('migrate')
afterAll(() => migrate.close())

const rowsOf = async <Row>(query: string): Promise<readonly Row[]> => (await migrate.query({ query, format: 'JSONEachRow' })).json<Row>()

test('every live table is catalogued or bookkeeping, and every catalogued one has its view', async () => {
  const tables = await rowsOf<{ name: string }>('SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name')
  expect(tables.map(({ name }) => name)).toEqual([...CATALOG_TABLES, ...BOOKKEEPING_TABLES].toSorted())
  const views = await rowsOf<{ name: string; engine: string }>(`SELECT name, engine FROM system.tables WHERE database = '${readers}' ORDER BY name`)
  expect(views).toEqual(CATALOG_TABLES.map((name) => ({ name, engine: 'View' })))
  expect(Object.keys(CATALOG)).toEqual(CATALOG_TABLES)
})

test.each(CATALOG_TABLES)('the catalogued columns of %s are the live ones with their types, in their order, but the withheld', async (table) => {
  const columnsIn = (database: string) =>
    rowsOf<{ name: string; type: string }>(`SELECT name, type FROM system.columns WHERE database = '${database}' AND table = '${table}' ORDER BY position`)
  const catalogued = Object.entries(CATALOG[table]).map(([name, type]) => ({ name, type }))
  expect(await columnsIn(readers)).toEqual(catalogued)
  const columns = await columnsIn(database)
  expect(columns.filter(({ name }) => !WITHHELD_COLUMNS[table].includes(name))).toEqual(catalogued)
  expect(columns).toHaveLength(catalogued.length + WITHHELD_COLUMNS[table].length)
})

test('every live table but the list of versions begins its key with the tenant and refuses the nil one', async () => {
  const tables = await rowsOf<{ name: string; sortingKey: string; sql: string }>(
    "SELECT name, sorting_key AS sortingKey, create_table_query AS sql FROM system.tables WHERE database = currentDatabase() AND name != 'schema_versions'",
  )
  expect(tables.length).toBeGreaterThanOrEqual(CATALOG_TABLES.length)
  for (const { name, sortingKey, sql } of tables) {
    expect([name, sortingKey.split(',')[0]]).toEqual([name, 'tenant_id'])
    expect([name, sql.includes('CONSTRAINT tenant_is_known CHECK')]).toEqual([name, true])
  }
})

test.each(CATALOG_TABLES)('a reader without a tenant statement sees no row of %s', async (table) => {
  for (const user of ['analytics', 'stream'] as const) {
    const reader = openTestClickHouse(user)
    const answer = await reader.query({ query: `SELECT count() AS rows FROM ${table}`, format: 'JSONEachRow' })
    expect([user, await answer.json()]).toEqual([user, [{ rows: '0' }]])
    await reader.close()
  }
})

test('the events table deduplicates inserts by token, writes to disk before it answers, and refuses the nil tenant', async () => {
  const [table] = await rowsOf<{ sql: string }>("SELECT create_table_query AS sql FROM system.tables WHERE database = currentDatabase() AND name = 'events'")
  const sql = table?.sql ?? ''
  expect(sql).toContain('non_replicated_deduplication_window = 10000')
  expect(sql).toContain('fsync_after_insert = 1')
  expect(sql).toContain('CONSTRAINT tenant_is_known CHECK')
  expect(sql).toContain('ORDER BY (tenant_id, toDate(occurred_at), touch, event, app_id)')
})
