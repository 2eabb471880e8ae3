import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Issue } from '#ops/service/issues.ts'
import { askAnalytics } from '../execution/testing/askAnalytics.ts'

const tenantId = randomUUID()
const now = new Date('2026-04-10T09:30:00Z')
const RANGE = 'range: { last: 7, unit: DAY }'

/** The issues of a question; empty when it is answered. */
async function issuesOf(query: string, variables?: Record<string, unknown>): Promise<readonly Issue[]> {
  const { errors = [] } = await askAnalytics({ query, variables, tenantId, now })
  return errors.flatMap(({ extensions }): readonly Issue[] => {
    expect(extensions['code']).toBe('BAD_QUERY')
    return extensions['issues'] as readonly Issue[]
  })
}

const codesOf = async (query: string, variables?: Record<string, unknown>) =>
  (await issuesOf(query, variables)).map(({ code, path }) => `${code} ${path.join('.')}`)
const metrics = (input: string, rows = 'installs') => `{ metrics(input: { timeZone: "UTC", ${input} }) { rows { ${rows} } } }`
const cohorts = (input: string, rows = 'size') => `{ cohorts(input: { timeZone: "UTC", grain: WEEK, ${input} }) { rows { ${rows} } } }`

test('two wrong names and a wrong time zone come back together, each with the nearest right word', async () => {
  const query = `{ metrics(input: { ${RANGE}, timeZone: "Europe/Berln", orderBy: [{ measure: "revnue" }, { alias: "beforr" }] }) { rows { before: installs } } }`
  expect(await issuesOf(query)).toEqual([
    {
      code: 'UNKNOWN_TIME_ZONE',
      path: ['timeZone'],
      message: '"Europe/Berln" is not an IANA time zone, such as Europe/Berlin. Did you mean "Europe/Berlin"?',
      didYouMean: ['Europe/Berlin'],
    },
    { code: 'UNKNOWN_MEASURE', path: ['orderBy', 0, 'measure'], message: 'There is no measure "revnue". Did you mean "revenue"?', didYouMean: ['revenue'] },
    {
      code: 'UNKNOWN_ALIAS',
      path: ['orderBy', 1, 'alias'],
      message: 'Nothing in the selection of rows is called "beforr". Did you mean "before"?',
      didYouMean: ['before'],
    },
  ])
})

describe('a question without issues', () => {
  test.each([
    ['any name of an event', metrics(RANGE, 'events(name: "never sent")')],
    ['a time zone in another spelling', `{ metrics(input: { ${RANGE}, timeZone: "asia/kolkata" }) { totals { installs } } }`],
    ['a zone of a fixed offset that the IANA database has', `{ metrics(input: { ${RANGE}, timeZone: "Etc/GMT+12" }) { totals { installs } } }`],
    ['an order by a measure that is not selected', metrics(`${RANGE}, orderBy: [{ measure: "arpu" }]`)],
    ['the longest range', metrics('range: { last: 10, unit: YEAR }')],
  ])('has %s', async (_, query) => expect(await issuesOf(query)).toEqual([]))
})

describe('of a range', () => {
  test.each([
    ['end before start', 'range: { start: "2026-01-02T00:00:00Z", end: "2026-01-01T00:00:00Z" }', ['RANGE_NOT_FORWARD range']],
    ['end at start', 'range: { start: "2026-01-02T00:00:00Z", end: "2026-01-02T00:00:00Z" }', ['RANGE_NOT_FORWARD range']],
    ['nothing', 'range: {}', ['RANGE_INCOMPLETE range']],
    ['a start alone', 'range: { start: "2026-01-02T00:00:00Z" }', ['RANGE_INCOMPLETE range.end']],
    ['an end alone', 'range: { end: "2026-01-02T00:00:00Z" }', ['RANGE_INCOMPLETE range.start']],
    ['last without unit', 'range: { last: 3 }', ['RANGE_INCOMPLETE range.unit']],
    ['unit without last', 'range: { unit: DAY }', ['RANGE_INCOMPLETE range.last']],
    ['both forms', 'range: { start: "2026-01-02T00:00:00Z", last: 3, unit: DAY }', ['RANGE_NOT_ONE range']],
    ['last of nothing', 'range: { last: 0, unit: DAY }', ['RANGE_NOT_POSITIVE range.last']],
    ['too many days', 'range: { start: "2000-01-01T00:00:00Z", end: "2026-01-01T00:00:00Z" }', ['RANGE_TOO_LONG range']],
    ['far too many units', 'range: { last: 2000000000, unit: YEAR }', ['RANGE_TOO_LONG range']],
    ['years before any event', 'range: { start: "1960-01-01T00:00:00Z", end: "1961-01-01T00:00:00Z" }', ['RANGE_OUT_OF_BOUNDS range']],
  ])('%s is one', async (_, input, expected) => expect(await codesOf(metrics(input))).toEqual(expected))
})

describe('of groups, order and limits', () => {
  test.each([
    [
      'a dimension that is not grouped by',
      metrics(RANGE, 'land: country time { start } property(name: "x")'),
      ['DIMENSION_NOT_GROUPED rows.land', 'DIMENSION_NOT_GROUPED rows.time', 'DIMENSION_NOT_GROUPED rows.property'],
    ],
    ['an order by one', metrics(`${RANGE}, orderBy: [{ dimension: COUNTRY }]`), ['DIMENSION_NOT_GROUPED orderBy.0.dimension']],
    ['no member of an order', metrics(`${RANGE}, orderBy: [{ direction: ASC }]`), ['ORDER_BY_NOT_ONE orderBy.0']],
    ['two members of an order', metrics(`${RANGE}, orderBy: [{ measure: "revenue", alias: "installs" }]`), ['ORDER_BY_NOT_ONE orderBy.0']],
    ['an order by a measure with arguments', metrics(`${RANGE}, orderBy: [{ measure: "events" }]`), ['MEASURE_NEEDS_ALIAS orderBy.0.measure']],
    [
      'the same group twice',
      metrics(`${RANGE}, groupBy: [{ time: DAY }, { time: WEEK }, { dimension: APP }, { dimension: APP }]`),
      ['GROUP_BY_REPEATED groupBy.1', 'GROUP_BY_REPEATED groupBy.3'],
    ],
    [
      'too many groups',
      metrics(
        `${RANGE}, groupBy: [${'abcdefghi'
          .split('')
          .map((name) => `{ property: "${name}" }`)
          .join(' ')}]`,
      ),
      ['TOO_MANY_GROUPS groupBy'],
    ],
    ['a limit of nothing', metrics(`${RANGE}, limit: 0`), ['LIMIT_TOO_SMALL limit']],
    ['a limit that is negative', metrics(`${RANGE}, limit: -5`), ['LIMIT_TOO_SMALL limit']],
    ['a limit that is too large', metrics(`${RANGE}, limit: 50001`), ['LIMIT_TOO_LARGE limit']],
    ['an event without a name', metrics(RANGE, 'events(name: "")'), ['EVENT_NAME_EMPTY rows.events.name']],
    ['too many measures', metrics(RANGE, Array.from({ length: 101 }, (_, i) => `e${i}: events(name: "e${i}")`).join(' ')), ['TOO_MANY_MEASURES rows']],
    ['too many orderings', metrics(`${RANGE}, orderBy: [${'{ measure: "revenue" } '.repeat(9)}]`), ['TOO_MANY_ORDERINGS orderBy']],
  ])('%s is one', async (_, query, expected) => expect(await codesOf(query)).toEqual(expected))
})

describe('of filters', () => {
  const nested = (depth: number): string => (depth === 0 ? '{}' : `{ not: ${nested(depth - 1)} }`)
  test.each([
    ['a property without a name', '{ property: { name: "" } }', ['PROPERTY_NAME_EMPTY where.property.name']],
    ['a property with too long a name', `{ or: [{ property: { name: "${'x'.repeat(201)}" } }] }`, ['PROPERTY_NAME_TOO_LONG where.or.0.property.name']],
    ['a list that is too long', `{ country: { in: [${'"DE" '.repeat(1001)}] } }`, ['TOO_MANY_VALUES where.country.in']],
    ['conditions nested too deep', nested(14), [`FILTER_TOO_LARGE where${'.not'.repeat(12)}`]],
    ['too many conditions', `{ or: [${'{} '.repeat(500)}] }`, ['FILTER_TOO_LARGE where.or.399']],
    ['too much text', `{ country: { eq: "${'x'.repeat(200_001)}" } }`, ['TOO_MUCH_TEXT where.country.eq']],
    ['a segment', '{ segment: "s" }', ['NOT_AVAILABLE where.segment']],
  ])('%s is one', async (_, where, expected) => expect(await codesOf(metrics(`${RANGE}, where: ${where}`))).toEqual(expected))
})

describe('what is not available yet', () => {
  test.each([
    [
      'measures of cost and attribution',
      metrics(RANGE, 'cost roas roi ecpi attributedInstalls ctr cvr ipm'),
      ['cost', 'roas', 'roi', 'ecpi', 'attributedInstalls', 'ctr', 'cvr', 'ipm'].map((name) => `NOT_AVAILABLE rows.${name}`),
    ],
    ['comparing', metrics(RANGE, 'before: installs(compare: PREVIOUS_PERIOD)'), ['NOT_AVAILABLE rows.before.compare']],
    ['an order by such a measure', metrics(`${RANGE}, orderBy: [{ measure: "roas" }]`), ['NOT_AVAILABLE orderBy.0.measure']],
    ['cells', metrics(RANGE, 'cell'), ['NOT_AVAILABLE rows.cell']],
    ['grouping by a segment', metrics(`${RANGE}, groupBy: [{ segment: "s" }]`), ['NOT_AVAILABLE groupBy.0.segment']],
    ['entry by a segment', cohorts(`${RANGE}, entry: { kind: SEGMENT, segment: "s" }, periods: 1`), ['NOT_AVAILABLE entry.kind']],
    ['brackets', cohorts(`${RANGE}, entry: { kind: INSTALL }, periods: 1, brackets: [{ from: 1, to: 3 }]`), ['NOT_AVAILABLE brackets']],
    [
      'the cost of a cohort',
      cohorts(`${RANGE}, entry: { kind: INSTALL }, periods: 1`, 'cost periods { roas cell }'),
      ['NOT_AVAILABLE rows.cost', 'NOT_AVAILABLE rows.periods.roas', 'NOT_AVAILABLE rows.periods.cell'],
    ],
    ['funnel', `{ funnel(input: { ${RANGE}, timeZone: "UTC", steps: [] }) { info { asOf } } }`, ['NOT_AVAILABLE funnel']],
    [
      'attribution',
      `{ attribution(input: { ${RANGE}, timeZone: "UTC", conversion: { event: "purchase" } }) { info { asOf } } }`,
      ['NOT_AVAILABLE attribution'],
    ],
    ['paths', `{ paths(input: { ${RANGE}, timeZone: "UTC" }) { info { asOf } } }`, ['NOT_AVAILABLE paths']],
  ])('%s is said to be so', async (_, query, expected) => expect(await codesOf(query)).toEqual(expected))
})

describe('of cohorts', () => {
  test.each([
    ['no period', `${RANGE}, entry: { kind: INSTALL }, periods: 0`, 'size', ['TOO_FEW_PERIODS periods']],
    ['too many periods', `${RANGE}, entry: { kind: INSTALL }, periods: 401`, 'size', ['TOO_MANY_PERIODS periods']],
    ['a group of time', `${RANGE}, entry: { kind: INSTALL }, periods: 1, groupBy: [{ time: DAY }]`, 'size', ['TIME_NOT_GROUPABLE groupBy.0.time']],
    ['an event of an entry that has its own', `${RANGE}, entry: { kind: SIGN_UP, event: "x" }, periods: 1`, 'size', ['ENTRY_EVENT_FIXED entry.event']],
    ['an activity without a name', `${RANGE}, entry: { kind: INSTALL }, periods: 1, activity: { event: "" }`, 'size', ['EVENT_NAME_EMPTY activity.event']],
    ['a dimension that is not grouped by', `${RANGE}, entry: { kind: INSTALL }, periods: 1`, 'channel', ['DIMENSION_NOT_GROUPED rows.channel']],
    [
      'a range that is wrong and a limit too large',
      'range: { last: 3 }, entry: { kind: INSTALL }, periods: 1, limit: 10001',
      'size',
      ['RANGE_INCOMPLETE range.unit', 'LIMIT_TOO_LARGE limit'],
    ],
  ])('%s is one', async (_, input, rows, expected) => expect(await codesOf(cohorts(input, rows))).toEqual(expected))
})
