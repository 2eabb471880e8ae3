import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { askAnalytics } from '../execution/testing/askAnalytics.ts'
import { limits } from '../model/limits.ts'

const tenantId = randomUUID()
const now = new Date('2026-04-10T09:30:00Z')
const RANGE = 'range: { last: 7, unit: DAY }, timeZone: "UTC"'

/** The codes and paths of a question's issues; empty when the engine has answered it. Anything else that goes wrong fails the test. */
async function codesOf(query: string, variables: Record<string, unknown>): Promise<readonly string[]> {
  const { errors = [] } = await askAnalytics({ query, variables, tenantId, now })
  return errors.flatMap((error) => {
    expect(error.extensions['code'], error.message).toBe('BAD_QUERY')
    const issues = error.extensions['issues'] as readonly { readonly code: string; readonly path: readonly (string | number)[] }[]
    return issues.map(({ code, path }) => `${code} ${path.join('.')}`)
  })
}

const where = (filter: unknown) => codesOf(`query ($where: Filter) { metrics(input: { ${RANGE}, where: $where }) { totals { installs } } }`, { where: filter })
const text = (eq: string) => ({ property: { name: 'text', text: { eq } } })

test.each([
  ['plain letters', 'x'.repeat(119_000), 'x'.repeat(121_000)],
  ['letters that take nine bytes in a URL', '中'.repeat(13_000), '中'.repeat(14_000)],
  ['letters that are escaped and then encoded', '\\'.repeat(19_500), '\\'.repeat(21_000)],
])('a text of %s is answered up to the limit and an issue above it, never a failure of ours', async (_, most, tooMuch) => {
  expect(await where(text(most))).toEqual([])
  expect(await where(text(tooMuch))).toEqual(['TOO_MUCH_TEXT where.property.text.eq'])
})

test('half of a surrogate pair is an issue of its place: it matched the stored character that stands for what cannot be read', async () => {
  expect(await where(text('a\ud800'))).toEqual(['INVALID_TEXT where.property.text.eq'])
  expect(await where({ country: { in: ['DE', '\ud800', '\udc00'] } })).toEqual(['INVALID_TEXT where.country.in'])
  expect(await where({ or: [{ property: { name: '\udc00x', number: { gt: 1 } } }] })).toEqual(['INVALID_TEXT where.or.0.property.name'])
  expect(await where(text('\u{1f4a3}\ufffd'))).toEqual([])
})

test('a list of a thousand long texts is answered up to the limit and an issue above it', async () => {
  const listOf = (length: number) => Array.from({ length: limits.filterValues }, (_, i) => String(i).padStart(length, 'x'))
  expect(await where({ campaign: { in: listOf(100) } })).toEqual([])
  expect(await where({ campaign: { in: listOf(130) } })).toEqual(['TOO_MUCH_TEXT where.campaign.in'])
})

test('the name of a counted event that is too long for a statement is an issue', async () => {
  const ask = (field: string, name: string) => codesOf(`query ($name: String!) { ${field} }`, { name })
  const name = 'x'.repeat(130_000)
  expect(await ask(`metrics(input: { ${RANGE} }) { totals { events(name: $name) } }`, name)).toEqual([
    'EVENT_NAME_TOO_LONG totals.events.name',
    'TOO_MUCH_TEXT totals.events.name',
  ])
  const cohorts = `cohorts(input: { ${RANGE}, grain: DAY, periods: 1, entry: { kind: INSTALL } }) { rows { periods { events(name: $name) } } }`
  expect(await ask(cohorts, name)).toEqual(['EVENT_NAME_TOO_LONG rows.periods.events.name', 'TOO_MUCH_TEXT rows.periods.events.name'])
})

test('the largest filter that is allowed is answered, as the entry and the activity of a cohort at once', async () => {
  // Two comparisons and the filter around them; the two filters of all are conditions too.
  const one = (i: number) => ({ property: { name: `p${i}`.padEnd(20, 'p'), number: { gte: i, lt: i + 0.5 } } })
  const half = (from: number) => ({ or: Array.from({ length: 66 }, (_, i) => one(from + i)) })
  const ask = (activity: unknown) =>
    codesOf(
      `query ($entry: Filter, $activity: Filter) {
        cohorts(input: { ${RANGE}, grain: DAY, periods: 3, entry: { kind: INSTALL }, where: $entry, activity: { where: $activity } }) { rows { size periods { users events revenue } } }
      }`,
      { entry: half(0), activity },
    )
  expect(await ask(half(100))).toEqual([])
  expect(await ask({ and: [half(100), one(1)] })).toEqual(['FILTER_TOO_LARGE activity.where.and.1.property.number.gte'])
})

test('comparisons count as conditions, so that a statement is never too long for the engine', async () => {
  const words = Object.fromEntries(
    ['platform', 'country', 'appVersion', 'event', 'channel'].map((field) => [field, { eq: 'a', contains: 'b', startsWith: 'c', isNull: false }]),
  )
  expect(await where({ or: Array.from({ length: 20 }, () => words) })).toEqual(['FILTER_TOO_LARGE where.or.19'])
})

test('a hundred thousand empty filters are an issue', async () => {
  expect(await where({ and: Array.from({ length: 100_000 }, () => ({})) })).toEqual(['FILTER_TOO_LARGE where.and.399'])
})

test('forty thousand groups or orderings are refused at once and do not stop the process', async () => {
  const ask = (argument: string, type: string, variables: Record<string, unknown>) =>
    codesOf(`query (${type}) { metrics(input: { ${RANGE}, ${argument} }) { totals { installs } } }`, variables)
  const groups = Array.from({ length: 40_000 }, (_, i) => ({ property: `p${i}` }))
  const order = Array.from({ length: 40_000 }, () => ({ measure: 'revenue' }))
  expect(await ask('groupBy: $groups', '$groups: [GroupBy!]!', { groups })).toEqual(['TOO_MANY_GROUPS groupBy'])
  expect(await ask('orderBy: $order', '$order: [OrderBy!]!', { order })).toEqual(['TOO_MANY_ORDERINGS orderBy'])
})

test('a million cells of cohorts are refused before they are computed', async () => {
  const ask = (input: string) => codesOf(`{ cohorts(input: { ${RANGE}, grain: DAY, entry: { kind: INSTALL }, ${input} }) { rows { size } } }`, {})
  expect(await ask('periods: 100, limit: 10000')).toEqual(['TOO_MANY_CELLS limit'])
  expect(await ask('periods: 400')).toEqual([])
})

test.each(['BST', 'PST', 'ist', 'SystemV/EST5'])('%s is no IANA time zone, though Node takes it for one', async (timeZone) => {
  const query =
    'query ($timeZone: String!) { metrics(input: { range: { last: 7, unit: DAY }, timeZone: $timeZone, groupBy: [{ time: DAY }] }) { rows { installs } } }'
  expect(await codesOf(query, { timeZone })).toEqual(['UNKNOWN_TIME_ZONE timeZone'])
})

test('the largest filter that is allowed is answered, as a step of a funnel', async () => {
  const one = (i: number) => ({ property: { name: `p${i}`.padEnd(20, 'p'), number: { gte: i, lt: i + 0.5 } } })
  const where = { or: Array.from({ length: 132 }, (_, i) => one(i)) }
  const ask = (first: unknown) =>
    codesOf(
      `query ($first: Filter) {
        funnel(input: { ${RANGE}, steps: [{ event: "a", where: $first } { event: "b" }], order: UNORDERED, groupBy: [{ time: HOUR }, { dimension: APP }] }) { rows { steps { users medianSeconds } } }
      }`,
      { first },
    )
  expect(await ask(where)).toEqual([])
  expect(await ask({ and: [where, one(1), one(2)] })).toEqual(['FILTER_TOO_LARGE steps.0.where.and.1.property.number.lt'])
})
