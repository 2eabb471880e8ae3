import type { TimeUnit } from '../../model/timeUnits.ts'
import type { HourMove, Pairing } from '../pairing.ts'
import { unreachable } from '../unreachable.ts'
import { binary, call, param, whole, type SqlExpression } from './ast.ts'

const HOUR_SECONDS = 3_600

/**
 * The local bucket of an instant: the date of its first day, or for hours the epoch second at which the hour began by its own offset (so the
 * hour that the clock shows twice is two, and zones with odd minutes are right).
 */
export function lowerBucket(time: SqlExpression, unit: TimeUnit, timeZone: string): SqlExpression {
  const zone = param('String', timeZone)
  switch (unit) {
    case 'HOUR': {
      const seconds = call('toUnixTimestamp', time)
      return binary('-', seconds, call('modulo', binary('+', seconds, call('timezoneOffset', call('toTimeZone', time, zone))), whole(HOUR_SECONDS)))
    }
    case 'DAY':
      return call('toDate', time, zone)
    case 'WEEK':
      return call('toMonday', time, zone)
    case 'MONTH':
      return call('toStartOfMonth', time, zone)
    case 'QUARTER':
      return call('toStartOfQuarter', time, zone)
    case 'YEAR':
      return call('toStartOfYear', time, zone)
    default:
      return unreachable(unit)
  }
}

/** Numbers the local buckets one after the other, so that a difference of two says how many lie between. */
export function lowerBucketNumber(time: SqlExpression, unit: TimeUnit, timeZone: string): SqlExpression {
  const zone = param('String', timeZone)
  switch (unit) {
    case 'HOUR':
      return call('intDiv', lowerBucket(time, 'HOUR', timeZone), whole(HOUR_SECONDS))
    case 'DAY':
      return call('toInt32', call('toDate', time, zone))
    case 'WEEK':
      return call('intDiv', call('toInt32', call('toMonday', time, zone)), whole(7))
    case 'MONTH':
      return binary('+', call('multiply', call('toInt32', call('toYear', time, zone)), whole(12)), call('toMonth', time, zone))
    case 'QUARTER':
      return binary('+', call('multiply', call('toInt32', call('toYear', time, zone)), whole(4)), call('toQuarter', time, zone))
    case 'YEAR':
      return call('toInt32', call('toYear', time, zone))
    default:
      return unreachable(unit)
  }
}

/** The bucket of a calendar day, as lowerBucket names it. Hours have no days. */
export function lowerDayBucket(day: SqlExpression, unit: TimeUnit): SqlExpression {
  switch (unit) {
    case 'HOUR':
      throw new Error('A day lies in no hour.')
    case 'DAY':
      return day
    case 'WEEK':
      return call('toMonday', day)
    case 'MONTH':
      return call('toStartOfMonth', day)
    case 'QUARTER':
      return call('toStartOfQuarter', day)
    case 'YEAR':
      return call('toStartOfYear', day)
    default:
      return unreachable(unit)
  }
}

/** The first day of the bucket that comes so many after the one of the first day. */
export const lowerNext = (bucket: SqlExpression, unit: Exclude<TimeUnit, 'HOUR'>, steps: number): SqlExpression => lowerAfter(bucket, unit, whole(steps))

export function lowerAfter(bucket: SqlExpression, unit: Exclude<TimeUnit, 'HOUR'>, steps: SqlExpression): SqlExpression {
  switch (unit) {
    case 'DAY':
      return call('addDays', bucket, steps)
    case 'WEEK':
      return call('addWeeks', bucket, steps)
    case 'MONTH':
      return call('addMonths', bucket, steps)
    case 'QUARTER':
      return call('addQuarters', bucket, steps)
    case 'YEAR':
      return call('addYears', bucket, steps)
    default:
      return unreachable(unit)
  }
}

/** The bucket of the range that a bucket of a compared range is put beside. */
export function lowerPaired(bucket: SqlExpression, pairing: Pairing): SqlExpression {
  if (pairing.kind === 'hours') return lowerMoved(bucket, pairing.moves)
  if (pairing.kind === 'dates') {
    const monthAndDay = binary('+', call('multiply', call('toMonth', bucket), whole(100)), call('toDayOfMonth', bucket))
    return call('if', binary('=', monthAndDay, whole(LEAP_DAY)), param('Date', pairing.after), call('addYears', bucket, whole(1)))
  }
  const to = param('Date', pairing.to)
  // Days and weeks follow one another by days, the others by months.
  if (pairing.unit === 'DAY' || pairing.unit === 'WEEK') return call('addDays', to, binary('-', bucket, param('Date', pairing.from)))
  const [year = 0, month = 0] = pairing.from.split('-').map(Number)
  const number = binary('+', call('multiply', call('toYear', bucket), whole(YEAR_MONTHS)), call('toMonth', bucket))
  return call('addMonths', to, binary('-', number, whole(year * YEAR_MONTHS + month)))
}

const YEAR_MONTHS = 12
/** 29 February as month and day. */
const LEAP_DAY = 229

/** By the last of the moves that has begun. */
function lowerMoved(bucket: SqlExpression, moves: readonly HourMove[]): SqlExpression {
  const [first, ...later] = moves.map(({ fromSecond, bySeconds }) => ({
    hasBegun: binary('>=', bucket, whole(fromSecond)),
    moved: bySeconds < 0 ? binary('-', bucket, whole(-bySeconds)) : binary('+', bucket, whole(bySeconds)),
  }))
  if (first === undefined) throw new Error('Hours are paired by one move at least.')
  if (later.length === 0) return first.moved
  return call('multiIf', ...later.toReversed().flatMap(({ hasBegun, moved }) => [hasBegun, moved]), first.moved)
}
