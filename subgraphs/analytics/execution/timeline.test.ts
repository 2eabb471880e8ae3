import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { commitIngest } from '#db/ingest/commitIngest.ts'
import { createTestTenant } from '#db/testing/createTestTenant.ts'
import { testVault } from '#db/testing/testVault.ts'
import { testConversion, testCredit, testSubmission } from '#db/testing/testConversions.ts'
import { openTestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics, type Question } from './testing/askAnalytics.ts'

// What a user did, and why a conversion is owed to whom, worked out by hand.

const client = createClickHouse(readConfig.owner().clickhouse)
const pools = openTestPools()
afterAll(() => Promise.all([client.close(), pools.close()]))

const now = new Date()
const HOUR_MS = 3_600_000
/** The purchase of ada's; whole seconds, as the log keeps them. */
const soldMs = Math.floor(now.getTime() / 1000) * 1000 - HOUR_MS
let tenantId: string
let appId: string
const rows: Partial<StoredEvent>[] = []

beforeAll(async () => {
  const tenant = await createTestTenant({ withAccounts: false })
  ;({ tenantId, appId } = tenant)
  const event = (id: string, hoursBefore: number, rest: Partial<StoredEvent>) =>
    rows.push(storedEvent({ tenant_id: tenantId, app_id: appId, user_id: 'ada', event: 'session', event_id: id, at: soldMs - hoursBefore * HOUR_MS, ...rest }))
  const touch = (id: string, hoursBefore: number, kind: 'click' | 'impression', rest: Partial<StoredEvent>) =>
    event(id, hoursBefore, { event: kind, touch: kind, ...rest })
  event('1-install', 300, { event: 'install', country: 'DE', platform: 'ios' })
  touch('2-ancient', 7 * 24 + 0.001, 'click', { campaign_id: 'ancient' })
  touch('3-oldest', 7 * 24, 'click', { campaign_id: 'spring', channel: 'social' })
  touch('4-seen', 25, 'impression', { campaign_id: 'posters' })
  touch('5-young', 24, 'impression', { campaign_id: 'posters', partner_id: 'partner-1' })
  touch('6-direct', 2, 'click', { channel: 'direct' })
  event('7-sale', 0, {
    event: 'purchase',
    revenue: '9.5',
    campaign_id: 'spring',
    country: '',
    properties: { sku: 'a', secret: 's' },
    device_ids: { idfa: 'ff' },
  })
  event('8-refund', -0.25, { event: 'purchase', revenue: '-9.5', is_refund: true })
  event('9-other', -0.5, { user_id: 'bob' })
  await client.insert({ table: 'events', values: rows, format: 'JSONEachRow' })
  const sale = testConversion({ appId, userId: 'ada', occurredAtMs: soldMs, credit: testCredit({ campaignId: 'spring' }) })
  await commitIngest(pools.app, { vault: testVault(), tenantId, submissions: [testSubmission([sale])] })
})

const FIELDS = 'id event touch occurredAt campaign { id } partner { id } channel revenue isRefund properties country'
const REASONS =
  'attribution { isTruncated decision { kind matchedBy reason } touches { id kind ageSeconds isInLookback reason campaign { id } channel credits { model credit } } }'
async function ask(query: string, rest: Omit<Partial<Question>, 'query'> = {}) {
  return JSON.parse(JSON.stringify(await askAnalytics({ query, tenantId, now, scopes: ['identifiers:read', 'analytics:read'], ...rest })))
}
const timeline = async (selection: string, rest: Omit<Partial<Question>, 'query'> = {}) => {
  const { data, errors } = await ask(`{ user(id: "ada") { timeline { nodes { ${selection} } } } }`, rest)
  expect(errors).toBeUndefined()
  return data.user.timeline.nodes
}

type Page = { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }

describe('a user', () => {
  test('is told from all events that have the id', async () => {
    const { data } = await ask('{ user(id: "ada") { id firstSeen country platform } nobody: user(id: "eve") { id } empty: user(id: "") { id } }')
    expect(data).toEqual({
      user: { id: 'ada', firstSeen: new Date(soldMs - 300 * HOUR_MS).toISOString(), country: 'DE', platform: 'ios' },
      nobody: null,
      empty: null,
    })
  })

  test('is nobody for another tenant, and is not told without the scope', async () => {
    expect((await ask('{ user(id: "ada") { id } }', { tenantId: '00000000-0000-4000-8000-0000000000aa' })).data.user).toBeNull()
    expect((await ask('{ user(id: "ada") { id } }', { scopes: ['analytics:read'] })).errors[0].extensions.code).toBe('FORBIDDEN')
    const reference = (scopes: Question['scopes']) =>
      ask(
        '{ found: _entities(representations: [{ __typename: "User", id: "bob" }, { __typename: "User", id: "eve" }]) { ... on User { id country timeline { nodes { id } } } } }',
        { scopes },
      )
    expect((await reference(['identifiers:read'])).data.found).toEqual([{ id: 'bob', country: null, timeline: { nodes: [{ id: '9-other' }] } }, null])
    expect((await reference(['analytics:read'])).errors[0].extensions.code).toBe('FORBIDDEN')
  })
})

describe('the timeline', () => {
  test('has the newest event first', async () => {
    const nodes = await timeline(FIELDS)
    expect(nodes.map((node: { id: string }) => node.id)).toEqual(['8-refund', '7-sale', '6-direct', '5-young', '4-seen', '3-oldest', '2-ancient', '1-install'])
    expect(nodes[1]).toEqual({
      id: '7-sale',
      event: 'purchase',
      touch: null,
      occurredAt: new Date(soldMs).toISOString(),
      campaign: { id: 'spring' },
      partner: null,
      channel: null,
      revenue: '9.5',
      isRefund: false,
      properties: { sku: 'a', secret: 's' },
      country: null,
    })
    expect(JSON.stringify(nodes)).not.toContain('ff')
  })

  test('comes page by page, and only by its own cursors', async () => {
    const ids: string[] = []
    let after: string | null = null
    do {
      const query = `query ($after: Cursor) { user(id: "ada") { timeline(first: 3, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }`
      const { nodes, pageInfo }: Page = (await ask(query, { variables: { after } })).data.user.timeline
      ids.push(...nodes.map((node) => node.id))
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null
      if (after !== null) {
        const wrong = await ask(`query ($after: Cursor) { user(id: "bob") { timeline(after: $after) { nodes { id } } } }`, { variables: { after } })
        expect(wrong.errors[0].extensions.code).toBe('BAD_CURSOR')
      }
    } while (after !== null)
    expect(ids).toEqual(['8-refund', '7-sale', '6-direct', '5-young', '4-seen', '3-oldest', '2-ancient', '1-install'])
  })

  test('hides what a key does not see: columns, and properties by their names', async () => {
    const [, sale] = await timeline(`${FIELDS} attribution { decision { kind } touches { campaign { id } } }`, {
      masks: ['campaign', 'revenue', 'secret', 'decision'],
    })
    expect(sale).toMatchObject({ campaign: null, revenue: null, properties: { sku: 'a' }, attribution: { decision: null } })
    expect(sale.attribution.touches.map((touch: { campaign: null }) => touch.campaign)).toEqual([null, null, null, null])
    const [, bare] = await timeline(`${FIELDS} attribution { isTruncated }`, { masks: ['event', 'property'] })
    expect(bare).toMatchObject({ event: null, properties: null, attribution: null })
    expect((await ask('{ user(id: "ada") { id } }', { masks: ['userId'] })).errors[0].extensions.issues[0].code).toBe('FIELD_MASKED')
  })

  test('of a key with filters has the rows that it sees alone', async () => {
    const nodes = await timeline(`id ${REASONS}`, { filters: [{ dimension: 'campaign', in: ['spring'] }] })
    expect(nodes.map((node: { id: string }) => node.id)).toEqual(['7-sale', '3-oldest'])
    expect(nodes[0].attribution).toMatchObject({ decision: null, touches: [{ id: '3-oldest' }] })
  })
})

describe('the reasoning', () => {
  test('says what was decided, which touches count, and their credits by each rule', async () => {
    const nodes = await timeline(`id ${REASONS}`)
    expect(nodes.filter((node: { attribution: unknown }) => node.attribution !== null).map((node: { id: string }) => node.id)).toEqual(['7-sale', '1-install'])
    const { attribution } = nodes[1]
    expect(attribution.decision).toEqual({ kind: 'attributed', matchedBy: 'touch_fields', reason: 'The event itself says whom it is owed to.' })
    expect(attribution.isTruncated).toBe(false)
    const shown = attribution.touches.map(({ id, ageSeconds, reason }: { id: string; ageSeconds: number; reason: string | null }) => [id, ageSeconds, reason])
    expect(shown).toEqual([
      ['6-direct', 7_200, null],
      ['5-young', 86_400, null],
      ['4-seen', 90_000, 'An impression counts for 1 day; this one is older.'],
      ['3-oldest', 604_800, null],
    ])
    const credits = (id: string) => {
      const touch = attribution.touches.find((each: { id: string }) => each.id === id)
      return Object.fromEntries(touch.credits.map(({ model, credit }: { model: string; credit: number }) => [model, Number(credit.toFixed(6))]))
    }
    // Seven days are one half-life: the weights are 1, 2 to the power of -22 / 168 and of -166 / 168.
    expect(credits('6-direct')).toEqual({ FIRST_TOUCH: 0, LAST_TOUCH: 1, LAST_NON_DIRECT: 0, LINEAR: 0.333333, POSITION_BASED: 0.4, TIME_DECAY: 0.413672 })
    expect(credits('5-young')).toEqual({ FIRST_TOUCH: 0, LAST_TOUCH: 0, LAST_NON_DIRECT: 1, LINEAR: 0.333333, POSITION_BASED: 0.2, TIME_DECAY: 0.377777 })
    expect(credits('3-oldest')).toEqual({ FIRST_TOUCH: 1, LAST_TOUCH: 0, LAST_NON_DIRECT: 0, LINEAR: 0.333333, POSITION_BASED: 0.4, TIME_DECAY: 0.20855 })
    expect(credits('4-seen')).toEqual({})
  })

  test('gives each campaign the credit that attribution gives it', async () => {
    const models = ['FIRST_TOUCH', 'LAST_TOUCH', 'LAST_NON_DIRECT', 'LINEAR', 'POSITION_BASED', 'TIME_DECAY']
    const range = `range: { start: "${new Date(soldMs - 1).toISOString()}", end: "${new Date(soldMs + 1).toISOString()}" }, timeZone: "UTC"`
    const selection = models.map((model) => `${model}: conversions(model: ${model})`).join(' ')
    const { rows: credited } = (await ask(`{ attribution(input: { conversion: { event: "purchase" }, ${range} }) { rows { campaign { id } ${selection} } } }`))
      .data.attribution
    const { touches } = (await timeline(`id ${REASONS}`))[1].attribution
    type Touch = { campaign: { id: string } | null; credits: { model: string; credit: number }[] }
    for (const { campaign, ...shares } of credited) {
      for (const [model, share] of Object.entries(shares)) {
        const own = touches
          .filter((touch: Touch) => touch.campaign?.id === campaign?.id)
          .flatMap((touch: Touch) => touch.credits.filter((each) => each.model === model))
        expect(own.reduce((sum: number, { credit }: { credit: number }) => sum + credit, 0)).toBeCloseTo(Number(share), 9)
      }
    }
    expect(credited).toHaveLength(3)
  })
})
