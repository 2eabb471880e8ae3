import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'
import { referenceAnswer } from './reference/answer.ts'
import { firstDifference } from './reference/compareAnswers.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics } from './testing/askAnalytics.ts'

// Funnels worked out by hand, over the real ClickHouse. Every answer is also compared with the naive calculation.

const client = createClickHouse(readConfig.owner().clickhouse)
afterAll(() => client.close())

const now = new Date('2026-07-01T00:00:00Z')
const DAY_SECONDS = 86_400
const FIRST_MS = Date.parse('2026-05-10T12:00:00.000Z')
const MAY = 'range: { start: "2026-05-01T00:00:00Z", end: "2026-06-01T00:00:00Z" }, timeZone: "UTC"'

type Row = Omit<Partial<StoredEvent>, 'tenant_id'> & { readonly at: number | string }
/** An event of ada's, seconds after noon of 10 May; milliseconds as a fraction. */
const on = (event: string, seconds: number, rest: Partial<Row> = {}): Row => ({ event, user_id: 'ada', at: FIRST_MS + Math.round(seconds * 1000), ...rest })
const steps = (...names: readonly string[]) => `steps: [${names.map((name) => `{ event: "${name}" }`).join(' ')}], ${MAY}`

type Asked = { readonly input: string; readonly selection?: string; readonly filters?: Parameters<typeof askAnalytics>[0]['filters'] }

/** Puts the rows into a new tenant's data, newest first, and asks: with every pass on and off, and the naive calculation. */
async function ask(rows: readonly Row[], { input, selection = 'rows { steps { users } }', filters }: Asked) {
  const tenantId = randomUUID()
  const world = rows.map((row, i) => storedEvent({ event_id: String(i).padStart(4, '0'), event: 'a', ...row, tenant_id: tenantId }))
  await client.insert({ table: 'events', values: world.toReversed(), format: 'JSONEachRow' })
  const query = `{ funnel(input: { ${input} }) { ${selection} } }`
  const expected = filters === undefined ? referenceAnswer({ query, tenantId, now, world }) : null
  let answer: unknown
  for (const passes of ['none', 'all'] as const) {
    const { data, errors } = await askAnalytics({ query, tenantId, now, passes, filters })
    expect(errors?.map((error) => error.originalError ?? error)).toBeUndefined()
    if (expected !== null) expect(firstDifference(expected, data)).toBeNull()
    answer = data
  }
  return JSON.parse(JSON.stringify(answer)).funnel
}

/** The users of each step of the one row. */
async function usersOf(rows: readonly Row[], input: string): Promise<readonly number[]> {
  const { rows: answered } = await ask(rows, { input })
  expect(answered).toHaveLength(1)
  return answered[0].steps.map((step: { users: string }) => Number(step.users))
}

describe('an ordered funnel', () => {
  test('counts users at the furthest step they reach, and what comes between does not matter', async () => {
    const of = (user_id: string, ...names: readonly string[]) => names.map((name, i) => on(name, i, { user_id }))
    const rows = [...of('ada', 'a', 'x', 'b', 'a', 'c'), ...of('bob', 'a', 'c', 'b'), ...of('cid', 'a', 'c'), ...of('dan', 'b', 'c')]
    const selection = 'rows { steps { index event users dropOff conversion conversionFromPrevious } }'
    const { rows: answered } = await ask(rows, { input: steps('a', 'b', 'c'), selection })
    expect(answered).toEqual([
      {
        steps: [
          { index: 0, event: 'a', users: 3, dropOff: 1, conversion: 1, conversionFromPrevious: null },
          { index: 1, event: 'b', users: 2, dropOff: 1, conversion: 2 / 3, conversionFromPrevious: 2 / 3 },
          { index: 2, event: 'c', users: 1, dropOff: 0, conversion: 1 / 3, conversionFromPrevious: 1 / 2 },
        ].map((step) => ({ ...step, users: String(step.users), dropOff: String(step.dropOff) })),
      },
    ])
  })

  test('has a window whose last instant belongs to it, counted from the first step', async () => {
    const input = `${steps('a', 'b', 'c')}, windowSeconds: 60`
    expect(await usersOf([on('a', 0), on('b', 59), on('c', 60)], input)).toEqual([1, 1, 1])
    expect(await usersOf([on('a', 0), on('b', 59), on('c', 60.001)], input)).toEqual([1, 1, 0])
    expect(await usersOf([on('a', 0), on('b', 60.001)], input)).toEqual([1, 0, 0])
  })

  test('tries every first step: a later one may still have time', async () => {
    const input = `${steps('a', 'b', 'c')}, windowSeconds: 60`
    expect(await usersOf([on('a', 0), on('a', 30), on('b', 61), on('c', 90)], input)).toEqual([1, 1, 1])
    // The first gets to b and no further; the second is too late for b and gets to nothing.
    expect(await usersOf([on('a', 0), on('b', 10), on('a', 20), on('c', 70)], input)).toEqual([1, 1, 0])
  })

  test('lets later steps lie after the range, and first steps not, and nothing from now on', async () => {
    const lastOfMay = Date.parse('2026-05-31T23:59:59.999Z')
    const after = { at: '2026-06-05T00:00:00Z' }
    expect(await usersOf([on('a', 0, { at: lastOfMay }), on('b', 0, after)], steps('a', 'b'))).toEqual([1, 1])
    expect(await usersOf([on('a', 0, { at: lastOfMay + 1 }), on('b', 0, after)], steps('a', 'b'))).toEqual([0, 0])
    expect(await usersOf([on('b', 0, { at: '2026-04-30T00:00:00Z' }), on('a', 0, { at: '2026-05-01T00:00:00Z' })], steps('a', 'b'))).toEqual([1, 0])
    const year = `${steps('a', 'b')}, windowSeconds: ${365 * DAY_SECONDS}`
    expect(await usersOf([on('a', 0), on('b', 0, { at: '2026-06-30T23:59:59.999Z' })], year)).toEqual([1, 1])
    expect(await usersOf([on('a', 0), on('b', 0, { at: now.getTime() })], year)).toEqual([1, 0])
  })

  test('needs a row for each step of the same event', async () => {
    expect(await usersOf([on('buy', 0)], steps('buy', 'buy', 'buy'))).toEqual([1, 0, 0])
    expect(await usersOf([on('buy', 0), on('buy', 0)], steps('buy', 'buy', 'buy'))).toEqual([1, 1, 0])
    expect(await usersOf([on('buy', 0), on('buy', 5), on('buy', 9)], steps('buy', 'buy', 'buy'))).toEqual([1, 1, 1])
  })

  test('takes rows of one instant in the order of the steps, whatever order they arrived in', async () => {
    expect(await usersOf([on('c', 0), on('b', 0), on('a', 0)], steps('a', 'b', 'c'))).toEqual([1, 1, 1])
    expect(await usersOf([on('c', 0), on('a', 0), on('b', 0.001)], steps('a', 'b', 'c'))).toEqual([1, 1, 0])
  })

  test('knows events by when they happened, not by when they came', async () => {
    const late = { recorded_at: '2026-06-30 00:00:00.000' }
    expect(await usersOf([on('b', 10), on('a', 0, late)], steps('a', 'b'))).toEqual([1, 1])
    expect(await usersOf([on('a', 10), on('b', 0, late)], steps('a', 'b'))).toEqual([1, 0])
  })

  test('is of known users, never met by refunds, and by touches', async () => {
    expect(await usersOf([on('a', 0, { user_id: '' }), on('b', 1, { user_id: '' })], steps('a', 'b'))).toEqual([0, 0])
    expect(await usersOf([on('a', 0), on('b', 1, { is_refund: true })], steps('a', 'b'))).toEqual([1, 0])
    expect(await usersOf([on('click', 0, { touch: 'click' }), on('install', 1)], steps('click', 'install'))).toEqual([1, 1])
  })

  test('never widens, and follows twenty steps', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `s${i}`)
    const rows = names.flatMap((_, user) => names.slice(0, user + 1).map((name, i) => on(name, i, { user_id: `u${user}` })))
    expect(await usersOf(rows, steps(...names))).toEqual(names.map((_, i) => 20 - i))
  })
})

describe('filters', () => {
  test('of a step are of its own rows; the one of the whole is of the first step alone', async () => {
    const rows = [on('a', 0, { country: 'DE' }), on('b', 1, { country: 'US' }), on('b', 2, { country: 'FR', properties: { plan: 'pro' } })]
    const only = (step: string, rest = '') => `steps: [{ event: "a" } { event: "b", where: ${step} }], ${MAY}${rest}`
    expect(await usersOf(rows, only('{ country: { eq: "US" } }', ', where: { country: { eq: "DE" } }'))).toEqual([1, 1])
    expect(await usersOf(rows, only('{ country: { eq: "DE" } }'))).toEqual([1, 0])
    expect(await usersOf(rows, only('{ property: { name: "plan", text: { eq: "pro" } } }'))).toEqual([1, 1])
    expect(await usersOf(rows, `${steps('a', 'b')}, where: { country: { eq: "US" } }`)).toEqual([0, 0])
  })

  test('of the identity hold for every row of every step', async () => {
    const rows = [on('a', 0, { partner_id: 'p1' }), on('b', 1, { partner_id: 'p2' }), on('a', 0, { user_id: 'bob', partner_id: 'p2' })]
    const { rows: answered } = await ask(rows, { input: steps('a', 'b'), filters: [{ dimension: 'partner', in: ['p1'] }] })
    expect(answered).toEqual([{ steps: [{ users: '1' }, { users: '0' }] }])
    const all = await ask(rows, { input: steps('a', 'b') })
    expect(all.rows).toEqual([{ steps: [{ users: '2' }, { users: '1' }] }])
  })
})

describe('an exclusion', () => {
  const input = `${steps('a', 'b', 'c')}, exclude: [{ event: "x" } { event: "y", where: { country: { eq: "DE" } } }]`

  test('ends an attempt, which keeps what it reached before, and another may begin', async () => {
    expect(await usersOf([on('a', 0), on('b', 1), on('x', 2), on('c', 3)], input)).toEqual([1, 1, 0])
    expect(await usersOf([on('x', 0), on('a', 1), on('b', 2), on('c', 3), on('x', 4)], input)).toEqual([1, 1, 1])
    expect(await usersOf([on('a', 0), on('x', 1), on('a', 2), on('b', 3), on('c', 4)], input)).toEqual([1, 1, 1])
    expect(await usersOf([on('a', 0), on('y', 1, { country: 'US' }), on('b', 2), on('y', 3, { country: 'DE' }), on('c', 4)], input)).toEqual([1, 1, 0])
  })

  test('at the instant of a step comes after it', async () => {
    expect(await usersOf([on('x', 1), on('a', 0), on('b', 1), on('c', 2)], input)).toEqual([1, 1, 0])
    expect(await usersOf([on('x', 0), on('a', 0), on('b', 1)], input)).toEqual([1, 0, 0])
    expect(await usersOf([on('x', 0), on('a', 0), on('b', 0)], input)).toEqual([1, 1, 0])
  })

  test('that names the first event ends what an earlier one began, and not what it begins itself', async () => {
    const noSecond = `${steps('a', 'b')}, exclude: [{ event: "a" }]`
    expect(await usersOf([on('a', 0), on('b', 1)], noSecond)).toEqual([1, 1])
    expect(await usersOf([on('a', 0), on('a', 1), on('b', 2)], `${noSecond}, windowSeconds: 2`)).toEqual([1, 1])
    const { rows } = await ask([on('a', 0, { country: 'DE' }), on('a', 1, { country: 'US' }), on('b', 2)], {
      input: `${noSecond}, groupBy: [{ dimension: COUNTRY }]`,
      selection: 'rows { country steps { users } }',
    })
    expect(rows).toEqual([
      { country: 'DE', steps: [{ users: '1' }, { users: '0' }] },
      { country: 'US', steps: [{ users: '1' }, { users: '1' }] },
    ])
  })
})

describe('a strict funnel', () => {
  const input = `${steps('a', 'b', 'c')}, order: STRICT`

  test('lets nothing come between but touches of other events', async () => {
    expect(await usersOf([on('a', 0), on('b', 1), on('c', 2)], input)).toEqual([1, 1, 1])
    expect(await usersOf([on('a', 0), on('x', 1), on('b', 2)], input)).toEqual([1, 0, 0])
    expect(await usersOf([on('a', 0), on('b', 1), on('a', 2), on('c', 3)], input)).toEqual([1, 1, 0])
    expect(await usersOf([on('a', 0), on('refund', 1, { is_refund: true }), on('b', 2)], input)).toEqual([1, 0, 0])
    expect(await usersOf([on('a', 0), on('click', 1, { touch: 'click' }), on('b', 2), on('c', 3)], input)).toEqual([1, 1, 1])
    expect(await usersOf([on('a', 0), on('b', 1), on('b', 1.5, { touch: 'click' }), on('c', 3)], input)).toEqual([1, 1, 0])
  })

  test('lets a first step begin anew, and what happens at the instant of a step is not between', async () => {
    expect(await usersOf([on('a', 0), on('a', 1), on('b', 2)], input)).toEqual([1, 1, 0])
    expect(await usersOf([on('x', 0), on('a', 0), on('x', 1), on('b', 1), on('x', 2), on('c', 2)], input)).toEqual([1, 1, 1])
  })
})

describe('an unordered funnel', () => {
  const input = `${steps('a', 'b', 'c')}, order: UNORDERED, windowSeconds: 60`

  test('counts how many different steps are met, in any order, each by a row of its own', async () => {
    expect(await usersOf([on('c', 0), on('c', 1), on('a', 60)], input)).toEqual([1, 1, 0])
    expect(await usersOf([on('c', 0), on('b', 1), on('a', 60)], input)).toEqual([1, 1, 1])
    expect(await usersOf([on('c', 0), on('b', 1), on('a', 60.001)], input)).toEqual([1, 1, 0])
    expect(await usersOf([on('buy', 0), on('x', 1)], `${steps('buy', 'x', 'buy')}, order: UNORDERED`)).toEqual([1, 1, 0])
    expect(await usersOf([on('buy', 0), on('x', 1), on('buy', 2)], `${steps('buy', 'x', 'buy')}, order: UNORDERED`)).toEqual([1, 1, 1])
  })

  test('gives a row to the step that leaves the most to the others', async () => {
    const alike = `steps: [{ event: "buy" } { event: "buy", where: { country: { eq: "DE" } } }], ${MAY}, order: UNORDERED`
    expect(await usersOf([on('buy', 0, { country: 'DE' }), on('buy', 1, { country: 'US' })], alike)).toEqual([1, 1])
    expect(await usersOf([on('buy', 0, { country: 'US' }), on('buy', 1, { country: 'US' })], alike)).toEqual([1, 0])
  })

  test('has the times from one met row to the next, and the groups and the filter of the first row', async () => {
    const rows = [on('c', 0, { country: 'DE' }), on('b', 10, { country: 'US' }), on('a', 30, { country: 'US' })]
    const { rows: answered } = await ask(rows, {
      input: `${input}, groupBy: [{ dimension: COUNTRY }], where: { country: { eq: "DE" } }`,
      selection: 'rows { country steps { event users medianSeconds medianSecondsFromFirst } }',
    })
    expect(answered).toEqual([
      {
        country: 'DE',
        steps: [
          { event: 'a', users: '1', medianSeconds: null, medianSecondsFromFirst: null },
          { event: 'b', users: '1', medianSeconds: 10, medianSecondsFromFirst: 10 },
          { event: 'c', users: '1', medianSeconds: 20, medianSecondsFromFirst: 30 },
        ],
      },
    ])
  })
})

describe('groups', () => {
  test('count a user once in each, with the best attempt that began there', async () => {
    const rows = [on('a', 0, { country: 'DE' }), on('b', 1), on('a', 2, { country: 'US' }), on('a', 3, { country: 'DE' })]
    const { rows: answered, info } = await ask(rows, {
      input: `${steps('a', 'b')}, groupBy: [{ dimension: COUNTRY } { dimension: PLATFORM }]`,
      selection: 'rows { country platform steps { users } } info { isTruncated }',
    })
    expect(answered).toEqual([
      { country: 'DE', platform: null, steps: [{ users: '1' }, { users: '1' }] },
      { country: 'US', platform: null, steps: [{ users: '1' }, { users: '0' }] },
    ])
    expect(info).toEqual({ isTruncated: false })
  })

  test('of time are local days: the 23 hours of the day on which summer time begins', async () => {
    const berlin = 'range: { start: "2026-03-27T23:00:00Z", end: "2026-03-31T22:00:00Z" }, timeZone: "Europe/Berlin"'
    const rows = ['2026-03-28T22:59:59.999Z', '2026-03-28T23:00:00.000Z', '2026-03-29T21:59:59.999Z', '2026-03-29T22:00:00.000Z'].map((at, i) =>
      on('a', 0, { at, user_id: `u${i}` }),
    )
    const { rows: answered } = await ask([...rows, on('b', 0, { at: '2026-03-29T22:00:00.000Z', user_id: 'u1' })], {
      input: `steps: [{ event: "a" } { event: "b" }], ${berlin}, groupBy: [{ time: DAY }]`,
      selection: 'rows { time { start end isPartial } steps { users } }',
    })
    const day = (start: string, end: string, users: readonly string[]) => ({
      time: { start, end, isPartial: false },
      steps: users.map((each) => ({ users: each })),
    })
    expect(answered).toEqual([
      day('2026-03-27T23:00:00.000Z', '2026-03-28T23:00:00.000Z', ['1', '0']),
      day('2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z', ['2', '1']),
      day('2026-03-29T22:00:00.000Z', '2026-03-30T22:00:00.000Z', ['1', '0']),
    ])
  })

  test('come absent values last, hours of long ago in order, and a limit that bites is said', async () => {
    const rows = ['b', '', 'a'].map((channel, i) => on('a', i, { channel, user_id: `u${i}` }))
    const selection = 'rows { channel steps { users } } info { isTruncated }'
    const { rows: answered, info } = await ask(rows, { input: `${steps('a', 'b')}, groupBy: [{ dimension: CHANNEL }], limit: 2`, selection })
    expect(answered.map((row: { channel: string }) => row.channel)).toEqual(['a', 'b'])
    expect(info).toEqual({ isTruncated: true })
    const hours = ['2001-09-09T01:00:00.000Z', '2001-09-09T02:00:00.000Z']
    const old = 'range: { start: "2001-09-08T00:00:00Z", end: "2001-09-10T00:00:00Z" }, timeZone: "UTC", groupBy: [{ time: HOUR }]'
    const { rows: byHour } = await ask(
      hours.toReversed().map((at, i) => on('a', 0, { at, user_id: `u${i}` })),
      { input: `steps: [{ event: "a" } { event: "b" }], ${old}`, selection: 'rows { time { start } }' },
    )
    expect(byHour.map((row: { time: { start: string } }) => row.time.start)).toEqual(hours)
  })
})

describe('times', () => {
  test('are from the step before, of the earliest of the furthest attempts, and interpolated between users', async () => {
    const rows = [10, 20, 40, 100].flatMap((seconds, i) => [
      on('a', 0, { user_id: `u${i}` }),
      on('b', seconds, { user_id: `u${i}` }),
      on('c', 200 + i, { user_id: `u${i}` }),
    ])
    const { rows: answered } = await ask([...rows, on('a', 5, { user_id: 'u0' })], {
      input: steps('a', 'b', 'c', 'd'),
      selection: 'rows { steps { medianSeconds p90Seconds medianSecondsFromFirst } }',
    })
    expect(answered[0].steps).toEqual([
      { medianSeconds: null, p90Seconds: null, medianSecondsFromFirst: null },
      // 10, 20, 40, 100: half-way between the second and third; seven tenths of the way from the third to the last.
      { medianSeconds: 30, p90Seconds: 82, medianSecondsFromFirst: 30 },
      // 190, 181, 162, 103.
      { medianSeconds: 171.5, p90Seconds: 187.3, medianSecondsFromFirst: 201.5 },
      { medianSeconds: null, p90Seconds: null, medianSecondsFromFirst: null },
    ])
  })

  test('show tenths of milliseconds as they are', async () => {
    const rows = [0.001, 0.002].flatMap((seconds, i) => [on('a', 0, { user_id: `u${i}` }), on('b', seconds, { user_id: `u${i}` })])
    const { rows: answered } = await ask(rows, { input: steps('a', 'b'), selection: 'rows { steps { medianSeconds p90Seconds } }' })
    expect(answered[0].steps[1]).toEqual({ medianSeconds: 0.0015, p90Seconds: 0.0019 })
  })
})

test('over no events there is one row without groups, and none with them', async () => {
  const selection = 'rows { steps { users dropOff conversion conversionFromPrevious medianSeconds p90Seconds medianSecondsFromFirst } }'
  const nothing = {
    users: '0',
    dropOff: '0',
    conversion: null,
    conversionFromPrevious: null,
    medianSeconds: null,
    p90Seconds: null,
    medianSecondsFromFirst: null,
  }
  expect((await ask([], { input: steps('a', 'b'), selection })).rows).toEqual([{ steps: [nothing, nothing] }])
  expect((await ask([], { input: `${steps('a', 'b')}, groupBy: [{ time: DAY }]`, selection })).rows).toEqual([])
})

test('explain answers the statement and no rows, and the events are read once', async () => {
  const query = `{ funnel(input: { ${steps('a', 'b')}, exclude: [{ event: "x" }], groupBy: [{ time: DAY }], explain: true }) { rows { steps { users medianSeconds } } info { sql estimatedRows elapsedMs } } }`
  const { data, errors } = await askAnalytics({ query, tenantId: randomUUID(), now })
  expect(errors).toBeUndefined()
  const { rows, info } = JSON.parse(JSON.stringify(data)).funnel
  expect(rows).toEqual([])
  expect(info.elapsedMs).toBeNull()
  expect(info.sql.match(/FROM `events`/g)).toHaveLength(1)
})
