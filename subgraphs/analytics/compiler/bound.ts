import type { CreditModel, JourneyModel, MarkovOrder } from '../model/attribution.ts'
import type { Condition, TextOperand } from '../model/condition.ts'
import type { DimensionField } from '../model/dimensions.ts'
import type { FunnelOrder, SecondsField } from '../model/funnel.ts'
import type { Aggregate } from '../model/measures.ts'
import type { BoundSegment, JoinRule } from '../model/segment.ts'
import type { TimeUnit } from '../model/timeUnits.ts'
import type { Credited } from './attributionKey.ts'
import type { TimeRange } from './bind/range.ts'
import type { AttributionCell, CohortsCell, EventPlace, FunnelCell, MetricsCell } from './cell.ts'
import type { EventColumn, UserColumn } from './layout.ts'
import type { DayRange } from './localTime.ts'
import type { JourneyPart } from './request.ts'

/** The question with every name resolved: what is asked is allowed and means exactly this. */

export type BoundGroup =
  | { readonly kind: 'time'; readonly unit: TimeUnit }
  | { readonly kind: 'dimension'; readonly field: DimensionField; readonly operand: TextOperand }
  | { readonly kind: 'property'; readonly name: string; readonly operand: TextOperand }
  /** Members of the segment, and all others; the id is in small letters. */
  | { readonly kind: 'segment'; readonly id: string; readonly operand: TextOperand }

/** The other time that a measure is told for. */
export type Compare = 'PREVIOUS_PERIOD' | 'SAME_WEEKDAYS' | 'PREVIOUS_YEAR'

/** The key names a measure with its arguments, whatever response keys it is selected under. */
export type BoundMeasure = { readonly key: string; readonly name: string; readonly compare: Compare | null } & (
  | { readonly kind: 'base'; readonly aggregate: Aggregate }
  | {
      readonly kind: 'ratio'
      readonly numerator: Aggregate
      readonly less: Aggregate | null
      readonly denominator: Aggregate
      readonly times: number
      readonly as: 'decimal' | 'float'
    }
  | { readonly kind: 'difference'; readonly from: Aggregate; readonly less: Aggregate }
  /** Of another measure, by its key. */
  | { readonly kind: 'share'; readonly of: string }
  | { readonly kind: 'running'; readonly of: string }
)

/** A range that some measure is compared with. `days` are those whose costs some measure counts, else null. */
export type BoundWindow = { readonly compare: Compare; readonly range: TimeRange; readonly days: DayRange | null }

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
  /** Keys of selected measures that the asker sees as null; they are not computed. */
  readonly masked: ReadonlySet<string>
  /** Whether any number is an estimate. */
  readonly isApproximate: boolean
  /** Besides the range. */
  readonly windows: readonly BoundWindow[]
  /** The days of the range whose costs make rows, whether or not they are counted; null when the question has what costs have not, or they are masked. */
  readonly costDays: DayRange | null
  readonly order: readonly BoundOrder[]
  /** The groups besides time that have rows of their own, the best by the measure of the key; null: all. */
  readonly top: { readonly count: number; readonly key: string; readonly direction: 'ASC' | 'DESC' } | null
  readonly fillsGaps: boolean
  readonly wantsRows: boolean
  readonly wantsTotals: boolean
}

/** Periods from `from` to `to`, both included. */
export type Bracket = { readonly from: number; readonly to: number }

export type BoundCohorts = BoundQuestion & {
  readonly kind: 'cohorts'
  /** The rows that can be an entry; the first ever of a user is the entry. */
  readonly entry: Condition
  /** Where the entry is not the first of those rows but the one by which the user joins a segment; else null. */
  readonly joins: JoinRule | null
  readonly activity: Condition
  readonly grain: TimeUnit
  readonly periodKind: 'ROLLING' | 'CALENDAR'
  readonly periodUnit: TimeUnit
  /** How many are counted; with brackets no more than they need. */
  readonly periods: number
  /** In the order given; null for each period on its own. */
  readonly brackets: readonly Bracket[] | null
  /** Users active in the period, or in it or any later one. */
  readonly isUnbounded: boolean
  readonly denominator: 'ALL' | 'MATURE'
  /** Selected fields that the asker sees as null; they are not computed. */
  readonly masked: ReadonlySet<string>
  readonly wantsUsers: boolean
  readonly wantsRevenue: boolean
  readonly wantsPayers: boolean
  readonly wantsPurchases: boolean
  /** All cohorts as one, also those beyond the limit. */
  readonly wantsMean: boolean
  readonly wantsMeanCost: boolean
  /** The days whose costs are summed; null when no number needs them. */
  readonly costDays: DayRange | null
  /** Counts of rows per period: of the activity (null) or of one event's name. */
  readonly eventCounts: readonly (string | null)[]
}

/** A number that a model credits; the key names it with its model, whatever response keys it is selected under. */
export type BoundCredit = { readonly key: string; readonly of: Credited; readonly model: CreditModel }

/** What is asked of models that divide the credit of all conversions together. */
export type BoundJourneys = {
  /** Each once. */
  readonly models: readonly JourneyModel[]
  /** Of these the credit is told with an interval. */
  readonly resampled: readonly JourneyModel[]
  /** The highest order of MARKOV; null without it. */
  readonly order: MarkovOrder | null
  readonly wantsSets: boolean
  readonly wantsRevenue: boolean
}

export type BoundAttribution = BoundQuestion & {
  readonly kind: 'attribution'
  /** The rows that are conversions, filters included. */
  readonly conversion: Condition
  /** Tested after crediting. */
  readonly whereTouch: Condition
  /** How old a touch may be. */
  readonly clickMs: number
  readonly viewMs: number
  readonly credits: readonly BoundCredit[]
  /** null when only other models are asked for. */
  readonly journeys: BoundJourneys | null
  /** Selected fields that the asker sees as null; they are not computed. */
  readonly masked: ReadonlySet<string>
  /** The days of the range whose costs make rows, whether or not they are counted; null when the question has what costs have not, or they are masked. */
  readonly costDays: DayRange | null
  /** The filters as they apply to costs; only costs have it when there are days of them. */
  readonly costWhere: Condition
  readonly wantsTouchpoints: boolean
  readonly wantsAssists: boolean
  readonly wantsCost: boolean
  readonly wantsRows: boolean
  readonly wantsTotals: boolean
}

/** A step by its name and the rows that meet it. */
export type BoundStep = { readonly event: string; readonly condition: Condition }

export type BoundFunnel = BoundQuestion & {
  readonly kind: 'funnel'
  readonly steps: readonly BoundStep[]
  readonly order: FunnelOrder
  readonly windowMs: number
  /** The rows that end an attempt; null when none do. */
  readonly exclusion: Condition | null
  /** The times between steps that are asked for, each once. */
  readonly seconds: readonly SecondsField[]
  /** Selected fields that the asker sees as null; they are not computed. */
  readonly masked: ReadonlySet<string>
}

/** Of each conversion the steps before it, or (`conversion` null) of each user the steps from the start on. */
export type BoundPaths = BoundQuestion & {
  readonly kind: 'paths'
  readonly step: Condition
  readonly conversion: { readonly event: string; readonly condition: Condition; readonly lookbackMs: number } | null
  /** null when the first step is the start, and with a conversion. */
  readonly start: Condition | null
  readonly depth: number
  readonly collapses: boolean
  /** How many events the graph shows in each position. */
  readonly graphEvents: number
  /** Selected fields that the asker sees as null; they are not computed. */
  readonly masked: ReadonlySet<string>
  readonly wantsPaths: boolean
  readonly wantsTotals: boolean
  readonly wantsGraph: boolean
  /** Of paths and totals. */
  readonly wantsUsers: boolean
  readonly wantsRevenue: boolean
  readonly wantsGraphUsers: boolean
}

/** How many users are members, and how many are known at all at the evaluation time. */
export type BoundSegmentSize = { readonly kind: 'segmentSize'; readonly segment: BoundSegment; readonly wantsKnown: boolean }

/** The question that a cell came from, and where in its answer it stands. */
export type BoundCell =
  | {
      readonly kind: 'metrics'
      readonly question: BoundMetrics
      readonly at: MetricsCell
      /** The rows of the group that count. */ readonly counted: Condition
    }
  | { readonly kind: 'cohorts'; readonly question: BoundCohorts; readonly at: CohortsCell }
  | { readonly kind: 'funnel'; readonly question: BoundFunnel; readonly at: FunnelCell }
  | { readonly kind: 'attribution'; readonly question: BoundAttribution; readonly at: AttributionCell }

type BoundPeople = {
  readonly tenantId: string
  /** What the identity may see at all; part of every scan. */
  readonly rowFilter: Condition
  readonly limitRows: number
}

/** The users behind a cell, or those of the ids. */
export type BoundUsers = BoundPeople & {
  readonly kind: 'users'
  readonly of: BoundCell | { readonly kind: 'ids'; readonly ids: readonly string[] }
  /** Users with a row that meets it. */
  readonly where: Condition
  readonly columns: readonly UserColumn[]
  readonly wantsTotal: boolean
  /** Users after this one; null is from the first. */
  readonly after: string | null
}

/** Events of one user, the newest first. */
export type BoundEvents = BoundPeople & {
  readonly kind: 'events'
  readonly userId: string
  readonly condition: Condition
  readonly startMs: number | null
  readonly endMs: number | null
  readonly before: EventPlace | null
  readonly columns: readonly EventColumn[]
}

/** Rows behind a row of attribution, the newest first: its conversions, or the touches that those of some users and times look back to. */
export type BoundJourneyEvents = BoundPeople & {
  readonly kind: 'journeyEvents'
  readonly of: BoundCell & { readonly kind: 'attribution' }
  readonly part: JourneyPart
  readonly columns: readonly EventColumn[]
}

export type BoundQuery =
  | BoundMetrics
  | BoundCohorts
  | BoundAttribution
  | BoundFunnel
  | BoundPaths
  | BoundSegmentSize
  | BoundUsers
  | BoundEvents
  | BoundJourneyEvents
