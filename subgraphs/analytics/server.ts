import { createClickHouse } from '#db/clickhouse/client.ts'
import { createPool } from '#db/pool.ts'
import { readConfig } from '#ops/config.ts'
import { announceReady } from '#ops/lifecycle.ts'
import { startSubgraph } from '#ops/service/startSubgraph.ts'
import { startProcess } from '#ops/startProcess.ts'
import type { AnalyticsContext } from './builder.ts'
import { AnalyticsEngine } from './execution/engine.ts'
import { analyticsErrors } from './execution/errors.ts'
import { QueryQueue } from './execution/queryQueue.ts'
import { schema } from './schema.ts'

const { config, log, lifecycle } = await startProcess(() => readConfig.analytics())
const pool = createPool({ ...config.postgres, name: config.name })
lifecycle.onStop('postgres', () => pool.end())
const clickhouse = createClickHouse(config.clickhouse)
lifecycle.onStop('clickhouse', () => clickhouse.close())
const engine = new AnalyticsEngine({ clickhouse, tenantSecret: config.tenantSecret, queue: new QueryQueue(), pool, now: () => new Date() })
const createContext = (base: Pick<AnalyticsContext, 'identity' | 'requestId' | 'log'>): AnalyticsContext => ({ ...base, engine, signal: null })
await startSubgraph({ config, schema, createContext, log, lifecycle, errorCodes: analyticsErrors })
announceReady()
