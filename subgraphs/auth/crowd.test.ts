import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shareCores } from '#ops/security/passwords.ts'
import { codeOf, openAuthWorld, type AuthWorld, type WorldAccount } from './testing/authWorld.ts'

describe('many logins', () => {
  let world: AuthWorld
  beforeAll(async () => {
    world = await openAuthWorld()
  })
  afterAll(async () => world?.close())

  const logIn = ({ email, password }: Pick<WorldAccount, 'email' | 'password'>, clientAddress = '192.0.2.1') =>
    world.auth.login({ email, password, rememberMe: false, client: { clientAddress, userAgent: null } })

  it('at once find one thread and no room to wait: the others are told to come again, and that is no failed attempt', async () => {
    const account = await world.addAccount()
    shareCores({ atOnce: 1, maxWaiting: 0, maxWaitMs: 600_000 })
    try {
      // More in all than the failures after which a stranger waits.
      for (let round = 0; round < 2; round += 1) {
        const settled = await Promise.allSettled(Array.from({ length: 15 }, () => logIn(account)))
        const refused = settled.filter(({ status }) => status === 'rejected')
        expect(refused.length).toBeGreaterThan(5)
        for (const result of refused) expect(result).toMatchObject({ reason: { extensions: { code: 'TOO_BUSY', retryAfterSeconds: 5 } } })
      }
    } finally {
      shareCores({ atOnce: null, maxWaiting: 64, maxWaitMs: 600_000 })
    }
    await logIn(account)
    const busy = { email: `${randomUUID()}@example.test`, password: 'violet teapot 7391', name: 'Ada', client: { clientAddress: '192.0.2.2', userAgent: null } }
    await world.auth.register(busy)
  }, 120_000)

  it('with the right password are sixty a minute for one account, from wherever they come', async () => {
    const account = await world.addAccount()
    for (let n = 0; n < 60; n += 1) await logIn(account, `10.2.0.${n}`)
    expect(await codeOf(logIn(account, '10.2.1.1'))).toBe('RATE_LIMITED')
    world.pass(60_000)
    await logIn(account, '10.2.1.1')
  }, 240_000)

  it('leave an account a hundred sessions: the one that was not used for the longest ends', async () => {
    const account = await world.addAccount()
    await logIn(account)
    const [first] = await world.auth.sessions(account.accountId)
    await world.pools.auth.query(
      `INSERT INTO sessions (id, account_id, refresh_hash, remember, created_at, last_used_at, expires_at, absolute_expires_at)
       SELECT gen_random_uuid(), account_id, sha256(refresh_hash || int4send(n)), remember, created_at, last_used_at + n * interval '1 second', expires_at, absolute_expires_at
       FROM sessions, generate_series(1, 99) n WHERE id = $1`,
      [first?.id],
    )
    world.pass(200_000)
    await logIn(account)
    const left = await world.auth.sessions(account.accountId)
    expect(left).toHaveLength(100)
    expect(left.map(({ id }) => id)).not.toContain(first?.id)
    expect((await world.audited(account.accountId)).at(-2)).toMatchObject({ action: 'sessions.revoked', after: { count: 1 } })
  }, 120_000)
})
