import { formatBucket, formatFigure, formatShort, type FigureFormat } from '../design/format.ts'
import { numberOf } from '../operations/answer.ts'
import type { CohortCell, CohortRow, CohortsAnswer } from '../operations/useCohortsAnswer.ts'
import type { CohortGrain, CohortMeasure } from '../query/cohortQuery.ts'

/** How the cells of a measure are read; ratios have an average that is weighted by members. */
export const cohortFormat = (show: CohortMeasure, currency: string): FigureFormat => ({
  type: show === 'users' ? 'BigInt' : show === 'revenue' || show === 'ltv' ? 'Decimal' : 'Float',
  unit: { retention: 'share', users: 'count', revenue: 'currency', ltv: 'currency', roas: 'ratio' }[show],
  currency,
})

/** In a cell of a picture there is room for few letters. */
export function formatCell(value: number, format: FigureFormat): string {
  if (format.unit === 'share') return `${(value * 100).toFixed(value >= 0.995 ? 0 : 1)}%`
  return Math.abs(value) >= 10_000 || format.unit === 'count' ? formatShort(value, format) : formatFigure(value, format)
}

/** Whether a period has begun for anybody of the cohort: before that there is nothing to show. */
export const hasBegun = (cell: CohortCell): boolean => cell.matureUsers > 0 || cell.users > 0

/** What is drawn of a cell; null for a period that has not begun. */
export const cellValue = (cell: CohortCell): number | null => (hasBegun(cell) ? numberOf(cell.value) : null)

const periodNames: Readonly<Record<CohortGrain, string>> = { DAY: 'Day', WEEK: 'Week', MONTH: 'Month' }

export const periodName = (grain: CohortGrain, index: number): string => `${periodNames[grain]} ${index}`

export function cohortName({ start, group }: CohortRow, { grain, timeZone }: { readonly grain: CohortGrain; readonly timeZone: string }): string {
  const time = formatBucket(start, grain, timeZone, 'short')
  return group === null ? time : `${group.label} · ${time}`
}

const weighted: readonly CohortMeasure[] = ['retention', 'ltv']

/**
 * The curve of several cohorts together: for each period the mean over those for which it is complete, weighted by their members. null where
 * none is complete, and for measures that have no such mean.
 */
export function weightedCurve(rows: readonly CohortRow[], { show, periods, denominator }: CohortsAnswer['question']): readonly (number | null)[] {
  if (!weighted.includes(show)) return Array.from({ length: periods }, () => null)
  return Array.from({ length: periods }, (_each, index) => {
    let sum = 0
    let members = 0
    for (const row of rows) {
      const cell = row.cells[index]
      const value = cell === undefined || cell.isPartial ? null : cellValue(cell)
      if (cell === undefined || value === null) continue
      const weight = denominator === 'MATURE' ? cell.matureUsers : row.size
      sum += value * weight
      members += weight
    }
    return members === 0 ? null : sum / members
  })
}
