import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import { readConfig } from '#ops/config.ts'
import type { World } from './reference/world.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics, type Question } from './testing/askAnalytics.ts'
import { CASE_NOW, storeCaseWorld } from './testing/caseWorld.ts'
import { usersBehind } from './testing/cellUsers.ts'

// What a cell lets one do, and what it does not: the users are the asker's own, whoever made the cell.

const client = createClickHouse(readConfig.owner().clickhouse)
afterAll(() => client.close())
let tenantId: string
let otherTenantId: string
let world: World
beforeAll(async () => {
  ;({ tenantId, otherTenantId, world } = await storeCaseWorld())
})

const SPRING = 'range: { start: "2026-02-01T00:00:00Z", end: "2026-05-01T00:00:00Z" }, timeZone: "UTC"'
const SCOPES = ['analytics:read', 'identifiers:read', 'explain'] as const
type Rest = Omit<Partial<Question>, 'query'>

async function ask(query: string, rest: Rest = {}) {
  return JSON.parse(JSON.stringify(await askAnalytics({ query, tenantId, now: CASE_NOW, scopes: SCOPES, ...rest })))
}
const cellOf = async (input = SPRING, rest: Rest = {}): Promise<string> =>
  (await ask(`{ metrics(input: { ${input} }) { totals { cell } } }`, rest)).data.metrics.totals.cell
const list = (
  cell: string,
  { rest = {}, args = '', where = '', selection = 'nodes { id } totalCount' }: { rest?: Rest; args?: string; where?: string; selection?: string } = {},
) => ask(`{ users(input: { cell: "${cell}"${where === '' ? '' : `, where: ${where}`} }${args}) { ${selection} } }`, rest)
const codesOf = ({ errors }: { errors?: { extensions: { code: string; issues?: { code: string; path: string[] }[] } }[] }) =>
  errors?.flatMap(({ extensions: { code, issues } }) => issues?.map((each) => `${each.code} ${each.path.join('.')}`) ?? [code])

describe('a cell', () => {
  test('leads to every known user, with what all their events tell of them', async () => {
    const { users } = (
      await list(await cellOf(), {
        args: ', first: 1000',
        selection: 'nodes { id firstSeen country platform } totalCount pageInfo { hasNextPage } info { sql asOf } ',
      })
    ).data
    const ids = [...new Set(world.flatMap(({ user_id }) => (user_id === '' ? [] : [user_id])))].toSorted()
    expect(users.nodes.map((node: { id: string }) => node.id)).toEqual(ids)
    expect([users.totalCount, users.pageInfo.hasNextPage, users.info.asOf]).toEqual([String(ids.length), false, CASE_NOW.toISOString()])
    expect(users.info.sql.match(/tenant_id/g)).toHaveLength(2)
    for (const { id, ...known } of users.nodes) {
      const rows = world
        .filter(({ user_id }) => user_id === id)
        .toSorted((a, b) => (a.occurred_at === b.occurred_at ? (a.event_id < b.event_id ? -1 : 1) : a.occurred_at < b.occurred_at ? -1 : 1))
      const last = (column: 'country' | 'platform') => rows.findLast((row) => row[column] !== '')?.[column] ?? null
      expect(known).toEqual({ firstSeen: `${rows[0]?.occurred_at.replace(' ', 'T')}Z`, country: last('country'), platform: last('platform') })
    }
  })

  test('means later what it meant when it was made', async () => {
    const cell = await cellOf('range: { last: 1, unit: WEEK }, timeZone: "UTC"')
    const now = (await list(cell)).data.users
    expect((await list(cell, { rest: { now: new Date('2027-01-01T00:00:00Z') } })).data.users).toEqual(now)
  })

  test('leads to users too whose events lie ahead of the clock, where the number counts them', async () => {
    const now = new Date('2026-02-21T00:00:00Z')
    const { totals } = (await ask(`{ metrics(input: { ${SPRING} }) { totals { activeUsers cell(of: "activeUsers") } } }`, { now })).data.metrics
    expect((await list(totals.cell, { rest: { now } })).data.users.totalCount).toBe(totals.activeUsers)
  })

  test('of another tenant, of another field, cut or changed is none', async () => {
    const cell = await cellOf()
    const { endCursor } = (await list(cell, { args: ', first: 1', selection: 'pageInfo { endCursor }' })).data.users.pageInfo
    const other = await cellOf(SPRING, { tenantId: otherTenantId })
    const changed = `${cell.slice(0, -2)}${cell.endsWith('A') ? 'BB' : 'AA'}`
    for (const wrong of [other, endCursor, cell.slice(0, -4), changed, `${cell}=`, 'abc']) expect(codesOf(await list(wrong))).toEqual(['BAD_CURSOR'])
    expect(codesOf(await list(cell, { rest: { tenantId: otherTenantId } }))).toEqual(['BAD_CURSOR'])
  })

  test('pages with its own cursors alone: not those of another cell or filter, and no cell', async () => {
    const cell = await cellOf()
    const selection = 'pageInfo { endCursor }'
    const { endCursor } = (await list(cell, { args: ', first: 1', selection })).data.users.pageInfo
    expect(codesOf(await list(cell, { args: `, after: "${endCursor}"` }))).toBeUndefined()
    expect(codesOf(await list(cell, { args: `, after: "${endCursor}"`, where: '{ country: { eq: "DE" } }' }))).toEqual(['BAD_CURSOR'])
    expect(codesOf(await list(await cellOf(`${SPRING}, where: {}`), { args: `, after: "${endCursor}"` }))).toEqual(['BAD_CURSOR'])
    expect(codesOf(await list(cell, { args: `, after: "${cell}"` }))).toEqual(['BAD_CURSOR'])
  })

  test('needs both scopes, and a first within bounds', async () => {
    const cell = await cellOf()
    expect(codesOf(await list(cell, { rest: { scopes: ['analytics:read'] } }))).toEqual(['FORBIDDEN'])
    expect(codesOf(await list(cell, { rest: { scopes: ['identifiers:read'] } }))).toEqual(['FORBIDDEN'])
    expect(codesOf(await list(cell, { args: ', first: 0' }))).toEqual(['FIRST_TOO_SMALL first'])
    expect(codesOf(await list(cell, { args: ', first: 1001' }))).toEqual(['FIRST_TOO_LARGE first'])
  })

  test('is of those alone who have an event that meets the filter, whenever that was', async () => {
    const cell = await cellOf('range: { start: "2026-04-01T00:00:00Z", end: "2026-04-02T00:00:00Z" }, timeZone: "UTC"')
    const active = new Set(world.filter(({ occurred_at }) => occurred_at.startsWith('2026-04-01')).map(({ user_id }) => user_id))
    const purchasers = new Set(world.filter(({ event, country }) => event === 'level_up' && country === 'FR').map(({ user_id }) => user_id))
    const ids = [...active].filter((id) => id !== '' && purchasers.has(id)).toSorted()
    const { users } = (await list(cell, { where: '{ event: { eq: "level_up" }, country: { eq: "FR" } }' })).data
    expect(ids.length).toBeGreaterThan(0)
    expect(users).toEqual({ nodes: ids.map((id) => ({ id })), totalCount: String(ids.length) })
    expect(codesOf(await list(cell, { where: '{ segment: "s", property: { name: "" } }' }))).toEqual([
      'UNKNOWN_SEGMENT input.where.segment',
      'PROPERTY_NAME_EMPTY input.where.property.name',
    ])
  })
})

describe('the asker', () => {
  test('sees the users of the rows that its filters leave, whoever made the cell', async () => {
    const filters = [{ dimension: 'partner', in: ['partner-1'] }] as const
    const { users } = (await list(await cellOf(), { rest: { filters }, args: ', first: 1000', selection: 'nodes { id firstSeen } totalCount' })).data
    const own = world.filter((row) => row.partner_id === 'partner-1' && row.user_id !== '')
    expect(users.nodes.map((node: { id: string }) => node.id)).toEqual([...new Set(own.map((row) => row.user_id))].toSorted())
    for (const { id, firstSeen } of users.nodes) {
      const first = own
        .filter((row) => row.user_id === id)
        .map((row) => row.occurred_at)
        .toSorted()[0]
      expect(firstSeen).toBe(`${first?.replace(' ', 'T')}Z`)
    }
  })

  test('may not ask by what it does not see, and does not see it of the users', async () => {
    const grouped = (await ask(`{ metrics(input: { ${SPRING}, groupBy: [{ dimension: COUNTRY }] }) { rows { country cell paying: cell(of: "payers") } } }`))
      .data.metrics.rows[0]
    const masked = { rest: { masks: ['country'] } }
    expect(codesOf(await list(grouped.cell, masked))).toEqual(['FIELD_MASKED input.cell.groupBy.0.dimension'])
    expect(codesOf(await list(await cellOf(), { ...masked, where: '{ country: { eq: "DE" } }' }))).toEqual(['FIELD_MASKED input.where.country'])
    expect(codesOf(await list(grouped.paying, { rest: { masks: ['payers'] } }))).toEqual(['FIELD_MASKED input.cell.of'])
    expect(codesOf(await list(await cellOf(), { rest: { masks: ['userId'] } }))).toEqual(['FIELD_MASKED input.cell'])
    const { nodes, info } = (await list(await cellOf(), { ...masked, selection: 'nodes { id country platform } info { sql }' })).data.users
    expect(new Set(nodes.map(({ country }: { country: null }) => country))).toEqual(new Set([null]))
    expect(info.sql).not.toContain('country')
    const steps = `{ funnel(input: { ${SPRING}, steps: [{ event: "session" } { event: "purchase" }] }) { rows { steps { cell droppedCell } } } }`
    const [first, last] = (await ask(steps)).data.funnel.rows[0].steps
    expect(codesOf(await list(first.droppedCell, { rest: { masks: ['users'] } }))).toEqual(['FIELD_MASKED input.cell.users'])
    expect(last.droppedCell).toBeNull()
  })
})

describe('many', () => {
  test('users come page by page, none twice and none left out', { timeout: 60_000 }, async () => {
    const own = randomUUID()
    // Ids whose order by bytes is not that of numbers.
    const users = Array.from({ length: 2_500 }, (_, i) => `${i % 3 === 0 ? 'Ü' : 'u'}${i}`)
    const values = users.map((user_id, i) => storedEvent({ tenant_id: own, user_id, event: 'session', event_id: String(i), at: '2026-03-01T00:00:00Z' }))
    await client.insert({ table: 'events', values, format: 'JSONEachRow' })
    const question = { tenantId: own, now: CASE_NOW }
    const { ids, totalCount } = await usersBehind(await cellOf(SPRING, question), question, 700)
    expect(ids).toEqual(users.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
    expect(totalCount).toBe('2500')
  })

  test('cells of a long question are too large together, and of a longer one each', async () => {
    const question = (values: number) => {
      const texts = Array.from({ length: values }, () => `"${randomBytes(30).toString('hex')}"`)
      return `{ metrics(input: { ${SPRING}, groupBy: [{ time: HOUR }, { dimension: EVENT }, { dimension: COUNTRY }], where: { country: { notIn: [${texts.join(' ')}] } } }) {
      rows { a: cell b: cell(of: "payers") c: cell(of: "installs") } } }`
    }
    expect(new Set(codesOf(await ask(question(850))))).toEqual(new Set(['CELLS_TOO_LARGE ']))
    expect(new Set(codesOf(await ask(question(1_000))))).toEqual(new Set(['CELL_TOO_LARGE ']))
  })
})
