import { builder } from '../builder.ts'
import { dimensions } from '../model/dimensions.ts'
import { dimensionFields } from './dimensionFields.ts'
import { FunnelOrderRef } from './enums.ts'
import { FilterRef, GroupByRef, RangeInputRef } from './inputs.ts'
import { TimeBucketRef } from './metrics.ts'
import { notAvailable, unreached } from './notAvailable.ts'
import { QueryInfoRef } from './queryInfo.ts'

const WEEK_SECONDS = 604_800

const FunnelStepRef = builder.inputType('FunnelStep', {
  description: 'An event that users may reach.',
  fields: (t) => ({
    event: t.string({ required: true, description: 'Its name.' }),
    where: t.field({ type: FilterRef, description: 'Which of these events.' }),
  }),
})

export const FunnelInputRef = builder.inputType('FunnelInput', {
  description: 'Which steps, in what order and time.',
  fields: (t) => ({
    steps: t.field({ type: [FunnelStepRef], required: true, description: 'The first one enters.' }),
    order: t.field({ type: FunnelOrderRef, required: true, defaultValue: 'ORDERED', description: 'How steps follow each other.' }),
    windowSeconds: t.int({ required: true, defaultValue: WEEK_SECONDS, description: 'The conversion window, from the first step on; 7 days by default.' }),
    exclude: t.field({ type: [FunnelStepRef], description: 'Events that end the way.' }),
    range: t.field({ type: RangeInputRef, required: true, description: 'When the first step happened.' }),
    timeZone: t.string({ required: true, description: 'IANA name, in which time is cut.' }),
    groupBy: t.field({ type: [GroupByRef], required: true, defaultValue: [], description: 'Groups of the first step.' }),
    where: t.field({ type: FilterRef, description: 'Which first steps.' }),
    explain: t.boolean({ required: true, defaultValue: false, description: 'Answers info without running anything.' }),
  }),
})

const FunnelStepResultRef = builder.objectRef<never>('FunnelStepResult').implement({
  description: 'One step of a funnel.',
  fields: (t) => ({
    index: t.int({ description: '0 is the first step.', resolve: unreached }),
    event: t.string({ description: 'Its event.', resolve: unreached }),
    users: t.field({ type: 'BigInt', description: 'Who reached it.', resolve: unreached }),
    conversion: t.float({ nullable: true, description: 'Of those of the first step.', resolve: unreached }),
    conversionFromPrevious: t.float({ nullable: true, description: 'Of those of the step before; null for the first.', resolve: unreached }),
    medianSeconds: t.float({ nullable: true, description: 'From the step before; null for the first.', resolve: unreached }),
    p90Seconds: t.float({ nullable: true, description: 'From the step before; null for the first.', resolve: unreached }),
    cell: t.field({ type: 'Cursor', nullable: true, description: 'Leads to the users behind the step.', resolve: unreached }),
  }),
})

const FUNNEL_FIELDS: readonly string[] = ['country', 'platform', 'channel', 'campaign']

const FunnelRowRef = builder.objectRef<never>('FunnelRow').implement({
  description: 'One group of a funnel.',
  fields: (t) => {
    const { property, ...labels } = dimensionFields(
      t,
      dimensions.filter((dimension) => FUNNEL_FIELDS.includes(dimension.field)),
    )
    return {
      time: t.field({ type: TimeBucketRef, nullable: true, description: 'The bucket of the first step.', resolve: unreached }),
      ...labels,
      property,
      steps: t.field({ type: [FunnelStepResultRef], description: 'In the order of the question.', resolve: unreached }),
    }
  },
})

export const FunnelResultRef = builder.objectRef<never>('FunnelResult').implement({
  description: 'How far users get.',
  fields: (t) => ({
    rows: t.field({ type: [FunnelRowRef], description: 'One per group.', resolve: unreached }),
    info: t.field({ type: QueryInfoRef, description: 'How the answer was made.', resolve: unreached }),
  }),
})

builder.queryField('funnel', (t) =>
  t.field({
    type: FunnelResultRef,
    nullable: true,
    needs: 'analytics:read',
    description: 'How far users get through steps. Not available yet.',
    args: { input: t.arg({ type: FunnelInputRef, required: true, description: 'The question.' }) },
    resolve: () => notAvailable('funnel', 'funnel'),
  }),
)
