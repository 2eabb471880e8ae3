/** Which column of the statement's answer holds what; the names are the plan's. */
export type MetricsLayout = {
  readonly kind: 'metrics'
  /** In the question's order. */
  readonly groups: readonly string[]
  /** By the measure's key. */
  readonly measures: ReadonlyMap<string, string>
  /** Those that totals have in another column. */
  readonly totals: ReadonlyMap<string, string>
}

/**
 * A cell is `[period, mature periods, members, …columns]`; where periods are told apart in runs, the period is the first of its run, and of what is
 * mature only borders of runs are told.
 */
export type CohortsLayout = {
  readonly kind: 'cohorts'
  readonly cohort: string
  readonly groups: readonly string[]
  readonly cells: string
  readonly users: string | null
  readonly revenue: string | null
  readonly payers: string | null
  readonly purchases: string | null
  /** Of the row, not of its cells. */
  readonly cost: string | null
  /** Whether the row is the mean of all rows: then it comes first, unless there are none; null without it. */
  readonly isMean: string | null
  /** Of all rows together, in each of them. */
  readonly totalCost: string | null
  /** By the event's name; null is the activity. */
  readonly eventCounts: ReadonlyMap<string | null, string>
  /** The names of a cell's columns after the first three. */
  readonly columns: readonly string[]
  /** The users of a cell are those whose last period it is. */
  readonly isUnbounded: boolean
  /** By bracket the periods of the cells that hold its distinct users; null where those of its own period do. */
  readonly merged: { readonly users: readonly number[]; readonly payers: readonly number[] } | null
}

/** `known` is null when it is not counted. */
export type SegmentSizeLayout = { readonly kind: 'segmentSize'; readonly groups: readonly string[]; readonly members: string; readonly known: string | null }

export type AttributionLayout = {
  readonly kind: 'attribution'
  readonly groups: readonly string[]
  /** By the credit's key. Decimals of more places than are shown. */
  readonly credits: ReadonlyMap<string, string>
  readonly touchpoints: string | null
  readonly assists: string | null
  readonly cost: string | null
}

/** Arrays are one per step, the first step first. */
export type FunnelLayout = {
  readonly kind: 'funnel'
  readonly groups: readonly string[]
  readonly users: readonly string[]
  /** By the step before or the first: per step from the second on the column that holds the quantiles, an array in the order of `levels`. */
  readonly seconds: Readonly<Record<'previous' | 'first', { readonly levels: readonly number[]; readonly names: readonly string[] }>>
}

/** Columns of paths by their names. With a graph the answer has other rows and columns, which have the names that the lowering gives them. */
export type PathsLayout = {
  readonly kind: 'paths'
  readonly groups: readonly string[]
  readonly hasGraph: boolean
  readonly hasUsers: boolean
  readonly hasRevenue: boolean
  readonly hasGraphUsers: boolean
}

/** Columns that are not asked for are null. */
export type UsersLayout = {
  readonly kind: 'users'
  readonly groups: readonly string[]
  readonly columns: readonly UserColumn[]
  /** Of all users, in the totals; null when it is not counted. */
  readonly total: string | null
}
export type UserColumn = 'firstSeen' | 'country' | 'platform'

/** Stored columns in the order of the statement's. */
export type EventsLayout = { readonly kind: 'events'; readonly groups: readonly string[]; readonly columns: readonly EventColumn[] }
export type EventColumn =
  | 'user_id'
  | 'event_id'
  | 'event'
  | 'occurred_at'
  | 'recorded_at'
  | 'app_id'
  | 'platform'
  | 'country'
  | 'touch'
  | 'channel'
  | 'partner_id'
  | 'campaign_id'
  | 'ad_group_id'
  | 'creative_id'
  | 'revenue'
  | 'is_refund'
  | 'properties'
