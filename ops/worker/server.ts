import { createChain } from '#db/audit/chain.ts'
import { createFactorSealer } from '#db/crypto/factorSealer.ts'
import { createVault } from '#db/crypto/vault.ts'
import { findAccount } from '#db/members/findAccount.ts'
import { createPool } from '#db/pool.ts'
import { runProvisioning } from '#db/provisioning/runProvisioning.ts'
import { sharedDatabases } from '#db/provisioning/sharedDatabases.ts'
import { ownDatabases } from '#db/routing/ownDatabases.ts'
import { listRoutes } from '#db/routing/route.ts'
import { createRoutedClickHouse, createRoutedPool } from '#db/routing/routed.ts'
import { openRoutes } from '#db/routing/routes.ts'
import { readConfig } from '#ops/config.ts'
import { announceReady } from '#ops/lifecycle.ts'
import { createMetrics, startAdmin } from '#ops/service/metrics.ts'
import { startProcess } from '#ops/startProcess.ts'
import { startCleaningJobs } from './cleaningJobs.ts'
import { startMailJobs } from './mail/mailJobs.ts'
import { createMailer } from './mail/mailer.ts'
import { createMover } from './mover.ts'
import { createRelays } from './relays.ts'
import { createTopics } from './topics.ts'
import { createWebhooks } from './webhooks/webhooks.ts'

const { config, log, lifecycle } = await startProcess(() => readConfig.worker())

const pool = createPool({ ...config.postgres, name: 'worker' })
lifecycle.onStop('PostgreSQL', () => pool.end())
if (config.databaseMaker === null && (await listRoutes(pool)).length > 0)
  throw new Error('There are tenants with databases of their own here, which only TENANCY_MODE=dedicated finds.')
const routes = openRoutes({ ...config, postgres: config.appPostgres })
lifecycle.onStop('routes', async () => routes?.close())
const appPool = createPool({ ...config.appPostgres, name: 'worker-app' })
lifecycle.onStop('PostgreSQL (app)', () => appPool.end())
const tenantPool = createRoutedPool({ ...config.appPostgres, name: 'worker-tenants' }, routes)
lifecycle.onStop('PostgreSQL (tenants)', () => tenantPool.end())
const verifier = createRoutedClickHouse(config.verifyClickhouse, routes)
lifecycle.onStop('ClickHouse', () => verifier.close())

const metrics = createMetrics({ process: config.name })
const admin = await startAdmin({ port: config.adminPort, metrics })
lifecycle.onStop('admin port', () => admin.close())

const mailJobs = await startMailJobs({
  databaseUrl: config.postgres.url,
  pool,
  mailer: createMailer(config.mailRoute, config.mailFrom),
  mailKey: config.mailKey,
  publicUrl: config.publicUrl,
  log,
})
lifecycle.onStop('jobs', () => mailJobs.close())

const copy = { pool: tenantPool, clickhouse: config.clickhouse, verifier, routes, tenantSecret: config.tenantSecret }
const vault = createVault(config.masterKeys)
const audit = { pool: appPool, vault, chain: createChain(config.auditKey) }
const maker = config.databaseMaker
const own = maker === null ? null : { maker, databases: ownDatabases({ maker, worker: pool, appUrl: config.appPostgres.url, log }) }
const databases = own === null ? sharedDatabases(copy) : own.databases
const provisioning = { databases, worker: pool, pool: appPool, vault, mailKey: config.mailKey, log, now: () => new Date() }
const provision = (tenantId: string) => runProvisioning(provisioning, tenantId)
const mover = createMover({ own, workerUrl: config.postgres.url, app: appPool, topics: () => topics, forget: (tenantId) => routes?.forget(tenantId), log })
const topics = createTopics({
  copy,
  audit,
  enqueueMail: mailJobs.enqueue,
  findAccount: (accountId) => findAccount(pool, accountId),
  provision,
  move: mover.move,
  mailKey: config.mailKey,
  log,
})
const relays = createRelays({ pool, url: config.postgres.url, isDedicated: routes !== null, topics, log })
relays.start()
lifecycle.onStop('relay', () => relays.stop())
lifecycle.onStop('moves', async () => mover.stop())
const cleaningJobs = await startCleaningJobs({
  databaseUrl: config.postgres.url,
  pool,
  appPool,
  vault,
  factorSealer: createFactorSealer(config.secondFactorKeys),
  inEach: relays.inEach,
  log,
})
lifecycle.onStop('jobs (cleaning)', () => cleaningJobs.close())
const webhooks = createWebhooks({
  worker: pool,
  inEach: relays.inEach,
  pool: tenantPool,
  vault,
  cursorKey: config.cursorKey,
  listenUrl: config.postgres.url,
  allowedNetworks: config.webhookNetworks,
  log,
})
webhooks.start()
lifecycle.onStop('webhooks', () => webhooks.stop())
log.info({ topics: Object.keys(topics) }, 'the worker works')
announceReady()
