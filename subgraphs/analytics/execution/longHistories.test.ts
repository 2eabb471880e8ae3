import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'
import { storedEvent } from './reference/world.ts'
import { askAnalytics } from './testing/askAnalytics.ts'
import { segmentsOf } from './testing/segmentsOf.ts'

const client = createClickHouse(readConfig.owner().clickhouse)
afterAll(() => client.close())

// Of a year of its own. One user with 100,000 events in 100 days, half of them sessions and half clicks; beside somebody with a session a day, a
// click and a purchase, and somebody with one session on the first day.
const DAYS = 100
const A_DAY = 500
const DAY_MS = 86_400_000
const FIRST_MS = Date.parse('2013-01-01T00:00:00Z')
const now = new Date('2013-06-01T00:00:00Z')
const RANGE = 'range: { start: "2013-01-01T00:00:00Z", end: "2013-04-11T00:00:00Z" }, timeZone: "UTC"'
const tenantId = randomUUID()
const emptyTenant = randomUUID()
const segment = { id: '51000000-0000-4000-8000-000000000001', name: 'Restless', frozenAt: null, definition: { did: { event: 'session', atLeast: DAYS + 1 } } }

beforeAll(async () => {
  const session = (user_id: string, day: number, i: number): StoredEvent =>
    storedEvent({ tenant_id: tenantId, user_id, event: 'session', event_id: `${user_id}-${day}-${i}`, at: FIRST_MS + day * DAY_MS + i * 60_000 })
  const click = (user_id: string, channel: string, day: number, i: number): StoredEvent =>
    storedEvent({
      ...session(user_id, day, i),
      event: 'click',
      touch: 'click',
      channel,
      event_id: `${user_id}-c${day}-${i}`,
      at: FIRST_MS + day * DAY_MS + i * 60_000 + 1,
    })
  const one = { tenant_id: tenantId, user_id: 'daily', event: 'purchase', event_id: 'p', revenue: '1' }
  const others = [session('once', 0, 0), click('daily', 'email', 3, 0), storedEvent({ ...one, at: FIRST_MS + 3 * DAY_MS + 2 })]
  for (let from = 0; from < DAYS; from += 20) {
    const days = Array.from({ length: 20 }, (_, i) => from + i)
    const often = (day: number) =>
      Array.from({ length: A_DAY }, (_, i) => [session('many', day, i), click('many', i % 2 === 0 ? 'search' : 'social', day, i)]).flat()
    const values = days.flatMap((day) => [...often(day), session('daily', day, 0)])
    await client.insert({ table: 'events', values: from === 0 ? [...values, ...others] : values, format: 'JSONEachRow' })
  }
})

async function ask(query: string, of = tenantId): Promise<unknown> {
  const { data, errors } = await askAnalytics({ query, tenantId: of, now, segments: segmentsOf([segment]) })
  expect(errors?.map((error) => error.originalError ?? error)).toBeUndefined()
  return JSON.parse(JSON.stringify(data))
}

const SLOW = { timeout: 120_000 }

test('a user with 100,000 events is one active user, new once, and in every window', SLOW, async () => {
  const fields = 'sessions: events(name: "session") activeUsers newUsers returningUsers over: activeUsersOver(days: 7)'
  const lifecycle = 'lifecycle { newUsers returningUsers resurrectedUsers dormantUsers }'
  const first = `{ metrics(input: { ${RANGE}, groupBy: [{ time: DAY }] }) { rows { ${fields} ${lifecycle} } totals { ${fields} } } }`
  const days = Array.from({ length: DAYS }, (_, day) => {
    const [active, started] = day === 0 ? [3, 3] : [2, 0]
    return {
      sessions: String(A_DAY + active - 1),
      activeUsers: String(active),
      newUsers: String(started),
      returningUsers: String(active - started),
      // Who came once is in the first seven windows.
      over: day < 7 ? '3' : '2',
      lifecycle: { newUsers: String(started), returningUsers: String(active - started), resurrectedUsers: '0', dormantUsers: day === 1 ? '1' : '0' },
    }
  })
  const totals = { sessions: String(DAYS * (A_DAY + 1) + 1), activeUsers: '3', newUsers: '3', returningUsers: '0', over: '2' }
  expect(await ask(first)).toEqual({ metrics: { rows: days, totals } })
})

test('a user with 100,000 events is one member of a cohort and of a segment, and passes a funnel once', SLOW, async () => {
  const cohort = `{ cohorts(input: { ${RANGE}, entry: { kind: FIRST_EVENT, event: "session" }, grain: MONTH, periodUnit: DAY, periods: 3 }) {
    rows { size periods { users retention events(name: "session") } }
  } }`
  const period = (users: number) => ({ users: String(users), retention: users / 3, events: String(A_DAY + users - 1) })
  expect(await ask(cohort)).toEqual({ cohorts: { rows: [{ size: '3', periods: [period(3), period(2), period(2)] }] } })
  const ofSegment = `{ segmentSize(of: { segment: "${segment.id}" }) { users knownUsers }
    metrics(input: { ${RANGE}, where: { segment: "${segment.id}" } }) { totals { sessions activeUsers clicks } } }`
  const count = String(DAYS * A_DAY)
  expect(await ask(ofSegment)).toEqual({
    segmentSize: { users: '1', knownUsers: '3' },
    metrics: { totals: { sessions: count, activeUsers: '1', clicks: count } },
  })
  const funnel = `{ funnel(input: { ${RANGE}, steps: [{ event: "session" }, { event: "session" }, { event: "click" }] }) { rows { steps { users } } } }`
  // Of "daily" a click comes two days after a session of the days before.
  expect(await ask(funnel)).toEqual({ funnel: { rows: [{ steps: [{ users: '3' }, { users: '2' }, { users: '2' }] }] } })
})

test('50,000 touchpoints of a user who never converts are one path, which takes no credit from others', SLOW, async () => {
  const query = `{ attribution(input: { ${RANGE}, conversion: { event: "purchase" }, groupBy: [{ dimension: CHANNEL }] }) {
    rows { channel markov: conversions(model: MARKOV, order: 2) shapley: conversions(model: SHAPLEY) touchpoints }
    totals { markov: conversions(model: MARKOV, order: 2) touchpoints }
  } }`
  expect(await ask(query)).toEqual({
    attribution: { rows: [{ channel: 'email', markov: 1, shapley: 1, touchpoints: '1' }], totals: { markov: 1, touchpoints: '1' } },
  })
})

test('an app with no event has totals of nothing, no rows, and no member', SLOW, async () => {
  const query = `{
    metrics(input: { ${RANGE}, groupBy: [{ dimension: APP }] }) { rows { sessions } totals { sessions revenue arpu newUsers over: activeUsersOver(days: 7) } }
    cohorts(input: { ${RANGE}, entry: { kind: INSTALL }, grain: DAY, periods: 3 }) { rows { size } }
    attribution(input: { ${RANGE}, conversion: { event: "purchase" } }) { rows { touchpoints } totals { markov: conversions(model: MARKOV) cost } }
    funnel(input: { ${RANGE}, steps: [{ event: "session" }, { event: "purchase" }] }) { rows { steps { users conversion } } }
    segmentSize(of: { segment: "${segment.id}" }) { users knownUsers share }
  }`
  expect(await ask(query, emptyTenant)).toEqual({
    metrics: { rows: [], totals: { sessions: '0', revenue: '0', arpu: null, newUsers: '0', over: '0' } },
    cohorts: { rows: [] },
    attribution: { rows: [], totals: { markov: 0, cost: '0' } },
    funnel: {
      rows: [
        {
          steps: [
            { users: '0', conversion: null },
            { users: '0', conversion: null },
          ],
        },
      ],
    },
    segmentSize: { users: '0', knownUsers: '0', share: null },
  })
})
