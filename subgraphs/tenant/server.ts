import { createVault } from '#db/crypto/vault.ts'
import { createOrm } from '#db/orm.ts'
import { createPool } from '#db/pool.ts'
import { createRoutedPool } from '#db/routing/routed.ts'
import { openRoutes } from '#db/routing/routes.ts'
import { readConfig } from '#ops/config.ts'
import { announceReady } from '#ops/lifecycle.ts'
import { startSubgraph } from '#ops/service/startSubgraph.ts'
import { startProcess } from '#ops/startProcess.ts'
import { tenantContext } from './createContext.ts'
import { schema } from './schema.ts'

/** For counts of what a tenant sent. */
const DATA_POOL_SIZE = 2

const { config, log, lifecycle } = await startProcess(() => readConfig.tenant())
const orm = await createOrm(config.postgres)
const pool = createPool({ ...config.postgres, name: config.name })
lifecycle.onStop('postgres', () => Promise.all([orm.close(), pool.end()]))
const routes = openRoutes(config)
lifecycle.onStop('routes', async () => routes?.close())
const dataPool = createRoutedPool({ url: config.postgres.url, poolSize: DATA_POOL_SIZE, name: `${config.name}-data` }, routes)
lifecycle.onStop('postgres (data)', () => dataPool.end())
const vault = createVault(config.masterKeys)
const createContext = tenantContext({
  orm,
  pool,
  dataPool,
  keyPepper: config.keyPepper,
  mailKey: config.mailKey,
  vault,
  cursorKey: config.cursorKey,
  tenancy: config.tenancy,
})
const { metrics } = await startSubgraph({ config, schema, createContext, log, lifecycle })
metrics.gauge({
  name: 'umg_postgres_connections',
  help: 'Connections of the pool by state.',
  label: 'state',
  read: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
})
announceReady()
