// The only reader of process.env. Each process asks for its own part; every bad variable is reported at once.
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type {
  AnalyticsConfig,
  AuditConfig,
  AuthConfig,
  CampaignConfig,
  ClickHouseConfig,
  CollectorConfig,
  Environment,
  GatewayConfig,
  Jwk,
  MasterKeys,
  OwnerConfig,
  PostgresConfig,
  ProcessConfig,
  ProcessName,
  StartConfig,
  SubgraphConfig,
  Tenancy,
  TenantConfig,
  WorkerConfig,
} from './configTypes.ts'
import { environmentSchema, type ParsedEnvironment } from './environment.ts'
import { mailRouteOf, shownOutboxOf } from './mailRoute.ts'
import type { SecretName } from './secretNames.ts'
import { parseJson, parseKeySet, readSecretsFile } from './secretsFile.ts'

export type * from './configTypes.ts'
export { secretNames, type SecretName, type Secrets } from './secretNames.ts'

const portOffsets: Readonly<Record<ProcessName, number>> = { gateway: 0, auth: 1, tenant: 2, campaign: 3, analytics: 4, collector: 5, worker: 6 }
const subgraphNames = ['auth', 'tenant', 'campaign', 'analytics'] as const
/** The repository's own folder. */
export const projectRoot = resolve(fileURLToPath(import.meta.url), '..', '..')

/** Thrown with one line for each bad or missing variable. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map((line) => `  - ${line}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** Reads variables and collects what is wrong with them; `done` throws all of it together. */
class Reader {
  readonly env: ParsedEnvironment
  readonly dataDir: string
  readonly #problems: string[] = []
  readonly #raw: Environment
  readonly #file: Readonly<Record<string, unknown>>

  constructor(raw: Environment) {
    this.#raw = raw
    const parsed = environmentSchema.safeParse(raw)
    if (!parsed.success)
      for (const problem of parsed.error.issues)
        this.#problems.push(`${problem.path.join('.')}: ${problem.message} (it is ${JSON.stringify(raw[String(problem.path[0])])})`)
    this.env = parsed.success ? parsed.data : environmentSchema.parse({})
    const { SMTP_URL, RESEND_API_KEY } = this.env
    if (SMTP_URL !== undefined && RESEND_API_KEY !== undefined) this.#problems.push('SMTP_URL, RESEND_API_KEY: mail leaves by one of them; only one may be set')
    this.dataDir = resolve(projectRoot, this.env.DATA_DIR ?? (this.env.PORT === 4000 ? '.data' : `.data/${this.env.PORT}`))
    this.#file = readSecretsFile(this.dataDir)
  }

  secret(name: SecretName): string {
    const value = this.#raw[name] ?? this.#file[name]
    if (typeof value === 'string' && value !== '') return value
    this.#problems.push(`${name}: missing, neither in the environment nor in ${join(this.dataDir, 'secrets.json')}`)
    return ''
  }

  /** With the one before it, while a rotation is under way. */
  masterKeys(): MasterKeys {
    const previous = this.#raw['DATA_MASTER_KEY_PREVIOUS'] ?? this.#file['DATA_MASTER_KEY_PREVIOUS']
    return { current: this.secret('DATA_MASTER_KEY'), previous: typeof previous === 'string' && previous !== '' ? previous : null }
  }

  key(name: SecretName): Jwk {
    const text = this.secret(name)
    if (text === '') return {}
    const parsed = z.record(z.string(), z.string()).safeParse(parseJson(text))
    if (parsed.success && parsed.data.kty === 'OKP') return parsed.data
    this.#problems.push(`${name}: must be an Ed25519 key as JWK JSON`)
    return {}
  }

  /** The key of ACCESS_PUBLIC_KEY, and those that overlap with it: a JWKS or a list of JWKs, from the environment, else from the file. */
  accessPublicKeys(): readonly Jwk[] {
    const own = this.key('ACCESS_PUBLIC_KEY')
    const text = this.#raw['ACCESS_PUBLIC_KEYS'] ?? this.#file['ACCESS_PUBLIC_KEYS']
    if (text === undefined || text === '') return [own]
    const more = parseKeySet(text)
    if (more === null) this.#problems.push('ACCESS_PUBLIC_KEYS: must be a JWKS or a JSON list of Ed25519 keys as JWK')
    return [own, ...(more ?? []).filter(({ kid }) => kid !== own['kid'])]
  }

  captcha(): AuthConfig['captcha'] {
    const { CAPTCHA_VERIFY_URL: verifyUrl, CAPTCHA_SECRET: secret } = this.env
    if ((verifyUrl === undefined) !== (secret === undefined)) this.#problems.push('CAPTCHA_VERIFY_URL and CAPTCHA_SECRET: set both or neither')
    return verifyUrl === undefined || secret === undefined ? null : { verifyUrl, secret }
  }

  postgres(role: 'owner' | 'app' | 'auth' | 'worker'): PostgresConfig {
    const base = this.env.DATABASE_URL
    const password = this.secret(`DATABASE_${role.toUpperCase() as 'OWNER' | 'APP' | 'AUTH' | 'WORKER'}_PASSWORD`)
    const target = new URL(base ?? `postgres://umg_owner@127.0.0.1:${this.env.PORT + 932}/unmogrowp`)
    // The owner of a server of one's own is whoever DATABASE_URL names.
    if (role !== 'owner' || base === undefined || target.username === '') {
      target.username = `umg_${role}`
      target.password = password
    }
    return { url: target.href, poolSize: this.env.DATABASE_POOL_SIZE }
  }

  clickhouse(user: 'migrate' | 'ingest' | 'analytics' | 'stream'): ClickHouseConfig {
    const base = new URL(this.env.CLICKHOUSE_URL ?? `http://127.0.0.1:${this.env.PORT + 123}`)
    const isNamed = user === 'migrate' && base.username !== ''
    const account = isNamed
      ? { user: decodeURIComponent(base.username), password: decodeURIComponent(base.password) }
      : { user, password: this.secret(`CLICKHOUSE_${user.toUpperCase() as 'MIGRATE'}_PASSWORD`) }
    base.username = ''
    base.password = ''
    return { url: base.href, database: this.env.CLICKHOUSE_DATABASE, ...account }
  }

  common(name: ProcessName): ProcessConfig {
    const port = this.env.PORT + portOffsets[name]
    return {
      name,
      host: this.env.HOST,
      port,
      adminPort: port + 500,
      dataDir: this.dataDir,
      isProduction: this.env.NODE_ENV === 'production',
      tenancy: this.tenancy(),
      logLevel: this.env.LOG_LEVEL,
      otlpEndpoint: this.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
      shutdownGraceMs: this.env.SHUTDOWN_GRACE_MS,
    }
  }

  tenancy(): Tenancy {
    const { TENANCY_MODE: mode, TENANT: slug } = this.env
    // Nobody may read which tenants there are before one is known, so the one has to be named.
    if (mode === 'single' && slug === undefined) this.#problems.push('TENANT: must name the one tenant by its slug with TENANCY_MODE=single')
    if (mode !== 'single' && slug !== undefined) this.#problems.push(`TENANT: is for TENANCY_MODE=single alone (the mode is ${mode})`)
    return { mode, onlyTenant: mode === 'single' ? (slug ?? null) : null }
  }

  publicUrl(): string {
    return this.env.PUBLIC_URL ?? `http://127.0.0.1:${this.env.PORT}`
  }

  subgraphUrl(name: (typeof subgraphNames)[number]): string {
    return (
      this.env[`${name.toUpperCase() as 'AUTH' | 'TENANT' | 'CAMPAIGN' | 'ANALYTICS'}_URL`] ?? `http://127.0.0.1:${this.env.PORT + portOffsets[name]}/graphql`
    )
  }

  subgraph(name: ProcessName, role: 'app' | 'auth'): SubgraphConfig {
    return { ...this.common(name), identityPublicKey: this.key('IDENTITY_PUBLIC_KEY'), postgres: this.postgres(role) }
  }

  done<T extends object>(config: T): Readonly<T> {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems)
    return Object.freeze(config)
  }
}

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
      geoHeaders: { country: read.env.GEO_COUNTRY_HEADER ?? null, coordinates: read.env.GEO_COORDINATES_HEADER ?? [] },
      outboxDir: shownOutboxOf(read.env, read.dataDir),
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
      secondFactorKey: read.secret('SECOND_FACTOR_KEY'),
      stepUpOnAnomaly: read.env.STEP_UP_ON_ANOMALY,
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
      masterKeys: read.masterKeys(),
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
      mailRoute: mailRouteOf(read.env, read.dataDir),
      mailFrom: read.env.MAIL_FROM,
      mailKey: read.secret('MAIL_KEY'),
      publicUrl: read.publicUrl(),
      auditKey: read.secret('AUDIT_KEY'),
      masterKeys: read.masterKeys(),
    })
  },
  audit(env: Environment = process.env): AuditConfig {
    const read = new Reader(env)
    const postgres = { workerUrl: read.postgres('worker').url, appUrl: read.postgres('app').url }
    return read.done({ ...postgres, auditKey: read.secret('AUDIT_KEY'), masterKeys: read.masterKeys() })
  },
  owner(env: Environment = process.env): OwnerConfig {
    const read = new Reader(env)
    return read.done({
      dataDir: read.dataDir,
      isProduction: read.env.NODE_ENV === 'production',
      ownerUrl: read.postgres('owner').url,
      appUrl: read.postgres('app').url,
      authUrl: read.postgres('auth').url,
      workerUrl: read.postgres('worker').url,
      rolePasswords: {
        app: read.secret('DATABASE_APP_PASSWORD'),
        auth: read.secret('DATABASE_AUTH_PASSWORD'),
        worker: read.secret('DATABASE_WORKER_PASSWORD'),
      },
      clickhouse: read.clickhouse('migrate'),
      clickhousePasswords: {
        migrate: read.secret('CLICKHOUSE_MIGRATE_PASSWORD'),
        ingest: read.secret('CLICKHOUSE_INGEST_PASSWORD'),
        analytics: read.secret('CLICKHOUSE_ANALYTICS_PASSWORD'),
        stream: read.secret('CLICKHOUSE_STREAM_PASSWORD'),
      },
      tenantSecret: read.secret('CLICKHOUSE_TENANT_SECRET'),
      keyPepper: read.secret('KEY_PEPPER'),
    })
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
  return read.done({
    port: read.env.PORT,
    dataDir: read.dataDir,
    isProduction: read.env.NODE_ENV === 'production',
    logLevel: read.env.LOG_LEVEL,
    publicUrl: read.publicUrl(),
    hasOwnPostgres: read.env.DATABASE_URL !== undefined,
    hasOwnClickHouse: read.env.CLICKHOUSE_URL !== undefined,
    env: { ...merged, APOLLO_TELEMETRY_DISABLED: '1', PORT: String(read.env.PORT), DATA_DIR: read.dataDir },
  })
}
