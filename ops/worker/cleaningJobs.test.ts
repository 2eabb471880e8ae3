import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFactorSealer } from '#db/crypto/factorSealer.ts'
import { removeOldMessages } from '#db/outbox/retention.ts'
import { testVault } from '#db/testing/testVault.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { startCleaningJobs } from './cleaningJobs.ts'

const log = createLogger({ name: 'worker', level: 'silent' })

describe('cleaning', () => {
  let pools: TestPools
  let aggregate: string
  beforeAll(() => {
    pools = openTestPools()
  })
  afterAll(() => pools?.close())
  beforeEach(() => {
    aggregate = `test:${randomUUID()}`
  })

  /** Messages by what is to be seen of them: days since they were made, delivered, and given up. */
  async function add(messages: readonly { readonly name: string; readonly delivered?: number; readonly dead?: number }[]): Promise<void> {
    for (const { name, delivered = null, dead = null } of messages) {
      // What waits here must not be taken up by anybody.
      await pools.worker.query(
        `INSERT INTO outbox (topic, aggregate, payload, created_at, available_at, delivered_at, dead_at)
         VALUES ($1, $1, to_jsonb($2::text), now() - interval '400 days', now() + interval '1 day', now() - $3::float8 * interval '1 day', now() - $4::float8 * interval '1 day')`,
        [aggregate, name, delivered, dead],
      )
    }
  }
  const left = async () =>
    (await pools.worker.query<{ name: string }>("SELECT payload #>> '{}' AS name FROM outbox WHERE aggregate = $1 ORDER BY id", [aggregate])).rows.map(
      ({ name }) => name,
    )

  it('removes what was delivered 30 days ago or is dead for 90, and nothing else', async () => {
    await add([
      { name: 'delivered long ago', delivered: 30.01 },
      { name: 'delivered', delivered: 29.99 },
      { name: 'dead long ago', dead: 90.01 },
      { name: 'dead', dead: 89.99 },
      { name: 'waits' },
    ])
    expect(await removeOldMessages(pools.worker)).toBe(2)
    expect(await left()).toEqual(['delivered', 'dead', 'waits'])
    expect(await removeOldMessages(pools.worker)).toBe(0)
  })

  it('goes in steps, the oldest first, and leaves the rest of a great many to the next run', async () => {
    await add([
      { name: '40', delivered: 40 },
      { name: '44', delivered: 44 },
      { name: '41', delivered: 41 },
      { name: '43', delivered: 43 },
      { name: '42', delivered: 42 },
      { name: 'dead', dead: 100 },
    ])
    expect(await removeOldMessages(pools.worker, { stepRows: 2, maxSteps: 2 })).toBe(4)
    expect(await left()).toEqual(['40', 'dead'])
    expect(await removeOldMessages(pools.worker, { stepRows: 1 })).toBe(2)
  })

  it('has one schedule for two workers, also after one starts again, and its job does the work', async () => {
    await add([{ name: 'delivered long ago', delivered: 31 }, { name: 'waits' }])
    const options = {
      databaseUrl: readConfig.worker().postgres.url,
      pool: pools.worker,
      appPool: pools.app,
      vault: testVault(),
      factorSealer: createFactorSealer(readConfig.worker().secondFactorKeys),
      log,
      queueName: `cleaning-${randomUUID()}`,
    }
    const workers = await Promise.all([startCleaningJobs(options), startCleaningJobs(options)])
    workers.push(await startCleaningJobs(options))
    const { queue } = workers[0]
    try {
      expect(await queue.getJobSchedulers()).toMatchObject([{ key: 'removeOldMessages', pattern: '17 * * * *', tz: 'UTC' }])
      const [next, ...others] = await queue.getDelayed()
      expect(others).toEqual([])
      await next!.promote()
      await expect.poll(left, { timeout: 10_000 }).toEqual(['waits'])
      await expect.poll(() => queue.getJobCounts('completed', 'failed', 'delayed'), { timeout: 10_000 }).toEqual({ completed: 1, failed: 0, delayed: 1 })
    } finally {
      await queue.removeJobScheduler('removeOldMessages')
      for (const worker of workers) await worker.close()
    }
  })
})
