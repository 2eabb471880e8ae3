import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOrm } from '#db/orm.ts'
import type { MikroORM } from '#db/tenantScope.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { createSharedLimits, type Limit, type SharedLimits } from './sharedLimits.ts'

const MINUTE: Limit = { name: 'test', attempts: 5, windowMs: 60_000 }
const GROWING: Limit = { ...MINUTE, name: 'growing', grows: true }
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

describe('limits of all processes together', () => {
  let pools: TestPools
  let orm: MikroORM
  const began = Date.now()
  let seconds = 0
  const now = () => new Date(began + seconds * 1000)
  /** Two processes. */
  let one: SharedLimits
  let other: SharedLimits
  beforeAll(async () => {
    pools = openTestPools()
    orm = await createOrm({ ...readConfig.auth().postgres, poolSize: 4 })
    const secret = randomBytes(32).toString('base64url')
    ;[one, other] = [createSharedLimits({ orm, secret, now }), createSharedLimits({ orm, secret, now })]
  })
  afterAll(async () => {
    await orm?.close()
    await pools?.close()
  })
  const at = (limit: Limit, key: string, second: number, limits = one): Promise<number | null> => {
    seconds = second
    return limits.of(limit).take(key)
  }

  it('let as many through at once as one after another, wherever they are counted', async () => {
    seconds = 0
    const key = randomUUID()
    const waits = await Promise.all(range(24).map((index) => (index % 2 === 0 ? one : other).of(MINUTE).take(key)))
    expect(waits.filter((wait) => wait === null)).toHaveLength(5)
    expect(waits.filter((wait) => wait === 60)).toHaveLength(19)
    expect(await at({ ...MINUTE, name: 'another' }, key, 0)).toBeNull()
  })

  it('hold until the window is over, and begin anew', async () => {
    const key = randomUUID()
    for (const second of range(5)) expect(await at(MINUTE, key, second)).toBeNull()
    expect([await at(MINUTE, key, 10), await at(MINUTE, key, 59, other)]).toEqual([50, 1])
    for (const second of range(5)) expect(await at(MINUTE, key, 60 + second, other)).toBeNull()
    expect(await at(MINUTE, key, 65)).toBe(55)
  })

  it('take back and forget what turned out to be right, also for another process two seconds later', async () => {
    const key = randomUUID()
    for (const second of range(5)) await at(MINUTE, key, second)
    expect([await at(MINUTE, key, 10), await at(MINUTE, key, 10, other)]).toEqual([50, 50])
    await one.of(MINUTE).takeBack(key)
    expect(await at(MINUTE, key, 10)).toBeNull()
    expect([await at(MINUTE, key, 12), await at(MINUTE, key, 12, other)]).toEqual([48, 48])
    await one.of(MINUTE).forget(key)
    expect([await at(MINUTE, key, 13, other), await at(MINUTE, key, 14, other)]).toEqual([47, null])
    for (const second of range(4)) expect(await at(MINUTE, key, 14 + second)).toBeNull()
    expect(await at(MINUTE, key, 20)).toBe(54)
    await one.of(MINUTE).takeBack(randomUUID())
  })

  it('count all of several keys or none of them', async () => {
    seconds = 0
    const [full, free, told] = [randomUUID(), randomUUID(), randomUUID()]
    const take = (keys: readonly string[], refuses = true) => one.take(keys.map((key) => ({ limit: MINUTE, key, refuses, counts: true })))
    for (let use = 0; use < 5; use += 1) await take([full])
    for (let use = 0; use < 9; use += 1) expect(await take([free, full])).toEqual([null, 60])
    for (let use = 0; use < 5; use += 1) expect(await take([free])).toEqual([null])
    expect(await take([free])).toEqual([60])
    // Told alone, and looked at alone.
    for (let use = 0; use < 7; use += 1) expect(await take([told], false)).toEqual([use < 5 ? null : 60])
    const look = () => one.take([{ limit: MINUTE, key: 'nobody', refuses: true, counts: false }])
    for (let use = 0; use < 7; use += 1) expect(await look()).toEqual([null])
  })

  it('never wait for each other, in whichever order keys are tried and given back', async () => {
    seconds = 0
    const keys = range(6).map(() => randomUUID())
    const some = (index: number) => keys.filter((_key, bit) => ((index * 37) >> bit) % 2 === 1).toSorted(() => (index % 3) - 1)
    const limit: Limit = { ...MINUTE, name: 'order', attempts: 1_000 }
    const work = range(200).map((index) => {
      const limits = index % 2 === 0 ? one : other
      return index % 5 === 0
        ? limits.giveBack(some(index).map((key) => ({ limit, key, isAll: false })))
        : limits.take(some(index).map((key) => ({ limit, key, refuses: true, counts: true })))
    })
    expect((await Promise.allSettled(work)).filter(({ status }) => status === 'rejected')).toEqual([])
  })

  it('that grow let five through a minute, and who comes more often waits longer each time', async () => {
    const key = randomUUID()
    const take = (second: number) => at(GROWING, key, second, second % 2 === 0 ? one : other)
    for (const second of range(5)) expect(await take(second)).toBeNull()
    expect(await take(10)).toBe(50)
    expect(await take(59)).toBe(1)
    for (let use = 0; use < 5; use += 1) expect(await take(60)).toBeNull()
    // The second time: what is left of the minute and another one.
    expect(await take(61)).toBe(119)
    expect(await take(179)).toBe(1)
    for (let use = 0; use < 5; use += 1) expect(await take(180)).toBeNull()
    expect(await take(181)).toBe(59 + 180)
    // An hour of quiet is forgiven.
    for (let use = 0; use < 5; use += 1) expect(await take(240 + 180 + 3_600)).toBeNull()
    expect(await take(240 + 180 + 3_600)).toBe(60)
  })

  it('never wait longer than an hour', async () => {
    seconds = 0
    const limit = one.of({ ...GROWING, name: 'hour', attempts: 1 })
    const waits: number[] = []
    for (let strike = 0; strike < 9; strike += 1) {
      await limit.take('a')
      const wait = (await limit.take('a')) ?? 0
      waits.push(wait)
      seconds += wait
    }
    expect(waits).toEqual([60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600])
  })

  it('keep nothing that tells whose they are, and what is over for ten minutes no longer', async () => {
    seconds = 0
    const secret = randomBytes(32).toString('base64url')
    const old = createSharedLimits({ orm, secret, now: () => new Date(Date.now() - 3_600_000) })
    await old.of(MINUTE).take('ada@example.test')
    await one.of(MINUTE).take('192.0.2.7')
    const count = async () => Number((await pools.auth.query("SELECT count(*) FROM attempts WHERE kept_until < now() - interval '50 minutes'")).rows[0]?.count)
    // Twenty at a time, and others leave some, too.
    await expect
      .poll(
        async () => {
          await one.of(MINUTE).take(randomUUID())
          return count()
        },
        { timeout: 20_000 },
      )
      .toBe(0)
    const { rows } = await pools.auth.query<{ row: string }>("SELECT row_to_json(a)::text || encode(key_hash, 'escape') AS row FROM attempts a")
    expect(rows.filter(({ row }) => /ada@|192\.0\.2\.7/.test(row))).toEqual([])
  })

  it('are nobody else’s to read', async () => {
    for (const pool of [pools.app, pools.worker]) {
      await expect(pool.query('SELECT FROM attempts')).rejects.toThrow('permission denied')
      await expect(pool.query('SELECT take_attempts(now(), $1)', [JSON.stringify([{ place: 0, key: '00'.repeat(32), counts: true }])])).rejects.toThrow(
        'permission denied',
      )
    }
  })
})
