import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readConfig } from '#ops/config.ts'
import { ANONYMOUS, signIdentity, type Identity, type SubgraphName } from '#ops/security/identity.ts'
import { scopesOf } from '#ops/security/permissions.ts'
import { createSigningKeyPair } from '#ops/security/signingKeys.ts'
import { TestClient } from '../subscriptions/testing/testClient.ts'
import { askGateway } from '../testing/askGateway.ts'
import { START_MS, startIsoWorld, type IsoWorld } from './testing/isoWorld.ts'
import type { IsoTenant } from './testing/isoTenant.ts'
import { Oracle } from './testing/oracle.ts'
import { signIn } from './testing/viewers.ts'

// Whoever reaches a subgraph past the gateway, or sends the gateway what only it may say, is shown nothing.
const { identityPrivateKey } = readConfig.gateway()
const NAMES: readonly SubgraphName[] = ['auth', 'tenant', 'campaign', 'analytics']
/** Every field that a reference leads to, by the subgraph that owns it. */
const FIELDS: Readonly<Record<SubgraphName, string>> = {
  auth: '... on Account { id email name }',
  tenant: '... on App { id name platform currency timeZone conversionEvents } ... on Tenant { id slug name reportingCurrency }',
  campaign:
    '... on Campaign { id name status channel budget { amount } partner { id name } } ... on AdGroup { id name campaign { id name } } ... on Creative { id name } ... on Partner { id name }',
  analytics: '... on Segment { id name definition } ... on User { id country firstSeen timeline { nodes { id } } }',
}

let world: IsoWorld
let own: IsoTenant
let other: IsoTenant
let oracle: Oracle
beforeAll(async () => {
  world = await startIsoWorld()
  const { tenants } = await world.createTenants(2)
  const [first, second] = tenants
  if (first === undefined || second === undefined) throw new Error('There are two tenants.')
  ;[own, other] = [first, second]
  oracle = new Oracle(tenants)
}, START_MS)
afterAll(() => world?.close(), START_MS)

const urlOf = (name: SubgraphName): string => {
  const url = name === 'analytics' ? world.platform.analytics?.url : world.platform.subgraphs[name].url
  if (url === undefined) throw new Error(`${name} is down.`)
  return url
}

/** References to everything of a tenant, each saying itself whose it is. */
function referencesTo(tenant: IsoTenant, name: SubgraphName): readonly object[] {
  const says = { tenantId: tenant.tenantId, tenant: { id: tenant.tenantId }, tenant_id: tenant.tenantId, role: 'owner', scopes: ['tenant:own'] }
  const of = (typename: string, ids: readonly string[]) => ids.map((id) => ({ __typename: typename, id, ...says }))
  switch (name) {
    case 'auth':
      return of('Account', tenant.own.account)
    case 'tenant':
      return [...of('App', tenant.own.app), ...of('Tenant', [tenant.tenantId])]
    case 'campaign':
      return [
        ...of('Campaign', tenant.own.campaign),
        ...of('AdGroup', tenant.own.adGroup),
        ...of('Creative', tenant.own.creative),
        ...of('Partner', tenant.own.partner),
      ]
    case 'analytics':
      return [...of('Segment', tenant.own.segment), ...of('User', tenant.own.user)]
  }
}

const entities = (name: SubgraphName): string =>
  `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ${FIELDS[name]} } }`

async function askEntities(name: SubgraphName, tenant: IsoTenant, identity: string | null, query = entities(name)) {
  const response = await fetch(`${urlOf(name)}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(identity === null ? {} : { 'umg-identity': identity }) },
    body: JSON.stringify({ query, variables: { representations: referencesTo(tenant, name) } }),
  })
  return { status: response.status, text: await response.text() }
}

const ownerOf = ({ tenantId, slug, accounts }: IsoTenant): Identity => ({
  kind: 'account',
  subjectId: accounts[0]?.accountId ?? '',
  sessionId: randomUUID(),
  tenantId,
  tenantSlug: slug,
  role: 'owner',
  scopes: scopesOf('owner'),
  filters: [],
  masks: [],
  hashFamily: null,
})
const sign = (identity: Identity, audience: SubgraphName, { privateKey = identityPrivateKey, now = world.now() } = {}): Promise<string> =>
  signIdentity({ identity, audience, privateKey, now })

describe('a reference to an entity', () => {
  it.each(NAMES)('is answered to its own tenant by %s, so that the rest of this file can fail', async (name) => {
    const { text } = await askEntities(name, own, await sign(ownerOf(own), name))
    expect(text).toContain(own.mark)
  })

  it.each(NAMES)('to what is another tenant’s is a stub of nulls in %s, whatever it says of its tenant', async (name) => {
    for (const identity of [ownerOf(own), { ...ownerOf(own), role: 'viewer' as const, scopes: scopesOf('viewer') }, ANONYMOUS]) {
      const { text } = await askEntities(name, other, await sign(identity, name))
      const sent = new Set(referencesTo(other, name).map((each) => String('id' in each ? each.id : '')))
      oracle.check({ who: `${identity.kind} at ${name}`, tenant: own, knows: [] }, { text, headers: '', data: null }, sent)
    }
  })

  it.each(NAMES)('is refused by %s without the gateway’s signature, before anything is read', async (name) => {
    const stranger = await createSigningKeyPair()
    const elsewhere = NAMES.find((each) => each !== name) ?? 'auth'
    const tokens: readonly (readonly [string, string | null])[] = [
      ['none', null],
      ['empty', ''],
      ['a stranger’s signature', await sign(ownerOf(other), name, { privateKey: stranger.privateKey })],
      [
        'a stranger’s signature under the gateway’s kid',
        await sign(ownerOf(other), name, { privateKey: { ...stranger.privateKey, kid: identityPrivateKey['kid'] ?? '' } }),
      ],
      ['for another subgraph', await sign(ownerOf(other), elsewhere)],
      ['expired', await sign(ownerOf(other), name, { now: new Date(world.now().getTime() - 60_000) })],
      ['from the future', await sign(ownerOf(other), name, { now: new Date(world.now().getTime() + 60_000) })],
      ['an access token', await signIn({ pools: world.pools, now: world.now() }, { account: other.accounts[0] ?? never(), tenant: other })],
      ['a key', other.keys.api.text],
      ['unsigned', `${Buffer.from('{"alg":"none","typ":"umg-identity"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`],
    ]
    for (const [what, token] of tokens) {
      const { status, text } = await askEntities(name, other, token)
      expect([what, status]).toEqual([what, 401])
      expect(text).not.toContain(other.mark)
    }
  })
})

const answered = z.object({ data: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))) })
const entitiesIn = (text: string) => answered.parse(JSON.parse(text)).data['_entities'] ?? []

describe('a reference to an entity of the own tenant', () => {
  it('says of no other account how it logs in', async () => {
    const query =
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Account { hasTotp recoveryCodesLeft passkeys { id } } } }'
    const { text } = await askEntities('auth', own, await sign(ownerOf(own), 'auth'), query)
    const nothing = { hasTotp: null, recoveryCodesLeft: null, passkeys: null }
    const [first, ...others] = own.own.account
    expect(first).toBe(own.accounts[0]?.accountId)
    expect(entitiesIn(text)).toEqual([{ hasTotp: false, recoveryCodesLeft: 0, passkeys: [] }, ...others.map(() => nothing)])
  })

  it('is answered to a key as far as its filters go', async () => {
    const identity: Identity = { ...ownerOf(own), kind: 'key', sessionId: null, role: null, filters: [{ dimension: 'partner', in: [`${own.mark}-p1`] }] }
    const { text } = await askEntities('campaign', own, await sign(identity, 'campaign'))
    const named = entitiesIn(text).filter((entity) => entity['name'] != null)
    expect(named.map((entity) => `${String(entity['__typename'])} ${String(entity['id']).slice(-1)}`)).toEqual(['Campaign 1', 'AdGroup 1', 'Partner 1'])
  })

  it('is answered to a key as its filter on apps says', async () => {
    const ask = async (bearer: string) => (await askGateway(world.platform.gateway.url, { query: '{ apps { id } }', bearer })).data?.['apps']
    expect(await ask(own.keys.masked.text)).toEqual([{ id: own.own.app[0] }])
    expect(own.own.app.length).toBeGreaterThan(1)
  })
})

const never = (): never => {
  throw new Error('A tenant has accounts.')
}

const ME = '{ me { role scopes tenant { id slug } } tenant { id } apps { id } campaigns { id name } }'

const answerSchema = z.looseObject({ errors: z.array(z.unknown()).optional() })

/** Sends headers as they are: in any case, and the same one more than once. Fields that fail beside each other fail in any order. */
function askRaw(headers: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(world.platform.gateway.url)
  const body = JSON.stringify({ query: ME })
  return new Promise((resolve, reject) => {
    const sent = request({
      hostname,
      port,
      path: '/graphql',
      method: 'POST',
      headers: ['Host', `${hostname}:${port}`, 'Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body)), ...headers],
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const { errors, ...rest } = answerSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
        resolve(JSON.stringify({ ...rest, errors: errors?.map((error) => JSON.stringify(error)).toSorted() }))
      })
    })
    sent.end(body)
  })
}

describe('what only the gateway may say', () => {
  it('has no effect when a client says it, in any case and more than once', async () => {
    const bearer = await signIn({ pools: world.pools, now: world.now() }, { account: own.accounts[3] ?? never(), tenant: own })
    const [plain, anonymous] = [await askRaw(['Authorization', `Bearer ${bearer}`]), await askRaw([])]
    expect(plain).toContain(own.tenantId)
    const forged = await Promise.all(NAMES.map((name) => sign(ownerOf(other), name)))
    for (const header of ['umg-identity', 'Umg-Identity', 'UMG-IDENTITY', 'uMg-iDeNtItY']) {
      const headers = forged.flatMap((token) => [header, token])
      expect(await askRaw(headers)).toBe(anonymous)
      expect(await askRaw([...headers, 'Authorization', `Bearer ${bearer}`, 'umg-identity', forged[1] ?? ''])).toBe(plain)
    }
    const others = [
      'Umg-Client-Address',
      '203.0.113.9',
      'UMG-REQUEST-ID',
      'forged',
      'umg-role',
      'owner',
      'Umg-Tenant-Id',
      other.tenantId,
      'X-Umg-Identity',
      forged[0] ?? '',
      'Umg-Scopes',
      'tenant:own',
    ]
    expect(await askRaw([...others, 'Authorization', `Bearer ${bearer}`])).toBe(plain)
  })

  it('has no effect on a socket either, at its opening and in connection_init', async () => {
    const forged = await Promise.all(NAMES.map((name) => sign(ownerOf(other), name)))
    const identity = forged.join(', ')
    const at = `${world.platform.gateway.url.replace('http', 'ws')}/graphql`
    const payload = {
      'umg-identity': identity,
      'Umg-Identity': identity,
      identity,
      headers: { 'Umg-Identity': identity, 'umg-role': 'owner', 'umg-tenant-id': other.tenantId },
    }
    const nobody = await TestClient.connect(at, payload, { headers: { 'Umg-Identity': identity, 'umg-role': 'owner' } })
    nobody.subscribe('me', '{ me { role } campaigns { id } }')
    await nobody.answered('me')
    expect(JSON.stringify(nobody.messages)).not.toContain(other.mark)
    expect(nobody.payloads('me')[0]?.data).toEqual({ me: null, campaigns: null })
    nobody.end()
    const bearer = await signIn({ pools: world.pools, now: world.now() }, { account: own.accounts[3] ?? never(), tenant: own })
    const viewer = await TestClient.connect(at, { ...payload, authorization: `Bearer ${bearer}` }, { headers: { 'UMG-Identity': identity } })
    viewer.subscribe('me', ME)
    await viewer.answered('me')
    expect(viewer.payloads('me')[0]?.data).toMatchObject({ me: { role: 'viewer', tenant: { id: own.tenantId } } })
    oracle.check({ who: 'a viewer on a socket', tenant: own, knows: [] }, { text: JSON.stringify(viewer.messages), headers: '', data: null }, new Set())
    viewer.end()
  })

  it('is refused as the name of a tenant that the token is not for', async () => {
    const bearer = await signIn({ pools: world.pools, now: world.now() }, { account: own.accounts[0] ?? never(), tenant: own })
    const named: readonly Readonly<Record<string, string>>[] = [
      { 'umg-tenant': other.slug },
      { 'UMG-Tenant': other.slug },
      { 'umg-tenant': `${own.slug}, ${other.slug}` },
    ]
    for (const headers of named) expect((await askGateway(world.platform.gateway.url, { query: ME, bearer, headers })).codes).toEqual(['TENANT_MISMATCH'])
    expect((await askGateway(world.platform.gateway.url, { query: ME, bearer, path: `/t/${other.slug}/graphql` })).codes).toEqual(['TENANT_MISMATCH'])
  })
})
