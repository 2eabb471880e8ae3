import type { CohortRow, CohortsAnswer } from '../operations/useCohortsAnswer.ts'
import { defaultCohorts, type CohortQuery } from '../query/cohortQuery.ts'

/** A cohort of the nth week, with a retention for each period; the last `partial` of them not complete, those left out not begun. */
export function cohortOf(
  week: number,
  size: number,
  retention: readonly number[],
  options: { readonly partial?: number; readonly periods?: number; readonly group?: string } = {},
): CohortRow {
  const { partial = 0, periods = retention.length, group } = options
  return {
    start: `2026-03-${String(2 + 7 * week).padStart(2, '0')}T00:00:00.000Z`,
    group: group === undefined ? null : { id: group, label: group },
    size,
    cells: Array.from({ length: periods }, (_each, index) => {
      const value = retention[index]
      const isPartial = index >= retention.length - partial
      if (value === undefined) return { index, value: 0, users: 0, matureUsers: 0, isPartial: true }
      return { index, value, users: Math.round(value * size), matureUsers: isPartial ? Math.floor(size / 2) : size, isPartial }
    }),
  }
}

export const cohortsOf = (rows: readonly CohortRow[], part: Partial<CohortQuery> = {}): CohortsAnswer => ({
  question: { ...defaultCohorts, periods: rows[0]?.cells.length ?? 0, ...part },
  rows,
  info: { sql: null, parameters: null, rowsRead: null, bytesRead: null, elapsedMs: null, asOf: null, isApproximate: false, isTruncated: false },
})
