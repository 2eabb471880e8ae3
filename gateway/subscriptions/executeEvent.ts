import { executeQueryPlan, type ServiceMap } from '@apollo/gateway'
import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import type { Metrics } from '#ops/service/metrics.ts'
import { inRequest } from '#ops/service/requestScope.ts'
import { inSpan } from '#ops/telemetry.ts'
import type { GatewayContext } from '../dataSource.ts'
import type { Caller, UpstreamResponse } from '../upstream.ts'
import { EVENT_SERVICE, type PreparedSubscription } from './readOperation.ts'

export type ErrorMask = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError

/** `payload`: `{ data, errors }` as JSON text. */
export type ExecutedEvent = { readonly payload: string; readonly hasErrors: boolean }

export type EventExecutor = (event: UpstreamResponse, prepared: PreparedSubscription, caller: Caller) => Promise<ExecutedEvent>

export type EventExecutorOptions = {
  readonly services: ServiceMap
  readonly mask: ErrorMask
  readonly metrics: Metrics
  /** Until the other subgraphs have answered for one event; what is missing then is null, with an error. */
  readonly deadlineMs: number
}

/**
 * Completes an event with the fields of the other subgraphs, as Apollo's own executor would for a query: merging, entities, error paths are its code.
 * The answer is masked, and the same for all who follow the stream.
 */
export function createEventExecutor({ services, mask, metrics, deadlineMs }: EventExecutorOptions): EventExecutor {
  return (event, { planned, variables }, caller) =>
    inRequest({ requestId: caller.requestId, log: caller.log, isAnonymous: caller.identity.kind === 'anonymous' }, () =>
      inSpan('gateway event', { 'tenant.id': caller.identity.tenantId ?? '' }, async () => {
        const start = performance.now()
        const context: GatewayContext = { caller, deadline: start + deadlineMs }
        const { data = null, errors = [] } = await executeQueryPlan(
          planned.plan,
          { ...services, [EVENT_SERVICE]: { process: async () => ({ ...event, data: event.data ?? null }) } },
          // The executor reads these of a request and no more; Apollo Server, which makes the rest, has no part in this.
          { request: { variables: { ...variables } }, context, metrics: {}, logger: quiet } as unknown as RequestContext,
          planned.context,
          planned.schema.supergraph,
          planned.schema.planned,
        )
        const hasErrors = errors.length > 0
        metrics.observe({ kind: 'event', outcome: hasErrors ? 'errors' : 'ok', seconds: (performance.now() - start) / 1000 })
        const answer = hasErrors ? { data, errors: errors.map((error: GraphQLError) => mask(error.toJSON(), error)) } : { data }
        return { payload: JSON.stringify(answer), hasErrors }
      }),
    )
}

type RequestContext = Parameters<typeof executeQueryPlan>[2]

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
