import { createClickHouse } from '#db/clickhouse/client.ts'
import { createPool } from '#db/pool.ts'
import { readConfig } from '#ops/config.ts'
import { announceReady, createLifecycle } from '#ops/lifecycle.ts'
import { createLogger } from '#ops/logging.ts'
import { startSubgraph } from '#ops/service/startSubgraph.ts'
import { startTelemetry } from '#ops/telemetry.ts'
import type { AnalyticsContext } from './builder.ts'
import { AnalyticsEngine } from './execution/engine.ts'
import { analyticsErrors } from './execution/errors.ts'
import { QueryQueue } from './execution/queryQueue.ts'
import { schema } from './schema.ts'

const config = readConfig.analytics()
const log = createLogger({ name: config.name, level: config.logLevel })
const lifecycle = createLifecycle({ log, graceMs: config.shutdownGraceMs })
const telemetry = await startTelemetry(config)
lifecycle.onStop('telemetry', telemetry.stop)
const pool = createPool({ ...config.postgres, name: config.name })
lifecycle.onStop('postgres', () => pool.end())
const clickhouse = createClickHouse(config.clickhouse)
lifecycle.onStop('clickhouse', () => clickhouse.close())
const engine = new AnalyticsEngine({ clickhouse, tenantSecret: config.tenantSecret, queue: new QueryQueue(), pool, now: () => new Date() })
const createContext = (base: Pick<AnalyticsContext, 'identity' | 'requestId' | 'log'>): AnalyticsContext => ({ ...base, engine, signal: null })
await startSubgraph({ config, schema, createContext, log, lifecycle, errorCodes: analyticsErrors })
announceReady()
