import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { readConfig } from '#ops/config.ts'
import { ANONYMOUS, signIdentity, type Identity, type SubgraphName } from '#ops/security/identity.ts'
import { askGateway, fieldOf, postAuth, type GatewayAnswer } from '../testing/askGateway.ts'
import { startPlatform, type TestPlatform } from '../testing/startPlatform.ts'

const SAVE = `mutation ($input: SaveCampaignInput!) { saveCampaign(input: $input) { id name status budget { amount currency } channel partner { id name } } }`
const ENTITIES =
  'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ... on Campaign { id name budget { amount } } ... on AdGroup { id name campaign { id name } } ... on Creative { id name } ... on Partner { id name } } }'

describe('campaigns of a tenant', () => {
  let platform: TestPlatform
  let url: string
  let acme: TestTenant
  let globex: TestTenant
  let admin: string
  let viewer: string
  let stranger: string

  beforeAll(async () => {
    ;[platform, acme, globex] = await Promise.all([startPlatform(), createTestTenant(), createTestTenant()])
    url = platform.gateway.url
    admin = await tokenOf(acme, 'admin')
    viewer = await tokenOf(acme, 'viewer')
    stranger = await tokenOf(globex, 'admin')
    await askGateway(url, {
      query: 'mutation { savePartner(id: "partner-1", name: "Meta") { id } other: savePartner(id: "partner-2", name: "Other") { id } }',
      bearer: admin,
    })
    for (const [id, partner] of [
      ['c1', 'partner-1'],
      ['c2', 'partner-2'],
      ['c3', null],
    ] as const) {
      await askGateway(url, {
        query: SAVE,
        variables: { input: { id, name: `Campaign ${id}`, partner, channel: 'paid_social', budget: { amount: '100.50', currency: 'EUR' } } },
        bearer: admin,
      })
    }
    await askGateway(url, {
      query:
        'mutation { a: saveAdGroup(id: "g1", name: "Group 1", campaign: "c1") { id } b: saveAdGroup(id: "g2", name: "Group 2", campaign: "c2") { id } saveCreative(id: "v1", name: "Video") { id } }',
      bearer: admin,
    })
    await askGateway(url, { query: SAVE, variables: { input: { id: 'c1', name: 'Another tenant’s' } }, bearer: stranger })
  })
  afterAll(async () => platform?.close())

  async function tokenOf(tenant: TestTenant, role: string): Promise<string> {
    const account = tenant.accounts.find((each) => each.role === role)
    const { login } = await postAuth(url, 'login', { body: { email: account?.email, password: account?.password } })
    if (login === null) throw new Error(`The ${role} could not log in.`)
    return login.accessToken
  }

  /** Asks the subgraph itself, as the gateway would for this identity. */
  async function askEntities(
    identity: Identity,
    representations: readonly Record<string, unknown>[],
    audience: SubgraphName = 'campaign',
  ): Promise<GatewayAnswer> {
    const token = await signIdentity({ identity, audience, privateKey: readConfig.gateway().identityPrivateKey, now: new Date() })
    return askGateway(platform.subgraphs.campaign.url, { query: ENTITIES, variables: { representations }, headers: { 'umg-identity': token } })
  }

  const identityOf = (tenant: TestTenant, change: Partial<Identity> = {}): Identity => ({
    ...ANONYMOUS,
    kind: 'key',
    subjectId: crypto.randomUUID(),
    tenantId: tenant.tenantId,
    tenantSlug: tenant.slug,
    scopes: ['campaigns:read'],
    ...change,
  })

  it('are saved whole by who may, and listed by name', async () => {
    const answer = await askGateway(url, {
      query: '{ campaigns(first: 2) { id name status budget { amount currency } channel partner { id name } } }',
      bearer: viewer,
    })
    expect(answer.errors).toBeUndefined()
    expect(answer.data?.['campaigns']).toEqual([
      {
        id: 'c1',
        name: 'Campaign c1',
        status: 'ACTIVE',
        budget: { amount: '100.5', currency: 'EUR' },
        channel: 'paid_social',
        partner: { id: 'partner-1', name: 'Meta' },
      },
      {
        id: 'c2',
        name: 'Campaign c2',
        status: 'ACTIVE',
        budget: { amount: '100.5', currency: 'EUR' },
        channel: 'paid_social',
        partner: { id: 'partner-2', name: 'Other' },
      },
    ])
    const replaced = await askGateway(url, { query: SAVE, variables: { input: { id: 'c9', name: 'First', channel: 'x' } }, bearer: admin })
    expect(replaced.data?.['saveCampaign']).toMatchObject({ channel: 'x' })
    const again = await askGateway(url, { query: SAVE, variables: { input: { id: 'c9', name: 'Second', status: 'ENDED' } }, bearer: admin })
    expect(again.data?.['saveCampaign']).toEqual({ id: 'c9', name: 'Second', status: 'ENDED', budget: null, channel: null, partner: null })
  })

  it('are changed by nobody without the scope', async () => {
    expect((await askGateway(url, { query: SAVE, variables: { input: { id: 'c1', name: 'x' } }, bearer: viewer })).codes).toEqual(['FORBIDDEN'])
    expect((await askGateway(url, { query: SAVE, variables: { input: { id: 'c1', name: 'x' } }, bearer: acme.apiKey })).codes).toEqual(['FORBIDDEN'])
    expect((await askGateway(url, { query: SAVE, variables: { input: { id: 'c1', name: 'x' } } })).codes).toEqual(['UNAUTHENTICATED'])
    expect((await askGateway(url, { query: '{ campaigns { id } }' })).codes).toEqual(['UNAUTHENTICATED'])
  })

  it('are read by one statement, however many are asked for at once', async () => {
    const statements = vi.spyOn(platform.campaignOrm.config.getLogger(), 'logQuery')
    const representations = Array.from({ length: 500 }, (_, index) => ({ __typename: 'Campaign', id: `c${(index % 250) + 1}` }))
    const { data } = await askEntities(identityOf(acme), representations)
    const selects = statements.mock.calls.map(([context]) => context.query ?? '').filter((query) => query.startsWith('select "'))
    expect(selects).toHaveLength(1)
    expect(data?.['_entities']).toHaveLength(500)
    expect((fieldOf({ data }, '_entities') as unknown[])[0]).toMatchObject({ id: 'c1', name: 'Campaign c1' })
  })

  it('of another tenant are stubs, whatever the representation says of a tenant', async () => {
    const representations = [
      { __typename: 'Campaign', id: 'c2', tenantId: acme.tenantId, tenant_id: acme.tenantId },
      { __typename: 'AdGroup', id: 'g1', tenantId: acme.tenantId },
      { __typename: 'Creative', id: 'v1' },
      { __typename: 'Partner', id: 'partner-1' },
      { __typename: 'Campaign', id: 'no such \0 thing' },
    ]
    const { data, errors } = await askEntities(identityOf(globex), representations)
    expect(errors).toBeUndefined()
    expect(data?.['_entities']).toEqual([
      { __typename: 'Campaign', id: 'c2', name: null, budget: null },
      { __typename: 'AdGroup', id: 'g1', name: null, campaign: null },
      { __typename: 'Creative', id: 'v1', name: null },
      { __typename: 'Partner', id: 'partner-1', name: null },
      { __typename: 'Campaign', id: 'no such \0 thing', name: null, budget: null },
    ])
    expect((await askEntities(identityOf(acme), [{ __typename: 'Campaign', id: 'c1' }])).data?.['_entities']).toMatchObject([{ name: 'Campaign c1' }])
    expect((await askEntities(identityOf(globex), [{ __typename: 'Campaign', id: 'c1' }])).data?.['_entities']).toMatchObject([{ name: 'Another tenant’s' }])
  })

  it('are stubs for who has no tenant or not the scope', async () => {
    for (const identity of [ANONYMOUS, identityOf(acme, { scopes: ['events:write'] })]) {
      expect((await askEntities(identity, [{ __typename: 'Campaign', id: 'c1' }])).data?.['_entities']).toEqual([
        { __typename: 'Campaign', id: 'c1', name: null, budget: null },
      ])
    }
  })

  it('are shown to a partner key as far as its row filters go', async () => {
    const listed = await askGateway(url, { query: '{ campaigns { id partner { name } } }', bearer: acme.partnerKey })
    expect(listed.data?.['campaigns']).toEqual([{ id: 'c1', partner: { name: 'Meta' } }])
    const filtered = identityOf(acme, { filters: [{ dimension: 'partner', in: ['partner-1'] }] })
    const representations = [
      ...['c1', 'c2', 'c3'].map((id) => ({ __typename: 'Campaign', id })),
      ...['g1', 'g2'].map((id) => ({ __typename: 'AdGroup', id })),
      ...['partner-1', 'partner-2'].map((id) => ({ __typename: 'Partner', id })),
      { __typename: 'Creative', id: 'v1' },
    ]
    const { data } = await askEntities(filtered, representations)
    expect((fieldOf({ data }, '_entities') as { name: string | null }[]).map(({ name }) => name)).toEqual([
      'Campaign c1',
      null,
      null,
      'Group 1',
      null,
      'Meta',
      null,
      null,
    ])
    const both = identityOf(acme, {
      filters: [
        { dimension: 'partner', in: ['partner-1', 'partner-2'] },
        { dimension: 'partner', in: ['partner-2'] },
        { dimension: 'channel', in: ['paid_social'] },
      ],
    })
    const narrowed = await askEntities(
      both,
      ['c1', 'c2', 'c3'].map((id) => ({ __typename: 'Campaign', id })),
    )
    expect((fieldOf(narrowed, '_entities') as { name: string | null }[]).map(({ name }) => name)).toEqual([null, 'Campaign c2', null])
  })

  it('with a wrong input are refused by field', async () => {
    const answer = await askGateway(url, { query: SAVE, variables: { input: { id: '', name: 'x' } }, bearer: admin })
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ field: 'id' }] })
    expect(
      (await askGateway(url, { query: SAVE, variables: { input: { id: 'x', name: 'x', budget: { amount: '-1', currency: 'EUR' } } }, bearer: admin })).codes,
    ).toEqual(['BAD_USER_INPUT'])
    expect((await askGateway(url, { query: '{ campaigns(first: 501) { id } }', bearer: admin })).codes).toEqual(['BAD_USER_INPUT'])
  })
})
