import { Secret, TOTP } from 'otpauth'
import { z } from 'zod'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestTenant, type TestAccount, type TestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { createSoftAuthenticator } from '#subgraphs/auth/testing/softAuthenticator.ts'
import { askGateway, fieldOf, postAuth, type GatewayAnswer } from '../testing/askGateway.ts'
import { startPlatform, type TestPlatform } from '../testing/startPlatform.ts'

const LOGIN = 'mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { accessToken } }'
const STATE = '{ me { account { hasTotp recoveryCodesLeft passkeys { id name lastUsedAt } } } }'
const ErrorSchema = z.object({ error: z.object({ code: z.string(), challenge: z.string(), methods: z.array(z.string()) }) })
const ExtensionsSchema = ErrorSchema.shape.error

describe('a second factor, through the gateway', () => {
  let platform: TestPlatform
  let pools: TestPools
  let url: string
  let acme: TestTenant
  let clock: Date
  beforeAll(async () => {
    clock = new Date()
    pools = openTestPools()
    const geoHeaders = { country: 'cf-ipcountry', coordinates: ['cf-iplatitude', 'cf-iplongitude'] }
    ;[platform, acme] = await Promise.all([startPlatform({ now: () => clock, geoHeaders }), createTestTenant()])
    url = platform.gateway.url
  })
  afterAll(async () => {
    await platform?.close()
    await pools?.close()
  })

  const accountOf = (role: TestAccount['role']): TestAccount => {
    const account = acme.accounts.find((each) => each.role === role)
    if (account === undefined) throw new Error(`There is no ${role}.`)
    return account
  }
  const credentialsOf = ({ email, password }: TestAccount) => ({ email, password })
  const logIn = async (account: TestAccount) => (await postAuth(url, 'login', { body: credentialsOf(account) })).login?.accessToken ?? ''
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' }
    return (await fetch(`${url}/api/auth/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  }
  const mutate = async (query: string, { bearer, variables }: { bearer?: string; variables?: Record<string, unknown> } = {}): Promise<GatewayAnswer> => {
    const answer = await askGateway(url, { query, variables, bearer })
    expect(answer.errors).toBeUndefined()
    return answer
  }

  it('of an authenticator app: set up, asked for by REST and by GraphQL, completed by both', async () => {
    const owner = accountOf('owner')
    const bearer = await logIn(owner)
    const { secret } = fieldOf(await mutate('mutation { startTotp { secret uri } }', { bearer }), 'startTotp') as { secret: string }
    const code = () => TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: clock.getTime() })
    const confirmed = await mutate('mutation ($code: String!) { confirmTotp(code: $code) { codes } }', { bearer, variables: { code: code() } })
    const { codes } = fieldOf(confirmed, 'confirmTotp') as { codes: string[] }
    expect((await askGateway(url, { query: STATE, bearer })).data?.['me']).toEqual({ account: { hasTotp: true, recoveryCodesLeft: 10, passkeys: [] } })

    const refused = await postAuth(url, 'login', { body: { ...credentialsOf(owner), rememberMe: true } })
    expect(refused).toMatchObject({ status: 401, error: { code: 'SECOND_FACTOR_REQUIRED' }, setCookie: null })
    const asked = ErrorSchema.parse(await post('login', { ...credentialsOf(owner), rememberMe: true })).error
    expect(asked.methods).toEqual(['TOTP', 'RECOVERY_CODE'])
    clock = new Date(clock.getTime() + 30_000)
    const completed = await postAuth(url, 'complete-login', { body: { challenge: asked.challenge, code: code() } })
    expect(completed).toMatchObject({ status: 200, login: { user: { id: owner.accountId } } })
    expect(completed.setCookie).toMatch(/^umg_refresh=.+; Max-Age=2592000$/)
    expect(await postAuth(url, 'complete-login', { body: { challenge: asked.challenge, code: code() } })).toMatchObject({
      status: 401,
      error: { code: 'CHALLENGE_ENDED' },
    })
    expect(await postAuth(url, 'complete-login', { body: { code: '1' } })).toMatchObject({ status: 400, error: { code: 'BAD_USER_INPUT' } })

    const answer = await askGateway(url, { query: LOGIN, variables: credentialsOf(owner) })
    const { challenge } = ExtensionsSchema.parse(answer.errors?.[0]?.extensions)
    const COMPLETE =
      'mutation ($challenge: String!, $recoveryCode: String!) { completeLogin(challenge: $challenge, recoveryCode: $recoveryCode) { account { id } } }'
    const byCode = await mutate(COMPLETE, { variables: { challenge, recoveryCode: codes[3] } })
    expect(byCode.data?.['completeLogin']).toEqual({ account: { id: owner.accountId } })
    expect(byCode.headers.getSetCookie()[0]).toMatch(/^umg_refresh=/)
  })

  it('of a passkey: kept, asked for, and a login by itself', async () => {
    const admin = accountOf('admin')
    const bearer = await logIn(admin)
    const origin = `http://localhost:${new URL(readConfig.auth().publicUrl).port}`
    const key = createSoftAuthenticator()
    const options = fieldOf(await mutate('mutation { startPasskeyRegistration }', { bearer }), 'startPasskeyRegistration') as Parameters<typeof key.create>[0]
    const KEEP = 'mutation ($response: JSON!) { finishPasskeyRegistration(name: "Laptop", response: $response) { id name } }'
    const kept = await mutate(KEEP, { bearer, variables: { response: key.create(options, { origin }) } })
    const { id } = fieldOf(kept, 'finishPasskeyRegistration') as { id: string }

    const asked = ErrorSchema.parse(await post('login', credentialsOf(admin))).error
    expect(asked.methods).toEqual(['PASSKEY'])
    const START = 'mutation ($challenge: String) { startPasskeyLogin(challenge: $challenge) }'
    const start = async (challenge: string | null) =>
      fieldOf(await mutate(START, { variables: { challenge } }), 'startPasskeyLogin') as Parameters<typeof key.get>[0]
    const passkey = key.get(await start(asked.challenge), { origin })
    expect(await postAuth(url, 'complete-login', { body: { challenge: asked.challenge, passkey } })).toMatchObject({ status: 200 })

    const FINISH = 'mutation ($response: JSON!) { finishPasskeyLogin(response: $response) { accessToken account { id } } }'
    const alone = await mutate(FINISH, { variables: { response: key.get(await start(null), { origin }) } })
    const { accessToken } = fieldOf(alone, 'finishPasskeyLogin') as { accessToken: string }
    const state = await askGateway(url, { query: STATE, bearer: accessToken })
    expect(state.data?.['me']).toMatchObject({ account: { hasTotp: false, recoveryCodesLeft: 0, passkeys: [{ id, name: 'Laptop' }] } })

    const REMOVE = 'mutation ($id: ID!, $password: String!) { removePasskey(id: $id, password: $password) }'
    expect((await mutate(REMOVE, { bearer, variables: { id, password: admin.password } })).data).toEqual({ removePasskey: true })
    expect((await postAuth(url, 'login', { body: credentialsOf(admin) })).status).toBe(200)
  })

  it('is the account’s own to set up: not a key’s, and nobody’s', async () => {
    for (const query of ['mutation { startTotp { secret } }', 'mutation { startPasskeyRegistration }', 'mutation { disableTotp(password: "x") }']) {
      expect((await askGateway(url, { query, bearer: acme.apiKey })).codes).toEqual(['FORBIDDEN'])
      expect((await askGateway(url, { query })).codes).toEqual(['UNAUTHENTICATED'])
    }
  })

  it('is not shown of anybody else', async () => {
    const [user, viewer] = [accountOf('user'), accountOf('viewer')]
    const query = '{ _entities(representations: [{ __typename: "Account", id: "x" }]) { __typename } }'
    expect((await askGateway(url, { query, bearer: await logIn(viewer) })).codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect((await askGateway(url, { query: STATE, bearer: acme.apiKey })).data?.['me']).toEqual({ account: null })
    expect((await askGateway(url, { query: STATE, bearer: await logIn(user) })).data?.['me']).toMatchObject({ account: { hasTotp: false } })
  })

  it('knows where a client is from the proxy’s headers alone', async () => {
    const viewer = accountOf('viewer')
    const headersOf: readonly Record<string, string>[] = [
      { 'cf-ipcountry': 'de', 'cf-iplatitude': '52.52', 'cf-iplongitude': '13.405' },
      { 'cf-ipcountry': 'XX', 'cf-iplatitude': '52.52', 'umg-client-country': 'FR', 'umg-client-coordinates': '1,1' },
    ]
    const places = []
    for (const headers of headersOf) {
      clock = new Date(clock.getTime() + 1_000)
      expect((await postAuth(url, 'login', { body: credentialsOf(viewer), headers })).status).toBe(200)
      const { rows } = await pools.auth.query('SELECT country, latitude, longitude FROM account_logins WHERE account_id = $1 AND at = $2', [
        viewer.accountId,
        clock,
      ])
      places.push(...rows)
    }
    expect(places).toEqual([
      { country: 'DE', latitude: 52.52, longitude: 13.405 },
      { country: null, latitude: null, longitude: null },
    ])
  })
})
