import { describe, expect, it } from 'vitest'
import { referenceAnswer } from './answer.ts'
import { storedEvent, type World } from './world.ts'

const tenantId = '00000000-0000-4000-8000-00000000000a'
const march = 'range: { start: "2024-03-01T00:00:00Z", end: "2024-04-01T00:00:00Z" }'
const row = (event: string, at: string, parts: Partial<World[number]> = {}) =>
  storedEvent({ tenant_id: tenantId, event, event_id: `${event} ${at}`, at, ...parts })
const ask = (world: World, { input, row: fields, now = '2024-06-01T00:00:00Z' }: { input: string; row: string; now?: string }) =>
  referenceAnswer({
    world,
    tenantId,
    query: `{ cohorts(input: { timeZone: "UTC" ${march} ${input} }) { rows { ${fields} } } }`,
    now: new Date(now),
  }).data.cohorts

const mondayInstall = [
  row('install', '2024-03-04T12:00:00Z', { user_id: 'a', country: 'DE' }),
  row('session', '2024-03-04T12:00:00Z', { user_id: 'a', country: 'US' }),
  row('purchase', '2024-03-05T11:59:59.999Z', { user_id: 'a', revenue: '10' }),
  row('session', '2024-03-05T12:00:00Z', { user_id: 'a' }),
  row('purchase', '2024-03-06T13:00:00Z', { user_id: 'a', revenue: '-3.000001', is_refund: true }),
  row('install', '2024-03-10T23:00:00Z', { user_id: 'b', country: 'DE' }),
]

describe('cohorts, counted by hand', () => {
  it('counts rolling days from the person’s own entry, money with refunds, activity without', () => {
    const answer = ask(mondayInstall, {
      input: 'entry: { kind: INSTALL } grain: WEEK periodUnit: DAY periods: 3 groupBy: [{ dimension: COUNTRY }]',
      row: 'start country size periods { users retention events revenue cumulativeRevenue ltv }',
    })
    expect(answer).toEqual({
      rows: [
        {
          start: '2024-03-04T00:00:00.000Z',
          country: 'DE',
          size: '2',
          periods: [
            { users: '1', retention: 0.5, events: '2', revenue: '10', cumulativeRevenue: '10', ltv: '5' },
            { users: '1', retention: 0.5, events: '1', revenue: '0', cumulativeRevenue: '10', ltv: '5' },
            // 6.999999 / 2 = 3.4999995: a half goes up.
            { users: '0', retention: 0, events: '0', revenue: '-3.000001', cumulativeRevenue: '6.999999', ltv: '3.5' },
          ],
        },
      ],
    })
  })

  it('takes the first entry ever, and only then asks for range and filter', () => {
    const world = [
      row('session', '2024-02-29T23:59:59.999Z', { user_id: 'a' }),
      row('session', '2024-03-02T00:00:00Z', { user_id: 'a' }),
      row('session', '2024-03-02T00:00:00Z', { user_id: 'b', country: 'DE' }),
    ]
    expect(ask(world, { input: 'entry: { kind: FIRST_EVENT } grain: DAY periods: 1', row: 'start size' })).toEqual({
      rows: [{ start: '2024-03-02T00:00:00.000Z', size: '1' }],
    })
    expect(ask(world, { input: 'entry: { kind: FIRST_EVENT } grain: DAY periods: 1 where: { country: { isNull: true } }', row: 'size' })).toEqual({
      rows: [],
    })
  })

  it('decides between equal times by the event id, and never enters by a refund or a touch', () => {
    const world = [
      row('refund', '2024-03-01T00:00:00Z', { user_id: 'a', is_refund: true, revenue: '-1' }),
      row('click', '2024-03-01T00:00:00Z', { user_id: 'a', touch: 'click' }),
      row('session', '2024-03-02T00:00:00Z', { user_id: 'a', event_id: '2', platform: 'ios' }),
      row('session', '2024-03-02T00:00:00Z', { user_id: 'a', event_id: '10', platform: 'android' }),
      row('sign_up', '2024-03-03T00:00:00Z', { user_id: '' }),
    ]
    expect(ask(world, { input: 'entry: { kind: FIRST_EVENT } grain: DAY periods: 1 groupBy: [{ dimension: PLATFORM }]', row: 'start platform' })).toEqual({
      rows: [{ start: '2024-03-02T00:00:00.000Z', platform: 'android' }],
    })
    expect(ask(world, { input: 'entry: { kind: SIGN_UP } grain: DAY periods: 1', row: 'size' })).toEqual({ rows: [] })
  })

  it('counts a member of a bracket once, both ends included, in any order, also where brackets overlap', () => {
    const answer = ask(mondayInstall, {
      input: 'entry: { kind: INSTALL } grain: MONTH periodUnit: DAY periods: 3 brackets: [{ from: 1, to: 2 }, { from: 0, to: 1 }, { from: 0, to: 0 }]',
      row: 'periods { index from to users events payers purchases revenue cumulativeRevenue }',
    })
    expect(answer).toEqual({
      rows: [
        {
          periods: [
            { index: 0, from: 1, to: 2, users: '1', events: '1', payers: '0', purchases: '0', revenue: '-3.000001', cumulativeRevenue: '6.999999' },
            { index: 1, from: 0, to: 1, users: '1', events: '3', payers: '1', purchases: '1', revenue: '10', cumulativeRevenue: '10' },
            { index: 2, from: 0, to: 0, users: '1', events: '2', payers: '1', purchases: '1', revenue: '10', cumulativeRevenue: '10' },
          ],
        },
      ],
    })
  })

  it('makes the mean of the sums over all cohorts, also those beyond the limit', () => {
    const world = [...mondayInstall, row('install', '2024-03-12T00:00:00Z', { user_id: 'c' }), row('session', '2024-03-12T01:00:00Z', { user_id: 'c' })]
    const input = 'entry: { kind: INSTALL } grain: WEEK periodUnit: DAY periods: 2 limit: 1'
    const query = `{ cohorts(input: { timeZone: "UTC" ${march} ${input} }) { rows { size periods { retention } } mean { size periods { users retention arpu } } } }`
    expect(referenceAnswer({ world, tenantId, query, now: new Date('2024-06-01T00:00:00Z') }).data.cohorts).toEqual({
      rows: [{ size: '2', periods: [{ retention: 0.5 }, { retention: 0.5 }] }],
      mean: {
        size: '3',
        periods: [
          { users: '2', retention: 2 / 3, arpu: '3.333333' },
          { users: '1', retention: 1 / 3, arpu: '0' },
        ],
      },
    })
  })

  it('says how many were observed to the end of a period, the last instant included', () => {
    const fields = 'size periods { users retention matureUsers isPartial }'
    const input = 'entry: { kind: INSTALL } grain: MONTH periodUnit: DAY periods: 2'
    expect(ask(mondayInstall, { input, row: fields, now: '2024-03-11T23:00:00Z' })).toEqual({
      rows: [
        {
          size: '2',
          periods: [
            { users: '1', retention: 0.5, matureUsers: '2', isPartial: false },
            { users: '1', retention: 0.5, matureUsers: '1', isPartial: true },
          ],
        },
      ],
    })
    expect(ask(mondayInstall, { input: `${input} denominator: MATURE`, row: 'periods { retention ltv }', now: '2024-03-11T22:59:59.999Z' })).toEqual({
      rows: [
        {
          periods: [
            { retention: 1, ltv: '10' },
            { retention: 1, ltv: '10' },
          ],
        },
      ],
    })
  })

  it('counts whoever is active later in unbounded retention, and joins periods in brackets', () => {
    const later = [...mondayInstall, row('session', '2024-03-30T00:00:00Z', { user_id: 'b' })]
    expect(
      ask(later, { input: 'entry: { kind: INSTALL } grain: MONTH periodUnit: DAY periods: 3 retention: UNBOUNDED', row: 'periods { retention }' }),
    ).toEqual({
      rows: [{ periods: [{ retention: 1 }, { retention: 1 }, { retention: 0.5 }] }],
    })
    expect(
      ask(later, {
        input: 'entry: { kind: INSTALL } grain: MONTH periodUnit: DAY periods: 2 brackets: [{ from: 0, to: 1 }, { from: 2, to: 29 }]',
        row: 'periods { index users cumulativeRevenue }',
      }),
    ).toEqual({
      rows: [
        {
          periods: [
            { index: 0, users: '1', cumulativeRevenue: '10' },
            { index: 1, users: '1', cumulativeRevenue: '6.999999' },
          ],
        },
      ],
    })
  })

  it('counts calendar days in the zone, 23 hours when the clock goes forward', () => {
    const world = [
      row('install', '2024-03-30T22:30:00Z', { user_id: 'a' }), // 23:30 in Berlin
      row('session', '2024-03-30T23:00:00Z', { user_id: 'a' }), // 0:00 of the next day, which has 23 hours
      row('session', '2024-03-31T22:00:00Z', { user_id: 'a' }), // 0:00 of the day after
    ]
    const query = `{ cohorts(input: { entry: { kind: INSTALL } grain: DAY periods: 3 periodKind: CALENDAR timeZone: "Europe/Berlin" ${march} }) {
        rows { start periods { users matureUsers } } } }`
    expect(referenceAnswer({ world, tenantId, query, now: new Date('2024-03-31T22:00:00.001Z') }).data.cohorts).toEqual({
      rows: [
        {
          start: '2024-03-29T23:00:00.000Z',
          periods: [
            { users: '0', matureUsers: '1' },
            { users: '1', matureUsers: '1' },
            { users: '1', matureUsers: '0' },
          ],
        },
      ],
    })
  })

  it('looks at activity of the wanted name and filter, and at money as a whole', () => {
    const answer = ask(mondayInstall, {
      input: 'entry: { kind: INSTALL } activity: { event: "session", where: { country: { eq: "US" } } } grain: MONTH periodUnit: WEEK periods: 1',
      row: 'periods { users events sessions: events(name: "session") revenue }',
    })
    expect(answer).toEqual({ rows: [{ periods: [{ users: '1', events: '1', sessions: '2', revenue: '6.999999' }] }] })
  })
})
