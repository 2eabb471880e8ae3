import { builder } from '../builder.ts'
import type { CohortsAnswer } from '../execution/answers.ts'
import type { CohortMeanValue, CohortRowValue } from '../execution/shapeCohorts.ts'
import type { CohortPeriodValue } from '../execution/shapePeriods.ts'
import { cohortCost, cohortFields, cohortMean } from '../model/cohortMeasures.ts'
import { DEFAULT_LEVEL } from '../model/interval.ts'
import { limits } from '../model/limits.ts'
import { dimensionFields } from './dimensionFields.ts'
import { DenominatorRef, EntryKindRef, PeriodKindRef, RetentionKindRef, TimeUnitRef } from './enums.ts'
import { FilterRef, GroupByRef, RangeInputRef } from './inputs.ts'
import { IntervalRef } from './interval.ts'
import { QueryInfoRef } from './queryInfo.ts'
import { rowsOf } from './rowsOf.ts'

const CohortEntryRef = builder.inputType('CohortEntry', {
  description: 'What makes a user a member: the first ever such event of theirs, ties by event id.',
  fields: (t) => ({
    kind: t.field({ type: EntryKindRef, required: true, description: 'Which event.' }),
    event: t.string({ description: 'For FIRST_EVENT: the name of the event; any that is no touch when left out.' }),
    segment: t.id({ description: 'For SEGMENT: its id.' }),
  }),
})

const ActivityInputRef = builder.inputType('ActivityInput', {
  description: 'What makes a member active: by default any event that is no install, refund or touch.',
  fields: (t) => ({
    event: t.string({ description: 'Of these only events of this name.' }),
    where: t.field({ type: FilterRef, description: 'Of these only events that meet it.' }),
  }),
})

const BracketInputRef = builder.inputType('BracketInput', {
  description: 'A range of periods, such as days 1 to 3.',
  fields: (t) => ({
    from: t.int({ required: true, description: 'Its first period, 0 or more.' }),
    to: t.int({ required: true, description: 'Its last period, included; at least from and less than periods.' }),
  }),
})

export const CohortsInputRef = builder.inputType('CohortsInput', {
  description: 'Who enters when, and what counts as coming back.',
  fields: (t) => ({
    entry: t.field({ type: CohortEntryRef, required: true, description: 'What makes a user a member.' }),
    activity: t.field({ type: ActivityInputRef, description: 'What makes a member active.' }),
    grain: t.field({ type: TimeUnitRef, required: true, description: 'Entries in one such unit of local time are one cohort.' }),
    periodKind: t.field({ type: PeriodKindRef, required: true, defaultValue: 'ROLLING', description: 'How periods are counted.' }),
    periodUnit: t.field({ type: TimeUnitRef, description: 'How long a period is; the grain when left out.' }),
    brackets: t.field({
      type: [BracketInputRef],
      description: `Ranges of periods instead of single ones, 1 to ${limits.brackets} in the order wanted; they may overlap and leave gaps.`,
    }),
    periods: t.int({ required: true, description: `How far is counted, 1 to ${limits.periods}: periods 0 to periods - 1.` }),
    range: t.field({ type: RangeInputRef, required: true, description: 'When members entered; their activity runs on to asOf.' }),
    timeZone: t.string({ required: true, description: 'IANA name, in which time is cut, such as Europe/Berlin.' }),
    groupBy: t.field({
      type: [GroupByRef],
      required: true,
      defaultValue: [],
      description: `At most ${limits.groups} dimensions or properties of the entry; time is cut by the grain.`,
    }),
    where: t.field({ type: FilterRef, description: 'Which entries.' }),
    retention: t.field({ type: RetentionKindRef, required: true, defaultValue: 'BOUNDED', description: 'When a member counts as retained.' }),
    denominator: t.field({ type: DenominatorRef, required: true, defaultValue: 'ALL', description: 'Whom quotients are of.' }),
    limit: t.int({
      required: true,
      defaultValue: 1000,
      description: `At most this many rows, 1 to ${limits.cohortRows}, and times periods, or brackets, at most ${limits.cohortCells}; isTruncated says when there are more.`,
    }),
    explain: t.boolean({ required: true, defaultValue: false, description: 'Answers info without running anything, with an estimate; no rows.' }),
  }),
})

const CohortPeriodRef = builder.objectRef<CohortPeriodValue>('CohortPeriod').implement({
  description:
    'One period or bracket of a cohort. Numbers that a key masks, and those made of them, are null; one that is never null is the issue FIELD_MASKED.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: cohortFields.index }),
    from: t.exposeInt('from', { description: cohortFields.from }),
    to: t.exposeInt('to', { description: cohortFields.to }),
    users: t.field({ type: 'BigInt', description: cohortFields.users, resolve: (period) => period.users }),
    retention: t.exposeFloat('retention', { nullable: true, description: cohortFields.retention }),
    retentionInterval: t.field({
      type: IntervalRef,
      nullable: true,
      description: cohortFields.retentionInterval,
      args: { level: t.arg.float({ required: true, defaultValue: DEFAULT_LEVEL, description: 'More than 0 and less than 1.' }) },
      resolve: (period, { level }) => period.retentionInterval(level),
    }),
    payers: t.field({ type: 'BigInt', nullable: true, description: cohortFields.payers, resolve: (period) => period.payers }),
    purchases: t.field({ type: 'BigInt', nullable: true, description: cohortFields.purchases, resolve: (period) => period.purchases }),
    events: t.field({
      type: 'BigInt',
      nullable: true,
      description: cohortFields.events,
      args: { name: t.arg.string({ description: 'The name of the event; the activity when left out.' }) },
      resolve: (period, { name }) => period.events(name ?? null),
    }),
    revenue: t.field({ type: 'Decimal', nullable: true, description: cohortFields.revenue, resolve: (period) => period.revenue }),
    cumulativeRevenue: t.field({ type: 'Decimal', nullable: true, description: cohortFields.cumulativeRevenue, resolve: (period) => period.cumulativeRevenue }),
    arpu: t.field({ type: 'Decimal', nullable: true, description: cohortFields.arpu, resolve: (period) => period.arpu }),
    ltv: t.field({ type: 'Decimal', nullable: true, description: cohortFields.ltv, resolve: (period) => period.ltv }),
    roas: t.exposeFloat('roas', { nullable: true, description: cohortFields.roas }),
    matureUsers: t.field({ type: 'BigInt', description: cohortFields.matureUsers, resolve: (period) => period.matureUsers }),
    isPartial: t.exposeBoolean('isPartial', { description: cohortFields.isPartial }),
    cell: t.field({ type: 'Cursor', nullable: true, description: 'Leads to `users` of the period; not null.', resolve: (period) => period.cell() }),
  }),
})

const CohortRowRef = builder.objectRef<CohortRowValue>('CohortRow').implement({
  description:
    'Users who entered in the same unit of local time and have the same values at their entry. To group or filter by what a key masks is the issue FIELD_MASKED.',
  fields: (t) => ({
    start: t.field({ type: 'DateTime', description: 'The first instant of the unit, also when the range begins later.', resolve: (row) => row.start }),
    ...dimensionFields(t),
    size: t.field({ type: 'BigInt', description: 'Members.', resolve: (row) => row.size }),
    cell: t.field({ type: 'Cursor', nullable: true, description: 'Leads to all members; not null.', resolve: (row) => row.cell() }),
    cost: t.field({ type: 'Decimal', nullable: true, description: cohortCost, resolve: (row) => row.cost }),
    periods: t.field({
      type: [CohortPeriodRef],
      description: 'All of them, 0 first, or the brackets in the order given; also those that have not begun.',
      resolve: (row) => [...row.periods],
    }),
  }),
})

const CohortMeanRef = builder.objectRef<CohortMeanValue>('CohortMean').implement({
  description: 'The cohorts of a question as one.',
  fields: (t) => ({
    size: t.field({ type: 'BigInt', description: 'Members of all of them.', resolve: (mean) => mean.size }),
    cost: t.field({ type: 'Decimal', nullable: true, description: 'The sum of the costs of all of them.', resolve: (mean) => mean.cost }),
    periods: t.field({ type: [CohortPeriodRef], description: 'As those of a row.', resolve: (mean) => [...mean.periods] }),
  }),
})

export const CohortsResultRef = builder.objectRef<CohortsAnswer>('CohortsResult').implement({
  description: 'Cohorts that have a member, by start and then by the groups in the order of groupBy, ascending, absent values last.',
  fields: (t) => ({
    rows: t.field({ type: [CohortRowRef], description: 'One per cohort and group.', resolve: rowsOf }),
    mean: t.field({ type: CohortMeanRef, nullable: true, description: cohortMean, resolve: (answer) => answer.mean }),
    info: t.field({ type: QueryInfoRef, description: 'How the answer was made.', resolve: (answer) => answer.info }),
  }),
})

builder.queryField('cohorts', (t) =>
  t.field({
    type: CohortsResultRef,
    nullable: true,
    needs: 'analytics:read',
    description: 'Who comes back, and what they are worth, by when they entered.',
    args: { input: t.arg({ type: CohortsInputRef, required: true, description: 'The question.' }) },
    resolve: (_root, { input }, { engine, identity, signal }, info) => engine.cohorts(input, info, { identity, signal }),
  }),
)
