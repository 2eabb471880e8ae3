import { createPool } from '#db/pool.ts'
import { createRoutedPool } from '#db/routing/routed.ts'
import { openRoutes } from '#db/routing/routes.ts'
import { readConfig } from '#ops/config.ts'
import { announceReady } from '#ops/lifecycle.ts'
import { createMetrics, startAdmin } from '#ops/service/metrics.ts'
import { startProcess } from '#ops/startProcess.ts'
import { createCollector } from './collector.ts'

const KEY_POOL_SIZE = 2

const { config, log, lifecycle } = await startProcess(() => readConfig.collector())

const routes = openRoutes(config)
lifecycle.onStop('routes', async () => routes?.close())
const pool = createRoutedPool({ ...config.postgres, name: 'collector' }, routes)
lifecycle.onStop('PostgreSQL', () => pool.end())
const keyPool = createPool({ url: config.postgres.url, poolSize: KEY_POOL_SIZE, name: 'collector-keys' })
lifecycle.onStop('PostgreSQL (keys)', () => keyPool.end())

const metrics = createMetrics({ process: config.name })
const admin = await startAdmin({ port: config.adminPort, metrics })
lifecycle.onStop('admin port', () => admin.close())

const collector = createCollector({ config, pool, keyPool, log, metrics })
lifecycle.onStop('collector', () => collector.close())
await collector.server.listen({ host: config.host, port: config.port })
log.info({ url: `http://${config.host}:${config.port}` }, 'the collector takes events')
announceReady()
