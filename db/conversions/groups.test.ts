import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { withTenant } from '#db/pool.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { openGroupModel, type GroupModel, type Step } from '#db/testing/groupModel.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { removeUnusedGroups } from './retention.ts'

const RUNS = inject('isLong') ? 60 : 6

const index = fc.nat(99)
const part = fc.double({ min: 0, max: 1, noNaN: true })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('join' as const), server: fc.nat(2), maxInFlight: fc.constantFrom(1, 3, 7) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const), server: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), member: index }) },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('take' as const), member: index }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('insert' as const), count: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('acknowledge' as const), member: index, batch: index, part }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('acknowledgeAll' as const), part }) },
)

describe('groups in the database', () => {
  let pools: TestPools
  let tenant: TestTenant
  beforeAll(async () => {
    pools = openTestPools()
    tenant = await createTestTenant({ withAccounts: false })
  })
  afterAll(() => pools?.close())

  it('whatever joins, leaves, dies and acknowledges: all is given, nothing to two at a time, nothing after its acknowledgement', async () => {
    const seed = inject('fuzzSeed') ?? Math.trunc(Math.random() * 2 ** 31)
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 90 }), async (steps) => {
        const world = await openGroupModel(pools.app, tenant)
        try {
          await world.run({ kind: 'join', server: 0, maxInFlight: 7 })
          for (const each of steps) await world.run(each)
          await world.drain()
        } finally {
          await Promise.all(world.servers.map((server) => server.close()))
        }
      }),
      { seed, numRuns: RUNS, endOnFailure: true },
    )
  }, 240_000)

  it('one that nobody has used for 35 days is forgotten with what hangs on it, and no other', async () => {
    const [old, used] = [await openGroupModel(pools.app, tenant), await openGroupModel(pools.app, tenant)]
    for (const world of [old, used]) {
      await world.insert(3)
      await world.join({ server: 0, maxInFlight: 7 })
      await world.take(world.members[0]!)
    }
    await old.inGroup((client) => client.query("UPDATE stream_groups SET used_at = now() - interval '36 days' WHERE id = $1", [old.key.groupId]))
    await used.inGroup((client) => client.query("UPDATE stream_groups SET used_at = now() - interval '34 days' WHERE id = $1", [used.key.groupId]))
    expect(await removeUnusedGroups(pools.worker)).toBeGreaterThanOrEqual(1)
    const left = async ({ key }: GroupModel) =>
      withTenant(pools.app, key.tenantId, async (client) =>
        Promise.all(
          ['stream_groups WHERE id', 'stream_members WHERE group_id', 'stream_leases WHERE group_id'].map(
            async (from) => (await client.query(`SELECT FROM ${from} = $1`, [key.groupId])).rows.length,
          ),
        ),
      )
    expect([await left(old), await left(used)]).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ])
    await Promise.all([old, used].flatMap(({ servers }) => servers.map((server) => server.close())))
  })
})
