import { NEWEST_ONLY, SHARED_BY_RIGHTS } from '#ops/service/rootFieldTags.ts'
import { builder } from '../builder.ts'
import type { LiveEvent } from '../streams/live/liveQueries.ts'
import { limits } from '../model/limits.ts'
import { AttributionInputRef, AttributionResultRef } from './attribution.ts'
import { CohortsInputRef, CohortsResultRef } from './cohorts.ts'
import { FunnelInputRef, FunnelResultRef } from './funnel.ts'
import { MetricsInputRef, MetricsResultRef } from './metrics.ts'

const DEFAULT_INTERVAL_MS = 1000

const LiveOptionsRef = builder.inputType('LiveOptions', {
  description: 'How often a live answer may come.',
  fields: (t) => ({
    minIntervalMs: t.int({
      required: true,
      defaultValue: DEFAULT_INTERVAL_MS,
      description: `At least this many milliseconds between two answers, ${limits.liveIntervalLeastMs} to ${limits.liveIntervalMostMs}.`,
    }),
  }),
})

const description =
  'The answer that the query of this name gives, at once and whenever it is another: when data that it reads have changed, or time has moved its range. ' +
  'Who reads slowly gets the newest only. What lasts, such as a question that became too large, ends it with the error; a store that is away is waited for. ' +
  'Cells and what info says of how an answer was made do not make it another; a range that runs on with time is looked at every 5 s.'

const tag = [SHARED_BY_RIGHTS, NEWEST_ONLY]

function answerOf<Answer>(event: LiveEvent<Answer>): Answer {
  if ('error' in event) throw event.error
  return event.answer
}

builder.subscriptionFields((t) => {
  const live = t.arg({ type: LiveOptionsRef, description: 'How often.' })
  const common = { nullable: true, needs: 'analytics:read', description, tag } as const
  const question = { required: true, description: 'The question.' } as const
  const intervalOf = (options: { readonly minIntervalMs: number } | null | undefined): number => options?.minIntervalMs ?? DEFAULT_INTERVAL_MS
  return {
    metrics: t.field({
      ...common,
      type: MetricsResultRef,
      args: { input: t.arg({ type: MetricsInputRef, ...question }), live },
      subscribe: (_root, args, context, info) =>
        context.live.watch({ kind: 'metrics', input: args.input }, { minIntervalMs: intervalOf(args.live), context, info }),
      resolve: answerOf,
    }),
    cohorts: t.field({
      ...common,
      type: CohortsResultRef,
      args: { input: t.arg({ type: CohortsInputRef, ...question }), live },
      subscribe: (_root, args, context, info) =>
        context.live.watch({ kind: 'cohorts', input: args.input }, { minIntervalMs: intervalOf(args.live), context, info }),
      resolve: answerOf,
    }),
    funnel: t.field({
      ...common,
      type: FunnelResultRef,
      args: { input: t.arg({ type: FunnelInputRef, ...question }), live },
      subscribe: (_root, args, context, info) =>
        context.live.watch({ kind: 'funnel', input: args.input }, { minIntervalMs: intervalOf(args.live), context, info }),
      resolve: answerOf,
    }),
    attribution: t.field({
      ...common,
      type: AttributionResultRef,
      args: { input: t.arg({ type: AttributionInputRef, ...question }), live },
      subscribe: (_root, args, context, info) =>
        context.live.watch({ kind: 'attribution', input: args.input }, { minIntervalMs: intervalOf(args.live), context, info }),
      resolve: answerOf,
    }),
  }
})
