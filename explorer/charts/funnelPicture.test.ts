import { describe, expect, it } from 'vitest'
import type { FunnelAnswer, FunnelRow, FunnelStepFigures } from '../operations/useFunnelAnswer.ts'
import { readInfo } from '../operations/answer.ts'
import { defaultFunnel, type FunnelQuery } from '../query/funnelQuery.ts'
import { funnelPicture, funnelTrend, groupsOf, maxFunnels } from './funnelPicture.ts'

const step = (users: number, of: number, part: Partial<FunnelStepFigures> = {}): FunnelStepFigures => ({
  users: String(users),
  conversion: of === 0 ? null : users / of,
  conversionFromPrevious: null,
  dropOff: '1',
  medianSeconds: null,
  p90Seconds: null,
  medianSecondsFromFirst: null,
  ...part,
})
const row = (label: string | null, [first, ...others]: readonly number[], start?: string): FunnelRow => ({
  bucket: start === undefined ? null : { start, end: start, isPartial: start.startsWith('2026-03-02') },
  group: label === null ? null : { id: label, label },
  steps: [first ?? 0, ...others].map((users, index) => step(users, first ?? 0, index === 0 ? {} : { medianSeconds: 5_400 })),
})
const answerOf = (rows: readonly FunnelRow[], part: Partial<FunnelQuery> = {}): FunnelAnswer => ({
  question: { ...defaultFunnel, ...part },
  rows,
  info: readInfo({}),
})
const country = { kind: 'dimension', field: 'country' } as const

describe('the picture of a funnel', () => {
  it('says each number as people read it; what drops off after the last step is nothing to say', () => {
    const { steps, series } = funnelPicture(answerOf([row(null, [20_000, 15, 5])]))
    expect(steps).toEqual(['1. install', '2. sign_up', '3. purchase'])
    expect(series[0]?.name).toBe('Everybody')
    expect(series[0]?.bars[0]).toEqual({ conversion: 1, share: '100.0%', users: '20,000', dropOff: '1', median: null })
    expect(series[0]?.bars[2]).toMatchObject({ users: '5', dropOff: null, median: '1.5 h' })
  })

  it('draws the first groups, in the order of the answer', () => {
    const rows = Array.from({ length: maxFunnels + 2 }, (_each, index) => row(`c${index}`, [100 - index, 1, 1]))
    const answer = answerOf(rows, { breakdown: country })
    expect(funnelPicture(answer).series.map(({ name }) => name)).toEqual(rows.slice(0, maxFunnels).map(({ group }) => group?.label))
    expect(groupsOf(answer)).toBe(maxFunnels + 2)
  })
})

describe('a funnel over time', () => {
  const [first, second] = ['2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z']

  it('is a line for each step after the first, and nothing where nobody began', () => {
    const { series, emptyValue, format } = funnelTrend(answerOf([row(null, [4, 2, 1], first), row(null, [10, 5, 0], second)], { view: 'trend' }))
    expect(series).toEqual([
      {
        name: '2. sign_up',
        points: [
          { start: first, value: 0.5, isPartial: false },
          { start: second, value: 0.5, isPartial: true },
        ],
      },
      {
        name: '3. purchase',
        points: [
          { start: first, value: 0.25, isPartial: false },
          { start: second, value: 0, isPartial: true },
        ],
      },
    ])
    expect(emptyValue).toBeNull()
    expect(format(0.25)).toBe('25.0%')
  })

  it('by a breakdown is a line for each group, of the last step', () => {
    const rows = [row('DE', [4, 2, 1], first), row('DE', [4, 2, 2], second), row('US', [2, 2, 2], first)]
    const { series } = funnelTrend(answerOf(rows, { view: 'trend', breakdown: country }))
    expect(series.map(({ name, points }) => [name, ...points.map(({ value }) => value)])).toEqual([
      ['DE', 0.25, 0.5],
      ['US', 1],
    ])
    expect(groupsOf(answerOf(rows))).toBe(2)
  })
})
