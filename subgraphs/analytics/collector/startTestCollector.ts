import { randomUUID } from 'node:crypto'
import { createPool, type Pool } from '#db/pool.ts'
import { readConfig, type CollectorConfig, type Tenancy } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { urlOf } from '#ops/service/address.ts'
import { createMetrics } from '#ops/service/metrics.ts'
import { createCollector } from './collector.ts'

export type TestCollector = {
  readonly url: string
  /** Of its connections, in pg_stat_activity. */ readonly applicationName: string
  readonly pool: Pool
  readonly stop: () => Promise<void>
}

/** A collector on a free port against the engines that `npm test` started. */
export async function startTestCollector(
  options: {
    readonly limits?: Partial<CollectorConfig['limits']>
    readonly databaseUrl?: string
    readonly maxRequestsPerTenant?: number
    readonly onlyTenant?: string
  } = {},
): Promise<TestCollector> {
  const config = readConfig.collector()
  const tenancy: Tenancy = options.onlyTenant === undefined ? config.tenancy : { mode: 'single', onlyTenant: options.onlyTenant }
  const url = options.databaseUrl ?? config.postgres.url
  const name = `test-${randomUUID()}`
  const pool = createPool({ url, poolSize: 6, name })
  const keyPool = createPool({ url, poolSize: 1, name: 'test-collector-keys' })
  const log = createLogger({ name: 'collector', level: 'silent' })
  const { server, close } = createCollector({
    config: { ...config, limits: { ...config.limits, ...options.limits }, tenancy },
    pool,
    keyPool,
    log,
    metrics: createMetrics({ process: 'collector' }),
    maxRequestsPerTenant: options.maxRequestsPerTenant,
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    url: urlOf(server),
    applicationName: `umg-${name}`,
    pool,
    stop: async () => {
      await close()
      await Promise.all([pool.end(), keyPool.end()])
    },
  }
}
