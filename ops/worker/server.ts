import { createChain } from '#db/audit/chain.ts'
import { createClickHouse } from '#db/clickhouse/client.ts'
import { createVault } from '#db/crypto/vault.ts'
import { createRelay } from '#db/outbox/relay.ts'
import { createPool } from '#db/pool.ts'
import { runProvisioning } from '#db/provisioning/runProvisioning.ts'
import { sharedDatabases } from '#db/provisioning/sharedDatabases.ts'
import { readConfig } from '#ops/config.ts'
import { announceReady } from '#ops/lifecycle.ts'
import { createMetrics, startAdmin } from '#ops/service/metrics.ts'
import { startProcess } from '#ops/startProcess.ts'
import { startCleaningJobs } from './cleaningJobs.ts'
import { startMailJobs } from './mail/mailJobs.ts'
import { createMailer } from './mail/mailer.ts'
import { createTopics } from './topics.ts'

const { config, log, lifecycle } = await startProcess(() => readConfig.worker())

const pool = createPool({ ...config.postgres, name: 'worker' })
lifecycle.onStop('PostgreSQL', () => pool.end())
const appPool = createPool({ ...config.appPostgres, name: 'worker-app' })
lifecycle.onStop('PostgreSQL (app)', () => appPool.end())
const verifier = createClickHouse(config.verifyClickhouse)
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
const vault = createVault(config.masterKeys)
const cleaningJobs = await startCleaningJobs({ databaseUrl: config.postgres.url, pool, appPool, vault, log })
lifecycle.onStop('jobs (cleaning)', () => cleaningJobs.close())

const copy = { pool: appPool, clickhouse: config.clickhouse, verifier, tenantSecret: config.tenantSecret }
const audit = { pool: appPool, vault, chain: createChain(config.auditKey) }
const databases = sharedDatabases(copy)
const provisioning = { databases, pool: appPool, mailKey: config.mailKey, log, now: () => new Date() }
const provision = (tenantId: string) => runProvisioning(provisioning, tenantId)
const topics = createTopics({ copy, audit, enqueueMail: mailJobs.enqueue, provision, mailKey: config.mailKey, log })
const relay = createRelay({ pool, listenUrl: config.postgres.url, topics, log })
relay.start()
lifecycle.onStop('relay', () => relay.stop())
log.info({ topics: Object.keys(topics) }, 'the worker works')
announceReady()
