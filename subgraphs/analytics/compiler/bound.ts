import type { Condition, TextOperand } from '../model/condition.ts'
import type { DimensionField } from '../model/dimensions.ts'
import type { Aggregate } from '../model/measures.ts'
import type { TimeUnit } from '../model/timeUnits.ts'
import type { TimeRange } from './bind/range.ts'

/** The question with every name resolved: what is asked is allowed and means exactly this. */

export type BoundGroup =
  | { readonly kind: 'time'; readonly unit: TimeUnit }
  | { readonly kind: 'dimension'; readonly field: DimensionField; readonly operand: TextOperand }
  | { readonly kind: 'property'; readonly name: string; readonly operand: TextOperand }

/** The key names a measure with its arguments, whatever response keys it is selected under. */
export type BoundMeasure = { readonly key: string; readonly name: string } & (
  | { readonly kind: 'base'; readonly aggregate: Aggregate }
  | { readonly kind: 'ratio'; readonly numerator: Aggregate; readonly denominator: Aggregate }
)

export type BoundOrder = { readonly direction: 'ASC' | 'DESC' } & (
  | { readonly kind: 'measure'; readonly key: string }
  | { readonly kind: 'group'; readonly index: number }
)

type BoundQuestion = {
  readonly tenantId: string
  /** What the identity may see at all; part of every scan. */
  readonly rowFilter: Condition
  readonly range: TimeRange
  readonly timeZone: string
  readonly groups: readonly BoundGroup[]
  readonly where: Condition
  readonly limitRows: number
}

export type BoundMetrics = BoundQuestion & {
  readonly kind: 'metrics'
  readonly measures: readonly BoundMeasure[]
  readonly order: readonly BoundOrder[]
  readonly wantsRows: boolean
  readonly wantsTotals: boolean
}

export type BoundCohorts = BoundQuestion & {
  readonly kind: 'cohorts'
  /** The rows that can be an entry; the first ever of a user is the entry. */
  readonly entry: Condition
  readonly activity: Condition
  readonly grain: TimeUnit
  readonly periodKind: 'ROLLING' | 'CALENDAR'
  readonly periodUnit: TimeUnit
  readonly periods: number
  /** Users active in the period, or in it or any later one. */
  readonly isUnbounded: boolean
  readonly denominator: 'ALL' | 'MATURE'
  readonly wantsUsers: boolean
  readonly wantsRevenue: boolean
  /** Counts of rows per period: of the activity (null) or of one event's name. */
  readonly eventCounts: readonly (string | null)[]
}

export type BoundQuery = BoundMetrics | BoundCohorts
