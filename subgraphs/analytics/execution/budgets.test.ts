import { afterAll, beforeAll, expect, test } from 'vitest'
import { READER_LIMITS } from '#db/clickhouse/policies.ts'
import { openTestClickHouse } from '#db/testing/testEvents.ts'
import { readConfig } from '#ops/config.ts'
import { PROFILE_BUDGETS, overBudget, type QueryBudgets } from './budgets.ts'
import { send } from './runQuery.ts'
import { storeCaseWorld } from './testing/caseWorld.ts'

const clickhouse = openTestClickHouse('analytics')
const { tenantSecret, budgets } = readConfig.analytics()
let tenantId: string
beforeAll(async () => {
  tenantId = (await storeCaseWorld()).tenantId
})
afterAll(() => clickhouse.close())

const ask = (sql: string, change: Partial<QueryBudgets>) =>
  send({ clickhouse, tenantSecret, budgets: { ...PROFILE_BUDGETS, ...change } }, { sql, parameters: [] }, { tenantId })

const MANY_GROUPS = 'SELECT sipHash64(number), count() FROM numbers(20000000) GROUP BY 1'

test.each<[string, string, Partial<QueryBudgets>, RegExp]>([
  ['seconds', 'SELECT count() FROM numbers(9000000000) WHERE sipHash64(number) = 3', { maxSeconds: 1 }, /not answered within 1 seconds.*shorter range/],
  ['memory', MANY_GROUPS, { maxMemoryBytes: 50_000_000 }, /more than 50,000,000 bytes of memory.*fewer dimensions/],
  ['rows read', 'SELECT count(user_id) FROM events', { maxRowsRead: 100 }, /read more than 100 stored events.*shorter range/],
  ['rows of the answer', 'SELECT event_id FROM events', { maxResultRows: 100 }, /more than 100 rows.*fewer dimensions/],
])('a question beyond its %s is told the budget, how much it is and what to narrow', async (_name, sql, change, message) => {
  await expect(ask(sql, change)).rejects.toMatchObject({ message: expect.stringMatching(message), extensions: { code: 'QUERY_TOO_LARGE' } })
})

test('one within them is answered', async () => {
  const { rows } = await ask('SELECT count() FROM events', { maxSeconds: 5, maxMemoryBytes: 100_000_000, maxRowsRead: 100_000, maxResultRows: 1 })
  expect(rows).toEqual([['600']])
})

test('memory that all questions together have used up is no fault of this one', () => {
  const total = { code: '241', message: '(total) memory limit exceeded: would use 8.00 GiB' }
  expect(overBudget(total, PROFILE_BUDGETS)).toMatchObject({ extensions: { code: 'TOO_BUSY' } })
})

test('no default is above what the server allows', () => {
  expect(budgets.query.maxSeconds).toBeLessThan(READER_LIMITS.maxExecutionSeconds)
  expect(budgets.query.maxMemoryBytes).toBeLessThanOrEqual(READER_LIMITS.maxMemoryBytes)
  expect(budgets.query.maxRowsRead).toBeLessThanOrEqual(READER_LIMITS.maxRowsToRead)
  expect(budgets.query.maxResultRows).toBeLessThanOrEqual(READER_LIMITS.maxResultRows)
})
