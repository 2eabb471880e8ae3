// A worker that makes one tenant and is killed on its way: `node killedWorker.ts <tenant id> <n> shared|own` dies with SIGKILL before its n-th statement
// to PostgreSQL; with 0 it comes to its end and prints their first words. `own`: in databases of the tenant's own. For tests.
import pg from 'pg'
import { createClickHouse } from '#db/clickhouse/client.ts'
import { createRelay } from '#db/outbox/relay.ts'
import { createPool } from '#db/pool.ts'
import { ownDatabases } from '#db/routing/ownDatabases.ts'
import { dedicatedEnvironment, readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { TENANT_REQUESTED } from '../requestTenant.ts'
import { runProvisioning } from '../runProvisioning.ts'
import { sharedDatabases } from '../sharedDatabases.ts'
import { testVault } from '../../testing/testVault.ts'

const [tenantId = '', killBefore = '0', place = 'shared'] = process.argv.slice(2)
const statements: string[] = []
const ask = Reflect.get(pg.Client.prototype, 'query')
Reflect.set(pg.Client.prototype, 'query', function counted(this: pg.Client, ...args: unknown[]) {
  const [first] = args
  const text = typeof first === 'string' ? first : typeof first === 'object' && first !== null && 'text' in first ? String(first.text) : ''
  statements.push(
    text
      .trim()
      .split(/\s+/)
      .slice(0, place === 'own' ? 3 : 1)
      .join(' '),
  )
  if (statements.length === Number(killBefore)) process.kill(process.pid, 'SIGKILL')
  return Reflect.apply(ask, this, args)
})

const config = readConfig.worker(place === 'own' ? dedicatedEnvironment() : undefined)
const log = createLogger({ name: 'worker', level: 'silent' })
const pool = createPool({ url: config.postgres.url, poolSize: 3, name: 'killed' })
const appPool = createPool({ url: config.appPostgres.url, poolSize: 3, name: 'killed-app' })
const verifier = createClickHouse(config.verifyClickhouse)
const maker = config.databaseMaker
const databases =
  maker === null
    ? sharedDatabases({ pool: appPool, verifier, tenantSecret: config.tenantSecret })
    : ownDatabases({ maker, worker: pool, appUrl: config.appPostgres.url, log })
const options = { databases, worker: pool, pool: appPool, vault: testVault(), mailKey: config.mailKey, log, now: () => new Date() }
const provision = { handlers: [() => runProvisioning(options, tenantId)], isKept: true }
const relay = createRelay({ pool, listenUrl: null, topics: { [TENANT_REQUESTED]: provision }, log, aggregates: [`provisioning:${tenantId}`] })
await relay.drain()
await Promise.all([pool.end(), appPool.end(), verifier.close()])
process.stdout.write(JSON.stringify(statements))
