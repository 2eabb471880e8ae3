import { beforeAll, describe, expect, test, vi } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import { openTestClickHouse } from '#db/testing/testEvents.ts'
import { createTestTenant } from '#db/testing/createTestTenant.ts'
import { createPool, withTenant } from '#db/pool.ts'
import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'
import { send } from './runQuery.ts'
import { askAnalytics, type Question } from './testing/askAnalytics.ts'
import { CASE_NOW, storeCaseWorld } from './testing/caseWorld.ts'

let tenantId: string
let world: readonly StoredEvent[]
let costs: readonly StoredCost[]
beforeAll(async () => {
  const stored = await storeCaseWorld()
  tenantId = stored.tenantId
  world = stored.world
  costs = stored.costs
})

const WAIT = { timeout: 15_000, interval: 50 }
const SPRING = 'range: { start: "2026-02-01T00:00:00Z", end: "2026-05-01T00:00:00Z" }, timeZone: "UTC"'
// Answers have no prototype; as JSON they compare like any object.
const ask = async (query: string, rest: Partial<Question> = {}) => JSON.parse(JSON.stringify(await askAnalytics({ query, tenantId, now: CASE_NOW, ...rest })))

describe('the selection', () => {
  test('may be spread over fragments, and fields may be skipped', async () => {
    const query = `query Q($no: Boolean = false) {
      metrics(input: { ${SPRING}, groupBy: [{ dimension: COUNTRY }], orderBy: [{ alias: "n", direction: ASC }] }) {
        ... on MetricsResult { rows { ...Row } }
        rows { revenue @include(if: $no) cost @skip(if: true) }
      }
    }
    fragment Row on MetricsRow { country n: sessions }`
    const { data, errors } = await ask(query)
    expect(errors).toBeUndefined()
    const counts = data.metrics.rows.map((row: { n: string }) => Number(row.n))
    expect(counts).toEqual(counts.toSorted((a: number, b: number) => a - b))
    expect(Object.keys(data.metrics.rows[0])).toEqual(['country', 'n'])
  })

  test('names an order: a bucket of time, a dimension, a property', async () => {
    const input = `${SPRING}, groupBy: [{ time: MONTH }, { dimension: APP }, { property: "mode" }]`
    const rowsBy = async (alias: string, direction: string) =>
      (
        await ask(
          `{ metrics(input: { ${input}, orderBy: [{ alias: "${alias}", direction: ${direction} }] }) { rows { when: time { start } app { id } mode: property(name: "mode") } } }`,
        )
      ).data.metrics.rows
    const months = (await rowsBy('when', 'DESC')).map((row: { when: { start: string } }) => row.when.start)
    expect(months).toEqual(months.toSorted().toReversed())
    const apps = (await rowsBy('app', 'DESC')).map((row: { app: { id: string } }) => row.app.id)
    expect(apps).toEqual(apps.toSorted().toReversed())
    const modes = (await rowsBy('mode', 'DESC')).map((row: { mode: string | null }) => row.mode)
    expect([...new Set(modes)]).toEqual(['hard', 'easy', null])
  })

  test('of one measure under two names computes it once, and arguments make another one', async () => {
    const { data } = await ask(
      `{ metrics(input: { ${SPRING} }) { rows { a: events(name: "session") b: events(name: "session") c: events(name: "purchase") } info { sql } } }`,
    )
    expect(data.metrics.rows[0].a).toBe(data.metrics.rows[0].b)
    expect(data.metrics.info.sql.match(/countIf/g)).toHaveLength(2)
  })
})

describe('a limit', () => {
  test('that bites is told, and totals are over all rows', async () => {
    const limited = await ask(
      `{ metrics(input: { ${SPRING}, groupBy: [{ dimension: COUNTRY }], limit: 2 }) { rows { country activeUsers } totals { activeUsers sessions country } info { isTruncated } } }`,
    )
    const whole = await ask(`{ metrics(input: { ${SPRING} }) { totals { activeUsers sessions } } }`)
    expect(limited.data.metrics.rows).toHaveLength(2)
    expect(limited.data.metrics.info.isTruncated).toBe(true)
    expect(limited.data.metrics.totals).toEqual({ ...whole.data.metrics.totals, country: null })
  })

  test('that is just enough is not', async () => {
    const { data } = await ask(`{ metrics(input: { ${SPRING}, groupBy: [{ dimension: COUNTRY }], limit: 4 }) { rows { country } info { isTruncated } } }`)
    expect(data.metrics.rows).toHaveLength(4)
    expect(data.metrics.info.isTruncated).toBe(false)
  })
})

describe('info', () => {
  const query = `{ metrics(input: { ${SPRING} }) { rows { sessions } info { sql parameters plan rowsRead bytesRead estimatedRows elapsedMs cache asOf isApproximate isTruncated } } }`

  test('says the statement, its parameters and what it read', async () => {
    const { data } = await ask(query)
    expect(data.metrics.info).toMatchObject({ estimatedRows: null, cache: 'BYPASS', asOf: CASE_NOW.toISOString(), isApproximate: false, isTruncated: false })
    expect(Object.values(data.metrics.info.parameters)).toContain(tenantId)
    // Whole granules are read, also of the tenants next to this one.
    expect(Number(data.metrics.info.rowsRead)).toBeGreaterThanOrEqual(world.length)
    expect(data.metrics.info.elapsedMs).toBeGreaterThan(0)
    expect(data.metrics.info.plan).toContain(`ScanEvents of tenant ${tenantId}`)
  })

  test('keeps what needs the scope explain from those who have it not, and nothing else', async () => {
    const { data, errors } = await ask(query, { scopes: ['analytics:read'] })
    const hidden = ['sql', 'parameters', 'plan', 'rowsRead', 'bytesRead', 'estimatedRows']
    expect(errors.map((error: { path: string[]; extensions: object }) => [error.path.at(-1), error.extensions])).toEqual(
      hidden.map((name) => [name, { code: 'FORBIDDEN' }]),
    )
    for (const name of hidden) expect(data.metrics.info[name]).toBeNull()
    expect(data.metrics.info.cache).toBe('BYPASS')
    expect(data.metrics.rows).toHaveLength(1)
  })

  test('of an explained question has an estimate, and nothing ran', async () => {
    const { data } = await ask(`{
      metrics(input: { ${SPRING}, explain: true, groupBy: [{ time: DAY }] }) { rows { sessions } totals { sessions } info { sql estimatedRows elapsedMs rowsRead } }
      cohorts(input: { ${SPRING}, explain: true, entry: { kind: INSTALL }, grain: WEEK, periods: 2 }) { rows { size } info { sql estimatedRows } }
    }`)
    expect(data.metrics).toMatchObject({ rows: [], totals: { sessions: null }, info: { elapsedMs: null, rowsRead: null } })
    expect(Number(data.metrics.info.estimatedRows)).toBeGreaterThanOrEqual(world.length)
    expect(data.cohorts.rows).toEqual([])
    expect(Number(data.cohorts.info.estimatedRows)).toBeGreaterThanOrEqual(world.length)
  })

  test.each<[string, string]>([
    ['few columns', `metrics(input: { ${SPRING}, EXPLAIN })  { totals { sessions }`],
    ['properties', `metrics(input: { ${SPRING}, where: { property: { name: "mode", text: { eq: "hard" } } }, EXPLAIN }) { totals { sessions revenue }`],
    ['two tables', `metrics(input: { ${SPRING}, EXPLAIN }) { totals { sessions cost }`],
  ])('of an explained question estimates the bytes of %s that it then reads', async (_name, question) => {
    const { data } = await ask(`{ asked: ${question.replace('EXPLAIN', 'explain: false')} info { bytesRead estimatedBytes } }
      explained: ${question.replace('EXPLAIN', 'explain: true')} info { bytesRead estimatedBytes } } }`)
    const { asked, explained } = { asked: data.asked.info, explained: data.explained.info }
    expect([asked.estimatedBytes, explained.bytesRead]).toEqual([null, null])
    // The lengths of columns are those of all tenants' rows, and other tests write here too.
    expect(Number(explained.estimatedBytes)).toBeGreaterThan(Number(asked.bytesRead) / 3)
    expect(Number(explained.estimatedBytes)).toBeLessThan(Number(asked.bytesRead) * 3)
  })
})

describe('costs and compared times', () => {
  test('can be explained', async () => {
    const compared = 'cost roas before: cost(compare: PREVIOUS_PERIOD) year: sessions(compare: PREVIOUS_YEAR)'
    const { data, errors } = await ask(`{
      metrics(input: { ${SPRING}, explain: true, groupBy: [{ time: DAY }] }) { rows { ${compared} } totals { ${compared} } info { estimatedRows } }
      cohorts(input: { ${SPRING}, explain: true, entry: { kind: INSTALL }, grain: WEEK, periods: 2 }) { rows { cost periods { roas } } info { estimatedRows } }
    }`)
    expect(errors).toBeUndefined()
    expect(data.metrics).toMatchObject({ rows: [], totals: { cost: null, roas: null, before: null, year: null } })
    // Both tables are read.
    expect(Number(data.metrics.info.estimatedRows)).toBeGreaterThanOrEqual(world.length + costs.length)
    expect(Number(data.cohorts.info.estimatedRows)).toBeGreaterThanOrEqual(world.length + costs.length)
  })

  test('make the same rows whatever is selected', async () => {
    const input = `input: { ${SPRING}, groupBy: [{ dimension: CAMPAIGN }] }`
    const rowsOf = async (fields: string) => (await ask(`{ metrics(${input}) { rows { campaign { id } ${fields} } } }`)).data.metrics.rows
    const ids = async (fields: string) => (await rowsOf(fields)).map((row: { campaign: { id: string } | null }) => row.campaign?.id ?? null)
    // Posters have no event at all.
    expect(await ids('')).toEqual(['launch', 'posters', 'spring', null])
    expect(await ids('sessions')).toEqual(await ids(''))
    expect(await ids('cost year: sessions(compare: PREVIOUS_YEAR)')).toEqual(await ids(''))
  })

  test('are seen through the filters of a key', async () => {
    const query = `{ metrics(input: { ${SPRING} }) { totals { cost } } }`
    const seen = await ask(query, { filters: [{ dimension: 'campaign', in: ['posters'] }] })
    const asked = await ask(`{ metrics(input: { ${SPRING}, where: { campaign: { eq: "posters" } } }) { totals { cost } } }`)
    expect(seen.data).toEqual(asked.data)
    expect(Number(seen.data.metrics.totals.cost)).toBeGreaterThan(0)
    expect((await ask(query, { filters: [{ dimension: 'campaign', in: ['nothing'] }] })).data.metrics.totals.cost).toBe('0')
  })
})

describe('who asks', () => {
  test('without the scope or a tenant is refused', async () => {
    const query = `{ metrics(input: { ${SPRING} }) { rows { sessions } } }`
    expect((await ask(query, { scopes: [] })).errors[0].extensions.code).toBe('FORBIDDEN')
  })

  test('with row filters sees the rows they allow and no others, whatever is asked', async () => {
    const query = `{ metrics(input: { ${SPRING}, where: { or: [{}, { partner: { eq: "partner-2" } }] } }) { rows { all: sessions } } }`
    const seen = (partner: string) => world.filter((row) => row.event === 'session' && row.partner_id === partner).length
    const filtered = await ask(query, { filters: [{ dimension: 'partner', in: ['partner-1'] }] })
    expect(filtered.data.metrics.rows).toEqual([{ all: String(seen('partner-1')) }])
    const nothing = await ask(query, { filters: [{ dimension: 'partner', in: [] }] })
    expect(nothing.data.metrics.rows).toEqual([{ all: '0' }])
    const noApp = await ask(query, { filters: [{ dimension: 'app', in: ['not an id'] }] })
    expect(noApp.data.metrics.rows).toEqual([{ all: '0' }])
    const cohorts = await ask(`{ cohorts(input: { ${SPRING}, entry: { kind: FIRST_EVENT }, grain: YEAR, periods: 1 }) { rows { size } } }`, {
      filters: [{ dimension: 'partner', in: ['nobody'] }],
    })
    expect(cohorts.data.cohorts.rows).toEqual([])
  })
})

describe('asOf', () => {
  test('is the time of the oldest batch that is not copied yet, and cuts buckets and cohorts', async () => {
    const { tenantId: own } = await createTestTenant({ withAccounts: false })
    const { postgres } = readConfig.analytics()
    const pool = createPool({ ...postgres, name: 'engine-test' })
    const created = '2026-03-15T00:00:00.000Z'
    try {
      await withTenant(pool, own, (client) =>
        client.query('INSERT INTO ingest_batches (tenant_id, payload, row_count, created_at) VALUES ($1, $2, 1, $3)', [own, Buffer.from('x'), created]),
      )
      const { data } = await ask(`{ metrics(input: { ${SPRING} }) { rows { sessions } info { asOf } } }`, { tenantId: own })
      expect(data.metrics.info.asOf).toBe(created)
    } finally {
      await pool.end()
    }
  })
})

describe('a client that goes away', () => {
  test('ends its statement on the server', async () => {
    const { clickhouse, tenantSecret } = readConfig.analytics()
    const reader = createClickHouse(clickhouse)
    const watcher = openTestClickHouse('migrate')
    const running = async () => {
      const answer = await watcher.query({
        query: "SELECT count() AS n FROM system.processes WHERE query LIKE '%a client that goes away%' AND user = 'analytics'",
        format: 'JSONEachRow',
      })
      return Number((await answer.json<{ n: string }>())[0]?.n)
    }
    const controller = new AbortController()
    try {
      // Far more pairs than can be counted in the time that a question has.
      const sql = '-- a client that goes away\nSELECT count() FROM events AS a, events AS b, events AS c, events AS d, events AS e'
      const answer = send({ clickhouse: reader, tenantSecret }, { sql, parameters: [] }, { tenantId, signal: controller.signal })
      const outcome = expect(answer).rejects.toMatchObject({ extensions: { code: 'CANCELLED' } })
      await vi.waitFor(async () => expect(await running()).toBe(1), WAIT)
      controller.abort()
      await outcome
      await vi.waitFor(async () => expect(await running()).toBe(0), WAIT)
    } finally {
      await Promise.all([reader.close(), watcher.close()])
    }
  })

  test('before its turn never asks', async () => {
    const controller = new AbortController()
    controller.abort()
    const { errors } = await ask(`{ metrics(input: { ${SPRING} }) { rows { sessions } } }`, { signal: controller.signal })
    expect(errors[0].extensions.code).toBe('CANCELLED')
  })
})

describe('the catalogue', () => {
  test('lists what can be asked for, from the same model as the schema', async () => {
    const { data } = await ask('{ catalog { measures { name type unit isDerived source } dimensions { name title type } events { name } } }')
    expect(data.catalog.measures).toContainEqual({ name: 'arpu', type: 'Decimal', unit: 'currency per user', isDerived: true, source: 'revenue / activeUsers' })
    expect(data.catalog.measures).toContainEqual({ name: 'roi', type: 'Float', unit: 'ratio', isDerived: true, source: '(revenue - cost) / cost' })
    expect(data.catalog.dimensions).toContainEqual({ name: 'CAMPAIGN', title: 'Campaign', type: 'Campaign' })
    expect(data.catalog.events).toEqual([])
  })
})

describe('texts of the caller', () => {
  const HOSTILE = [
    "'",
    '"',
    '`',
    '\\',
    "' OR 1=1 --",
    '; DROP TABLE events',
    '{p1:String}',
    '\n-- x\nSETTINGS log_comment = 1',
    '\u0000',
    '\t',
    '*/',
    "\\'",
    '%',
    '\u{1f600}',
    '$$',
    '@x',
  ]

  test.each(HOSTILE)('%j in every place are values and nothing else', async (text) => {
    const query = `query Q($t: String!, $i: ID!) {
      metrics(input: {
        ${SPRING}, groupBy: [{ property: $t }], orderBy: [{ alias: "x" }]
        where: { or: [{ country: { eq: $t, in: [$t], notIn: [$t], contains: $t, startsWith: $t } }, { app: { in: [$i] } }, { campaign: { eq: $i } }, { property: { name: $t, text: { eq: $t }, number: { gt: 1 } } }] }
      }) { rows { property(name: $t) x: events(name: $t) } totals { x: events(name: $t) } }
      cohorts(input: { ${SPRING}, entry: { kind: FIRST_EVENT, event: $t }, activity: { event: $t, where: { channel: { eq: $t } } }, grain: DAY, periods: 2, groupBy: [{ property: $t }] }) { rows { size } }
      attribution(input: { ${SPRING}, conversion: { event: $t, where: { channel: { eq: $t } } }, whereTouch: { country: { eq: $t } }, groupBy: [{ property: $t }, { dimension: APP }] }) { rows { property(name: $t) touchpoints } }
    }`
    const { data, errors } = await ask(query, { variables: { t: text, i: text } })
    expect(errors).toBeUndefined()
    expect(data).toEqual({ metrics: { rows: [], totals: { x: '0' } }, cohorts: { rows: [] }, attribution: { rows: [] } })
  })
})
