import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'
import { referenceAnswer } from './reference/answer.ts'
import { firstDifference } from './reference/compareAnswers.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics } from './testing/askAnalytics.ts'

// Paths worked out by hand, over the real ClickHouse. Every answer is also compared with the naive calculation.

const client = createClickHouse(readConfig.owner().clickhouse)
afterAll(() => client.close())

const now = new Date('2026-07-01T00:00:00Z')
const DAY_SECONDS = 86_400
const FIRST_MS = Date.parse('2026-05-10T12:00:00.000Z')
const MAY = 'range: { start: "2026-05-01T00:00:00Z", end: "2026-06-01T00:00:00Z" }, timeZone: "UTC"'
const BUY = `conversion: { event: "buy" }, ${MAY}`

type Row = Omit<Partial<StoredEvent>, 'tenant_id'> & { readonly at: number | string }
/** An event of ada's, seconds after noon of 10 May; milliseconds as a fraction. */
const on = (event: string, seconds: number, rest: Partial<Row> = {}): Row => ({ event, user_id: 'ada', at: FIRST_MS + Math.round(seconds * 1000), ...rest })
/** The events of one user, a second apart. */
const did = (user_id: string, ...names: readonly string[]): readonly Row[] => names.map((name, i) => on(name, i, { user_id }))

type Asked = { readonly input: string; readonly selection?: string; readonly filters?: Parameters<typeof askAnalytics>[0]['filters'] }

/** Puts the rows into a new tenant's data, newest first, and asks: with every pass on and off, and the naive calculation. */
async function ask(rows: readonly Row[], { input, selection = 'paths { steps users conversions revenue }', filters }: Asked) {
  const tenantId = randomUUID()
  const world = rows.map((row, i) => storedEvent({ event_id: String(i).padStart(4, '0'), event: 'a', ...row, tenant_id: tenantId }))
  await client.insert({ table: 'events', values: world.toReversed(), format: 'JSONEachRow' })
  const query = `{ paths(input: { ${input} }) { ${selection} } }`
  const expected = filters === undefined ? referenceAnswer({ query, tenantId, now, world }) : null
  let answer: unknown
  for (const passes of ['none', 'all'] as const) {
    const { data, errors } = await askAnalytics({ query, tenantId, now, passes, filters })
    expect(errors?.map((error) => error.originalError ?? error)).toBeUndefined()
    if (expected !== null) expect(firstDifference(expected, data)).toBeNull()
    answer = data
  }
  return JSON.parse(JSON.stringify(answer)).paths
}

/** Each path as its steps and how often it was gone. */
async function pathsOf(rows: readonly Row[], input: string): Promise<readonly (readonly [readonly string[], number])[]> {
  const { paths } = await ask(rows, { input, selection: 'paths { steps conversions }' })
  return paths.map((path: { steps: readonly string[]; conversions: string }) => [path.steps, Number(path.conversions)])
}

describe('paths to a conversion', () => {
  test('are counted with their users and revenue, the most frequent first, also those without a step', async () => {
    const rows = [
      ...did('ada', 'open', 'view', 'buy', 'open', 'view', 'buy'),
      ...did('bob', 'open', 'view', 'buy'),
      ...did('cid', 'view', 'buy', 'buy'),
      ...did('dan', 'open', 'view'),
    ].map((row, i) => ({ ...row, revenue: row.event === 'buy' ? `${i}.25` : '0' }))
    expect(
      await ask(rows, { input: BUY, selection: 'paths { steps users conversions revenue } totals { users conversions revenue } info { isTruncated }' }),
    ).toEqual({
      paths: [
        { steps: ['open', 'view'], users: '2', conversions: '3', revenue: '15.75' },
        { steps: [], users: '1', conversions: '1', revenue: '11.25' },
        { steps: ['view'], users: '1', conversions: '1', revenue: '10.25' },
      ],
      totals: { users: '3', conversions: '5', revenue: '37.25' },
      info: { isTruncated: false },
    })
  })

  test('have the last steps, the oldest first, cut after repeats are made one', async () => {
    const rows = did('ada', 'a', 'b', 'c', 'c', 'd', 'd', 'd', 'buy')
    expect(await pathsOf(rows, `${BUY}, depth: 2`)).toEqual([[['c', 'd'], 1]])
    expect(await pathsOf(rows, `${BUY}, depth: 4`)).toEqual([[['a', 'b', 'c', 'd'], 1]])
    expect(await pathsOf(rows, `${BUY}, depth: 4, collapseRepeats: false`)).toEqual([[['c', 'd', 'd', 'd'], 1]])
    expect(await pathsOf(rows, `${BUY}, depth: 20, collapseRepeats: false`)).toEqual([[['a', 'b', 'c', 'c', 'd', 'd', 'd'], 1]])
  })

  test('reach back for the lookback, its last instant included', async () => {
    const rows = [on('old', -DAY_SECONDS - 0.001), on('edge', -DAY_SECONDS), on('new', -1), on('buy', 0)]
    expect(await pathsOf(rows, `${BUY}, lookbackDays: 1`)).toEqual([[['edge', 'new'], 1]])
    expect(await pathsOf(rows, `${BUY}, lookbackDays: 0`)).toEqual([[[], 1]])
    expect(await pathsOf(rows, `${BUY}, lookbackDays: 2`)).toEqual([[['old', 'edge', 'new'], 1]])
  })

  test('lie before the range too, and end at a conversion before it', async () => {
    const may = Date.parse('2026-05-01T00:00:00Z')
    const rows = [on('a', 0, { at: may - 3000 }), on('buy', 0, { at: may - 2000 }), on('b', 0, { at: may - 1000 }), on('buy', 0, { at: may })]
    expect(await pathsOf(rows, BUY)).toEqual([[['b'], 1]])
    const july = [
      on('a', 0, { at: '2026-05-31T23:59:59.998Z' }),
      on('buy', 0, { at: '2026-05-31T23:59:59.999Z' }),
      on('buy', 0, { at: '2026-06-01T00:00:00Z' }),
    ]
    expect(await pathsOf(july, BUY)).toEqual([[['a'], 1]])
  })

  test('have rows of one instant in the order of their ids, the conversion among them', async () => {
    const at = (event: string, event_id: string) => on(event, 0, { event_id })
    expect(await pathsOf([at('c', '3'), at('a', '1'), at('buy', '4'), at('b', '2')], BUY)).toEqual([[['a', 'b', 'c'], 1]])
    expect(await pathsOf([at('c', '3'), at('a', '1'), at('buy', '2'), at('b', '10')], BUY)).toEqual([[['a', 'b'], 1]])
  })

  test('take refunds for steps, never for conversions, and touches only when they are asked for', async () => {
    const rows = [on('ad', 0, { touch: 'click' }), on('a', 1), on('buy', 2, { is_refund: true, revenue: '-5' }), on('buy', 3, { revenue: '7' })]
    expect(await pathsOf(rows, BUY)).toEqual([[['a', 'buy'], 1]])
    expect(await pathsOf(rows, `${BUY}, includeTouches: true`)).toEqual([[['ad', 'a', 'buy'], 1]])
  })

  test('are of known users, one by one', async () => {
    const nobody = { user_id: '' }
    expect(await pathsOf([on('a', 0, nobody), on('buy', 1, nobody), on('b', 0, { user_id: 'bob' }), on('buy', 1)], BUY)).toEqual([[[], 1]])
  })

  test('have filters of the steps and of the conversion, each of its own', async () => {
    const rows = [
      on('a', 0, { country: 'DE' }),
      on('b', 1, { country: 'US' }),
      on('buy', 2, { country: 'US' }),
      on('c', 3, { country: 'DE' }),
      on('buy', 4, { country: 'FR' }),
    ]
    const where = 'where: { country: { eq: "DE" } }'
    expect(await pathsOf(rows, `${BUY}, ${where}`)).toEqual([
      [['a'], 1],
      [['c'], 1],
    ])
    // A purchase that is no such conversion is a step, and does not end the path of another.
    expect(await pathsOf(rows, `conversion: { event: "buy", where: { country: { eq: "FR" } } }, ${MAY}`)).toEqual([[['a', 'b', 'buy', 'c'], 1]])
  })

  test('of an identity are made of the rows that it may see', async () => {
    const rows = [on('a', 0, { partner_id: 'p1' }), on('b', 1, { partner_id: 'p2' }), on('buy', 2, { partner_id: 'p1' }), on('buy', 3, { partner_id: 'p2' })]
    const { paths } = await ask(rows, { input: BUY, filters: [{ dimension: 'partner', in: ['p1'] }] })
    expect(paths).toEqual([{ steps: ['a'], users: '1', conversions: '1', revenue: '0' }])
  })

  test('may have names that hold anything', async () => {
    const odd = ['1', '2', "it's \\ 100%_up", 'ü→🎉', ' ', '-1 STEP x', '{p1:String}']
    const { paths, graph } = await ask(did('ada', ...odd, 'buy'), { input: `${BUY}, depth: 20`, selection: 'paths { steps } graph { nodes { id event } }' })
    expect(paths).toEqual([{ steps: odd }])
    expect(new Set(graph.nodes.map(({ id }: { id: string }) => id)).size).toBe(odd.length + 2)
    expect(graph.nodes.slice(1, -1).map(({ event }: { event: string }) => event)).toEqual(odd)
  })
})

describe('paths from a start', () => {
  test('are one of each user, the first steps of the range', async () => {
    const april = on('z', 0, { at: '2026-04-30T23:59:59.999Z' })
    const rows = [april, ...did('ada', 'a', 'a', 'b', 'c'), ...did('bob', 'a', 'b'), ...did('cid', 'a', 'b', 'd')]
    expect(await ask(rows, { input: `${MAY}, depth: 2`, selection: 'paths { steps users conversions } totals { users conversions }' })).toEqual({
      paths: [{ steps: ['a', 'b'], users: '3', conversions: '3' }],
      totals: { users: '3', conversions: '3' },
    })
    expect(await pathsOf(rows, `${MAY}, depth: 3, collapseRepeats: false`)).toEqual([
      [['a', 'a', 'b'], 1],
      [['a', 'b'], 1],
      [['a', 'b', 'd'], 1],
    ])
  })

  test('begin with the first such event, also where it is no step', async () => {
    const rows = [on('a', 0), on('ad', 1, { touch: 'click' }), on('b', 2), on('ad', 3, { touch: 'click' }), on('c', 4, { country: 'DE' })]
    expect(await pathsOf(rows, `${MAY}, start: { event: "ad" }`)).toEqual([[['ad', 'b', 'c'], 1]])
    expect(await pathsOf(rows, `${MAY}, start: { event: "ad" }, includeTouches: true`)).toEqual([[['ad', 'b', 'ad', 'c'], 1]])
    expect(await pathsOf(rows, `${MAY}, start: { where: { country: { eq: "DE" } } }`)).toEqual([[['c'], 1]])
    expect(await pathsOf(rows, `${MAY}, start: { event: "b" }, where: { event: { in: ["c"] } }`)).toEqual([[['b', 'c'], 1]])
    expect(await pathsOf(rows, `${MAY}, start: { event: "never" }`)).toEqual([])
    expect(await pathsOf([on('buy', 0, { is_refund: true }), on('b', 1)], `${MAY}, start: { event: "buy" }`)).toEqual([])
  })

  test('have the net revenue of their steps, with repeats of the last one and refunds, and no more', async () => {
    const paid = (event: string, seconds: number, revenue: string) => on(event, seconds, { revenue, is_refund: revenue.startsWith('-') })
    const rows = [paid('x', 0, '100'), paid('buy', 1, '10.5'), paid('buy', 2, '-0.500001'), paid('rate', 3, '2'), paid('rate', 4, '4'), paid('y', 5, '1000')]
    const asked = (rest: string) => ask(rows, { input: `${MAY}, start: { event: "buy" }, ${rest}`, selection: 'paths { steps revenue } totals { revenue }' })
    expect(await asked('depth: 2')).toEqual({ paths: [{ steps: ['buy', 'rate'], revenue: '15.999999' }], totals: { revenue: '15.999999' } })
    expect(await asked('depth: 1')).toEqual({ paths: [{ steps: ['buy'], revenue: '9.999999' }], totals: { revenue: '9.999999' } })
    expect(await asked('depth: 2, collapseRepeats: false')).toEqual({
      paths: [{ steps: ['buy', 'buy'], revenue: '9.999999' }],
      totals: { revenue: '9.999999' },
    })
  })
})

describe('the limit', () => {
  const rows = [...did('ada', 'a', 'buy', 'b', 'buy', 'c', 'buy'), ...did('bob', 'c', 'buy', 'b', 'buy'), ...did('cid', 'b', 'buy')]

  test('shows the first in the order, says that there are more, and totals are of all', async () => {
    const selection = 'paths { steps conversions users } totals { conversions users } info { isTruncated }'
    const expected = {
      paths: [
        { steps: ['b'], conversions: '3', users: '3' },
        { steps: ['c'], conversions: '2', users: '2' },
      ],
      totals: { conversions: '6', users: '3' },
      info: { isTruncated: true },
    }
    expect(await ask(rows, { input: `${BUY}, limit: 2`, selection })).toEqual(expected)
    expect(await ask(rows, { input: `${BUY}, limit: 2`, selection: `${selection} graph { isTruncated }` })).toEqual({
      ...expected,
      graph: { isTruncated: false },
    })
    expect(await ask(rows, { input: `${BUY}, limit: 3`, selection: 'info { isTruncated }' })).toEqual({ info: { isTruncated: false } })
    expect(await ask(rows, { input: `${BUY}, limit: 2`, selection: 'info { isTruncated }' })).toEqual({ info: { isTruncated: true } })
  })

  test('counts alike paths by their users before their steps', async () => {
    const alike = [...did('ada', 'a', 'buy', 'a', 'buy', 'z', 'buy'), ...did('bob', 'z', 'buy')]
    expect((await pathsOf(alike, BUY)).map(([steps]) => steps)).toEqual([['z'], ['a']])
  })
})

test('over nothing there is no path, and all totals are 0', async () => {
  const selection = 'paths { steps } totals { users conversions revenue } graph { nodes { id } links { source } isTruncated }'
  const nothing = { paths: [], totals: { users: '0', conversions: '0', revenue: '0' }, graph: { nodes: [], links: [], isTruncated: false } }
  for (const input of [BUY, MAY]) {
    expect(await ask([], { input, selection })).toEqual(nothing)
    expect(await ask([], { input, selection: 'paths { steps } totals { users conversions revenue }' })).toEqual({ paths: [], totals: nothing.totals })
    expect(await ask([], { input, selection: 'totals { users conversions revenue }' })).toEqual({ totals: nothing.totals })
  }
})

test('explain answers neither paths nor totals nor a graph, but the statement of one scan', async () => {
  const query = `{ paths(input: { ${BUY}, explain: true }) { paths { steps } totals { users } graph { links { users } } info { sql estimatedRows isTruncated } } }`
  const { data, errors } = await askAnalytics({ query, tenantId: randomUUID(), now })
  expect(errors).toBeUndefined()
  const { info, ...rest } = JSON.parse(JSON.stringify(data)).paths
  expect(rest).toEqual({ paths: [], totals: null, graph: null })
  expect(info.sql.match(/FROM `events`/g)).toHaveLength(1)
})
