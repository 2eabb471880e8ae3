import { z } from 'zod'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CLIENT, codeOf, openAuthWorld, PAGE, refusalOf, type AuthWorld, type WorldAccount } from '../testing/authWorld.ts'
import { createSoftAuthenticator, type SoftAuthenticator } from '../testing/softAuthenticator.ts'
import { relyingPartyOf } from './relyingParty.ts'

const AskedSchema = z.object({ code: z.literal('SECOND_FACTOR_REQUIRED'), challenge: z.string(), methods: z.array(z.string()) })
const { origin } = PAGE

describe('passkeys', () => {
  let world: AuthWorld
  let ada: WorldAccount
  let key: SoftAuthenticator
  beforeAll(async () => {
    world = await openAuthWorld()
  })
  afterAll(() => world?.close())
  beforeEach(async () => {
    ada = await world.addAccount()
    key = createSoftAuthenticator()
  })

  const passkeys = () => world.auth.secondFactor.passkeys
  const startRegistration = () => passkeys().startRegistration(ada.accountId)
  const finishRegistration = (response: unknown, { name = 'Laptop', account = ada } = {}) =>
    passkeys().finishRegistration({ accountId: account.accountId, name, response, client: CLIENT })
  const register = async (authenticator = key, name = 'Laptop') => finishRegistration(authenticator.create(await startRegistration(), { origin }), { name })
  const ask = async () => AskedSchema.parse((await refusalOf(world.auth.login({ ...ada, rememberMe: true, client: CLIENT }))).extensions)
  const complete = (challenge: string, passkey: unknown) =>
    world.auth.secondFactor.completeLogin({ challenge, code: null, recoveryCode: null, passkey, client: CLIENT })
  const start = (challenge: string | null) => world.auth.secondFactor.startPasskeyLogin(challenge)
  const finish = (response: unknown, auth = world.auth) => auth.secondFactor.finishPasskeyLogin({ response, rememberMe: false, client: CLIENT })

  describe('come to an account', () => {
    it('for the host name of PUBLIC_URL, resident, with the account as their owner', async () => {
      const options = await startRegistration()
      expect(options).toMatchObject({
        rp: { id: 'analytics.example.test' },
        user: { name: ada.email, displayName: 'Ada', id: Buffer.from(ada.accountId.replaceAll('-', ''), 'hex').toString('base64url') },
        attestation: 'none',
        authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
      })
      const passkey = await finishRegistration(key.create(options, { origin }), { name: '  My laptop ' })
      expect(passkey).toMatchObject({ name: 'My laptop', lastUsedAt: null })
      expect(await passkeys().list(ada.accountId)).toMatchObject([{ id: passkey.id }])
      expect((await startRegistration()).excludeCredentials).toHaveLength(1)
      expect(await world.audited(ada.accountId)).toMatchObject([{ action: 'passkey.added', target: `passkey:${passkey.id}`, after: { name: 'My laptop' } }])
      expect(await world.mails(ada.accountId)).toMatchObject([{ kind: 'securityAlert', to: ada.email }])
    })

    it.each([
      ['on another page', { origin: 'https://analytics.example.test.evil.example' }],
      ['on another port', { origin: 'https://analytics.example.test:8443' }],
      ['without TLS', { origin: 'http://analytics.example.test' }],
      ['for a challenge that is not ours', { origin, challenge: Buffer.from('mine').toString('base64url') }],
    ])('never when they are made %s', async (_what, made) => {
      expect(await codeOf(finishRegistration(key.create(await startRegistration(), made)))).toBe('BAD_USER_INPUT')
    })

    it('never when they are made for another host, another account or another purpose', async () => {
      const options = await startRegistration()
      expect(await codeOf(finishRegistration(key.create({ ...options, rp: { name: 'x', id: 'evil.example' } }, { origin })))).toBe('BAD_USER_INPUT')
      expect(await codeOf(finishRegistration(key.create(options, { origin }), { account: await world.addAccount() }))).toBe('BAD_USER_INPUT')
      const { challenge } = await start(null)
      expect(await codeOf(finishRegistration(key.create(options, { origin, challenge })))).toBe('BAD_USER_INPUT')
    })

    it('within five minutes, and once', async () => {
      const options = await startRegistration()
      await finishRegistration(key.create(options, { origin }))
      expect(await codeOf(finishRegistration(createSoftAuthenticator().create(options, { origin })))).toBe('CHALLENGE_ENDED')
      expect(await codeOf(register())).toBe('CONFLICT')
      const late = await startRegistration()
      world.pass(5 * 60_000)
      expect(await codeOf(finishRegistration(createSoftAuthenticator().create(late, { origin })))).toBe('BAD_USER_INPUT')
    })

    it('with a name, and what a browser answers', async () => {
      const response = key.create(await startRegistration(), { origin })
      expect((await refusalOf(finishRegistration(response, { name: ' ' }))).extensions).toMatchObject({ fields: [{ field: 'name' }] })
      for (const nonsense of [null, 'x', {}, { ...response, id: 7 }, { ...response, response: { ...response.response, attestationObject: 'AAAA' } }])
        expect(await codeOf(finishRegistration(nonsense))).toBe('BAD_USER_INPUT')
    })

    it('twenty at most', async () => {
      await world.pools.auth.query(
        `INSERT INTO passkeys (id, account_id, credential_id, public_key, counter, transports, name)
         SELECT gen_random_uuid(), $1, gen_random_uuid()::text, '', 0, '{}', 'old' FROM generate_series(1, 20)`,
        [ada.accountId],
      )
      expect(await codeOf(startRegistration())).toBe('CONFLICT')
    })
  })

  describe('as a second factor', () => {
    it('complete the login of a password, without a finger too', async () => {
      await register()
      const { challenge, methods } = await ask()
      expect(methods).toEqual(['PASSKEY'])
      const options = await start(challenge)
      expect(options).toMatchObject({ rpId: 'analytics.example.test', userVerification: 'preferred', allowCredentials: [{ transports: ['internal'] }] })
      const login = await complete(challenge, key.get(options, { origin, isUserVerified: false }))
      expect(login).toMatchObject({ account: { id: ada.accountId }, refresh: { isRemembered: true } })
      expect(await passkeys().list(ada.accountId)).toMatchObject([{ counter: 1, lastUsedAt: world.now() }])
    })

    it('refuse another page, another challenge, another key and another account', async () => {
      await register()
      const { challenge } = await ask()
      const options = await start(challenge)
      const stranger = createSoftAuthenticator()
      stranger.create(await startRegistration(), { origin })
      const forged = { ...stranger.get(options, { origin }), id: key.get(options, { origin }).id, rawId: key.get(options, { origin }).id }
      const others = [
        key.get(options, { origin: 'https://evil.example' }),
        key.get({ ...options, rpId: 'evil.example' }, { origin }),
        key.get(await start((await ask()).challenge), { origin }),
        key.get(await start(null), { origin }),
        stranger.get(options, { origin }),
        forged,
      ]
      for (const response of others) expect(await codeOf(complete(challenge, response))).toBe('SECOND_FACTOR_WRONG')
      await complete(challenge, key.get(options, { origin }))
    })

    it('are no good twice', async () => {
      await register()
      const { challenge } = await ask()
      const response = key.get(await start(challenge), { origin })
      await complete(challenge, response)
      expect(await codeOf(complete(challenge, response))).toBe('CHALLENGE_ENDED')
      expect(await codeOf(complete((await ask()).challenge, response))).toBe('SECOND_FACTOR_WRONG')
    })
  })

  describe('by themselves', () => {
    it('log in whoever they belong to', async () => {
      await register()
      const options = await start(null)
      expect(options).toMatchObject({ userVerification: 'required' })
      expect(options.allowCredentials ?? []).toEqual([])
      expect(await finish(key.get(options, { origin }))).toMatchObject({ account: { id: ada.accountId }, refresh: { isRemembered: false } })
    })

    it('must have asked for a finger', async () => {
      await register()
      expect(await codeOf(finish(key.get(await start(null), { origin, isUserVerified: false })))).toBe('SECOND_FACTOR_WRONG')
    })

    it('refuse another page, a challenge of another purpose, an unknown key and another owner', async () => {
      await register()
      const options = await start(null)
      const stranger = createSoftAuthenticator()
      expect(await codeOf(finish(key.get(options, { origin: 'https://evil.example' })))).toBe('SECOND_FACTOR_WRONG')
      expect(await codeOf(finish(key.get(await start((await ask()).challenge), { origin })))).toBe('CHALLENGE_ENDED')
      expect(await codeOf(finish(stranger.get(options, { origin })))).toBe('SECOND_FACTOR_WRONG')
      const response = key.get(options, { origin })
      const owned = { ...response, response: { ...response.response, userHandle: Buffer.alloc(16, 1).toString('base64url') } }
      expect(await codeOf(finish(owned))).toBe('SECOND_FACTOR_WRONG')
    })

    it('are no good twice, nor after five minutes', async () => {
      await register()
      const response = key.get(await start(null), { origin })
      await finish(response)
      expect(await codeOf(finish(response, world.another()))).toBe('CHALLENGE_ENDED')
      const late = key.get(await start(null), { origin })
      world.pass(5 * 60_000)
      expect(await codeOf(finish(late))).toBe('CHALLENGE_ENDED')
    })

    it('that were copied are refused, and their owner is told', async () => {
      await register()
      for (let login = 0; login < 3; login++) await finish(key.get(await start(null), { origin }))
      key.setCounter(1)
      expect(await codeOf(finish(key.get(await start(null), { origin })))).toBe('SECOND_FACTOR_WRONG')
      expect((await world.audited(ada.accountId)).at(-1)).toMatchObject({ action: 'account.anomaly_noticed', after: { kind: 'PASSKEY_COPIED' } })
      expect((await world.mails(ada.accountId)).at(-1)).toMatchObject({ what: expect.stringContaining('copy') })
      key.setCounter(3)
      await finish(key.get(await start(null), { origin }))
    })

    it('may not count at all, as those of telephones do not', async () => {
      const phone = createSoftAuthenticator({ counts: false })
      await register(phone)
      for (let login = 0; login < 2; login++) await finish(phone.get(await start(null), { origin }))
    })
  })

  describe('leave an account', () => {
    it('by the password, and with the last of them the second factor and its recovery codes', async () => {
      const [first, second] = [await register(), await register(createSoftAuthenticator(), 'Phone')]
      const confirmed = { accountId: ada.accountId, password: ada.password, client: CLIENT }
      await world.auth.secondFactor.regenerateRecoveryCodes(confirmed)
      expect(await codeOf(passkeys().remove({ ...confirmed, id: first.id, password: 'wrong' }))).toBe('BAD_USER_INPUT')
      await passkeys().remove({ ...confirmed, id: first.id })
      expect((await ask()).methods).toEqual(['PASSKEY', 'RECOVERY_CODE'])
      await passkeys().remove({ ...confirmed, id: second.id })
      expect(await world.auth.secondFactor.recoveryCodesLeft(ada.accountId)).toBe(0)
      expect(await world.auth.login({ ...ada, rememberMe: false, client: CLIENT })).toMatchObject({ account: { id: ada.accountId } })
      expect(await codeOf(finish(key.get(await start(null), { origin })))).toBe('SECOND_FACTOR_WRONG')
    })

    it('of their own alone', async () => {
      const passkey = await register()
      const bob = await world.addAccount()
      for (const id of [passkey.id, crypto.randomUUID(), 'nonsense'])
        expect(await codeOf(passkeys().remove({ accountId: bob.accountId, id, password: bob.password, client: CLIENT }))).toBe('NOT_FOUND')
    })
  })

  it('are not available where PUBLIC_URL is an address of the network, and are made on localhost for the address of this machine', async () => {
    const { secondFactor } = world.another({ publicUrl: 'http://192.0.2.7:4000' })
    expect(await codeOf(secondFactor.passkeys.startRegistration(ada.accountId))).toBe('PASSKEYS_UNAVAILABLE')
    expect(await codeOf(secondFactor.startPasskeyLogin(null))).toBe('PASSKEYS_UNAVAILABLE')
    expect(relyingPartyOf('http://127.0.0.1:4000')).toEqual({ id: 'localhost', origin: 'http://localhost:4000' })
    expect(relyingPartyOf('https://growth.example/app')).toEqual({ id: 'growth.example', origin: 'https://growth.example' })
  })
})
