import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readConfig } from '#ops/config.ts'
import { signIdentity } from '#ops/security/identity.ts'
import { scopesOf } from '#ops/security/permissions.ts'
import { askGateway } from '../testing/askGateway.ts'
import { rootFieldsOf } from './testing/asker.ts'
import { FOREIGN, OWN } from './testing/asking.ts'
import { Coverage } from './testing/coverage.ts'
import { seededDraw } from './testing/draw.ts'
import { START_MS, startIsoWorld, type IsoWorld } from './testing/isoWorld.ts'
import { Leak, Oracle } from './testing/oracle.ts'
import { take, type Session } from './testing/session.ts'
import { signIn, viewersOf } from './testing/viewers.ts'

// The small suite that `npm run test:walls` runs with a wall taken away: every query once with own ids and once with others’, and references past
// the gateway. It looks for leaks alone; a question that fails shows nothing, so that one wall down may refuse and still hold.
/** How many of a tenant’s events are refused in the beginning. */
const REFUSED = 1
const refusals = z.object({ arrivals: z.object({ rejected: z.array(z.unknown()) }) })

let world: IsoWorld
let session: Session
beforeAll(async () => {
  world = await startIsoWorld()
  const of = await world.createTenants(2)
  session = { world, of, oracle: new Oracle(of.tenants, of.shared), coverage: new Coverage(), mayFail: true }
}, START_MS)
afterAll(() => world?.close(), START_MS)

describe('nothing of another tenant is shown', () => {
  it('by any query, with own ids or with others’', { timeout: 240_000 }, async () => {
    const draw = seededDraw(7)
    const viewers = viewersOf(session.of).filter(({ account, key, tenant }) => tenant?.index === 0 && (account?.role === 'owner' || key === 'partner'))
    for (const viewer of viewers)
      for (const mix of [OWN, FOREIGN])
        for (const name of rootFieldsOf('query'))
          await take(session, { draw, viewer, kind: 'query', names: [name], wanted: { kind: 'all' }, mix, optional: 10 })
    // Questions that all fail show nothing either; without one of some walls those of the analyses are refused.
    const roots = rootFieldsOf('query')
    const silent = roots.filter((name) => !session.coverage.answered.has(`Query.${name}`))
    expect(silent.length, silent.join(' ')).toBeLessThan(roots.length / 2)
  })

  // Random questions may filter what they are shown down to nothing; these read all that there is.
  it.each([
    'metrics(input: { RANGE, groupBy: [{ dimension: CAMPAIGN }] }) { rows { campaign { id } activeUsers } }',
    'attribution(input: { RANGE, conversion: { event: "purchase" }, groupBy: [{ dimension: CAMPAIGN }] }) { rows { campaign { id } linear: conversions(model: LINEAR) } }',
  ])('by an analysis of everything: %s', async (field) => {
    const viewer = viewersOf(session.of).find(({ account, tenant }) => tenant?.index === 0 && account?.role === 'owner')
    if (viewer?.tenant === null || viewer === undefined || viewer.account === null) throw new Error('The first tenant has an owner.')
    const bearer = await signIn({ pools: world.pools, now: world.now() }, { account: viewer.account, tenant: viewer.tenant })
    const query = `{ ${field.replace('RANGE', 'range: { last: 3000, unit: DAY, includeCurrent: true }, timeZone: "UTC"')} }`
    const { text, data } = await askGateway(world.platform.gateway.url, { query, bearer })
    session.oracle.check(viewer, { text, headers: '', data }, new Set())
  })

  it('to a reference past the gateway', async () => {
    const [own, other] = session.of.tenants
    if (own === undefined || other === undefined) throw new Error('There are two tenants.')
    const identity = {
      kind: 'key',
      subjectId: own.keys.api.keyId,
      sessionId: null,
      tenantId: own.tenantId,
      tenantSlug: own.slug,
      role: null,
      scopes: scopesOf('viewer'),
      filters: [],
      masks: [],
      hashFamily: null,
    } as const
    const of = (typename: string, ids: readonly string[]) => ids.map((id) => ({ __typename: typename, id, tenantId: other.tenantId }))
    const asked = {
      tenant: { fields: '... on App { name } ... on Tenant { name slug }', representations: [...of('App', other.own.app), ...of('Tenant', [other.tenantId])] },
      campaign: {
        fields: '... on Campaign { name } ... on AdGroup { name } ... on Creative { name } ... on Partner { name }',
        representations: [
          ...of('Campaign', other.own.campaign),
          ...of('AdGroup', other.own.adGroup),
          ...of('Creative', other.own.creative),
          ...of('Partner', other.own.partner),
        ],
      },
    } as const
    for (const name of ['tenant', 'campaign'] as const) {
      const token = await signIdentity({ identity, audience: name, privateKey: readConfig.gateway().identityPrivateKey, now: world.now() })
      const { fields, representations } = asked[name]
      const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${fields} } }`
      const { text } = await askGateway(world.platform.subgraphs[name].url, { query, variables: { representations }, headers: { 'umg-identity': token } })
      session.oracle.check({ who: 'a key', tenant: own, knows: [] }, { text, headers: '', data: null }, new Set())
    }
  })

  it('as one more refused event, of which nothing can be read since it is sealed for its tenant', async () => {
    const [tenant] = session.of.tenants
    if (tenant === undefined) throw new Error('There is a tenant.')
    const question = '{ arrivals(first: 500) { rejected { code } } }'
    const { data } = await askGateway(world.platform.gateway.url, { query: question, headers: { authorization: `Bearer ${tenant.keys.api.text}` } })
    const { rejected } = refusals.parse(data).arrivals
    if (rejected.length > REFUSED) throw new Leak(`${rejected.length} refused events, of which ${REFUSED} is its own`, { who: 'a key', tenant })
    expect(rejected).toHaveLength(REFUSED)
  })

  it('as an estimate, which counts the rows of others in the same granules, but to the scope explain', async () => {
    const question = '{ metrics(input: { range: { last: 60, unit: DAY }, timeZone: "UTC", explain: true }) { info { estimatedRows estimatedBytes } } }'
    const [tenant] = session.of.tenants
    if (tenant === undefined) throw new Error('There is a tenant.')
    const place = { pools: world.pools, now: world.now() }
    const told = await Promise.all(
      (['owner', 'viewer'] as const).map(async (role) => {
        const account = tenant.accounts.find((each) => each.role === role)
        if (account === undefined) throw new Error(`A tenant has an account of role ${role}.`)
        return askGateway(world.platform.gateway.url, { query: question, bearer: await signIn(place, { account, tenant }) })
      }),
    )
    // Without a wall before another the question is refused to both.
    const hidden = { metrics: { info: { estimatedRows: null, estimatedBytes: null } } }
    expect([hidden, { metrics: null }, null]).toContainEqual(told[1]?.data ?? null)
    expect([['FORBIDDEN', 'FORBIDDEN'], told[0]?.codes]).toContainEqual(told[1]?.codes)
  })
})
