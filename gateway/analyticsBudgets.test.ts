import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openTestClickHouse } from '#db/testing/testEvents.ts'
import { projectRoot, readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { signAccessToken } from '#ops/security/accessToken.ts'
import { ANONYMOUS, IDENTITY_HEADER, signIdentity } from '#ops/security/identity.ts'
import { startSubgraph, type RunningSubgraph } from '#ops/service/startSubgraph.ts'
import { startGateway, type RunningGateway } from './startGateway.ts'
import { soon, TestClient } from './subscriptions/testing/testClient.ts'
import { authSchema } from './testing/authSchema.ts'
import { closedPort } from './testing/closedPort.ts'

// The analytics subgraph runs as its own process over the engines of `npm test`, and the gateway in front of it here: what is asked takes many seconds.
/** Of each of two tenants, all in one month of which no other test has events. */
const EVENTS = 1_000_000
const config = readConfig.gateway()
const analyticsUrl = config.subgraphUrls.analytics
const owner = openTestClickHouse('migrate')
const RANGE = 'range: { start: "1983-03-01T00:00:00Z", end: "1983-04-01T00:00:00Z" }, timeZone: "UTC"'
/** Each comparison looks through 250 letters of each event, and finds nothing. */
const needles = Array.from({ length: 190 }, (_, n) => `{ property: { name: "text", text: { contains: "nothing-${n}" } } }`)
const SLOW = `{ metrics(input: { ${RANGE}, where: { or: [${needles.join(' ')}] } }) { totals { events: events(name: "opened") } } }`
const QUICK = `{ metrics(input: { ${RANGE} }) { totals { events: events(name: "opened") } } }`

/** The ids of the tenant's queries that run on the server now. */
async function running(tenantId: string): Promise<readonly string[]> {
  const query = `SELECT query_id FROM system.processes WHERE user = 'analytics' AND startsWith(Settings['log_comment'], '${tenantId}')`
  const result = await owner.query({ query, format: 'JSONEachRow' })
  return (await result.json<{ query_id: string }>()).map((row) => row.query_id)
}
const runs = (tenantId: string, queries: number) => soon(async () => expect(await running(tenantId)).toHaveLength(queries), 20_000)

async function storeEvents(tenantId: string, events: number): Promise<void> {
  // A word and its number, until there are 250 letters.
  const text = `repeat(concat('something-', toString(number % 1000), ' '), 18)`
  await owner.command({
    query: `INSERT INTO events (tenant_id, user_id, event, occurred_at, recorded_at, event_id, touch, properties)
      SELECT '${tenantId}', toString(number), 'opened', toDateTime64('1983-03-10 00:00:00', 3, 'UTC'), now64(3), toString(number), 'none', map('text', ${text})
      FROM numbers(${events})`,
    clickhouse_settings: { max_insert_threads: '1' },
  })
}

async function startAnalytics(): Promise<{ readonly stop: () => Promise<void> }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', `${projectRoot}/subgraphs/analytics/server.ts`], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  await once(child, 'message')
  return {
    stop: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

/** Every token is of an owner whose session goes on. */
const startAuth = (): Promise<RunningSubgraph> =>
  startSubgraph({
    config: { ...readConfig.auth(), host: '127.0.0.1', port: 0, adminPort: 0 },
    schema: authSchema(({ tenantId }) => ({ tenantId, tenantSlug: 'test', role: 'owner' })),
    createContext: (base) => base,
    log: createLogger({ name: 'test', level: 'silent' }),
  })

async function startFront(auth: RunningSubgraph): Promise<RunningGateway> {
  const nobody = `http://127.0.0.1:${await closedPort()}/graphql`
  const supergraphSdl = await readFile(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8')
  return startGateway({
    config: { ...config, port: 0, adminPort: 0, subgraphUrls: { auth: `${auth.url}/graphql`, tenant: nobody, campaign: nobody, analytics: analyticsUrl } },
    supergraphSdl,
    log: createLogger({ name: 'test', level: 'silent' }),
  })
}

describe('questions to analytics', () => {
  const [a, b] = [randomUUID(), randomUUID()]
  let gateway: RunningGateway
  let auth: RunningSubgraph
  let analytics: Awaited<ReturnType<typeof startAnalytics>>
  let leaving = new AbortController()

  beforeAll(async () => {
    auth = await startAuth()
    ;[gateway, analytics] = await Promise.all([startFront(auth), startAnalytics(), storeEvents(a, EVENTS), storeEvents(b, EVENTS)])
  })
  afterEach(async () => {
    leaving.abort()
    leaving = new AbortController()
    await Promise.all([runs(a, 0), runs(b, 0)])
  })
  afterAll(async () => {
    await gateway?.close()
    await auth?.close()
    await analytics?.stop()
    await owner.command({ query: 'ALTER TABLE events DROP PARTITION 198303' })
    await owner.close()
  })

  async function tokenOf(tenantId: string): Promise<string> {
    const claims = { accountId: randomUUID(), sessionId: randomUUID(), tenantId, tenantSlug: 'test', role: 'owner' } as const
    return `Bearer ${await signAccessToken({ claims, privateKey: readConfig.auth().accessPrivateKey, now: new Date() })}`
  }
  type Asked = { readonly signal?: AbortSignal; readonly url?: string; readonly headers?: Record<string, string> }
  async function ask(tenantId: string, query: string, { signal = leaving.signal, url = `${gateway.url}/graphql`, headers }: Asked = {}): Promise<any> {
    const who = headers ?? { authorization: await tokenOf(tenantId) }
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...who }, body: JSON.stringify({ query }), signal })
    return response.json()
  }
  /** One that is left before it is answered; nobody looks at how it ends. */
  const begin = (...question: Parameters<typeof ask>): void => void ask(...question).catch(() => undefined)

  it('end on the server soon after their client has closed its connection to the gateway, and others’ do not', async () => {
    const left = new AbortController()
    begin(a, SLOW, { signal: left.signal })
    begin(b, SLOW)
    await runs(a, 1)
    await runs(b, 1)
    left.abort()
    await runs(a, 0)
    // The same question of the other tenant is not done yet: it was ended and has not ended.
    expect(await running(b)).toHaveLength(1)
  })

  it('end when the operation on a socket is completed', async () => {
    const client = await TestClient.connect(`${gateway.url.replace('http', 'ws')}/graphql`, { authorization: await tokenOf(a) })
    client.subscribe('1', SLOW)
    begin(b, SLOW)
    await Promise.all([runs(a, 1), runs(b, 1)])
    client.send({ id: '1', type: 'complete' })
    await runs(a, 0)
    expect(await running(b)).toHaveLength(1)
    client.end()
  })

  it('end when the gateway closes its connection to the subgraph', async () => {
    const identity = { ...ANONYMOUS, kind: 'key', subjectId: randomUUID(), tenantId: a, tenantSlug: 'test', scopes: ['analytics:read'] } as const
    const signed = await signIdentity({ identity, audience: 'analytics', privateKey: config.identityPrivateKey, now: new Date() })
    const left = new AbortController()
    begin(a, SLOW, { url: analyticsUrl, headers: { [IDENTITY_HEADER]: signed }, signal: left.signal })
    begin(b, SLOW)
    await Promise.all([runs(a, 1), runs(b, 1)])
    left.abort()
    await runs(a, 0)
    expect(await running(b)).toHaveLength(1)
  })

  it('of a tenant that asks too much wait for each other, and another’s is answered meanwhile', async () => {
    for (let n = 0; n < 20; n += 1) begin(a, SLOW)
    await runs(a, 4)
    // Four run and sixteen wait, once all have come.
    await soon(async () => {
      const { errors } = await ask(a, QUICK, { signal: AbortSignal.timeout(100) }).catch(() => ({ errors: [] }))
      expect(errors).toMatchObject([
        { message: expect.stringMatching(/^4 of your questions are being answered and 16 wait/), extensions: { code: 'TOO_BUSY' } },
      ])
    })
    const before = await running(a)
    expect(await ask(b, QUICK)).toMatchObject({ data: { metrics: { totals: { events: String(EVENTS) } } } })
    expect(await running(a)).toEqual(before)
    // They all leave, those that wait too: nothing of theirs begins any more.
    leaving.abort()
    leaving = new AbortController()
    await runs(a, 0)
    expect(await ask(a, QUICK)).toMatchObject({ data: { metrics: { totals: { events: String(EVENTS) } } } })
  })
})
