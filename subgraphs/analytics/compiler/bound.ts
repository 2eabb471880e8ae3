import type { CreditModel } from '../model/attribution.ts'
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
  /** Besides the range. */
  readonly windows: readonly BoundWindow[]
  /** The days of the range whose costs make rows, whether or not they are counted; null when the question has what costs have not, or they are masked. */
  readonly costDays: DayRange | null
  readonly order: readonly BoundOrder[]
  readonly wantsRows: boolean
  readonly wantsTotals: boolean
}

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
  readonly periods: number
  /** Users active in the period, or in it or any later one. */
  readonly isUnbounded: boolean
  readonly denominator: 'ALL' | 'MATURE'
  /** Selected fields that the asker sees as null; they are not computed. */
  readonly masked: ReadonlySet<string>
  readonly wantsUsers: boolean
  readonly wantsRevenue: boolean
  /** The days whose costs are summed; null when no number needs them. */
  readonly costDays: DayRange | null
  /** Counts of rows per period: of the activity (null) or of one event's name. */
  readonly eventCounts: readonly (string | null)[]
}

/** A number that a model credits; the key names it with its model, whatever response keys it is selected under. */
export type BoundCredit = { readonly key: string; readonly of: Credited; readonly model: CreditModel }

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

export type BoundQuery = BoundMetrics | BoundCohorts | BoundAttribution | BoundFunnel | BoundSegmentSize | BoundUsers | BoundEvents
