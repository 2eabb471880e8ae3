import type { Condition } from '../../model/condition.ts'
import type { EventPlace, UserTime } from '../cell.ts'
import type { EventColumn, UserColumn } from '../layout.ts'
import type { AggregatePeriods, BestAttempts, CollectPaths, FirstEntries, GroupKey, ScanEvents } from './nodes.ts'

/** A group's key and the value that is meant, as the statement of the question said it. */
export type KeyValue = { readonly key: GroupKey; readonly value: string }

/** Known users with a row of the group. */
export type UsersOfRows = { readonly kind: 'UsersOfRows'; readonly input: ScanEvents; readonly group: readonly KeyValue[] }

/** Members of one cohort and group; with `periods` those who count in one from the first to the last index, or any later one where `to` is null. */
export type UsersOfPeriods = {
  readonly kind: 'UsersOfPeriods'
  readonly input: AggregatePeriods
  /** The column of the input whose rows count. */
  readonly column: string
  readonly cohort: string
  readonly group: readonly string[]
  readonly periods: { readonly from: number; readonly to: number | null } | null
}

/** Users whose best attempt in the group misses so many steps: at least and at most. */
export type UsersOfStep = {
  readonly kind: 'UsersOfStep'
  readonly input: BestAttempts
  readonly group: readonly KeyValue[]
  readonly misses: { readonly least: number; readonly most: number }
}

/** Users with a touch of the group, among those shown, on the path of a conversion; with `hasUntouched` also with a conversion without any touch. */
export type UsersOfTouches = {
  readonly kind: 'UsersOfTouches'
  readonly input: CollectPaths
  readonly shown: Condition
  readonly group: readonly KeyValue[]
  readonly hasUntouched: boolean
}

export type UsersOfCell = UsersOfRows | UsersOfPeriods | UsersOfStep | UsersOfTouches

/** Users by id, each with what all rows of the scan tell of them: of those behind a cell, or those of the ids, that have a row that meets `where`. */
export type ListUsers = {
  readonly kind: 'ListUsers'
  readonly input: ScanEvents
  readonly of: UsersOfCell | { readonly ids: readonly string[] }
  readonly where: Condition
  readonly columns: readonly UserColumn[]
  readonly hasTotal: boolean
  /** Those after this one; null is from the first. */
  readonly after: string | null
}

/** Of the scan's rows those of one user; or conversions behind the cell; or touches that conversions of users at times look back to. */
export type EventsOf =
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'conversions'; readonly cell: UsersOfTouches }
  /** Each is told whether it is one of the cell's. */
  | { readonly kind: 'touches'; readonly cell: UsersOfTouches; readonly before: readonly UserTime[] }

/** Rows as they are stored, the newest first, ties by event id; those before the place. */
export type ListEvents = {
  readonly kind: 'ListEvents'
  readonly input: ScanEvents
  readonly of: EventsOf
  readonly before: EventPlace | null
  readonly columns: readonly EventColumn[]
}

/** The entries of whose members the periods are counted. */
export const entriesOf = ({ input }: UsersOfPeriods): FirstEntries => input.input.entries
