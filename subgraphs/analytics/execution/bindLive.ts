import type { GraphQLResolveInfo } from 'graphql'
import type { BoundQuery } from '../compiler/bound.ts'
import { compileAttribution, compileCohorts, compileFunnel, compileMetrics, type CompileContext, type PlanOptions } from '../compiler/compile.ts'
import { parseAttribution, parseCohorts, parseFunnel, parseMetrics } from '../compiler/parse.ts'
import type { AttributionInput, CohortsInput, FunnelInput, MetricsInput } from '../compiler/request.ts'
import { readSelection } from '../compiler/selection.ts'

/** A question that can be watched, with its arguments. */
export type LiveInput =
  | { readonly kind: 'metrics'; readonly input: MetricsInput }
  | { readonly kind: 'cohorts'; readonly input: CohortsInput }
  | { readonly kind: 'funnel'; readonly input: FunnelInput }
  | { readonly kind: 'attribution'; readonly input: AttributionInput }

type Asked = { readonly info: GraphQLResolveInfo; readonly context: CompileContext; readonly plan: PlanOptions }

/** The whole compiler judges, so that nothing is left that is found only when the question is asked. */
export function bindLive(question: LiveInput, { info, context, plan }: Asked): BoundQuery {
  const selection = readSelection(info)
  switch (question.kind) {
    case 'metrics':
      return compileMetrics(parseMetrics(question.input, selection), context, plan).bound
    case 'cohorts':
      return compileCohorts(parseCohorts(question.input, selection), context, plan).bound
    case 'funnel':
      return compileFunnel(parseFunnel(question.input, selection), context, plan).bound
    case 'attribution':
      return compileAttribution(parseAttribution(question.input, selection), context, plan).bound
  }
}
