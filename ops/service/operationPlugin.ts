import { trace } from '@opentelemetry/api'
import type { ApolloServerPlugin, BaseContext } from '@apollo/server'
import type { Metrics } from './metrics.ts'

/** Apollo plugin: counts every operation with its kind, outcome and duration, and names the span that it runs in. */
export function observeOperations<Context extends BaseContext>({
  metrics,
  now = performance.now.bind(performance),
}: {
  readonly metrics: Metrics
  readonly now?: () => number
}): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      const start = now()
      return {
        async didResolveOperation({ operationName }) {
          if (operationName !== null) trace.getActiveSpan()?.setAttribute('graphql.operation.name', operationName)
        },
        async willSendResponse({ response, operation }) {
          const result = response.body.kind === 'single' ? response.body.singleResult : response.body.initialResult
          metrics.observe({ kind: operation?.operation ?? 'invalid', outcome: result.errors === undefined ? 'ok' : 'errors', seconds: (now() - start) / 1000 })
        },
      }
    },
  }
}
