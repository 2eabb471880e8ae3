import type { Condition, TextOperand } from '../../model/condition.ts'
import type { Aggregate as AggregateSpec, EventAggregate } from '../../model/measures.ts'
import type { TimeUnit } from '../../model/timeUnits.ts'
import type { CreditModel, MarkovOrder } from '../../model/attribution.ts'
import type { FunnelOrder } from '../../model/funnel.ts'
import type { BoundSegment, JoinRule } from '../../model/segment.ts'
import type { Credited } from '../attributionKey.ts'
import type { Compare } from '../bound.ts'
import type { TimeRange } from '../bind/range.ts'
import type { Gaps } from '../gaps.ts'
import type { DayRange } from '../localTime.ts'
import type { Pairing } from '../pairing.ts'
import type { AttributionLayout, CohortsLayout, EventsLayout, FunnelLayout, MetricsLayout, PathsLayout, SegmentSizeLayout, UsersLayout } from '../layout.ts'
import type { ListEvents, ListUsers, UsersOfCell } from './userNodes.ts'

/**
 * The plan of one statement: which scans, joins and aggregates. Nodes hold their inputs, so a plan is its last node. Columns that nodes make
 * are named by the planner (g groups, m measures, a per-period numbers) and never by the caller.
 */
export type AnalyticsPlan = SortLimit
export type PlanNode =
  | ScanEvents
  | ScanCosts
  | CollectUsers
  | Aggregate
  | Divide
  | Arrange
  | FirstEntries
  | JoinMembers
  | AggregatePeriods
  | KeepLast
  | MergeRuns
  | CollectCells
  | CollectPaths
  | CountJourneys
  | DivideCredit
  | CollectSteps
  | BestAttempts
  | CountSteps
  | CollectEventPaths
  | CountEventPaths
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
 * Per user, over all their activity the scan reads: the groups they were active in, time by time, as far as the columns about users need it; and
 * the first activity ever where the scan reads since ever.
 */
export type CollectUsers = {
  readonly kind: 'CollectUsers'
  readonly input: ScanEvents
  /** Of the question: holds for what is counted, and not for the first activity. */
  readonly where: Condition
  /** In which days are cut. */
  readonly timeZone: string
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
  /** null when no column needs it. */
  readonly users: CollectUsers | null
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

/** One count less another. */
export type Difference = { readonly name: string; readonly from: string; readonly less: string; readonly as: 'whole' }

export type Derived = Quotient | Difference
export type Divide = { readonly kind: 'Divide'; readonly input: Aggregate; readonly columns: readonly Derived[] }

/** What is told of a column beside the other rows: as a part of its total, or added up along time within the other groups. */
export type Told = { readonly name: string; readonly of: string } & (
  | {
      readonly kind: 'share'
      /** The column that totals have it in. */
      readonly ofTotal: string
    }
  | { readonly kind: 'running' }
)

/** Before the limit: which groups have rows of their own, which buckets have rows, and what is told of a row beside the others. */
export type Arrange = {
  readonly kind: 'Arrange'
  /** The best groups besides time, by a column as totals have it, absent numbers last, ties by the groups; all others are one. null: all are shown. */
  readonly top: { readonly count: number; readonly by: string; readonly direction: 'ASC' | 'DESC' } | null
  /** The buckets that each of the other groups has a row for; null: those with rows. */
  readonly gaps: Gaps | null
  readonly columns: readonly Told[]
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
  /** The first periods of the runs that are told apart, each up to the next; 0 and `count` are among them. null: each period is one. */
  readonly runs: readonly number[] | null
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

/** Makes the users of a period those of whom it is the last: their sum from a period on are the users of it or any later one. */
export type KeepLast = { readonly kind: 'KeepLast'; readonly input: AggregatePeriods; readonly column: string }

/** Runs from the one that begins with `from` until the one that begins with `before`; null is to the end. */
export type Span = { readonly from: number; readonly before: number | null }

/** Adds what spans of runs hold, distinct users counted once: each span is one more period, numbered after all others, `count + 1` on. */
export type MergeRuns = { readonly kind: 'MergeRuns'; readonly input: AggregatePeriods; readonly spans: readonly Span[] }

/**
 * One row per cohort and group, its cells in an array; with costs also what the cohort's days and group have cost. With `mean` a row more, the first:
 * all cohorts as one, before the limit.
 */
export type CollectCells = {
  readonly kind: 'CollectCells'
  readonly input: AggregatePeriods | KeepLast | MergeRuns
  readonly costs: ScanCosts | null
  readonly mean: { readonly hasCost: boolean } | null
}

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
  /** Touches are collected of users alone who have a conversion, which a scan of its own tells first. */
  readonly isOfConverters: boolean
}

/** The same paths, and of each user the touches after the last conversion, where the last of them lies from `fromMs` until before `beforeMs`. */
export type NullPaths = { readonly beforeMs: number }

/**
 * The paths counted: for MARKOV by state, which are the last `order` groups, and what comes next; for SHAPLEY by group and how many are on the
 * path. With resamples each is counted once more for each, users having been drawn again. A statement of its own.
 */
export type CountJourneys = {
  readonly kind: 'CountJourneys'
  readonly input: CollectPaths
  /** Of MARKOV; null without it. Paths without a conversion are read for it alone. */
  readonly order: MarkovOrder | null
  readonly nullPaths: NullPaths | null
  /** For SHAPLEY. */
  readonly countsSets: boolean
  /** 0 for none. */
  readonly resamples: number
  /** Of the touches, by their groups alone: it is told of each group. */
  readonly shown: Condition
  readonly wantsRevenue: boolean
  readonly limitRows: number
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
  /** What the other models are told from; null without them. */
  readonly journeys: CountJourneys | null
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

/**
 * Per conversion at or after `fromMs` the names of the steps since the conversion before it, if that is not longer ago than the lookback; or per
 * user the names of the steps from the first row on that is a start. Rows of one instant come by event id. The scan reads steps, and conversions
 * or starts.
 */
export type CollectEventPaths = {
  readonly kind: 'CollectEventPaths'
  readonly input: ScanEvents
  readonly step: Condition
  readonly around:
    | { readonly kind: 'conversion'; readonly condition: Condition; readonly fromMs: number; readonly lookbackMs: number }
    /** null: the first step is the start. */
    | { readonly kind: 'start'; readonly condition: Condition | null }
  /** The last ones before a conversion, the first ones from a start on. */
  readonly depth: number
  readonly collapses: boolean
  readonly hasRevenue: boolean
}

/** One row per path, or only the one of all; with a graph one row per node and per link, and one of all that has the first paths in an array. */
export type CountEventPaths = {
  readonly kind: 'CountEventPaths'
  readonly input: CollectEventPaths
  readonly hasPaths: boolean
  readonly hasTotals: boolean
  /** Distinct users of paths and totals. */
  readonly hasUsers: boolean
  readonly graph: { /** Of each position the most frequent ones; the others are one. */ readonly events: number; readonly hasUsers: boolean } | null
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
  readonly input: Divide | CollectCells | DivideCredit | CountSteps | CountEventPaths | CountMembers | ListUsers | ListEvents
  /** Of the input's rows, where there is something to arrange. */
  readonly arrange?: Arrange | null
  readonly order: readonly Ordering[]
  readonly limitRows: number
  /** false: only the totals are shown. */
  readonly showsRows: boolean
  readonly layout: MetricsLayout | CohortsLayout | AttributionLayout | FunnelLayout | PathsLayout | SegmentSizeLayout | UsersLayout | EventsLayout
}
