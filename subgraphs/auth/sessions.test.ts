import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { withTenant } from '#db/pool.ts'
import { provisionAccount } from '#db/provision/provisionAccount.ts'
import { createOrm } from '#db/orm.ts'
import type { MikroORM } from '#db/tenantScope.ts'
import { createTestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { createAuthService } from './authService.ts'

const now = new Date('2026-05-01T12:00:00Z')
const inDays = (days: number): Date => new Date(now.getTime() + days * 86_400_000)

const sessionIdOf = (accessToken: string): string =>
  z.object({ sid: z.string() }).parse(JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8'))).sid

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
    const { login } = createAuthService({ orm, settings: readConfig.auth(), now: () => now })
    const client = { clientAddress: null, userAgent: 'new' }
    await expect(login({ ...account, password: 'wrong', rememberMe: false, client })).rejects.toThrow(/wrong/)
    expect(await sessionsOf(account.accountId)).toHaveLength(5)
    await login({ ...account, rememberMe: false, client })
    expect(await sessionsOf(account.accountId)).toEqual(['alive', 'new', 'revoked'])
    expect(await sessionsOf(other.accountId)).toEqual(['idle for too long'])
  })

  it('are listed by the one used last, ended one or all, and are nobody else’s to end', async () => {
    const [account, other] = await Promise.all([addAccount(), addAccount()])
    let clock = now
    const auth = createAuthService({ orm, settings: readConfig.auth(), now: () => clock })
    const client = { clientAddress: '192.0.2.7', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0' }
    const logIn = async (who: typeof account, rememberMe = false) => {
      const { accessToken } = await auth.login({ ...who, rememberMe, client })
      clock = new Date(clock.getTime() + 60_000)
      return sessionIdOf(accessToken)
    }
    const [first, second, third] = [await logIn(account), await logIn(account, true), await logIn(account)]
    const stranger = await logIn(other)
    await addSession(account.accountId, { name: 'idle for too long', expires: -1 })
    const owner = { accountId: account.accountId, sessionId: first, client }
    const list = async () => (await auth.sessions(account.accountId)).map(({ id }) => id)
    expect(await list()).toEqual([third, second, first])
    expect((await auth.sessions(account.accountId))[1]).toMatchObject({ remember: true, address: '192.0.2.7' })
    for (const id of [stranger, randomUUID(), 'nonsense'])
      await expect(auth.revokeSession(owner, id)).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } })
    await auth.revokeSession(owner, second)
    await expect(auth.revokeSession(owner, second)).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } })
    expect(await list()).toEqual([third, first])
    expect(await auth.revokeSessions(owner, { keepCurrent: true })).toBe(1)
    expect(await list()).toEqual([first])
    expect(await auth.revokeSessions(owner, { keepCurrent: false })).toBe(1)
    expect(await list()).toEqual([])
    expect((await auth.sessions(other.accountId)).map(({ id }) => id)).toEqual([stranger])
  })

  it('are verified as they stand: alive, the account’s own, with the role of now', async () => {
    const [acme, globex] = await Promise.all([createTestTenant(), createTestTenant({ withAccounts: false })])
    const [owner, admin] = acme.accounts
    if (owner === undefined || admin === undefined) throw new Error('The test tenant has no accounts.')
    let clock = now
    const auth = createAuthService({ orm, settings: readConfig.auth(), now: () => clock })
    const client = { clientAddress: null, userAgent: null }
    const sessionId = sessionIdOf((await auth.login({ ...owner, rememberMe: false, client })).accessToken)
    const claimed = { sessionId, accountId: owner.accountId, tenantId: acme.tenantId }
    expect(await auth.verifySession(claimed)).toEqual({ tenantId: acme.tenantId, tenantSlug: acme.slug, role: 'owner' })
    expect(await auth.verifySession({ ...claimed, tenantId: null })).toEqual({ tenantId: null, tenantSlug: null, role: null })
    expect(await auth.verifySession({ ...claimed, tenantId: globex.tenantId })).toBeNull()
    expect(await auth.verifySession({ ...claimed, accountId: admin.accountId })).toBeNull()
    expect(await auth.verifySession({ ...claimed, sessionId: randomUUID() })).toBeNull()
    const inAcme = (sql: string) => withTenant(pools.app, acme.tenantId, (connection) => connection.query(sql, [owner.accountId]))
    await inAcme("UPDATE memberships SET role = 'viewer' WHERE account_id = $1")
    expect(await auth.verifySession(claimed)).toMatchObject({ role: 'viewer' })
    await inAcme('DELETE FROM memberships WHERE account_id = $1')
    expect(await auth.verifySession(claimed)).toBeNull()
    clock = new Date(now.getTime() + 24 * 3_600_000 - 1)
    expect(await auth.verifySession({ ...claimed, tenantId: null })).not.toBeNull()
    clock = new Date(now.getTime() + 24 * 3_600_000)
    expect(await auth.verifySession({ ...claimed, tenantId: null })).toBeNull()
    clock = now
    await auth.logout({ sessionId, cookieToken: null, client })
    expect(await auth.verifySession({ ...claimed, tenantId: null })).toBeNull()
  })
})
