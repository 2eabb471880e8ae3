import type { BoundCohorts } from '../compiler/bound.ts'
import { nameOf } from '../compiler/bind/groups.ts'
import type { CohortsCell } from '../compiler/cell.ts'
import type { Compiled } from '../compiler/compile.ts'
import type { SealCell } from './cells.ts'
import { fromMillionths, toMillionths } from './decimals.ts'
import { membership } from './membership.ts'
import type { QueryRows } from './runQuery.ts'
import { bucketReader } from './shapeBucket.ts'
import { readCells, type Cell } from './shapeCells.ts'
import { shapePeriods, sizeOf, type CohortPeriodValue, type Shaping } from './shapePeriods.ts'

/** The numbers of a cohort, or of all of them as one. */
export type CohortMeanValue = {
  readonly size: number
  /** null when it was not asked for, and when it is masked. */
  readonly cost: string | null
  readonly periods: readonly CohortPeriodValue[]
}

export type CohortRowValue = CohortMeanValue & {
  readonly start: Date
  readonly dimension: (field: string) => string | null
  readonly property: (name: string) => string | null
  readonly segment: (id: string) => boolean | null
  /** Leads to all members. */
  readonly cell: () => string
}

export type CohortRows = {
  readonly rows: readonly CohortRowValue[]
  /** null when it was not asked for, and when nothing ran. */
  readonly mean: CohortMeanValue | null
  readonly isTruncated: boolean
}

/** Of a question that was only explained. */
export const NO_COHORTS: CohortRows = { rows: [], mean: null, isTruncated: false }

export function shapeCohorts(compiled: Compiled<BoundCohorts>, answer: QueryRows, { seal }: { readonly seal: SealCell<CohortsCell> }): CohortRows {
  const { bound, plan, select } = compiled
  const { layout } = plan
  if (layout.kind !== 'cohorts') throw new Error('A cohorts question has a cohorts plan.')
  const readBucket = bucketReader(bound.grain, bound.timeZone)
  const names = select.columns.map(({ expression, as }) => as ?? (expression.kind === 'name' ? expression.name : ''))
  const at = (name: string): number => names.indexOf(name)
  const shape = (cells: readonly Cell[], cost: bigint | null, sealPeriods: Shaping['seal'] = null): CohortMeanValue => ({
    size: sizeOf(cells),
    cost: cost === null || bound.masked.has('cost') ? null : fromMillionths(cost),
    periods: shapePeriods({ cells, bound, layout, cost, seal: sealPeriods }),
  })
  const moneyAt = (values: readonly unknown[], name: string | null) => (name === null ? null : toMillionths(values[at(name)]))
  const shapeRow = (values: readonly unknown[]): CohortRowValue => {
    const labels = new Map(bound.groups.map((group, i) => [nameOf(group), values[at(layout.groups[i] ?? '')]]))
    const label = (key: string): string | null => {
      const value = labels.get(key)
      return typeof value === 'string' && value !== '' ? value : null
    }
    const sealPeriods = (periods: CohortsCell['periods']) =>
      seal({ cohort: String(values[at(layout.cohort)]), groups: layout.groups.map((name) => String(values[at(name)])), periods })
    return {
      start: new Date(readBucket(values[at(layout.cohort)]).startMs),
      dimension: (field) => label(`dimension ${field}`),
      property: (name) => label(`property ${name}`),
      segment: (id) => membership(label(`segment ${id.toLowerCase()}`)),
      ...shape(readCells(values[at(layout.cells)], layout), moneyAt(values, layout.cost), sealPeriods),
      cell: () => sealPeriods(null),
    }
  }
  // The mean comes first, and not at all where there are no rows.
  const meanRow = layout.isMean === null ? undefined : answer.rows[0]
  const others = meanRow === undefined ? answer.rows : answer.rows.slice(1)
  const shapeMean = (): CohortMeanValue => {
    if (meanRow === undefined) return shape([], layout.totalCost === null ? null : 0n)
    return shape(readCells(meanRow[at(layout.cells)], layout), moneyAt(meanRow, layout.totalCost))
  }
  return {
    rows: others.slice(0, bound.limitRows).map(shapeRow),
    mean: layout.isMean === null ? null : shapeMean(),
    isTruncated: others.length > bound.limitRows,
  }
}
