import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { GraphQLError } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuthService } from './authService.ts'
import { openAuthWorld, type AuthWorld, type WorldAccount } from './testing/authWorld.ts'

/** `correct horse battery` as another system hashed it. */
const IMPORTED = '$2b$12$sIiqPRGbjMttdqMwTGUYOuogB9uDSf03KpwFwjIokNH0umKRcBMBa'
/** Too long to be any account's, so that the slow hash is not what a test waits for. */
const NO_PASSWORD = 'x'.repeat(1_025)
const codeOf = (login: Promise<unknown>): Promise<unknown> =>
  login.then(
    () => 'in',
    (error: unknown) => (error instanceof GraphQLError ? error.extensions['code'] : error),
  )

describe('logins', () => {
  let world: AuthWorld
  let captcha: Server
  /** What the captcha service was asked, and what it says. */
  const asked: URLSearchParams[] = []
  let captchaStatus = 200
  let withCaptcha: AuthService
  let account: WorldAccount

  const attempt = (
    auth: AuthService,
    change: { email?: string; password?: string; address?: string; deviceCookie?: string | null; captchaToken?: string } = {},
  ) => {
    const { email = account.email, password = NO_PASSWORD, address = '192.0.2.1', deviceCookie, captchaToken } = change
    return auth.login({ email, password, rememberMe: false, client: { clientAddress: address, userAgent: null }, deviceCookie, captchaToken })
  }

  beforeAll(async () => {
    captcha = createServer((request, response) => {
      let body = ''
      request.on('data', (part: Buffer) => (body += part.toString('utf8')))
      request.on('end', () => {
        const form = new URLSearchParams(body)
        asked.push(form)
        response.writeHead(captchaStatus, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ success: form.get('secret') === 'the secret' && form.get('response') === 'a person' }))
      })
    }).listen(0, '127.0.0.1')
    await once(captcha, 'listening')
    const address = captcha.address()
    if (address === null || typeof address === 'string') throw new Error('The server has no port.')
    world = await openAuthWorld()
    withCaptcha = world.separate({ captcha: { verifyUrl: `http://127.0.0.1:${address.port}/siteverify`, secret: 'the secret' } })
    account = await world.addAccount()
  })
  afterAll(async () => {
    await world?.close()
    captcha?.close()
  })

  async function addImported(): Promise<WorldAccount> {
    const own = { ...(await world.addAccount()), password: 'correct horse battery' }
    await world.pools.auth.query('UPDATE accounts SET password_hash = $2 WHERE id = $1', [own.accountId, IMPORTED])
    return own
  }

  it('of many accounts all at once get no more attempts from one address than one after another', async () => {
    const auth = world.separate()
    const all = Array.from({ length: 260 }, (_, index) => attempt(auth, { email: `nobody-${index}@example.test` }))
    const codes = await Promise.all(all.map(codeOf))
    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(200)
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(60)
  })

  it('have one limit in all processes together', async () => {
    const auths = [world.separate({ refreshKey: 'shared by both' }), world.separate({ refreshKey: 'shared by both' })]
    const own = await world.addAccount()
    const tries = Array.from({ length: 30 }, (_, index) => attempt(auths[index % 2] ?? auths[0]!, { email: own.email, address: '10.2.0.1' }))
    const codes = await Promise.all(tries.map(codeOf))
    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(20)
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(10)
    for (const auth of auths) expect(await codeOf(attempt(auth, { ...own, address: '10.2.0.1' }))).toBe('RATE_LIMITED')
    // Not the owner's, elsewhere.
    for (const auth of auths) expect(await codeOf(attempt(auth, { ...own, address: '10.2.0.2' }))).toBe('in')
  })

  it('under attack from everywhere wait for strangers, not for a browser that has logged in before, nor after a reset', async () => {
    const auth = world.separate()
    const { device } = await attempt(auth, { password: account.password })
    for (let host = 0; host < 100; host += 1) expect(await codeOf(attempt(auth, { address: `10.0.0.${host}` }))).toBe('UNAUTHENTICATED')
    expect(await codeOf(attempt(auth, { address: '10.0.1.1', password: account.password }))).toBe('RATE_LIMITED')
    expect(await codeOf(attempt(auth, { address: '10.0.1.1', password: account.password, deviceCookie: device }))).toBe('in')
    // Another account's device, or an invented one, is a stranger's.
    const other = await world.addAccount()
    const foreign = (await attempt(auth, { ...other })).device
    for (const deviceCookie of [foreign, `${device?.slice(0, -1)}_`, 'nonsense'])
      expect(await codeOf(attempt(auth, { address: '10.0.1.1', password: account.password, deviceCookie }))).toBe('RATE_LIMITED')
    // The device has a count of its own.
    for (let guess = 0; guess < 20; guess += 1) expect(await codeOf(attempt(auth, { deviceCookie: device }))).toBe('UNAUTHENTICATED')
    expect(await codeOf(attempt(auth, { deviceCookie: device }))).toBe('RATE_LIMITED')
    const client = { clientAddress: '10.0.1.2', userAgent: null }
    await auth.requestPasswordReset({ email: account.email, client })
    const mail = (await world.mails(account.accountId)).findLast(({ kind }) => kind === 'resetPassword')
    await auth.resetPassword({ token: mail?.kind === 'resetPassword' ? mail.token : '', password: account.password, client })
    expect(await codeOf(attempt(auth, { address: '10.0.1.3', password: account.password }))).toBe('in')
  })

  it('ask for a captcha after five failures where one is configured, and a person passes whatever strangers do', async () => {
    const own = await world.addAccount()
    const { device } = await attempt(withCaptcha, { ...own, address: '192.0.2.9' })
    const guess = (change: object) => codeOf(attempt(withCaptcha, { email: own.email, ...change }))
    for (let failure = 0; failure < 5; failure += 1) expect(await guess({})).toBe('UNAUTHENTICATED')
    expect(asked).toHaveLength(0)
    expect(await guess({ password: own.password })).toBe('CAPTCHA_REQUIRED')
    expect(await guess({ password: own.password, captchaToken: 'a robot' })).toBe('CAPTCHA_REQUIRED')
    expect(Object.fromEntries(asked[0] ?? [])).toEqual({ secret: 'the secret', response: 'a robot', remoteip: '192.0.2.1' })
    expect(await guess({ captchaToken: 'a person' })).toBe('UNAUTHENTICATED')
    // From everywhere, until strangers without a captcha would have to wait.
    for (let host = 0; host < 110; host += 1) await guess({ address: `10.1.0.${host}`, captchaToken: 'a robot' })
    expect(await guess({ address: '10.1.1.1', password: own.password })).toBe('CAPTCHA_REQUIRED')
    expect(await guess({ address: '10.1.1.1', password: own.password, deviceCookie: device })).toBe('in')
    expect(await guess({ address: '10.1.1.1', password: own.password, captchaToken: 'a person' })).toBe('in')
    // Whether there is such an account or not.
    for (let failure = 0; failure < 5; failure += 1) expect(await guess({ email: 'nobody@captcha.test' })).toBe('UNAUTHENTICATED')
    expect(await guess({ email: 'nobody@captcha.test' })).toBe('CAPTCHA_REQUIRED')
    captchaStatus = 500
    expect(await guess({ address: '10.1.1.2', password: own.password, captchaToken: 'a person' })).toBe('DOWNSTREAM_UNAVAILABLE')
    captchaStatus = 200
  }, 120_000)

  it('with an imported bcrypt password succeed once as such, and then as our own', async () => {
    const own = await addImported()
    const hashOf = async () =>
      (await world.pools.auth.query<{ password_hash: string }>('SELECT password_hash FROM accounts WHERE id = $1', [own.accountId])).rows[0]?.password_hash
    const auth = world.separate()
    expect(await codeOf(attempt(auth, { email: own.email, password: 'wrong password' }))).toBe('UNAUTHENTICATED')
    expect(await hashOf()).toMatch(/^\$2b\$12\$/)
    expect(await codeOf(attempt(auth, { ...own }))).toBe('in')
    expect(await hashOf()).toMatch(/^\$argon2id\$/)
    expect(await codeOf(attempt(auth, { ...own }))).toBe('in')
  }, 120_000)

  it('that fail take as long for no account as for an imported one, while there are any', async () => {
    const own = await addImported()
    const auth = world.separate()
    const timed = async (email: string) => {
      const began = performance.now()
      expect(await codeOf(attempt(auth, { email, password: 'wrong password' }))).toBe('UNAUTHENTICATED')
      return performance.now() - began
    }
    let [imported, none] = [0, 0]
    for (let round = 0; round < 2; round += 1) {
      none += await timed(`nobody-${round}@example.test`)
      imported += await timed(own.email)
    }
    await world.pools.auth.query('DELETE FROM accounts WHERE id = $1', [own.accountId])
    // Without the wait it would be a tenth; a busy machine is not the subject here.
    expect(none).toBeGreaterThan(imported / 3)
    expect(imported).toBeGreaterThan(none / 3)
  }, 120_000)
})
