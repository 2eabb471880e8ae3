import { randomUUID } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { z } from 'zod'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFactorSealer } from '#db/crypto/factorSealer.ts'
import { resealFactors } from '#db/crypto/resealFactors.ts'
import type { SecondFactorKeys } from '#ops/config.ts'
import type { AuthService } from '../authService.ts'
import { CLIENT, codeOf, openAuthWorld, PAGE, refusalOf, type AuthWorld, type WorldAccount } from '../testing/authWorld.ts'
import { createSoftAuthenticator } from '../testing/softAuthenticator.ts'
import { hashRecoveryCode } from './recoveryCode.ts'

const AskedSchema = z.object({ challenge: z.string() })
const under = (current: string, previous: string | null = null): SecondFactorKeys => ({ current, previous })

describe('SECOND_FACTOR_KEY is replaced', () => {
  let world: AuthWorld
  let [before, during, after]: AuthService[] = []
  // Of each test alone: the second factors of others open under neither and are left alone.
  let [oldKey, newKey] = ['', '']
  let ada: WorldAccount
  let secret: string
  let recoveryCodes: string[]
  beforeAll(async () => {
    world = await openAuthWorld()
  })
  afterAll(() => world?.close())
  beforeEach(async () => {
    ;[oldKey, newKey] = [randomUUID(), randomUUID()]
    const [old, both, next] = [under(oldKey), under(newKey, oldKey), under(newKey)].map((secondFactorKeys) => world.another({ secondFactorKeys }))
    ;[before, during, after] = [old!, both!, next!]
    ada = await world.addAccount()
    secret = (await before.secondFactor.totp.start(ada.accountId)).secret
    recoveryCodes = [...(await before.secondFactor.totp.confirm({ accountId: ada.accountId, code: codeNow(), client: CLIENT }))]
    world.pass(30_000)
  })

  const codeNow = () => TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: world.now().getTime() })
  const challengeOf = async (auth: AuthService) =>
    AskedSchema.parse((await refusalOf(auth.login({ ...ada, rememberMe: false, client: CLIENT }))).extensions).challenge
  const complete = (auth: AuthService, challenge: string, shown: { code?: string; recoveryCode?: string; passkey?: unknown }) =>
    auth.secondFactor.completeLogin({ challenge, code: null, recoveryCode: null, passkey: null, client: CLIENT, ...shown })
  /** Logs in once by the app and once by a recovery code. */
  async function logIn(auth: AuthService): Promise<void> {
    expect(await complete(auth, await challengeOf(auth), { code: codeNow() })).toMatchObject({ account: { id: ada.accountId } })
    expect(await complete(auth, await challengeOf(auth), { recoveryCode: recoveryCodes.pop() ?? '' })).toMatchObject({ account: { id: ada.accountId } })
    world.pass(30_000)
  }
  const seal = (keys = under(newKey, oldKey)) => resealFactors(world.pools.worker, createFactorSealer(keys))
  const stored = async () =>
    (await world.pools.auth.query<Record<string, unknown>>('SELECT totp_secret, recovery_key FROM second_factors WHERE account_id = $1', [ada.accountId]))
      .rows[0]

  it('nobody loses the app or the recovery codes, neither while both keys are there nor once the old one is gone', async () => {
    await logIn(before!)
    await logIn(during!)
    expect((await seal()).accounts).toBe(1)
    await logIn(during!)
    await logIn(after!)
    expect((await seal()).accounts).toBe(0)
    await expect(complete(before!, await challengeOf(before!), { code: codeNow() })).rejects.toThrow(/opens under neither/)
  })

  it('second factors set up meanwhile are under the new key at once', async () => {
    await during!.secondFactor.totp.disable({ accountId: ada.accountId, password: ada.password, client: CLIENT })
    secret = (await during!.secondFactor.totp.start(ada.accountId)).secret
    recoveryCodes = [...(await during!.secondFactor.totp.confirm({ accountId: ada.accountId, code: codeNow(), client: CLIENT }))]
    world.pass(30_000)
    expect((await seal()).accounts).toBe(0)
    await logIn(after!)
  })

  it('logins that began under the old key are completed under the new one', async () => {
    const authenticator = createSoftAuthenticator()
    const options = await before!.secondFactor.passkeys.startRegistration(ada.accountId)
    const response = authenticator.create(options, PAGE)
    await during!.secondFactor.passkeys.finishRegistration({ accountId: ada.accountId, name: 'Laptop', response, client: CLIENT })
    const [code, passkey, ended] = [await challengeOf(before!), await challengeOf(before!), await challengeOf(before!)]
    const asked = await before!.secondFactor.startPasskeyLogin(passkey)
    await complete(during!, code, { code: codeNow() })
    await complete(during!, passkey, { passkey: authenticator.get(asked, PAGE) })
    expect(await codeOf(complete(after!, ended, { code: codeNow() }))).toBe('CHALLENGE_ENDED')
  })

  it('so do codes that were mailed for a login', async () => {
    ada = await world.addAccount()
    const [old, both] = [under(oldKey), under(newKey, oldKey)].map((secondFactorKeys) => world.another({ secondFactorKeys, stepUpOnAnomaly: true }))
    await old!.login({ ...ada, rememberMe: false, client: CLIENT })
    const client = { ...CLIENT, userAgent: 'curl/8.9.1' }
    const { challenge } = AskedSchema.parse((await refusalOf(old!.login({ ...ada, rememberMe: false, client }))).extensions)
    const mail = (await world.mails(ada.accountId)).at(-1)
    const code = /\b\d{6}\b/.exec(mail?.kind === 'securityAlert' ? mail.what : '')?.[0] ?? ''
    expect(await complete(both!, challenge, { code })).toMatchObject({ account: { id: ada.accountId } })
  })

  /** As an older release left it: no name, recovery codes hashed by the key itself. */
  async function keepAsBefore(): Promise<void> {
    await world.pools.auth.query("UPDATE second_factors SET totp_secret = split_part(totp_secret, '.', 2), recovery_key = NULL WHERE account_id = $1", [
      ada.accountId,
    ])
    await regenerateAsBefore(oldKey)
  }
  /** An older release knows no key of their own. */
  async function regenerateAsBefore(key: string): Promise<void> {
    const { accountId } = ada
    recoveryCodes = ['7K2M-9QXA-0F4T', '8K2M-9QXA-0F4T', '9K2M-9QXA-0F4T', 'AK2M-9QXA-0F4T']
    await world.pools.auth.query('DELETE FROM recovery_codes WHERE account_id = $1', [accountId])
    for (const code of recoveryCodes)
      await world.pools.auth.query('INSERT INTO recovery_codes (id, account_id, code_hash) VALUES ($1, $2, $3)', [
        randomUUID(),
        accountId,
        hashRecoveryCode({ key, accountId, code }),
      ])
  }
  /** Such codes beside a passkey alone: nothing fails to open before they do. */
  async function keepCodesAlone(): Promise<void> {
    const options = await before!.secondFactor.passkeys.startRegistration(ada.accountId)
    const response = createSoftAuthenticator().create(options, PAGE)
    await before!.secondFactor.passkeys.finishRegistration({ accountId: ada.accountId, name: 'Laptop', response, client: CLIENT })
    await before!.secondFactor.totp.disable({ accountId: ada.accountId, password: ada.password, client: CLIENT })
    await keepAsBefore()
  }
  async function takeCode(auth: AuthService): Promise<void> {
    expect(await complete(auth, await challengeOf(auth), { recoveryCode: recoveryCodes.pop() ?? '' })).toMatchObject({ account: { id: ada.accountId } })
  }

  it('what was stored before keys had names is kept too, recovery codes hashed by the key itself among it', async () => {
    await keepAsBefore()
    await logIn(during!)
    expect((await seal()).accounts).toBe(1)
    expect(JSON.stringify(await stored())).not.toContain(oldKey)
    await logIn(after!)
  })

  it('recovery codes of before are not lost when the worker began without the old key', async () => {
    await keepCodesAlone()
    expect(await seal(under(newKey))).toEqual({ accounts: 0, failed: [] })
    await takeCode(during!)
    expect((await seal()).accounts).toBe(1)
    await takeCode(during!)
    await takeCode(after!)
  })

  it('recovery codes of before are not lost when it is taken back, nor when every process learns of the new key first', async () => {
    await keepCodesAlone()
    const prepared = world.another({ secondFactorKeys: under(oldKey, newKey) })
    await takeCode(prepared)
    expect((await seal(under(oldKey, newKey))).accounts).toBe(1)
    await takeCode(prepared)
    expect((await seal()).accounts).toBe(1)
    await takeCode(during!)
    await takeCode(after!)
  })

  it('recovery codes that a process of an older release made anew meanwhile are taken while its key is there', async () => {
    const prepared = world.another({ secondFactorKeys: under(oldKey, newKey) })
    await regenerateAsBefore(oldKey)
    for (const auth of [before!, prepared, during!]) await takeCode(auth)
    await seal()
    await takeCode(during!)
  })

  it('a process that has the new key as the one before opens what another has under it already, and the other way about', async () => {
    const prepared = world.another({ secondFactorKeys: under(oldKey, newKey) })
    for (const [one, other] of [
      [during!, prepared],
      [prepared, during!],
    ] as const) {
      await one.secondFactor.totp.disable({ accountId: ada.accountId, password: ada.password, client: CLIENT })
      secret = (await one.secondFactor.totp.start(ada.accountId)).secret
      recoveryCodes = [...(await one.secondFactor.totp.confirm({ accountId: ada.accountId, code: codeNow(), client: CLIENT }))]
      world.pass(30_000)
      await logIn(other)
      const asked = await challengeOf(one)
      await complete(other, asked, { code: codeNow() })
      world.pass(30_000)
    }
    // What one that was still prepared sealed last is sealed anew before the old key goes.
    expect((await seal()).accounts).toBe(1)
    await logIn(prepared)
    await logIn(after!)
  })
})
