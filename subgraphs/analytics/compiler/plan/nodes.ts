import type { Condition, TextOperand } from '../../model/condition.ts'
import type { Aggregate as AggregateSpec } from '../../model/measures.ts'
import type { TimeUnit } from '../../model/timeUnits.ts'
import type { CohortsLayout, MetricsLayout } from '../layout.ts'

/**
 * The plan of one statement: which scans, joins and aggregates. Nodes hold their inputs, so a plan is its last node. Columns that nodes make
 * are named by the planner (g groups, m measures, a per-period numbers) and never by the caller.
 */
export type AnalyticsPlan = SortLimit
export type PlanNode = ScanEvents | Aggregate | Divide | FirstEntries | JoinMembers | AggregatePeriods | AccumulateLater | CollectCells | SortLimit

export type ScanEvents = {
  readonly kind: 'ScanEvents'
  /** Required: a scan without a tenant cannot be written. Lower-case UUID. */
  readonly tenantId: string
  readonly table: 'events'
  /** Half-open, milliseconds UTC; null is since ever. */
  readonly startMs: number | null
  readonly endMs: number
  /** What the identity may see at all. */
  readonly rowFilter: Condition
  readonly condition: Condition
}

/** A group's value is an instant's local bucket or a text. */
export type GroupKey = { readonly name: string } & (
  | { readonly kind: 'time'; readonly unit: TimeUnit; readonly timeZone: string }
  | { readonly kind: 'text'; readonly operand: TextOperand }
)
export type AggregateColumn = { readonly name: string; readonly aggregate: AggregateSpec }

/** One row per group; without keys exactly one row. With totals one more row over all groups. */
export type Aggregate = {
  readonly kind: 'Aggregate'
  readonly input: ScanEvents
  readonly keys: readonly GroupKey[]
  readonly columns: readonly AggregateColumn[]
  readonly hasTotals: boolean
}

/** Adds quotients, rounded half up to 6 places, null without a denominator. */
export type Divide = {
  readonly kind: 'Divide'
  readonly input: Aggregate
  readonly columns: readonly { readonly name: string; readonly numerator: string; readonly denominator: string }[]
}

/**
 * The first ever of the input's rows per user: when it was, its texts (`keys`), and whether it meets the filter; kept when it lies at or after
 * `fromMs`. Ties are broken by event id when anything but the time is taken from the row.
 */
export type FirstEntries = {
  readonly kind: 'FirstEntries'
  readonly input: ScanEvents
  readonly fromMs: number
  readonly keys: readonly (GroupKey & { readonly kind: 'text' })[]
  readonly filter: Condition
  readonly breaksTies: boolean
}

/** Each row of the activity with its user's entry; rows before the entry are left out. */
export type JoinMembers = { readonly kind: 'JoinMembers'; readonly activity: ScanEvents; readonly entries: FirstEntries }

/** How a row's period is counted from the user's entry, and how many periods a user is observed through. */
export type Periods = {
  readonly kind: 'ROLLING' | 'CALENDAR'
  readonly unit: TimeUnit
  readonly timeZone: string
  readonly count: number
  readonly asOfMs: number
}
export type PeriodColumn = { readonly name: string; readonly aggregate: AggregateSpec }

/**
 * Per cohort, group, period and number of mature periods: the members (in period 0) and the numbers. With a tail, the rows after the last
 * period are one more period. A user has one number of mature periods, so numbers over it may be added, users too.
 */
export type AggregatePeriods = {
  readonly kind: 'AggregatePeriods'
  readonly input: JoinMembers
  readonly cohort: GroupKey & { readonly kind: 'time' }
  readonly keys: readonly string[]
  readonly periods: Periods
  readonly columns: readonly PeriodColumn[]
  readonly hasTail: boolean
}

/** Makes the users of a period those of it or any later one. */
export type AccumulateLater = { readonly kind: 'AccumulateLater'; readonly input: AggregatePeriods; readonly column: string }

/** One row per cohort and group, its cells in an array. */
export type CollectCells = { readonly kind: 'CollectCells'; readonly input: AggregatePeriods | AccumulateLater }

export type Ordering = {
  readonly name: string
  readonly direction: 'ASC' | 'DESC'
  /** Texts come by their bytes with absent ones last, numbers with null last. */ readonly as: 'text' | 'number'
}

/** The first rows in the order; one more than shown is read, so that a limit that bites is seen. */
export type SortLimit = {
  readonly kind: 'SortLimit'
  readonly input: Divide | CollectCells
  readonly order: readonly Ordering[]
  readonly limitRows: number
  /** false: only the totals are shown. */
  readonly showsRows: boolean
  readonly layout: MetricsLayout | CohortsLayout
}
