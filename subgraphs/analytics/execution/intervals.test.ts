import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics } from './testing/askAnalytics.ts'

// Intervals of MARKOV and SHAPLEY. Every user of the world has one path of one channel, so that both credit a channel with its conversions, and how
// many those are is Poisson distributed: an interval of 90 % should hold the mean that they were drawn with in 90 % of the channels.

const MEAN = 30
const CHANNELS = 80
const CONVERTED = Date.parse('2026-05-20T12:00:00.000Z')
const INPUT =
  'conversion: { event: "purchase" }, range: { start: "2026-05-01T00:00:00Z", end: "2026-06-01T00:00:00Z" }, timeZone: "UTC", groupBy: [{ dimension: CHANNEL }]'
/** Of the normal distribution, 90 % lie so many standard deviations around the mean. */
const NINETY = 1.645
/** One channel's users convert so often each: they are drawn together. */
const REPEATED = 4

type Row = { channel: string | null; c: number; i: { low: number; high: number; level: number; resamples: number } }

describe('the interval of a credit', () => {
  const client = createClickHouse(readConfig.owner().clickhouse)
  const tenantId = randomUUID()
  afterAll(() => client.close())
  beforeAll(async () => {
    const counts = Array.from({ length: CHANNELS }, poisson(20_260_520))
    const once = counts.flatMap((count, channel) =>
      Array.from({ length: count }, (_, n) => pathOf({ channel: `c${channel}`, user: `${channel}-${n}`, times: 1 })),
    )
    const often = Array.from({ length: MEAN }, (_, n) => pathOf({ channel: 'often', user: `often-${n}`, times: REPEATED }))
    const untouched = Array.from({ length: MEAN }, (_, n) => purchaseOf(`alone-${n}`, 0))
    await client.insert({ table: 'events', values: [...once, ...often, ...untouched].flat(), format: 'JSONEachRow' })
  })

  const purchaseOf = (user: string, n: number): StoredEvent =>
    storedEvent({ tenant_id: tenantId, event: 'purchase', event_id: `${user}-${n}`, user_id: user, at: CONVERTED + n })
  const pathOf = ({ channel, user, times }: { channel: string; user: string; times: number }): readonly StoredEvent[] => [
    storedEvent({ tenant_id: tenantId, event: 'click', touch: 'click', event_id: user, user_id: user, channel, at: CONVERTED - 1 }),
    ...Array.from({ length: times }, (_, n) => purchaseOf(user, n)),
  ]

  async function ask(model: string, level = 'level: 0.9'): Promise<{ readonly rows: readonly Row[]; readonly totals: Row }> {
    const fields = `c: conversions(model: ${model}) i: conversionsInterval(model: ${model}, ${level}) { low high level resamples }`
    const query = `{ attribution(input: { ${INPUT} }) { rows { channel ${fields} } totals { ${fields} } } }`
    const { data, errors } = await askAnalytics({ query, tenantId, now: new Date('2026-07-01T00:00:00Z') })
    expect(errors?.map((error) => error.originalError ?? error)).toBeUndefined()
    return JSON.parse(JSON.stringify(data)).attribution
  }
  const width = ({ i }: Row) => i.high - i.low

  test.each(['SHAPLEY', 'MARKOV'])('of %s holds the true mean about as often as it says, and is as wide as the distribution', async (model) => {
    const { rows } = await ask(model)
    const drawn = rows.filter(({ channel }) => channel?.startsWith('c'))
    expect(drawn).toHaveLength(CHANNELS)
    const holding = drawn.filter(({ i }) => i.low <= MEAN && MEAN <= i.high).length / CHANNELS
    expect(holding).toBeGreaterThan(0.8)
    expect(holding).toBeLessThan(0.98)
    const widths = drawn.reduce((sum, row) => sum + width(row) / (2 * NINETY * Math.sqrt(row.c)), 0) / CHANNELS
    expect(widths).toBeGreaterThan(0.92)
    expect(widths).toBeLessThan(1.08)
    for (const { c, i } of drawn) expect([i.low < c, c < i.high, i.level, i.resamples]).toEqual([true, true, 0.9, 200])
  })

  test('draws users and not conversions: those of one user come together', async () => {
    const { rows } = await ask('SHAPLEY')
    const often = rows.find(({ channel }) => channel === 'often')
    if (often === undefined) throw new Error('The channel is on paths.')
    expect(often.c).toBe(MEAN * REPEATED)
    expect(width(often) / (2 * NINETY * REPEATED * Math.sqrt(MEAN))).toBeCloseTo(1, 0)
    expect(width(often)).toBeGreaterThan(1.5 * (2 * NINETY * Math.sqrt(often.c)))
  })

  test('is there for conversions without touches and for the totals', async () => {
    const { rows, totals } = await ask('MARKOV', 'order: 2')
    const alone = rows.find(({ channel }) => channel === null)
    expect(alone).toMatchObject({ c: MEAN, i: { level: 0.95 } })
    expect(alone === undefined ? 0 : width(alone)).toBeGreaterThan(10)
    expect(totals.c).toBe(rows.reduce((sum, { c }) => sum + Math.round(c), 0))
    expect(totals.i.low).toBeLessThan(totals.c)
    expect(totals.i.high).toBeGreaterThan(totals.c)
  })

  test('is the same for the same question, wider at a higher level, and changes no credit', async () => {
    const first = await ask('MARKOV')
    expect(await ask('MARKOV')).toEqual(first)
    const wider = await ask('MARKOV', 'level: 0.99')
    expect(wider.rows.map(({ c }) => c)).toEqual(first.rows.map(({ c }) => c))
    for (const [i, row] of wider.rows.entries()) expect(width(row)).toBeGreaterThan(width(first.rows[i] ?? row) - 1e-9)
  })
})

/** Numbers that are Poisson distributed, always the same ones (mulberry32 and Knuth). */
function poisson(seed: number): () => number {
  let state = seed
  const random = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return () => {
    let n = 0
    for (let product = random(); product > Math.exp(-MEAN); product *= random()) n += 1
    return n
  }
}
