import { createAuditor } from '#db/audit/auditor.ts'
import { createVault } from '#db/crypto/vault.ts'
import { createRoutedClickHouse, createRoutedPool } from '#db/routing/routed.ts'
import { readConfig } from '#ops/config.ts'
import type { Logger } from '#ops/logging.ts'
import { createHostResolver } from '#ops/security/outsideTarget.ts'
import type { HttpExchange, ServiceContext } from '#ops/service/context.ts'
import { startSubgraph, type RunningSubgraph } from '#ops/service/startSubgraph.ts'
import type { AnalyticsContext } from '#subgraphs/analytics/builder.ts'
import { createArrivals } from '#subgraphs/analytics/execution/arrivals.ts'
import { AnalyticsEngine } from '#subgraphs/analytics/execution/engine.ts'
import { analyticsErrors } from '#subgraphs/analytics/execution/errors.ts'
import { PreparedPlans } from '#subgraphs/analytics/compiler/prepared/preparedPlans.ts'
import { QueryMeter } from '#subgraphs/analytics/execution/queryMeter.ts'
import { QueryQueue } from '#subgraphs/analytics/execution/queryQueue.ts'
import { schema } from '#subgraphs/analytics/schema.ts'
import { liveAtOnce } from '#subgraphs/analytics/streams/live/liveAsker.ts'
import { createLiveQueries } from '#subgraphs/analytics/streams/live/liveQueries.ts'
import { createStreams } from '#subgraphs/analytics/streams/streams.ts'
import { createWebhookStore } from '#subgraphs/analytics/webhooks/webhookStore.ts'

/** The real analytics subgraph over both engines of `npm test`, on a free port in this process. */
export async function startAnalytics({ log, now }: { readonly log: Logger; readonly now: () => Date }): Promise<RunningSubgraph> {
  const config = readConfig.analytics()
  const { cursorKey, userHashKey, tenantSecret, budgets } = config
  const pool = createRoutedPool({ ...config.postgres, poolSize: 4, name: 'test' }, null)
  const clickhouse = createRoutedClickHouse(config.clickhouse, null)
  const streams = createStreams({ pool, listenUrl: config.postgres.url, cursorKey, userHashKey, log, now: () => now().getTime() })
  const meter = new QueryMeter({ pool, now, log })
  const asks = { clickhouse, tenantSecret, queue: new QueryQueue(budgets.queue), budgets: budgets.query, log, pool, now, cursorKey, meter }
  const engine = new AnalyticsEngine({ ...asks, prepared: new PreparedPlans() })
  const vault = createVault(config.masterKeys)
  const live = createLiveQueries({ engine, pool, listenUrl: config.postgres.url, log, atOnce: liveAtOnce(budgets.queue) })
  const arrivals = createArrivals({ ...asks, vault })
  const webhooks = createWebhookStore({ pool, vault, cursorKey, allowedNetworks: config.webhookNetworks, resolve: createHostResolver(), now })
  const createContext = (base: ServiceContext, { signal, clientAddress: address }: HttpExchange): AnalyticsContext => {
    const audit = createAuditor({ identity: base.identity, requestId: base.requestId, address, now })
    return { ...base, engine, streams, live, arrivals, webhooks, audit, signal }
  }
  const subgraph = await startSubgraph({
    config: { ...config, host: '127.0.0.1', port: 0, adminPort: 0 },
    schema,
    createContext,
    log,
    now,
    errorCodes: analyticsErrors,
  })
  async function close(): Promise<void> {
    await subgraph.close()
    await Promise.all([streams.stop(), live.stop(), meter.write()])
    await Promise.all([pool.end(), clickhouse.close()])
  }
  return { ...subgraph, close }
}
