import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'
import { referenceAnswer } from './reference/answer.ts'
import { firstDifference } from './reference/compareAnswers.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics } from './testing/askAnalytics.ts'

// MARKOV and SHAPLEY of DEFINITIONS.md, section 3, over the real ClickHouse. Every answer is also compared with the naive calculation.

const client = createClickHouse(readConfig.owner().clickhouse)
afterAll(() => client.close())

const now = new Date('2026-07-01T00:00:00Z')
const DAY_MS = 86_400_000
const CONVERTED = Date.parse('2026-05-20T12:00:00.000Z')
const MAY = 'range: { start: "2026-05-01T00:00:00Z", end: "2026-06-01T00:00:00Z" }, timeZone: "UTC"'
const BY_CHANNEL = `conversion: { event: "purchase" }, ${MAY}, groupBy: [{ dimension: CHANNEL }]`

type Row = Omit<Partial<StoredEvent>, 'tenant_id'> & { readonly at: number | string }
const touch = (channel: string, at: number | string, rest: Partial<Row> = {}): Row => ({ event: 'click', touch: 'click', user_id: 'ada', channel, at, ...rest })
const purchase = (rest: Partial<Row> = {}): Row => ({ event: 'purchase', user_id: 'ada', revenue: '12', at: CONVERTED, ...rest })

const NO_PROPERTIES: StoredEvent['properties'] = {}
/** A user's path of one-letter channels, an hour apart, with a conversion at its end or without. */
function path(channels: string, { user, converts = true }: { readonly user: string; readonly converts?: boolean }): readonly Row[] {
  const touches = channels.split('').map((channel, i) => touch(channel, CONVERTED - (channels.length - i) * 3_600_000, { user_id: user }))
  return converts ? [...touches, purchase({ user_id: user })] : touches
}
const paths = (...all: readonly (readonly [channels: string, converts: boolean, count: number])[]): readonly Row[] =>
  all.flatMap(([channels, converts, count], i) => Array.from({ length: count }, (_, n) => path(channels, { user: `user-${i}-${n}`, converts })).flat())

/** Puts the rows into a new tenant's data and asks: with every pass on and off, and the naive calculation. */
async function ask(rows: readonly Row[], input: string, selection: string) {
  const tenantId = randomUUID()
  const world = rows.map((row, i) => storedEvent({ event_id: String(i).padStart(4, '0'), event: 'purchase', ...row, tenant_id: tenantId }))
  await client.insert({ table: 'events', values: world, format: 'JSONEachRow' })
  const query = `{ attribution(input: { ${input} }) { ${selection} } }`
  const expected = referenceAnswer({ query, tenantId, now, world })
  let answer: unknown
  for (const passes of ['none', 'all'] as const) {
    const { data, errors } = await askAnalytics({ query, tenantId, now, passes })
    expect(errors?.map((error) => error.originalError ?? error)).toBeUndefined()
    expect(firstDifference(expected, data)).toBeNull()
    answer = data
  }
  return JSON.parse(JSON.stringify(answer)).attribution
}

/** What each channel is credited with. */
async function creditOf(rows: readonly Row[], model: string, input = BY_CHANNEL): Promise<Record<string, number>> {
  const { rows: answered } = await ask(rows, input, `rows { channel credit: conversions(model: ${model}) }`)
  return Object.fromEntries(answered.map((row: { channel: string | null; credit: number }) => [row.channel, row.credit]))
}

describe('the worked examples', () => {
  test('C1 > C2 > C3 converts, C1 and C2 > C3 do not', async () => {
    expect(await creditOf(paths(['123', true, 1], ['1', false, 1], ['23', false, 1]), 'MARKOV')).toEqual({ 1: 0.2, 2: 0.4, 3: 0.4 })
  })

  test('ABABBA, ABBAA and AA convert once each', async () => {
    expect(await creditOf(paths(['ABABBA', true, 1], ['ABBAA', true, 1], ['AA', true, 1]), 'MARKOV')).toEqual({ A: 2, B: 1 })
  })

  test('a > b converts three times of four, a > c once of two', async () => {
    expect(await creditOf(paths(['ab', true, 3], ['ab', false, 1], ['ac', true, 1], ['ac', false, 1]), 'MARKOV')).toEqual({ a: 2, b: 1.5, c: 0.5 })
  })

  test('ten paths of four channels, by Shapley values', async () => {
    expect(await creditOf(paths(['d', true, 2], ['se', true, 3], ['soe', true, 5]), 'SHAPLEY')).toEqual({ d: 2, s: 19 / 6, e: 19 / 6, o: 5 / 3 })
  })
})

describe('paths without a conversion', () => {
  // Of a path a > b that does not convert a gets more, since b converts less often after it: 7/9 against 2/3 of removal effect.
  const conversion = paths(['ab', true, 1], ['b', true, 1], ['a', true, 1])
  const nothing = (first: string, last: string): readonly Row[] => [touch('a', first), touch('b', last)]
  const shareOfA = async (rows: readonly Row[], input = BY_CHANNEL) => (await creditOf([...conversion, ...rows], 'MARKOV', input)).a

  test('are the touches after the last conversion, of whatever age', async () => {
    const alone = await shareOfA([])
    // On a path of its own that a conversion of another day is the end of.
    const old = nothing('2026-02-01T00:00:00Z', '2026-05-02T00:00:00Z')
    const others = await shareOfA(old)
    expect(others).not.toBe(alone)
    // A conversion after them takes them all away: they are too old to be credited for it.
    expect(await shareOfA([...old, purchase({ at: '2026-05-30T00:00:00Z' })])).toBe(alone)
    // One between them leaves the second alone.
    const half = await shareOfA([...old, purchase({ at: '2026-03-01T00:00:00Z' })])
    expect(half).not.toBe(alone)
    expect(half).not.toBe(others)
  })

  test('count where the last of their touches lies in the range', async () => {
    const alone = await shareOfA([])
    expect(await shareOfA(nothing('2026-05-02T00:00:00Z', '2026-06-01T00:00:00.000Z'))).toBe(alone)
    expect(await shareOfA(nothing('2026-04-02T00:00:00Z', '2026-04-30T23:59:59.999Z'))).toBe(alone)
    expect(await shareOfA(nothing('2026-04-02T00:00:00Z', '2026-05-01T00:00:00Z'))).not.toBe(alone)
    expect(await shareOfA(nothing('2026-04-02T00:00:00Z', '2026-05-31T23:59:59.999Z'))).not.toBe(alone)
  })

  test('end at a conversion after the range, and begin after one at the same instant', async () => {
    const alone = await shareOfA([])
    const path = nothing('2026-04-02T00:00:00Z', '2026-05-02T00:00:00Z')
    expect(await shareOfA([...path, purchase({ at: '2026-06-20T00:00:00Z' })])).toBe(alone)
    // What is left of it is b alone, as if a had never been.
    const after = await shareOfA([...path, purchase({ at: '2026-04-02T00:00:00Z' })])
    expect(after).toBe(await shareOfA([touch('b', '2026-05-02T00:00:00Z')]))
  })

  test('are of conversions that the filters admit', async () => {
    const input = `${BY_CHANNEL}, where: { country: { eq: "DE" } }`
    const german = (rows: readonly Row[]) => rows.map((row) => (row.event === 'purchase' ? { ...row, country: 'DE' } : row))
    const credit = (rows: readonly Row[]) => creditOf([...german(conversion), ...rows], 'MARKOV', input)
    const path = nothing('2026-04-02T00:00:00Z', '2026-05-02T00:00:00Z')
    const unseen = [...path, purchase({ at: '2026-05-03T00:00:00Z', country: 'US' })]
    expect(await credit(unseen)).toEqual(await credit(path))
    expect(await credit(unseen)).not.toEqual(await credit([]))
  })

  test('of nobody, of refunds and without touches are none', async () => {
    const alone = await shareOfA([])
    expect(
      await shareOfA([
        ...nothing('2026-05-01T00:00:00Z', '2026-05-02T00:00:00Z').map((row) => ({ ...row, user_id: '' })),
        purchase({ user_id: 'eve', is_refund: true }),
      ]),
    ).toBe(alone)
  })
})

test('a group on paths without a conversion alone has a row where it leads to one that converts', async () => {
  // Of a > conversion, and x > a that ends there: a converts half the time whatever came before, so that half is lost without x.
  const rows = paths(['a', true, 1], ['xa', false, 1], ['y', false, 1])
  expect(await creditOf(rows, 'MARKOV')).toEqual({ a: expect.closeTo(2 / 3, 11), x: expect.closeTo(1 / 3, 11) })
  expect(await creditOf(rows, 'SHAPLEY')).toEqual({ a: 1 })
  const limited = await ask(
    rows,
    `${BY_CHANNEL}, limit: 1`,
    'rows { channel c: conversions(model: MARKOV) touchpoints } totals { c: conversions(model: MARKOV) } info { isTruncated }',
  )
  expect(limited).toEqual({ rows: [{ channel: 'a', c: expect.closeTo(2 / 3, 11), touchpoints: '1' }], totals: { c: 1 }, info: { isTruncated: true } })
})

describe('credit', () => {
  const several = paths(['aab', true, 2], ['ba', true, 1], ['c', true, 1], ['', true, 3], ['cab', false, 2], ['x', false, 1])
  const MODELS = ['MARKOV', 'MARKOV, order: 2', 'MARKOV, order: 3', 'SHAPLEY']

  test.each(MODELS)('of %s adds up to the conversions and their revenue, with those without touches in the row of nothing', async (model) => {
    const fields = `c: conversions(model: ${model}) r: revenue(model: ${model})`
    const { rows, totals } = await ask(several, BY_CHANNEL, `rows { channel ${fields} } totals { ${fields} }`)
    expect(totals).toEqual({ c: 7, r: '84' })
    expect(rows.map(({ channel }: { channel: string | null }) => channel)).toEqual(['a', 'b', 'c', null])
    expect(rows[3]).toEqual({ channel: null, c: 3, r: '36' })
    expect(rows.reduce((sum: number, { c }: { c: number }) => sum + c, 0)).toBeCloseTo(7, 11)
  })

  test('of conversions whose lookbacks overlap is told from both their paths', async () => {
    const rows = [touch('a', CONVERTED - DAY_MS), purchase(), touch('b', CONVERTED + DAY_MS), purchase({ at: CONVERTED + 2 * DAY_MS })]
    expect(await creditOf(rows, 'SHAPLEY')).toEqual({ a: 1.5, b: 0.5 })
    const { a, b } = await creditOf(rows, 'MARKOV')
    // Of a > conversion and a > b > conversion all need a and half need b.
    expect([a, b]).toEqual([4 / 3, 2 / 3].map((each) => expect.closeTo(each, 11)))
  })

  test('is nothing where nothing converts, and whole where no group is told apart', async () => {
    const fields = 'c: conversions(model: MARKOV) s: conversions(model: SHAPLEY) r: revenue(model: MARKOV, order: 3) cpa(model: MARKOV)'
    const none = await ask(paths(['ab', false, 2]), BY_CHANNEL, `rows { channel } totals { ${fields} }`)
    expect(none).toEqual({ rows: [], totals: { c: 0, s: 0, r: '0', cpa: null } })
    const one = await ask(several, BY_CHANNEL.replace('{ dimension: CHANNEL }', ''), `rows { ${fields} } totals { ${fields} }`)
    expect(one.rows).toEqual([{ c: 7, s: 7, r: '84', cpa: '0' }])
    expect(one.totals).toEqual(one.rows[0])
  })

  test('of groups that whereTouch hides stays theirs', async () => {
    const open = await creditOf(several, 'MARKOV')
    const shown = async (whereTouch: string) => {
      const fields = 'c: conversions(model: MARKOV) s: conversions(model: SHAPLEY)'
      return ask(several, `${BY_CHANNEL}, whereTouch: ${whereTouch}`, `rows { channel ${fields} } totals { ${fields} }`)
    }
    const hidden = await shown('{ channel: { in: ["a", "c"] } }')
    expect(hidden.rows.map(({ c }: { c: number }) => c)).toEqual([open.a, open.c])
    expect(hidden.totals.c).toBeCloseTo((open.a ?? NaN) + (open.c ?? NaN), 11)
    const untouched = await shown('{ channel: { isNull: true } }')
    expect(untouched).toEqual({ rows: [{ channel: null, c: 3, s: 3 }], totals: { c: 3, s: 3 } })
    const alone = await ask(several, `${BY_CHANNEL}, whereTouch: { channel: { eq: "b" } }`, 'totals { c: conversions(model: MARKOV) }')
    expect(alone.totals.c).toBe(open.b)
  })

  test('goes by all that is grouped by, and numbers do not depend on what else is selected', async () => {
    const rows = several.map((row, i) => ({ ...row, campaign_id: ['', 'x', 'y'][i % 3] ?? '', properties: i % 2 === 0 ? { size: 'l' } : NO_PROPERTIES }))
    const input = BY_CHANNEL.replace('{ dimension: CHANNEL }', '{ property: "size" }, { dimension: CAMPAIGN }, { dimension: CHANNEL }, { dimension: APP }')
    const labels = 'property(name: "size") campaign { id } channel app { id }'
    const { rows: both } = await ask(
      rows,
      input,
      `rows { ${labels} m: conversions(model: MARKOV, order: 2) three: conversions(model: MARKOV, order: 3) s: conversions(model: SHAPLEY) }`,
    )
    const { rows: alone } = await ask(rows, input, `rows { ${labels} m: conversions(model: MARKOV, order: 2) }`)
    expect(both.map(({ three: _three, s: _s, ...rest }: Record<string, unknown>) => rest)).toEqual(alone)
    expect(both.length).toBeGreaterThan(6)
  })
})

describe('what is run', () => {
  const statements = async (fields: string) => {
    const query = `{ attribution(input: { ${BY_CHANNEL} }) { rows { channel ${fields} } info { sql parameters plan rowsRead } } }`
    const { data, errors } = await askAnalytics({ query, tenantId: randomUUID(), now })
    expect(errors).toBeUndefined()
    return JSON.parse(JSON.stringify(data)).attribution.info
  }

  test('is one statement more for these models, however many of them', async () => {
    const rules = await statements('c: conversions(model: LINEAR)')
    // Besides the paths it reads who converts.
    expect(rules.sql.match(/FROM `events`/g)).toHaveLength(2)
    expect(rules.plan).not.toContain('CountJourneys')
    const fields = ['MARKOV', 'MARKOV, order: 2', 'MARKOV, order: 3', 'SHAPLEY'].map(
      (model, i) => `m${i}: conversions(model: ${model}) r${i}: revenue(model: ${model})`,
    )
    const all = await statements(fields.join(' '))
    expect(all.sql.match(/FROM `events`/g)).toHaveLength(3)
    expect(all.plan.match(/CountJourneys/g)).toHaveLength(1)
    const names = [...all.sql.matchAll(/\{(p\d+):/g)].map(([, name]) => name)
    expect(new Set(Object.keys(all.parameters))).toEqual(new Set(names))
  })

  test('is explained without running it', async () => {
    const query = `{ attribution(input: { ${BY_CHANNEL}, explain: true }) { rows { channel } totals { conversions(model: MARKOV) conversionsInterval(model: SHAPLEY) { low } } info { sql elapsedMs } } }`
    const { data, errors } = await askAnalytics({ query, tenantId: randomUUID(), now })
    expect(errors).toBeUndefined()
    expect(JSON.parse(JSON.stringify(data)).attribution).toMatchObject({
      rows: [],
      totals: { conversions: null, conversionsInterval: null },
      info: { elapsedMs: null },
    })
  })
})
