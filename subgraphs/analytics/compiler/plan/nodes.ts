import type { Condition, TextOperand } from '../../model/condition.ts'
import type { Aggregate as AggregateSpec, EventAggregate } from '../../model/measures.ts'
import type { TimeUnit } from '../../model/timeUnits.ts'
import type { CreditModel } from '../../model/attribution.ts'
import type { FunnelOrder } from '../../model/funnel.ts'
import type { BoundSegment, JoinRule } from '../../model/segment.ts'
import type { Credited } from '../attributionKey.ts'
import type { Compare } from '../bound.ts'
import type { TimeRange } from '../bind/range.ts'
import type { DayRange } from '../localTime.ts'
import type { Pairing } from '../pairing.ts'
import type { AttributionLayout, CohortsLayout, EventsLayout, FunnelLayout, MetricsLayout, SegmentSizeLayout, UsersLayout } from '../layout.ts'
import type { ListEvents, ListUsers, UsersOfCell } from './userNodes.ts'

/**
 * The plan of one statement: which scans, joins and aggregates. Nodes hold their inputs, so a plan is its last node. Columns that nodes make
 * are named by the planner (g groups, m measures, a per-period numbers) and never by the caller.
 */
export type AnalyticsPlan = SortLimit
export type PlanNode =
  | ScanEvents
  | ScanCosts
  | Aggregate
  | Divide
  | FirstEntries
  | JoinMembers
  | AggregatePeriods
  | AccumulateLater
  | CollectCells
  | CollectPaths
  | DivideCredit
  | CollectSteps
  | BestAttempts
  | CountSteps
  | SortLimit
  | CountMembers
  | UsersOfCell
  | ListUsers
  | ListEvents

export type ScanEvents = {
  readonly kind: 'ScanEvents'
  /** Required: a scan without a tenant cannot be written. Lower-case UUID. */
  readonly tenantId: string
  readonly table: 'events'
  /** Half-open, milliseconds UTC; null is since ever. */
  readonly startMs: number | null
  readonly endMs: number
  /** Of that time only these parts, which do not meet; all of it when left out. */
  readonly within?: readonly TimeRange[]
  /** What the identity may see at all. */
  readonly rowFilter: Condition
  readonly condition: Condition
}

/**
 * Rows of costs by calendar day, one per stated amount. Of each day, app, channel, partner and campaign the rows of the best source count, and
 * of rows that are equal in all they say but the amount the newest; that is chosen before the filters. The others are there with a cost of 0.
 */
export type ScanCosts = {
  readonly kind: 'ScanCosts'
  /** Required: a scan without a tenant cannot be written. Lower-case UUID. */
  readonly tenantId: string
  readonly table: 'costs'
  /** Half-open, and not meeting each other; a row of any of them. */
  readonly days: readonly DayRange[]
  readonly rowFilter: Condition
  /** Of columns that costs have, and no others. */
  readonly condition: Condition
  /** false: which groups have a row is all that is wanted, and every cost is 0. */
  readonly choosesSource: boolean
}

/** A group's value is an instant's local bucket or a text. */
export type GroupKey = { readonly name: string } & (
  | { readonly kind: 'time'; readonly unit: TimeUnit; readonly timeZone: string }
  | { readonly kind: 'text'; readonly operand: TextOperand }
)
/** `window` is the index of the one whose rows are counted. */
export type AggregateColumn = { readonly name: string; readonly aggregate: AggregateSpec; readonly window: number }

/** A time that rows are counted over. Windows may overlap: then a row counts in each. */
export type Window = {
  /** null for the question's range itself. */
  readonly compare: Compare | null
  readonly range: TimeRange
  /** The days of it whose costs are counted; null when none are. */
  readonly days: DayRange | null
  /** How its buckets of time are put beside those of the range; null for the range itself and without a key of time. */
  readonly pairing: Pairing | null
}

/**
 * One row per group that has a row in the first window, the question's range; without keys exactly one row. With totals one more row over all
 * groups, also over those that have rows in other windows alone.
 */
export type Aggregate = {
  readonly kind: 'Aggregate'
  readonly input: ScanEvents
  /** Counted with the events; null when the question has nothing to do with costs. */
  readonly costs: ScanCosts | null
  readonly windows: readonly Window[]
  readonly keys: readonly GroupKey[]
  readonly columns: readonly AggregateColumn[]
  readonly hasTotals: boolean
}

/** `(numerator - less) x times / denominator`; null without a denominator. */
export type Quotient = {
  readonly name: string
  readonly numerator: string
  readonly less: string | null
  readonly denominator: string
  readonly times: number
  /** A decimal is rounded half up to 6 places, a float is not. */
  readonly as: 'decimal' | 'float'
}

export type Divide = { readonly kind: 'Divide'; readonly input: Aggregate; readonly columns: readonly Quotient[] }

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
  /** Where the entry is not the first of the rows but the one by which the user joins a segment. */
  readonly joins?: JoinRule
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
export type PeriodColumn = { readonly name: string; readonly aggregate: EventAggregate }

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

/** One row per cohort and group, its cells in an array; with costs also what the cohort's days and group have cost. */
export type CollectCells = { readonly kind: 'CollectCells'; readonly input: AggregatePeriods | AccumulateLater; readonly costs: ScanCosts | null }

/**
 * Per conversion at or after `fromMs` the touches of its user that are at most so old, oldest first; ties impression before click, then by event
 * id where `isOrdered` by it. The scan reads both touches and conversions.
 */
export type CollectPaths = {
  readonly kind: 'CollectPaths'
  readonly input: ScanEvents
  readonly conversion: Condition
  readonly fromMs: number
  readonly clickMs: number
  readonly viewMs: number
  /** What touches are told apart by. */
  readonly keys: readonly (GroupKey & { readonly kind: 'text' })[]
  readonly isOrdered: boolean
  /** Of the time before `fromMs` only touches are read, each kind from its own lookback on. */
  readonly isNarrow: boolean
}

export type CreditColumn = { readonly name: string } & (
  | { readonly kind: 'credit'; readonly of: Credited; readonly model: CreditModel }
  | { readonly kind: 'touchpoints' | 'assists' | 'cost' }
)

/**
 * Divides each conversion over its path, then adds up what the touches that are shown got, by group; a conversion without touches goes whole to
 * the group whose every value is absent. With costs, groups of those are rows too.
 */
export type DivideCredit = {
  readonly kind: 'DivideCredit'
  readonly input: CollectPaths
  readonly costs: ScanCosts | null
  /** Of the touches. */
  readonly shown: Condition
  /** Whether conversions without touches are: as a touch of which all is absent would be. */
  readonly showsUntouched: boolean
  readonly columns: readonly CreditColumn[]
  readonly hasTotals: boolean
}

/** Per user the rows that meet a step or an exclusion, and whatever else the scan reads, in their order; of the first of an attempt its groups. Users without one are left out. */
export type CollectSteps = {
  readonly kind: 'CollectSteps'
  readonly input: ScanEvents
  readonly steps: readonly Condition[]
  /** An attempt begins before `untilMs` with a row that meets the first step, or any of them, and `where`. */
  readonly first: { readonly where: Condition; readonly untilMs: number; readonly isAny: boolean }
  /** The rows that end an attempt; null when none do. */
  readonly exclusion: Condition | null
  readonly keys: readonly GroupKey[]
}

/** Per user and group the attempt that got furthest, and of those the earliest: how far, and with `needsTimes` when each step was. */
export type BestAttempts = {
  readonly kind: 'BestAttempts'
  readonly input: CollectSteps
  readonly order: FunnelOrder
  /** After the first step; the last instant belongs to it. */
  readonly windowMs: number
  /** The places of the steps by their event; those that the same rows meet are together. */
  readonly alike: readonly (readonly (readonly number[])[])[]
  readonly needsTimes: boolean
  /** Only how far is wanted, whichever attempt it was. */
  readonly isLevelAlone: boolean
  /** Whether the id of the user stands beside the attempt. Default: false. */
  readonly keepsUser?: boolean
}

/** The quantiles of the milliseconds to a step, counted from 0, over those who reached it. */
export type StepSeconds = { readonly name: string; readonly step: number; readonly since: 'previous' | 'first'; readonly levels: readonly number[] }

/** Per group the users who reached each step; without keys exactly one row. */
export type CountSteps = {
  readonly kind: 'CountSteps'
  readonly input: BestAttempts
  readonly users: readonly string[]
  readonly seconds: readonly StepSeconds[]
}

/** One row: the members, and with `hasKnown` all users that were known at the evaluation time, of the same scan. */
export type CountMembers = { readonly kind: 'CountMembers'; readonly segment: BoundSegment; readonly hasKnown: boolean }

export type Ordering = {
  readonly name: string
  readonly direction: 'ASC' | 'DESC'
  /** Texts come by their bytes with absent ones last, numbers with null last. */ readonly as: 'text' | 'number'
}

/** The first rows in the order; one more than shown is read, so that a limit that bites is seen. */
export type SortLimit = {
  readonly kind: 'SortLimit'
  readonly input: Divide | CollectCells | DivideCredit | CountSteps | CountMembers | ListUsers | ListEvents
  readonly order: readonly Ordering[]
  readonly limitRows: number
  /** false: only the totals are shown. */
  readonly showsRows: boolean
  readonly layout: MetricsLayout | CohortsLayout | AttributionLayout | FunnelLayout | SegmentSizeLayout | UsersLayout | EventsLayout
}
