import { context, propagation, SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import type { ProcessConfig } from './config.ts'

export type Telemetry = { readonly stop: () => Promise<void> }

/**
 * Spans by OTLP over HTTP when `otlpEndpoint` is set. Off (the default) nothing is loaded or recorded: the API's own no-op tracer
 * costs nanoseconds. `tenant.id`, `graphql.operation.name` and `db.query.id` are the attributes that other tools may rely on.
 */
export async function startTelemetry(config: Pick<ProcessConfig, 'name' | 'otlpEndpoint'>): Promise<Telemetry> {
  if (config.otlpEndpoint === null) return { stop: async () => {} }
  const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }, core] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/core'),
  ])
  context.setGlobalContextManager(new AsyncLocalStorageContextManager())
  propagation.setGlobalPropagator(new core.W3CTraceContextPropagator())
  const exporter = new OTLPTraceExporter({ url: new URL('/v1/traces', config.otlpEndpoint).href })
  const spanProcessors = [new sdk.BatchSpanProcessor({ exporter, scheduledDelayMillis: 1000 })]
  const provider = new sdk.TracerProvider({ resource: resourceFromAttributes({ 'service.name': `unmogrowp-${config.name}` }), spanProcessors })
  trace.setGlobalTracerProvider(provider)
  return { stop: () => provider.shutdown() }
}

/** Runs `work` in a span of that name; a failure is recorded on the span and thrown on. */
export function inSpan<T>(name: string, attributes: Attributes, work: (span: Span) => Promise<T>): Promise<T> {
  return trace.getTracer('unmogrowp').startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span)
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'unknown' })
      throw error
    } finally {
      span.end()
    }
  })
}

/** The headers that carry the current trace to the next process; empty when tracing is off. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {}
  propagation.inject(context.active(), headers)
  return headers
}

/** Runs `work` as a continuation of the trace that `headers` name. */
export function continueTrace<T>(headers: Readonly<Record<string, unknown>>, work: () => T): T {
  return context.with(propagation.extract(context.active(), headers), work)
}
