import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { provisionAccount } from '#db/provision/provisionAccount.ts'
import { createOrm } from '#db/orm.ts'
import type { MikroORM } from '#db/tenantScope.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { createAuthService } from './authService.ts'

const now = new Date('2026-05-01T12:00:00Z')
const inDays = (days: number): Date => new Date(now.getTime() + days * 86_400_000)

describe('the sessions of an account', () => {
  let pools: TestPools
  let orm: MikroORM
  beforeAll(async () => {
    pools = openTestPools()
    orm = await createOrm({ ...readConfig.auth().postgres, poolSize: 4 })
  })
  afterAll(async () => {
    await orm?.close()
    await pools?.close()
  })

  async function addAccount() {
    const email = `${randomUUID()}@example.test`
    const password = 'correct horse battery'
    return { email, password, ...(await provisionAccount(pools, { email, name: 'Ada', password, memberships: [] })) }
  }
  const addSession = (
    accountId: string,
    { name, expires = 1, absolute = 5, revoked = null }: { name: string; expires?: number; absolute?: number; revoked?: number | null },
  ) =>
    pools.auth.query(
      'INSERT INTO sessions (id, account_id, refresh_hash, user_agent, expires_at, absolute_expires_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [randomUUID(), accountId, randomBytes(32), name, inDays(expires), inDays(absolute), revoked === null ? null : inDays(revoked)],
    )
  const sessionsOf = async (accountId: string) =>
    (await pools.auth.query<{ name: string }>('SELECT user_agent AS name FROM sessions WHERE account_id = $1 ORDER BY user_agent', [accountId])).rows.map(
      ({ name }) => name,
    )

  it('that ran out or were revoked 30 days ago are removed by its next login, and no others', async () => {
    const [account, other] = await Promise.all([addAccount(), addAccount()])
    await addSession(account.accountId, { name: 'alive' })
    await addSession(account.accountId, { name: 'idle for too long', expires: -0.001 })
    await addSession(account.accountId, { name: 'at its last end', absolute: 0 })
    await addSession(account.accountId, { name: 'revoked', expires: 20, absolute: 100, revoked: -29.9 })
    await addSession(account.accountId, { name: 'revoked long ago', expires: 20, absolute: 100, revoked: -30 })
    await addSession(other.accountId, { name: 'idle for too long', expires: -50 })
    const { login } = createAuthService({ orm, accessPrivateKey: readConfig.auth().accessPrivateKey, now: () => now })
    const client = { clientAddress: null, userAgent: 'new' }
    await expect(login({ ...account, password: 'wrong', rememberMe: false, client })).rejects.toThrow(/wrong/)
    expect(await sessionsOf(account.accountId)).toHaveLength(5)
    await login({ ...account, rememberMe: false, client })
    expect(await sessionsOf(account.accountId)).toEqual(['alive', 'new', 'revoked'])
    expect(await sessionsOf(other.accountId)).toEqual(['idle for too long'])
  })
})
