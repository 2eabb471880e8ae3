import { randomUUID } from 'node:crypto'
import { parse, subscribe, type ExecutionResult } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClickHouse, type ClickHouseClient } from '#db/clickhouse/client.ts'
import { commitIngest } from '#db/ingest/commitIngest.ts'
import { withTenant } from '#db/pool.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { testAuditor } from '#db/testing/testAuditor.ts'
import { testVault } from '#db/testing/testVault.ts'
import { testConversion, testCredit, testSubmission } from '#db/testing/testConversions.ts'
import { openTestClickHouse, testEvent } from '#db/testing/testEvents.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { ANONYMOUS, type Identity } from '#ops/security/identity.ts'
import { scopesOf, scopesOfKey } from '#ops/security/permissions.ts'
import { createUserHasher } from '#ops/security/userHash.ts'
import { graphql } from 'graphql'
import type { AnalyticsContext } from '../builder.ts'
import { createArrivals } from '../execution/arrivals.ts'
import { AnalyticsEngine } from '../execution/engine.ts'
import { QueryQueue } from '../execution/queryQueue.ts'
import { schema } from '../schema.ts'
import { liveAtOnce } from '../streams/live/liveAsker.ts'
import { createLiveQueries } from '../streams/live/liveQueries.ts'
import { createWebhookStore } from '../webhooks/webhookStore.ts'
import { createStreams, type Streams } from '../streams/streams.ts'

const log = createLogger({ name: 'test', level: 'silent' })
const config = readConfig.analytics()

describe('conversions in the schema', () => {
  let pools: TestPools
  let streams: Streams
  let clickhouse: ClickHouseClient
  let tenant: TestTenant
  beforeAll(async () => {
    pools = openTestPools()
    clickhouse = createClickHouse(config.clickhouse)
    streams = createStreams({
      pool: pools.app,
      listenUrl: config.postgres.url,
      cursorKey: config.cursorKey,
      userHashKey: config.userHashKey,
      log,
      now: Date.now,
      pollMs: 200,
    })
    tenant = await createTestTenant({ withAccounts: false })
    const money = { revenue: '9', originalAmount: '4.50', originalCurrency: 'EUR' }
    await commitIngest(pools.app, {
      vault: testVault(),
      tenantId: tenant.tenantId,
      submissions: [
        testSubmission([
          testConversion({ appId: tenant.appId, money, credit: testCredit({ partnerId: 'partner-1', campaignId: 'summer' }) }),
          testConversion({ appId: tenant.appId, money: null, country: '', credit: testCredit({ partnerId: 'partner-2' }) }),
        ]),
      ],
    })
  })
  afterAll(async () => {
    await streams?.stop()
    await Promise.all([clickhouse?.close(), pools?.close()])
  })

  const key: Identity = { ...ANONYMOUS, kind: 'key', subjectId: '00000000-0000-4000-8000-000000000099', tenantSlug: 'test' }
  const api = (): Identity => ({ ...key, tenantId: tenant.tenantId, scopes: scopesOfKey('api') })
  const partner = (masks: readonly string[] = []): Identity => ({
    ...key,
    tenantId: tenant.tenantId,
    scopes: scopesOfKey('partner'),
    filters: [{ dimension: 'partner', in: ['partner-1'] }],
    masks,
  })
  const admin = (): Identity => ({ ...api(), kind: 'account', role: 'admin', scopes: scopesOf('admin') })

  function contextOf(identity: Identity): AnalyticsContext {
    const asks = {
      clickhouse,
      cursorKey: config.cursorKey,
      tenantSecret: config.tenantSecret,
      queue: new QueryQueue(config.budgets.queue),
      pool: pools.app,
      now: () => new Date(),
    }
    const engine = new AnalyticsEngine(asks)
    return {
      identity,
      requestId: 'test',
      log,
      engine,
      live: createLiveQueries({ engine, pool: pools.app, listenUrl: null, log, atOnce: liveAtOnce(config.budgets.queue) }),
      arrivals: createArrivals({ ...asks, vault: testVault() }),
      webhooks: createWebhookStore({ ...asks, vault: testVault(), allowedNetworks: [], resolve: async () => [] }),
      audit: testAuditor(identity),
      streams,
      signal: null,
    }
  }
  const ask = async (identity: Identity, source: string): Promise<any> => {
    const { data, errors } = await graphql({ schema, source, contextValue: contextOf(identity) })
    if (errors !== undefined) throw errors[0]!
    return data
  }
  async function follow(identity: Identity, source: string): Promise<AsyncGenerator<ExecutionResult<any>, void>> {
    const result = await subscribe({ schema, document: parse(source), contextValue: contextOf(identity) })
    if (!(Symbol.asyncIterator in result)) throw result.errors![0]!
    return result as AsyncGenerator<ExecutionResult<any>, void>
  }
  const EVERYTHING =
    'cursor id sequence event occurredAt recordedAt userId revenue { amount currency } country platform app { id } campaign { id } partner { id } decision { kind matchedBy reason } supersedes isTest'

  it('a page shows entries with their money, credit and numbers', async () => {
    const { conversions } = await ask(admin(), `{ conversions(first: 1) { nodes { ${EVERYTHING} } pageInfo { hasNextPage endCursor } gap { reason } } }`)
    expect(conversions).toMatchObject({ pageInfo: { hasNextPage: true }, gap: null })
    expect(conversions.nodes).toMatchObject([
      {
        sequence: '1',
        event: 'purchase',
        userId: 'ada',
        revenue: { amount: '4.5', currency: 'EUR' },
        country: 'DE',
        platform: 'ios',
        app: { id: tenant.appId },
        campaign: { id: 'summer' },
        partner: { id: 'partner-1' },
        decision: { kind: 'attributed', matchedBy: 'touch_fields' },
        supersedes: null,
        isTest: false,
      },
    ])
    expect(conversions.pageInfo.endCursor).toBe(conversions.nodes[0].cursor)
    const after = await ask(
      admin(),
      `{ conversions(after: "${conversions.pageInfo.endCursor}") { nodes { sequence revenue { amount } country campaign { id } } pageInfo { hasNextPage } } }`,
    )
    expect(after.conversions).toEqual({ nodes: [{ sequence: '2', revenue: null, country: null, campaign: null }], pageInfo: { hasNextPage: false } })
  })

  it('a partner’s key sees its own entries, without numbers, users and what is masked', async () => {
    const { conversions } = await ask(partner(), `{ conversions { nodes { sequence userId partner { id } revenue { amount } } } }`)
    expect(conversions.nodes).toEqual([{ sequence: null, userId: null, partner: { id: 'partner-1' }, revenue: { amount: '4.5' } }])
    const masked = await ask(
      partner(['revenue', 'country', 'decision', 'campaign', 'app']),
      `{ conversions { nodes { revenue { amount } country decision { kind } campaign { id } app { id } platform } } }`,
    )
    expect(masked.conversions.nodes).toEqual([{ revenue: null, country: null, decision: null, campaign: null, app: null, platform: 'ios' }])
    const identified: Identity = { ...admin(), masks: ['userId'] }
    expect((await ask(identified, '{ conversions(first: 1) { nodes { userId sequence } } }')).conversions.nodes).toEqual([{ userId: null, sequence: '1' }])
    expect((await ask(api(), '{ conversions(first: 1) { nodes { userId sequence } } }')).conversions.nodes).toEqual([{ userId: null, sequence: '1' }])
  })

  it('a key with "userId:hash" sees one hash for a user by query and stream, another family another one, and nothing asks by it', async () => {
    const hashing = (hashFamily: string | null, masks: readonly string[] = []): Identity => ({ ...partner(['userId:hash', ...masks]), hashFamily })
    const [family, other] = [randomUUID(), randomUUID()]
    const seenBy = async (identity: Identity): Promise<unknown> => (await ask(identity, '{ conversions { nodes { userId } } }')).conversions.nodes[0].userId
    const hash = createUserHasher(config.userHashKey, { tenantId: tenant.tenantId, family })('ada')
    expect(await seenBy(hashing(family))).toBe(hash)
    expect(await seenBy({ ...hashing(family), subjectId: randomUUID() })).toBe(hash)
    expect(await seenBy(hashing(other))).toMatch(/^[\w-]{43}$/)
    expect(await seenBy(hashing(other))).not.toBe(hash)
    const events = await follow(hashing(family), 'subscription { conversions(from: { position: BEGINNING }) { entries { userId } } }')
    let streamed: readonly unknown[] = []
    while (streamed.length === 0) streamed = (await events.next()).value!.data.conversions.entries
    await events.return(undefined)
    expect(streamed).toEqual([{ userId: hash }])
    // What hides wins, and who may see ids sees no more than the mask allows.
    expect(await seenBy(hashing(family, ['userId']))).toBeNull()
    expect(await seenBy(hashing(null))).toBeNull()
    expect(await seenBy({ ...admin(), kind: 'key', role: null, masks: ['userId:hash'], hashFamily: family })).toBe(hash)
    // There is no filter on users at all, and one on what is masked beside it is refused as ever.
    for (const value of ['ada', hash])
      await expect(ask(hashing(family), `{ conversions(where: { userId: { eq: "${value}" } }) { nodes { id } } }`)).rejects.toThrow(/"userId" is not defined/)
    await expect(ask(hashing(family, ['country']), '{ conversions(where: { country: { eq: "DE" } }) { nodes { id } } }')).rejects.toMatchObject({
      extensions: { code: 'FORBIDDEN' },
    })
    for (const query of [`{ user(id: "ada") { id } }`, `{ users(input: { cell: "x" }) { nodes { id } } }`])
      await expect(ask({ ...hashing(family), scopes: scopesOfKey('api') }, query)).rejects.toThrow(/identifiers:read/)
    const knowing: Identity = { ...hashing(family), scopes: scopesOf('user') }
    await expect(ask(knowing, '{ user(id: "ada") { id } }')).rejects.toMatchObject({ extensions: { issues: [{ code: 'FIELD_MASKED' }] } })
  })

  it('a subscription begins with an empty batch, then gives what happens, a test too, and ends when it is let go', async () => {
    const events = await follow(api(), `subscription Live { conversions(from: { position: END }) { cursor gap { reason } entries { ${EVERYTHING} } } }`)
    const first = await events.next()
    expect(first.value).toEqual({ data: { conversions: { cursor: expect.any(String), gap: null, entries: [] } } })
    const pending = events.next()
    const { sendTestConversion } = await ask(admin(), 'mutation { sendTestConversion(input: { event: "purchase", partner: "partner-1" }) { id } }')
    const { data } = (await pending).value!
    expect(data.conversions.entries).toMatchObject([
      { id: sendTestConversion.id, isTest: true, app: null, revenue: null, partner: { id: 'partner-1' }, campaign: null },
    ])
    const waiting = events.next()
    await events.return()
    expect(await waiting).toEqual({ done: true, value: undefined })
    expect(streams.readers()).toBe(0)
  })

  it('what may not be asked is refused before anything is read', async () => {
    await expect(ask({ ...api(), scopes: ['analytics:read'] }, '{ conversions { nodes { id } } }')).rejects.toThrow(/conversions:read/)
    await expect(follow({ ...api(), scopes: [] }, 'subscription { conversions { cursor } }')).rejects.toThrow(/conversions:read/)
    await expect(ask(api(), 'mutation { sendTestConversion(input: { event: "x" }) { id } }')).rejects.toThrow(/tenant:write/)
    await expect(follow(api(), 'subscription { conversions(group: "g", maxInFlight: 0) { cursor } }')).rejects.toThrow(/1 to 10000/)
    await expect(follow(api(), 'subscription { conversions(after: "x") { cursor } }')).rejects.toMatchObject({ extensions: { code: 'BAD_CURSOR' } })
    expect(streams.readers()).toBe(0)
  })

  it('arrivals shows the newest events and refusals, to each what it may see', async () => {
    const own = await createTestTenant({ withAccounts: false })
    const writer = openTestClickHouse('migrate')
    const stored = (ageMs: number) => new Date(Date.now() - ageMs).toISOString().replace('T', ' ').replace('Z', '')
    const row = (eventId: string, ageMs: number, given: object = {}) =>
      testEvent({ tenant_id: own.tenantId, app_id: own.appId, event_id: eventId, recorded_at: stored(ageMs), ...given })
    const HOUR = 3_600_000
    await writer.insert({
      table: 'events',
      format: 'JSONEachRow',
      values: [
        row('new', 1_000, { original_amount: '4.50', original_currency: 'EUR', campaign_id: 'summer', country: 'DE', partner_id: 'partner-1' }),
        row('newer', 500),
        row('old', 23 * HOUR, { partner_id: 'partner-1' }),
        row('too old', 25 * HOUR),
        { ...row('theirs', 100), tenant_id: tenant.tenantId },
      ],
    })
    await writer.close()
    await withTenant(pools.app, own.tenantId, (client) =>
      client.query('INSERT INTO rejected_events (tenant_id, key_id, index, code, path, message, raw) VALUES ($1, $2, 3, $3, $4, $5, $6)', [
        own.tenantId,
        randomUUID(),
        'INVALID_TIME',
        'occurredAt',
        'no time',
        Buffer.from('ü'.repeat(600)),
      ]),
    )
    const source = `query Arrivals($first: Int!) { arrivals(first: $first) { events { eventId event occurredAt recordedAt userId country platform revenue { amount currency } campaign { id } app { id } }
      rejected { receivedAt index code path message raw } } }`
    const arrivals = async (identity: Identity, first = 50) => {
      const contextValue = contextOf({ ...identity, tenantId: own.tenantId })
      const { data, errors } = await graphql({ schema, source, variableValues: { first }, contextValue })
      if (errors !== undefined) throw errors[0]!
      return (data as any).arrivals
    }
    const all = await arrivals(admin())
    expect(all.events.map(({ eventId }: { eventId: string }) => eventId)).toEqual(['newer', 'new', 'old'])
    expect(all.events[1]).toMatchObject({
      userId: 'user-1',
      country: 'DE',
      platform: null,
      revenue: { amount: '4.5', currency: 'EUR' },
      campaign: { id: 'summer' },
      app: { id: own.appId },
    })
    expect(all.events[0]).toMatchObject({ revenue: null, campaign: null })
    expect(all.rejected).toMatchObject([{ index: 3, code: 'INVALID_TIME', path: 'occurredAt', message: 'no time', raw: 'ü'.repeat(500) }])
    expect((await arrivals(admin(), 1)).events).toHaveLength(1)
    const seen = await arrivals({ ...api(), filters: [{ dimension: 'partner', in: ['partner-1'] }], masks: ['country'] })
    expect(seen.events).toMatchObject([{ eventId: 'new', userId: null, country: null }, { eventId: 'old' }])
    expect(seen.rejected).toEqual([])
    expect((await arrivals(api())).rejected).toMatchObject([{ raw: null, code: 'INVALID_TIME', message: 'occurredAt was refused as INVALID_TIME.' }])
    // What was sent may hold the masked field.
    expect((await arrivals({ ...admin(), masks: ['revenue'] })).rejected).toMatchObject([{ raw: null, message: 'occurredAt was refused as INVALID_TIME.' }])
    expect((await arrivals({ ...api(), filters: [{ dimension: 'app', in: [own.appId, 'x'] }] })).events).toHaveLength(3)
    await expect(arrivals(api(), 0)).rejects.toThrow('first is 0')
    await expect(arrivals(api(), 501)).rejects.toThrow('at most 500')
    await expect(arrivals(partner())).rejects.toThrow(/analytics:read/)
  })
})
