import { randomUUID } from 'node:crypto'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFactorSealer, type FactorPlace } from '#db/crypto/factorSealer.ts'
import { resealFactors } from '#db/crypto/resealFactors.ts'
import { migratePostgres } from '#db/migrate.ts'
import { createPool, type Pool } from '#db/pool.ts'
import { testVault } from '#db/testing/testVault.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { startCleaningJobs } from './cleaningJobs.ts'
import { sealFactors } from './sealFactors.ts'

const silent = createLogger({ name: 'test', level: 'silent' })
const [current, previous] = [randomUUID(), randomUUID()]
const before = createFactorSealer({ current: previous, previous: null })
const during = createFactorSealer({ current, previous })
const after = createFactorSealer({ current, previous: null })
const SECRET = 'JBSWY3DPEHPK3PXP'

// In a database of its own: what the worker says is about every account that there is.
const { ownerUrl, authUrl, workerUrl } = readConfig.owner()
const database = `second_factors_${randomUUID().replaceAll('-', '')}`
const openIn = (url: string): Pool => createPool({ url: Object.assign(new URL(url), { pathname: database }).href, poolSize: 2, name: 'test' })

describe('the key of second factors is replaced', () => {
  const owner = createPool({ url: ownerUrl, poolSize: 1, name: 'test' })
  const [auth, worker] = [openIn(authUrl), openIn(workerUrl)]
  beforeAll(async () => {
    await owner.query(`CREATE DATABASE ${database}`)
    await migratePostgres({ ownerUrl: Object.assign(new URL(ownerUrl), { pathname: database }).href, rolePasswords: {}, hasJobs: false, log: silent })
  })
  afterAll(async () => {
    await Promise.all([auth.end(), worker.end()])
    await owner.query(`DROP DATABASE IF EXISTS ${database}`)
    await owner.end()
  })
  beforeEach(() => auth.query('DELETE FROM accounts'))

  const placeOf = (accountId: string): FactorPlace => ({ secret: 'totp', accountId })
  async function add(seal: (place: FactorPlace) => string): Promise<string> {
    const accountId = randomUUID()
    await auth.query("INSERT INTO accounts (id, email, name, password_hash) VALUES ($1::uuid, $1::text || '@example.test', 'Ada', 'none')", [accountId])
    await auth.query('INSERT INTO second_factors (account_id, totp_secret) VALUES ($1, $2)', [accountId, seal(placeOf(accountId))])
    return accountId
  }
  const secretOf = async (accountId: string) =>
    (await auth.query<{ sealed: string }>('SELECT totp_secret AS sealed FROM second_factors WHERE account_id = $1', [accountId])).rows[0]?.sealed ?? ''
  function createLog() {
    const lines: Record<string, unknown>[] = []
    return { lines, log: pino({ base: null, timestamp: false }, { write: (line) => void lines.push(JSON.parse(line)) }) }
  }
  async function seal(sealer = during): Promise<readonly Record<string, unknown>[]> {
    const { lines, log } = createLog()
    await sealFactors(worker, sealer, log)
    return lines
  }
  const NOTHING_LEFT = { level: 30, msg: 'no second factor is left under SECOND_FACTOR_KEY_PREVIOUS: it can be taken away' }

  it('the worker says how many second factors it sealed anew, and that the old key can be taken away; without an old key it says nothing', async () => {
    const [ada, bob] = [await add((place) => before.seal(place, SECRET)), await add((place) => before.seal(place, SECRET))]
    expect(await seal()).toEqual([{ level: 30, accounts: 2, msg: 'second factors sealed under the current key' }, NOTHING_LEFT])
    for (const accountId of [ada, bob]) expect(after.open(placeOf(accountId), await secretOf(accountId))).toBe(SECRET)
    expect(await seal()).toEqual([NOTHING_LEFT])
    expect(await seal(after)).toEqual([])
  })

  it('rewrites nothing while no key is replaced, so that the release before could still open it', async () => {
    const ada = await add((place) => before.seal(place, SECRET).split('.')[1] ?? '')
    const text = await secretOf(ada)
    expect(await seal(before)).toEqual([])
    expect(await secretOf(ada)).toBe(text)
  })

  it('is not skipped hour after hour since something else that the worker cleans fails', async () => {
    const ada = await add((place) => before.seal(place, SECRET))
    const app = openIn(readConfig.worker().appPostgres.url)
    const { lines, log } = createLog()
    const jobs = await startCleaningJobs({
      databaseUrl: readConfig.worker().postgres.url,
      pool: worker,
      appPool: app,
      vault: testVault(),
      factorSealer: during,
      inEach: () => Promise.reject(new Error('A database of its own is away.')),
      log,
      queueName: `cleaning-${randomUUID()}`,
    })
    try {
      await expect.poll(() => lines, { timeout: 30_000 }).toContainEqual(expect.objectContaining({ msg: 'a job failed' }))
      expect(lines.find(({ msg }) => msg === 'a job failed')).toMatchObject({ err: { message: 'A database of its own is away.' } })
      expect(lines).toContainEqual(NOTHING_LEFT)
      expect(after.open(placeOf(ada), await secretOf(ada))).toBe(SECRET)
    } finally {
      await jobs.queue.removeJobScheduler('removeOldMessages')
      await jobs.close()
      await app.end()
    }
  })

  it('does not say so while one opens under neither key, leaves that as it is, and seals the others', async () => {
    const lost = createFactorSealer({ current: randomUUID(), previous: null })
    const [ada, bob] = [await add((place) => lost.seal(place, SECRET)), await add((place) => before.seal(place, SECRET))]
    const text = await secretOf(ada)
    expect(await seal()).toMatchObject([
      { level: 30, accounts: 1 },
      { level: 50, accounts: 1, accountId: ada, msg: 'second factors could not be sealed anew', err: { message: expect.stringContaining('under neither') } },
    ])
    expect(await secretOf(ada)).toBe(text)
    expect(after.open(placeOf(bob), await secretOf(bob))).toBe(SECRET)
  })

  it('goes in small transactions, and through all of them', async () => {
    const accounts: string[] = []
    for (let i = 0; i < 5; i++) accounts.push(await add((place) => before.seal(place, SECRET)))
    expect(await resealFactors(worker, during, { batchRows: 2 })).toEqual({ accounts: 5, failed: [] })
    for (const accountId of accounts) expect(after.open(placeOf(accountId), await secretOf(accountId))).toBe(SECRET)
  })

  it('the worker may write nothing else of a second factor, and read no recovery code', async () => {
    for (const statement of [
      'SELECT failed_attempts FROM second_factors',
      'UPDATE second_factors SET totp_confirmed_at = NULL',
      'DELETE FROM second_factors',
      'SELECT code_hash FROM recovery_codes',
      'DELETE FROM recovery_codes',
    ])
      await expect(worker.query(statement)).rejects.toThrow('permission denied')
  })
})
