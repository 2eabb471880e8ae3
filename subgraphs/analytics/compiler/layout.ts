/** Which column of the statement's answer holds what; the names are the plan's. */
export type MetricsLayout = {
  readonly kind: 'metrics'
  /** In the question's order. */
  readonly groups: readonly string[]
  /** By the measure's key. */
  readonly measures: ReadonlyMap<string, string>
}

/** A cell is `[period, mature periods, members, …columns]`. */
export type CohortsLayout = {
  readonly kind: 'cohorts'
  readonly cohort: string
  readonly groups: readonly string[]
  readonly cells: string
  readonly users: string | null
  readonly revenue: string | null
  /** Of the row, not of its cells. */
  readonly cost: string | null
  /** By the event's name; null is the activity. */
  readonly eventCounts: ReadonlyMap<string | null, string>
  /** The names of a cell's columns after the first three. */
  readonly columns: readonly string[]
  /** The users of a period are those of it or any later one; a period without rows has those of the next one. */
  readonly isUnbounded: boolean
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
