import { createOrm } from '#db/orm.ts'
import { createPool } from '#db/pool.ts'
import { readConfig } from '#ops/config.ts'
import { announceReady, createLifecycle } from '#ops/lifecycle.ts'
import { createLogger } from '#ops/logging.ts'
import { startSubgraph } from '#ops/service/startSubgraph.ts'
import { startTelemetry } from '#ops/telemetry.ts'
import { tenantContext } from './createContext.ts'
import { schema } from './schema.ts'

const config = readConfig.tenant()
const log = createLogger({ name: config.name, level: config.logLevel })
const lifecycle = createLifecycle({ log, graceMs: config.shutdownGraceMs })
const telemetry = await startTelemetry(config)
lifecycle.onStop('telemetry', telemetry.stop)
const orm = await createOrm(config.postgres)
const pool = createPool({ ...config.postgres, name: config.name })
lifecycle.onStop('postgres', () => Promise.all([orm.close(), pool.end()]))
const { metrics } = await startSubgraph({ config, schema, createContext: tenantContext({ orm, pool, keyPepper: config.keyPepper }), log, lifecycle })
metrics.gauge({ name: 'umg_postgres_connections', help: 'Connections of the pool by state.', label: 'state', read: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }) })
announceReady()
