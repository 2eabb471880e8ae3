import { readdirSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, inject, test } from 'vitest'
import { BadQueryError } from '#ops/service/issues.ts'
import type { RowFilter } from '#ops/security/permissions.ts'
import { checkSelect, checkText } from '../../execution/checkStatement.ts'
import { randomAsked } from '../../execution/fuzz/randomRequest.ts'
import { caseSegments } from '../../execution/testing/caseSegments.ts'
import { CASE_NOW } from '../../execution/testing/caseWorld.ts'
import { questionsOf, type Recompile } from '../../execution/testing/compileDocument.ts'
import { describePlan } from '../plan/describe.ts'
import { passNames } from '../passes/passes.ts'
import { PreparedPlans } from './preparedPlans.ts'

const seed = inject('fuzzSeed') ?? Math.floor(Math.random() * 2 ** 31)
const TENANTS = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** From the same minute to another year, on both sides of changes of the clock, and so near to each other that comparisons come out otherwise. */
const MOVES_MS = [0, 1, MINUTE_MS, 59 * MINUTE_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS, 183 * DAY_MS, 366 * DAY_MS]
const TIMEOUT_MS = 600_000

const folder = new URL('../cases/', import.meta.url)
const cases = readdirSync(folder).filter((file) => file.endsWith('.graphql'))
const questionsOfCases = async () =>
  (await Promise.all(cases.map((file) => questionsOf({ query: readFileSync(new URL(file, folder), 'utf8'), segments: caseSegments })))).flat()

type As = {
  readonly tenantId: string
  readonly now: Date
  readonly asOf: Date
  readonly rowFilters?: readonly RowFilter[]
  readonly masks?: readonly string[]
  readonly passes?: readonly string[]
}

/** All that is said of a compiled question; issues too. */
function said(ask: Recompile, { tenantId, now, asOf, rowFilters = [], masks = [], passes = passNames }: As, prepared: PreparedPlans | null): unknown {
  try {
    const { bound, plan, select, sql, parameters, journeys } = ask({ tenantId, now, rowFilters, masks }, { asOf, passes, prepared })
    checkSelect(select, { tenantId })
    checkText(sql, parameters, { tenantId })
    return {
      bound,
      plan: describePlan(plan),
      layout: plan.layout,
      select,
      sql,
      parameters,
      journeys,
    }
  } catch (error) {
    if (error instanceof BadQueryError) return error.issues
    throw error
  }
}

/** Draws who asks what and when; the same for the same seed. */
function draws(start: number) {
  let state = start >>> 0
  const below = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
  const pick = <Value>(values: readonly Value[]): Value => values[below(values.length)] as Value
  return { pick }
}

function checkAll(questions: readonly { readonly ask: Recompile; readonly nowMs: number }[], prepared: PreparedPlans, times: number): void {
  const { pick } = draws(seed)
  for (let i = 0; i < questions.length * times; i += 1) {
    const { ask, nowMs } = pick(questions)
    const now = new Date(nowMs + pick(MOVES_MS))
    const as: As = {
      now,
      tenantId: pick(TENANTS),
      asOf: new Date(now.getTime() - pick([0, 0, 1, MINUTE_MS, 40 * DAY_MS])),
      rowFilters: pick([[], [], [{ dimension: 'country', in: ['DE'] }], [{ dimension: 'country', in: ['DE', 'FR'] }]]),
      masks: pick([[], [], ['cost'], ['revenue']]),
      passes: pick([passNames, passNames, passNames, []]),
    }
    expect(said(ask, as, prepared)).toEqual(said(ask, as, null))
  }
}

describe('a kept statement is letter by letter the compiled one', () => {
  test('for every case, in any order, of two tenants, at other times, with row filters, masks and passes', { timeout: TIMEOUT_MS }, async () => {
    const prepared = new PreparedPlans()
    checkAll(
      (await questionsOfCases()).map((ask) => ({ ask, nowMs: CASE_NOW.getTime() })),
      prepared,
      12,
    )
    expect(prepared.counts.refused).toBe(0)
    expect(prepared.counts.hits).toBeGreaterThan(40)
  })

  test(`for random questions (seed ${seed})`, { timeout: TIMEOUT_MS }, async () => {
    const asked = fc.sample(randomAsked, { seed, numRuns: Math.ceil(inject('fuzzRuns') / 6) })
    const questions = await Promise.all(
      asked.map(async ({ segments, request: { query, variables, now } }) =>
        (await questionsOf({ query, variables, segments })).map((ask) => ({ ask, nowMs: Date.parse(now) })),
      ),
    )
    const prepared = new PreparedPlans()
    checkAll(questions.flat(), prepared, 12)
    expect(prepared.counts.refused).toBe(0)
    expect(prepared.counts.hits).toBeGreaterThan(10)
  })

  test('with as little room as for a few shapes, too', { timeout: TIMEOUT_MS }, async () => {
    const prepared = new PreparedPlans({ shapes: 20, bytes: 2_000_000 })
    checkAll(
      (await questionsOfCases()).map((ask) => ({ ask, nowMs: CASE_NOW.getTime() })),
      prepared,
      3,
    )
    const { shapes, bytes, evicted } = prepared.counts
    expect(shapes).toBeLessThanOrEqual(20)
    expect(bytes).toBeLessThanOrEqual(2_000_000)
    expect(evicted).toBeGreaterThan(0)
  })
})

const METRICS = (range: string, more = '') => `{ metrics(input: { range: ${range}, timeZone: "Europe/Berlin"${more} }) { rows { sessions revenue } } }`

describe('a question of a shape that is known', () => {
  async function twiceThen(query: string, later: number, change: Partial<As> = {}) {
    const [ask] = await questionsOf({ query })
    if (ask === undefined) throw new Error('One question is asked.')
    const prepared = new PreparedPlans()
    const as = (ms: number): As => ({ tenantId: TENANTS[0], now: new Date(CASE_NOW.getTime() + ms), asOf: new Date(CASE_NOW.getTime() + ms) })
    said(ask, as(0), prepared)
    said(ask, as(1), prepared)
    const before = prepared.counts.hits
    said(ask, { ...as(later), ...change }, prepared)
    return prepared.counts.hits - before
  }

  test.each([
    ['metrics of the last days, a week later', METRICS('{ last: 7, unit: DAY }')],
    [
      'cohorts',
      '{ cohorts(input: { entry: { kind: INSTALL }, grain: DAY, periods: 3, range: { last: 7, unit: DAY }, timeZone: "UTC" }) { rows { start size } } }',
    ],
    [
      'a funnel',
      '{ funnel(input: { steps: [{ event: "install" } { event: "purchase" }], range: { last: 7, unit: DAY }, timeZone: "UTC" }) { rows { steps { users } } } }',
    ],
    [
      'attribution',
      '{ attribution(input: { conversion: { event: "purchase" }, range: { last: 7, unit: DAY }, timeZone: "UTC" }) { rows { campaign { id } conversions(model: LINEAR) } } }',
    ],
    ['paths', '{ paths(input: { conversion: { event: "purchase" }, range: { last: 7, unit: DAY }, timeZone: "UTC" }) { paths { steps conversions } } }'],
  ])('is not compiled again: %s', async (_, query) => {
    expect(await twiceThen(query, 7 * DAY_MS)).toBe(1)
  })

  test.each<[string, string, Partial<As>]>([
    ['another tenant', METRICS('{ last: 7, unit: DAY }'), { tenantId: TENANTS[1] }],
    ['a key that sees a part', METRICS('{ last: 7, unit: DAY }'), { rowFilters: [{ dimension: 'country', in: ['DE'] }] }],
    ['a key that does not see a number', METRICS('{ last: 7, unit: DAY }'), { masks: ['revenue'] }],
    ['other passes', METRICS('{ last: 7, unit: DAY }'), { passes: [] }],
    [
      'other gaps in time, of which the statement tells',
      METRICS('{ last: 7, unit: DAY }', ', groupBy: [{ time: DAY }], fillGaps: true'),
      { now: new Date(CASE_NOW.getTime() + 9 * DAY_MS) },
    ],
  ])('is compiled again for %s', async (_, query, change) => {
    expect(await twiceThen(query, DAY_MS, change)).toBe(0)
  })
})
