import { IS_ACTIVITY } from './condition.ts'
import type { MeasureDefinition } from './measureDefinition.ts'

/** Who was active in a row, and what is told of them by when else they were. */
export const userMeasures: readonly MeasureDefinition[] = [
  {
    kind: 'base',
    name: 'activeUsers',
    title: 'Active users',
    type: 'BigInt',
    unit: 'users',
    description: 'Distinct users with activity in the row; never an install, a refund or a touch.',
    source: 'distinct user_id of rows that are activity',
    aggregate: { kind: 'countUsers', of: IS_ACTIVITY },
  },
  {
    kind: 'base',
    name: 'newUsers',
    title: 'New users',
    type: 'BigInt',
    unit: 'users',
    description:
      "Active users of the row whose first activity ever lies in the row's time: its bucket as far as the range goes, without time the range. The first activity is that of all the key may see, whatever the filter and the groups. newUsers + returningUsers = activeUsers; totals tell new from returning by the whole range.",
    source: 'distinct user_id of rows that are activity, with the first activity ever in the time of the row',
    aggregate: { kind: 'newUsers', isTotal: false },
  },
  {
    kind: 'difference',
    name: 'returningUsers',
    title: 'Returning users',
    type: 'BigInt',
    unit: 'users',
    description: "Active users of the row whose first activity ever lies before the row's time (see newUsers).",
    source: 'activeUsers - newUsers',
    from: 'activeUsers',
    less: 'newUsers',
  },
  {
    kind: 'over',
    name: 'activeUsersOver',
    title: 'Active users over days',
    type: 'BigInt',
    unit: 'users',
    description:
      "Distinct active users of the row's filters and groups in the local calendar days that end with the last day of the row's bucket that lies in the range; without time, and in totals, with the range's last day. The days are whole, also those before the range; nothing after its end counts. By days, 7 of them are WAU and 30 are MAU.",
    source: 'distinct user_id of rows that are activity, in the given number of days',
  },
  {
    kind: 'stickiness',
    name: 'stickiness',
    title: 'Stickiness',
    type: 'Float',
    unit: 'ratio',
    description:
      'activeUsers divided by activeUsersOver of the days: by days, and with 30 of them, DAU per MAU. It may pass 1 where a bucket is longer than the days; in totals it is the users of the range by those of the days that end with it. Null without such a user.',
    source: 'activeUsers / activeUsersOver',
  },
  {
    kind: 'lifecycle',
    name: 'lifecycle',
    title: 'Lifecycle',
    type: 'Lifecycle',
    unit: 'users',
    description:
      'Active users of the row by when they were active before, and those who no longer are. Needs a group of time of a day or more; null in totals. A bucket without an event or a cost has no row, and so shows nobody who is dormant in it, unless fillGaps does.',
    source: 'activity in the bucket, in the one before, and ever',
  },
]
