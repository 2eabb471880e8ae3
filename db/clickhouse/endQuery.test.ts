import { randomUUID } from 'node:crypto'
import { afterAll, expect, test, vi } from 'vitest'
import { openTestClickHouse } from '../testing/testEvents.ts'
import { endQuery } from './endQuery.ts'

const [analytics, stream, owner] = [openTestClickHouse('analytics'), openTestClickHouse('stream'), openTestClickHouse('migrate')]
afterAll(() => Promise.all([analytics.close(), stream.close(), owner.close()]))

async function isRunning(queryId: string): Promise<boolean> {
  const result = await owner.query({ query: `SELECT 1 FROM system.processes WHERE query_id = '${queryId}'`, format: 'JSONEachRow' })
  return (await result.json()).length > 0
}

/** One step of one row, which takes many seconds and makes no progress meanwhile. */
const LONG_STEP = 'SELECT arrayFold((sum, x) -> sum + sipHash64(x, sum), range(20000000 + number), toUInt64(0)) FROM numbers(1)'

async function begin() {
  const queryId = randomUUID()
  const leaving = new AbortController()
  const answer = analytics.query({ query: LONG_STEP, query_id: queryId, format: 'JSONCompact', abort_signal: leaving.signal })
  const ended = answer.then(
    () => 'answered',
    (error: unknown) => String(error),
  )
  await vi.waitFor(async () => expect(await isRunning(queryId)).toBe(true), { timeout: 10_000 })
  return { queryId, leave: () => leaving.abort(), ended }
}

test('a query is ended by its id, also where a closed connection does not end it', async () => {
  const { queryId, leave, ended } = await begin()
  leave()
  expect(await ended).toContain('aborted')
  expect(await isRunning(queryId)).toBe(true)
  await endQuery(analytics, queryId)
  expect(await isRunning(queryId)).toBe(false)
})

test('its client learns that it was ended', async () => {
  const { queryId, ended } = await begin()
  await endQuery(analytics, queryId)
  expect(await ended).toMatch(/cancelled|killed/i)
})

test('that of another user is not ended, and one that is not there is none', async () => {
  const { queryId, ended } = await begin()
  await endQuery(stream, queryId).catch(() => undefined)
  expect(await isRunning(queryId)).toBe(true)
  await endQuery(analytics, queryId)
  expect(await ended).toMatch(/cancelled|killed/i)
  await endQuery(analytics, randomUUID())
})
