import { builder } from '../builder.ts'
import { dimensions } from '../model/dimensions.ts'
import { dimensionFields } from './dimensionFields.ts'
import { AttributionModelRef } from './enums.ts'
import { FilterRef, GroupByRef, RangeInputRef } from './inputs.ts'
import { notAvailable, unreached } from './notAvailable.ts'
import { QueryInfoRef } from './queryInfo.ts'

export const ConversionInputRef = builder.inputType('ConversionInput', {
  description: 'Which events are the conversions.',
  fields: (t) => ({
    event: t.string({ required: true, description: 'The name of the event.' }),
    where: t.field({ type: FilterRef, description: 'Which of these events.' }),
  }),
})

const LookbackInputRef = builder.inputType('LookbackInput', {
  description: 'The lookback window: how old a touchpoint may be at the conversion.',
  fields: (t) => ({
    clickDays: t.int({ required: true, defaultValue: 7, description: '0 to 365.' }),
    viewDays: t.int({ required: true, defaultValue: 1, description: '0 to 365.' }),
  }),
})

export const AttributionInputRef = builder.inputType('AttributionInput', {
  description: 'Whose credit is divided.',
  fields: (t) => ({
    conversion: t.field({ type: ConversionInputRef, required: true, description: 'Which events are the conversions.' }),
    range: t.field({ type: RangeInputRef, required: true, description: 'When the conversion happened.' }),
    timeZone: t.string({ required: true, description: 'IANA name, in which time is cut.' }),
    lookback: t.field({ type: LookbackInputRef, description: 'How old a touchpoint may be.' }),
    groupBy: t.field({ type: [GroupByRef], required: true, defaultValue: [{ dimension: 'CAMPAIGN' }], description: 'Groups of touchpoints.' }),
    where: t.field({ type: FilterRef, description: 'Which conversions.' }),
    whereTouch: t.field({ type: FilterRef, description: 'Which touchpoints are shown; tested after crediting.' }),
    limit: t.int({ required: true, defaultValue: 1000, description: 'At most this many rows.' }),
    explain: t.boolean({ required: true, defaultValue: false, description: 'Answers info without running anything.' }),
  }),
})

const ATTRIBUTION_FIELDS: readonly string[] = ['channel', 'partner', 'campaign', 'adGroup', 'creative']

const AttributionRowRef = builder.objectRef<never>('AttributionRow').implement({
  description: 'The credit of one group of touchpoints.',
  fields: (t) => {
    const { property, ...labels } = dimensionFields(
      t,
      dimensions.filter((dimension) => ATTRIBUTION_FIELDS.includes(dimension.field)),
    )
    const args = {
      model: t.arg({ type: AttributionModelRef, required: true, description: 'How credit is divided.' }),
      halfLifeDays: t.arg.float({ description: 'For TIME_DECAY; 7 by default.' }),
      order: t.arg.int({ description: 'For MARKOV, 1 to 3; 1 by default.' }),
    }
    return {
      ...labels,
      property,
      conversions: t.float({ nullable: true, description: 'Credited conversions.', args, resolve: unreached }),
      revenue: t.field({ type: 'Decimal', nullable: true, description: 'Credited revenue.', args, resolve: unreached }),
      roas: t.float({ nullable: true, description: 'Credited revenue over cost.', args, resolve: unreached }),
      cpa: t.field({ type: 'Decimal', nullable: true, description: 'Cost over credited conversions.', args, resolve: unreached }),
      touchpoints: t.field({ type: 'BigInt', nullable: true, description: 'How many touchpoints.', resolve: unreached }),
      assists: t.field({
        type: 'BigInt',
        nullable: true,
        description: 'Conversions with a touchpoint of the group that was not the last.',
        resolve: unreached,
      }),
      cost: t.field({ type: 'Decimal', nullable: true, description: 'Advertising cost.', resolve: unreached }),
    }
  },
})

export const AttributionResultRef = builder.objectRef<never>('AttributionResult').implement({
  description: 'Who gets the credit.',
  fields: (t) => ({
    rows: t.field({ type: [AttributionRowRef], description: 'One per group.', resolve: unreached }),
    totals: t.field({ type: AttributionRowRef, description: 'Over all groups.', resolve: unreached }),
    info: t.field({ type: QueryInfoRef, description: 'How the answer was made.', resolve: unreached }),
  }),
})

builder.queryField('attribution', (t) =>
  t.field({
    type: AttributionResultRef,
    nullable: true,
    needs: 'analytics:read',
    description: 'The credit of touchpoints for conversions. Not available yet.',
    args: { input: t.arg({ type: AttributionInputRef, required: true, description: 'The question.' }) },
    resolve: () => notAvailable('attribution', 'attribution'),
  }),
)
