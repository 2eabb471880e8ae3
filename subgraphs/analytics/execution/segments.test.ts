import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { withTenant } from '#db/pool.ts'
import { createTestTenant } from '#db/testing/createTestTenant.ts'
import { openTestClickHouse, testEvent } from '#db/testing/testEvents.ts'
import { openTestPools } from '#db/testing/testPools.ts'
import type { RowFilter, Scope } from '#ops/security/permissions.ts'
import { limits } from '../model/limits.ts'
import { askAnalytics } from './testing/askAnalytics.ts'

// Segments as they are saved in PostgreSQL and evaluated by ClickHouse, both real.

const pools = openTestPools()
const owner = openTestClickHouse('migrate')
const NOW = new Date('2026-03-31T12:00:00.000Z')
let tenantId: string
let otherId: string
let appId: string
beforeAll(async () => {
  const [own, other] = await Promise.all([createTestTenant({ withAccounts: false }), createTestTenant({ withAccounts: false })])
  tenantId = own.tenantId
  otherId = other.tenantId
  appId = own.appId
})
afterAll(async () => {
  await pools.close()
  await owner.close()
})

type Given = {
  readonly now?: Date
  readonly tenant?: string
  readonly filters?: readonly RowFilter[]
  readonly masks?: readonly string[]
  readonly scopes?: readonly Scope[]
}
const WRITER: readonly Scope[] = ['analytics:read', 'explain', 'segments:write']

async function ask(query: string, variables: Record<string, unknown> = {}, { now = NOW, tenant = tenantId, scopes = WRITER, ...rest }: Given = {}) {
  return JSON.parse(JSON.stringify(await askAnalytics({ query, variables, tenantId: tenant, now, scopes, ...rest })))
}

/** `CODE path` of each issue. */
function issuesOf(answer: any): readonly string[] {
  expect(answer.errors?.[0]?.extensions.code, JSON.stringify(answer)).toBe('BAD_QUERY')
  return answer.errors[0].extensions.issues.map(({ code, path }: { code: string; path: string[] }) => `${code} ${path.join('.')}`)
}

const CREATE = 'mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { id name description definition frozenAt } }'
const UPDATE = 'mutation ($id: ID!, $input: UpdateSegmentInput!) { updateSegment(id: $id, input: $input) { id name description definition frozenAt } }'
const PAYERS = { did: { event: 'purchase' } }
const newName = () => `Segment ${randomUUID()}`

async function create(input: Record<string, unknown> = {}, given: Given = {}): Promise<any> {
  const answer = await ask(CREATE, { input: { name: newName(), definition: PAYERS, ...input } }, given)
  expect(answer.errors).toBeUndefined()
  return answer.data.createSegment
}

const insert = (...rows: readonly Partial<StoredEvent>[]) =>
  owner.insert<StoredEvent>({ table: 'events', values: rows.map((each) => testEvent({ tenant_id: tenantId, app_id: appId, ...each })), format: 'JSONEachRow' })

describe('a segment', () => {
  test('is saved, listed by name, read by its id, changed and taken away', async () => {
    const created = await create({ name: 'bB', description: 'who pays' })
    expect(created).toEqual({
      id: created.id,
      name: 'bB',
      description: 'who pays',
      definition: { did: { event: 'purchase', includeRefunds: false } },
      frozenAt: null,
    })
    const first = await create({ name: 'Aa' })
    const names = (await ask('{ segments(first: 1000) { name } }')).data.segments.map(({ name }: { name: string }) => name)
    expect(names.filter((name: string) => name.length === 2)).toEqual(['Aa', 'bB'])
    const changed = await ask(UPDATE, { id: created.id, input: { name: 'BB', description: null } })
    expect(changed.data.updateSegment).toMatchObject({ name: 'BB', description: null, definition: created.definition })
    expect((await ask('query ($id: ID!) { segment(id: $id) { name } }', { id: created.id.toUpperCase() })).data.segment).toEqual({ name: 'BB' })
    expect((await ask('mutation ($id: ID!) { deleteSegment(id: $id) }', { id: first.id })).data).toEqual({ deleteSegment: first.id })
    expect((await ask('query ($id: ID!) { segment(id: $id) { name } }', { id: first.id })).data.segment).toBeNull()
    expect(issuesOf(await ask('mutation ($id: ID!) { deleteSegment(id: $id) }', { id: first.id }))).toEqual(['UNKNOWN_SEGMENT id'])
  })

  test('is an entity that the gateway finds by its id, and nobody else’s', async () => {
    const { id, name } = await create()
    const query = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Segment { name } } }'
    const of = [
      { __typename: 'Segment', id },
      { __typename: 'Segment', id: randomUUID() },
    ]
    expect((await ask(query, { of })).data['_entities']).toEqual([{ name }, null])
    expect((await ask(query, { of }, { tenant: otherId })).data['_entities']).toEqual([null, null])
    expect((await ask(query, { of }, { scopes: ['campaigns:read'] })).data['_entities']).toEqual([null, null])
  })

  test('has a name of its own, whatever the case and form of its letters', async () => {
    await create({ name: 'Ärger ＡＢ' })
    expect(issuesOf(await ask(CREATE, { input: { name: 'ärger ab', definition: PAYERS } }))).toEqual(['SEGMENT_NAME_TAKEN input.name'])
    const other = await create()
    expect(issuesOf(await ask(UPDATE, { id: other.id, input: { name: 'ÄRGER AB' } }))).toEqual(['SEGMENT_NAME_TAKEN input.name'])
    expect((await ask(CREATE, { input: { name: 'ärger ab', definition: PAYERS } }, { tenant: otherId })).errors).toBeUndefined()
  })

  test('needs the scope to be written, and is written in the asker’s tenant alone', async () => {
    const { id } = await create()
    const reader: Given = { scopes: ['analytics:read'] }
    for (const [query, variables] of [
      [CREATE, { input: { name: newName(), definition: PAYERS } }],
      [UPDATE, { id, input: {} }],
      ['mutation ($id: ID!) { deleteSegment(id: $id) }', { id }],
    ] as const) {
      expect((await ask(query, variables, reader)).errors[0].extensions.code).toBe('FORBIDDEN')
    }
    expect(issuesOf(await ask(UPDATE, { id, input: {} }, { tenant: otherId }))).toEqual(['UNKNOWN_SEGMENT id'])
    expect(issuesOf(await ask('mutation ($id: ID!) { deleteSegment(id: $id) }', { id }, { tenant: otherId }))).toEqual(['UNKNOWN_SEGMENT id'])
    expect((await ask('query ($id: ID!) { segment(id: $id) { name } }', { id }, { tenant: otherId })).data.segment).toBeNull()
  })

  test('can be one of a thousand, and no more', async () => {
    const { tenantId: full } = await createTestTenant({ withAccounts: false })
    await withTenant(pools.app, full, (client) =>
      client.query(
        `INSERT INTO segments (tenant_id, id, name, folded_name, definition)
         SELECT $1, gen_random_uuid(), n::text, n::text, '{"all": []}' FROM generate_series(2, $2::int) n`,
        [full, limits.savedSegments],
      ),
    )
    const input = () => ({ input: { name: newName(), definition: PAYERS } })
    const both = await Promise.all([ask(CREATE, input(), { tenant: full }), ask(CREATE, input(), { tenant: full })])
    expect(both.filter(({ errors }) => errors === undefined)).toHaveLength(1)
    expect(issuesOf(both.find(({ errors }) => errors !== undefined))).toEqual(['TOO_MANY_SAVED_SEGMENTS '])
  })
})

const SIZE = 'query ($of: SegmentOfInput!) { segmentSize(of: $of) { users knownUsers share info { asOf } } }'
const sizeOf = async (of: unknown, given: Given = {}) => {
  const { data, errors } = await ask(SIZE, { of }, given)
  expect(errors).toBeUndefined()
  return data.segmentSize
}

describe('who is a member', () => {
  test('moves on with events, those that come late among them; when it is frozen it never changes', async () => {
    const where = { property: { name: 'story', text: { eq: 'frozen' } } }
    const definition = { did: { event: 'purchase', where } }
    const bought = (user: string, occurred: string, recorded: string): Partial<StoredEvent> => ({
      user_id: user,
      occurred_at: `2026-${occurred}:00.000`,
      recorded_at: `2026-${recorded}:00.000`,
      properties: { story: 'frozen' },
    })
    await insert(bought('f1', '03-01 10:00', '03-01 10:00'), bought('f2', '03-02 10:00', '03-02 10:00'))
    const live = await create({ definition })
    const frozen = await create({ definition, isFrozen: true }, { now: new Date('2026-03-10T00:00:10.000Z') })
    expect(frozen.frozenAt).toBe('2026-03-10T00:00:00.000Z')
    const usersOf = async (segment: string) => (await sizeOf({ segment })).users
    expect([await usersOf(live.id), await usersOf(frozen.id)]).toEqual(['2', '2'])
    await insert(bought('later', '03-11 00:00', '03-11 00:00'), bought('late', '03-05 00:00', '03-10 00:00'))
    expect([await usersOf(live.id), await usersOf(frozen.id)]).toEqual(['4', '2'])
    const count =
      '{ metrics(input: { range: { start: "2026-03-01T00:00:00Z", end: "2026-04-01T00:00:00Z" }, timeZone: "UTC", where: { segment: "$" } }) { totals { payers } } }'
    const payersOf = async (id: string) => (await ask(count.replace('$', id))).data.metrics.totals.payers
    expect([await payersOf(live.id), await payersOf(frozen.id)]).toEqual(['4', '2'])
    // Thawed it moves on, and frozen anew it stays.
    expect(issuesOf(await ask(UPDATE, { id: frozen.id, input: { definition: PAYERS } }))).toEqual(['SEGMENT_IS_FROZEN input.definition'])
    expect((await ask(UPDATE, { id: frozen.id, input: { name: newName(), isFrozen: true } })).data.updateSegment.frozenAt).toBe('2026-03-10T00:00:00.000Z')
    expect((await ask(UPDATE, { id: frozen.id, input: { isFrozen: false, definition } })).data.updateSegment.frozenAt).toBeNull()
    expect(await usersOf(frozen.id)).toBe('4')
  })

  test('is frozen at no later than all is known', async () => {
    const { tenantId: waiting } = await createTestTenant({ withAccounts: false })
    const created = await withTenant(pools.app, waiting, async (client) => {
      const { rows } = await client.query<{ created_at: Date }>(
        'INSERT INTO ingest_batches (tenant_id, payload, row_count) VALUES ($1, $2, 1) RETURNING created_at',
        [waiting, Buffer.from('x')],
      )
      return rows[0]?.created_at.getTime() ?? 0
    })
    const { frozenAt } = await create({ isFrozen: true }, { tenant: waiting, now: new Date(created + 60_000) })
    expect(Date.parse(frozenAt)).toBe(created - 10_000)
  })

  test('is told of the rows that a key may see', async () => {
    const story = { name: 'story', text: { eq: 'filters' } }
    const seen = (user: string, country: string): Partial<StoredEvent> => ({ user_id: user, country, properties: { story: 'filters' } })
    await insert(seen('k1', 'DE'), seen('k1', 'US'), seen('k2', 'US'), seen('k2', 'US'))
    const twice = { definition: { did: { event: 'purchase', atLeast: 2, where: { property: story } } } }
    expect((await sizeOf(twice)).users).toBe('2')
    const filters: readonly RowFilter[] = [{ dimension: 'country', in: ['US'] }]
    expect((await sizeOf(twice, { filters })).users).toBe('1')
    const { id } = await create(twice)
    const count = `{ metrics(input: { range: { last: 1, unit: YEAR, includeCurrent: true }, timeZone: "UTC", where: { segment: "${id}", property: { name: "story", text: { eq: "filters" } } } }) { totals { payers purchases } info { sql } } }`
    expect((await ask(count)).data.metrics.totals).toEqual({ payers: '2', purchases: '4' })
    const filtered = (await ask(count, {}, { filters })).data.metrics
    expect(filtered.totals).toEqual({ payers: '1', purchases: '2' })
    // The scan of the question and that of the segment.
    expect(filtered.info.sql.match(/`country` = /g)).toHaveLength(2)
  })

  test('is told to nobody by what a key masks', async () => {
    const { id } = await create({ definition: { all: [{ is: { country: { eq: 'DE' } } }, { did: { where: { country: { eq: 'US' } } } }] } })
    const metrics = (input: string, rows: string) => `{ metrics(input: { range: { last: 1, unit: DAY }, timeZone: "UTC", ${input} }) { rows { ${rows} } } }`
    const masks = ['country']
    expect(issuesOf(await ask(metrics(`where: { segment: "${id}" }`, 'sessions'), {}, { masks }))).toEqual(['FIELD_MASKED where.segment'])
    expect(issuesOf(await ask(metrics(`groupBy: [{ segment: "${id}" }]`, `segment(id: "${id}")`), {}, { masks }))).toEqual(['FIELD_MASKED groupBy.0.segment'])
    expect(issuesOf(await ask(SIZE, { of: { segment: id } }, { masks }))).toEqual(['FIELD_MASKED of.segment'])
    expect(issuesOf(await ask(SIZE, { of: { definition: { not: { is: { country: { isNull: true } } } } } }, { masks }))).toEqual([
      'FIELD_MASKED of.definition.not.is.country',
    ])
    expect(issuesOf(await ask(SIZE, { of: { definition: PAYERS } }, { masks: ['event'] }))).toEqual(['FIELD_MASKED of.definition.did.event'])
  })

  test('is told by a share of the known users, which is null without any', async () => {
    const { tenantId: empty } = await createTestTenant({ withAccounts: false })
    expect(await sizeOf({ definition: { all: [] } }, { tenant: empty })).toEqual({
      users: '0',
      knownUsers: '0',
      share: null,
      info: { asOf: NOW.toISOString() },
    })
    const explained = await ask(
      '{ segmentSize(of: { definition: { did: {} } }, explain: true) { users share knownUsers info { plan sql estimatedRows rowsRead } } }',
    )
    expect(explained.data.segmentSize).toMatchObject({ users: null, share: null, knownUsers: null, info: { rowsRead: null } })
    expect(explained.data.segmentSize.info.plan).toContain('CountMembers of segment "not saved" (as of 2026-03-31T12:00:00.000Z: did ')
  })
})

describe('a question that names a segment', () => {
  const metrics = (input: string, rows = 'sessions') => `{ metrics(input: { range: { last: 1, unit: DAY }, timeZone: "UTC", ${input} }) { rows { ${rows} } } }`

  test('that was deleted or is another tenant’s has an issue at every place', async () => {
    const { id } = await create({}, { tenant: otherId })
    const query = `query ($id: ID!) {
      metrics(input: { range: { last: 1, unit: DAY }, timeZone: "UTC", where: { or: [{ segment: $id }] }, groupBy: [{ segment: $id }] }) { rows { sessions } } }`
    expect(issuesOf(await ask(query, { id }))).toEqual(['UNKNOWN_SEGMENT groupBy.0.segment', 'UNKNOWN_SEGMENT where.or.0.segment'])
  })

  test('by its name is told its id', async () => {
    const { id } = await create({ name: 'Weekend players' })
    const { errors } = await ask(metrics('where: { segment: "weekend player" }'))
    expect(errors[0].extensions.issues).toEqual([
      {
        code: 'UNKNOWN_SEGMENT',
        path: ['where', 'segment'],
        message: `There is no segment "weekend player". There is "Weekend players". Did you mean "${id}"?`,
        didYouMean: [id],
      },
    ])
  })

  test('shows membership of what it groups by alone', async () => {
    const { id } = await create()
    expect(issuesOf(await ask(metrics('', `segment(id: "${id}")`)))).toEqual(['DIMENSION_NOT_GROUPED rows.segment'])
    expect(issuesOf(await ask(metrics(`groupBy: [{ segment: "${id}" }, { segment: "${id.toUpperCase()}" }]`)))).toEqual(['GROUP_BY_REPEATED groupBy.1'])
  })

  test('may order by it', async () => {
    const { id } = await create()
    await insert({ user_id: 'o1', occurred_at: '2026-03-30 10:00:00.000' }, { user_id: 'o2', event: 'session', occurred_at: '2026-03-30 10:00:00.000' })
    const input = `groupBy: [{ segment: "${id}" }], orderBy: [{ alias: "is", direction: DESC }]`
    const { data } = await ask(metrics(input, `is: segment(id: "${id}") sessions purchases`))
    expect(data.metrics.rows).toEqual([
      { is: true, sessions: '0', purchases: '1' },
      { is: false, sessions: '1', purchases: '0' },
    ])
  })

  test('reads for a segment what it needs once, however often it is named, and tells before what it would read', async () => {
    const { tenantId: alone } = await createTestTenant({ withAccounts: false })
    // In a month of its own: of each part of a partition that is looked at, rows of other tenants are read that lie in one granule with the border.
    const now = new Date('2019-07-20T12:00:00.000Z')
    const rows = Array.from({ length: 50_000 }, (_, i) => ({ tenant_id: alone, user_id: `r${i % 100}`, occurred_at: '2019-07-18 10:00:00.000' }))
    await insert(...rows)
    const { id } = await create({ definition: { did: { within: { last: 3, unit: 'DAY' } } } }, { tenant: alone })
    const asked = async (input: string, explain = false) => {
      const query = `{ metrics(input: { range: { last: 2, unit: DAY }, timeZone: "UTC", explain: ${explain}, ${input} }) { rows { purchases } info { rowsRead estimatedRows } } }`
      return (await ask(query, {}, { tenant: alone, now })).data.metrics.info
    }
    // In scans of the tenant's rows.
    const scans = (read: string) => Math.round(Number(read) / rows.length)
    const once = `where: { segment: "${id}" }`
    const often = `where: { segment: "${id}", or: [{ not: { segment: "${id}" } }, { segment: "${id}" }] }, groupBy: [{ segment: "${id}" }]`
    expect(scans((await asked('limit: 1')).rowsRead)).toBe(1)
    for (const input of [once, often]) {
      expect(scans((await asked(input)).rowsRead)).toBe(2)
      const told = await asked(input, true)
      expect([told.rowsRead, scans(told.estimatedRows)]).toEqual([null, 2])
    }
  })

  test('has no costs by it', async () => {
    const { id } = await create()
    expect(issuesOf(await ask(metrics(`where: { segment: "${id}" }`, 'cost')))).toEqual(['DIMENSION_NOT_AVAILABLE where.segment'])
    expect(issuesOf(await ask(metrics(`groupBy: [{ segment: "${id}" }]`, 'roas')))).toEqual(['DIMENSION_NOT_AVAILABLE groupBy.0.segment'])
  })

  test('names eight at most', async () => {
    const ids = await Promise.all(Array.from({ length: limits.segments + 1 }, async () => (await create()).id as string))
    const filter = (some: readonly string[]) => metrics(`where: { or: [${some.map((id) => `{ segment: "${id}" }`).join(' ')}] }`)
    expect((await ask(filter(ids.slice(1)))).errors).toBeUndefined()
    expect(issuesOf(await ask(filter(ids)))).toEqual([`TOO_MANY_SEGMENTS where.or.${limits.segments}.segment`])
  })

  test('as often as it may is answered, and an issue above it', async () => {
    const did = (i: number) => ({ did: { event: `event ${i}`, atLeast: 2, atMost: 5, within: { last: i + 1, unit: 'DAY' } } })
    const { id } = await create({ definition: { any: Array.from({ length: 12 }, (_, i) => did(i)) } })
    const query = `query ($where: Filter) { attribution(input: { range: { last: 1, unit: DAY }, timeZone: "UTC", conversion: { event: "purchase", where: $where } }) { totals { conversions(model: LINEAR) } } }`
    const ask9 = (times: number) => ask(query, { where: { or: Array.from({ length: times }, (_, i) => ({ segment: id, country: { eq: String(i) } })) } })
    expect((await ask9(8)).errors).toBeUndefined()
    expect(issuesOf(await ask9(9))).toEqual(['FILTER_TOO_LARGE conversion.where.or.8.segment'])
  })
})

describe('a definition', () => {
  const nested = (depth: number): object => (depth === 0 ? PAYERS : { not: nested(depth - 1) })
  const did = (behaviour: object) => ({ did: behaviour })
  test.each([
    ['with a segment in it', did({ where: { segment: 'x' } }), ['SEGMENT_IN_SEGMENT did.where.segment']],
    ['nested too deep', nested(6), ['SEGMENT_TOO_LARGE not.not.not.not.not.not']],
    ['of too many rules', { all: Array.from({ length: 20 }, () => PAYERS) }, ['SEGMENT_TOO_LARGE all.19']],
    ['with too many conditions', { is: { or: Array.from({ length: 30 }, (_, i) => ({ country: { eq: String(i) } })) } }, ['SEGMENT_TOO_LARGE']],
    ['of an event without a name', did({ event: '' }), ['EVENT_NAME_EMPTY did.event']],
    ['of a negative number', did({ atLeast: -1 }), ['BEHAVIOUR_COUNT_OUT_OF_BOUNDS did.atLeast']],
    ['of too large a number', did({ atMost: 1_000_001 }), ['BEHAVIOUR_COUNT_OUT_OF_BOUNDS did.atMost']],
    ['of at most less than at least', { any: [did({ atLeast: 2, atMost: 1 })] }, ['BEHAVIOUR_COUNTS_CROSSED any.0.did']],
    ['within nothing', did({ within: {} }), ['RANGE_INCOMPLETE did.within']],
    ['within units without a number', did({ within: { unit: 'DAY' } }), ['RANGE_INCOMPLETE did.within.last']],
    ['within a number without units', did({ within: { last: 3 } }), ['RANGE_INCOMPLETE did.within.unit']],
    ['within both forms', did({ within: { last: 3, start: '2026-01-01T00:00:00Z' } }), ['RANGE_NOT_ONE did.within']],
    ['within the last none', did({ within: { last: 0, unit: 'DAY' } }), ['RANGE_NOT_POSITIVE did.within.last']],
    ['within too long', did({ within: { last: 11, unit: 'YEAR' } }), ['RANGE_TOO_LONG did.within']],
    ['within a range backwards', did({ within: { start: '2026-01-02T00:00:00Z', end: '2026-01-02T00:00:00Z' } }), ['RANGE_NOT_FORWARD did.within']],
    ['within years that are not kept', did({ within: { end: '1960-01-01T00:00:00Z' } }), ['RANGE_OUT_OF_BOUNDS did.within']],
    [
      'wrong in several ways at once',
      { all: [{ is: { property: { name: '' } } }, did({ event: '', atLeast: -1 })] },
      ['EVENT_NAME_EMPTY all.1.did.event', 'BEHAVIOUR_COUNT_OUT_OF_BOUNDS all.1.did.atLeast', 'PROPERTY_NAME_EMPTY all.0.is.property.name'],
    ],
  ])('%s is refused wherever it is given', async (_, definition, expected) => {
    const below = (path: string) => expected.map((each) => (each.includes(' ') ? each.replace(' ', ` ${path}.`) : `${each} ${path}`))
    expect(issuesOf(await ask(SIZE, { of: { definition } }))).toEqual(below('of.definition'))
    expect(issuesOf(await ask(CREATE, { input: { name: newName(), definition } }))).toEqual(below('input.definition'))
  })

  test('is saved under a right name, with a short description and of texts that can be kept', async () => {
    const refused = async (input: object) => issuesOf(await ask(CREATE, { input: { name: newName(), definition: PAYERS, ...input } }))
    for (const name of ['', ' x', 'x'.repeat(101), 'a\nb', '\ud800']) expect(await refused({ name })).toEqual(['SEGMENT_NAME_NOT_RIGHT input.name'])
    expect(await refused({ description: 'x'.repeat(1_001) })).toEqual(['SEGMENT_DESCRIPTION_TOO_LONG input.description'])
    expect(await refused({ description: 'a\0b' })).toEqual(['INVALID_TEXT input.description'])
    expect(await refused({ definition: did({ event: 'a\0b' }) })).toEqual(['INVALID_TEXT input.definition'])
    expect(await refused({ definition: did({ event: '\ud800' }) })).toEqual(['INVALID_TEXT input.definition.did.event'])
    expect((await create({ name: 'x'.repeat(100), definition: did({ event: '\\u0000' }) })).definition.did.event).toBe('\\u0000')
  })

  test('of hostile words asks for them and nothing else', async () => {
    const word = "'); DROP TABLE events; -- ` {p1:String} \\"
    const { id } = await create({
      name: `x ${word}`.trim(),
      definition: { all: [did({ event: word }), { is: { property: { name: word, text: { contains: word } } } }] },
    })
    expect((await sizeOf({ segment: id })).users).toBe('0')
  })
})

describe('an entry of cohorts by joining a segment', () => {
  const cohorts = (entry: string) =>
    `{ cohorts(input: { entry: { ${entry} }, grain: DAY, periods: 1, range: { start: "2026-03-01T00:00:00Z", end: "2026-04-01T00:00:00Z" }, timeZone: "UTC" }) { rows { start size } info { plan } } }`

  test.each([
    ['not', { not: PAYERS }],
    ['a most', { did: { event: 'purchase', atMost: 3 } }],
    ['a least of nothing', { did: { event: 'purchase', atLeast: 0 } }],
    ['last known values', { any: [PAYERS, { is: { country: { eq: 'DE' } } }] }],
    ['everybody', { all: [] }],
    ['something that has an end among all', { all: [PAYERS, { did: { within: { last: 3, unit: 'DAY' } } }] }],
  ])('is refused for %s', async (_, definition) => {
    const { id } = await create({ definition })
    expect(issuesOf(await ask(cohorts(`kind: SEGMENT, segment: "${id}"`)))).toEqual(['SEGMENT_HAS_NO_JOIN entry.segment'])
  })

  test('needs a segment, and other kinds take none', async () => {
    expect(issuesOf(await ask(cohorts('kind: SEGMENT')))).toEqual(['ENTRY_NEEDS_SEGMENT entry.segment'])
    expect(issuesOf(await ask(cohorts('kind: SEGMENT, segment: "x", event: "y"')))).toEqual(['ENTRY_EVENT_FIXED entry.event', 'UNKNOWN_SEGMENT entry.segment'])
    for (const kind of ['INSTALL', 'FIRST_EVENT'])
      expect(issuesOf(await ask(cohorts(`kind: ${kind}, segment: "x"`)))).toEqual(['ENTRY_TAKES_NO_SEGMENT entry.segment'])
  })

  test('is by the row that makes it so, told in words', async () => {
    const level = (day: string): Partial<StoredEvent> => ({ user_id: 'j1', event: 'joined level', occurred_at: `2026-03-${day} 10:00:00.000` })
    await insert(level('05'), level('12'), level('18'))
    const { id } = await create({ definition: { did: { event: 'joined level', atLeast: 2, within: { last: 1, unit: 'WEEK' } } } })
    const { data } = await ask(cohorts(`kind: SEGMENT, segment: "${id}"`))
    expect(data.cohorts.rows).toEqual([{ start: '2026-03-18T00:00:00.000Z', size: '1' }])
    expect(data.cohorts.info.plan).toContain('by joining: did (event in ["joined level"] and not refund) at least 2 times within 168 hours')
  })
})
