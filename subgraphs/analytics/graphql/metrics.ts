import { builder } from '../builder.ts'
import type { MetricsAnswer } from '../execution/answers.ts'
import type { MetricsRowValue, TimeBucketValue } from '../execution/shapeMetrics.ts'
import { limits } from '../model/limits.ts'
import { dimensionFields } from './dimensionFields.ts'
import { DirectionRef } from './enums.ts'
import { FilterRef, GroupByRef, OrderByRef, RangeInputRef } from './inputs.ts'
import { measureFields } from './measureFields.ts'
import { QueryInfoRef } from './queryInfo.ts'
import { rowsOf } from './rowsOf.ts'

const TopRef = builder.inputType('TopInput', {
  description:
    'The groups besides time that have rows of their own: the best by a measure over the whole range, whatever it is compared with. All others together are one row per bucket, with isOther, whose users are counted once and whose ratios are made of sums.',
  fields: (t) => ({
    count: t.int({ required: true, description: `1 to ${limits.topGroups}.` }),
    by: t.string({
      required: true,
      defaultValue: 'activeUsers',
      description: 'The name of a measure that needs no arguments; it need not be selected. Ties by the groups, ascending.',
    }),
    direction: t.field({ type: DirectionRef, required: true, defaultValue: 'DESC', description: 'Absent numbers are last in both.' }),
  }),
})

export const MetricsInputRef = builder.inputType('MetricsInput', {
  description: 'What is counted: which events, in which groups.',
  fields: (t) => ({
    range: t.field({ type: RangeInputRef, required: true, description: 'When it happened.' }),
    timeZone: t.string({ required: true, description: 'IANA name, in which time is cut, such as Europe/Berlin.' }),
    groupBy: t.field({
      type: [GroupByRef],
      required: true,
      defaultValue: [],
      description: `At most ${limits.groups}. Without any there is exactly one row, also over no events.`,
    }),
    where: t.field({ type: FilterRef, description: 'Which events.' }),
    orderBy: t.field({
      type: [OrderByRef],
      required: true,
      defaultValue: [],
      description: 'By default by the groups in the order of groupBy, ascending, absent values last; the same is used for what is left equal.',
    }),
    top: t.field({ type: TopRef, description: 'Which groups have rows of their own; without it all have.' }),
    fillGaps: t.boolean({
      required: true,
      defaultValue: false,
      description: `Whether every bucket of time of the range has a row for each combination of the other groups that has one: empty ones with counts and sums of 0, and null ratios. Before the limit; at most ${limits.filledBuckets} buckets. Without a group of time nothing is filled.`,
    }),
    limit: t.int({ required: true, defaultValue: 1000, description: `At most this many rows, 1 to ${limits.rows}; isTruncated says when there are more.` }),
    explain: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Answers info without running anything, with an estimate; no rows, and nothing in the totals.',
    }),
  }),
})

export const TimeBucketRef = builder.objectRef<TimeBucketValue>('TimeBucket').implement({
  description: "A bucket of time in the question's time zone, half-open. A local day may have 23 or 25 hours.",
  fields: (t) => ({
    start: t.field({ type: 'DateTime', description: 'The first instant of the bucket, also when the range begins later.', resolve: (bucket) => bucket.start }),
    end: t.field({ type: 'DateTime', description: 'The first instant after the bucket.', resolve: (bucket) => bucket.end }),
    isPartial: t.exposeBoolean('isPartial', { description: 'Whether the range or asOf cuts the bucket.' }),
  }),
})

export const MetricsRowRef = builder.objectRef<MetricsRowValue>('MetricsRow').implement({
  description:
    'One group, or all of them. A dimension that is not in groupBy is the issue DIMENSION_NOT_GROUPED. Ratios without a denominator are null. Measures that a key masks, and those made of them, are null; to group, filter or order by what it masks is the issue FIELD_MASKED.',
  fields: (t) => ({
    time: t.field({
      type: TimeBucketRef,
      nullable: true,
      description: 'The bucket of time that is grouped by; null in totals.',
      resolve: (row) => row.time(),
    }),
    ...dimensionFields(t),
    isOther: t.exposeBoolean('isOther', {
      description: 'Whether the row is of all groups that are not among the best of `top`; its dimensions are null then.',
    }),
    ...measureFields(t),
    cell: t.field({
      type: 'Cursor',
      nullable: true,
      description:
        'Leads to the known users with an event in the row and its range, or with `of` to those who count for that measure: as many as activeUsers says, of activeUsers. Of totals to those of all rows. null with explain, and where isOther.',
      args: { of: t.arg.string({ description: 'The name of a measure that counts or sums events, without arguments.' }) },
      resolve: (row, { of }) => row.cell(of ?? null),
    }),
  }),
})

export const MetricsResultRef = builder.objectRef<MetricsAnswer>('MetricsResult').implement({
  description:
    'The question is the arguments. The selection only says which parts of the answer are wanted: nothing else is computed, and no number depends on it.',
  fields: (t) => ({
    rows: t.field({
      type: [MetricsRowRef],
      description:
        'One per group that has an event or a cost in the range, whether or not cost is selected; gaps in time are filled by fillGaps alone. A group that has them in a compared time alone counts in the totals.',
      resolve: rowsOf,
    }),
    totals: t.field({
      type: MetricsRowRef,
      description: 'Over all rows before the limit; users are counted once and ratios are made of sums.',
      resolve: (answer) => answer.totals,
    }),
    info: t.field({ type: QueryInfoRef, description: 'How the answer was made.', resolve: (answer) => answer.info }),
  }),
})

builder.queryField('metrics', (t) =>
  t.field({
    type: MetricsResultRef,
    nullable: true,
    needs: 'analytics:read',
    description: 'Measures by time, dimensions and properties.',
    args: { input: t.arg({ type: MetricsInputRef, required: true, description: 'The question.' }) },
    resolve: (_root, { input }, { engine, identity, signal }, info) => engine.metrics(input, info, { identity, signal }),
  }),
)
