import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ConversionDraft } from '#db/conversions/conversionDraft.ts'
import { createPositionSealer, questionOf } from '#db/conversions/positionSealer.ts'
import { commitIngest } from '#db/ingest/commitIngest.ts'
import { withTenant } from '#db/pool.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { testAuditor } from '#db/testing/testAuditor.ts'
import { readStoredLog, testConversion, testCredit, testSubmission } from '#db/testing/testConversions.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { testVault } from '#db/testing/testVault.ts'
import { createTestWebhook, readDeliveries } from '#db/testing/testWebhooks.ts'
import { rotateSecret, updateWebhook } from '#db/webhooks/changeEndpoints.ts'
import { addTestDelivery, redeliver } from '#db/webhooks/deliveryLog.ts'
import { findWebhook } from '#db/webhooks/endpoints.ts'
import { readConfig } from '#ops/config.ts'
import { createReceiver } from '#ops/examples/webhookReceiver.ts'
import { createLogger } from '#ops/logging.ts'
import { ANONYMOUS } from '#ops/security/identity.ts'
import { answerWith, isSigned, startReceiver, type Receiver } from './testing/receiver.ts'
import { createWebhooks, type Webhooks, type WebhooksOptions } from './webhooks.ts'

const log = createLogger({ name: 'test', level: 'silent' })
const { cursorKey } = readConfig.worker()
const LOOPBACK = ['127.0.0.0/8', '::1/128']

describe('webhooks', () => {
  let pools: TestPools
  let receiver: Receiver
  let tenant: TestTenant
  let nowMs = Date.now()
  const opened: Webhooks[] = []
  const now = (): Date => new Date(nowMs)
  const open = (given: Partial<WebhooksOptions> = {}): Webhooks => {
    const common = { worker: pools.worker, pool: pools.app, vault: testVault(), cursorKey, listenUrl: null, allowedNetworks: LOOPBACK, log, now, pollMs: 50 }
    const webhooks = createWebhooks({ ...common, tenants: [tenant.tenantId], ...given })
    opened.push(webhooks)
    return webhooks
  }
  beforeAll(async () => {
    pools = openTestPools()
    receiver = await startReceiver()
  })
  beforeEach(async () => {
    nowMs = Date.now()
    receiver.answer = answerWith(204)
    tenant = await createTestTenant({ withAccounts: false })
    return async () => {
      for (const webhooks of opened.splice(0)) await webhooks.stop()
    }
  })
  afterAll(async () => {
    await receiver?.close()
    await pools?.close()
  })

  const commit = (conversions: readonly ConversionDraft[]) =>
    commitIngest(pools.app, { vault: testVault(), tenantId: tenant.tenantId, submissions: [testSubmission(conversions)] })
  const sell = (count: number, given: Partial<ConversionDraft> = {}) =>
    commit(Array.from({ length: count }, () => testConversion({ appId: tenant.appId, ...given })))
  const hook = (path = `/${randomUUID()}`, given: object = {}) =>
    createTestWebhook(pools.app, { tenantId: tenant.tenantId, url: `${receiver.url}${path}`, ...given })
  const placeOf = ({ webhook: { id } }: Awaited<ReturnType<typeof hook>>) => ({ tenantId: tenant.tenantId, id })
  const pathOf = ({ webhook: { url } }: Awaited<ReturnType<typeof hook>>) => new URL(url).pathname
  const stored = (made: Awaited<ReturnType<typeof hook>>) => withTenant(pools.app, tenant.tenantId, (client) => findWebhook(client, placeOf(made)))
  const deliveries = (made: Awaited<ReturnType<typeof hook>>) => readDeliveries(pools.app, { ...placeOf(made), nowMs })
  const idsOf = (bodies: readonly Record<string, unknown>[]) => bodies.map(({ id }) => String(id)).toSorted()
  const logIds = async () => (await readStoredLog(pools.app, tenant.tenantId)).map(({ id }) => id).toSorted()
  const asked = () => ({ now: now(), audit: testAuditor({ ...ANONYMOUS, tenantId: tenant.tenantId }) })

  it('each conversion is posted once, signed, with its key of idempotency and its cursor', async () => {
    const made = await hook()
    await sell(70, { credit: testCredit({ partnerId: 'partner-1', campaignId: 'summer' }) })
    await open().drain()
    const got = receiver.received.filter(({ path }) => path === pathOf(made))
    expect(idsOf(got.map(({ json }) => json))).toEqual(await logIds())
    const sealer = createPositionSealer(cursorKey, { tenantId: tenant.tenantId, question: questionOf([]) })
    for (const one of got) {
      expect(isSigned(one, made.secret, nowMs / 1000)).toBe(true)
      expect(isSigned(one, made.secret, nowMs / 1000 + 302)).toBe(false)
      expect(isSigned(one, `${made.secret}x`, nowMs / 1000)).toBe(false)
      expect(isSigned({ ...one, body: one.body.replace('purchase', 'Purchase') }, made.secret, nowMs / 1000)).toBe(false)
      expect(one.headers).toMatchObject({ 'idempotency-key': one.json['id'], 'content-type': 'application/json', 'user-agent': 'UnMoGrowP-Webhooks/1' })
      expect(one.headers['umg-delivery']).toMatch(/^[0-9a-f-]{36}$/)
      expect(String(sealer.open(String(one.json['cursor']))?.sequence)).toBe(one.json['sequence'])
    }
    expect(await deliveries(made)).toEqual(
      Array.from({ length: 70 }, () => expect.objectContaining({ status: 'delivered', attempts: 1, last_status_code: 204 })),
    )
    expect(await stored(made)).toMatchObject({ position: 70n, failures: 0, lastDeliveryAt: now() })
    await open().drain()
    expect(receiver.bodiesAt(pathOf(made))).toHaveLength(70)
  })

  it('a filter and a place to begin hold, and a filter that nothing fits is gone through all the same', async () => {
    await sell(3)
    const conditions = [{ kind: 'oneOf', column: 'country', values: ['FR'] }] as const
    const french = await hook(undefined, { conditions })
    const fromEnd = await hook(undefined, { start: { sequence: 3n, recordedAtMs: nowMs } })
    const nobodys = await hook(undefined, { conditions: [{ kind: 'oneOf', column: 'event', values: [] }] })
    await sell(1, { country: 'FR' })
    await open().drain()
    expect(receiver.bodiesAt(pathOf(french))).toMatchObject([{ sequence: '4', country: 'FR' }])
    expect(receiver.bodiesAt(pathOf(fromEnd))).toMatchObject([{ sequence: '4' }])
    expect(receiver.bodiesAt(pathOf(nobodys))).toEqual([])
    expect(await stored(nobodys)).toMatchObject({ position: 4n })
  })

  it('what is not answered with 2xx comes again by the schedule, and is dead after three days', async () => {
    const made = await hook()
    receiver.answer = answerWith(503, 'not now\0')
    await sell(1)
    const webhooks = open({ random: () => 0.5, probeMs: 1 })
    for (const waitMs of [10_000, 30_000, 90_000]) {
      await webhooks.drain()
      expect(await deliveries(made)).toMatchObject([
        { status: 'pending', waitMs, last_status_code: 503, last_error: 'The endpoint answered 503.', last_response: 'not now' },
      ])
      nowMs += waitMs - 1
      await webhooks.drain()
      nowMs += 1
    }
    expect(receiver.bodiesAt(pathOf(made))).toHaveLength(3)
    for (let hours = 0; hours < 24 * 6; hours += 6) {
      nowMs += 6 * 3_600_000
      await webhooks.drain()
    }
    expect(await deliveries(made)).toMatchObject([{ status: 'dead', attempts: 15 }])
    expect(receiver.bodiesAt(pathOf(made))).toHaveLength(15)
    receiver.answer = answerWith(200)
    const [dead] = await deliveries(made)
    expect(await redeliver(pools.app, { tenantId: tenant.tenantId, id: dead!.id }, asked())).toMatchObject({ kind: 'redelivery', attempts: 0 })
    nowMs += 1
    await webhooks.drain()
    expect(await deliveries(made)).toMatchObject([{ status: 'dead' }, { kind: 'redelivery', status: 'delivered', attempts: 1 }])
    expect(new Set(receiver.received.filter(({ path }) => path === pathOf(made)).map(({ body }) => body)).size).toBe(1)
  })

  it('an endpoint that only fails is paused, loses nothing, and goes on after a probe that succeeds', async () => {
    const made = await hook()
    receiver.answer = answerWith(500)
    await sell(600)
    const webhooks = open()
    await webhooks.drain()
    const before = receiver.bodiesAt(pathOf(made)).length
    expect(before).toBeGreaterThanOrEqual(10)
    expect(before).toBeLessThan(40)
    expect((await stored(made))?.probeAt).toEqual(new Date(nowMs + 60_000))
    nowMs += 59_999
    await webhooks.drain()
    expect(receiver.bodiesAt(pathOf(made))).toHaveLength(before)
    nowMs += 1
    await webhooks.drain()
    expect(receiver.bodiesAt(pathOf(made))).toHaveLength(before + 1)
    receiver.answer = answerWith(200)
    nowMs += 60_000
    await webhooks.drain()
    nowMs += 3_600_000
    await webhooks.drain()
    expect(await stored(made)).toMatchObject({ probeAt: null, failures: 0, position: 600n })
    const all = await deliveries(made)
    expect(all).toHaveLength(600)
    expect(all.every(({ status }) => status === 'delivered')).toBe(true)
  })

  it('410 switches it off, with the conversion kept for when it is switched on again', async () => {
    const made = await hook()
    receiver.answer = answerWith(410)
    await sell(1)
    await open().drain()
    expect(await stored(made)).toMatchObject({ isEnabled: false, problem: 'gone' })
    expect(await deliveries(made)).toMatchObject([{ status: 'pending', last_status_code: 410 }])
  })

  it('a redirect is not followed, and of an endless answer the beginning is kept', async () => {
    const made = await hook()
    receiver.answer = (_received, response) => void response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end('x'.repeat(5_000))
    await sell(1)
    await open().drain()
    expect(await deliveries(made)).toMatchObject([{ status: 'pending', last_status_code: 302, last_response: 'x'.repeat(1024) }])
    expect(receiver.bodiesAt('/elsewhere')).toEqual([])
  })

  it('one that hangs costs the others nothing, and is a failure after its time', async () => {
    const slow = await hook()
    const fast = await hook()
    receiver.answer = ({ path }, response) => (path === pathOf(slow) ? undefined : void response.writeHead(200).end())
    await sell(100)
    const webhooks = open({ timeoutMs: 20_000, maxSending: 20, leaseMs: 120_000 })
    webhooks.start()
    await expect.poll(() => receiver.bodiesAt(pathOf(fast)).length, { timeout: 30_000 }).toBe(100)
    // Eight are under way and none of them has come to an end.
    expect(receiver.bodiesAt(pathOf(slow)).length).toBeLessThanOrEqual(8)
    expect((await deliveries(slow)).every(({ last_error }) => last_error === null)).toBe(true)
    const short = open({ timeoutMs: 50 })
    const third = await hook()
    receiver.answer = ({ path }, response) => (path === pathOf(fast) ? void response.writeHead(200).end() : undefined)
    nowMs += 1
    await short.drain()
    expect((await deliveries(third))[0]).toMatchObject({ status: 'pending', last_status_code: null, last_error: 'No answer within 50 ms.' })
    receiver.answer = (_received, response) => void response.destroy()
    await receiver.close()
    receiver = await startReceiver()
  }, 60_000)

  it('a delivery that arrived is sent again when it is asked for, and a test is marked and in no log', async () => {
    const made = await hook()
    await sell(1)
    const webhooks = open()
    await webhooks.drain()
    const [first] = await deliveries(made)
    const test = await addTestDelivery(pools.app, placeOf(made), asked())
    expect(await redeliver(pools.app, { tenantId: tenant.tenantId, id: test!.id }, asked())).toBe('waiting')
    await redeliver(pools.app, { tenantId: tenant.tenantId, id: first!.id }, asked())
    await webhooks.drain()
    const [sent, ...others] = receiver.bodiesAt(pathOf(made))
    expect(others).toHaveLength(2)
    expect(others).toContainEqual(sent)
    expect(others).toContainEqual(expect.objectContaining({ id: test!.conversionId, isTest: true, event: 'webhook_test', app: null }))
    expect(await logIds()).toHaveLength(1)
  })

  it('two secrets sign while one follows the other', async () => {
    const made = await hook()
    const rotated = await rotateSecret({ pool: pools.app, vault: testVault() }, placeOf(made), { until: new Date(nowMs + 60_000), audit: asked().audit })
    await sell(1)
    const webhooks = open()
    await webhooks.drain()
    const last = () => receiver.received.filter(({ path }) => path === pathOf(made)).at(-1)!
    const signers = () => [made.secret, rotated!.secret].map((secret) => isSigned(last(), secret, nowMs / 1000))
    expect(signers()).toEqual([true, true])
    nowMs += 60_000
    await sell(1)
    await webhooks.drain()
    expect(signers()).toEqual([false, true])
  })

  it('the example of a receiver takes what is signed, once', async () => {
    const taken: string[] = []
    const first = await hook('/')
    const example = createReceiver({ secret: first.secret, onConversion: ({ id }) => taken.push(id) })
    await new Promise<void>((resolve) => example.listen(0, '127.0.0.1', resolve))
    const { port } = example.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/`
    await updateWebhook(pools.app, placeOf(first), { url }, asked().audit)
    const stranger = await hook('/', { url })
    await sell(5)
    const webhooks = open()
    await webhooks.drain()
    const [one] = await deliveries(first)
    await redeliver(pools.app, { tenantId: tenant.tenantId, id: one!.id }, asked())
    await webhooks.drain()
    expect((await deliveries(first)).map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 'delivered'))
    expect((await deliveries(stranger))[0]).toMatchObject({ last_status_code: 401 })
    expect(taken.toSorted()).toEqual(await logIds())
    example.closeAllConnections()
    example.close()
  })

  it('when the personal data of a tenant is destroyed, nothing is sent that cannot be signed', async () => {
    const made = await hook()
    await withTenant(pools.app, tenant.tenantId, (client) => testVault().destroy(client, tenant.tenantId))
    await sell(1)
    await open().drain()
    expect(await stored(made)).toMatchObject({ isEnabled: false, problem: 'secret_lost', position: 0n })
    expect(receiver.bodiesAt(pathOf(made))).toEqual([])
  })

  it('what retention took away before it was delivered is told', async () => {
    const made = await hook()
    await sell(2)
    nowMs += 40 * 86_400_000
    await withTenant(pools.app, tenant.tenantId, (client) =>
      client.query(`UPDATE stream_heads SET sequence = 9, recorded_at = to_timestamp($1::float8 / 1000)`, [nowMs]),
    )
    await open().drain()
    const found = await stored(made)
    expect(found?.position).toBe(9n)
    expect(found?.gapFromMs).not.toBeNull()
  })

  it('several workers share, and each conversion arrives once', async () => {
    const made = await hook()
    await sell(400)
    const workers = [open(), open(), open()]
    for (const worker of workers) worker.start()
    await expect.poll(async () => (await deliveries(made)).filter(({ status }) => status === 'delivered').length, { timeout: 30_000 }).toBe(400)
    expect(idsOf(receiver.bodiesAt(pathOf(made)))).toEqual(await logIds())
  }, 60_000)

  it('of two workers one is killed in the middle: each conversion arrives, and none again after it was acknowledged', async () => {
    const made = await hook()
    await sell(300)
    const acknowledged = new Map<string, number>()
    const held: (() => void)[] = []
    let isHolding = false
    receiver.answer = ({ json }, response) => {
      const answer = (): void => {
        // What the killed one had sent hears no answer, so it is not acknowledged.
        if (response.destroyed || response.socket?.destroyed === true) return
        acknowledged.set(String(json['id']), (acknowledged.get(String(json['id'])) ?? 0) + 1)
        response.writeHead(200).end()
      }
      if (isHolding) held.push(answer)
      else if (acknowledged.size < 60) answer()
      else {
        isHolding = true
        held.push(answer)
      }
    }
    const delivered = async () => (await deliveries(made)).filter(({ status }) => status === 'delivered').length
    const workers = [startWorker(tenant.tenantId), startWorker(tenant.tenantId)]
    try {
      // Both hang on answers, and everything that was answered is written down.
      await expect.poll(() => held.length, { timeout: 60_000 }).toBe(16)
      await expect.poll(async () => (await delivered()) === acknowledged.size, { timeout: 60_000 }).toBe(true)
      const dead = once(workers[0]!, 'exit')
      workers[0]!.kill('SIGKILL')
      await dead
      await expect.poll(() => receiver.connections(), { timeout: 60_000 }).toBe(8)
      isHolding = false
      receiver.answer = ({ json }, response) => {
        acknowledged.set(String(json['id']), (acknowledged.get(String(json['id'])) ?? 0) + 1)
        response.writeHead(200).end()
      }
      for (const answer of held.splice(0)) answer()
      await expect.poll(delivered, { timeout: 120_000 }).toBe(300)
    } finally {
      for (const worker of workers) worker.kill('SIGKILL')
    }
    expect([...acknowledged.keys()].toSorted()).toEqual(await logIds())
    expect([...acknowledged.values()].filter((times) => times !== 1)).toEqual([])
    expect(receiver.bodiesAt(pathOf(made)).length).toBeGreaterThan(300)
  }, 240_000)
})

function startWorker(tenantId: string): ChildProcess {
  const file = fileURLToPath(new URL('./testing/hooksWorker.ts', import.meta.url))
  return fork(file, [tenantId], { execArgv: ['--disable-warning=ExperimentalWarning'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}
