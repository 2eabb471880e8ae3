import { builder } from '../builder.ts'
import { AttributionInputRef, AttributionResultRef } from './attribution.ts'
import { CohortsInputRef, CohortsResultRef } from './cohorts.ts'
import { FunnelInputRef, FunnelResultRef } from './funnel.ts'
import { MetricsInputRef, MetricsResultRef } from './metrics.ts'
import { notAvailable, unreached } from './notAvailable.ts'

const LiveOptionsRef = builder.inputType('LiveOptions', {
  description: 'How often a live answer may come.',
  fields: (t) => ({ minIntervalMs: t.int({ required: true, defaultValue: 1000, description: 'At least this many milliseconds between two answers.' }) }),
})

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
  }
})
