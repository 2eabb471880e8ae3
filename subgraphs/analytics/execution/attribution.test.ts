import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'
import { referenceAnswer } from './reference/answer.ts'
import { firstDifference } from './reference/compareAnswers.ts'
import { storedCost } from './reference/costs.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics } from './testing/askAnalytics.ts'

// DEFINITIONS.md, section 3, over the real ClickHouse. Every answer is also compared with the naive calculation.

const client = createClickHouse(readConfig.owner().clickhouse)
afterAll(() => client.close())

const now = new Date('2026-07-01T00:00:00Z')
const DAY_MS = 86_400_000
const CONVERTED = '2026-05-20T12:00:00.000Z'
const MAY = 'range: { start: "2026-05-01T00:00:00Z", end: "2026-06-01T00:00:00Z" }, timeZone: "UTC"'
const PURCHASES = `conversion: { event: "purchase" }, ${MAY}`

type Row = Omit<Partial<StoredEvent>, 'tenant_id'> & { readonly at: number | string }
/** Days before the conversion of CONVERTED; milliseconds later when `laterMs` is given. */
const before = (days: number, laterMs = 0): number => Date.parse(CONVERTED) - days * DAY_MS + laterMs
const touch = (channel: string, at: number | string, rest: Partial<Row> = {}): Row => ({ event: 'click', touch: 'click', user_id: 'ada', channel, at, ...rest })
const view = (channel: string, at: number | string, rest: Partial<Row> = {}): Row => touch(channel, at, { event: 'impression', touch: 'impression', ...rest })
const purchase = (rest: Partial<Row> = {}): Row => ({ event: 'purchase', user_id: 'ada', revenue: '12', at: CONVERTED, ...rest })

type Costs = readonly Omit<Partial<StoredCost>, 'tenant_id'>[]

/** Puts the rows into a new tenant's data and asks: with every pass on and off, and the naive calculation. */
async function ask(rows: readonly Row[], input: string, selection: string, costs: Costs = []) {
  const tenantId = randomUUID()
  const world = rows.map((row, i) => storedEvent({ event_id: String(i).padStart(4, '0'), event: 'purchase', ...row, tenant_id: tenantId }))
  const stated = costs.map((cost) => storedCost({ day: '2026-05-10', cost: '0', ...cost, tenant_id: tenantId }))
  await client.insert({ table: 'events', values: world, format: 'JSONEachRow' })
  if (stated.length > 0) await client.insert({ table: 'costs', values: stated, format: 'JSONEachRow' })
  const query = `{ attribution(input: { ${input} }) { ${selection} } }`
  const expected = referenceAnswer({ query, tenantId, now, world, costs: stated })
  let answer: unknown
  for (const passes of ['none', 'all'] as const) {
    const { data, errors } = await askAnalytics({ query, tenantId, now, passes })
    expect(errors?.map((error) => error.originalError ?? error)).toBeUndefined()
    expect(firstDifference(expected, data)).toBeNull()
    answer = data
  }
  return JSON.parse(JSON.stringify(answer)).attribution
}

const BY_CHANNEL = `${PURCHASES}, groupBy: [{ dimension: CHANNEL }]`
/** What each channel is credited with: `conversions(model: LINEAR)`. */
async function creditOf(rows: readonly Row[], model: string, input = BY_CHANNEL): Promise<Record<string, number>> {
  const { rows: answered } = await ask(rows, input, `rows { channel credit: conversions(model: ${model}) }`)
  return Object.fromEntries(answered.map((row: { channel: string | null; credit: number }) => [row.channel, row.credit]))
}

describe('the worked examples', () => {
  test('touches 38, 33, 26, 8 and 0 days before decay with a half-life of 7 days', async () => {
    const rows = [38, 33, 26, 8, 0].map((days) => touch(`d${days}`, before(days)))
    const { rows: answered } = await ask(
      [...rows, purchase({ revenue: '12000' })],
      `${BY_CHANNEL}, lookback: { clickDays: 38 }`,
      'rows { channel money: revenue(model: TIME_DECAY) said: revenue(model: TIME_DECAY, halfLifeDays: 7) }',
    )
    const cents = Object.fromEntries(answered.map((row: { channel: string; money: string }) => [row.channel, Number(row.money).toFixed(2)]))
    expect(cents).toEqual({ d38: '175.20', d33: '287.44', d26: '574.88', d8: '3417.04', d0: '7545.45' })
    for (const row of answered) expect(row.said).toBe(row.money)
  })

  const paths: readonly (readonly [readonly string[], number])[] = [
    [['direct'], 2],
    [['search', 'email'], 3],
    [['search', 'social', 'email'], 5],
  ]
  const rows = paths.flatMap(([channels, users], path) =>
    Array.from({ length: users }, (_, i) => `user-${path}-${i}`).flatMap((user_id) => [
      ...channels.map((channel, i) => touch(channel, before(5 - i), { user_id })),
      purchase({ user_id }),
    ]),
  )

  test('ten paths of four channels, linear', async () => {
    const credit = await creditOf(rows, 'LINEAR')
    expect(credit).toEqual({ direct: 2, search: 19 / 6, email: 19 / 6, social: 5 / 3 })
  })

  test('ten paths of four channels, by position', async () => {
    expect(await creditOf(rows, 'POSITION_BASED')).toEqual({ direct: 2, search: 3.5, email: 3.5, social: 1 })
  })
})

describe('a touch counts', () => {
  const counts = async (row: Row) => Object.keys(await creditOf([row, purchase()], 'LINEAR')).includes('x')

  test('at exactly the age of its lookback, and not a millisecond older', async () => {
    expect(await counts(touch('x', before(7)))).toBe(true)
    expect(await counts(touch('x', before(7, -1)))).toBe(false)
    expect(await counts(view('x', before(1)))).toBe(true)
    expect(await counts(view('x', before(1, -1)))).toBe(false)
  })

  test('at the instant of the conversion, and not after it', async () => {
    expect(await counts(touch('x', before(0)))).toBe(true)
    expect(await counts(touch('x', before(0, 1)))).toBe(false)
  })

  test('before the range, when it is young enough', async () => {
    const early = { at: '2026-05-01T00:00:00Z' }
    const credit = await creditOf([touch('x', '2026-04-24T00:00:00Z'), view('y', '2026-04-30T00:00:00Z'), purchase(early)], 'LINEAR')
    expect(credit).toEqual({ x: 0.5, y: 0.5 })
  })

  test('by hours and not by the clock: a week in which summer time begins has 168 of them too', async () => {
    const input =
      'conversion: { event: "purchase" }, range: { start: "2026-03-25T00:00:00Z", end: "2026-04-10T00:00:00Z" }, timeZone: "Europe/Berlin", groupBy: [{ dimension: CHANNEL }]'
    const at = '2026-04-01T10:00:00Z'
    const rows = [touch('in', '2026-03-25T10:00:00.000Z'), touch('out', '2026-03-25T09:59:59.999Z'), purchase({ at })]
    expect(await creditOf(rows, 'LINEAR', input)).toEqual({ in: 1 })
  })

  test('of its own user only, and of nobody when it is anonymous', async () => {
    const rows = [touch('x', before(1), { user_id: 'bob' }), touch('y', before(1), { user_id: '' }), purchase()]
    expect(await creditOf(rows, 'LAST_TOUCH')).toEqual({ null: 1 })
  })

  test('for each conversion that it is young enough for', async () => {
    const rows = [touch('x', before(3)), purchase(), purchase({ at: before(1) }), purchase({ at: before(-5) })]
    const { rows: answered } = await ask(rows, BY_CHANNEL, 'rows { channel c: conversions(model: LINEAR) touchpoints }')
    expect(answered).toEqual([
      { channel: 'x', c: 2, touchpoints: '2' },
      { channel: null, c: 1, touchpoints: '0' },
    ])
  })
})

describe('the order of a path', () => {
  const at = before(0.5)
  const ends = async (rows: readonly Row[]) => {
    const { rows: answered } = await ask(
      [...rows, purchase()],
      BY_CHANNEL,
      'rows { channel first: conversions(model: FIRST_TOUCH) last: conversions(model: LAST_TOUCH) }',
    )
    const holder = (end: 'first' | 'last') => answered.find((row: { first: number; last: number }) => row[end] === 1).channel
    return { first: holder('first'), last: holder('last') }
  }

  test('at one instant has impressions before clicks, whatever their ids', async () => {
    expect(await ends([touch('click', at, { event_id: 'a' }), view('view', at, { event_id: 'b' })])).toEqual({ first: 'view', last: 'click' })
  })

  test('of one kind and instant is that of the bytes of the ids, of any length', async () => {
    const id = (text: string) => touch(text, at, { event_id: text })
    expect(await ends([id('b'), id('ab'), id('a')])).toEqual({ first: 'a', last: 'b' })
    expect(await ends([id('ü'), id('z'), id('Z')])).toEqual({ first: 'Z', last: 'ü' })
    const long = 'x'.repeat(180)
    expect(await ends([id(`${long}2`), id(`${long}10`)])).toEqual({ first: `${long}10`, last: `${long}2` })
  })
})

describe('LAST_NON_DIRECT', () => {
  test('passes over direct touches at the end', async () => {
    const rows = [touch('search', before(4)), touch('email', before(3)), touch('direct', before(2)), touch('direct', before(1)), purchase()]
    expect(await creditOf(rows, 'LAST_NON_DIRECT')).toEqual({ search: 0, email: 1, direct: 0 })
  })

  test('takes the last one when all are direct', async () => {
    const rows = [touch('direct', before(2), { campaign_id: 'one' }), touch('direct', before(1), { campaign_id: 'two' }), purchase()]
    const { rows: answered } = await ask(rows, PURCHASES, 'rows { campaign { id } credit: conversions(model: LAST_NON_DIRECT) }')
    expect(answered).toEqual([
      { campaign: { id: 'one' }, credit: 0 },
      { campaign: { id: 'two' }, credit: 1 },
    ])
  })
})

describe('filters', () => {
  test('of touches are tested after crediting: what is hidden keeps its credit', async () => {
    const rows = [touch('x', before(2)), touch('y', before(1)), purchase()]
    const { rows: answered, totals } = await ask(
      rows,
      `${BY_CHANNEL}, whereTouch: { channel: { eq: "x" } }`,
      'rows { channel c: conversions(model: LINEAR) last: conversions(model: LAST_TOUCH) assists } totals { c: conversions(model: LINEAR) assists }',
    )
    expect(answered).toEqual([{ channel: 'x', c: 0.5, last: 0, assists: '1' }])
    expect(totals).toEqual({ c: 0.5, assists: '1' })
  })

  test('of touches see in a conversion without touches one of which all is absent', async () => {
    const shown = (whereTouch: string) => creditOf([purchase()], 'LINEAR', `${BY_CHANNEL}, whereTouch: ${whereTouch}`)
    expect(await shown('{ channel: { notIn: ["x"] } }')).toEqual({ null: 1 })
    expect(await shown('{ app: { isNull: true } }')).toEqual({ null: 1 })
    expect(await shown('{ channel: { isNull: false } }')).toEqual({})
    expect(await shown('{ property: { name: "a", number: { gt: -1 } } }')).toEqual({})
  })

  test('of conversions are tested before it', async () => {
    const rows = [touch('x', before(2)), purchase({ country: 'DE' }), purchase({ country: 'US' }), purchase({ country: 'DE', app_version: '2' })]
    expect(await creditOf(rows, 'LINEAR', `${BY_CHANNEL}, where: { country: { eq: "DE" } }`)).toEqual({ x: 2 })
    const inside = BY_CHANNEL.replace('"purchase" }', '"purchase", where: { appVersion: { eq: "2" } } }')
    expect(await creditOf(rows, 'LINEAR', `${inside}, where: { country: { eq: "DE" } }`)).toEqual({ x: 1 })
  })

  test('of the identity hold for touches as for conversions', async () => {
    const tenantId = randomUUID()
    const rows = [
      touch('x', before(2), { partner_id: 'p1' }),
      touch('y', before(1), { partner_id: 'p2' }),
      purchase({ partner_id: 'p1' }),
      purchase({ partner_id: 'p2' }),
    ]
    const world = rows.map((row, i) => storedEvent({ event_id: String(i), event: 'purchase', ...row, tenant_id: tenantId }))
    await client.insert({ table: 'events', values: world, format: 'JSONEachRow' })
    const query = `{ attribution(input: { ${BY_CHANNEL} }) { rows { channel credit: conversions(model: LINEAR) } } }`
    const { data } = await askAnalytics({ query, tenantId, now, filters: [{ dimension: 'partner', in: ['p1'] }] })
    expect(JSON.parse(JSON.stringify(data)).attribution.rows).toEqual([{ channel: 'x', credit: 1 }])
  })
})

describe('conversions', () => {
  test('are never refunds, nor of nobody', async () => {
    const rows = [touch('x', before(2)), purchase(), purchase({ is_refund: true, revenue: '-5' }), touch('y', before(1), { event: 'purchase', user_id: '' })]
    const { rows: answered } = await ask(rows, BY_CHANNEL, 'rows { channel c: conversions(model: LINEAR) r: revenue(model: LINEAR) }')
    expect(answered).toEqual([{ channel: 'x', c: 1, r: '12' }])
  })

  test('give their revenue exactly: thirds that make a whole again, and a half goes away from zero', async () => {
    const three = [touch('x', before(3)), touch('y', before(2)), touch('z', before(1))]
    const { rows: answered, totals } = await ask(
      [...three, purchase({ revenue: '0.000001' }), purchase({ revenue: '100' })],
      BY_CHANNEL,
      'rows { channel r: revenue(model: LINEAR) } totals { r: revenue(model: LINEAR) }',
    )
    expect(answered.map((row: { r: string }) => row.r)).toEqual(['33.333334', '33.333334', '33.333334'])
    expect(totals).toEqual({ r: '100.000001' })
    const two = [touch('x', before(3)), touch('y', before(2))]
    const halves = await ask(
      [...two, purchase({ revenue: '0.000001' })],
      BY_CHANNEL,
      'rows { r: revenue(model: LINEAR) } totals { r: revenue(model: POSITION_BASED) }',
    )
    expect(halves).toEqual({ rows: [{ r: '0.000001' }, { r: '0.000001' }], totals: { r: '0.000001' } })
    const sixths = Array.from({ length: 6 }, (_, i) => touch(i < 3 ? 'x' : 'y', before(3 - i / 4)))
    const { rows: half } = await ask([...sixths, purchase({ revenue: '0.000001' })], BY_CHANNEL, 'rows { r: revenue(model: LINEAR) }')
    expect(half).toEqual([{ r: '0.000001' }, { r: '0.000001' }])
  })

  test('decay and still make a whole where a group has all of a conversion', async () => {
    const rows = [9, 8, 6, 5, 3, 2, 1].map((days) => touch('x', before(days / 2)))
    expect(await creditOf([...rows, purchase()], 'TIME_DECAY')).toEqual({ x: 1 })
  })

  test('decay by many half-lives and still give all of their credit', async () => {
    const rows = [touch('old', before(300)), touch('new', before(200)), purchase()]
    const credit = await creditOf(rows, 'TIME_DECAY, halfLifeDays: 0.001', `${BY_CHANNEL}, lookback: { clickDays: 365 }`)
    expect(credit).toEqual({ old: 0, new: 1 })
    expect(await creditOf(rows, 'TIME_DECAY, halfLifeDays: 1e300', `${BY_CHANNEL}, lookback: { clickDays: 365 }`)).toEqual({ old: 0.5, new: 0.5 })
  })
})

test('assists are conversions with a touch that was not the last; the totals count each once', async () => {
  const rows = [touch('x', before(5)), touch('x', before(4)), touch('y', before(3)), touch('x', before(2)), purchase(), purchase({ at: before(4) })]
  const { rows: answered, totals } = await ask(rows, BY_CHANNEL, 'rows { channel assists touchpoints } totals { assists touchpoints }')
  expect(answered).toEqual([
    { channel: 'x', assists: '2', touchpoints: '5' },
    { channel: 'y', assists: '1', touchpoints: '1' },
  ])
  expect(totals).toEqual({ assists: '2', touchpoints: '6' })
})

describe('costs', () => {
  const costs: Costs = [
    { channel: 'x', cost: '10' },
    { channel: 'x', cost: '2.5', day: '2026-05-31' },
    { channel: 'x', cost: '99', day: '2026-06-01' },
    { channel: 'unseen', cost: '7', country: 'DE' },
  ]
  const rows = [touch('x', before(2)), touch('y', before(1)), purchase({ revenue: '30' })]
  const MONEY = 'cost roas(model: LINEAR) cpa(model: LINEAR) c: conversions(model: LINEAR)'

  test('stand beside the credit, also of groups without any', async () => {
    const answered = await ask(rows, BY_CHANNEL, `rows { channel ${MONEY} } totals { ${MONEY} }`, costs)
    expect(answered.rows).toEqual([
      { channel: 'unseen', cost: '7', roas: 0, cpa: null, c: 0 },
      { channel: 'x', cost: '12.5', roas: 1.2, cpa: '25', c: 0.5 },
      { channel: 'y', cost: '0', roas: null, cpa: '0', c: 0.5 },
    ])
    expect(answered.totals).toEqual({ cost: '19.5', roas: 30 / 19.5, cpa: '19.5', c: 1 })
  })

  test('make rows whether or not they are selected', async () => {
    const { rows: answered } = await ask(rows, BY_CHANNEL, 'rows { channel }', costs)
    expect(answered.map((row: { channel: string }) => row.channel)).toEqual(['unseen', 'x', 'y'])
  })

  test('are filtered by where, as far as it says where both were, and by whereTouch', async () => {
    const german = await ask(rows, `${BY_CHANNEL}, where: { country: { eq: "DE" } }`, 'rows { channel cost }', costs)
    expect(german.rows).toEqual([{ channel: 'unseen', cost: '7' }])
    const ofX = await ask(rows, `${BY_CHANNEL}, whereTouch: { channel: { eq: "x" } }`, 'totals { cost }', costs)
    expect(ofX.totals).toEqual({ cost: '12.5' })
  })
})

describe('rows', () => {
  test('are one without groups, also over nothing', async () => {
    const FIELDS = 'c: conversions(model: FIRST_TOUCH) r: revenue(model: TIME_DECAY) roas(model: LINEAR) cpa(model: LINEAR) touchpoints assists cost'
    const { rows, totals } = await ask([], `${PURCHASES}, groupBy: []`, `rows { ${FIELDS} } totals { ${FIELDS} }`)
    const nothing = { c: 0, r: '0', roas: null, cpa: null, touchpoints: '0', assists: '0', cost: '0' }
    expect(rows).toEqual([nothing])
    expect(totals).toEqual(nothing)
    const grouped = await ask([], BY_CHANNEL, `rows { ${FIELDS} } totals { ${FIELDS} }`)
    expect(grouped).toEqual({ rows: [], totals: nothing })
  })

  test('come by their groups, absent values last, and a limit that bites is said', async () => {
    const rows = ['b', '', 'a'].map((channel, i) => touch(channel, before(i), { platform: ['ios', '', 'web'][i] ?? '' }))
    const selection = 'rows { channel platform app { id } property(name: "p") } totals { c: conversions(model: LINEAR) } info { isTruncated }'
    const groups = 'groupBy: [{ dimension: CHANNEL }, { dimension: PLATFORM }, { property: "p" }, { dimension: APP }]'
    const input = `${PURCHASES}, ${groups}, limit: 2`
    const { rows: answered, totals, info } = await ask([...rows, purchase()], input, selection)
    expect(answered.map((row: { channel: string | null }) => row.channel)).toEqual(['a', 'b'])
    expect(totals).toEqual({ c: 1 })
    expect(info).toEqual({ isTruncated: true })
    const all = await ask([purchase(), purchase({ user_id: 'bob' }), touch('', before(1), { user_id: 'bob' })], `${PURCHASES}, ${groups}`, selection)
    expect(all.rows.map((row: { app: unknown }) => row.app === null)).toEqual([false, true])
  })
})

test('explain answers the statement and no rows', async () => {
  const query = `{ attribution(input: { ${PURCHASES}, explain: true }) { rows { campaign { id } } totals { conversions(model: LINEAR) } info { sql estimatedRows elapsedMs } } }`
  const { data, errors } = await askAnalytics({ query, tenantId: randomUUID(), now })
  expect(errors).toBeUndefined()
  expect(JSON.parse(JSON.stringify(data)).attribution).toMatchObject({ rows: [], totals: { conversions: null }, info: { elapsedMs: null } })
})

test('all models of a question read the paths once, and before them once who converts', async () => {
  const models = ['FIRST_TOUCH', 'LAST_TOUCH', 'LAST_NON_DIRECT', 'LINEAR', 'POSITION_BASED', 'TIME_DECAY']
  const fields = models.map((model) => `${model}: conversions(model: ${model}) ${model}_money: revenue(model: ${model})`).join(' ')
  const query = `{ attribution(input: { ${PURCHASES} }) { rows { ${fields} weeks: conversions(model: TIME_DECAY, halfLifeDays: 14) } info { sql } } }`
  const { data } = await askAnalytics({ query, tenantId: randomUUID(), now })
  const sql: string = JSON.parse(JSON.stringify(data)).attribution.info.sql
  expect(sql.match(/FROM `events`/g)).toHaveLength(2)
  expect(sql.match(/`user_id` IN \(/g)).toHaveLength(1)
})
