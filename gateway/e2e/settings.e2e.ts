import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditRecordedSchema } from '#db/audit/recordAudit.ts'
import { withTenant } from '#db/pool.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { PLANS, type PlanName } from '#ops/service/plans.ts'
import { SCOPES } from '#ops/security/permissions.ts'
import { TestClient } from '../subscriptions/testing/testClient.ts'
import { askGateway, fieldOf, postAuth } from '../testing/askGateway.ts'
import { startPlatform, type TestPlatform } from '../testing/startPlatform.ts'

const UPDATE_TENANT = 'mutation ($input: UpdateTenantInput!) { updateTenant(input: $input) { name reportingCurrency } }'
const CREATE_APP = 'mutation ($input: CreateAppInput!) { createApp(input: $input) { id name bundleId clickLookbackDays viewLookbackDays } }'
const UPDATE_APP =
  'mutation ($id: ID!, $input: UpdateAppInput!) { updateApp(id: $id, input: $input) { name platform bundleId timeZone currency clickLookbackDays viewLookbackDays conversionEvents } }'
const CREATE_KEY = 'mutation ($input: CreateKeyInput!) { createKey(input: $input) { text key { id allowedNetworks } } }'
const ROTATE_KEY =
  'mutation ($id: ID!, $minutes: Int!) { rotateKey(id: $id, overlapMinutes: $minutes) { text key { id replaces name scopes masks expiresAt } } }'
const REVOKE_KEY = 'mutation ($id: ID!) { revokeKey(id: $id) { id } }'
const INVITE = 'mutation ($email: String!) { inviteMember(email: $email, role: "viewer") { id } }'
const USAGE = `{ tenant { plan { name title } usage { events { used limit resetsAt } queries { used limit resetsAt } members { used limit resetsAt } keys { used limit } apps { used limit } } } }`
const ME = '{ me { scopes } }'
const MINUTE_MS = 60_000

type Made = { readonly text: string; readonly key: { readonly id: string; readonly replaces?: string | null; readonly expiresAt?: string | null } }

describe('what a tenant sets up', () => {
  let platform: TestPlatform
  let pools: TestPools
  let url: string
  let acme: TestTenant
  let owner: string
  let offsetMs = 0

  beforeAll(async () => {
    pools = openTestPools()
    ;[platform, acme] = await Promise.all([startPlatform({ now: () => new Date(Date.now() + offsetMs) }), createTestTenant()])
    url = platform.gateway.url
    owner = await logIn(acme, 'owner')
  }, 120_000)
  afterAll(async () => {
    await platform?.close()
    await pools?.close()
  })

  async function logIn(tenant: TestTenant, role: string): Promise<string> {
    const account = tenant.accounts.find((each) => each.role === role)
    return (await postAuth(url, 'login', { body: { email: account?.email, password: account?.password } })).login?.accessToken ?? ''
  }
  const ask = (query: string, variables: Record<string, unknown> = {}, bearer = owner) => askGateway(url, { query, variables, bearer })
  const auditOf = async (target: string) => {
    const { rows } = await pools.worker.query<{ payload: unknown }>(
      "SELECT payload FROM outbox WHERE topic = 'audit.recorded' AND payload->>'target' = $1 ORDER BY id",
      [target],
    )
    return rows.map(({ payload }) => auditRecordedSchema.parse(payload))
  }
  const setPlan = ({ tenantId }: TestTenant, plan: PlanName) =>
    withTenant(pools.app, tenantId, (client) => client.query('UPDATE tenants SET plan = $2 WHERE id = $1', [tenantId, plan]))
  const badFields = (answer: Awaited<ReturnType<typeof ask>>) => (answer.errors?.[0]?.extensions?.['fields'] as { field: string }[]).map(({ field }) => field)

  it('is its name, and its reporting currency while there are no events', async () => {
    const tenant = await createTestTenant()
    const own = await logIn(tenant, 'owner')
    await withTenant(pools.app, tenant.tenantId, (client) =>
      client.query("INSERT INTO exchange_rates VALUES ($1, 'EUR', '2026-01-01', 1.1)", [tenant.tenantId]),
    )
    const changed = await ask(UPDATE_TENANT, { input: { name: 'Renamed', reportingCurrency: 'EUR' } }, own)
    expect(changed.data?.['updateTenant']).toEqual({ name: 'Renamed', reportingCurrency: 'EUR' })
    const left = await withTenant(pools.app, tenant.tenantId, (client) => client.query('SELECT FROM exchange_rates WHERE tenant_id = $1', [tenant.tenantId]))
    expect(left.rowCount).toBe(0)
    expect((await auditOf(`tenant:${tenant.tenantId}`)).at(-1)).toMatchObject({
      action: 'tenant.updated',
      before: { name: `Test ${tenant.slug}`, reportingCurrency: 'USD' },
      after: { name: 'Renamed', reportingCurrency: 'EUR' },
    })
    await withTenant(pools.app, tenant.tenantId, (client) =>
      client.query("INSERT INTO ingest_batches (tenant_id, payload, row_count) VALUES ($1, '\\x00', 1)", [tenant.tenantId]),
    )
    expect((await ask(UPDATE_TENANT, { input: { reportingCurrency: 'USD' } }, own)).codes).toEqual(['CONFLICT'])
    expect((await ask(UPDATE_TENANT, { input: { name: 'Again', reportingCurrency: 'EUR' } }, own)).data?.['updateTenant']).toMatchObject({ name: 'Again' })
    expect(badFields(await ask(UPDATE_TENANT, { input: { name: ' ', reportingCurrency: 'euro' } }, own))).toEqual(['name', 'reportingCurrency'])
    expect((await ask(UPDATE_TENANT, { input: { name: 'x' } }, await logIn(tenant, 'user'))).codes).toEqual(['FORBIDDEN'])
  })

  it('is its apps, with every problem named at once, and what changed in the audit log', async () => {
    const created = await ask(CREATE_APP, { input: { name: 'game', timeZone: 'UTC', currency: 'USD', bundleId: 'com.example.game' } })
    const app = fieldOf(created, 'createApp') as { id: string }
    expect(app).toMatchObject({ bundleId: 'com.example.game', clickLookbackDays: 7, viewLookbackDays: 1 })
    const input = { platform: 'ios', bundleId: null, timeZone: 'Europe/Berlin', clickLookbackDays: 30, viewLookbackDays: 0, conversionEvents: ['purchase'] }
    expect((await ask(UPDATE_APP, { id: app.id, input })).data?.['updateApp']).toEqual({ name: 'game', currency: 'USD', ...input })
    const records = await auditOf(`app:${app.id}`)
    expect(records).toMatchObject([
      { action: 'app.created', before: null },
      { action: 'app.updated', before: { platform: null, viewLookbackDays: 1 }, after: { platform: 'ios', viewLookbackDays: 0 } },
    ])
    expect(records[1]?.after).not.toHaveProperty('name')
    const wrong = {
      name: '',
      bundleId: 'no bundle',
      timeZone: 'Mars',
      currency: 'usd',
      clickLookbackDays: 0,
      viewLookbackDays: 91,
      conversionEvents: ['no name!'],
    }
    expect(badFields(await ask(UPDATE_APP, { id: app.id, input: wrong }))).toEqual(Object.keys(wrong))
    expect((await ask(UPDATE_APP, { id: app.id, input: { name: 'shop' } })).codes).toEqual(['CONFLICT'])
    for (const id of [(await createTestTenant({ withAccounts: false })).appId, 'x'])
      expect((await ask(UPDATE_APP, { id, input: {} })).codes).toEqual(['NOT_FOUND'])
  })

  it('is keys that work from their networks alone, over HTTP and sockets', async () => {
    const make = async (allowedNetworks: readonly string[]) =>
      fieldOf(await ask(CREATE_KEY, { input: { kind: 'API', name: 'x', allowedNetworks } }), 'createKey') as Made
    const [here, elsewhere] = [await make(['127.0.0.0/8', '::1']), await make(['192.0.2.0/24', '2001:db8::/32'])]
    expect(here.key).toMatchObject({ allowedNetworks: ['127.0.0.0/8', '::1'] })
    for (let round = 0; round < 2; round++) {
      expect((await ask(ME, {}, here.text)).status).toBe(200)
      const refused = await ask(ME, {}, elsewhere.text)
      expect([refused.status, refused.codes]).toEqual([403, ['NETWORK_NOT_ALLOWED']])
    }
    const socketUrl = `${url.replace('http', 'ws')}/graphql`
    const refused = await TestClient.connect(socketUrl, { authorization: `Bearer ${elsewhere.text}` })
    expect(refused.closed).toMatchObject({ code: 4403, reason: expect.stringContaining('NETWORK_NOT_ALLOWED') })
    const welcome = await TestClient.connect(socketUrl, { authorization: `Bearer ${here.text}` })
    expect(welcome.messages[0]?.type).toBe('connection_ack')
    welcome.socket.close()
    expect(badFields(await ask(CREATE_KEY, { input: { kind: 'API', name: 'x', allowedNetworks: ['10.0.0.0/40'] } }))).toEqual(['allowedNetworks'])
    // What has no hash would be shown as it is, and what is hidden and hashed contradicts itself.
    for (const masks of [['revenue:hash'], ['userid:hash'], ['userId', 'userId:hash']])
      expect(badFields(await ask(CREATE_KEY, { input: { kind: 'API', name: 'x', masks } }))).toEqual(['masks'])
  })

  it('is shown to whoever asks: who may do what', async () => {
    const { data } = await askGateway(url, { query: '{ permissions { scope title description roles keyKinds } }' })
    const permissions = data?.['permissions'] as { scope: string; roles: string[]; keyKinds: string[] }[]
    expect(permissions.map(({ scope }) => scope)).toEqual(SCOPES)
    expect(permissions).toContainEqual(expect.objectContaining({ scope: 'keys:write', roles: ['owner', 'admin'], keyKinds: [] }))
  })

  it('is bounded by its plan: members, keys and apps, also when many ask at once', async () => {
    const tenant = await createTestTenant()
    const own = await logIn(tenant, 'owner')
    expect((await ask(USAGE, {}, own)).data?.['tenant']).toMatchObject({
      plan: { name: 'enterprise', title: 'Enterprise' },
      usage: { events: { used: '0', limit: null }, members: { used: '4', limit: null, resetsAt: null }, keys: { used: '4' }, apps: { used: '1' } },
    })
    await setPlan(tenant, 'free')
    const many = Array.from({ length: 4 }, (_, index) => index)
    const [apps, keys, members] = await Promise.all([
      Promise.all(many.map((index) => ask(CREATE_APP, { input: { name: `app ${index}`, timeZone: 'UTC', currency: 'USD' } }, own))),
      Promise.all(many.map(() => ask(CREATE_KEY, { input: { kind: 'API', name: 'x' } }, own))),
      Promise.all(many.map((index) => ask(INVITE, { email: `${index}@${tenant.slug}.test` }, own))),
    ])
    for (const [answers, quota, limit] of [
      [apps, 'apps', PLANS.free.apps],
      [keys, 'keys', PLANS.free.keys],
      [members, 'members', PLANS.free.members],
    ] as const) {
      const refused = answers.filter(({ codes }) => codes.length > 0)
      expect(refused).toHaveLength(3)
      for (const answer of refused) expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'QUOTA_EXCEEDED', quota, used: limit, limit })
    }
    const usage = (await ask(USAGE, {}, own)).data?.['tenant'] as { usage: Record<string, { used: string; limit: string; resetsAt: string }> }
    expect(usage.usage).toMatchObject({ members: { used: '5', limit: '5' }, keys: { used: '5', limit: '5' }, apps: { used: '2', limit: '2' } })
    const now = new Date()
    expect(usage.usage['events']?.resetsAt).toBe(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString())
    // What takes the place of another needs no room.
    const { keys: listed } = (await ask('{ keys { id } }', {}, own)).data as { keys: { id: string }[] }
    const rotate = (id: string | undefined) => ask(ROTATE_KEY, { id, minutes: 5 }, own)
    // But it takes it once, of two that ask at once too, and hands it on when the first has ended.
    const [one, other] = await Promise.all([rotate(listed[0]?.id), rotate(listed[0]?.id)])
    expect([...one.codes, ...other.codes]).toEqual(['CONFLICT'])
    const next = fieldOf(one.codes.length === 0 ? one : other, 'rotateKey') as Made
    expect((await rotate(next.key.id)).codes).toEqual(['QUOTA_EXCEEDED'])
    expect((await ask(REVOKE_KEY, { id: listed[0]?.id }, own)).errors).toBeUndefined()
    expect((await rotate(next.key.id)).errors).toBeUndefined()
  })

  // Last: the clock does not go back. Ends of keys are compared with the clock of PostgreSQL, so no overlap that matters is waited for.
  it('is keys that are rotated with an overlap and revoked, each in the audit log', async () => {
    const inAnHour = new Date(Date.now() + 60 * MINUTE_MS)
    const made = fieldOf(await ask(CREATE_KEY, { input: { kind: 'API', name: 'BI', masks: ['revenue'], expiresAt: inAnHour } }), 'createKey') as Made
    const rotated = fieldOf(await ask(ROTATE_KEY, { id: made.key.id, minutes: 30 }), 'rotateKey') as Made
    expect(rotated.key).toMatchObject({ replaces: made.key.id, name: 'BI', masks: ['revenue'] })
    expect(Math.abs(Date.parse(rotated.key.expiresAt ?? '') - inAnHour.getTime())).toBeLessThan(5 * MINUTE_MS)
    for (const { text } of [made, rotated]) expect((await ask(ME, {}, text)).status).toBe(200)
    const [, record] = await auditOf(`key:${made.key.id}`)
    expect(record).toMatchObject({ action: 'key.rotated', before: { expiresAt: inAnHour.toISOString() }, after: { replacedBy: rotated.key.id } })
    expect(JSON.stringify(await auditOf(`key:${made.key.id}`))).not.toContain(made.text.slice(-64))
    const last = fieldOf(await ask(ROTATE_KEY, { id: rotated.key.id, minutes: 0 }), 'rotateKey') as Made
    expect((await ask(ROTATE_KEY, { id: rotated.key.id, minutes: 0 })).codes).toEqual(['CONFLICT'])
    expect((await ask(ROTATE_KEY, { id: acme.apiKey, minutes: 0 })).codes).toEqual(['NOT_FOUND'])
    expect(badFields(await ask(ROTATE_KEY, { id: last.key.id, minutes: -1 }))).toEqual(['overlapMinutes'])
    expect((await ask(ME, {}, last.text)).status).toBe(200)
    await ask(REVOKE_KEY, { id: last.key.id })
    // Answers are remembered for less than five seconds.
    offsetMs = 5_000
    for (const { text } of [rotated, last]) expect((await ask(ME, {}, text)).status).toBe(401)
    expect((await ask(ME, {}, made.text)).status).toBe(200)
    expect((await auditOf(`key:${last.key.id}`)).map(({ action }) => action)).toEqual(['key.revoked'])
  })
})
