import { beforeAll, describe, expect, test } from 'vitest'
import type { World } from './reference/world.ts'
import { caseSegments } from './testing/caseSegments.ts'
import { CASE_NOW, storeCaseWorld } from './testing/caseWorld.ts'
import { cellsOf, referenceUsers, usersBehind, type CellField, type CellInput } from './testing/cellUsers.ts'
import { segmentsOf } from './testing/segmentsOf.ts'

// Every cell of many questions over the case world: its users are those of the naive calculation, and as many as the answer says.

let tenantId: string
let world: World
beforeAll(async () => {
  ;({ tenantId, world } = await storeCaseWorld())
})

const range = { start: '2026-02-20T00:00:00Z', end: '2026-04-10T00:00:00Z' }
const common = { range, timeZone: 'Europe/Berlin' }
const week = { time: 'WEEK' }
const [payers = { id: '' }] = caseSegments
const install = { entry: { kind: 'INSTALL' }, grain: 'WEEK', periods: 4 }
const brackets = [
  { from: 1, to: 3 },
  { from: 0, to: 1 },
  { from: 2, to: 2 },
]
const steps = [{ event: 'session' }, { event: 'purchase' }, { event: 'level_up' }]
const purchase = { conversion: { event: 'purchase' } }

const questions: readonly (readonly [string, CellField, CellInput])[] = [
  ['metrics without groups', 'metrics', common],
  ['metrics by week and country', 'metrics', { ...common, groupBy: [week, { dimension: 'COUNTRY' }] }],
  [
    'metrics by hour',
    'metrics',
    { ...common, timeZone: 'Asia/Kolkata', range: { start: '2026-03-01T00:00:00Z', end: '2026-03-04T00:00:00Z' }, groupBy: [{ time: 'HOUR' }] },
  ],
  ['metrics by app, of a range that is relative', 'metrics', { ...common, range: { last: 2, unit: 'WEEK' }, groupBy: [{ dimension: 'APP' }] }],
  ['metrics by a property, filtered', 'metrics', { ...common, where: { platform: { in: ['ios', 'android'] } }, groupBy: [{ property: 'level' }] }],
  ['metrics by segment', 'metrics', { ...common, groupBy: [{ segment: payers.id }] }],
  ['metrics by week and country with gaps filled', 'metrics', { ...common, fillGaps: true, groupBy: [week, { dimension: 'COUNTRY' }] }],
  ['metrics by week with costs', 'metrics', { ...common, groupBy: [week, { dimension: 'CAMPAIGN' }] }],
  ['cohorts of installs', 'cohorts', { ...common, ...install }],
  [
    'cohorts by calendar week and channel, unbounded',
    'cohorts',
    { ...common, ...install, periodKind: 'CALENDAR', retention: 'UNBOUNDED', groupBy: [{ dimension: 'CHANNEL' }] },
  ],
  [
    'cohorts by app and activity, filtered',
    'cohorts',
    { ...common, ...install, grain: 'MONTH', activity: { event: 'purchase' }, where: { country: { eq: 'DE' } }, groupBy: [{ dimension: 'APP' }] },
  ],
  ['cohorts in brackets that overlap', 'cohorts', { ...common, ...install, brackets }],
  ['cohorts in brackets, unbounded', 'cohorts', { ...common, ...install, brackets, retention: 'UNBOUNDED' }],
  ['cohorts of joining a segment', 'cohorts', { ...common, ...install, entry: { kind: 'SEGMENT', segment: payers.id } }],
  ['a funnel', 'funnel', { ...common, steps }],
  ['a funnel by hour and platform', 'funnel', { ...common, steps, groupBy: [{ time: 'HOUR' }, { dimension: 'PLATFORM' }] }],
  ['a strict funnel by week', 'funnel', { ...common, steps, order: 'STRICT', groupBy: [week] }],
  [
    'an unordered funnel by app with an exclusion',
    'funnel',
    { ...common, steps, order: 'UNORDERED', exclude: [{ event: 'refund' }], groupBy: [{ dimension: 'APP' }] },
  ],
  ['attribution by campaign', 'attribution', { ...common, ...purchase, groupBy: [{ dimension: 'CAMPAIGN' }] }],
  ['attribution without groups', 'attribution', { ...common, ...purchase, groupBy: [] }],
  [
    'attribution by partner and app with a long lookback',
    'attribution',
    { ...common, ...purchase, lookback: { clickDays: 30, viewDays: 30 }, groupBy: [{ dimension: 'PARTNER' }, { dimension: 'APP' }] },
  ],
  ['attribution by app', 'attribution', { ...common, ...purchase, groupBy: [{ dimension: 'APP' }] }],
  [
    'attribution of touches of a channel',
    'attribution',
    { ...common, ...purchase, whereTouch: { channel: { eq: 'social' } }, groupBy: [{ dimension: 'CAMPAIGN' }] },
  ],
  ['attribution by segment', 'attribution', { ...common, ...purchase, groupBy: [{ segment: payers.id }] }],
]

describe('the users behind every cell', () => {
  test.each(questions)('of %s', { timeout: 120_000 }, async (_, field, input) => {
    const asked = { field, input, tenantId, now: CASE_NOW, segments: segmentsOf(caseSegments) }
    const expected = referenceUsers(asked, { world, segments: caseSegments })
    const cells = await cellsOf(asked)
    expect(cells.some(({ key }) => (expected.get(key) ?? []).length > 1)).toBe(true)
    const question = { tenantId, now: new Date(CASE_NOW.getTime() + 60_000), segments: asked.segments }
    const step = Math.ceil(cells.length / MOST_CELLS)
    for (const [i, { key, count, cell }] of cells.filter((_each, at) => at % step === 0).entries()) {
      const { ids, totalCount } = await usersBehind(cell, { ...question, passes: i % 2 === 0 ? 'all' : 'none' }, i % 5 === 0 ? 5 : 100)
      expect([key, ids]).toEqual([key, expected.get(key) ?? []])
      expect([key, totalCount]).toEqual([key, String(ids.length)])
      if (count !== null) expect([key, ids.length]).toEqual([key, count])
    }
  })
})

/** Of one question: enough to have each place of a row, and far from all hours. */
const MOST_CELLS = 16
