// What ops/config.ts reads with: the variables, the file of secrets, and the parts that processes share.
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { captchaProviderOf } from './captchaPage.ts'
import type {
  AuthConfig,
  CaptchaPage,
  ClickHouseConfig,
  DatabaseMakerConfig,
  Environment,
  Jwk,
  MailRoute,
  MasterKeys,
  OwnerConfig,
  PostgresConfig,
  ProcessConfig,
  ProcessName,
  SecondFactorKeys,
  SubgraphConfig,
  Tenancy,
} from './configTypes.ts'
import { environmentSchema, type ParsedEnvironment } from './environment.ts'
import { mailRouteOf } from './mailRoute.ts'
import { webhookSecretOf } from './security/webhookSignature.ts'
import type { SecretName } from './secretNames.ts'
import { parseJson, parseKeySet, readSecretsFile } from './secretsFile.ts'

export const portOffsets: Readonly<Record<ProcessName, number>> = { gateway: 0, auth: 1, tenant: 2, campaign: 3, analytics: 4, collector: 5, worker: 6 }
const subgraphNames = ['auth', 'tenant', 'campaign', 'analytics'] as const
const LOOPBACK = ['127.0.0.0/8', '::1/128'] as const
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
export class Reader {
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

  masterKeys(): MasterKeys {
    return this.#rotated('DATA_MASTER_KEY')
  }

  secondFactorKeys(): SecondFactorKeys {
    return this.#rotated('SECOND_FACTOR_KEY')
  }

  /** With the one before it, while a rotation is under way. */
  #rotated(name: 'DATA_MASTER_KEY' | 'SECOND_FACTOR_KEY') {
    const previous = this.#raw[`${name}_PREVIOUS`] ?? this.#file[`${name}_PREVIOUS`]
    return { current: this.secret(name), previous: typeof previous === 'string' && previous !== '' ? previous : null }
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

  /** A link that nobody gets locks people out one by one, so in production it is said at the start. */
  mailRoute(): MailRoute {
    const route = mailRouteOf(this.env, this.dataDir)
    if (route.kind === 'files' && this.env.NODE_ENV === 'production' && !this.env.MAIL_TO_FILES)
      this.#problems.push(
        `SMTP_URL, RESEND_API_KEY: mail leaves by one of them in production; set one, or MAIL_TO_FILES=true to leave mails in ${route.folder}`,
      )
    return route
  }

  mailEventSecret(): Buffer | null {
    const { RESEND_WEBHOOK_SECRET: text = '' } = this.env
    const secret = text === '' ? null : webhookSecretOf(text)
    if (text !== '' && secret === null) this.#problems.push('RESEND_WEBHOOK_SECRET: must be the signing secret of a webhook at Resend, such as whsec_MfKQ9r8G…')
    return secret
  }

  captcha(): AuthConfig['captcha'] {
    const { CAPTCHA_VERIFY_URL: verifyUrl, CAPTCHA_SECRET: secret, CAPTCHA_SITE_KEY: siteKey } = this.env
    const named = Object.entries({ CAPTCHA_VERIFY_URL: verifyUrl, CAPTCHA_SECRET: secret, CAPTCHA_SITE_KEY: siteKey })
    const missing = named.flatMap(([name, value]) => (value === undefined ? [name] : []))
    const set = named.flatMap(([name, value]) => (value === undefined ? [] : [name]))
    // Without a site key whoever is asked for a captcha would have none to solve.
    if (set.length > 0 && missing.length > 0) this.#problems.push(`${missing.join(', ')}: missing; goes with ${set.join(' and ')}`)
    return verifyUrl === undefined || secret === undefined ? null : { verifyUrl, secret }
  }

  /** What the explorer shows; the secret is not the gateway's to know. */
  captchaPage(): CaptchaPage | null {
    const { CAPTCHA_VERIFY_URL: verifyUrl, CAPTCHA_SITE_KEY: siteKey, CAPTCHA_SCRIPT_URL: scriptUrl } = this.env
    if (siteKey === undefined) {
      if (scriptUrl !== undefined) this.#problems.push('CAPTCHA_SITE_KEY: missing; goes with CAPTCHA_SCRIPT_URL')
      return null
    }
    const provider = captchaProviderOf(verifyUrl, scriptUrl)
    if (provider === null)
      this.#problems.push('CAPTCHA_SCRIPT_URL: missing; CAPTCHA_SITE_KEY needs it where CAPTCHA_VERIFY_URL is not of reCAPTCHA, hCaptcha or Turnstile')
    return provider === null ? null : { siteKey, ...provider }
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

  /** Where nobody says it, a laptop may send to itself; a server in production sends to the internet alone. */
  webhookNetworks(): readonly string[] {
    return this.env.WEBHOOK_ALLOWED_NETWORKS ?? (this.env.NODE_ENV === 'production' ? [] : LOOPBACK)
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

  databaseMaker(): DatabaseMakerConfig {
    return { ownerUrl: this.postgres('owner').url, clickhouse: this.clickhouse('migrate'), dedicatedDatabases: this.env.DEDICATED_DATABASES }
  }

  owner(): OwnerConfig {
    return {
      ...this.databaseMaker(),
      dataDir: this.dataDir,
      isProduction: this.env.NODE_ENV === 'production',
      appUrl: this.postgres('app').url,
      authUrl: this.postgres('auth').url,
      workerUrl: this.postgres('worker').url,
      rolePasswords: {
        app: this.secret('DATABASE_APP_PASSWORD'),
        auth: this.secret('DATABASE_AUTH_PASSWORD'),
        worker: this.secret('DATABASE_WORKER_PASSWORD'),
      },
      clickhousePasswords: {
        migrate: this.secret('CLICKHOUSE_MIGRATE_PASSWORD'),
        ingest: this.secret('CLICKHOUSE_INGEST_PASSWORD'),
        analytics: this.secret('CLICKHOUSE_ANALYTICS_PASSWORD'),
        stream: this.secret('CLICKHOUSE_STREAM_PASSWORD'),
      },
      tenantSecret: this.secret('CLICKHOUSE_TENANT_SECRET'),
      keyPepper: this.secret('KEY_PEPPER'),
    }
  }

  done<T extends object>(config: T): Readonly<T> {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems)
    return Object.freeze(config)
  }
}
