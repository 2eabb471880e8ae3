import { cohortsDocument } from '../query/document.ts'
import { cohortsInput, periodFields, type CohortMeasure, type CohortQuery } from '../query/cohortQuery.ts'
import { readGroupValue, type GroupValue } from '../query/dimensions.ts'
import { figureOf, numberOf, readInfo, rowOf, rowsOf, stringOf, type Figure, type Info, type Row } from './answer.ts'
import { useAnalysis } from './useAnalysis.ts'

/** One cell: what is shown of a cohort in one period. */
export type CohortCell = {
  readonly index: number
  readonly value: Figure
  readonly users: number
  readonly matureUsers: number
  /** Some members were not observed through the end of the period yet. */
  readonly isPartial: boolean
}

export type CohortRow = { readonly start: string; readonly group: GroupValue | null; readonly size: number; readonly cells: readonly CohortCell[] }
/** `question` is what was answered, which may be older than what the page asks now. */
export type CohortsAnswer = { readonly question: CohortQuery; readonly rows: readonly CohortRow[]; readonly info: Info }

export function useCohortsAnswer(query: () => CohortQuery, rights: () => { readonly mayExplain: boolean; readonly isKnown: boolean }) {
  return useAnalysis(
    () => {
      if (!rights().isKnown) return null
      const { breakdown, show } = query()
      const text = cohortsDocument({ group: breakdown, fields: periodFields(show), mayExplain: rights().mayExplain })
      return { text, variables: { input: cohortsInput(query()) } }
    },
    (data) => readCohorts(data, query()),
  )
}

/** null when the root field is null. */
export function readCohorts(data: unknown, question: CohortQuery): CohortsAnswer | null {
  const { cohorts } = rowOf(data)
  if (cohorts === null || cohorts === undefined) return null
  const { rows, info } = rowOf(cohorts)
  return { question, rows: rowsOf(rows).map((row) => readRow(row, question)), info: readInfo(info) }
}

function readRow(row: Row, { breakdown, show }: CohortQuery): CohortRow {
  return {
    start: stringOf(row['start']) ?? '',
    group: breakdown === null ? null : readGroupValue(breakdown, row),
    size: countOf(row['size']),
    cells: rowsOf(row['periods']).map((period) => readCell(period, show)),
  }
}

function readCell(period: Row, show: CohortMeasure): CohortCell {
  return {
    index: countOf(period['index']),
    value: figureOf(period[show]),
    users: countOf(period['users']),
    matureUsers: countOf(period['matureUsers']),
    isPartial: period['isPartial'] === true,
  }
}

const countOf = (value: unknown): number => numberOf(figureOf(value)) ?? 0
