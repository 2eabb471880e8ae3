import Fastify from 'fastify'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { urlOf } from './address.ts'

/** The metrics of one process in Prometheus form: Node's own, and rate, errors and duration of its operations. */
export type Metrics = {
  readonly registry: Registry
  /** Counts one finished operation of `kind` (query, mutation, entities, rest …): its outcome and its duration. */
  observe(operation: { readonly kind: string; readonly outcome: 'ok' | 'errors'; readonly seconds: number }): void
  /** Shows numbers that are read when the metrics are, such as the connections of each pool; `read` answers them by the value of `label`. */
  gauge(options: { readonly name: string; readonly help: string; readonly label: string; readonly read: () => Readonly<Record<string, number>> }): void
}

/** The names of operations are the client's own words, so they are no label: their number would have no limit. */
export function createMetrics({ process }: { readonly process: string }): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ process })
  collectDefaultMetrics({ register: registry })
  const duration = new Histogram({
    name: 'umg_operation_seconds',
    help: 'Duration of operations by kind and outcome.',
    labelNames: ['kind', 'outcome'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  return {
    registry,
    observe: ({ kind, outcome, seconds }) => duration.observe({ kind, outcome }, seconds),
    gauge: ({ name, help, label, read }) => {
      const gauge = new Gauge({
        name,
        help,
        labelNames: [label],
        registers: [],
        collect() {
          for (const [value, number] of Object.entries(read())) this.set({ [label]: value }, number)
        },
      })
      registry.registerMetric(gauge)
    },
  }
}

/** The admin port: `/metrics` and `/health`, on loopback whatever HOST says. Port 0 takes a free one. Answers its own URL. */
export async function startAdmin({
  port,
  metrics,
}: {
  readonly port: number
  readonly metrics: Metrics
}): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = Fastify()
  server.get('/metrics', async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()))
  server.get('/health', () => ({ status: 'ok' }))
  await server.listen({ host: '127.0.0.1', port })
  return { url: urlOf(server), close: () => server.close() }
}
