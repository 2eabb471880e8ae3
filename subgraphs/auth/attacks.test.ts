import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashPassword } from '#ops/security/passwords.ts'
import type { EmailLink } from './emailVerification.ts'
import { CLIENT, codeOf, openAuthWorld, PAGE, type AuthWorld, type WorldAccount } from './testing/authWorld.ts'
import { createSoftAuthenticator } from './testing/softAuthenticator.ts'

const NEXT = 'violet teapot 7391'
const clientOf = () => ({ clientAddress: `198.51.100.7:${randomUUID()}`, userAgent: null })

describe('who knows the old password, or has a session of another', () => {
  let world: AuthWorld
  beforeAll(async () => {
    world = await openAuthWorld()
  })
  afterAll(() => world?.close())

  const logIn = ({ email, password }: Pick<WorldAccount, 'email' | 'password'>) => world.auth.login({ email, password, rememberMe: false, client: clientOf() })
  const reset = (token: string, password = NEXT) => world.auth.resetPassword({ token, password, client: clientOf() })
  async function linkTo({ accountId, email }: Pick<WorldAccount, 'accountId' | 'email'>): Promise<string> {
    await world.auth.requestPasswordReset({ email, client: clientOf() })
    const mail = (await world.mails(accountId)).findLast(({ kind }) => kind === 'resetPassword')
    if (mail?.kind !== 'resetPassword') throw new Error('No link was mailed.')
    return mail.token
  }

  async function verificationOf(accountId: string): Promise<string> {
    const mail = (await world.mails(accountId)).findLast(({ kind }) => kind === 'verifyEmail')
    if (mail?.kind !== 'verifyEmail') throw new Error('No link was mailed.')
    return mail.token
  }

  /** Does the work while another transaction has changed the password and not committed yet. */
  async function whileChanging<Result>({ accountId }: WorldAccount, work: () => Promise<Result>): Promise<PromiseSettledResult<Result>> {
    const passwordHash = await hashPassword(NEXT)
    const client = await world.pools.auth.connect()
    try {
      await client.query('BEGIN')
      await client.query('UPDATE accounts SET password_hash = $2 WHERE id = $1', [accountId, passwordHash])
      let isOver = false
      const settled = Promise.allSettled([work()]).then(([result]) => {
        isOver = true
        return result
      })
      const isWaiting = async () =>
        (await world.pools.auth.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE '%accounts%'")).rows.length > 0
      await expect.poll(async () => isOver || (await isWaiting()), { timeout: 30_000 }).toBe(true)
      await client.query('UPDATE sessions SET revoked_at = now() WHERE account_id = $1', [accountId])
      await client.query('COMMIT')
      return await settled
    } finally {
      client.release()
    }
  }

  it('has no session that outlives a reset, however close the login came to it', async () => {
    const account = await world.addAccount()
    const result = await whileChanging(account, () => logIn(account))
    expect(result).toMatchObject({ status: 'rejected', reason: { extensions: { code: 'UNAUTHENTICATED' } } })
    expect((await world.auth.sessions(account.accountId)).map(({ id }) => id)).toEqual([])
  })

  it('cannot put a password of their own in place of one that was just reset', async () => {
    const account = await world.addAccount()
    const owner = { accountId: account.accountId, sessionId: null, client: CLIENT }
    const result = await whileChanging(account, () => world.auth.changePassword(owner, { current: account.password, next: 'orange kettle 2846' }))
    expect(result).toMatchObject({ status: 'rejected', reason: { extensions: { code: 'BAD_USER_INPUT', fields: [{ field: 'current' }] } } })
    await logIn({ ...account, password: NEXT })
  })

  it('is told that a link is not good any more, not that something failed, when two links are followed at once', async () => {
    for (let round = 0; round < 4; round += 1) {
      const account = await world.addAccount()
      const links = [await linkTo(account), await linkTo(account)]
      const done = await Promise.allSettled(links.map((link) => reset(link)))
      expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(done.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { extensions: { code: 'BAD_USER_INPUT' } } })
    }
  })

  it('keeps no passkey to an account that they registered with another’s address, once its owner resets the password', async () => {
    const email = `${randomUUID()}@example.test`
    const { account } = await world.auth.register({ email, password: 'thief’s own words 12', name: 'Thief', client: clientOf() })
    const { passkeys } = world.auth.secondFactor
    const add = async () => {
      const key = createSoftAuthenticator()
      const response = key.create(await passkeys.startRegistration(account.id), { origin: PAGE.origin })
      await passkeys.finishRegistration({ accountId: account.id, name: 'Laptop', response, client: CLIENT })
      return key
    }
    const thief = await add()
    const enter = async (key: typeof thief) =>
      world.auth.secondFactor.finishPasskeyLogin({
        response: key.get(await world.auth.secondFactor.startPasskeyLogin(null), { origin: PAGE.origin }),
        rememberMe: true,
        client: CLIENT,
      })
    await enter(thief)
    await reset(await linkTo({ accountId: account.id, email }))
    expect(await codeOf(enter(thief))).toBe('SECOND_FACTOR_WRONG')
    expect(await world.auth.sessions(account.id)).toEqual([])
    // The address is the owner's now: what they add stays theirs.
    const own = await add()
    await reset(await linkTo({ accountId: account.id, email }), 'orange kettle 2846')
    await enter(own)
  })

  it('gets no verified address by a click of its owner: the link needs the account’s session in the same browser, or its password', async () => {
    const email = `${randomUUID()}@example.test`
    const password = 'thief’s own words 12'
    const thief = await world.auth.register({ email, password, name: 'Thief', client: clientOf() })
    const other = await world.addAccount()
    const otherLogin = await logIn(other)
    const token = await verificationOf(thief.account.id)
    const follow = (proof: Partial<EmailLink> = {}) =>
      world.auth.verifyEmail({ token, client: clientOf(), accountId: null, cookieToken: null, password: null, ...proof })
    const isVerified = async () => (await world.auth.account(thief.account.id))?.emailVerifiedAt instanceof Date
    const cookies = [otherLogin.refresh?.token ?? '', `${thief.refresh?.token.slice(0, -1)}_`, 'nonsense']
    for (const proof of [{}, { accountId: other.accountId }, ...cookies.map((cookieToken) => ({ cookieToken }))])
      expect(await codeOf(follow(proof))).toBe('PASSWORD_REQUIRED')
    await expect(follow({ password: other.password })).rejects.toMatchObject({ extensions: { fields: [{ field: 'password' }] } })
    expect(await isVerified()).toBe(false)
    // What was refused leaves the link good for whoever registered it.
    await follow({ cookieToken: thief.refresh?.token ?? '' })
    expect(await isVerified()).toBe(true)
    const away = await world.auth.register({ email: `${randomUUID()}@example.test`, password, name: 'Away', client: clientOf() })
    await follow({ token: await verificationOf(away.account.id), password })
    const ended = await world.auth.register({ email: `${randomUUID()}@example.test`, password, name: 'Gone', client: clientOf() })
    await world.auth.logout({ sessionId: null, cookieToken: ended.refresh?.token ?? '', client: CLIENT })
    const late = { token: await verificationOf(ended.account.id), cookieToken: ended.refresh?.token ?? '' }
    expect(await codeOf(follow(late))).toBe('PASSWORD_REQUIRED')
  })

  it('verifies an address once when two of its links are followed at once, while a third is mailed', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { account } = await world.auth.register({
        email: `${randomUUID()}@example.test`,
        password: 'violet teapot 7391',
        name: 'Ada',
        client: clientOf(),
      })
      const first = await verificationOf(account.id)
      await world.auth.sendVerificationMail({ accountId: account.id, sessionId: null, client: CLIENT })
      const links = [first, await verificationOf(account.id)]
      const follow = (token: string) => world.auth.verifyEmail({ token, client: clientOf(), accountId: account.id, cookieToken: null, password: null })
      const mailed = world.auth.sendVerificationMail({ accountId: account.id, sessionId: null, client: CLIENT })
      const done = await Promise.allSettled(links.map(follow))
      await mailed
      expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(done.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { extensions: { code: 'BAD_USER_INPUT' } } })
    }
  })

  it('adds no second factor by a session alone: ten minutes after the login the password is asked for', async () => {
    const account = await world.addAccount()
    await logIn(account)
    const [{ id: sessionId } = { id: '' }] = await world.auth.sessions(account.accountId)
    const { requireFresh } = world.auth.secondFactor
    const asked = { accountId: account.accountId, sessionId, password: null }
    await requireFresh(asked)
    world.pass(10 * 60_000 + 1_000)
    expect(await codeOf(requireFresh(asked))).toBe('PASSWORD_REQUIRED')
    expect(await codeOf(requireFresh({ ...asked, sessionId: null }))).toBe('PASSWORD_REQUIRED')
    expect(await codeOf(requireFresh({ ...asked, password: 'wrong' }))).toBe('BAD_USER_INPUT')
    await requireFresh({ ...asked, password: account.password })
    const other = await world.addAccount()
    await logIn(other)
    const [{ id: others } = { id: '' }] = await world.auth.sessions(other.accountId)
    expect(await codeOf(requireFresh({ ...asked, sessionId: others }))).toBe('PASSWORD_REQUIRED')
  })

  it('cannot keep the one thread that looks at passwords busy with a name of a megabyte', async () => {
    const password = 'zanquibble plorvex 71'
    const scoreOf = async (name: string) => (await world.auth.passwordStrength({ password, email: '', name, client: clientOf() })).score
    const [alone, named] = [await scoreOf(''), await scoreOf('Zanquibble Plorvex')]
    expect(named).toBeLessThan(alone)
    // What is behind the length of any name is not looked for.
    expect(await scoreOf(`${'a '.repeat(400)}zanquibble plorvex`)).toBe(alone)
  })
})
