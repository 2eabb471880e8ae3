import { describe, expect, it } from 'vitest'
import { defaultCohorts } from '../query/cohortQuery.ts'
import { defaultMetrics, type MetricsQuery } from '../query/metricsQuery.ts'
import { defaultFunnel } from '../query/funnelQuery.ts'
import { readCohorts } from './useCohortsAnswer.ts'
import { readFunnel } from './useFunnelAnswer.ts'
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

describe('an answer of a funnel', () => {
  const step = (users: string, conversion: number | null) => ({ users, conversion, conversionFromPrevious: null, dropOff: '0', medianSeconds: 90 })
  const bucket = (day: string, next: string) => ({ start: `${day}T00:00:00.000Z`, end: `${next}T00:00:00.000Z`, isPartial: false })

  it('is read by group, those with the most users of the first step first', () => {
    const question = { ...defaultFunnel, breakdown: { kind: 'segment', id: 's1' } as const }
    const rows = [
      { segment: false, steps: [step('3', 1), step('1', 1 / 3)] },
      { segment: true, steps: [step('9007199254740993', 1), step('2', 0.25)] },
    ]
    const answer = readFunnel({ funnel: { rows, info } }, question)
    expect(answer?.rows.map(({ group }) => group?.label)).toEqual(['Members', 'All others'])
    expect(answer?.rows[0]?.steps[0]).toMatchObject({ users: '9007199254740993', medianSeconds: 90, p90Seconds: null })
    expect(answer?.info.isTruncated).toBe(true)
  })

  it('of nobody has no row, so that the page says so', () => {
    expect(readFunnel({ funnel: { rows: [{ steps: [step('0', null)] }], info } }, defaultFunnel)?.rows).toEqual([])
    expect(readFunnel({ funnel: null }, defaultFunnel)).toBeNull()
  })

  it('over time is not complete where attempts still have time', () => {
    const question = { ...defaultFunnel, view: 'trend', window: { count: 2, unit: 'DAY' } } as const
    // Answered as of 1 March: who began on the 26th had until the 28th, who began on the 27th has until then.
    const rows = [
      { time: bucket('2026-02-26', '2026-02-27'), steps: [step('4', 1)] },
      { time: bucket('2026-02-27', '2026-02-28'), steps: [step('5', 1)] },
    ]
    expect(readFunnel({ funnel: { rows, info } }, question)?.rows.map((row) => row.bucket?.isPartial)).toEqual([false, true])
  })
})
