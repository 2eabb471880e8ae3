import { createAuditor } from '#db/audit/auditor.ts'
import { createVault } from '#db/crypto/vault.ts'
import { createRoutedClickHouse, createRoutedPool } from '#db/routing/routed.ts'
import { openRoutes } from '#db/routing/routes.ts'
import { readConfig } from '#ops/config.ts'
import { announceReady } from '#ops/lifecycle.ts'
import { createHostResolver } from '#ops/security/outsideTarget.ts'
import type { HttpExchange, ServiceContext } from '#ops/service/context.ts'
import { startSubgraph } from '#ops/service/startSubgraph.ts'
import { startProcess } from '#ops/startProcess.ts'
import type { AnalyticsContext } from './builder.ts'
import { PreparedPlans } from './compiler/prepared/preparedPlans.ts'
import { createArrivals } from './execution/arrivals.ts'
import { AnalyticsEngine } from './execution/engine.ts'
import { analyticsErrors } from './execution/errors.ts'
import { QueryMeter } from './execution/queryMeter.ts'
import { QueryQueue } from './execution/queryQueue.ts'
import { schema } from './schema.ts'
import { liveAtOnce } from './streams/live/liveAsker.ts'
import { createLiveQueries } from './streams/live/liveQueries.ts'
import { createStreams } from './streams/streams.ts'
import { createWebhookStore } from './webhooks/webhookStore.ts'

/** Readers of the log have connections of their own: many of them must not keep an analysis waiting. */
const STREAMS_POOL_SIZE = 4
const HEADS_POOL_SIZE = 2

const { config, log, lifecycle } = await startProcess(() => readConfig.analytics())
const routes = openRoutes(config)
lifecycle.onStop('routes', async () => routes?.close())
const pool = createRoutedPool({ ...config.postgres, name: config.name }, routes)
lifecycle.onStop('postgres', () => pool.end())
const clickhouse = createRoutedClickHouse(config.clickhouse, routes)
lifecycle.onStop('clickhouse', () => clickhouse.close())
const streamsPool = createRoutedPool({ url: config.postgres.url, poolSize: STREAMS_POOL_SIZE, name: `${config.name}-streams` }, routes)
lifecycle.onStop('postgres (streams)', () => streamsPool.end())
const headPool = createRoutedPool({ url: config.postgres.url, poolSize: HEADS_POOL_SIZE, name: `${config.name}-heads` }, routes)
lifecycle.onStop('postgres (heads)', () => headPool.end())
const { cursorKey, userHashKey, tenantSecret, budgets } = config
const streams = createStreams({ pool: streamsPool, headPool, listenUrl: config.postgres.url, cursorKey, userHashKey, log, now: () => Date.now() })
lifecycle.onStop('streams', () => streams.stop())
const now = (): Date => new Date()
const queue = new QueryQueue(budgets.queue)
const meter = new QueryMeter({ pool, now, log })
lifecycle.onStop('query meter', () => meter.write())
const asks = { clickhouse, tenantSecret, queue, budgets: budgets.query, log, pool, now, cursorKey, meter }
const prepared = new PreparedPlans()
const engine = new AnalyticsEngine({ ...asks, prepared })
const vault = createVault(config.masterKeys)
const live = createLiveQueries({ engine, pool: headPool, listenUrl: config.postgres.url, log, atOnce: liveAtOnce(budgets.queue) })
lifecycle.onStop('live queries', () => live.stop())
const arrivals = createArrivals({ ...asks, vault })
const webhooks = createWebhookStore({ pool, vault, cursorKey, allowedNetworks: config.webhookNetworks, resolve: createHostResolver(), now })
const createContext = (base: ServiceContext, { signal, clientAddress: address }: HttpExchange): AnalyticsContext => {
  const audit = createAuditor({ identity: base.identity, requestId: base.requestId, address, now })
  return { ...base, engine, streams, live, arrivals, webhooks, audit, signal }
}
const { metrics } = await startSubgraph({ config, schema, createContext, log, lifecycle, errorCodes: analyticsErrors })
metrics.gauge({ name: 'umg_streams_open', help: 'Streams that somebody reads.', label: 'of', read: () => ({ conversions: streams.readers() }) })
metrics.gauge({
  name: 'umg_live_queries',
  help: 'Questions that somebody watches, those who do, and how often any of them was asked.',
  label: 'of',
  read: () => live.counts(),
})
metrics.gauge({ name: 'umg_questions', help: 'Questions to ClickHouse that run and that wait.', label: 'state', read: () => queue.counts })
metrics.gauge({
  name: 'umg_prepared_plans',
  help: 'Compiled statements that are kept: questions that found theirs and that did not, and what is kept.',
  label: 'of',
  read: () => prepared.counts,
})
announceReady()
