// The only reader of process.env. Each process asks for its own part; every bad variable is reported at once.
import { resolve } from 'node:path'
import { portOffsets, projectRoot, Reader } from './configReader.ts'
import type {
  AnalyticsConfig,
  AuditConfig,
  MoveConfig,
  AuthConfig,
  CampaignConfig,
  CollectorConfig,
  Environment,
  GatewayConfig,
  OwnerConfig,
  StartConfig,
  TenantConfig,
  WorkerConfig,
} from './configTypes.ts'
import { shownOutboxOf } from './mailRoute.ts'

export type * from './configTypes.ts'
export { ConfigError, projectRoot } from './configReader.ts'
export { secretNames, type SecretName, type Secrets } from './secretNames.ts'

/** This process's environment, as it would be where tenants may have databases of their own. */
export const dedicatedEnvironment = (): Environment => ({ ...process.env, TENANCY_MODE: 'dedicated' })

/** One reader for each process; each throws ConfigError. */
export const readConfig = {
  gateway(env: Environment = process.env): GatewayConfig {
    const read = new Reader(env)
    const subgraphUrls = {
      auth: read.subgraphUrl('auth'),
      tenant: read.subgraphUrl('tenant'),
      campaign: read.subgraphUrl('campaign'),
      analytics: read.subgraphUrl('analytics'),
    }
    return read.done({
      ...read.common('gateway'),
      publicUrl: read.publicUrl(),
      trustedProxies: read.env.TRUSTED_PROXIES ?? [],
      geoHeaders: { country: read.env.GEO_COUNTRY_HEADER ?? null, coordinates: read.env.GEO_COORDINATES_HEADER ?? [] },
      outboxDir: shownOutboxOf(read.env, read.dataDir),
      captcha: read.captchaPage(),
      mailEventSecret: read.mailEventSecret(),
      subgraphUrls,
      identityPrivateKey: read.key('IDENTITY_PRIVATE_KEY'),
      accessPublicKeys: read.accessPublicKeys(),
      publicCollectorUrl: (read.env.PUBLIC_COLLECTOR_URL ?? `http://127.0.0.1:${read.env.PORT + portOffsets.collector}`).replace(/\/+$/, ''),
      explorerDir: read.env.EXPLORER_DIR === undefined ? null : resolve(projectRoot, read.env.EXPLORER_DIR),
    })
  },
  auth(env: Environment = process.env): AuthConfig {
    const read = new Reader(env)
    return read.done({
      ...read.subgraph('auth', 'auth'),
      accessPrivateKey: read.key('ACCESS_PRIVATE_KEY'),
      accessPublicKeys: read.accessPublicKeys(),
      refreshKey: read.secret('REFRESH_KEY'),
      captcha: read.captcha(),
      mailKey: read.secret('MAIL_KEY'),
      secondFactorKeys: read.secondFactorKeys(),
      stepUpOnAnomaly: read.env.STEP_UP_ON_ANOMALY,
      hashes: {
        atOnce: read.env.PASSWORD_HASHES_AT_ONCE ?? null,
        maxWaiting: read.env.PASSWORD_HASHES_WAITING,
        maxWaitMs: read.env.PASSWORD_HASH_WAIT_MS,
      },
      publicUrl: read.publicUrl(),
    })
  },
  tenant(env: Environment = process.env): TenantConfig {
    const read = new Reader(env)
    return read.done({
      ...read.subgraph('tenant', 'app'),
      keyPepper: read.secret('KEY_PEPPER'),
      mailKey: read.secret('MAIL_KEY'),
      cursorKey: read.secret('CURSOR_KEY'),
      masterKeys: read.masterKeys(),
    })
  },
  campaign(env: Environment = process.env): CampaignConfig {
    const read = new Reader(env)
    return read.done(read.subgraph('campaign', 'app'))
  },
  analytics(env: Environment = process.env): AnalyticsConfig {
    const read = new Reader(env)
    return read.done({
      ...read.subgraph('analytics', 'app'),
      clickhouse: read.clickhouse('analytics'),
      tenantSecret: read.secret('CLICKHOUSE_TENANT_SECRET'),
      cursorKey: read.secret('CURSOR_KEY'),
      userHashKey: read.secret('USER_HASH_KEY'),
      masterKeys: read.masterKeys(),
      webhookNetworks: read.webhookNetworks(),
      budgets: {
        query: {
          maxSeconds: read.env.ANALYTICS_MAX_QUERY_SECONDS,
          maxMemoryBytes: read.env.ANALYTICS_MAX_QUERY_MEMORY_BYTES,
          maxRowsRead: read.env.ANALYTICS_MAX_QUERY_ROWS_READ,
          maxResultRows: read.env.ANALYTICS_MAX_QUERY_RESULT_ROWS,
        },
        queue: {
          maxRunning: read.env.ANALYTICS_CONCURRENT_QUERIES,
          maxRunningPerTenant: read.env.ANALYTICS_CONCURRENT_QUERIES_PER_TENANT,
          maxWaiting: read.env.ANALYTICS_WAITING_QUERIES,
          maxWaitingPerTenant: read.env.ANALYTICS_WAITING_QUERIES_PER_TENANT,
          secondsPerMinutePerTenant: read.env.ANALYTICS_SECONDS_PER_MINUTE_PER_TENANT ?? null,
        },
      },
    })
  },
  collector(env: Environment = process.env): CollectorConfig {
    const read = new Reader(env)
    const limits = {
      bodyBytes: read.env.COLLECTOR_BODY_BYTES,
      events: read.env.COLLECTOR_EVENTS,
      queueBytes: read.env.COLLECTOR_QUEUE_BYTES,
      queueBytesPerTenant: read.env.COLLECTOR_QUEUE_BYTES_PER_TENANT,
    }
    return read.done({
      ...read.common('collector'),
      trustedProxies: read.env.TRUSTED_PROXIES ?? [],
      postgres: read.postgres('app'),
      keyPepper: read.secret('KEY_PEPPER'),
      eventIdKey: read.secret('EVENT_ID_KEY'),
      deviceKey: read.secret('DEVICE_KEY'),
      masterKeys: read.masterKeys(),
      limits,
    })
  },
  worker(env: Environment = process.env): WorkerConfig {
    const read = new Reader(env)
    return read.done({
      ...read.common('worker'),
      postgres: read.postgres('worker'),
      appPostgres: read.postgres('app'),
      clickhouse: read.clickhouse('ingest'),
      verifyClickhouse: read.clickhouse('analytics'),
      tenantSecret: read.secret('CLICKHOUSE_TENANT_SECRET'),
      mailRoute: read.mailRoute(),
      mailFrom: read.env.MAIL_FROM,
      mailKey: read.secret('MAIL_KEY'),
      publicUrl: read.publicUrl(),
      auditKey: read.secret('AUDIT_KEY'),
      masterKeys: read.masterKeys(),
      secondFactorKeys: read.secondFactorKeys(),
      cursorKey: read.secret('CURSOR_KEY'),
      webhookNetworks: read.webhookNetworks(),
      databaseMaker: read.env.TENANCY_MODE === 'dedicated' ? read.databaseMaker() : null,
    })
  },
  audit(env: Environment = process.env): AuditConfig {
    const read = new Reader(env)
    const postgres = { workerUrl: read.postgres('worker').url, appUrl: read.postgres('app').url }
    return read.done({ ...postgres, auditKey: read.secret('AUDIT_KEY'), masterKeys: read.masterKeys() })
  },
  move(env: Environment = process.env): MoveConfig {
    const read = new Reader(env)
    return read.done({ tenancy: read.tenancy(), workerUrl: read.postgres('worker').url, appUrl: read.postgres('app').url })
  },
  owner(env: Environment = process.env): OwnerConfig {
    const read = new Reader(env)
    return read.done(read.owner())
  },
} as const

/** Command-line values win over the environment: `port`, `dataDir`. */
export function readStartConfig(options: { port: number | null; dataDir: string | null }, env: Environment = process.env): StartConfig {
  const merged: Environment = {
    ...env,
    ...(options.port === null ? {} : { PORT: String(options.port) }),
    ...(options.dataDir === null ? {} : { DATA_DIR: resolve(options.dataDir) }),
  }
  const read = new Reader(merged)
  // Before anything is started, not by the worker's end.
  read.mailRoute()
  read.captcha()
  read.captchaPage()
  read.mailEventSecret()
  return read.done({
    port: read.env.PORT,
    dataDir: read.dataDir,
    isProduction: read.env.NODE_ENV === 'production',
    logLevel: read.env.LOG_LEVEL,
    publicUrl: read.publicUrl(),
    hasOwnPostgres: read.env.DATABASE_URL !== undefined,
    dedicatedDatabases: read.tenancy().mode === 'dedicated' ? read.env.DEDICATED_DATABASES : 0,
    hasOwnClickHouse: read.env.CLICKHOUSE_URL !== undefined,
    env: { ...merged, APOLLO_TELEMETRY_DISABLED: '1', PORT: String(read.env.PORT), DATA_DIR: read.dataDir },
  })
}
