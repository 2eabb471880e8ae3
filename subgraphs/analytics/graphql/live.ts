import { builder } from '../builder.ts'
import { AttributionInputRef, AttributionResultRef } from './attribution.ts'
import { CohortsInputRef, CohortsResultRef } from './cohorts.ts'
import { ConversionBatchRef, ConversionConnectionRef } from './conversions.ts'
import { StreamPositionRef } from './enums.ts'
import { FunnelInputRef, FunnelResultRef } from './funnel.ts'
import { IDFilterRef, NumberFilterRef, StringFilterRef } from './inputs.ts'
import { MetricsInputRef, MetricsResultRef } from './metrics.ts'
import { notAvailable, unreached } from './notAvailable.ts'

const LiveOptionsRef = builder.inputType('LiveOptions', {
  description: 'How often a live answer may come.',
  fields: (t) => ({ minIntervalMs: t.int({ required: true, defaultValue: 1000, description: 'At least this many milliseconds between two answers.' }) }),
})

const StreamStartRef = builder.inputType('StreamStart', {
  isOneOf: true,
  description: 'Where a stream begins.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'With the first entry recorded then or later.' }),
    position: t.field({ type: StreamPositionRef, description: 'At one end of the log.' }),
  }),
})

const ConversionFilterRef = builder.inputType('ConversionFilter', {
  description: 'All members must hold.',
  fields: (t) => ({
    event: t.field({ type: StringFilterRef, description: 'The name of the event.' }),
    app: t.field({ type: IDFilterRef, description: 'The app.' }),
    campaign: t.field({ type: IDFilterRef, description: 'The campaign it is credited to.' }),
    partner: t.field({ type: IDFilterRef, description: 'The partner it is credited to.' }),
    country: t.field({ type: StringFilterRef, description: 'The country.' }),
    revenue: t.field({ type: NumberFilterRef, description: 'In the reporting currency.' }),
  }),
})

builder.queryField('conversions', (t) =>
  t.field({
    type: ConversionConnectionRef,
    nullable: true,
    needs: 'conversions:read',
    description: "The tenant's log of conversions. Not available yet.",
    args: {
      first: t.arg.int({ required: true, defaultValue: 100, description: 'At most this many.' }),
      after: t.arg({ type: 'Cursor', description: 'Where the page before ended.' }),
      where: t.arg({ type: ConversionFilterRef, description: 'Which of them.' }),
    },
    resolve: () => notAvailable('conversions', 'conversions'),
  }),
)

builder.subscriptionFields((t) => {
  const live = t.arg({ type: LiveOptionsRef, description: 'How often.' })
  const common = { nullable: true, needs: 'analytics:read', resolve: unreached } as const
  return {
    metrics: t.field({
      ...common,
      type: MetricsResultRef,
      description: 'The answer, anew when it changes. Not available yet.',
      args: { input: t.arg({ type: MetricsInputRef, required: true, description: 'The question.' }), live },
      subscribe: () => notAvailable('Live metrics', 'metrics'),
    }),
    cohorts: t.field({
      ...common,
      type: CohortsResultRef,
      description: 'The answer, anew when it changes. Not available yet.',
      args: { input: t.arg({ type: CohortsInputRef, required: true, description: 'The question.' }), live },
      subscribe: () => notAvailable('Live cohorts', 'cohorts'),
    }),
    funnel: t.field({
      ...common,
      type: FunnelResultRef,
      description: 'The answer, anew when it changes. Not available yet.',
      args: { input: t.arg({ type: FunnelInputRef, required: true, description: 'The question.' }), live },
      subscribe: () => notAvailable('Live funnel', 'funnel'),
    }),
    attribution: t.field({
      ...common,
      type: AttributionResultRef,
      description: 'The answer, anew when it changes. Not available yet.',
      args: { input: t.arg({ type: AttributionInputRef, required: true, description: 'The question.' }), live },
      subscribe: () => notAvailable('Live attribution', 'attribution'),
    }),
    conversions: t.field({
      type: ConversionBatchRef,
      nullable: true,
      needs: 'conversions:read',
      description: "Exactly one of after, from and group's stored position says where to begin; none means from the end. Not available yet.",
      args: {
        after: t.arg({ type: 'Cursor', description: 'Begin after this entry.' }),
        from: t.arg({ type: StreamStartRef, description: 'Begin here.' }),
        group: t.arg.string({ description: 'The name of a group, whose position is stored.' }),
        where: t.arg({ type: ConversionFilterRef, description: 'Which of them.' }),
        maxInFlight: t.arg.int({ required: true, defaultValue: 1000, description: 'With group: at most this many unacknowledged.' }),
      },
      subscribe: () => notAvailable('The stream of conversions', 'conversions'),
      resolve: unreached,
    }),
  }
})
