import { describe, expect, it } from 'vitest'
import { referenceAnswer } from './answer.ts'
import { storedEvent, type World } from './world.ts'

const acme = '00000000-0000-4000-8000-00000000000a'
const now = new Date('2024-06-01T00:00:00Z')
const row = (event: string, at: string, parts: Partial<World[number]> = {}) =>
  storedEvent({ tenant_id: acme, event, event_id: `${event} ${at} ${parts.user_id ?? ''}`, at, ...parts })
const ask = (world: World, query: string) => referenceAnswer({ world, tenantId: acme, query, now }).data.metrics
const asked = (input: string, rows: string, totals = '') =>
  `{ metrics(input: { range: { start: "2024-03-01T00:00:00Z", end: "2024-03-04T00:00:00Z" }, timeZone: "UTC", ${input} }) { rows { ${rows} } ${totals} } }`

describe('users over time, counted by hand', () => {
  // a was there before the range and on the 1st and 2nd, b on the 1st and 3rd, c on the 3rd alone.
  const world = [
    row('session', '2024-02-28T10:00:00Z', { user_id: 'a', country: 'DE' }),
    row('session', '2024-03-01T10:00:00Z', { user_id: 'a', country: 'DE' }),
    row('session', '2024-03-01T11:00:00Z', { user_id: 'b', country: 'DE' }),
    row('session', '2024-03-02T10:00:00Z', { user_id: 'a', country: 'US' }),
    row('session', '2024-03-03T10:00:00Z', { user_id: 'b', country: 'DE' }),
    row('session', '2024-03-03T11:00:00Z', { user_id: 'c', country: 'FR' }),
    row('install', '2024-02-01T00:00:00Z', { user_id: 'c' }),
  ]

  it('tells new from returning by the first activity ever, of a row by its bucket and of the totals by the range', () => {
    const measures = 'activeUsers newUsers returningUsers'
    expect(ask(world, asked('groupBy: [{ time: DAY }]', measures, `totals { ${measures} }`))).toEqual({
      rows: [
        { activeUsers: '2', newUsers: '1', returningUsers: '1' },
        { activeUsers: '1', newUsers: '0', returningUsers: '1' },
        { activeUsers: '2', newUsers: '1', returningUsers: '1' },
      ],
      totals: { activeUsers: '3', newUsers: '2', returningUsers: '1' },
    })
  })

  it('does not take somebody for new whose first activity the filter does not admit', () => {
    expect(ask(world, asked('where: { country: { eq: "US" } }', 'activeUsers newUsers'))).toEqual({ rows: [{ activeUsers: '1', newUsers: '0' }] })
  })

  it('looks back over whole days, also before the range', () => {
    const measures = 'two: activeUsersOver(days: 2) three: activeUsersOver(days: 3) s: stickiness(days: 2)'
    expect(ask(world, asked('groupBy: [{ time: DAY }], where: { country: { eq: "DE" } }', measures, `totals { ${measures} }`))).toEqual({
      rows: [
        { two: '2', three: '2', s: 1 },
        { two: '1', three: '2', s: 1 },
      ],
      totals: { two: '1', three: '2', s: 2 },
    })
  })

  it('takes the active users of a day apart, and counts those who stayed away', () => {
    expect(ask(world, asked('groupBy: [{ time: DAY }]', 'lifecycle { newUsers returningUsers resurrectedUsers dormantUsers }'))).toEqual({
      rows: [
        { lifecycle: { newUsers: '1', returningUsers: '0', resurrectedUsers: '1', dormantUsers: '0' } },
        { lifecycle: { newUsers: '0', returningUsers: '1', resurrectedUsers: '0', dormantUsers: '1' } },
        { lifecycle: { newUsers: '1', returningUsers: '0', resurrectedUsers: '1', dormantUsers: '1' } },
      ],
    })
  })

  it('shows a day without anybody only when gaps are filled, with those who are dormant in it', () => {
    const input = 'groupBy: [{ time: DAY }], where: { country: { eq: "DE" } }'
    const fields = 'time { start } sessions toDate: running(of: "sessions") lifecycle { dormantUsers }'
    const day = (date: number, sessions: string, toDate: string, dormantUsers: string) => ({
      time: { start: `2024-03-0${date}T00:00:00.000Z` },
      sessions,
      toDate,
      lifecycle: { dormantUsers },
    })
    expect(ask(world, asked(input, fields))).toEqual({ rows: [day(1, '2', '2', '0'), day(3, '1', '3', '0')] })
    expect(ask(world, asked(`${input}, fillGaps: true`, fields))).toEqual({ rows: [day(1, '2', '2', '0'), day(2, '0', '2', '2'), day(3, '1', '3', '0')] })
  })

  it('puts all but the best groups into Other, where somebody of two of them counts once', () => {
    const both = [...world, row('session', '2024-03-03T12:00:00Z', { user_id: 'c', country: 'US' })]
    const fields = 'country isOther activeUsers sessions part: share(of: "sessions")'
    expect(ask(both, asked('groupBy: [{ dimension: COUNTRY }], top: { count: 1, by: "sessions" }', fields))).toEqual({
      rows: [
        { country: 'DE', isOther: false, activeUsers: '2', sessions: '3', part: 0.5 },
        { country: null, isOther: true, activeUsers: '2', sessions: '3', part: 0.5 },
      ],
    })
  })
})

describe('properties, worked out by hand', () => {
  const at = (hour: number, properties: Record<string, string>, event = 'level') =>
    row(event, `2024-03-01T0${hour}:00:00Z`, { user_id: 'a', event_id: String(hour), properties })
  const world = [
    at(3, { n: '10' }),
    at(1, { n: '1' }),
    at(2, { n: '2.5', m: 'second' }),
    at(4, { n: 'five' }),
    at(5, { m: 'last' }),
    at(6, { n: '7', m: '' }, 'other'),
  ]

  it('sums, divides and ranks numbers, and leaves out what is none', () => {
    const of = (as: string, more = '') => `number(event: "level", property: "n", as: ${as}${more})`
    const rows = `sum: ${of('SUM')} mean: ${of('AVERAGE')} least: ${of('MIN')} most: ${of('MAX')} median: ${of('QUANTILE')} quarter: ${of('QUANTILE', ', level: 0.25')}
      all: number(property: "n", as: SUM) none: number(property: "m", as: MAX) third: number(event: "level", property: "n", as: QUANTILE, level: 0.333333)`
    expect(ask(world, asked('', rows))).toEqual({
      // A quarter of the two gaps lies half way between 1 and 2.5; 0.666666 of the first gap of 1.5 is 0.999999.
      rows: [{ sum: '13.5', mean: '4.5', least: '1', most: '10', median: '2.5', quarter: '1.75', all: '20.5', none: null, third: '1.999999' }],
    })
  })

  it('takes the first and last value by time, of rows that have one', () => {
    const rows =
      'first: firstValue(property: "m") last: lastValue(property: "m") level: firstValue(event: "level", property: "n") none: lastValue(property: "x") people: eventUsers(name: "level")'
    expect(ask(world, asked('', rows))).toEqual({ rows: [{ first: 'second', last: 'last', level: '1', none: null, people: '1' }] })
  })
})
