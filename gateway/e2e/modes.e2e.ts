// One suite in each mode of tenancy, over a whole system of its own: what a tenant is given does not depend on where its rows are.
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createClickHouse, type ClickHouseClient } from '#db/clickhouse/client.ts'
import { openMailRequest } from '#db/outbox/requestMail.ts'
import { createPool, withSettings } from '#db/pool.ts'
import { listRoutes } from '#db/routing/route.ts'
import { urlOfDatabase } from '#db/routing/routes.ts'
import { readConfig, type TenancyMode } from '#ops/config.ts'
import { ask, startSystem, until, type RunningSystem } from '#ops/e2e/system.ts'
import { TestClient } from '../subscriptions/testing/testClient.ts'
import { askGateway } from '../testing/askGateway.ts'
import { enterDemoTenant, enterNewTenant, loginOwner, type EnteredTenant } from '../testing/enterTenant.ts'

const ROUNDS = inject('isLong') ? 100 : 4
const USERS = 25
const DAY_MS = 86_400_000
const [start, end] = [-1, 1].map((days) => new Date(Date.now() + days * DAY_MS).toISOString())
const METRICS = `{ metrics(input: { range: { start: "${start}", end: "${end}" }, timeZone: "UTC" }) { totals { purchases payers revenue } } }`
const LIVE = 'subscription { log: conversions(from: { position: END }) { entries { number: sequence event isTest revenue { amount } } } }'
const environments: Readonly<Record<TenancyMode, Readonly<Record<string, string>>>> = {
  shared: {},
  single: { TENANCY_MODE: 'single', TENANT: 'acme' },
  dedicated: { TENANCY_MODE: 'dedicated', DEDICATED_DATABASES: '2' },
}

describe.each(['shared', 'single', 'dedicated'] as const)('in the mode %s', (mode) => {
  let system: RunningSystem
  let tenant: EnteredTenant
  /** Another one of the same kind; where there is one tenant, there is none. */
  let other: EnteredTenant | null = null
  beforeAll(async () => {
    system = await startSystem({ args: ['--scale', 'empty'], env: environments[mode] })
    if (mode === 'single') tenant = await enterDemoTenant(system, 'acme')
    else {
      const bearer = await loginOwner(system, 'acme')
      tenant = await enterNewTenant(system, { slug: 'first', bearer })
      other = await enterNewTenant(system, { slug: 'second', bearer })
    }
  })
  afterAll(async () => system?.remove())

  const asking = async (query: string, { variables, by = tenant.owner }: { variables?: Record<string, unknown>; by?: string } = {}) => {
    const answer = await ask(system, { query, variables, authorization: by })
    expect(answer.errors).toBeUndefined()
    return answer.data
  }
  const post = async (key: string, events: readonly object[]) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    return (await fetch(`${system.demo.collectorUrl}/v1/events`, { method: 'POST', headers, body: JSON.stringify(events) })).json()
  }
  const purchases = (round: number) =>
    Array.from({ length: USERS }, (_, user) => ({
      eventId: `p-${round}-${user}`,
      event: 'purchase',
      occurredAt: new Date().toISOString(),
      userId: `u-${user}`,
      app: tenant.app,
      revenue: { amount: '2', currency: 'USD' },
    }))

  const environment = () => ({
    ...JSON.parse(readFileSync(join(system.dataDir, 'secrets.json'), 'utf8')),
    PORT: String(system.port),
    DATA_DIR: system.dataDir,
  })
  /** What the mail says, as it was asked for. */
  async function invitationTo(email: string): Promise<string> {
    const pool = createPool({ url: readConfig.owner(environment()).workerUrl, poolSize: 1, name: 'test' })
    const { mailKey } = readConfig.tenant(environment())
    const { rows } = await pool
      .query<{ payload: unknown }>("SELECT payload FROM outbox WHERE topic = 'mail.requested' ORDER BY id DESC")
      .finally(() => pool.end())
    const mail = rows.map(({ payload }) => openMailRequest(payload, mailKey)).find((each) => each.to === email)
    if (mail?.kind !== 'invitation') throw new Error(`No invitation was mailed to ${email}.`)
    return mail.token
  }

  it('whoever asks is known by login and by key, and another tenant’s name is refused', async () => {
    const me = '{ me { role tenant { slug } } tenant { slug name reportingCurrency } apps { name } }'
    expect(await asking(me)).toMatchObject({
      me: { role: 'owner', tenant: { slug: tenant.slug } },
      tenant: { slug: tenant.slug },
      apps: expect.arrayContaining([{ name: tenant.app }]),
    })
    expect(await asking(me, { by: tenant.apiKey })).toMatchObject({ me: { role: null, tenant: { slug: tenant.slug } } })
    for (const bearer of [tenant.owner, tenant.apiKey]) {
      const answer = await askGateway(system.demo.gatewayUrl, { query: me, bearer, headers: { 'umg-tenant': 'globex' } })
      expect(answer).toMatchObject({ status: 403, codes: ['TENANT_MISMATCH'] })
    }
    if (mode !== 'single') return
    const globex = system.demo.tenants.find(({ slug }) => slug === 'globex')
    expect((await askGateway(system.demo.gatewayUrl, { query: me, bearer: globex?.apiKey })).codes).toEqual(['TENANT_MISMATCH'])
    expect((await askGateway(system.demo.gatewayUrl, { query: me, bearer: await loginOwner(system, 'globex') })).data?.['me']).toEqual({
      role: null,
      tenant: null,
    })
  })

  it('events are counted once, questions answer them, and the log delivers each as it comes', async () => {
    const client = await TestClient.connect(system.demo.wsUrl, { authorization: `Bearer ${tenant.apiKey}` })
    client.subscribe('live', LIVE)
    const seen = () => client.payloads('live').flatMap(({ data }) => data.log.entries.filter((entry: { isTest: boolean }) => !entry.isTest))
    // From the end: what comes before the subscription stands is not promised, so test conversions are made up until one arrives.
    const isLive = async () => {
      await asking('mutation { sendTestConversion(input: { event: "purchase" }) { __typename } }')
      return client.payloads('live').length > 0
    }
    await until(isLive, { what: 'the live stream', timeoutMs: 60_000, ...system })
    await asking('mutation ($input: SaveCampaignInput!) { saveCampaign(input: $input) { id } }', { variables: { input: { id: 'c-1', name: 'Spring' } } })
    const click = {
      eventId: 'click',
      event: 'click',
      occurredAt: new Date().toISOString(),
      userId: 'u-0',
      app: tenant.app,
      touch: { kind: 'click', campaign: 'c-1' },
    }
    expect(await post(tenant.ingestKey, [click])).toMatchObject({ accepted: 1 })
    const answers = await Promise.all(Array.from({ length: ROUNDS }, (_, round) => post(tenant.ingestKey, purchases(round))))
    expect(answers).toEqual(answers.map(() => expect.objectContaining({ accepted: USERS, duplicates: 0 })))
    expect(await post(tenant.ingestKey, purchases(0))).toMatchObject({ accepted: 0, duplicates: USERS })
    const sent = ROUNDS * USERS
    await until(() => seen().length >= sent, { what: `${sent} live conversions`, timeoutMs: 60_000, ...system })
    const numbers = seen().map((entry: { number: string }) => Number(entry.number))
    expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index))
    const totals = async () => (await asking(METRICS, { by: tenant.apiKey })).metrics.totals
    await until(async () => (await totals()).purchases === String(sent), { what: 'all purchases in ClickHouse', timeoutMs: 60_000, ...system })
    expect(await totals()).toEqual({ purchases: String(sent), payers: String(USERS), revenue: String(2 * sent) })
    client.socket.close()
  })

  it('segments, campaigns, partners and keys are the tenant’s own', async () => {
    const definition = { did: { event: 'purchase', atLeast: 2 } }
    const input = { name: 'Repeated', definition }
    const { createSegment } = await asking('mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { id } }', { variables: { input } })
    const size = 'query ($of: SegmentOfInput!) { segmentSize(of: $of) { users } }'
    expect(await asking(size, { variables: { of: { segment: createSegment.id } } })).toEqual({ segmentSize: { users: String(USERS) } })
    expect((await asking('{ campaigns { id name } }')).campaigns).toContainEqual({ id: 'c-1', name: 'Spring' })
    const made = (await asking('mutation { createKey(input: { kind: API, name: "BI" }) { text key { id } } }')).createKey
    expect((await asking('{ me { tenant { slug } } campaigns { id } }', { by: made.text })).campaigns).toContainEqual({ id: 'c-1' })
    await asking('mutation ($id: ID!) { revokeKey(id: $id) { id } }', { variables: { id: made.key.id } })
    const isRefused = async () => (await ask(system, { query: '{ me { role } }', authorization: made.text })).status === 401
    await until(isRefused, { what: 'the revoked key to be refused', timeoutMs: 30_000, ...system })
    if (other === null) return
    const foreign = await asking(`{ segments { id } campaigns { id } ${METRICS.slice(1)}`, { by: other.owner })
    expect(foreign).toMatchObject({ segments: [], campaigns: [], metrics: { totals: { purchases: '0' } } })
  })

  it('members are invited by mail, accept, get another role and are removed', async () => {
    const guest = system.demo.tenants.find(({ slug }) => slug === 'globex')?.users.find(({ role }) => role === 'owner')?.email ?? ''
    const by = await loginOwner(system, 'globex')
    await asking('mutation ($email: String!) { inviteMember(email: $email, role: "viewer") { id } }', { variables: { email: guest } })
    const token = await invitationTo(guest)
    expect(
      (await asking('query ($token: String!) { invitationPreview(token: $token) { email role } }', { variables: { token }, by })).invitationPreview,
    ).toEqual({
      email: guest,
      role: 'viewer',
    })
    const accept = 'mutation ($token: String!) { acceptInvitation(token: $token) { slug role } }'
    expect(await asking(accept, { variables: { token }, by })).toEqual({ acceptInvitation: { slug: tenant.slug, role: 'viewer' } })
    const memberOf = async () => {
      const { members } = await asking('{ members { role account { id email } } }')
      return members.find(({ account }: { account: { email: string } }) => account.email === guest)
    }
    const { account, role } = await memberOf()
    expect(role).toBe('viewer')
    await asking('mutation ($id: ID!) { changeMemberRole(accountId: $id, role: "user") { role } }', { variables: { id: account.id } })
    expect((await memberOf()).role).toBe('user')
    if (other !== null) expect(JSON.stringify(await asking('{ members { account { email } } }', { by: other.owner }))).not.toContain(guest)
    await asking('mutation ($id: ID!) { removeMember(accountId: $id) }', { variables: { id: account.id } })
    expect(await memberOf()).toBeUndefined()
  })

  it('its rows are in its own databases and nowhere else, where it has its own', async () => {
    const env = environment()
    const owner = readConfig.owner(env)
    const worker = createPool({ url: owner.workerUrl, poolSize: 1, name: 'test' })
    const routes = await listRoutes(worker).finally(() => worker.end())
    const route = routes.find(({ tenantId }) => tenantId === tenant.id)
    expect(routes).toHaveLength(mode === 'dedicated' ? 2 : 0)
    const homes = [owner.clickhouse.database, ...(route === undefined ? [] : [route.clickhouseDatabase])]
    const clients = homes.map((database) => createClickHouse({ ...owner.clickhouse, database }))
    const places = [owner.appUrl, ...(route === undefined ? [] : [urlOfDatabase(owner.appUrl, route.database)])]
    const inPostgres = await Promise.all(places.map((url) => rowsIn(url, tenant.id)))
    const inClickHouse = await Promise.all(clients.map((client) => eventsIn(client, tenant.id))).finally(() =>
      Promise.all(clients.map((client) => client.close())),
    )
    const events = ROUNDS * USERS + 1
    const rows = { event_ids: events, campaigns: 1, segments: 1 }
    const none = { event_ids: 0, campaigns: 0, segments: 0 }
    expect(inPostgres).toEqual(route === undefined ? [rows] : [none, rows])
    expect(inClickHouse).toEqual(route === undefined ? [events] : [0, events])
  })
})

async function rowsIn(url: string, tenantId: string): Promise<Record<string, number>> {
  const pool = createPool({ url, poolSize: 1, name: 'test' })
  const query = `SELECT (SELECT count(*)::int FROM event_ids) AS event_ids, (SELECT count(*)::int FROM campaigns WHERE id = 'c-1') AS campaigns, (SELECT count(*)::int FROM segments) AS segments`
  const { rows } = await withSettings(pool, tenantId, (client) => client.query<Record<string, number>>(query)).finally(() => pool.end())
  return rows[0] ?? {}
}

async function eventsIn(client: ClickHouseClient, tenantId: string): Promise<number> {
  const query = 'SELECT count() AS n FROM events WHERE tenant_id = {id:UUID}'
  const [row] = await (await client.query({ query, query_params: { id: tenantId }, format: 'JSONEachRow' })).json<{ n: string }>()
  return Number(row?.n)
}
