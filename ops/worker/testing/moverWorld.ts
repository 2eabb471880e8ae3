// A worker of the mode dedicated as far as moves need it, against the engines that `npm test` started.
import { createChain } from '#db/audit/chain.ts'
import { createRelay } from '#db/outbox/relay.ts'
import { createPool, type Pool } from '#db/pool.ts'
import { ownDatabases } from '#db/routing/ownDatabases.ts'
import { createRoutedClickHouse, createRoutedPool } from '#db/routing/routed.ts'
import { knownRoute } from '#db/routing/route.ts'
import { openRoutes, urlOfDatabase } from '#db/routing/routes.ts'
import { createVault } from '#db/crypto/vault.ts'
import type { TenantClickHouse } from '#db/clickhouse/client.ts'
import { runMove } from '#db/moving/runMove.ts'
import { dedicatedEnvironment, readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { createTopics } from '../topics.ts'

export type MoverWorld = {
  /** Leads each tenant to where it is. */
  readonly pool: Pool
  readonly clickhouse: TenantClickHouse
  /** Role umg_app and role umg_worker of the common database. */
  readonly app: Pool
  readonly worker: Pool
  readonly databases: ReturnType<typeof ownDatabases>
  /** Moves this tenant, and nothing else. */
  readonly move: (tenantId: string, settings?: MoveSettings) => Promise<void>
  /** Handles the messages of the common outbox that are about this tenant, its move among them. */
  readonly drain: (tenantId: string) => Promise<number>
  /** Handles what waits in the outbox of its own database, if it has one. */
  readonly drainOwn: (tenantId: string) => Promise<void>
  readonly close: () => Promise<void>
}
export type MoveSettings = { readonly maxAttempts?: number; readonly drainMs?: number }

export function openMoverWorld(): MoverWorld {
  const config = readConfig.worker(dedicatedEnvironment())
  const log = createLogger({ name: 'worker', level: 'silent' })
  const maker = config.databaseMaker
  const routes = openRoutes({ postgres: config.appPostgres, tenancy: { mode: 'dedicated' } })
  if (maker === null || routes === null) throw new Error('The mode dedicated has a maker of databases.')
  const worker = createPool({ url: config.postgres.url, poolSize: 5, name: 'test-worker' })
  const app = createPool({ url: config.appPostgres.url, poolSize: 3, name: 'test-app' })
  const pool = createRoutedPool({ url: config.appPostgres.url, poolSize: 4, name: 'test-tenants', idleMs: 300 }, routes)
  const clickhouse = createRoutedClickHouse(config.verifyClickhouse, routes)
  const copy = { pool, clickhouse: config.clickhouse, verifier: clickhouse, routes, tenantSecret: config.tenantSecret }
  const audit = { pool: app, vault: createVault(config.masterKeys), chain: createChain(config.auditKey) }
  const databases = ownDatabases({ maker, worker, appUrl: config.appPostgres.url, log })
  const topics = createTopics({
    copy,
    audit,
    enqueueMail: async () => undefined,
    findAccount: async () => null,
    provision: () => Promise.reject(new Error('Nobody asks for a tenant here.')),
    move: (tenantId, signal) => run(tenantId, signal),
    mailKey: config.mailKey,
    log,
  })
  const relay = (on: Pool, aggregates: readonly string[] | null) =>
    createRelay({ pool: on, listenUrl: null, topics, log, concurrency: 2, ...(aggregates === null ? {} : { aggregates }) })
  const run = (tenantId: string, signal: AbortSignal, settings: MoveSettings = {}) =>
    runMove(
      {
        maker,
        databases,
        workerUrl: config.postgres.url,
        app,
        drainOutbox: (on, aggregates) => relay(on, aggregates).drain(),
        forget: routes.forget,
        settleMs: 0,
        log,
        now: () => new Date(),
        ...settings,
      },
      tenantId,
      signal,
    )
  return {
    pool,
    clickhouse,
    app,
    worker,
    databases,
    move: (tenantId, settings) => run(tenantId, new AbortController().signal, settings),
    drain: (tenantId) => relay(worker, [`move:${tenantId}`, `tenant:${tenantId}`, `audit:${tenantId}`]).drain(),
    async drainOwn(tenantId) {
      const route = await knownRoute(worker, tenantId)
      if (route?.isReady !== true) return
      const own = createPool({ url: urlOfDatabase(config.postgres.url, route.database), poolSize: 3, name: 'test-own' })
      await relay(own, null)
        .drain()
        .finally(() => own.end())
    },
    close: async () => {
      await routes.close()
      await Promise.all([pool.end(), app.end(), worker.end(), clickhouse.close()])
    },
  }
}
