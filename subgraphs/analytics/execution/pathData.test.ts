import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'
import { fromMicros } from './reference/decimals.ts'
import { effectsByForwardMass } from './reference/markovForward.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics } from './testing/askAnalytics.ts'

// 10,000 published paths (ChannelAttribution's PathData) as the events of 88,387 users. The file is not ours to copy and lies beside the checkout.

const FILE = new URL('../../../../shared/reference/channelattribution_pathdata.csv', import.meta.url)
const hasFile = existsSync(FILE)
if (!hasFile) process.stdout.write('pathData: skipped, since channelattribution_pathdata.csv is not in ../shared/reference beside the checkout\n')

const TOTALS = { conversions: 19_785, value: '74802.971587', nulls: 68_602, touches: 59_454, channels: 12, probability: 0.22384513559686 }
const MINUTE_MS = 60_000
const START = Date.parse('2026-05-20T00:00:00Z')
const BATCH = 100_000
const PURCHASES =
  'conversion: { event: "purchase" }, range: { start: "2026-05-01T00:00:00Z", end: "2026-06-01T00:00:00Z" }, timeZone: "UTC", groupBy: [{ dimension: CHANNEL }]'

type Path = { readonly channels: readonly string[]; readonly conversions: number; readonly value: number; readonly nulls: number }
const paths: readonly Path[] = hasFile
  ? readFileSync(FILE, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [path = '', conversions = '', value = '', nulls = ''] = line.trim().split(';')
        return { channels: path.split(' > '), conversions: Number(conversions), value: Number(value), nulls: Number(nulls) }
      })
  : []
const chainPaths = paths.flatMap(({ channels, conversions, nulls }) => [
  { groups: channels, converts: true, count: conversions },
  { groups: channels, converts: false, count: nulls },
])

/** A user for each path that converts, and for each that does not; the first of a line has all that the line is worth. Money has six places, and values more: what is rounded off one goes to the next. */
function* eventsOf(tenantId: string): Generator<StoredEvent> {
  let worth = 0
  let paid = 0
  for (const [line, { channels, conversions, value, nulls }] of paths.entries()) {
    worth += value
    const micros = Math.round(worth * 1e6) - paid
    paid += micros
    for (let n = 0; n < conversions + nulls; n++) {
      const row = { tenant_id: tenantId, user_id: `${line}-${n}`, app_id: tenantId }
      for (const [i, channel] of channels.entries())
        yield storedEvent({ ...row, event: 'click', touch: 'click', channel, event_id: `${line}-${n}-${i}`, at: START + i * MINUTE_MS })
      if (n < conversions)
        yield storedEvent({
          ...row,
          event: 'purchase',
          event_id: `${line}-${n}`,
          revenue: n === 0 ? fromMicros(BigInt(micros)) : '0',
          at: START + channels.length * MINUTE_MS,
        })
    }
  }
}

describe.runIf(hasFile)('the published paths', () => {
  const client = createClickHouse(readConfig.owner().clickhouse)
  const tenantId = randomUUID()
  afterAll(() => client.close())
  beforeAll(async () => {
    let batch: Partial<StoredEvent>[] = []
    const insert = () => client.insert({ table: 'events', values: batch, format: 'JSONEachRow' })
    for (const event of eventsOf(tenantId)) {
      batch.push(Object.fromEntries(Object.entries(event).filter(([, value]) => value !== '')))
      if (batch.length < BATCH) continue
      await insert()
      batch = []
    }
    await insert()
  }, 240_000)

  async function ask(selection: string) {
    const { data, errors } = await askAnalytics({
      query: `{ attribution(input: { ${PURCHASES} }) { ${selection} } }`,
      tenantId,
      now: new Date('2026-07-01T00:00:00Z'),
    })
    expect(errors?.map((error) => error.originalError ?? error)).toBeUndefined()
    return JSON.parse(JSON.stringify(data)).attribution
  }

  test('are those of the file', () => {
    expect(paths).toHaveLength(10_000)
    expect(paths.reduce((sum, { conversions }) => sum + conversions, 0)).toBe(TOTALS.conversions)
    expect(paths.reduce((sum, { nulls }) => sum + nulls, 0)).toBe(TOTALS.nulls)
    expect(paths.reduce((sum, { channels }) => sum + channels.length, 0)).toBe(TOTALS.touches)
  })

  test('credit every conversion and all value once, by each model', { timeout: 120_000 }, async () => {
    const models = [
      'FIRST_TOUCH',
      'LAST_TOUCH',
      'LAST_NON_DIRECT',
      'LINEAR',
      'POSITION_BASED',
      'TIME_DECAY',
      'SHAPLEY',
      'MARKOV',
      'MARKOV, order: 2',
      'MARKOV, order: 3',
    ]
    const fields = models.map((model, i) => `c${i}: conversions(model: ${model}) r${i}: revenue(model: ${model})`).join(' ')
    const { rows, totals } = await ask(`rows { channel ${fields} } totals { ${fields} }`)
    expect(rows).toHaveLength(TOTALS.channels)
    for (const [i] of models.entries()) {
      expect(totals[`c${i}`]).toBe(TOTALS.conversions)
      expect(totals[`r${i}`]).toBe(TOTALS.value)
      expect(rows.reduce((sum: number, row: Record<string, number>) => sum + (row[`c${i}`] ?? NaN), 0)).toBeCloseTo(TOTALS.conversions, 6)
    }
  })

  test.each([1, 2, 3])('credit each channel by MARKOV of order %i as an independent calculation does', { timeout: 120_000 }, async (order) => {
    const { probability, effects } = effectsByForwardMass(chainPaths, order)
    expect(probability).toBeCloseTo(TOTALS.probability, 13)
    const sum = [...effects.values()].reduce((total, each) => total + each, 0)
    const { rows } = await ask(`rows { channel c: conversions(model: MARKOV, order: ${order}) r: revenue(model: MARKOV, order: ${order}) }`)
    expect(rows).toHaveLength(effects.size)
    for (const { channel, c, r } of rows as readonly { channel: string; c: number; r: string }[]) {
      const share = (effects.get(channel) ?? NaN) / sum
      expect(Math.abs(c / (TOTALS.conversions * share) - 1)).toBeLessThan(1e-10)
      expect(Number(r)).toBeCloseTo(Number(TOTALS.value) * share, 4)
    }
  })

  test('credit each channel by SHAPLEY with its part of each path', { timeout: 120_000 }, async () => {
    const expected = new Map<string, number>()
    for (const { channels, conversions } of paths) {
      const different = new Set(channels)
      for (const channel of different) expected.set(channel, (expected.get(channel) ?? 0) + conversions / different.size)
    }
    const { rows } = await ask('rows { channel c: conversions(model: SHAPLEY) }')
    for (const { channel, c } of rows as readonly { channel: string; c: number }[]) expect(c).toBeCloseTo(expected.get(channel) ?? NaN, 8)
  })
})
