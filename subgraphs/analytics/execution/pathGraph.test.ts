import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import { readConfig } from '#ops/config.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics } from './testing/askAnalytics.ts'
import { CASE_NOW, storeCaseWorld } from './testing/caseWorld.ts'

const client = createClickHouse(readConfig.owner().clickhouse)
afterAll(() => client.close())

const GRAPH = 'graph { nodes { id kind event step isOther users conversions } links { source target users conversions } isTruncated }'
type Node = { id: string; kind: string; event: string | null; step: number; isOther: boolean; users: string; conversions: string }
type Link = { source: string; target: string; users: string; conversions: string }

const MAY = 'range: { start: "2026-05-01T00:00:00Z", end: "2026-06-01T00:00:00Z" }, timeZone: "UTC"'
const tenantId = randomUUID()
let caseTenantId = ''

async function ask(input: string, { selection = GRAPH, tenant = tenantId }: { selection?: string; tenant?: string } = {}) {
  const statements: string[] = []
  const query = `{ paths(input: { ${input} }) { ${selection} } }`
  const { data, errors } = await askAnalytics({ query, tenantId: tenant, now: CASE_NOW, onCompiled: ({ sql }) => statements.push(sql) })
  expect(errors?.map((error) => error.originalError ?? error)).toBeUndefined()
  return { ...JSON.parse(JSON.stringify(data)).paths, statements }
}

/** ada: a b buy, then buy again; bob: a b buy; cid: c b buy and then d. */
beforeAll(async () => {
  caseTenantId = (await storeCaseWorld()).tenantId
  const of = { ada: ['a', 'b', 'buy', 'buy'], bob: ['a', 'b', 'buy'], cid: ['c', 'b', 'buy', 'd'] }
  const values = Object.entries(of).flatMap(([user_id, names]) =>
    names.map((event, i) =>
      storedEvent({ tenant_id: tenantId, user_id, event, event_id: `${user_id}${i}`, at: Date.parse('2026-05-10T00:00:00Z') + i * 1000 }),
    ),
  )
  await client.insert({ table: 'events', values, format: 'JSONEachRow' })
})

const node = (id: string, [users, conversions]: readonly [number, number]) => {
  const [step = '', kind = '', event = null] = id.split(' ')
  return {
    id,
    kind,
    event: kind === 'CONVERSION' ? 'buy' : event,
    step: Number(step),
    isOther: kind === 'OTHER',
    users: `${users}`,
    conversions: `${conversions}`,
  }
}
const link = (source: string, target: string, [users, conversions]: readonly [number, number]) => ({
  source,
  target,
  users: `${users}`,
  conversions: `${conversions}`,
})

describe('the graph', () => {
  test('of paths to a conversion counts positions back from it, with what begins before depth', async () => {
    const { graph } = await ask(`conversion: { event: "buy" }, ${MAY}, depth: 3`)
    expect(graph).toEqual({
      nodes: [
        node('-3 START', [3, 3]),
        node('-2 STEP a', [2, 2]),
        node('-2 STEP c', [1, 1]),
        node('-1 START', [1, 1]),
        node('-1 STEP b', [3, 3]),
        node('0 CONVERSION', [3, 4]),
      ],
      links: [
        link('-3 START', '-2 STEP a', [2, 2]),
        link('-3 START', '-2 STEP c', [1, 1]),
        link('-2 STEP a', '-1 STEP b', [2, 2]),
        link('-2 STEP c', '-1 STEP b', [1, 1]),
        link('-1 START', '0 CONVERSION', [1, 1]),
        link('-1 STEP b', '0 CONVERSION', [3, 3]),
      ],
      isTruncated: false,
    })
  })

  test('puts the events that are not the most frequent of a position together, and nothing is lost', async () => {
    const { graph } = await ask(`conversion: { event: "buy" }, ${MAY}, depth: 2, graphEvents: 1`)
    expect(graph).toEqual({
      nodes: [node('-2 STEP a', [2, 2]), node('-2 OTHER', [1, 1]), node('-1 START', [1, 1]), node('-1 STEP b', [3, 3]), node('0 CONVERSION', [3, 4])],
      links: [
        link('-2 STEP a', '-1 STEP b', [2, 2]),
        link('-2 OTHER', '-1 STEP b', [1, 1]),
        link('-1 START', '0 CONVERSION', [1, 1]),
        link('-1 STEP b', '0 CONVERSION', [3, 3]),
      ],
      isTruncated: true,
    })
  })

  test('of paths from a start ends where users have no further step', async () => {
    const { graph } = await ask(`start: { event: "b" }, ${MAY}, depth: 3`)
    expect(graph).toEqual({
      nodes: [node('1 STEP b', [3, 3]), node('2 STEP buy', [3, 3]), node('3 STEP d', [1, 1]), node('3 EXIT', [2, 2])],
      links: [link('1 STEP b', '2 STEP buy', [3, 3]), link('2 STEP buy', '3 STEP d', [1, 1]), link('2 STEP buy', '3 EXIT', [2, 2])],
      isTruncated: false,
    })
    const { graph: single } = await ask(`start: { event: "b" }, ${MAY}, depth: 1`)
    expect(single).toEqual({ nodes: [node('1 STEP b', [3, 3])], links: [], isTruncated: false })
  })

  test('is computed only when it is asked for, and of its users only when these are', async () => {
    const plain = await ask(`conversion: { event: "buy" }, ${MAY}`, { selection: 'paths { steps }' })
    expect(plain.statements.join()).not.toMatch(/ARRAY JOIN range|OVER/)
    const counts = await ask(`conversion: { event: "buy" }, ${MAY}`, { selection: 'graph { links { conversions } }' })
    expect(counts.statements.join()).not.toMatch(/uniqExact|revenue|tops/)
  })
})

describe('of every graph', () => {
  const SPRING = 'range: { start: "2026-02-20T00:00:00Z", end: "2026-04-10T00:00:00Z" }, timeZone: "UTC"'
  test.each([
    ['paths to a conversion', 'conversion: { event: "purchase" }, depth: 4'],
    ['paths to a conversion with most events put together', 'conversion: { event: "purchase" }, depth: 6, graphEvents: 2, includeTouches: true'],
    ['paths from a start', 'start: { event: "install" }, depth: 5, graphEvents: 3'],
    ['paths from the first step', 'depth: 3, graphEvents: 1'],
    ['paths of one step', 'depth: 1, graphEvents: 1'],
  ])('as much goes into a node as out of it, and links, nodes, paths and totals agree: %s', async (_, input) => {
    const selection = `paths { steps users conversions revenue } totals { users conversions revenue } ${GRAPH} info { isTruncated }`
    const { statements, ...answer } = await ask(`${input}, limit: 10000, ${SPRING}`, { selection, tenant: caseTenantId })
    expect(statements.join().match(/FROM `events`/g)).toHaveLength(1)
    const { paths, totals, graph, info } = answer
    const sum = (all: readonly { conversions: string }[]) => all.reduce((total, { conversions }) => total + Number(conversions), 0)
    expect(info.isTruncated).toBe(false)
    expect(sum(paths)).toBe(Number(totals.conversions))
    expect(sum(paths)).toBeGreaterThan(10)
    const depth = Number(/depth: (\d+)/.exec(input)?.[1])
    const isBack = input.includes('conversion')
    for (const { id, kind, step, conversions } of graph.nodes as Node[]) {
      const into = sum(graph.links.filter(({ target }: Link) => target === id))
      const out = sum(graph.links.filter(({ source }: Link) => source === id))
      const isFirst = kind === 'START' || step === (isBack ? -depth : 1)
      const isLast = kind === 'CONVERSION' || kind === 'EXIT' || step === depth
      expect([id, isFirst ? 0 : Number(conversions), isLast ? 0 : Number(conversions)]).toEqual([id, into, out])
    }
    const ends = graph.nodes.filter(({ kind, step }: Node) => kind === 'CONVERSION' || (!isBack && step === 1))
    expect(sum(ends)).toBe(Number(totals.conversions))
    // The same numbers, whatever else is selected.
    const alone = await Promise.all(
      ['paths { steps users conversions revenue }', 'totals { users conversions revenue }', GRAPH].map((each) =>
        ask(`${input}, limit: 10000, ${SPRING}`, { selection: each, tenant: caseTenantId }),
      ),
    )
    expect(alone.map(({ statements: _statements, ...rest }) => rest)).toEqual([{ paths }, { totals }, { graph }])
  })
})
