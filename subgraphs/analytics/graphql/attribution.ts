import { builder } from '../builder.ts'
import type { AttributionAnswer } from '../execution/answers.ts'
import type { AttributionRowValue } from '../execution/shapeAttribution.ts'
import { attributionFields, DEFAULT_HALF_LIFE_DAYS, LOOKBACK_DAYS, touchDimensions } from '../model/attribution.ts'
import { dimensions } from '../model/dimensions.ts'
import { DEFAULT_LEVEL } from '../model/interval.ts'
import { limits } from '../model/limits.ts'
import { dimensionFields } from './dimensionFields.ts'
import { AttributionModelRef } from './enums.ts'
import { FilterRef, GroupByRef, RangeInputRef } from './inputs.ts'
import { IntervalRef } from './interval.ts'
import { QueryInfoRef } from './queryInfo.ts'
import { rowsOf } from './rowsOf.ts'

export const ConversionInputRef = builder.inputType('ConversionInput', {
  description: 'Which events are the conversions: of known users, and never a refund.',
  fields: (t) => ({
    event: t.string({ required: true, description: 'The name of the event.' }),
    where: t.field({ type: FilterRef, description: 'Which of these events.' }),
  }),
})

const LookbackInputRef = builder.inputType('LookbackInput', {
  description: 'The lookback window: how old a touchpoint may be at the conversion, in days of 24 hours; one of exactly that age counts.',
  fields: (t) => ({
    clickDays: t.int({ required: true, defaultValue: LOOKBACK_DAYS.click, description: `Of a click: 0 to ${LOOKBACK_DAYS.most}.` }),
    viewDays: t.int({ required: true, defaultValue: LOOKBACK_DAYS.view, description: `Of an impression: 0 to ${LOOKBACK_DAYS.most}.` }),
  }),
})

export const AttributionInputRef = builder.inputType('AttributionInput', {
  description: 'Whose credit is divided.',
  fields: (t) => ({
    conversion: t.field({ type: ConversionInputRef, required: true, description: 'Which events are the conversions.' }),
    range: t.field({ type: RangeInputRef, required: true, description: 'When the conversion happened; its touchpoints may lie before.' }),
    timeZone: t.string({ required: true, description: 'IANA name, in which the range is cut.' }),
    lookback: t.field({
      type: LookbackInputRef,
      description: `How old a touchpoint may be; ${LOOKBACK_DAYS.click} days a click and ${LOOKBACK_DAYS.view} day an impression when left out.`,
    }),
    groupBy: t.field({
      type: [GroupByRef],
      required: true,
      defaultValue: [{ dimension: 'CAMPAIGN' }],
      description: `What touchpoints are told apart by: at most ${limits.groups} of ${touchDimensions.join(', ')} and properties. Without any there is exactly one row.`,
    }),
    where: t.field({ type: FilterRef, description: 'Which conversions; tested before crediting.' }),
    whereTouch: t.field({
      type: FilterRef,
      description:
        'Which touchpoints are shown; tested after crediting. A conversion without touchpoints is tested as one of which all is absent. With MARKOV or SHAPLEY, which credit whole groups, only what is grouped by can be tested.',
    }),
    limit: t.int({ required: true, defaultValue: 1000, description: `At most this many rows, 1 to ${limits.rows}; isTruncated says when there are more.` }),
    explain: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Answers info without running anything, with an estimate; no rows, and nothing in the totals.',
    }),
  }),
})

const AttributionRowRef = builder.objectRef<AttributionRowValue>('AttributionRow').implement({
  description:
    'The credit of one group of touchpoints, or of all. Conversions without touchpoints are the row whose every group is null. Numbers that a key masks, and those made of them, are null; to group or filter by what it masks is the issue FIELD_MASKED.',
  fields: (t) => {
    const args = {
      model: t.arg({ type: AttributionModelRef, required: true, description: 'How credit is divided.' }),
      halfLifeDays: t.arg.float({ description: `For TIME_DECAY, more than 0; ${DEFAULT_HALF_LIFE_DAYS} when left out.` }),
      order: t.arg.int({ description: 'For MARKOV, 1 to 3; 1 when left out.' }),
    }
    return {
      ...dimensionFields(
        t,
        dimensions.filter(({ name }) => touchDimensions.includes(name)),
      ),
      conversions: t.float({ nullable: true, description: attributionFields.conversions, args, resolve: (row, given) => row.conversions(given) }),
      conversionsInterval: t.field({
        type: IntervalRef,
        nullable: true,
        description: attributionFields.conversionsInterval,
        args: {
          model: t.arg({ type: AttributionModelRef, required: true, description: 'MARKOV or SHAPLEY; another is the issue INTERVAL_OF_ANOTHER_MODEL.' }),
          order: args.order,
          level: t.arg.float({ required: true, defaultValue: DEFAULT_LEVEL, description: 'More than 0 and less than 1.' }),
        },
        resolve: (row, given) => row.conversionsInterval(given),
      }),
      revenue: t.field({ type: 'Decimal', nullable: true, description: attributionFields.revenue, args, resolve: (row, given) => row.revenue(given) }),
      roas: t.float({ nullable: true, description: attributionFields.roas, args, resolve: (row, given) => row.roas(given) }),
      cpa: t.field({ type: 'Decimal', nullable: true, description: attributionFields.cpa, args, resolve: (row, given) => row.cpa(given) }),
      touchpoints: t.field({ type: 'BigInt', nullable: true, description: attributionFields.touchpoints, resolve: (row) => row.touchpoints() }),
      assists: t.field({ type: 'BigInt', nullable: true, description: attributionFields.assists, resolve: (row) => row.assists() }),
      cost: t.field({ type: 'Decimal', nullable: true, description: attributionFields.cost, resolve: (row) => row.cost() }),
      cell: t.field({
        type: 'Cursor',
        nullable: true,
        description:
          'Leads to the users of conversions with a touchpoint of the group on their path, and for the row whose every group is null of conversions without touchpoints too; of totals to those of all rows. null with explain.',
        resolve: (row) => row.cell(),
      }),
    }
  },
})

export const AttributionResultRef = builder.objectRef<AttributionAnswer>('AttributionResult').implement({
  description: 'Who gets the credit. All rule models of a question are told from one reading of the events, MARKOV and SHAPLEY from another.',
  fields: (t) => ({
    rows: t.field({
      type: [AttributionRowRef],
      description:
        'One per group with a touchpoint of a conversion or with cost, and with MARKOV one per group that it credits for paths without a conversion, by the groups in the order of groupBy, ascending, absent values last.',
      resolve: rowsOf,
    }),
    totals: t.field({
      type: AttributionRowRef,
      description: 'Over all rows before the limit; a conversion that several groups assisted counts once.',
      resolve: (answer) => answer.totals,
    }),
    info: t.field({ type: QueryInfoRef, description: 'How the answer was made.', resolve: (answer) => answer.info }),
  }),
})

builder.queryField('attribution', (t) =>
  t.field({
    type: AttributionResultRef,
    nullable: true,
    needs: 'analytics:read',
    description: 'The credit of touchpoints for conversions, by several models side by side.',
    args: { input: t.arg({ type: AttributionInputRef, required: true, description: 'The question.' }) },
    resolve: (_root, { input }, { engine, identity, signal }, info) => engine.attribution(input, info, { identity, signal }),
  }),
)
