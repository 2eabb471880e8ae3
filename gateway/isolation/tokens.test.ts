import { createHmac, createPublicKey, randomUUID, sign } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { JWTHeaderParameters, JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { readConfig, type Jwk } from '#ops/config.ts'
import { signIdentity } from '#ops/security/identity.ts'
import { createSigningKeyPair, privateKeyOf } from '#ops/security/signingKeys.ts'
import { TestClient } from '../subscriptions/testing/testClient.ts'
import { askGateway, postAuth } from '../testing/askGateway.ts'
import { startPlatform, type TestPlatform } from '../testing/startPlatform.ts'

// Whatever is sent in place of an access token that auth has signed for a living session is nobody's, and nobody is asked about it outside.
const ME = '{ me { account { id } tenant { id } role } }'
const { accessPrivateKey } = readConfig.auth()
const { identityPrivateKey } = readConfig.gateway()

let platform: TestPlatform
let pools: TestPools
let tenant: TestTenant
let url: string
let good: string
let refreshToken: string
let bait: Server
let baitUrl: string
let hits = 0
beforeAll(async () => {
  pools = openTestPools()
  bait = createServer((_request, response) => {
    hits += 1
    response.end('{"keys":[]}')
  })
  await new Promise<void>((resolve) => bait.listen(0, '127.0.0.1', resolve))
  const address = bait.address()
  baitUrl = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/keys`
  ;[platform, tenant] = await Promise.all([startPlatform(), createTestTenant()])
  url = platform.gateway.url
  const login = await logIn('owner')
  ;[good, refreshToken] = [login.token, login.refresh]
})
afterAll(async () => {
  await platform?.close()
  await new Promise((resolve) => bait?.close(resolve))
  await pools?.close()
})

async function logIn(role: string): Promise<{ readonly token: string; readonly refresh: string }> {
  const account = tenant.accounts.find((each) => each.role === role)
  const { login, cookie } = await postAuth(url, 'login', { body: { email: account?.email, password: account?.password } })
  return { token: login?.accessToken ?? '', refresh: cookie?.replace('umg_refresh=', '') ?? '' }
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const opened = (token: string): readonly [JWTHeaderParameters, JWTPayload] => {
  const [header = '', payload = ''] = token.split('.')
  const read = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as JWTHeaderParameters & JWTPayload
  return [read(header), read(payload)]
}
/** The good token's own claims, changed, under a header, changed, signed by a key; by auth's own unless told otherwise. */
async function signed(header: Record<string, unknown>, claims: Record<string, unknown> = {}, key: Jwk = accessPrivateKey): Promise<string> {
  const [goodHeader, goodClaims] = opened(good)
  const text = `${part({ ...goodHeader, ...header })}.${part({ ...goodClaims, ...claims })}`
  return `${text}.${sign(null, Buffer.from(text), privateKeyOf(key)).toString('base64url')}`
}
const unsigned = (header: Record<string, unknown>, signature: string): string => {
  const [goodHeader, claims] = opened(good)
  return `${part({ ...goodHeader, ...header })}.${part(claims)}.${signature}`
}
const publicPem = (): string => {
  const { d: _secret, ...publicJwk } = accessPrivateKey
  return createPublicKey({ key: publicJwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()
}
const hmacSigned = (secret: string | Buffer, header: Record<string, unknown> = {}): string => {
  const [goodHeader, claims] = opened(good)
  const text = `${part({ ...goodHeader, alg: 'HS256', ...header })}.${part(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
const seconds = (): number => Math.floor(Date.now() / 1000)
const ZEROS = Buffer.alloc(64).toString('base64url')

const FORGERIES: readonly (readonly [string, () => Promise<string> | string])[] = [
  ['the algorithm none without a signature', () => unsigned({ alg: 'none' }, '')],
  ['the algorithm nOnE with the good signature', () => unsigned({ alg: 'nOnE' }, good.split('.')[2] ?? '')],
  ['HS256 with the public key’s PEM as the secret', () => hmacSigned(publicPem())],
  ['HS256 with the public key’s bytes as the secret', () => hmacSigned(Buffer.from(accessPrivateKey['x'] ?? '', 'base64url'))],
  ['HS256 with an empty secret', () => hmacSigned('')],
  ['RS256 over an EdDSA signature', () => unsigned({ alg: 'RS256' }, good.split('.')[2] ?? '')],
  ['ES256 and an all-zero signature', () => unsigned({ alg: 'ES256' }, ZEROS)],
  ['an all-zero signature', () => unsigned({}, ZEROS)],
  ['no signature', () => unsigned({}, '')],
  ['a key of the forger’s under the good kid', async () => signed({}, {}, (await createSigningKeyPair()).privateKey)],
  ['a kid that leads to a file', () => signed({ kid: '../../../../dev/null' })],
  ['a kid that is SQL', () => signed({ kid: "' OR 1=1 --" })],
  ['a kid that nobody knows', async () => signed({ kid: 'unknown-key' }, {}, (await createSigningKeyPair()).privateKey)],
  ['no kid', () => signed({ kid: undefined })],
  ['a kid that is the address of keys', () => signed({ kid: baitUrl })],
  ['jku to the forger’s keys', async () => forgedWith('jku', baitUrl)],
  ['x5u to the forger’s certificate', async () => forgedWith('x5u', baitUrl)],
  ['x5c with the forger’s certificate', async () => forgedWith('x5c', ['MIIB'])],
  ['jwk with the forger’s key', async () => forgedWith('jwk', 'own')],
  ['a critical extension', () => signed({ crit: ['umg'], umg: true })],
  ['an end in the past', () => signed({}, { iat: seconds() - 2000, exp: seconds() - 1000 })],
  ['a life that was never granted', () => signed({}, { iat: seconds() - 5000, exp: seconds() + 5000 })],
  ['a beginning in the future', () => signed({}, { nbf: seconds() + 600 })],
  ['an issue in the future', () => signed({}, { iat: seconds() + 600, exp: seconds() + 1200 })],
  ['no end', () => signed({}, { exp: undefined })],
  ['another audience', () => signed({}, { aud: 'umg-tenant' })],
  ['another issuer', () => signed({}, { iss: 'umg-gateway' })],
  ['another type', () => signed({ typ: 'JWT' })],
  ['the type of an identity', () => signed({ typ: 'umg-identity' })],
  ['a role without a tenant', () => signed({}, { tid: null, tslug: null })],
  ['a role that does not exist', () => signed({}, { role: 'root' })],
  ['a session that does not exist', () => signed({}, { sid: randomUUID() })],
  ['the session of another account', () => signed({}, { sub: tenant.accounts[1]?.accountId })],
  ['a tenant that it is no member of', () => signed({}, { tid: randomUUID(), tslug: 'other', role: 'owner' })],
  ['a refresh token', () => refreshToken],
  ['a token by mail', () => Buffer.alloc(32, 7).toString('base64url')],
  ['the gateway’s own identity token', () => identityToken()],
  ['a cut end', () => good.slice(0, -3)],
  ['a cut beginning', () => good.slice(3)],
  ['two parts', () => good.split('.').slice(0, 2).join('.')],
  ['a fourth part', () => `${good}.AAAA`],
  [
    'a changed claim under the good signature',
    () => `${good.split('.')[0]}.${part({ ...opened(good)[1], role: 'owner', tid: randomUUID() })}.${good.split('.')[2]}`,
  ],
  ['four thousand characters', () => `${good}${'A'.repeat(4000)}`],
  ['sixteen thousand characters', () => `eyJ${'A'.repeat(16_000)}`],
  ['a line of blanks', () => 'a b'],
]

async function forgedWith(header: 'jku' | 'x5u' | 'x5c' | 'jwk', value: unknown): Promise<string> {
  const { privateKey, publicKey } = await createSigningKeyPair()
  return signed({ [header]: value === 'own' ? publicKey : value, kid: publicKey['kid'] }, {}, privateKey)
}

const identityToken = (): Promise<string> =>
  signIdentity({
    identity: {
      kind: 'account',
      subjectId: randomUUID(),
      sessionId: null,
      tenantId: tenant.tenantId,
      tenantSlug: tenant.slug,
      role: 'owner',
      scopes: ['tenant:own'],
      filters: [],
      masks: [],
      hashFamily: null,
    },
    audience: 'auth',
    privateKey: identityPrivateKey,
    now: new Date(),
  })

describe('an access token', () => {
  it('of auth for a living session is its account’s', async () => {
    const { data } = await askGateway(url, { query: ME, bearer: good })
    expect(data?.['me']).toEqual({ account: { id: tenant.accounts[0]?.accountId }, tenant: { id: tenant.tenantId }, role: 'owner' })
    // The same claims signed again the same way are good too: what is refused below is refused for what was changed.
    expect((await askGateway(url, { query: ME, bearer: await signed({}) })).status).toBe(200)
  })

  it('that is none, over HTTP, is nobody’s', async () => {
    expect((await askGateway(url, { query: ME })).data).toEqual({ me: null })
    for (const authorization of ['', 'Bearer', 'Bearer ', 'Basic b3duZXI6', good, `Token ${good}`, `Bearer ${good} ${good}`, `Bearer ${good},Bearer ${good}`])
      expect([authorization, (await askGateway(url, { query: ME, headers: { authorization } })).status]).toEqual([authorization, 401])
  })

  it.each(FORGERIES)('with %s is refused over HTTP and on a socket', async (_what, forge) => {
    const token = await forge()
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: ME }),
    })
    // What is larger than all headers together may be is not read at all.
    expect([401, 431]).toContain(answer.status)
    const text = await answer.text()
    expect(text).not.toContain(tenant.tenantId)
    const client = await TestClient.connect(`${url.replace('http', 'ws')}/graphql`, { authorization: `Bearer ${token}` })
    expect((await client.closing()).code).toBeGreaterThanOrEqual(4400)
    expect(client.messages).toEqual([])
    client.end()
  })

  it('of a session that was revoked is refused', async () => {
    let atMs = Date.now()
    const later = await startPlatform({ now: () => new Date(atMs) })
    try {
      const { login } = await postAuth(later.gateway.url, 'login', { body: { email: tenant.accounts[2]?.email, password: tenant.accounts[2]?.password } })
      const bearer = login?.accessToken ?? ''
      expect((await askGateway(later.gateway.url, { query: ME, bearer })).status).toBe(200)
      await askGateway(later.gateway.url, { query: 'mutation { revokeSessions(keepCurrent: false) }', bearer })
      atMs += 5_000
      expect((await askGateway(later.gateway.url, { query: ME, bearer })).status).toBe(401)
    } finally {
      await later.close()
    }
  })

  it('is never looked up at an address that it names', () => {
    expect(hits).toBe(0)
  })
})

describe('credentials that are no tokens', () => {
  it('cause no question to another process when nobody could have signed them', async () => {
    const asked = async (): Promise<number> => {
      const text = await platform.subgraphs.auth.metrics.registry.metrics()
      return [...text.matchAll(/^umg_operation_seconds_count\{[^}]*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
    }
    await askGateway(url, { query: ME, bearer: good })
    const before = await asked()
    expect(before).toBeGreaterThan(0)
    for (const token of [unsigned({ alg: 'none' }, ''), hmacSigned('x'), unsigned({}, ZEROS), 'garbage', 'a.b.c', `${good}A`])
      await askGateway(url, { query: ME, bearer: token })
    expect(await asked()).toBe(before)
  })
})
