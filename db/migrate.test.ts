import { afterAll, expect, test } from 'vitest'
import { readConfig } from '#ops/config.ts'
import { migrateClickHouse, migratePostgres, type MigrationLog } from './migrate.ts'
import { MIGRATIONS } from './migrations/list.ts'
import { openTestPools } from './testing/testPools.ts'

const pools = openTestPools()
afterAll(pools.close)
const owner = readConfig.owner()

const recordingLog = (): MigrationLog & { readonly messages: string[] } => {
  const messages: string[] = []
  return { messages, info: (_, message) => void messages.push(message) }
}

test('a second migration of PostgreSQL applies nothing, also when two run at once', async () => {
  const log = recordingLog()
  const migrate = () => migratePostgres({ ownerUrl: owner.ownerUrl, rolePasswords: owner.rolePasswords, log })
  await Promise.all([migrate(), migrate()])
  expect(log.messages).toEqual(['PostgreSQL is up to date', 'PostgreSQL is up to date'])
  const { rows } = await pools.owner.query('SELECT name FROM migrations ORDER BY id')
  expect(rows).toEqual(MIGRATIONS.map(({ name }) => ({ name })))
})

test('a second migration of ClickHouse applies nothing', async () => {
  const log = recordingLog()
  await migrateClickHouse({ config: owner.clickhouse, log })
  expect(log.messages).toEqual([])
})

test('the roles log in with the passwords of the configuration', async () => {
  for (const [role, pool] of [
    ['umg_app', pools.app],
    ['umg_auth', pools.auth],
    ['umg_worker', pools.worker],
  ] as const) {
    expect((await pool.query('SELECT current_user AS role')).rows).toEqual([{ role }])
  }
})
