import { Secret, TOTP } from 'otpauth'
import { z } from 'zod'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hashPassword } from '#ops/security/passwords.ts'
import type { AuthService } from '../authService.ts'
import { CLIENT, codeOf, openAuthWorld, refusalOf, type AuthWorld, type WorldAccount } from '../testing/authWorld.ts'

const AskedSchema = z.object({ code: z.literal('SECOND_FACTOR_REQUIRED'), challenge: z.string(), methods: z.array(z.string()) })
const MINUTE = 60_000

describe('a login of an account with an authenticator app', () => {
  let world: AuthWorld
  let ada: WorldAccount
  let secret: string
  let recoveryCodes: readonly string[]
  beforeAll(async () => {
    world = await openAuthWorld()
  })
  afterAll(() => world?.close())
  beforeEach(async () => {
    ada = await world.addAccount()
    const { totp } = world.auth.secondFactor
    secret = (await totp.start(ada.accountId)).secret
    recoveryCodes = await totp.confirm({ accountId: ada.accountId, code: codeAt(0), client: CLIENT })
    // The code that confirmed it is used up.
    world.pass(30_000)
  })

  const codeAt = (steps: number) => TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: world.now().getTime() + steps * 30_000 })
  const wrongCode = () => ['000000', '111111', '222222', '333333'].find((code) => ![-1, 0, 1].some((step) => codeAt(step) === code)) ?? ''
  const logIn = (rememberMe = false) => world.auth.login({ ...ada, rememberMe, client: CLIENT })
  const ask = async (rememberMe = false) => AskedSchema.parse((await refusalOf(logIn(rememberMe))).extensions)
  const challengeOf = async (rememberMe = false) => (await ask(rememberMe)).challenge
  const complete = (challenge: string, shown: { code?: string; recoveryCode?: string; passkey?: unknown }, auth: AuthService = world.auth) =>
    auth.secondFactor.completeLogin({ challenge, code: null, recoveryCode: null, passkey: null, client: CLIENT, ...shown })

  it('asks for it once the password is right, and for nothing when it is wrong', async () => {
    expect(await ask()).toMatchObject({ methods: ['TOTP', 'RECOVERY_CODE'] })
    expect(await codeOf(world.auth.login({ ...ada, password: 'wrong', rememberMe: false, client: CLIENT }))).toBe('UNAUTHENTICATED')
  })

  it('is completed by the code of the app, and keeps to what was asked of the password', async () => {
    for (const rememberMe of [false, true]) {
      const login = await complete(await challengeOf(rememberMe), { code: codeAt(0) })
      expect(login).toMatchObject({ expiresIn: 900, account: { id: ada.accountId }, refresh: { isRemembered: rememberMe } })
      world.pass(30_000)
    }
  })

  it('takes each code once, of two at the same moment too', async () => {
    const challenges = await Promise.all([challengeOf(), challengeOf(), challengeOf()])
    const other = world.another()
    const tries = await Promise.allSettled([complete(challenges[0], { code: codeAt(0) }), complete(challenges[1], { code: codeAt(0) }, other)])
    expect(tries.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await codeOf(complete(challenges[2], { code: codeAt(0) }))).toBe('SECOND_FACTOR_WRONG')
    expect(await codeOf(complete(challenges[2], { code: codeAt(-1) }))).toBe('SECOND_FACTOR_WRONG')
    await complete(challenges[2], { code: codeAt(1) })
  })

  it('takes each challenge once, wherever', async () => {
    const challenge = await challengeOf()
    await complete(challenge, { code: codeAt(0) })
    expect(await codeOf(complete(challenge, { code: codeAt(1) }, world.another()))).toBe('CHALLENGE_ENDED')
    expect(await codeOf(complete(challenge, { recoveryCode: recoveryCodes[0] }))).toBe('CHALLENGE_ENDED')
  })

  it('has five minutes', async () => {
    const [early, late] = [await challengeOf(), await challengeOf()]
    world.pass(5 * MINUTE - 1_000)
    await complete(early, { code: codeAt(0) })
    world.pass(1_000)
    expect(await codeOf(complete(late, { code: codeAt(1) }))).toBe('CHALLENGE_ENDED')
  })

  it('ends with the password that it began with', async () => {
    const challenge = await challengeOf()
    await world.pools.auth.query('UPDATE accounts SET password_hash = $2 WHERE id = $1', [ada.accountId, await hashPassword('another long password')])
    expect(await codeOf(complete(challenge, { code: codeAt(0) }))).toBe('CHALLENGE_ENDED')
  })

  it('believes no challenge but its own', async () => {
    const challenge = await challengeOf()
    const passwordless = await world.auth.secondFactor.startPasskeyLogin(null)
    const stranger = await codeOf(
      world.another({ secondFactorKeys: { current: 'another', previous: null } }).login({ ...ada, rememberMe: false, client: CLIENT }),
    )
    expect(stranger).toBe('SECOND_FACTOR_REQUIRED')
    for (const forged of ['', 'nonsense', challenge.slice(0, -2), `A${challenge.slice(1)}`, passwordless.challenge])
      expect(await codeOf(complete(forged, { code: codeAt(0) }))).toBe('CHALLENGE_ENDED')
  })

  it('is completed by a recovery code, once, however it is typed, and its owner is told how many are left', async () => {
    const [code = ''] = recoveryCodes
    const login = await complete(await challengeOf(), { recoveryCode: ` ${code.toLowerCase().replaceAll('-', ' ')}` })
    expect(login.account.id).toBe(ada.accountId)
    expect(await world.auth.secondFactor.recoveryCodesLeft(ada.accountId)).toBe(9)
    expect(await codeOf(complete(await challengeOf(), { recoveryCode: code }))).toBe('SECOND_FACTOR_WRONG')
    expect((await world.mails(ada.accountId)).at(-1)).toMatchObject({ kind: 'securityAlert', what: expect.stringContaining('9 are left') })
    expect(await world.audited(ada.accountId)).toContainEqual(expect.objectContaining({ action: 'recovery_code.used', after: { left: 9 } }))
  })

  it('does not take the recovery code of somebody else', async () => {
    const [code] = recoveryCodes
    ada = await world.addAccount()
    const { totp } = world.auth.secondFactor
    secret = (await totp.start(ada.accountId)).secret
    await totp.confirm({ accountId: ada.accountId, code: codeAt(0), client: CLIENT })
    expect(await codeOf(complete(await challengeOf(), { recoveryCode: code }))).toBe('SECOND_FACTOR_WRONG')
  })

  it('wants one thing at a time', async () => {
    const challenge = await challengeOf()
    expect(await codeOf(complete(challenge, {}))).toBe('BAD_USER_INPUT')
    expect(await codeOf(complete(challenge, { code: codeAt(0), recoveryCode: recoveryCodes[0] }))).toBe('BAD_USER_INPUT')
    expect(await codeOf(complete(challenge, { passkey: { id: 'x' } }))).toBe('BAD_USER_INPUT')
  })

  it('takes ten wrong codes in a quarter of an hour, in all processes together; the owner comes in by a recovery code and is told', async () => {
    const challenge = await challengeOf()
    const [auths, wrong] = [[world.auth, world.another()], wrongCode()]
    const guesses = Array.from({ length: 14 }, (_, index) => codeOf(complete(challenge, { code: wrong }, auths[index % 2])))
    const codes = await Promise.all(guesses)
    expect(codes.filter((code) => code === 'SECOND_FACTOR_WRONG')).toHaveLength(10)
    const refusal = await refusalOf(complete(await challengeOf(), { code: codeAt(0) }))
    expect(refusal.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 15 * 60 })
    const notices = (await world.audited(ada.accountId)).filter(({ action }) => action === 'account.anomaly_noticed')
    expect(notices).toMatchObject([{ after: { kind: 'WRONG_SECOND_FACTOR' } }])
    await complete(await challengeOf(), { recoveryCode: recoveryCodes[0] })
  })

  it('is not closed to its owner by whoever tries recovery codes elsewhere', async () => {
    const challenge = await challengeOf()
    const tries = Array.from({ length: 52 }, () => codeOf(complete(challenge, { recoveryCode: '0000-0000-0000' })))
    const codes = await Promise.all(tries)
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(2)
    const shown = { challenge: await challengeOf(), code: codeAt(0), recoveryCode: null, passkey: null }
    const elsewhere = { ...CLIENT, clientAddress: '198.51.100.7' }
    expect(await world.auth.secondFactor.completeLogin({ ...shown, client: elsewhere })).toMatchObject({ account: { id: ada.accountId } })
  })

  it('takes codes again after the quarter of an hour', async () => {
    const [challenge, wrong] = [await challengeOf(), wrongCode()]
    await Promise.all(Array.from({ length: 10 }, () => codeOf(complete(challenge, { code: wrong }))))
    world.pass(15 * MINUTE - 1_000)
    expect(await codeOf(complete(await challengeOf(), { code: codeAt(0) }))).toBe('RATE_LIMITED')
    world.pass(1_000)
    await complete(await challengeOf(), { code: codeAt(0) })
  })

  it('leaves used challenges behind for a day, and its next logins remove them', async () => {
    const old = async () => {
      const { rows } = await world.pools.auth.query<{ id: string }>("SELECT id FROM used_challenges WHERE expires_at < $1::timestamptz - interval '1 day'", [
        world.now(),
      ])
      return rows.length
    }
    await world.pools.auth.query("INSERT INTO used_challenges SELECT gen_random_uuid(), $1::timestamptz - interval '25 hours' FROM generate_series(1, 3)", [
      world.now(),
    ])
    await complete(await challengeOf(), { code: codeAt(0) })
    expect(await old()).toBe(0)
  })
})
