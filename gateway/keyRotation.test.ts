import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFile } from 'node:fs/promises'
import { createOrm } from '#db/orm.ts'
import type { MikroORM } from '#db/tenantScope.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { accessTokenKid, signAccessToken } from '#ops/security/accessToken.ts'
import { createSigningKeyPair, type SigningKeyPair } from '#ops/security/signingKeys.ts'
import { startSubgraph, type RunningSubgraph } from '#ops/service/startSubgraph.ts'
import { createAuthService, type AuthService } from '#subgraphs/auth/authService.ts'
import { schema } from '#subgraphs/auth/schema.ts'
import { startGateway, type RunningGateway } from './startGateway.ts'
import { askGateway, postAuth } from './testing/askGateway.ts'
import { closedPort } from './testing/closedPort.ts'

const FREE = { host: '127.0.0.1', port: 0, adminPort: 0 } as const
const ME = '{ me { account { email } } }'
const CLIENTS = 4
const ROUNDS = 6

describe('the rotation of the key of access tokens', () => {
  let orm: MikroORM
  let auth: RunningSubgraph
  let gateway: RunningGateway
  let acme: TestTenant
  let [before, after]: readonly SigningKeyPair[] = []
  /** The process that answers behind the address of auth, as a load balancer would have it. */
  let instance: AuthService
  let asked = 0
  let skewMs = 0
  const now = () => new Date(Date.now() + skewMs)

  function instanceOf(own: SigningKeyPair | undefined, other: SigningKeyPair | undefined): AuthService {
    if (own === undefined || other === undefined) throw new Error('There are two pairs.')
    return createAuthService({
      orm,
      settings: { ...readConfig.auth(), accessPrivateKey: own.privateKey, accessPublicKeys: [own.publicKey, other.publicKey] },
      now,
    })
  }

  const counted = (service: AuthService): AuthService => ({
    ...service,
    get accessKeys() {
      asked += 1
      return service.accessKeys
    },
  })

  beforeAll(async () => {
    ;[before, after] = await Promise.all([createSigningKeyPair(), createSigningKeyPair()])
    ;[orm, acme] = await Promise.all([createOrm({ ...readConfig.auth().postgres, poolSize: 6 }), createTestTenant()])
    const log = createLogger({ name: 'test', level: 'silent' })
    instance = instanceOf(before, after)
    auth = await startSubgraph({
      config: { ...readConfig.auth(), ...FREE },
      schema,
      createContext: (base, http) => ({ ...base, auth: counted(instance), http, isProduction: false }),
      log,
      now,
    })
    const nobody = `http://127.0.0.1:${await closedPort()}/graphql`
    gateway = await startGateway({
      config: {
        ...readConfig.gateway(),
        ...FREE,
        subgraphUrls: { auth: `${auth.url}/graphql`, tenant: nobody, campaign: nobody, analytics: nobody },
        // It has not heard of the next one.
        accessPublicKeys: [before?.publicKey ?? {}],
      },
      supergraphSdl: await readFile(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8'),
      log,
      now,
    })
  })
  afterAll(async () => {
    await gateway?.close()
    await auth?.close()
    await orm?.close()
  })

  it('fails no request of those that come all the while, and logs nobody out', async () => {
    const statuses = new Set<number>()
    const kids = new Set<string | undefined>()
    let rounds = 0
    const [owner] = acme.accounts
    async function client(): Promise<void> {
      let answer = await postAuth(gateway.url, 'login', { body: { email: owner?.email, password: owner?.password } })
      for (let round = 0; round < ROUNDS; round += 1) {
        const token = answer.login?.accessToken ?? ''
        kids.add(accessTokenKid(token)?.kid)
        const asked = await Promise.all([1, 2, 3].map(() => askGateway(gateway.url, { query: ME, bearer: token })))
        for (const { status, data } of asked) statuses.add(data?.['me'] === null ? 0 : status)
        rounds += 1
        if (rounds === (CLIENTS * ROUNDS) / 2) instance = instanceOf(after, before)
        answer = await postAuth(gateway.url, 'refresh', { cookie: answer.cookie })
        statuses.add(answer.status)
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, client))
    expect([...statuses]).toEqual([200])
    expect(kids).toEqual(new Set([before?.publicKey['kid'], after?.publicKey['kid']]))
  }, 120_000)

  it('is seen at /.well-known/jwks.json, without any private half', async () => {
    const response = await fetch(`${gateway.url}/.well-known/jwks.json`)
    expect(response.headers.get('cache-control')).toBe('public, max-age=60')
    const { keys } = (await response.json()) as { keys: Record<string, string>[] }
    expect(new Set(keys.map(({ kid }) => kid))).toEqual(new Set([before?.publicKey['kid'], after?.publicKey['kid']]))
    for (const key of keys) expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  })

  it('is not done by whoever invents a key: its tokens are refused, and auth is asked once in ten seconds', async () => {
    const claims = { accountId: crypto.randomUUID(), sessionId: crypto.randomUUID(), tenantId: null, tenantSlug: null, role: null }
    const strangers = await Promise.all(Array.from({ length: 20 }, () => createSigningKeyPair()))
    skewMs += 11_000
    const first = asked
    for (const { privateKey } of strangers) {
      const bearer = await signAccessToken({ claims, privateKey, now: now() })
      expect(await askGateway(gateway.url, { query: ME, bearer })).toMatchObject({ status: 401, codes: ['UNAUTHENTICATED'] })
    }
    for (const kid of ['../../etc/passwd', "' OR 1=1 --", '']) {
      const bearer = await signAccessToken({ claims, privateKey: { ...strangers[0]?.privateKey, kid }, now: now() })
      expect((await askGateway(gateway.url, { query: ME, bearer })).status).toBe(401)
    }
    expect(asked - first).toBeLessThan(5)
  })
})
