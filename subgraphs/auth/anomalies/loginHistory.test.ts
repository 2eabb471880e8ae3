import { z } from 'zod'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ClientPlace } from '#ops/service/clientPlace.ts'
import type { AuthService } from '../authService.ts'
import type { Client } from '../issuer.ts'
import { CLIENT, codeOf, openAuthWorld, refusalOf, type AuthWorld, type WorldAccount } from '../testing/authWorld.ts'

const BERLIN: ClientPlace = { country: 'DE', coordinates: { latitude: 52.52, longitude: 13.405 } }
const SYDNEY: ClientPlace = { country: 'AU', coordinates: { latitude: -33.8688, longitude: 151.2093 } }
const HOUR = 3_600_000
const AskedSchema = z.object({ code: z.literal('SECOND_FACTOR_REQUIRED'), challenge: z.string(), methods: z.array(z.string()) })

describe('the logins of an account', () => {
  let world: AuthWorld
  let ada: WorldAccount
  beforeAll(async () => {
    world = await openAuthWorld()
  })
  afterAll(() => world?.close())
  beforeEach(async () => {
    ada = await world.addAccount()
  })

  const logIn = (client: Partial<Client> = {}, auth: AuthService = world.auth) => auth.login({ ...ada, rememberMe: false, client: { ...CLIENT, ...client } })
  const fail = (client: Partial<Client> = {}) =>
    codeOf(world.auth.login({ ...ada, password: 'x'.repeat(1_025), rememberMe: false, client: { ...CLIENT, ...client } }))
  const rowsOf = async (accountId: string) => {
    const sql = 'SELECT outcome, network, country, latitude, device, signals FROM account_logins WHERE account_id = $1 ORDER BY at, outcome'
    return (await world.pools.auth.query<{ outcome: string; country: string | null; signals: string[] }>(sql, [accountId])).rows
  }
  const noticed = async () => (await world.audited(ada.accountId)).flatMap(({ action, after }) => (action === 'account.anomaly_noticed' ? [after] : []))
  const alerts = async () => (await world.mails(ada.accountId)).flatMap((mail) => (mail.kind === 'securityAlert' ? [mail] : []))

  it('are kept with network, place, device and outcome, without the address of the person', async () => {
    await fail({ clientAddress: '203.0.113.9' })
    world.pass(1_000)
    await logIn({ place: BERLIN })
    expect(await rowsOf(ada.accountId)).toEqual([
      { outcome: 'failed', network: '203.0.113.0/24', country: null, latitude: null, device: 'Firefox on Linux', signals: [] },
      { outcome: 'succeeded', network: '192.0.2.0/24', country: 'DE', latitude: 52.52, device: 'Firefox on Linux', signals: [] },
    ])
    expect([await noticed(), await alerts()]).toEqual([[], []])
  })

  it('of a new device in a new country, faster than anybody travels, are three records and one mail', async () => {
    await logIn({ place: BERLIN })
    world.pass(2 * HOUR)
    await logIn({ place: SYDNEY, userAgent: 'curl/8.9.1' })
    expect(await noticed()).toEqual([
      { kind: 'NEW_DEVICE', device: 'curl' },
      { kind: 'NEW_COUNTRY', country: 'AU', before: 'DE' },
      { kind: 'IMPOSSIBLE_TRAVEL', distanceKm: 16_094, minutes: 120 },
    ])
    const told = await alerts()
    expect(told).toMatchObject([{ to: ada.email, address: CLIENT.clientAddress, device: 'curl' }])
    for (const word of ['curl', 'AU', '16094 km']) expect(told[0]?.what).toContain(word)
    world.pass(48 * HOUR)
    await logIn({ place: SYDNEY, userAgent: 'curl/8.9.2' })
    expect(await alerts()).toHaveLength(1)
  })

  it('after many failures are noticed, and the failures of others count for nobody', async () => {
    await logIn()
    world.pass(1_000)
    await Promise.all(Array.from({ length: 10 }, () => fail()))
    const eve = ada
    ada = await world.addAccount()
    world.pass(1_000)
    await logIn()
    expect(await noticed()).toEqual([])
    ada = eve
    await logIn()
    expect(await noticed()).toEqual([{ kind: 'LOGIN_VELOCITY', failures: 10, networks: 1 }])
  })

  it('that fail at an address without an account are written too, as nobody’s', async () => {
    const count = async () =>
      Number(
        (await world.pools.auth.query<{ n: string }>('SELECT count(*) AS n FROM account_logins WHERE account_id IS NULL AND at = $1', [world.now()])).rows[0]
          ?.n,
      )
    world.pass(1)
    const refusal = await refusalOf(world.auth.login({ email: 'nobody@example.test', password: 'x'.repeat(1_025), rememberMe: false, client: CLIENT }))
    expect(refusal.extensions['code']).toBe('UNAUTHENTICATED')
    expect(await count()).toBe(1)
  })

  it('are kept for 90 days', async () => {
    const add = (days: number) =>
      world.pools.auth.query(
        "INSERT INTO account_logins (id, account_id, at, outcome, device, country) VALUES (gen_random_uuid(), $1, $2::timestamptz - $3 * interval '1 day', 'succeeded', 'Firefox on Linux', $4)",
        [ada.accountId, world.now(), days, days > 90 ? 'FR' : 'DE'],
      )
    await Promise.all([add(91), add(89)])
    await logIn()
    expect((await rowsOf(ada.accountId)).map(({ country }) => country)).toEqual(['DE', null])
  })

  describe('where codes are mailed for what is unusual', () => {
    const step = () => world.another({ stepUpOnAnomaly: true })
    const unusual = { userAgent: 'curl/8.9.1' }
    const ask = async (auth: AuthService) => AskedSchema.parse((await refusalOf(logIn(unusual, auth))).extensions)
    const mailedCode = async () => /\b\d{6}\b/.exec((await alerts()).at(-1)?.what ?? '')?.[0] ?? ''
    const complete = (auth: AuthService, challenge: string, code: string) =>
      auth.secondFactor.completeLogin({ challenge, code, recoveryCode: null, passkey: null, client: { ...CLIENT, ...unusual } })

    it('go on as ever when nothing is', async () => {
      await logIn({}, step())
      expect(await logIn({}, step())).toMatchObject({ account: { id: ada.accountId } })
    })

    it('are completed by the code of the mail, and are usual from then on', async () => {
      const auth = step()
      await logIn({}, auth)
      const { challenge, methods } = await ask(auth)
      expect(methods).toEqual(['MAILED_CODE'])
      const code = await mailedCode()
      expect(JSON.stringify(await world.audited(ada.accountId))).not.toContain(code)
      const wrong = code === '000000' ? '000001' : '000000'
      expect(await codeOf(complete(auth, challenge, wrong))).toBe('SECOND_FACTOR_WRONG')
      expect(await complete(auth, challenge, code)).toMatchObject({ account: { id: ada.accountId } })
      expect(await codeOf(complete(auth, challenge, code))).toBe('CHALLENGE_ENDED')
      expect(await logIn(unusual, auth)).toMatchObject({ account: { id: ada.accountId } })
      expect(await noticed()).toEqual([{ kind: 'NEW_DEVICE', device: 'curl' }])
      expect(await alerts()).toHaveLength(1)
    })

    it('ask with a code of their own each, five times an hour', async () => {
      const auth = step()
      await logIn({}, auth)
      const { challenge } = await ask(auth)
      await ask(auth)
      expect(await codeOf(complete(auth, challenge, await mailedCode()))).toBe('SECOND_FACTOR_WRONG')
      for (let mail = 2; mail < 5; mail++) await ask(auth)
      expect(await codeOf(logIn(unusual, auth))).toBe('RATE_LIMITED')
      expect(await alerts()).toHaveLength(5)
    })
  })
})
