import { cellValue, cohortFormat, hasBegun, periodName } from '../charts/cohortFigures.ts'
import { formatBucket, formatFigure } from '../design/format.ts'
import type { CohortRow, CohortsAnswer } from '../operations/useCohortsAnswer.ts'
import type { Definition } from '../operations/useCatalog.ts'
import { groupTitle } from '../query/dimensions.ts'
import type { Column } from './table.ts'

/** Stands after a number that is not complete yet. */
export const partialMark = '*'

/** The columns of a cohorts answer: which cohort, its size, then each period. */
export function cohortColumns(
  { question }: CohortsAnswer,
  { currency, size }: { readonly currency: string; readonly size: Definition },
): readonly Column<CohortRow>[] {
  const { breakdown, grain, timeZone, periods, show } = question
  const format = cohortFormat(show, currency)
  const group: readonly Column<CohortRow>[] =
    breakdown === null ? [] : [{ key: 'group', title: groupTitle(breakdown), kind: 'text', value: (row) => row.group?.label ?? null }]
  return [
    { key: 'start', title: 'Cohort of', kind: 'text', value: (row) => row.start, text: (row) => formatBucket(row.start, grain, timeZone, 'bare') },
    ...group,
    { key: 'size', title: 'Size', definition: size, kind: 'number', value: (row) => row.size, text: (row) => row.size.toLocaleString('en') },
    ...Array.from({ length: periods }, (_each, index): Column<CohortRow> => {
      const cellOf = (row: CohortRow) => row.cells[index]
      return {
        key: String(index),
        title: periodName(grain, index),
        kind: 'number',
        value: (row) => {
          const cell = cellOf(row)
          return cell === undefined || cellValue(cell) === null ? null : cell.value
        },
        text: (row) => {
          const cell = cellOf(row)
          if (cell === undefined || !hasBegun(cell)) return ''
          return `${formatFigure(cell.value, format)}${cell.isPartial ? partialMark : ''}`
        },
      }
    }),
  ]
}
