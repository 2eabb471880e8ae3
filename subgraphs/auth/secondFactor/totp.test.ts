import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AuthService } from '../authService.ts'
import { CLIENT, codeOf, openAuthWorld, refusalOf, type AuthWorld, type WorldAccount } from '../testing/authWorld.ts'

describe('the authenticator app of an account', () => {
  let world: AuthWorld
  let ada: WorldAccount
  beforeAll(async () => {
    world = await openAuthWorld()
  })
  afterAll(() => world?.close())
  beforeEach(async () => {
    ada = await world.addAccount()
  })

  const codeNow = (secret: string) => TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: world.now().getTime() })
  const totp = () => world.auth.secondFactor.totp
  const regenerate = (asked: Parameters<AuthService['secondFactor']['regenerateRecoveryCodes']>[0]) => world.auth.secondFactor.regenerateRecoveryCodes(asked)
  const hasTotp = (id: string) => world.auth.secondFactor.hasTotp(id)
  const codesLeft = (id: string) => world.auth.secondFactor.recoveryCodesLeft(id)
  async function enable(): Promise<{ secret: string; codes: readonly string[] }> {
    const { secret } = await totp().start(ada.accountId)
    return { secret, codes: await totp().confirm({ accountId: ada.accountId, code: codeNow(secret), client: CLIENT }) }
  }

  it('guards nothing until it showed a right code, and then ten recovery codes are told', async () => {
    const { secret, uri } = await totp().start(ada.accountId)
    expect(uri).toContain(secret)
    expect(await hasTotp(ada.accountId)).toBe(false)
    const refusal = await refusalOf(totp().confirm({ accountId: ada.accountId, code: '000000', client: CLIENT }))
    expect(refusal.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ field: 'code' }] })
    const codes = await totp().confirm({ accountId: ada.accountId, code: codeNow(secret), client: CLIENT })
    expect(await hasTotp(ada.accountId)).toBe(true)
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/)
    expect(await codesLeft(ada.accountId)).toBe(10)
  })

  it('is stored sealed, and its recovery codes hashed', async () => {
    const { secret, codes } = await enable()
    const { rows } = await world.pools.auth.query('SELECT * FROM second_factors f JOIN recovery_codes r USING (account_id) WHERE account_id = $1', [
      ada.accountId,
    ])
    expect(rows).toHaveLength(10)
    const stored = JSON.stringify(rows)
    for (const text of [secret, Buffer.from(secret).toString('base64url'), ...codes]) expect(stored).not.toContain(text)
  })

  it('sealed for one account opens for no other', async () => {
    const [bob, { secret }] = [await world.addAccount(), await enable()]
    await world.pools.auth.query('INSERT INTO second_factors (account_id, totp_secret) SELECT $2, totp_secret FROM second_factors WHERE account_id = $1', [
      ada.accountId,
      bob.accountId,
    ])
    await expect(totp().confirm({ accountId: bob.accountId, code: codeNow(secret), client: CLIENT })).rejects.toThrow(/opens under neither/)
  })

  it('is not replaced while it is in use', async () => {
    await enable()
    expect(await codeOf(totp().start(ada.accountId))).toBe('CONFLICT')
    expect(await codeOf(totp().confirm({ accountId: ada.accountId, code: '123456', client: CLIENT }))).toBe('CONFLICT')
  })

  it('goes out of use by the password alone, its recovery codes with it', async () => {
    await enable()
    const refusal = await refusalOf(totp().disable({ accountId: ada.accountId, password: 'wrong', client: CLIENT }))
    expect(refusal.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ field: 'password' }] })
    expect(await hasTotp(ada.accountId)).toBe(true)
    await totp().disable({ accountId: ada.accountId, password: ada.password, client: CLIENT })
    expect([await hasTotp(ada.accountId), await codesLeft(ada.accountId)]).toEqual([false, 0])
    expect(await codeOf(totp().disable({ accountId: ada.accountId, password: ada.password, client: CLIENT }))).toBe('NOT_FOUND')
  })

  it('has other recovery codes for the password, and none without a second factor', async () => {
    const asked = { accountId: ada.accountId, password: ada.password, client: CLIENT }
    expect(await codeOf(regenerate(asked))).toBe('NOT_FOUND')
    const { codes } = await enable()
    const next = await regenerate(asked)
    expect(next.filter((code) => codes.includes(code))).toEqual([])
    expect(await codesLeft(ada.accountId)).toBe(10)
  })

  it('takes ten wrong passwords and no more', async () => {
    await enable()
    const wrong = () => codeOf(totp().disable({ accountId: ada.accountId, password: 'x'.repeat(1_025), client: CLIENT }))
    const codes = await Promise.all(Array.from({ length: 12 }, wrong))
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(2)
    world.pass(15 * 60_000)
    await totp().disable({ accountId: ada.accountId, password: ada.password, client: CLIENT })
  })

  it('is told to the audit log and to its owner, without a secret', async () => {
    const { secret, codes } = await enable()
    await regenerate({ accountId: ada.accountId, password: ada.password, client: CLIENT })
    await totp().disable({ accountId: ada.accountId, password: ada.password, client: CLIENT })
    const audited = await world.audited(ada.accountId)
    expect(audited.map(({ action }) => action)).toEqual(['totp.enabled', 'recovery_codes.regenerated', 'totp.disabled'])
    const mails = await world.mails(ada.accountId)
    expect(mails.map(({ kind, to }) => [kind, to])).toEqual(Array.from({ length: 3 }, () => ['securityAlert', ada.email]))
    for (const text of [secret, ...codes]) expect(JSON.stringify([audited, mails])).not.toContain(text)
  })
})
