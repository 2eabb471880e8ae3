// Connections that lead each tenant to where its rows are. Without routes they are what they were.
import { createClickHouse, type ClickHouseConfig, type TenantClickHouse } from '../clickhouse/client.ts'
import { createOrm, type OrmOptions } from '../orm.ts'
import { createPool, type Pool, type PoolOptions } from '../pool.ts'
import type { MikroORM } from '../tenantScope.ts'
import { createKeeper } from './keeper.ts'
import { urlOfDatabase, type Routes } from './routes.ts'

/** Connections to the database of one tenant: fewer than to the common one, and none while it is idle. */
const DEDICATED_POOL_SIZE = 4
/** A database that its tenant has left can be dropped when nobody is connected any more. */
const DEDICATED_IDLE_MS = 10_000

const sizeOf = (poolSize: number): number => Math.min(poolSize, DEDICATED_POOL_SIZE)

/** withTenant leads on; everything else that is asked of the pool is asked of the common database. */
export function createRoutedPool(options: PoolOptions, routes: Routes | null): Pool {
  const pool = createPool(options)
  if (routes === null) return pool
  const keeper = createKeeper({
    open: (database) => createPool({ idleMs: DEDICATED_IDLE_MS, ...options, url: urlOfDatabase(options.url, database), poolSize: sizeOf(options.poolSize) }),
    close: (each) => each.end(),
  })
  routes.onClose(keeper.close)
  return Object.assign(pool, {
    route: async (tenantId: string) => {
      const route = await routes.find(tenantId)
      return route === null ? pool : keeper.get(route.database)
    },
    forget: routes.forget,
  })
}

/** inTenant leads on. */
export async function createRoutedOrm(options: OrmOptions, routes: Routes | null): Promise<MikroORM> {
  const orm = await createOrm(options)
  if (routes === null) return orm
  const keeper = createKeeper({
    open: (database) => createOrm({ url: urlOfDatabase(options.url, database), poolSize: sizeOf(options.poolSize) }),
    close: (each) => each.close(),
  })
  routes.onClose(keeper.close)
  return Object.assign(orm, {
    route: async (tenantId: string) => {
      const route = await routes.find(tenantId)
      return route === null ? orm : keeper.get(route.database)
    },
    forget: routes.forget,
  })
}

/** clickhouseOf leads on. */
export function createRoutedClickHouse(config: ClickHouseConfig, routes: Routes | null): TenantClickHouse {
  const client = createClickHouse(config)
  if (routes === null) return client
  const keeper = createKeeper({ open: (database) => createClickHouse({ ...config, database }), close: (each) => each.close() })
  routes.onClose(keeper.close)
  return Object.assign(client, {
    route: async (tenantId: string) => {
      const route = await routes.find(tenantId)
      return route === null ? client : keeper.get(route.clickhouseDatabase)
    },
  })
}
