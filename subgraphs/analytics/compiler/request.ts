import type { DimensionField, DimensionName } from '../model/dimensions.ts'
import type { FunnelOrder } from '../model/funnel.ts'
import type { TimeUnit } from '../model/timeUnits.ts'
import type { AttributionCell, CohortsCell, EventPlace, FunnelCell, MetricsCell, UserTime } from './cell.ts'

/** The arguments as GraphQL has read them: types and defaults are right, meaning is not judged yet. */

type Maybe<Value> = Value | null | undefined

export type RangeInput = {
  readonly start?: Maybe<Date>
  readonly end?: Maybe<Date>
  readonly last?: Maybe<number>
  readonly unit?: Maybe<TimeUnit>
  readonly includeCurrent: boolean
}
export type GroupByInput = {
  readonly time?: Maybe<TimeUnit>
  readonly dimension?: Maybe<DimensionName>
  readonly property?: Maybe<string>
  readonly segment?: Maybe<string>
}
export type TextFilterInput = {
  readonly eq?: Maybe<string>
  readonly in?: Maybe<readonly string[]>
  readonly notIn?: Maybe<readonly string[]>
  readonly contains?: Maybe<string>
  readonly startsWith?: Maybe<string>
  readonly isNull?: Maybe<boolean>
}
export type NumberFilterInput = {
  readonly eq?: Maybe<number>
  readonly gt?: Maybe<number>
  readonly gte?: Maybe<number>
  readonly lt?: Maybe<number>
  readonly lte?: Maybe<number>
}
export type PropertyFilterInput = { readonly name: string; readonly text?: Maybe<TextFilterInput>; readonly number?: Maybe<NumberFilterInput> }
export type FilterInput = { readonly [Field in DimensionField]?: Maybe<TextFilterInput> } & {
  readonly and?: Maybe<readonly FilterInput[]>
  readonly or?: Maybe<readonly FilterInput[]>
  readonly not?: Maybe<FilterInput>
  readonly segment?: Maybe<string>
  readonly property?: Maybe<PropertyFilterInput>
}
/** Either start and end, one of which may be left out, or last and unit, counted back from the evaluation time. */
export type WithinInput = { readonly start?: Maybe<Date>; readonly end?: Maybe<Date>; readonly last?: Maybe<number>; readonly unit?: Maybe<TimeUnit> }
export type BehaviourInput = {
  readonly event?: Maybe<string>
  readonly where?: Maybe<FilterInput>
  readonly atLeast?: Maybe<number>
  readonly atMost?: Maybe<number>
  readonly within?: Maybe<WithinInput>
  readonly includeRefunds?: Maybe<boolean>
}
/** Exactly one member. */
export type SegmentRuleInput = {
  readonly all?: Maybe<readonly SegmentRuleInput[]>
  readonly any?: Maybe<readonly SegmentRuleInput[]>
  readonly not?: Maybe<SegmentRuleInput>
  readonly did?: Maybe<BehaviourInput>
  readonly is?: Maybe<FilterInput>
}
/** A saved segment by its id, or a definition. Exactly one member. */
export type SegmentOfInput = { readonly segment?: Maybe<string>; readonly definition?: Maybe<SegmentRuleInput> }
export type SegmentSizeInput = { readonly of: SegmentOfInput; readonly explain: boolean }

export type Direction = 'ASC' | 'DESC'
export type OrderByInput = {
  readonly measure?: Maybe<string>
  readonly dimension?: Maybe<DimensionName>
  readonly alias?: Maybe<string>
  readonly direction: Direction
}

type QuestionInput = {
  readonly range: RangeInput
  readonly timeZone: string
  readonly groupBy: readonly GroupByInput[]
  readonly where?: Maybe<FilterInput>
  readonly limit: number
  readonly explain: boolean
}
export type TopInput = { readonly count: number; readonly by: string; readonly direction: Direction }
export type MetricsInput = QuestionInput & {
  readonly orderBy: readonly OrderByInput[]
  readonly top?: Maybe<TopInput>
  readonly fillGaps: boolean
}
export type CohortsInput = QuestionInput & {
  readonly entry: { readonly kind: 'INSTALL' | 'FIRST_EVENT' | 'SIGN_UP' | 'SEGMENT'; readonly event?: Maybe<string>; readonly segment?: Maybe<string> }
  readonly activity?: Maybe<{ readonly event?: Maybe<string>; readonly where?: Maybe<FilterInput> }>
  readonly grain: TimeUnit
  readonly periodKind: 'ROLLING' | 'CALENDAR'
  readonly periodUnit?: Maybe<TimeUnit>
  readonly brackets?: Maybe<readonly { readonly from: number; readonly to: number }[]>
  readonly periods: number
  readonly retention: 'BOUNDED' | 'UNBOUNDED'
  readonly denominator: 'ALL' | 'MATURE'
}
export type AttributionInput = QuestionInput & {
  readonly conversion: { readonly event: string; readonly where?: Maybe<FilterInput> }
  readonly lookback?: Maybe<{ readonly clickDays: number; readonly viewDays: number }>
  readonly whereTouch?: Maybe<FilterInput>
}

export type FunnelStepInput = { readonly event: string; readonly where?: Maybe<FilterInput> }
export type FunnelInput = QuestionInput & {
  readonly steps: readonly FunnelStepInput[]
  readonly order: FunnelOrder
  readonly windowSeconds: number
  readonly exclude?: Maybe<readonly FunnelStepInput[]>
}

export type PathsInput = Omit<QuestionInput, 'groupBy'> & {
  readonly conversion?: Maybe<{ readonly event: string; readonly where?: Maybe<FilterInput> }>
  readonly start?: Maybe<{ readonly event?: Maybe<string>; readonly where?: Maybe<FilterInput> }>
  readonly depth: number
  readonly lookbackDays: number
  readonly collapseRepeats: boolean
  readonly includeTouches: boolean
  readonly graphEvents: number
}

/** A field of the selection below a root field, merged over fragments. `path` are response keys from the root field down. */
export type SelectedField = {
  readonly responseKey: string
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
  readonly path: readonly string[]
  readonly fields: readonly SelectedField[]
}

export type MetricsRequest = {
  readonly kind: 'metrics'
  readonly input: MetricsInput
  /** null when the rows are not asked for. */
  readonly rows: readonly SelectedField[] | null
  readonly totals: readonly SelectedField[] | null
  /** Whether it is asked if the limit has bitten: then the rows are needed although they are not shown. */
  readonly asksTruncation: boolean
}
export type CohortsRequest = {
  readonly kind: 'cohorts'
  readonly input: CohortsInput
  readonly rows: readonly SelectedField[]
  readonly periods: readonly SelectedField[]
  /** null when it is not asked for. */
  readonly mean: readonly SelectedField[] | null
  readonly meanPeriods: readonly SelectedField[]
}
export type AttributionRequest = Omit<MetricsRequest, 'kind' | 'input'> & { readonly kind: 'attribution'; readonly input: AttributionInput }
export type FunnelRequest = {
  readonly kind: 'funnel'
  readonly input: FunnelInput
  readonly rows: readonly SelectedField[]
  readonly steps: readonly SelectedField[]
}
/** Parts that are not asked for are null. */
export type PathsRequest = {
  readonly kind: 'paths'
  readonly input: PathsInput
  readonly paths: readonly SelectedField[] | null
  readonly totals: readonly SelectedField[] | null
  readonly graph: readonly SelectedField[] | null
  /** Whether it is asked if the limit has bitten: then the paths are needed although they are not shown. */
  readonly asksTruncation: boolean
}

/** A question that was asked once, and the place of a number in its answer. */
export type CellQuestion =
  | { readonly kind: 'metrics'; readonly input: MetricsInput; readonly at: MetricsCell }
  | { readonly kind: 'cohorts'; readonly input: CohortsInput; readonly at: CohortsCell }
  | { readonly kind: 'funnel'; readonly input: FunnelInput; readonly at: FunnelCell }
  | { readonly kind: 'attribution'; readonly input: AttributionInput; readonly at: AttributionCell }
export type UsersRequest = {
  readonly kind: 'users'
  readonly of: CellQuestion | { readonly kind: 'ids'; readonly ids: readonly string[] }
  readonly where: Maybe<FilterInput>
  readonly first: number
  /** The user before the first of the page. */
  readonly after: string | null
  /** Names of selected fields of the users. */
  readonly columns: readonly string[]
  readonly wantsTotal: boolean
}
export type EventsRequest = {
  readonly kind: 'events'
  readonly userId: string
  /** null is without that bound. */
  readonly startMs: number | null
  readonly endMs: number | null
  readonly touchesOnly: boolean
  readonly before: EventPlace | null
  readonly limit: number
}
/** Behind a row of attribution: the newest of its conversions, or the touches before some of them. */
export type JourneyEventsRequest = {
  readonly kind: 'journeyEvents'
  readonly of: CellQuestion & { readonly kind: 'attribution' }
  readonly part: JourneyPart
  readonly limit: number
}
export type JourneyPart =
  | { readonly kind: 'conversions'; readonly before: EventPlace | null }
  | { readonly kind: 'touches'; readonly before: readonly UserTime[] }
export type SegmentSizeRequest = { readonly kind: 'segmentSize'; readonly input: SegmentSizeInput; readonly fields: readonly SelectedField[] }
