import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync, zstdDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { withTenant } from '#db/pool.ts'
import { testVault } from '#db/testing/testVault.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { startTestCollector, type TestCollector } from './startTestCollector.ts'

const bodySchema = z.object({
  accepted: z.number().optional(),
  duplicates: z.number().optional(),
  rejected: z.array(z.looseObject({ index: z.number(), code: z.string(), path: z.string(), message: z.string() })).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
})
type Sent = { readonly status: number; readonly headers: Headers; readonly body: z.infer<typeof bodySchema> }

describe('POST /v1/events', () => {
  let collector: TestCollector
  let pools: TestPools
  let tenant: TestTenant
  beforeAll(async () => {
    ;[collector, tenant] = await Promise.all([startTestCollector(), createTestTenant({ withAccounts: false })])
    pools = openTestPools()
  })
  afterAll(async () => {
    await collector?.stop()
    await pools?.close()
  })

  async function send(
    body: string | Buffer | object,
    { key = tenant.ingestKey, url = collector.url, headers = {} }: { key?: string; url?: string; headers?: Record<string, string> } = {},
  ): Promise<Sent> {
    const content = typeof body === 'string' || Buffer.isBuffer(body) ? new Uint8Array(Buffer.from(body)) : JSON.stringify(body)
    const answer = await fetch(`${url}/v1/events`, {
      method: 'POST',
      body: content,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    })
    return { status: answer.status, headers: answer.headers, body: bodySchema.parse(await answer.json()) }
  }
  const event = (changes: object = {}) => ({ eventId: randomUUID(), event: 'session', occurredAt: '2026-01-05T10:00:00Z', userId: 'ada', ...changes })
  const inTenant = <Row extends object>(sql: string, { tenantId }: TestTenant = tenant): Promise<readonly Row[]> =>
    withTenant(collector.pool, tenantId, async (client) => (await client.query<Row>(sql)).rows)
  const storedLines = async (of: TestTenant = tenant) =>
    (await inTenant<{ payload: Buffer }>('SELECT payload FROM ingest_batches ORDER BY id', of))
      .flatMap(({ payload }) => zstdDecompressSync(payload).toString().trimEnd().split('\n'))
      .map((line) => JSON.parse(line))

  it('answers when ids, batch and message are in PostgreSQL', async () => {
    const own = await createTestTenant({ withAccounts: false })
    const first = event({ properties: { level: 3, name: 'x', vip: true } })
    const answer = await send([first, event({ event: 'purchase', revenue: { amount: '9.99', currency: 'USD' } })], { key: own.ingestKey })
    expect([answer.status, answer.body]).toEqual([202, { accepted: 2, duplicates: 0, rejected: [] }])
    expect(await storedLines(own)).toMatchObject([{ event_id: first.eventId, app_id: own.appId, user_id: 'ada' }, { revenue: '9.99' }])
    expect(await inTenant('SELECT day::text, length(id) AS length FROM event_ids', own)).toEqual([
      { day: '2026-01-05', length: 16 },
      { day: '2026-01-05', length: 16 },
    ])
    const { rows } = await pools.worker.query('SELECT topic, tenant_id, payload FROM outbox WHERE aggregate = $1', [`tenant:${own.tenantId}`])
    const at = Date.parse('2026-01-05T10:00:00Z')
    expect(rows).toEqual([
      {
        topic: 'ingest.committed',
        tenant_id: own.tenantId,
        payload: {
          events: [
            {
              name: 'session',
              firstMs: at,
              lastMs: at,
              properties: [
                ['level', 'number'],
                ['name', 'text'],
                ['vip', 'boolean'],
              ],
            },
            { name: 'purchase', firstMs: at, lastMs: at, properties: [] },
          ],
        },
      },
    ])
  })

  it('an event counts once, within a request, between requests and over any other way, but is another one on another day', async () => {
    const one = event()
    const { body } = await send([one, one, { ...one, userId: 'bob' }])
    expect(body).toEqual({ accepted: 1, duplicates: 2, rejected: [] })
    expect((await send(`${JSON.stringify(one)}\n${JSON.stringify(event())}`, { headers: { 'content-type': 'application/x-ndjson' } })).body).toEqual({
      accepted: 1,
      duplicates: 1,
      rejected: [],
    })
    expect((await send(one)).body).toEqual({ accepted: 0, duplicates: 1, rejected: [] })
    expect((await send({ ...one, occurredAt: '2026-01-05T23:59:59+00:00' })).body).toMatchObject({ duplicates: 1 })
    expect((await send({ ...one, occurredAt: '2026-01-06T00:00:00Z' })).body).toMatchObject({ accepted: 1 })
    expect((await storedLines()).filter(({ event_id: id }) => id === one.eventId)).toHaveLength(2)
  })

  it('requests at the same time with the same events in other orders accept each once', async () => {
    const own = await createTestTenant({ withAccounts: false })
    const second = await startTestCollector()
    const events = Array.from({ length: 300 }, (_, index) => event({ occurredAt: new Date(Date.UTC(2026, 0, 1 + (index % 40))).toISOString() }))
    const orders = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? events : events.toReversed()))
    const answers = await Promise.all(orders.map((order, index) => send(order, { key: own.ingestKey, url: index % 3 === 0 ? second.url : collector.url })))
    await second.stop()
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    expect(answers.reduce((sum, { body }) => sum + (body.accepted ?? 0), 0)).toBe(300)
    expect(answers.reduce((sum, { body }) => sum + (body.duplicates ?? 0), 0)).toBe(11 * 300)
    expect(await storedLines(own)).toHaveLength(300)
  })

  it('tenants do not share ids', async () => {
    const other = await createTestTenant({ withAccounts: false })
    const one = event()
    expect((await send(one)).body.accepted).toBe(1)
    expect((await send(one, { key: other.ingestKey })).body.accepted).toBe(1)
  })

  it('keeps rejected rows with their bytes as they came, and takes the others', async () => {
    const own = await createTestTenant({ withAccounts: false })
    const bad = ['{"eventId" :"1",  "event":"ü","userId":"a\\u0020b"}', '{"nested":{"a":[1,{"b":"],}"}]}}', '"text"']
    const body = `[ ${bad[0]} , ${JSON.stringify(event())},\n${bad[1]}\t,${bad[2]}]`
    const answer = await send(body, { key: own.ingestKey })
    expect(answer.body).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 0, code: 'MISSING_FIELD', path: 'occurredAt' },
        { index: 2, code: 'UNKNOWN_FIELD', path: 'nested' },
        { index: 3, code: 'NOT_AN_OBJECT', path: '' },
      ],
    })
    const line = '  {"broken": '
    await send(`${JSON.stringify(event())}\r\n${line}\r\n`, { key: own.ingestKey, headers: { 'content-type': 'application/x-ndjson' } })
    const rows = await inTenant<{ index: number; code: string; message: string; raw: Buffer; sealed_message: Buffer }>(
      'SELECT index, code, message, raw, sealed_message FROM rejected_events ORDER BY id',
      own,
    )
    // On the disk all of it is sealed; it opens for its tenant.
    expect(rows.map(({ message, raw }) => [message, raw.includes('{') && raw.includes('broken')])).toEqual(rows.map(() => ['', false]))
    const open = await withTenant(collector.pool, own.tenantId, (client) => testVault().openerFor(client, own.tenantId))
    expect(rows.map(({ raw }) => open('rejected_events.raw', raw).toString())).toEqual([...bad, line.trim()])
    expect(rows.map(({ index, code }) => [index, code])).toEqual([
      [0, 'MISSING_FIELD'],
      [2, 'UNKNOWN_FIELD'],
      [3, 'NOT_AN_OBJECT'],
      [1, 'INVALID_JSON'],
    ])
    expect(open('rejected_events.message', rows[0]?.sealed_message ?? Buffer.alloc(0)).toString()).toBe(answer.body.rejected?.[0]?.message)
  })

  it('deletes rejected rows after 30 days in passing', async () => {
    const own = await createTestTenant({ withAccounts: false })
    await send([{}], { key: own.ingestKey })
    await withTenant(collector.pool, own.tenantId, (client) =>
      client.query(
        `INSERT INTO rejected_events (tenant_id, key_id, received_at, index, code, path, message, raw) VALUES ($1, $1, now() - interval '31 days', 7, 'OLD', '', '', '')`,
        [own.tenantId],
      ),
    )
    await send([{}], { key: own.ingestKey })
    expect(await inTenant('SELECT index FROM rejected_events ORDER BY id', own)).toEqual([{ index: 0 }, { index: 0 }])
  })

  it('converts money by the rate of the day, else of the 7 days before, else rejects', async () => {
    const own = await createTestTenant({ withAccounts: false })
    await withTenant(collector.pool, own.tenantId, (client) =>
      client.query(`INSERT INTO exchange_rates (tenant_id, currency, day, rate) VALUES ($1, 'EUR', '2026-01-01', 1.1), ($1, 'EUR', '2026-01-05', 1.2)`, [
        own.tenantId,
      ]),
    )
    const on = (occurredAt: string, currency = 'EUR') => event({ occurredAt, event: 'purchase', revenue: { amount: '10.00', currency } })
    const { body } = await send(
      [
        on('2026-01-05T00:00:00Z'),
        on('2026-01-04T23:59:59Z'),
        on('2026-01-12T23:00:00Z'),
        on('2026-01-13T00:00:00Z'),
        on('2025-12-31T00:00:00Z'),
        on('2026-01-05T00:00:00Z', 'GBP'),
      ],
      { key: own.ingestKey },
    )
    expect(body).toMatchObject({ accepted: 3, rejected: [3, 4, 5].map((index) => ({ index, code: 'NO_EXCHANGE_RATE', path: 'revenue.currency' })) })
    expect((await storedLines(own)).map(({ revenue, original_amount: original }) => [revenue, original])).toEqual([
      ['12', '10'],
      ['11', '10'],
      ['12', '10'],
    ])
  })

  it('takes gzip, and stops unpacking at the limit', async () => {
    const body = gzipSync(JSON.stringify([event(), event()]))
    expect((await send(body, { headers: { 'content-encoding': 'gzip' } })).body.accepted).toBe(2)
    const bomb = await send(gzipSync(Buffer.alloc(200_000_000, ' ')), { headers: { 'content-encoding': 'gzip' } })
    expect([bomb.status, bomb.body.error?.code]).toEqual([413, 'BODY_TOO_LARGE'])
    const broken = await send('no gzip', { headers: { 'content-encoding': 'gzip' } })
    expect([broken.status, broken.body.error?.code]).toEqual([400, 'INVALID_GZIP'])
  })

  it.each([
    ['no key', 401, 'UNAUTHENTICATED', () => send(event(), { headers: { authorization: '' } })],
    ['a text that is no key', 401, 'UNAUTHENTICATED', () => send(event(), { key: 'nonsense' })],
    [
      'a key with another secret',
      401,
      'UNAUTHENTICATED',
      () => send(event(), { key: tenant.ingestKey.slice(0, -2) + (tenant.ingestKey.endsWith('00') ? '11' : '00') }),
    ],
    ['an API key', 403, 'FORBIDDEN', () => send(event(), { key: tenant.apiKey })],
    ['another media type', 415, 'UNSUPPORTED_MEDIA_TYPE', () => send('<a/>', { headers: { 'content-type': 'application/xml' } })],
    ['another encoding', 415, 'UNSUPPORTED_ENCODING', () => send(event(), { headers: { 'content-encoding': 'br' } })],
    ['a body over 10 MB', 413, 'BODY_TOO_LARGE', () => send(' '.repeat(10_000_001))],
    ['10,001 events', 413, 'TOO_MANY_EVENTS', () => send(`[${'1,'.repeat(10_000)}1]`)],
    ['no JSON', 400, 'INVALID_JSON', () => send('[{]')],
    ['nothing', 400, 'EMPTY_BODY', () => send('')],
  ])('refuses %s with %i %s', async (_what, status, code, sending) => {
    const answer = await sending()
    expect([answer.status, answer.body.error?.code]).toEqual([status, code])
    expect(answer.body.error?.message).toMatch(/\w/)
  })

  it('an sdk key is held to its app, its bound and no refunds', async () => {
    const purchase = (amount: number) => event({ event: 'purchase', revenue: { amount, currency: 'USD' } })
    const { body } = await send([purchase(1000), purchase(1000.01), purchase(-1), event({ app: 'other' })], { key: tenant.sdkKey })
    expect(body).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, code: 'REVENUE_ABOVE_LIMIT' },
        { index: 2, code: 'REFUND_NOT_ALLOWED' },
        { index: 3, code: 'APP_NOT_ALLOWED' },
      ],
    })
  })

  it('answers 429 when the tenant has too much waiting, and nothing of it is kept', async () => {
    const own = await createTestTenant({ withAccounts: false })
    const small = await startTestCollector({ maxRequestsPerTenant: 1 })
    // A lock on the batches holds the first request in its transaction.
    const blocker = await pools.owner.connect()
    await blocker.query('BEGIN')
    await blocker.query('LOCK TABLE ingest_batches IN EXCLUSIVE MODE')
    const first = send(event(), { key: own.ingestKey, url: small.url })
    await pgWaits(pools, small)
    const second = await send(event(), { key: own.ingestKey, url: small.url })
    await blocker.query('COMMIT')
    blocker.release()
    expect([second.status, second.headers.get('retry-after'), second.body.error?.code]).toEqual([429, '1', 'TOO_MANY_REQUESTS'])
    expect((await first).body.accepted).toBe(1)
    await small.stop()
    expect(await storedLines(own)).toHaveLength(1)
  })

  it('answers 503 while PostgreSQL is down', async () => {
    const down = await startTestCollector({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none' })
    const answer = await send(event(), { url: down.url })
    expect([answer.status, answer.headers.get('retry-after'), answer.body.error?.code]).toEqual([503, '1', 'UNAVAILABLE'])
    expect((await fetch(`${down.url}/health`)).status).toBe(200)
    expect((await fetch(`${down.url}/health/ready`)).status).toBe(503)
    await down.stop()
  })

  it('a client that hangs up in the middle of its body leaves nothing behind', async () => {
    const own = await createTestTenant({ withAccounts: false })
    const small = await startTestCollector({ maxRequestsPerTenant: 1 })
    const socket = connect(Number(new URL(small.url).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(`POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${own.ingestKey}\r\nContent-Length: 100\r\n\r\n[`)
    // It has its place once another request is refused; hanging up gives it back.
    await expect.poll(async () => (await send(event(), { key: own.ingestKey, url: small.url })).status).toBe(429)
    socket.destroy()
    await expect.poll(async () => (await send(event(), { key: own.ingestKey, url: small.url })).status).toBe(202)
    await small.stop()
  })

  it('slow posts under a public key do not keep the tenant’s own servers out', async () => {
    const small = await startTestCollector({ maxRequestsPerTenant: 1 })
    const socket = connect(Number(new URL(small.url).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(`POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tenant.sdkKey}\r\nContent-Length: 100\r\n\r\n[`)
    await expect.poll(async () => (await send(event(), { key: tenant.sdkKey, url: small.url })).status).toBe(429)
    expect((await send(event(), { url: small.url })).status).toBe(202)
    socket.destroy()
    await small.stop()
  })

  it('a body in chunks, whose length nobody knows, counts as the largest', async () => {
    const small = await startTestCollector({ limits: { bodyBytes: 1000, queueBytesPerTenant: 1500 } })
    const socket = connect(Number(new URL(small.url).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(`POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tenant.ingestKey}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n`)
    const large = event({ properties: { note: 'x'.repeat(500) } })
    await expect.poll(async () => (await send(large, { url: small.url })).status).toBe(429)
    socket.destroy()
    await small.stop()
  })

  it('says that it lives and that it is ready', async () => {
    expect(await (await fetch(`${collector.url}/health`)).json()).toEqual({ status: 'ok' })
    expect((await fetch(`${collector.url}/health/ready`)).status).toBe(200)
    const nowhere = await fetch(`${collector.url}/nowhere`)
    expect([nowhere.status, await nowhere.json()]).toMatchObject([404, { error: { code: 'NOT_FOUND' } }])
  })
})

/** Resolves when a connection of the collector waits for a lock. */
async function pgWaits({ owner }: TestPools, { applicationName }: TestCollector): Promise<void> {
  const waiting = async () =>
    (await owner.query('SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND application_name = $1', [applicationName])).rowCount
  await expect.poll(waiting).toBeGreaterThan(0)
}
