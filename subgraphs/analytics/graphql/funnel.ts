import { builder } from '../builder.ts'
import type { FunnelAnswer } from '../execution/answers.ts'
import type { FunnelRowValue, FunnelStepValue } from '../execution/shapeFunnel.ts'
import { DEFAULT_WINDOW_SECONDS, funnelTexts } from '../model/funnel.ts'
import { limits } from '../model/limits.ts'
import { dimensionFields } from './dimensionFields.ts'
import { FunnelOrderRef } from './enums.ts'
import { FilterRef, GroupByRef, RangeInputRef } from './inputs.ts'
import { TimeBucketRef } from './metrics.ts'
import { QueryInfoRef } from './queryInfo.ts'
import { rowsOf } from './rowsOf.ts'

const FunnelStepRef = builder.inputType('FunnelStep', {
  description: 'Events of one name, of known users.',
  fields: (t) => ({
    event: t.string({ required: true, description: `The name of the event, 1 to ${limits.eventNameLength} characters.` }),
    where: t.field({ type: FilterRef, description: 'Which of these events.' }),
  }),
})

export const FunnelInputRef = builder.inputType('FunnelInput', {
  description: 'Which steps, in what order and time.',
  fields: (t) => ({
    steps: t.field({ type: [FunnelStepRef], required: true, description: funnelTexts.steps }),
    order: t.field({ type: FunnelOrderRef, required: true, defaultValue: 'ORDERED', description: funnelTexts.order }),
    windowSeconds: t.int({ required: true, defaultValue: DEFAULT_WINDOW_SECONDS, description: funnelTexts.windowSeconds }),
    exclude: t.field({ type: [FunnelStepRef], description: funnelTexts.exclude }),
    range: t.field({ type: RangeInputRef, required: true, description: funnelTexts.range }),
    timeZone: t.string({ required: true, description: 'IANA name, in which time is cut.' }),
    groupBy: t.field({ type: [GroupByRef], required: true, defaultValue: [], description: funnelTexts.groupBy }),
    where: t.field({ type: FilterRef, description: funnelTexts.where }),
    limit: t.int({
      required: true,
      defaultValue: 1000,
      description: `At most this many rows, 1 to ${limits.funnelRows}; isTruncated says when there are more.`,
    }),
    explain: t.boolean({ required: true, defaultValue: false, description: 'Answers info without running anything, with an estimate; no rows.' }),
  }),
})

const FunnelStepResultRef = builder.objectRef<FunnelStepValue>('FunnelStepResult').implement({
  description: 'One step of a funnel. Numbers that a key masks, and those made of them, are null; one that is never null is the issue FIELD_MASKED.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'The place of the step in the question; 0 is the first.' }),
    event: t.exposeString('event', { description: funnelTexts.event }),
    users: t.field({ type: 'BigInt', description: funnelTexts.users, resolve: (step) => step.users }),
    dropOff: t.field({ type: 'BigInt', description: funnelTexts.dropOff, resolve: (step) => step.dropOff }),
    conversion: t.exposeFloat('conversion', { nullable: true, description: funnelTexts.conversion }),
    conversionFromPrevious: t.exposeFloat('conversionFromPrevious', { nullable: true, description: funnelTexts.conversionFromPrevious }),
    medianSeconds: t.exposeFloat('medianSeconds', { nullable: true, description: funnelTexts.medianSeconds }),
    p90Seconds: t.exposeFloat('p90Seconds', { nullable: true, description: funnelTexts.p90Seconds }),
    medianSecondsFromFirst: t.exposeFloat('medianSecondsFromFirst', { nullable: true, description: funnelTexts.medianSecondsFromFirst }),
    cell: t.field({ type: 'Cursor', nullable: true, description: 'Leads to `users`, who reached the step; not null.', resolve: (step) => step.cell() }),
    droppedCell: t.field({
      type: 'Cursor',
      nullable: true,
      description: 'Leads to those of `dropOff`, who reached the step and not the next; null for the last step.',
      resolve: (step) => step.droppedCell(),
    }),
  }),
})

const FunnelRowRef = builder.objectRef<FunnelRowValue>('FunnelRow').implement({
  description: `${funnelTexts.row} To group or filter by what a key masks is the issue FIELD_MASKED.`,
  fields: (t) => ({
    time: t.field({
      type: TimeBucketRef,
      nullable: true,
      description: 'The bucket of the first step. Those of attempts that still have time may yet get further.',
      resolve: (row) => row.time(),
    }),
    ...dimensionFields(t),
    steps: t.field({ type: [FunnelStepResultRef], description: 'In the order of the question.', resolve: (row) => [...row.steps] }),
  }),
})

export const FunnelResultRef = builder.objectRef<FunnelAnswer>('FunnelResult').implement({
  description: 'How far users get.',
  fields: (t) => ({
    rows: t.field({
      type: [FunnelRowRef],
      description: 'One per group in which an attempt began, by the groups in the order of groupBy, ascending, absent values last.',
      resolve: rowsOf,
    }),
    info: t.field({ type: QueryInfoRef, description: 'How the answer was made.', resolve: (answer) => answer.info }),
  }),
})

builder.queryField('funnel', (t) =>
  t.field({
    type: FunnelResultRef,
    nullable: true,
    needs: 'analytics:read',
    description: 'How many users get through steps, and how long it takes them.',
    args: { input: t.arg({ type: FunnelInputRef, required: true, description: 'The question.' }) },
    resolve: (_root, { input }, { engine, identity, signal }, info) => engine.funnel(input, info, { identity, signal }),
  }),
)
