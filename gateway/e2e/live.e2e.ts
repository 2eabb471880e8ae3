// Conversions live on a whole system: from a posted event to a subscriber, with fields of the campaign subgraph, across restarts and lost connections.
import { createClient } from 'graphql-sse'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ask, startSystem, until, type RunningSystem } from '#ops/e2e/system.ts'
import { soon, TestClient } from '../subscriptions/testing/testClient.ts'
import { postAuth } from '../testing/askGateway.ts'

const LIVE =
  'subscription Live { conversions(from: { position: END }) { cursor entries { id event userId revenue { amount currency } campaign { id name } partner { id } } } }'
const AFTER = 'subscription ($after: Cursor) { conversions(after: $after) { cursor entries { id userId campaign { name } } } }'

type Entry = {
  readonly id: string
  readonly userId: string | null
  readonly event: string
  readonly campaign: { readonly name: string } | null
  readonly partner: { readonly id: string } | null
}

describe('conversions live', () => {
  let system: RunningSystem
  let owner: string
  const clients: { end(): void }[] = []
  const tenant = (slug: string) => {
    const found = system.demo.tenants.find((each) => each.slug === slug)
    if (found === undefined) throw new Error(`The demo has no ${slug}.`)
    return found
  }
  const tokenOf = async (slug: string): Promise<string> => {
    const user = tenant(slug).users.find(({ role }) => role === 'owner')
    return (await postAuth(system.demo.gatewayUrl, 'login', { body: { email: user?.email, password: user?.password } })).login?.accessToken ?? ''
  }
  const connect = async (bearer: string): Promise<TestClient> => {
    const client = await TestClient.connect(system.demo.wsUrl, { authorization: `Bearer ${bearer}` })
    expect(client.messages).toEqual([{ type: 'connection_ack' }])
    clients.push(client)
    return client
  }
  const entriesOf = (client: TestClient, id: string): Entry[] => client.payloads(id).flatMap(({ data }) => data?.conversions?.entries ?? [])
  const users = async (client: TestClient, id: string, count: number, timeout = 15_000) => {
    await soon(() => {
      if (entriesOf(client, id).length < count)
        throw new Error(`${entriesOf(client, id).length} of ${count}; last: ${JSON.stringify(client.messages.at(-1))?.slice(0, 400)}`)
    }, timeout)
    return entriesOf(client, id).map(({ userId }) => userId)
  }
  const post = async (slug: string, events: readonly object[]): Promise<void> => {
    const body = JSON.stringify(events)
    const headers = { authorization: `Bearer ${tenant(slug).ingestKey}`, 'content-type': 'application/json' }
    const answer = await fetch(`${system.demo.collectorUrl}/v1/events`, { method: 'POST', headers, body })
    const text = await answer.text()
    if (answer.status !== 202 || !text.includes(`"accepted":${events.length},`)) throw new Error(`The collector answered ${answer.status} ${text}`)
  }
  /** A click on the campaign and the purchase that it leads to. */
  const purchase = (userId: string, { campaign = 'live-e2e', partner }: { campaign?: string; partner?: string } = {}): readonly object[] => {
    const occurredAt = new Date().toISOString()
    return [
      { eventId: `${userId}-click`, event: 'click', occurredAt, userId, touch: { kind: 'click', campaign, partner } },
      { eventId: `${userId}-purchase`, event: 'purchase', occurredAt, userId, revenue: { amount: '4.99', currency: 'USD' } },
    ]
  }
  /** Posts until the subscription has begun, so that what follows is after its beginning. */
  const begun = async (client: TestClient, id: string, slug = 'acme') => {
    const before = entriesOf(client, id).length
    for (let index = 0; entriesOf(client, id).length === before; index += 1) {
      await post(slug, purchase(`${id}-warm-${index}-${crypto.randomUUID()}`))
      await soon(() => expect(entriesOf(client, id).length).toBeGreaterThan(before), 1_000).catch(() => {})
    }
    return entriesOf(client, id).length
  }

  beforeAll(async () => {
    system = await startSystem({ args: ['--scale', 'empty'] })
    owner = await tokenOf('acme')
    const query =
      'mutation { saveCampaign(input: { id: "live-e2e", name: "Live and well" }) { id } savePartner(id: "northstar-ads", name: "Northstar") { id } }'
    const { errors } = await ask(system, { query, authorization: owner })
    if (errors !== undefined) throw new Error(`The campaign could not be made: ${JSON.stringify(errors)}`)
  })
  afterEach(() => {
    for (const client of clients.splice(0)) client.end()
  })
  afterAll(() => system?.remove())

  it('a posted event reaches the subscriber with its campaign’s name from its own subgraph; other tenants see nothing of it', async () => {
    const [mine, others] = [await connect(owner), await connect(await tokenOf('globex'))]
    mine.subscribe('a', LIVE)
    others.subscribe('a', LIVE)
    const before = await begun(mine, 'a')
    await begun(others, 'a', 'globex')
    await post('acme', purchase('ada', { partner: 'northstar-ads' }))
    await users(mine, 'a', before + 1)
    expect(entriesOf(mine, 'a').at(-1)).toEqual({
      id: expect.any(String),
      event: 'purchase',
      userId: 'ada',
      revenue: { amount: '4.99', currency: 'USD' },
      campaign: { id: 'live-e2e', name: 'Live and well' },
      partner: { id: 'northstar-ads' },
    })
    expect(mine.payloads('a').every(({ errors }) => errors === undefined)).toBe(true)
    // Globex has not described this campaign.
    expect(entriesOf(others, 'a').map(({ userId, campaign }) => [userId?.startsWith('a-warm'), campaign?.name])).toEqual(
      entriesOf(others, 'a').map(() => [true, null]),
    )
  })

  it('a live query follows what is posted, with names of the campaign subgraph, and ends with the key that asked it', async () => {
    const LIVE_QUERY =
      'subscription { metrics(input: { range: { last: 1, unit: DAY, includeCurrent: true }, timeZone: "UTC", groupBy: [{ dimension: CAMPAIGN }], where: { country: { eq: "IS" } } }) { rows { campaign { id name } clicks } } }'
    const rowsOf = (client: TestClient) => client.payloads('q').at(-1)?.data?.metrics?.rows
    const created = await ask(system, { query: 'mutation { createKey(input: { kind: API, name: "Live" }) { text key { id } } }', authorization: owner })
    const { text, key } = created.data.createKey
    const [mine, byKey, others] = [await connect(owner), await connect(text), await connect(await tokenOf('globex'))]
    for (const client of [mine, byKey, others]) client.subscribe('q', LIVE_QUERY)
    await soon(() => expect([rowsOf(mine), rowsOf(byKey), rowsOf(others)]).toEqual([[], [], []]), 30_000)
    const events = ['ann', 'bob'].map((userId) => ({
      eventId: `live-query-${userId}`,
      event: 'click',
      country: 'IS',
      occurredAt: new Date().toISOString(),
      userId,
      touch: { kind: 'click', campaign: 'live-e2e' },
    }))
    await post('acme', events)
    const rows = [{ campaign: { id: 'live-e2e', name: 'Live and well' }, clicks: '2' }]
    await soon(() => expect([rowsOf(mine), rowsOf(byKey)]).toEqual([rows, rows]), 30_000)
    await ask(system, { query: 'mutation ($id: ID!) { revokeKey(id: $id) { id } }', variables: { id: key.id }, authorization: owner })
    await soon(() => expect(byKey.closed?.code).toBe(4401), 15_000)
    expect(rowsOf(others)).toEqual([])
  })

  it('who comes back with a cursor gets exactly what was missed', async () => {
    const first = await connect(owner)
    first.subscribe('a', LIVE)
    await begun(first, 'a')
    const cursor: unknown = first.payloads('a').at(-1).data.conversions.cursor
    first.end()
    await post('acme', purchase('bea'))
    await post('acme', purchase('cyd'))
    const second = await connect(owner)
    second.subscribe('b', AFTER, { after: cursor })
    expect(await users(second, 'b', 2)).toEqual(['bea', 'cyd'])
    await post('acme', purchase('dee'))
    expect(await users(second, 'b', 3)).toEqual(['bea', 'cyd', 'dee'])
  })

  it('a cursor of another filter is refused by name', async () => {
    const client = await connect(owner)
    client.subscribe('a', LIVE)
    await begun(client, 'a')
    const after: unknown = client.payloads('a').at(-1).data.conversions.cursor
    client.subscribe('b', 'subscription ($after: Cursor) { conversions(after: $after, where: { event: { eq: "install" } }) { cursor } }', { after })
    const { type, payload } = await client.ending('b')
    expect([type, payload.length]).toEqual(['error', 1])
    expect(JSON.stringify(payload)).toContain('BAD_CURSOR')
  })

  it('the analytics process killed under live streams is a pause: nothing is lost, nothing comes twice', async () => {
    const client = await connect(owner)
    client.subscribe('a', LIVE)
    const before = await begun(client, 'a')
    const names = Array.from({ length: 30 }, (_, index) => `kill-${index}`)
    for (const [index, name] of names.entries()) {
      if (index === 10) process.kill(system.pidOf('analytics'), 'SIGKILL')
      await post('acme', purchase(name))
    }
    expect((await users(client, 'a', before + names.length, 60_000)).slice(before)).toEqual(names)
    expect(client.closed).toBe(null)
    await until(async () => (await fetch(`${system.demo.gatewayUrl}/health/ready`)).ok, { what: 'the system to be ready', timeoutMs: 30_000 })
    await post('acme', purchase('after-kill'))
    expect((await users(client, 'a', before + names.length + 1)).at(-1)).toBe('after-kill')
  })

  it('graphql-sse comes back by itself when the gateway was killed, and its conversions go on at the cursor', async () => {
    const entries: Entry[] = []
    let cursor: string | undefined
    let failure: unknown = null
    const headers = (): Record<string, string> => ({ authorization: `Bearer ${owner}`, ...(cursor === undefined ? {} : { 'last-event-id': cursor }) })
    const client = createClient({ url: `${system.demo.gatewayUrl}/graphql`, headers })
    clients.push({ end: () => client.dispose() })
    client.subscribe<{ conversions: { cursor: string; entries: Entry[] } }>(
      { query: LIVE },
      {
        next: ({ data }) => {
          cursor = data?.conversions.cursor
          entries.push(...(data?.conversions.entries ?? []))
        },
        error: (error) => void (failure = error),
        complete: () => {},
      },
    )
    await soon(async () => {
      await post('acme', purchase(`sse-warm-${crypto.randomUUID()}`))
      await soon(() => expect(entries.length).toBeGreaterThan(0), 2_000)
    }, 20_000)
    const names = Array.from({ length: 12 }, (_, index) => `sse-${index}`)
    for (const [index, name] of names.entries()) {
      if (index === 4) process.kill(system.pidOf('gateway'), 'SIGKILL')
      await post('acme', purchase(name))
    }
    const seen = () => entries.map(({ userId }) => userId).filter((userId) => userId?.startsWith('sse-') === true && !userId.includes('warm'))
    await soon(() => expect(seen()).toEqual(names), 60_000)
    expect(failure).toBe(null)
  }, 120_000)

  it('a partner’s key sees its own conversions alone, without whose they are', async () => {
    const [partner, all] = [await connect(tenant('acme').partnerKey), await connect(owner)]
    partner.subscribe('a', 'subscription { conversions { cursor entries { id sequence userId event partner { id } } } }')
    all.subscribe('a', LIVE)
    const before = await begun(all, 'a')
    const mine = await soon(async () => {
      await post('acme', purchase(`warm-${crypto.randomUUID()}`, { partner: 'northstar-ads' }))
      await soon(() => expect(entriesOf(partner, 'a').length).toBeGreaterThan(0), 2_000)
      return entriesOf(partner, 'a').length
    }, 20_000)
    await post('acme', purchase('eve', { partner: 'other-network' }))
    await post('acme', purchase('fay', { partner: 'northstar-ads' }))
    await users(partner, 'a', mine + 1)
    await users(all, 'a', before + 3)
    const seen = entriesOf(partner, 'a')
    expect(seen.map((entry) => entry.partner?.id)).toEqual(seen.map(() => 'northstar-ads'))
    for (const entry of seen) expect(entry).toMatchObject({ sequence: null, userId: null })
  })
})
