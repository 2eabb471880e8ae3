import { builder } from '../builder.ts'
import { measureKey } from '../compiler/measureKey.ts'
import type { MetricsAnswer } from '../execution/engine.ts'
import type { MetricsRowValue, TimeBucketValue } from '../execution/shapeMetrics.ts'
import { limits } from '../model/limits.ts'
import { measures, type MeasureDefinition } from '../model/measures.ts'
import { dimensionFields } from './dimensionFields.ts'
import { CompareRef } from './enums.ts'
import { FilterRef, GroupByRef, OrderByRef, RangeInputRef } from './inputs.ts'
import { QueryInfoRef } from './queryInfo.ts'
import { rowsOf } from './rowsOf.ts'

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
  fields: (t) => {
    const measureField = (measure: MeasureDefinition) => {
      const compare = t.arg({ type: CompareRef, description: 'Over the time that the range is compared with, in place of the range.' })
      const { name: measureName, description } = measure
      if (measure.kind === 'named') {
        const args = { name: t.arg.string({ required: true, description: 'The name of the event.' }), compare }
        return t.field({ type: measure.type, nullable: true, description, args, resolve: (row, named) => row.measure(measureKey(measureName, named)) })
      }
      const args = { compare }
      if (measure.type === 'Float') return t.float({ nullable: true, description, args, resolve: (row, named) => row.ratio(measureKey(measureName, named)) })
      return t.field({ type: measure.type, nullable: true, description, args, resolve: (row, named) => row.measure(measureKey(measureName, named)) })
    }
    return {
      time: t.field({
        type: TimeBucketRef,
        nullable: true,
        description: 'The bucket of time that is grouped by; null in totals.',
        resolve: (row) => row.time(),
      }),
      ...dimensionFields(t),
      ...Object.fromEntries(measures.map((measure) => [measure.name, measureField(measure)])),
      cell: t.field({
        type: 'Cursor',
        nullable: true,
        description:
          'Leads to the known users with an event in the row and its range, or with `of` to those who count for that measure: as many as activeUsers says, of activeUsers. Of totals to those of all rows. null with explain.',
        args: { of: t.arg.string({ description: 'The name of a measure that counts or sums events, without arguments.' }) },
        resolve: (row, { of }) => row.cell(of ?? null),
      }),
    }
  },
})

export const MetricsResultRef = builder.objectRef<MetricsAnswer>('MetricsResult').implement({
  description:
    'The question is the arguments. The selection only says which parts of the answer are wanted: nothing else is computed, and no number depends on it.',
  fields: (t) => ({
    rows: t.field({
      type: [MetricsRowRef],
      description:
        'One per group that has an event or a cost in the range, whether or not cost is selected; gaps in time are not filled. A group that has them in a compared time alone counts in the totals.',
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
