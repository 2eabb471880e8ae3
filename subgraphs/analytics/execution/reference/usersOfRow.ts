import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { bucketOf, localDate, stepBuckets, type Bucket } from './calendar.ts'
import { people, type UsersOfRow } from './measures.ts'
import type { TimeUnit } from './question.ts'
import { isActivity, occurredAt, type World } from './world.ts'

type Asked = {
  /** The tenant's rows, all of them. */
  readonly own: World
  /** Those that the filter admits and that are of the row's group, whenever they were. */
  readonly ofGroup: World
  /** The time that the measure is counted over. */
  readonly time: Bucket
  readonly unit: TimeUnit | null
  readonly timeZone: string
  /** Whether an instant, and a date, is of the row's bucket. */
  readonly isOfRow: (instant: number) => boolean
  readonly isDateOfRow: (date: string) => boolean
}

/** Goes through all rows for every row of the answer: slow and plain. */
export function usersOfRow({ own, ofGroup, time, unit, timeZone, isOfRow, isDateOfRow }: Asked): UsersOfRow {
  const activeIn = (start: number, end: number) => people(ofGroup.filter((row) => isActivity(row) && occurredAt(row) >= start && occurredAt(row) < end))
  const isNew = (user: string): boolean => {
    const first = firstActivity(own, user)
    return first >= time.start && first < time.end && isOfRow(first)
  }
  const newAmong = (users: ReadonlySet<string>): number => [...users].filter(isNew).length
  return {
    newAmong,
    over(days) {
      const last = datesOf(time, timeZone).filter(isDateOfRow).at(-1)
      if (last === undefined) return 0
      const first = dateBefore(last, days - 1)
      const isNear = (row: StoredEvent) => {
        const date = localDate(occurredAt(row), timeZone)
        return isActivity(row) && occurredAt(row) < time.end && date >= first && date <= last
      }
      return people(ofGroup.filter(isNear)).size
    },
    lifecycle() {
      if (unit === null) return null
      const here = people(ofGroup.filter((row) => isActivity(row) && occurredAt(row) >= time.start && occurredAt(row) < time.end && isOfRow(occurredAt(row))))
      const [day] = datesOf(time, timeZone).filter(isDateOfRow)
      if (day === undefined) return null
      const bucket = bucketOf(noonOf(day, timeZone), unit, timeZone)
      const before = { start: stepBuckets(bucket.start, -1, unit, timeZone), end: bucket.start }
      // The row's own bucket may be cut by the range; the one before is looked at as a whole.
      const there = activeIn(before.start, before.end)
      const returning = [...here].filter((user) => there.has(user) && !isNew(user)).length
      const newUsers = newAmong(here)
      return {
        newUsers,
        returningUsers: returning,
        resurrectedUsers: here.size - newUsers - returning,
        dormantUsers: [...there].filter((user) => !here.has(user)).length,
      }
    },
  }
}

const firsts = new WeakMap<World, Map<string, number>>()

function firstActivity(own: World, user: string): number {
  const known = firsts.get(own) ?? new Map<string, number>()
  if (known.size === 0) {
    for (const row of own.filter(isActivity)) known.set(row.user_id, Math.min(known.get(row.user_id) ?? Infinity, occurredAt(row)))
    firsts.set(own, known)
  }
  return known.get(user) ?? Infinity
}

const DAY_MS = 86_400_000
const dateBefore = (date: string, days: number): string => new Date(Date.parse(date) - days * DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length)

/** The dates of the local calendar of which the time has an instant, in order. */
export function datesOf({ start, end }: Bucket, timeZone: string): readonly string[] {
  if (end <= start) return []
  const last = localDate(end - 1, timeZone)
  const dates: string[] = []
  for (let date = localDate(start, timeZone); date <= last; date = dateBefore(date, -1)) dates.push(date)
  return dates
}

/** An instant of the day. */
const noonOf = (date: string, timeZone: string): number => {
  // Mostly it is noon somewhere; a day that begins late may need a search.
  for (const hours of [12, 0, 23]) if (localDate(Date.parse(date) + (hours * DAY_MS) / 24, timeZone) === date) return Date.parse(date) + (hours * DAY_MS) / 24
  for (let at = Date.parse(date) - DAY_MS; at < Date.parse(date) + 2 * DAY_MS; at += DAY_MS / 96) if (localDate(at, timeZone) === date) return at
  return Date.parse(`${date}T12:00:00Z`)
}
