import { graphql } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { commitIngest } from '#db/ingest/commitIngest.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { testAuditor } from '#db/testing/testAuditor.ts'
import { testConversion, testCredit, testSubmission } from '#db/testing/testConversions.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { testVault } from '#db/testing/testVault.ts'
import { withTenant } from '#db/pool.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { ANONYMOUS, type Identity } from '#ops/security/identity.ts'
import { scopesOf, scopesOfKey } from '#ops/security/permissions.ts'
import { isSigned, startReceiver, type Receiver } from '#ops/worker/webhooks/testing/receiver.ts'
import { createWebhooks } from '#ops/worker/webhooks/webhooks.ts'
import { schema } from '../schema.ts'
import { createStreams, type Streams } from '../streams/streams.ts'
import { createWebhookStore } from '../webhooks/webhookStore.ts'

const log = createLogger({ name: 'test', level: 'silent' })
const { cursorKey, userHashKey } = readConfig.analytics()
const LOOPBACK = ['127.0.0.0/8', '::1/128']
const EVERYTHING =
  'cursor id sequence event occurredAt recordedAt userId revenue { amount currency } country platform app { id } campaign { id } partner { id } decision { kind matchedBy touchedAt windowSeconds reason } supersedes reason isRetraction isTest'
const DELIVERY =
  'id kind conversionId sequence status attempts nextAttemptAt lastStatusCode lastError lastResponse durationMs requestedAt deliveredAt createdAt'
const WEBHOOK = 'id url description isEnabled where state problem position lag gap { reason } previousSecretUntil createdAt lastDeliveryAt'

describe('webhooks by the API', () => {
  let pools: TestPools
  let streams: Streams
  let receiver: Receiver
  let tenant: TestTenant
  beforeAll(async () => {
    pools = openTestPools()
    streams = createStreams({ pool: pools.app, listenUrl: null, cursorKey, userHashKey, log, now: Date.now })
    receiver = await startReceiver()
  })
  afterAll(async () => {
    await receiver?.close()
    await streams?.stop()
    await pools?.close()
  })
  beforeEach(async () => {
    tenant = await createTestTenant({ withAccounts: false })
  })

  const admin = (of: TestTenant = tenant): Identity => ({
    ...ANONYMOUS,
    kind: 'account',
    subjectId: of.tenantId,
    tenantId: of.tenantId,
    tenantSlug: 'test',
    role: 'admin',
    scopes: scopesOf('admin'),
  })
  const api = (): Identity => ({ ...admin(), kind: 'key', role: null, scopes: scopesOfKey('api') })
  async function ask(
    source: string,
    { as = admin(), networks = LOOPBACK }: { readonly as?: Identity; readonly networks?: readonly string[] } = {},
  ): Promise<any> {
    const resolve = async (name: string) => (name === 'localhost' ? ['127.0.0.1'] : name.endsWith('.example.test') ? ['93.184.216.34'] : [])
    const webhooks = createWebhookStore({ pool: pools.app, vault: testVault(), cursorKey, allowedNetworks: networks, resolve, now: () => new Date() })
    const contextValue = { identity: as, requestId: 'test', log, audit: testAuditor(as), streams, webhooks, signal: null }
    const { data, errors } = await graphql({ schema, source, contextValue })
    if (errors !== undefined) throw errors[0]!
    return data
  }
  const create = async (input = '', url = `${receiver.url}/${tenant.slug}`) =>
    (await ask(`mutation { createWebhook(input: { url: "${url}" ${input} }) { secret webhook { ${WEBHOOK} } } }`)).createWebhook
  const sell = (given: object[]) =>
    commitIngest(pools.app, {
      vault: testVault(),
      tenantId: tenant.tenantId,
      submissions: [testSubmission(given.map((each) => testConversion({ appId: tenant.appId, ...each })))],
    })
  async function deliver(): Promise<void> {
    const common = { worker: pools.worker, pool: pools.app, vault: testVault(), cursorKey, listenUrl: null, allowedNetworks: LOOPBACK, log }
    const worker = createWebhooks({ ...common, tenants: [tenant.tenantId] })
    await worker.drain()
    await worker.stop()
  }
  const received = () => receiver.received.filter(({ path }) => path === `/${tenant.slug}`)

  it('what is posted is what the query answers, field by field, and each cursor leads on in it', async () => {
    const { secret } = await create('from: { position: BEGINNING }, where: { country: { in: ["DE", "FR"] } }')
    await sell([
      { credit: testCredit({ partnerId: 'partner-1', campaignId: 'summer' }), money: { revenue: '5', originalAmount: '4.50', originalCurrency: 'EUR' } },
      { country: 'US' },
      { country: 'FR', money: null, platform: '' },
      { kind: 'refund', event: 'refund', money: { revenue: '-1', originalAmount: '-1.25', originalCurrency: 'USD' } },
    ])
    await deliver()
    const where = 'where: { country: { in: ["DE", "FR"] } }'
    const { conversions } = await ask(`{ conversions(${where}) { nodes { ${EVERYTHING} } } }`, { as: api() })
    const byNumber = received().toSorted((a, b) => Number(a.json['sequence']) - Number(b.json['sequence']))
    expect(conversions.nodes).toHaveLength(3)
    expect(byNumber.map(({ json }) => json)).toEqual(JSON.parse(JSON.stringify(conversions.nodes)))
    expect(byNumber.every((one) => isSigned(one, secret, Date.now() / 1000))).toBe(true)
    for (const [index, { json }] of byNumber.entries()) {
      const after = await ask(`{ conversions(after: "${String(json['cursor'])}", ${where}) { nodes { id } } }`, { as: api() })
      expect(after.conversions.nodes.map(({ id }: { id: string }) => id)).toEqual(conversions.nodes.slice(index + 1).map(({ id }: { id: string }) => id))
    }
    const { webhooks } = await ask(`{ webhooks { ${WEBHOOK} } }`)
    expect(webhooks).toMatchObject([
      { state: 'ACTIVE', lag: '0', isEnabled: true, problem: null, gap: null, where: { country: { in: ['DE', 'FR'] } }, lastDeliveryAt: expect.any(String) },
    ])
    const { conversions: rest } = await ask(`{ conversions(after: "${webhooks[0].position}", ${where}) { nodes { id } } }`, { as: api() })
    expect(rest.nodes).toEqual([])
  })

  it('a webhook is made, changed, given another secret and taken away, and the secret is stored sealed', async () => {
    const { secret, webhook } = await create('description: "shop"')
    expect(secret).toMatch(/^umg_whsec_[\w-]{43}$/)
    expect(webhook).toMatchObject({ description: 'shop', isEnabled: true, where: null, state: 'ACTIVE', lag: '0', lastDeliveryAt: null })
    const { rows } = await withTenant(pools.app, tenant.tenantId, (client) => client.query('SELECT secret FROM webhook_endpoints'))
    expect(rows[0].secret.includes(secret.slice(12))).toBe(false)
    await sell([{}, {}])
    const change = (input: string) => ask(`mutation { updateWebhook(id: "${webhook.id}", input: { ${input} }) { ${WEBHOOK} } }`)
    expect((await change('isEnabled: false')).updateWebhook).toMatchObject({ state: 'DISABLED', lag: '2', description: 'shop' })
    await deliver()
    expect(received()).toEqual([])
    expect((await change('isEnabled: true, description: null, where: { event: { eq: "purchase" } }')).updateWebhook).toMatchObject({
      state: 'ACTIVE',
      description: null,
      where: { event: { eq: 'purchase' } },
    })
    await deliver()
    expect(received()).toHaveLength(2)
    const rotated = await ask(`mutation { rotateWebhookSecret(id: "${webhook.id}", overlapMinutes: 60) { secret webhook { previousSecretUntil } } }`)
    expect(rotated.rotateWebhookSecret.secret).not.toBe(secret)
    expect(rotated.rotateWebhookSecret.webhook.previousSecretUntil).not.toBeNull()
    expect(await ask(`mutation { deleteWebhook(id: "${webhook.id}") }`)).toEqual({ deleteWebhook: webhook.id })
    expect(await ask(`{ webhooks { id } }`)).toEqual({ webhooks: [] })
    await expect(change('isEnabled: true')).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } })
    const { rows: told } = await pools.worker.query("SELECT payload->>'action' AS action, payload::text AS text FROM outbox WHERE tenant_id = $1 ORDER BY id", [
      tenant.tenantId,
    ])
    expect(told.map(({ action }) => action).filter((action) => action?.startsWith('webhook.'))).toEqual([
      'webhook.created',
      'webhook.updated',
      'webhook.updated',
      'webhook.secret_rotated',
      'webhook.deleted',
    ])
    expect(told.some(({ text }) => text.includes('umg_whsec_'))).toBe(false)
  })

  it('the delivery log goes by pages and status, and leads to a redelivery and a test', async () => {
    const { webhook } = await create()
    await sell([{}, {}, {}])
    await deliver()
    const page = async (args = '', as = admin()) =>
      (await ask(`{ webhookDeliveries(webhook: "${webhook.id}" ${args}) { nodes { ${DELIVERY} } pageInfo { hasNextPage endCursor } } }`, { as }))
        .webhookDeliveries
    const all = await page()
    expect(all.nodes.map(({ sequence, status }: { sequence: string; status: string }) => [sequence, status])).toEqual([
      ['3', 'DELIVERED'],
      ['2', 'DELIVERED'],
      ['1', 'DELIVERED'],
    ])
    expect(all.nodes[0]).toMatchObject({ kind: 'LOG', attempts: 1, nextAttemptAt: null, lastStatusCode: 204, lastError: null, lastResponse: '' })
    const first = await page(', first: 2')
    expect(first.pageInfo.hasNextPage).toBe(true)
    expect((await page(`, first: 2, after: "${first.pageInfo.endCursor}"`)).nodes).toEqual(all.nodes.slice(2))
    await expect(page(`, status: DEAD, after: "${first.pageInfo.endCursor}"`)).rejects.toMatchObject({ extensions: { code: 'BAD_CURSOR' } })
    expect((await page(', status: PENDING')).nodes).toEqual([])
    const again = await ask(
      `mutation { redeliverWebhook(deliveryId: "${all.nodes[2].id}") { ${DELIVERY} } sendTestWebhook(id: "${webhook.id}") { ${DELIVERY} } }`,
    )
    expect(again.redeliverWebhook).toMatchObject({ kind: 'REDELIVERY', conversionId: all.nodes[2].conversionId, status: 'PENDING', sequence: '1' })
    expect(again.sendTestWebhook).toMatchObject({ kind: 'TEST', status: 'PENDING', sequence: null })
    await expect(ask(`mutation { redeliverWebhook(deliveryId: "${again.sendTestWebhook.id}") { id } }`)).rejects.toMatchObject({
      extensions: { code: 'CONFLICT' },
    })
    await deliver()
    expect(received()).toHaveLength(5)
    expect(received().filter(({ json }) => json['isTest'] === true)).toHaveLength(1)
    await expect(page(', first: 0')).rejects.toThrow(/first is 0/)
    await expect(page(', first: 201')).rejects.toThrow(/at most 200/)
  })

  it('another tenant has none of it, and who may not change the tenant is refused', async () => {
    const { webhook } = await create()
    await ask(`mutation { sendTestWebhook(id: "${webhook.id}") { id } }`)
    const delivery = (await ask(`{ webhookDeliveries(webhook: "${webhook.id}") { nodes { id } } }`)).webhookDeliveries.nodes[0].id
    const as = admin(await createTestTenant({ withAccounts: false }))
    expect(await ask('{ webhooks { id } }', { as })).toEqual({ webhooks: [] })
    for (const source of [
      `{ webhookDeliveries(webhook: "${webhook.id}") { nodes { id } } }`,
      `mutation { updateWebhook(id: "${webhook.id}", input: { isEnabled: false }) { id } }`,
      `mutation { rotateWebhookSecret(id: "${webhook.id}") { secret } }`,
      `mutation { deleteWebhook(id: "${webhook.id}") }`,
      `mutation { sendTestWebhook(id: "${webhook.id}") { id } }`,
      `mutation { redeliverWebhook(deliveryId: "${delivery}") { id } }`,
    ]) {
      await expect(ask(source, { as })).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } })
      await expect(ask(source, { as: api() })).rejects.toThrow(/tenant:write/)
    }
    expect((await ask('{ webhooks { isEnabled } }')).webhooks).toEqual([{ isEnabled: true }])
  })

  it.each([
    ['http://hooks.example.test/', /https/],
    ['https://127.0.0.1/', /public internet/],
    ['https://localhost/', /public internet/],
    ['https://[::ffff:169.254.169.254]/', /public internet/],
    ['https://nowhere.example.org/', /no address/],
    ['https://user:secret@hooks.example.test/', /user name/],
    ['nonsense', /no URL/],
  ])('a webhook to %s is refused with the reason', async (url, reason) => {
    const source = `mutation { createWebhook(input: { url: ${JSON.stringify(url)} }) { secret } }`
    await expect(ask(source, { networks: [] })).rejects.toMatchObject({
      message: expect.stringMatching(reason),
      extensions: { code: 'BAD_USER_INPUT', fields: [{ field: 'url' }] },
    })
  })

  it('what else is wrong is told, and more than fifty are too many', async () => {
    await expect(create('from: { at: "2999-01-01T00:00:00.000Z" }')).rejects.toMatchObject({ extensions: { issues: [{ code: 'START_IN_FUTURE' }] } })
    await expect(create(`description: "${'x'.repeat(1_001)}"`)).rejects.toThrow(/at most 1000/)
    await expect(ask('mutation { rotateWebhookSecret(id: "x") { secret } }')).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } })
    const url = 'https://hooks.example.test/'
    for (let index = 0; index < 50; index++) await create('', url)
    await expect(create('', url)).rejects.toThrow(/at most 50/)
  })
})
