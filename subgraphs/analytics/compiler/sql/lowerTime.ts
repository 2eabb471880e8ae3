import type { TimeUnit } from '../../model/timeUnits.ts'
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
