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

const funnel = (input: string, rows = 'steps { users }') => `{ funnel(input: { timeZone: "UTC", ${input} }) { rows { ${rows} } } }`

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
    ['a segment', '{ segment: "s" }', ['UNKNOWN_SEGMENT where.segment']],
    ['a segment without an id', '{ not: { segment: "" } }', ['UNKNOWN_SEGMENT where.not.segment']],
  ])('%s is one', async (_, where, expected) => expect(await codesOf(metrics(`${RANGE}, where: ${where}`))).toEqual(expected))
})

describe('of cells', () => {
  test.each([
    ['of no measure', metrics(RANGE, 'cell(of: "activeUser")'), ['NOT_OF_USERS rows.cell.of']],
    ['of a ratio', metrics(RANGE, 'cell(of: "roas")'), ['NOT_OF_USERS rows.cell.of']],
    ['of costs', metrics(RANGE, 'cell(of: "cost")'), ['NOT_OF_USERS rows.cell.of']],
  ])('a cell %s is one', async (_, query, expected) => expect(await codesOf(query)).toEqual(expected))
})

describe('of costs', () => {
  const COSTS = 'cost roas roi ecpi'
  const HALF_DAY = 'range: { start: "2026-01-01T00:00:00Z", end: "2026-01-02T12:00:00Z" }'
  test.each([
    ['a range that ends within a day', metrics(HALF_DAY, COSTS), ['COST_NEEDS_WHOLE_DAYS range']],
    ['a range that ends now', metrics('range: { last: 7, unit: DAY, includeCurrent: true }', 'roas'), ['COST_NEEDS_WHOLE_DAYS range']],
    ['hours', metrics(`${RANGE}, groupBy: [{ time: HOUR }]`, 'ecpi'), ['COST_NEEDS_WHOLE_DAYS groupBy.0.time']],
    [
      'days of another zone',
      `{ metrics(input: { range: { start: "2026-01-01T00:00:00Z", end: "2026-01-02T00:00:00Z" }, timeZone: "Asia/Kolkata" }) { totals { cost } } }`,
      ['COST_NEEDS_WHOLE_DAYS range'],
    ],
    [
      'groups that costs do not have',
      metrics(
        `${RANGE}, groupBy: [{ dimension: CAMPAIGN }, { dimension: EVENT }, { property: "level" }, { dimension: CREATIVE }, { dimension: APP_VERSION }]`,
        COSTS,
      ),
      ['groupBy.1.dimension', 'groupBy.2.property', 'groupBy.3.dimension', 'groupBy.4.dimension'].map((path) => `DIMENSION_NOT_AVAILABLE ${path}`),
    ],
    [
      'filters that costs do not have',
      metrics(
        `${RANGE}, where: { country: { eq: "DE" }, event: { eq: "x" }, not: { creative: { isNull: true } }, or: [{}, { property: { name: "p" } }] }`,
        'cost',
      ),
      ['DIMENSION_NOT_AVAILABLE where.or.1.property', 'DIMENSION_NOT_AVAILABLE where.not.creative', 'DIMENSION_NOT_AVAILABLE where.event'],
    ],
    ['an order by cost', metrics(`${RANGE}, groupBy: [{ dimension: EVENT }], orderBy: [{ measure: "cost" }]`), ['DIMENSION_NOT_AVAILABLE groupBy.0.dimension']],
    [
      'a time before that is no days',
      `{ metrics(input: { range: { last: 24, unit: HOUR }, timeZone: "Europe/Berlin" }) { rows { cost before: cost(compare: PREVIOUS_PERIOD) } } }`,
      ['COST_NEEDS_WHOLE_DAYS range'],
    ],
    [
      'of a cohort hours and what costs do not have',
      `{ cohorts(input: { timeZone: "UTC", grain: HOUR, ${RANGE}, entry: { kind: INSTALL }, periods: 1, groupBy: [{ property: "x" }] }) { rows { periods { roas } } } }`,
      ['COST_NEEDS_WHOLE_DAYS grain', 'DIMENSION_NOT_AVAILABLE groupBy.0.property'],
    ],
  ])('%s is one', async (_, query, expected) => expect(await codesOf(query)).toEqual(expected))

  test('the time compared with is told when only that is no days', async () => {
    const query =
      '{ metrics(input: { range: { last: 24, unit: HOUR }, timeZone: "Europe/Berlin" }) { rows { sessions before: cost(compare: PREVIOUS_PERIOD) } } }'
    const { errors = [] } = await askAnalytics({ query, tenantId, now: new Date('2026-03-29T22:30:00Z') })
    // The 24 hours before midnight are more than the day on which summer time begins.
    expect((errors[0]?.extensions['issues'] as readonly Issue[]).map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual(['COST_NEEDS_WHOLE_DAYS range'])
    const after = await askAnalytics({ query, tenantId, now: new Date('2026-03-30T22:30:00Z') })
    expect((after.errors?.[0]?.extensions['issues'] as readonly Issue[]).map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([
      'COST_NEEDS_WHOLE_DAYS rows.before.compare',
    ])
  })

  test('say in words what is wrong', async () => {
    const query = metrics(`${HALF_DAY}, groupBy: [{ dimension: EVENT }]`, COSTS)
    expect((await issuesOf(query)).map(({ message }) => message)).toEqual([
      '"cost" is known by whole local days, and the range does not begin and end with a day of UTC.',
      '"cost" is not known by "event"; it is known by "app", "platform", "country", "channel", "partner", "campaign", "adGroup".',
    ])
  })

  test('name the time zone as it was asked for', async () => {
    const zone = '{ metrics(input: { range: { start: "2026-01-01T00:00:00Z", end: "2026-01-02T00:00:00Z" }, timeZone: "Asia/Kolkata" }) { totals { cost } } }'
    expect((await issuesOf(zone)).map(({ message }) => message)).toEqual([
      '"cost" is known by whole local days, and the range does not begin and end with a day of Asia/Kolkata.',
    ])
  })

  test('are none for a question that does not need them', async () => {
    expect(await codesOf(metrics(`${HALF_DAY}, groupBy: [{ dimension: EVENT }, { time: HOUR }]`, 'attributedInstalls ctr cvr ipm'))).toEqual([])
    expect(await codesOf(metrics(`${RANGE}, groupBy: [{ dimension: AD_GROUP }, { time: DAY }]`, COSTS))).toEqual([])
  })
})

describe('of comparing', () => {
  test('a time before any event is one', async () => {
    const range = 'range: { start: "1970-03-01T00:00:00Z", end: "1970-03-08T00:00:00Z" }'
    expect(await codesOf(metrics(range, 'sessions before: sessions(compare: PREVIOUS_YEAR) week: sessions(compare: SAME_WEEKDAYS)'))).toEqual([
      'RANGE_OUT_OF_BOUNDS rows.before.compare',
    ])
    const [told] = await issuesOf(metrics(range, 'before: sessions(compare: PREVIOUS_YEAR)'))
    expect(told?.message).toBe(
      'PREVIOUS_YEAR, the time from 1969-03-01T00:00:00.000Z to 1969-03-08T00:00:00.000Z must lie between 1970-01-02T00:00:00.000Z and 2105-12-31T00:00:00.000Z.',
    )
  })
})

describe('of cohorts', () => {
  test.each([
    ['no period', `${RANGE}, entry: { kind: INSTALL }, periods: 0`, 'size', ['TOO_FEW_PERIODS periods']],
    ['too many periods', `${RANGE}, entry: { kind: INSTALL }, periods: 401`, 'size', ['TOO_MANY_PERIODS periods']],
    ['a list of no brackets', `${RANGE}, entry: { kind: INSTALL }, periods: 1, brackets: []`, 'size', ['BRACKETS_EMPTY brackets']],
    [
      'a bracket before the entry, one that ends before it begins, and one beyond the periods',
      `${RANGE}, entry: { kind: INSTALL }, periods: 7, brackets: [{ from: -1, to: 0 }, { from: 3, to: 2 }, { from: 0, to: 6 }, { from: 4, to: 7 }]`,
      'size',
      ['BRACKET_BEFORE_ENTRY brackets.0.from', 'BRACKET_NOT_FORWARD brackets.1.to', 'BRACKET_BEYOND_PERIODS brackets.3.to'],
    ],
    [
      'too many brackets',
      `${RANGE}, entry: { kind: INSTALL }, periods: 1, brackets: [${'{ from: 0, to: 0 },'.repeat(51)}]`,
      'size',
      ['TOO_MANY_BRACKETS brackets'],
    ],
    [
      'too many cells of brackets',
      `${RANGE}, entry: { kind: INSTALL }, periods: 1, limit: 10000, brackets: [${'{ from: 0, to: 0 },'.repeat(41)}]`,
      'size',
      ['TOO_MANY_CELLS limit'],
    ],
    [
      'a level at an end',
      `${RANGE}, entry: { kind: INSTALL }, periods: 1`,
      'periods { i: retentionInterval(level: 1) { low } j: retentionInterval(level: 0) { low } k: retentionInterval(level: 0.5) { low } }',
      ['INTERVAL_LEVEL_OUT_OF_BOUNDS rows.periods.i.level', 'INTERVAL_LEVEL_OUT_OF_BOUNDS rows.periods.j.level'],
    ],
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

describe('of attribution', () => {
  const attribution = (input: string, rows = 'touchpoints') =>
    `{ attribution(input: { timeZone: "UTC", conversion: { event: "purchase" }, ${input} }) { rows { ${rows} } totals { touchpoints } } }`

  test.each([
    ['an order of less than one', RANGE, 'm: conversions(model: MARKOV, order: 0)', ['ORDER_OUT_OF_BOUNDS rows.m.order']],
    ['an order above three', RANGE, 'conversionsInterval(model: MARKOV, order: 4) { low }', ['ORDER_OUT_OF_BOUNDS rows.conversionsInterval.order']],
    ['an order of a model without one', RANGE, 'revenue(model: SHAPLEY, order: 2)', ['ARGUMENT_OF_ANOTHER_MODEL rows.revenue.order']],
    ['an interval of a rule', RANGE, 'i: conversionsInterval(model: LINEAR) { low }', ['INTERVAL_OF_ANOTHER_MODEL rows.i.model']],
    [
      'a level that is none',
      RANGE,
      'i: conversionsInterval(model: SHAPLEY, level: 1) { low } j: conversionsInterval(model: MARKOV, level: 0) { low }',
      ['INTERVAL_LEVEL_OUT_OF_BOUNDS rows.i.level', 'INTERVAL_LEVEL_OUT_OF_BOUNDS rows.j.level'],
    ],
    [
      'a filter of touches that would show a part of a group',
      `${RANGE}, groupBy: [{ dimension: CHANNEL }], whereTouch: { not: { or: [{ channel: { eq: "x" } }, { property: { name: "a", number: { gt: 1 } } }] } }`,
      'roas(model: MARKOV)',
      ['WHERE_TOUCH_NOT_GROUPED whereTouch', 'DIMENSION_NOT_AVAILABLE whereTouch.not.or.1.property'],
    ],
    ['a half-life of another model', RANGE, 'conversions(model: LINEAR, halfLifeDays: 3)', ['ARGUMENT_OF_ANOTHER_MODEL rows.conversions.halfLifeDays']],
    ['a half-life of nothing', RANGE, 'x: roas(model: TIME_DECAY, halfLifeDays: 0)', ['HALF_LIFE_NOT_POSITIVE rows.x.halfLifeDays']],
    ['a half-life that is negative', RANGE, 'cpa(model: TIME_DECAY, halfLifeDays: -7)', ['HALF_LIFE_NOT_POSITIVE rows.cpa.halfLifeDays']],
    ['an order of another model', RANGE, 'conversions(model: FIRST_TOUCH, order: 1)', ['ARGUMENT_OF_ANOTHER_MODEL rows.conversions.order']],
    ['a lookback that is negative', `${RANGE}, lookback: { clickDays: -1 }`, 'touchpoints', ['LOOKBACK_OUT_OF_BOUNDS lookback.clickDays']],
    [
      'two lookbacks that are too long',
      `${RANGE}, lookback: { clickDays: 366, viewDays: 1000 }`,
      'touchpoints',
      ['LOOKBACK_OUT_OF_BOUNDS lookback.clickDays', 'LOOKBACK_OUT_OF_BOUNDS lookback.viewDays'],
    ],
    ['a group of time', `${RANGE}, groupBy: [{ time: DAY }]`, 'touchpoints', ['TIME_NOT_GROUPABLE groupBy.0.time']],
    ['a group that touches have not', `${RANGE}, groupBy: [{ dimension: CHANNEL }, { dimension: EVENT }]`, 'channel', ['NOT_OF_A_TOUCH groupBy.1.dimension']],
    ['a dimension that is not grouped by', RANGE, 'channel campaign { id }', ['DIMENSION_NOT_GROUPED rows.channel']],
    ['a limit of nothing', `${RANGE}, limit: 0`, 'touchpoints', ['LIMIT_TOO_SMALL limit']],
    ['a limit that is too large', `${RANGE}, limit: 50001`, 'touchpoints', ['LIMIT_TOO_LARGE limit']],
    [
      'too many half-lives',
      RANGE,
      Array.from({ length: 11 }, (_, i) => `d${i}: conversions(model: TIME_DECAY, halfLifeDays: ${i + 1})`).join(' '),
      ['TOO_MANY_HALF_LIVES rows'],
    ],
    [
      'costs by what they do not have',
      `${RANGE}, groupBy: [{ dimension: CREATIVE }], whereTouch: { property: { name: "a" } }, where: { or: [{ channel: { eq: "a" } }] }`,
      'cost',
      ['DIMENSION_NOT_AVAILABLE groupBy.0.dimension', 'DIMENSION_NOT_AVAILABLE whereTouch.property', 'DIMENSION_NOT_AVAILABLE where.or.0.channel'],
    ],
    [
      'costs of a part of a day',
      'range: { start: "2026-01-01T01:00:00Z", end: "2026-01-02T00:00:00Z" }',
      'roas(model: LINEAR)',
      ['COST_NEEDS_WHOLE_DAYS range'],
    ],
    [
      'several things at once',
      'range: { last: 3 }, whereTouch: { segment: "s" }',
      'channel cpa(model: MARKOV)',
      ['RANGE_INCOMPLETE range.unit', 'DIMENSION_NOT_GROUPED rows.channel', 'DIMENSION_NOT_AVAILABLE whereTouch.segment', 'UNKNOWN_SEGMENT whereTouch.segment'],
    ],
  ])('%s is one', async (_, input, rows, expected) => expect(await codesOf(attribution(input, rows))).toEqual(expected))

  test('a filter of touches may say all that is grouped by, whatever the model', async () => {
    const groups = 'groupBy: [{ dimension: APP }, { dimension: CAMPAIGN }, { property: "a" }]'
    const whereTouch =
      'whereTouch: { app: { isNull: false }, or: [{ campaign: { in: ["x"] } }, { property: { name: "a", number: { gt: 1 } } }, { country: { contains: "" } }] }'
    expect(await codesOf(attribution(`${RANGE}, ${groups}, ${whereTouch}`, 'conversions(model: SHAPLEY) m: revenue(model: MARKOV, order: 3)'))).toEqual([])
  })

  test('a filter of touches that would show a part of a group says what to group by', async () => {
    const query = attribution(`${RANGE}, whereTouch: { adGroup: { eq: "x" } }`, 'conversions(model: SHAPLEY)')
    const [told] = await issuesOf(query)
    expect(told?.message).toBe(
      'SHAPLEY credits groups as a whole, and whereTouch would show a part of one: group by "adGroup" too, or leave it out of whereTouch.',
    )
  })

  test('a conversion needs a name', async () => {
    const query = `{ attribution(input: { ${RANGE}, timeZone: "UTC", conversion: { event: "" } }) { rows { touchpoints } } }`
    expect(await codesOf(query)).toEqual(['EVENT_NAME_EMPTY conversion.event'])
  })

  test('a question may have every group that touches have, and any half-life', async () => {
    const groups = ['APP', 'PLATFORM', 'COUNTRY', 'CHANNEL', 'PARTNER', 'CAMPAIGN', 'AD_GROUP'].map((name) => `{ dimension: ${name} }`).join(' ')
    const fields = 'conversions(model: TIME_DECAY, halfLifeDays: 0.0001) cost'
    expect(await codesOf(attribution(`${RANGE}, lookback: { clickDays: 365, viewDays: 0 }, groupBy: [${groups}]`, fields))).toEqual([])
  })
})

describe('of a funnel', () => {
  const named = (...names: readonly string[]) => `[${names.map((name) => `{ event: "${name}" }`).join(' ')}]`
  /** So many events, named by the letters from a on. */
  const letters = (count: number) => named(...Array.from({ length: count }, (_, i) => String.fromCodePoint(0x61 + i)))
  const AB = `${RANGE}, steps: ${named('a', 'b')}`
  const buys = (count: number) => `steps: [${Array.from({ length: count }, (_, i) => `{ event: "buy", where: { country: { eq: "${i}" } } }`).join(' ')}]`

  test.each([
    ['no step', `${RANGE}, steps: []`, ['TOO_FEW_STEPS steps']],
    ['one step', `${RANGE}, steps: ${named('a')}`, ['TOO_FEW_STEPS steps']],
    ['more than twenty steps', `${RANGE}, steps: ${letters(21)}`, ['TOO_MANY_STEPS steps']],
    ['more than ten exclusions', `${AB}, exclude: ${letters(11)}`, ['TOO_MANY_EXCLUSIONS exclude']],
    ['a window of nothing', `${AB}, windowSeconds: 0`, ['WINDOW_OUT_OF_BOUNDS windowSeconds']],
    ['a window that is negative', `${AB}, windowSeconds: -1`, ['WINDOW_OUT_OF_BOUNDS windowSeconds']],
    ['a window of more than a year', `${AB}, windowSeconds: 31536001`, ['WINDOW_OUT_OF_BOUNDS windowSeconds']],
    [
      'events without a name',
      `${RANGE}, steps: ${named('a', '')}, exclude: ${named('')}`,
      ['EVENT_NAME_EMPTY steps.1.event', 'EVENT_NAME_EMPTY exclude.0.event'],
    ],
    ['an event of too long a name', `${RANGE}, steps: ${named('a', 'x'.repeat(101))}`, ['EVENT_NAME_TOO_LONG steps.1.event']],
    ['five different steps of one event in any order', `${RANGE}, order: UNORDERED, ${buys(5)}`, ['TOO_MANY_ALIKE_STEPS steps.4']],
    ['a limit of nothing', `${AB}, limit: 0`, ['LIMIT_TOO_SMALL limit']],
    ['a limit that is too large', `${AB}, limit: 10001`, ['LIMIT_TOO_LARGE limit']],
    [
      'several things at once, those of filters last',
      `range: { last: 3 }, steps: [{ event: "a", where: { segment: "s" } }], exclude: [{ event: "x", where: { property: { name: "" } } }], windowSeconds: 0`,
      [
        'RANGE_INCOMPLETE range.unit',
        'TOO_FEW_STEPS steps',
        'WINDOW_OUT_OF_BOUNDS windowSeconds',
        'UNKNOWN_SEGMENT steps.0.where.segment',
        'PROPERTY_NAME_EMPTY exclude.0.where.property.name',
      ],
    ],
  ])('%s is one', async (_, input, expected) => expect(await codesOf(funnel(input))).toEqual(expected))

  test('a group that is shown and not asked for is one', async () => {
    expect(await codesOf(funnel(AB, 'country time { start } steps { users }'))).toEqual([
      'DIMENSION_NOT_GROUPED rows.country',
      'DIMENSION_NOT_GROUPED rows.time',
    ])
  })

  test('the most of everything is none', async () => {
    const most = `${RANGE}, steps: ${letters(20)}, exclude: ${letters(10)}, windowSeconds: 31536000, limit: 10000`
    expect(await codesOf(funnel(`${most}, groupBy: [{ time: HOUR }, { dimension: EVENT }, { property: "x" }]`))).toEqual([])
    expect(await codesOf(funnel(`${RANGE}, order: STRICT, ${buys(20)}`))).toEqual([])
    expect(await codesOf(funnel(`${RANGE}, order: UNORDERED, ${buys(4)}`))).toEqual([])
    expect(await codesOf(funnel(`${RANGE}, order: UNORDERED, steps: ${named(...Array.from({ length: 20 }, () => 'buy'))}`))).toEqual([])
  })

  test('they say in words what is wrong', async () => {
    const told = await issuesOf(funnel(`${RANGE}, steps: ${named('a')}, windowSeconds: 0`))
    expect(told.map(({ message }) => message)).toEqual(['The funnel has 1 step; it needs at least 2.', 'windowSeconds is 0; it can be 1 to 31536000.'])
    const [alike] = await issuesOf(funnel(`${RANGE}, order: UNORDERED, ${buys(5)}`))
    expect(alike?.message).toBe('5 steps with different filters are of "buy"; in an UNORDERED funnel at most 4 can be.')
  })
})

describe('of paths', () => {
  const paths = (input: string, selection = 'paths { steps }') => `{ paths(input: { timeZone: "UTC", ${input} }) { ${selection} } }`
  test.each([
    ['no step', `${RANGE}, depth: 0`, ['DEPTH_OUT_OF_BOUNDS depth']],
    ['more than twenty steps', `${RANGE}, depth: 21`, ['DEPTH_OUT_OF_BOUNDS depth']],
    ['a negative lookback', `${RANGE}, lookbackDays: -1`, ['LOOKBACK_OUT_OF_BOUNDS lookbackDays']],
    ['a lookback of more than a year', `${RANGE}, lookbackDays: 366`, ['LOOKBACK_OUT_OF_BOUNDS lookbackDays']],
    ['a limit of nothing', `${RANGE}, limit: 0`, ['LIMIT_TOO_SMALL limit']],
    ['a limit that is too large', `${RANGE}, limit: 10001`, ['LIMIT_TOO_LARGE limit']],
    ['a graph of no events', `${RANGE}, graphEvents: 0`, ['GRAPH_EVENTS_OUT_OF_BOUNDS graphEvents']],
    ['a graph of too many events', `${RANGE}, graphEvents: 51`, ['GRAPH_EVENTS_OUT_OF_BOUNDS graphEvents']],
    ['a start and a conversion', `${RANGE}, start: {}, conversion: { event: "buy" }`, ['START_WITH_CONVERSION start']],
    ['a conversion without a name', `${RANGE}, conversion: { event: "" }`, ['EVENT_NAME_EMPTY conversion.event']],
    ['a start without a name', `${RANGE}, start: { event: "" }`, ['EVENT_NAME_EMPTY start.event']],
    ['a start of too long a name', `${RANGE}, start: { event: "${'x'.repeat(101)}" }`, ['EVENT_NAME_TOO_LONG start.event']],
    [
      'several things at once, those of filters last',
      `range: { last: 3 }, depth: 0, where: { property: { name: "" } }, conversion: { event: "buy", where: { segment: "s" } }`,
      ['RANGE_INCOMPLETE range.unit', 'DEPTH_OUT_OF_BOUNDS depth', 'UNKNOWN_SEGMENT conversion.where.segment', 'PROPERTY_NAME_EMPTY where.property.name'],
    ],
  ])('%s is one', async (_, input, expected) => expect((await codesOf(paths(input))).toSorted()).toEqual(expected.toSorted()))

  test('the most of everything is none', async () => {
    const most = `${RANGE}, conversion: { event: "buy" }, depth: 20, lookbackDays: 365, limit: 10000, graphEvents: 50`
    expect(await codesOf(paths(most, 'paths { steps users } totals { revenue } graph { nodes { users } links { users } }'))).toEqual([])
    expect(await codesOf(paths(`${RANGE}, start: {}, lookbackDays: 0, limit: 1`))).toEqual([])
  })

  test('they say in words what is wrong', async () => {
    const told = await issuesOf(paths(`${RANGE}, depth: 21, graphEvents: 0, start: {}, conversion: { event: "buy" }`))
    expect(told.map(({ message }) => message)).toEqual([
      'Paths are asked for that lead to the conversion and that follow the start; give one of the two.',
      'depth is 21; it can be 1 to 20.',
      'graphEvents is 0; it can be 1 to 50.',
    ])
  })
})

test("costs of attribution say what a conversion's filter may hold, and what to do in its place", async () => {
  const range = 'range: { start: "2026-05-01T00:00:00Z", end: "2026-06-01T00:00:00Z" }, timeZone: "UTC"'
  const query = `{ attribution(input: { conversion: { event: "purchase" }, ${range}, where: { campaign: { eq: "x" } } }) { rows { cost } } }`
  const [told] = await issuesOf(query)
  expect(told?.message).toBe('"cost" cannot be filtered by the conversion\'s "campaign", only by "app", "platform", "country"; filter touches with whereTouch.')
})
