import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Issue } from '#ops/service/issues.ts'
import { askAnalytics } from '../execution/testing/askAnalytics.ts'

const tenantId = randomUUID()
const now = new Date('2026-04-10T09:30:00Z')
const RANGE = 'range: { last: 7, unit: DAY }, timeZone: "UTC"'
const LONG = 'x'.repeat(101)

async function codesOf(query: string): Promise<readonly string[]> {
  const { errors = [] } = await askAnalytics({ query, tenantId, now })
  return errors.flatMap(({ extensions }) => {
    expect(extensions['code']).toBe('BAD_QUERY')
    return (extensions['issues'] as readonly Issue[]).map(({ code, path }) => `${code} ${path.join('.')}`)
  })
}

const metrics = (rows: string, input = '') => `{ metrics(input: { ${RANGE}, ${input} }) { rows { ${rows} } } }`
const BY_DAY = 'groupBy: [{ time: DAY }]'
const BY_HOUR = 'groupBy: [{ time: HOUR }]'

describe('of measures with arguments', () => {
  test.each([
    ['a name of an event that is too long', metrics(`eventUsers(name: "${LONG}")`), ['EVENT_NAME_TOO_LONG rows.eventUsers.name']],
    ['an event without a name', metrics('n: number(event: "", property: "a", as: SUM)'), ['EVENT_NAME_EMPTY rows.n.event']],
    ['a property without a name', metrics('firstValue(property: "")'), ['PROPERTY_NAME_EMPTY rows.firstValue.property']],
    ['a property with too long a name', metrics(`number(property: "${'x'.repeat(201)}", as: MAX)`), ['PROPERTY_NAME_TOO_LONG rows.number.property']],
    ['a level below 0', metrics('number(property: "a", as: QUANTILE, level: -0.1)'), ['LEVEL_OUT_OF_BOUNDS rows.number.level']],
    ['a level above 1', metrics('number(property: "a", as: QUANTILE, level: 50)'), ['LEVEL_OUT_OF_BOUNDS rows.number.level']],
    ['no day', metrics('activeUsersOver(days: 0)'), ['DAYS_OUT_OF_BOUNDS rows.activeUsersOver.days']],
    ['too many days', metrics('stickiness(days: 91)', BY_DAY), ['DAYS_OUT_OF_BOUNDS rows.stickiness.days']],
    ['days by hours', metrics('activeUsersOver(days: 7)', BY_HOUR), ['TIME_TOO_FINE rows.activeUsersOver']],
    ['a lifecycle by hours', metrics('lifecycle { newUsers }', BY_HOUR), ['TIME_TOO_FINE rows.lifecycle']],
    ['a lifecycle without time', metrics('lifecycle { newUsers }'), ['MEASURE_NEEDS_TIME rows.lifecycle']],
    [
      'an order by what needs arguments',
      metrics('sessions', `orderBy: [{ measure: "number" }, { measure: "activeUsersOver" }, { measure: "lifecycle" }]`),
      ['MEASURE_NEEDS_ALIAS orderBy.0.measure', 'MEASURE_NEEDS_ALIAS orderBy.1.measure', 'MEASURE_NEEDS_ALIAS orderBy.2.measure'],
    ],
    ['an order by a lifecycle', metrics('l: lifecycle { newUsers }', `${BY_DAY}, orderBy: [{ alias: "l" }]`), ['NOT_ORDERABLE orderBy.0.alias']],
  ])('%s is one', async (_, query, expected) => expect(await codesOf(query)).toEqual(expected))

  test.each([
    ['the longest name of an event', metrics(`eventUsers(name: "${'x'.repeat(100)}")`)],
    ['an order by stickiness, which has a default', metrics('stickiness', `${BY_DAY}, orderBy: [{ measure: "stickiness" }]`)],
    ['an order by the first value', metrics('v: firstValue(property: "a")', 'orderBy: [{ alias: "v" }], groupBy: [{ dimension: COUNTRY }]')],
    ['new users by hours', metrics('newUsers', BY_HOUR)],
  ])('%s is none', async (_, query) => expect(await codesOf(query)).toEqual([]))
})

describe('of what is told beside other rows', () => {
  const BY_COUNTRY = 'groupBy: [{ dimension: COUNTRY }]'
  test.each([
    ['a share of no measure', metrics('share(of: "sesions")'), ['UNKNOWN_MEASURE rows.share.of']],
    ['a share of what needs arguments', metrics('share(of: "events")'), ['MEASURE_HAS_ARGUMENTS rows.share.of']],
    ['a share of a share', metrics('share(of: "share")'), ['MEASURE_HAS_ARGUMENTS rows.share.of']],
    ['a running total of users', metrics('running(of: "activeUsers")', BY_DAY), ['MEASURE_NOT_ADDITIVE rows.running.of']],
    ['a running total of a ratio', metrics('running(of: "ctr")', BY_DAY), ['MEASURE_NOT_ADDITIVE rows.running.of']],
    ['a running total without time', metrics('running(of: "sessions")', BY_COUNTRY), ['MEASURE_NEEDS_TIME rows.running']],
    ['the best of no group', metrics('sessions', `${BY_DAY}, top: { count: 3 }`), ['TOP_NEEDS_GROUP top']],
    ['none of the best', metrics('sessions', `${BY_COUNTRY}, top: { count: 0 }`), ['TOP_OUT_OF_BOUNDS top.count']],
    ['too many of the best', metrics('sessions', `${BY_COUNTRY}, top: { count: 1001 }`), ['TOP_OUT_OF_BOUNDS top.count']],
    ['the best by no measure', metrics('sessions', `${BY_COUNTRY}, top: { count: 3, by: "users" }`), ['UNKNOWN_MEASURE top.by']],
    ['the best by what needs arguments', metrics('sessions', `${BY_COUNTRY}, top: { count: 3, by: "number" }`), ['MEASURE_HAS_ARGUMENTS top.by']],
    [
      'a lifecycle of the best',
      metrics('lifecycle { newUsers }', 'groupBy: [{ dimension: COUNTRY }, { time: DAY }], top: { count: 3 }'),
      ['NOT_AVAILABLE top'],
    ],
    ['a cost by hours', metrics('share(of: "cost")', BY_HOUR), ['COST_NEEDS_WHOLE_DAYS groupBy.0.time']],
    [
      'gaps of too many hours',
      `{ metrics(input: { range: { last: 3, unit: YEAR }, timeZone: "UTC", ${BY_HOUR}, fillGaps: true }) { rows { sessions } } }`,
      ['TOO_MANY_BUCKETS fillGaps'],
    ],
  ])('%s is one', async (_, query, expected) => expect(await codesOf(query)).toEqual(expected))

  test('gaps of ten years of days, and the best of a thousand, are none', async () => {
    const days = `{ metrics(input: { range: { last: 10, unit: YEAR }, timeZone: "Pacific/Apia", ${BY_DAY}, fillGaps: true, limit: 1 }) { rows { sessions } } }`
    expect(await codesOf(days)).toEqual([])
    expect(await codesOf(metrics('isOther', `${BY_COUNTRY}, top: { count: 1000, by: "stickiness", direction: ASC }`))).toEqual([])
  })
})

test('the names of events of cohorts and attribution are no longer than any that is kept', async () => {
  const cohorts = `{ cohorts(input: { ${RANGE}, grain: DAY, periods: 1, entry: { kind: FIRST_EVENT, event: "${LONG}" } }) { rows { size } } }`
  expect(await codesOf(cohorts)).toEqual(['EVENT_NAME_TOO_LONG entry.event'])
  const attribution = `{ attribution(input: { ${RANGE}, conversion: { event: "${LONG}" } }) { rows { touchpoints } } }`
  expect(await codesOf(attribution)).toEqual(['EVENT_NAME_TOO_LONG conversion.event'])
})
