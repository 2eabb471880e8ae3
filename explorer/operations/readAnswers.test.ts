import { describe, expect, it } from 'vitest'
import { defaultCohorts } from '../query/cohortQuery.ts'
import { defaultMetrics, type MetricsQuery } from '../query/metricsQuery.ts'
import { readCohorts } from './useCohortsAnswer.ts'
import { readMetrics } from './useMetricsAnswer.ts'

const info = {
  asOf: '2026-03-01T00:00:00.000Z',
  isApproximate: false,
  isTruncated: true,
  elapsedMs: 3,
  sql: 'SELECT 1',
  parameters: { p1: 1 },
  rowsRead: '5',
  bytesRead: '40',
}

describe('an answer of metrics', () => {
  const question: MetricsQuery = { ...defaultMetrics, measures: ['installs', 'events:sign_up'], breakdown: { kind: 'dimension', field: 'campaign' } }

  it('is read by what was asked: groups by id and name, figures exact, with those before', () => {
    const row = { campaign: { id: 'c1', name: 'Launch' }, installs: '9007199254740993', installsBefore: '2', events1: '3', events1Before: null }
    const answer = readMetrics({ metrics: { rows: [row, { campaign: null, installs: '1' }], totals: { installs: '10' }, info } }, question)
    expect(answer?.rows).toEqual([
      {
        bucket: null,
        group: { id: 'c1', label: 'Launch' },
        now: { installs: '9007199254740993', 'events:sign_up': '3' },
        before: { installs: '2', 'events:sign_up': null },
      },
      {
        bucket: null,
        group: { id: null, label: '(none)' },
        now: { installs: '1', 'events:sign_up': null },
        before: { installs: null, 'events:sign_up': null },
      },
    ])
    expect(answer?.totals).toMatchObject({ group: null, now: { installs: '10' } })
    expect(answer?.info).toEqual(info)
  })

  it('without names, since the campaign subgraph is down, shows the ids', () => {
    const answer = readMetrics({ metrics: { rows: [{ campaign: { id: 'c1', name: null } }], totals: {}, info } }, question)
    expect(answer?.rows[0]?.group).toEqual({ id: 'c1', label: 'c1' })
  })

  it('is none when the root field is null, or nothing came', () => {
    expect([readMetrics({ metrics: null }, question), readMetrics(undefined, question)]).toEqual([null, null])
  })
})

describe('an answer of cohorts', () => {
  it('is read cell by cell, with the measure that is shown', () => {
    const periods = [
      { index: 0, ltv: '1.500000', users: '4', matureUsers: '4', isPartial: false },
      { index: 1, ltv: null, users: '0', matureUsers: '0', isPartial: true },
    ]
    const answer = readCohorts({ cohorts: { rows: [{ start: '2026-03-02T00:00:00.000Z', size: '4', periods }], info } }, { ...defaultCohorts, show: 'ltv' })
    expect(answer?.rows).toEqual([
      {
        start: '2026-03-02T00:00:00.000Z',
        group: null,
        size: 4,
        cells: [
          { index: 0, value: '1.500000', users: 4, matureUsers: 4, isPartial: false },
          { index: 1, value: null, users: 0, matureUsers: 0, isPartial: true },
        ],
      },
    ])
    expect(readCohorts({ cohorts: null }, defaultCohorts)).toBeNull()
  })
})
