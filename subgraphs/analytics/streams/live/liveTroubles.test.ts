import { randomUUID } from 'node:crypto'
import { createServer, request as send, type Server } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createClickHouse, type ClickHouseClient } from '#db/clickhouse/client.ts'
import { testEvent } from '#db/testing/testEvents.ts'
import { readConfig } from '#ops/config.ts'
import { openLiveAnalytics, reader, type LiveAnalytics } from './testing/liveAnalytics.ts'
import { createManualClock } from './testing/manualClock.ts'

const waiting = { timeout: 60_000, interval: 20 }
const QUERY =
  'subscription { metrics(input: { range: { start: "2026-01-01T00:00:00Z", end: "2026-02-01T00:00:00Z" }, timeZone: "UTC" }) { rows { purchases } } }'

describe('live queries in trouble', { timeout: 120_000 }, () => {
  const clock = createManualClock('2026-03-02T12:00:00Z')
  const store = createStore(readConfig.analytics().clickhouse.url)
  let clickhouse: ClickHouseClient
  let analytics: LiveAnalytics
  beforeAll(async () => {
    clickhouse = createClickHouse({ ...readConfig.analytics().clickhouse, url: await store.open() })
    analytics = openLiveAnalytics(clock, { clickhouse })
  })
  afterEach(() => store.becomes('there'))
  afterAll(async () => {
    await analytics?.close()
    await clickhouse?.close()
    store.close()
  })
  const purchase = (tenantId: string) => testEvent({ tenant_id: tenantId, app_id: '00000000-0000-4000-8000-0000000000b1' })

  it('a store that is away is waited for: nothing is said until it is back', async () => {
    const tenantId = randomUUID()
    const watcher = await analytics.watch({ query: QUERY, identity: reader(tenantId) })
    expect((await watcher.next())?.data).toEqual({ metrics: { rows: [{ purchases: '0' }] } })
    store.becomes('away')
    const next = watcher.next()
    clock.pass(1_000)
    await analytics.store(tenantId, [purchase(tenantId)])
    await expect.poll(store.refused, waiting).toBeGreaterThan(0)
    store.becomes('there')
    let isThere = false
    void next.then(() => (isThere = true))
    await expect
      .poll(() => {
        clock.pass(1_000)
        return isThere
      }, waiting)
      .toBe(true)
    expect((await next)?.data).toEqual({ metrics: { rows: [{ purchases: '1' }] } })
    await watcher.leave()
  })

  it('when nobody watches any more the statement at work is ended', async () => {
    const tenantId = randomUUID()
    store.becomes('silent')
    const asked = store.asked()
    const [one, other] = [
      await analytics.watch({ query: QUERY, identity: reader(tenantId) }),
      await analytics.watch({ query: QUERY, identity: reader(tenantId) }),
    ]
    const coming = [one.next(), other.next()]
    await expect.poll(store.asked, waiting).toBe(asked + 1)
    await one.leave()
    expect(store.hungUp()).toBe(0)
    await other.leave()
    await expect.poll(store.hungUp, waiting).toBe(1)
    expect(await Promise.all(coming)).toEqual([null, null])
    expect(analytics.live.counts()).toMatchObject({ questions: 0, watchers: 0 })
  })

  it('what lasts is told, and ends it', async () => {
    const tenantId = randomUUID()
    const watcher = await analytics.watch({ query: QUERY, identity: reader(tenantId) })
    await watcher.next()
    store.becomes('overfull')
    clock.pass(1_000)
    const next = watcher.next()
    await analytics.store(tenantId, [purchase(tenantId)])
    expect(await next).toMatchObject({ data: { metrics: null }, errors: [{ extensions: { code: 'QUERY_TOO_LARGE' } }] })
    expect(await watcher.next()).toBe(null)
    expect(analytics.live.counts()).toMatchObject({ questions: 0, watchers: 0 })
  })
})

type State = 'there' | 'away' | 'silent' | 'overfull'

/** The real ClickHouse behind a door that can be shut. */
function createStore(url: string) {
  let state: State = 'there'
  const counts = { asked: 0, refused: 0, hungUp: 0 }
  const server: Server = createServer((request, response) => {
    counts.asked += 1
    if (state === 'away') {
      counts.refused += 1
      return void request.socket.destroy()
    }
    if (state === 'silent') return void response.on('close', () => (counts.hungUp += 1))
    if (state === 'overfull')
      return void response.writeHead(500, { 'x-clickhouse-exception-code': '159' }).end('Code: 159. DB::Exception: Timeout exceeded. (TIMEOUT_EXCEEDED)')
    const { hostname, port } = new URL(url)
    const passed = send({ hostname, port, path: request.url, method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    passed.on('error', () => response.destroy())
    request.pipe(passed)
  })
  return {
    open: () =>
      new Promise<string>((resolve) =>
        server.listen(0, '127.0.0.1', () => {
          const address = server.address()
          if (address !== null && typeof address === 'object') resolve(`http://127.0.0.1:${address.port}`)
        }),
      ),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
    becomes: (next: State) => {
      state = next
    },
    asked: () => counts.asked,
    refused: () => counts.refused,
    hungUp: () => counts.hungUp,
  }
}
