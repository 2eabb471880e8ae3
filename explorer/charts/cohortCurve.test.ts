import { describe, expect, it } from 'vitest'
import { cohortOf, cohortsOf } from '../testing/cohorts.ts'
import { testTheme } from '../testing/theme.ts'
import { cohortCurveOption, curvesOf } from './cohortCurve.ts'
import { cohortFormat, weightedCurve } from './cohortFigures.ts'

const rows = [cohortOf(0, 100, [1, 0.5, 0.2]), cohortOf(1, 300, [1, 0.3, 0.1], { partial: 1 })]

describe('the curves of cohorts', () => {
  it('are one for each cohort, without the cells that are not complete, and their mean by members', () => {
    expect(curvesOf(cohortsOf(rows))).toEqual([
      { name: '2 Mar', values: [1, 0.5, 0.2], isStrong: false },
      { name: '9 Mar', values: [1, 0.3, null], isStrong: false },
      { name: 'All cohorts, weighted', values: [1, 0.35, 0.2], isStrong: true },
    ])
  })

  it('have no mean of sums', () => {
    expect(curvesOf(cohortsOf(rows, { show: 'revenue' }))).toHaveLength(2)
    expect(weightedCurve(rows, cohortsOf(rows, { show: 'users' }).question)).toEqual([null, null, null])
  })

  it('are one for each value of the breakdown', () => {
    const split = [
      cohortOf(0, 100, [1, 0.4], { group: 'social' }),
      cohortOf(0, 50, [1, 0.2], { group: 'email' }),
      cohortOf(1, 100, [1, 0.2], { group: 'social' }),
    ]
    const curves = curvesOf(cohortsOf(split, { breakdown: { kind: 'dimension', field: 'channel' } }))
    expect(curves.map(({ name, values }) => [name, values[1]])).toEqual([
      ['social', expect.closeTo(0.3, 10)],
      ['email', 0.2],
    ])
  })

  it('are drawn with the mean in front', () => {
    const { series } = cohortCurveOption({ answer: cohortsOf(rows), format: cohortFormat('retention', 'USD'), title: 'Retention' }, testTheme)
    expect(series).toMatchObject([
      { lineStyle: { width: 1 } },
      { lineStyle: { width: 1 } },
      { name: 'All cohorts, weighted', color: 'accent', lineStyle: { width: 2.5 } },
    ])
  })
})
