import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAuthWorld, type AuthWorld, type WorldAccount } from './testing/authWorld.ts'

const client = { clientAddress: '192.0.2.1', userAgent: null }
/** A client of its own for each test, since limits go by address. */
const clientOf = () => ({ clientAddress: `198.51.100.${Math.floor(Math.random() * 256)}:${randomUUID()}`, userAgent: null })
const code = (name: string) => ({ extensions: { code: name } })

describe('accounts', () => {
  let world: AuthWorld
  beforeAll(async () => {
    world = await openAuthWorld()
  })
  afterAll(async () => world?.close())

  const logIn = ({ email, password }: Pick<WorldAccount, 'email' | 'password'>) => world.auth.login({ email, password, rememberMe: false, client: clientOf() })
  const ownerOf = ({ accountId }: WorldAccount, sessionId: string | null = null) => ({ accountId, sessionId, client })
  /** Follows a link in the browser of the account. */
  const verify = (token: string, accountId: string | null) =>
    world.auth.verifyEmail({ token, client: clientOf(), accountId, cookieToken: null, password: null })
  async function tokenOf(accountId: string, kind: 'verifyEmail' | 'resetPassword'): Promise<string> {
    const mail = (await world.mails(accountId)).findLast((each) => each.kind === kind)
    if (mail === undefined || !('token' in mail)) throw new Error(`There is no mail ${kind}.`)
    return mail.token
  }

  describe('that are registered', () => {
    const register = (change: object = {}) =>
      world.auth.register({ email: `${randomUUID()}@example.test`, password: 'violet teapot 7391', name: 'Ada', client: clientOf(), ...change })

    it('are sent a link, good once, by which the address is verified', async () => {
      const { account } = await register()
      expect(await world.auth.account(account.id)).toMatchObject({ emailVerifiedAt: null })
      const token = await tokenOf(account.id, 'verifyEmail')
      expect(Buffer.from(token, 'base64url')).toHaveLength(32)
      const stored = await world.pools.auth.query('SELECT token_hash FROM account_tokens WHERE account_id = $1', [account.id])
      expect(JSON.stringify(stored.rows)).not.toContain(token)
      await expect(verify(`${token.slice(0, -1)}_`, account.id)).rejects.toMatchObject(code('BAD_USER_INPUT'))
      await verify(token, account.id)
      expect(await world.auth.account(account.id)).toMatchObject({ emailVerifiedAt: expect.any(Date) })
      await expect(verify(token, account.id)).rejects.toMatchObject(code('BAD_USER_INPUT'))
    })

    it('have a day for it, and are sent another link on request, three in a quarter of an hour', async () => {
      const { account } = await register()
      const first = await tokenOf(account.id, 'verifyEmail')
      world.pass(24 * 3_600_000)
      await expect(verify(first, account.id)).rejects.toMatchObject(code('BAD_USER_INPUT'))
      const owner = { accountId: account.id, sessionId: null, client }
      for (let mail = 0; mail < 3; mail += 1) await world.auth.sendVerificationMail(owner)
      await expect(world.auth.sendVerificationMail(owner)).rejects.toMatchObject(code('RATE_LIMITED'))
      await verify(await tokenOf(account.id, 'verifyEmail'), account.id)
      world.pass(16 * 60_000)
      await world.auth.sendVerificationMail(owner)
      expect(await world.mails(account.id)).toHaveLength(4)
    })

    it.each([
      ['password1234', /too easy to guess: .*common/],
      ['qwertyuiop12', /too easy to guess/],
      ['aurelia1987', /too easy to guess|must not/],
      ['short', /at least 10 characters/],
    ])('with %s are refused, with the reason', async (password, reason) => {
      await expect(register({ password, name: 'Aurelia' })).rejects.toThrow(reason)
      await expect(register({ password, name: 'Aurelia' })).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT', fields: [{ field: 'password' }] } })
    })

    it.each(['newperson1', 'Person.New!2026', 'new_person@umg1', 'personperson12', 'NewNewPerson 7'])(
      'with %s, made of parts of the name, are refused',
      async (password) => {
        const person = { name: 'New Person', email: `new.person-${randomUUID().replaceAll(/[^0-9]/g, '')}@umg.test` }
        await expect(register({ password, ...person })).rejects.toThrow('The password must not be made of the name or the e-mail address.')
      },
    )

    it('with a password that has more than their name in it are accepted', async () => {
      await register({ password: 'newperson violet teapot', name: 'New Person' })
      await register({ password: 'Li 83 sailing teapots', name: 'Li' })
    })

    it('can be known beforehand to be free, five times a minute from an address and twenty from its network', async () => {
      const taken = await world.addAccount()
      const check = (email: string, clientAddress: string) => world.auth.checkEmail({ email, client: { clientAddress, userAgent: null } })
      expect(await check(taken.email.toUpperCase(), '203.0.113.1')).toEqual({ isValid: true, isAvailable: false })
      expect(await check(`${randomUUID()}@example.test`, '203.0.113.1')).toEqual({ isValid: true, isAvailable: true })
      expect(await check('nobody', '203.0.113.1')).toEqual({ isValid: false, isAvailable: false })
      for (let more = 0; more < 2; more += 1) await check('nobody', '203.0.113.1')
      await expect(check('nobody', '203.0.113.1')).rejects.toMatchObject({ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) } })
      for (let host = 2; host < 17; host += 1) await check('nobody', `203.0.113.${host}`)
      await expect(check('nobody', '203.0.113.200')).rejects.toMatchObject(code('RATE_LIMITED'))
      expect(await check('nobody', '203.0.114.1')).toMatchObject({ isValid: false })
    })
  })

  describe('whose password was forgotten', () => {
    async function requested(account: WorldAccount): Promise<string> {
      await world.auth.requestPasswordReset({ email: account.email.toUpperCase(), client: clientOf() })
      return tokenOf(account.accountId, 'resetPassword')
    }
    const reset = (token: string, password = 'violet teapot 7391') => world.auth.resetPassword({ token, password, client: clientOf() })

    it('are sent a link by which it is set anew once; all sessions end, and the owner is told', async () => {
      const account = await world.addAccount()
      await logIn(account)
      const [first, token] = [await requested(account), await requested(account)]
      await expect(reset(token, 'password1234')).rejects.toThrow(/too easy to guess/)
      await reset(token)
      await expect(reset(token)).rejects.toMatchObject(code('BAD_USER_INPUT'))
      await expect(reset(first)).rejects.toMatchObject(code('BAD_USER_INPUT'))
      expect(await world.auth.sessions(account.accountId)).toEqual([])
      await expect(logIn(account)).rejects.toMatchObject(code('UNAUTHENTICATED'))
      await logIn({ ...account, password: 'violet teapot 7391' })
      expect((await world.mails(account.accountId)).map(({ kind }) => kind)).toEqual(['resetPassword', 'resetPassword', 'passwordChanged'])
      expect(await world.auth.account(account.accountId)).toMatchObject({ emailVerifiedAt: expect.any(Date) })
      const audit = await world.audited(account.accountId)
      expect(audit.map(({ action }) => action)).toEqual(['account.logged_in', 'account.password_reset', 'account.logged_in'])
    })

    it('have a quarter of an hour: 14:59 is in time, 15:01 is not', async () => {
      const [one, other] = await Promise.all([world.addAccount(), world.addAccount()])
      const inTime = await requested(one)
      const late = await requested(other)
      world.pass((14 * 60 + 59) * 1000)
      await reset(inTime)
      world.pass(2_000)
      await expect(reset(late)).rejects.toMatchObject(code('BAD_USER_INPUT'))
    })

    it('are answered like addresses without one, in the same time', async () => {
      const account = await world.addAccount()
      const timed = async (email: string) => {
        const began = performance.now()
        await world.auth.requestPasswordReset({ email, client: clientOf() })
        return performance.now() - began
      }
      for (const email of [account.email, `${randomUUID()}@example.test`, 'no address']) expect(await timed(email)).toBeGreaterThan(240)
      for (let more = 0; more < 4; more += 1) await timed(account.email)
      expect((await world.mails(account.accountId)).map(({ kind }) => kind)).toEqual(['resetPassword', 'resetPassword', 'resetPassword'])
    })

    it('of two resets by one link at once one is done', async () => {
      const account = await world.addAccount()
      const token = await requested(account)
      const done = await Promise.allSettled([reset(token, 'violet teapot 7391'), reset(token, 'orange kettle 2846')])
      expect(done.map(({ status }) => status).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['fulfilled', 'rejected'])
    })
  })

  describe('of whoever is logged in', () => {
    it('change their password with the present one, which ends the other sessions', async () => {
      const account = await world.addAccount()
      await logIn(account)
      await logIn(account)
      const [{ id: current } = { id: '' }] = await world.auth.sessions(account.accountId)
      const change = (present: string, next: string) => world.auth.changePassword(ownerOf(account, current), { current: present, next })
      await expect(change('not the password', 'violet teapot 7391')).rejects.toMatchObject({
        extensions: { code: 'BAD_USER_INPUT', fields: [{ field: 'current' }] },
      })
      await expect(change(account.password, 'password1234')).rejects.toMatchObject({ extensions: { fields: [{ field: 'next' }] } })
      await change(account.password, 'violet teapot 7391')
      expect((await world.auth.sessions(account.accountId)).map(({ id }) => id)).toEqual([current])
      expect((await world.mails(account.accountId)).map(({ kind }) => kind)).toEqual(['passwordChanged'])
      for (let wrong = 0; wrong < 10; wrong += 1) await expect(change('wrong', 'x')).rejects.toMatchObject(code('BAD_USER_INPUT'))
      await expect(change('violet teapot 7391', 'orange kettle 2846')).rejects.toMatchObject(code('RATE_LIMITED'))
    })

    it('change their name, which is recorded', async () => {
      const account = await world.addAccount()
      expect(await world.auth.updateProfile(ownerOf(account), { name: '  Ada Lovelace ' })).toMatchObject({ name: 'Ada Lovelace' })
      for (const name of ['', ' ', 'x'.repeat(101), 'a\u0000b'])
        await expect(world.auth.updateProfile(ownerOf(account), { name })).rejects.toMatchObject(code('BAD_USER_INPUT'))
      expect(await world.auth.account(account.accountId)).toMatchObject({ name: 'Ada Lovelace' })
      expect((await world.audited(account.accountId)).map(({ action }) => action)).toEqual(['account.updated'])
    })
  })
})
