import { IS_ACTIVITY } from '../../model/condition.ts'
import { earliest, latest } from '../prepared/trace.ts'
import { limits } from '../../model/limits.ts'
import type { UserAggregate } from '../../model/measures.ts'
import { bucketAt, startBefore } from '../calendar.ts'
import type { BoundMetrics } from '../bound.ts'
import type { TimeRange } from '../bind/range.ts'
import type { AggregateColumn, CollectUsers, ScanEvents, Window } from './nodes.ts'

/** What is told of users by more than the rows of the group: one more scan, of activity; since ever where it matters who is new. */
export function planUsers(
  bound: BoundMetrics,
  { columns, windows }: { readonly columns: readonly AggregateColumn[]; readonly windows: readonly Window[] },
): CollectUsers | null {
  const needed = columns.filter(isOfUsers)
  const [first, ...others] = needed.map(({ aggregate, window }) => reachOf(aggregate, windows[window] ?? windows[0], bound.timeZone))
  if (first === undefined) return null
  const needsFirst = needed.some(({ aggregate }) => aggregate.kind !== 'usersOver')
  const input: ScanEvents = {
    kind: 'ScanEvents',
    tenantId: bound.tenantId,
    table: 'events',
    startMs: needsFirst ? null : earliest(first.startMs, ...others.map((range) => range.startMs)),
    endMs: latest(first.endMs, ...others.map((range) => range.endMs)),
    rowFilter: bound.rowFilter,
    condition: IS_ACTIVITY,
  }
  return { kind: 'CollectUsers', input, where: bound.where, timeZone: bound.timeZone }
}

export type UserColumn = AggregateColumn & { readonly aggregate: UserAggregate }

export const isOfUsers = (column: AggregateColumn): column is UserColumn =>
  column.aggregate.kind === 'newUsers' || column.aggregate.kind === 'usersOver' || column.aggregate.kind === 'lifecycle'

function reachOf(aggregate: UserAggregate, window: Window | undefined, timeZone: string): TimeRange {
  if (window === undefined) throw new Error('A column is of a window.')
  return aggregate.kind === 'usersOver' ? daysBefore(window.range, aggregate.days, timeZone) : window.range
}

/** The range, and whole days before it: as many as the days that end with its first have besides it. */
export function daysBefore({ startMs, endMs }: TimeRange, days: number, timeZone: string): TimeRange {
  const first = bucketAt(startMs, 'DAY', timeZone).startMs
  return { startMs: Math.max(limits.earliestMs, startBefore(first, days - 1, { unit: 'DAY', timeZone })), endMs }
}
