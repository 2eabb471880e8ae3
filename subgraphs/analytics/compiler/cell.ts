/** Where in the answer to a question a number stands whose users are asked for. Groups are as the statement said them, in the question's order. */

/** A row, or the totals, where `groups` is null. `of` names a measure whose users are meant; null is anybody with an event in the row. */
export type MetricsCell = { readonly groups: readonly string[] | null; readonly of: string | null }
/** A period from and to the index, both included (`to` null: or any later one); null `periods` are all members of the cohort. */
export type CohortsCell = {
  readonly cohort: string
  readonly groups: readonly string[]
  readonly periods: { readonly from: number; readonly to: number | null } | null
}
/** Who reached the step, or with `isDropped` that step and not the next. */
export type FunnelCell = { readonly groups: readonly string[]; readonly step: number; readonly isDropped: boolean }
/** A row, or the totals, where `groups` is null. */
export type AttributionCell = { readonly groups: readonly string[] | null }

/** A place among the events of a user, which come by time and then by id. */
export type EventPlace = { readonly atMs: number; readonly eventId: string }

/** An instant of a user. */
export type UserTime = { readonly userId: string; readonly atMs: number }
