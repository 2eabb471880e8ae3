// What each process is told: the shapes that ops/config.ts fills.
export type Environment = Readonly<Record<string, string | undefined>>
export type ProcessName = 'gateway' | 'auth' | 'tenant' | 'campaign' | 'analytics' | 'collector' | 'worker'
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
/** A public or private Ed25519 key as JWK. */
export type Jwk = Readonly<Record<string, string>>

/**
 * How tenants share an installation. *shared*: all in one PostgreSQL and one ClickHouse database. *single*: there is one, and no other is let in.
 * *dedicated*: a tenant may have databases of its own.
 */
export type TenancyMode = 'shared' | 'single' | 'dedicated'
export type Tenancy = {
  readonly mode: TenancyMode
  /** The slug of the one tenant in the mode *single*; null in the others. */
  readonly onlyTenant: string | null
}

export type ProcessConfig = {
  readonly name: ProcessName
  /** The address it listens on; loopback unless HOST says otherwise. */
  readonly host: string
  readonly port: number
  /** Loopback only: /metrics and /health. */
  readonly adminPort: number
  readonly dataDir: string
  readonly isProduction: boolean
  readonly tenancy: Tenancy
  readonly logLevel: LogLevel
  /** OTLP over HTTP, such as http://127.0.0.1:4318; null switches tracing off. */
  readonly otlpEndpoint: string | null
  /** How long a stopping process waits for work in hand. */
  readonly shutdownGraceMs: number
}
export type PostgresConfig = { readonly url: string; readonly poolSize: number }
export type ClickHouseConfig = { readonly url: string; readonly database: string; readonly user: string; readonly password: string }

/** What wraps the data keys of the tenants; any length. `previous` is the one before it, which still opens while a rotation is under way. */
export type MasterKeys = { readonly current: string; readonly previous: string | null }

/** What seals second factors; any length. `previous` is the one before it, which still opens while a rotation is under way. */
export type SecondFactorKeys = { readonly current: string; readonly previous: string | null }

/** What a page needs to show a captcha. */
export type CaptchaPage = {
  readonly siteKey: string
  /** Defines the provider's global object: grecaptcha, hcaptcha or turnstile. */
  readonly scriptUrl: string
  /** What the page's policy lets in for it. */
  readonly sources: Readonly<Record<'script' | 'frame' | 'style' | 'connect', readonly string[]>>
}

export type GatewayConfig = ProcessConfig & {
  readonly publicUrl: string
  /** Networks of the proxies whose X-Forwarded-For is believed; empty: nobody's. */
  readonly trustedProxies: readonly string[]
  /** Headers by which the proxy before the gateway says where a client is, in lower case; null and none: nobody says it. */
  readonly geoHeaders: { readonly country: string | null; readonly coordinates: readonly string[] }
  readonly subgraphUrls: Readonly<Record<'auth' | 'tenant' | 'campaign' | 'analytics', string>>
  readonly identityPrivateKey: Jwk
  /** Access tokens signed by any of these are good; the one that signs first. */
  readonly accessPublicKeys: readonly Jwk[]
  /** The folder of the built explorer; null: it is not served. */
  readonly explorerDir: string | null
  /** The folder of the development outbox; null in production and where mail leaves the machine. */
  readonly outboxDir: string | null
  /** By which the mail provider signs what it says of mails; null: nobody is listened to. */
  readonly mailEventSecret: Buffer | null
  /** Where senders of events reach the collector, without a slash at its end; the explorer shows it. */
  readonly publicCollectorUrl: string
  /** The captcha that the explorer shows to whoever is asked for one; null: none. */
  readonly captcha: CaptchaPage | null
}
export type SubgraphConfig = ProcessConfig & { readonly identityPublicKey: Jwk; readonly postgres: PostgresConfig }
export type AuthConfig = SubgraphConfig & {
  readonly accessPrivateKey: Jwk
  /** As at the gateway: two while one follows the other. */
  readonly accessPublicKeys: readonly Jwk[]
  /**
   * Marks refresh tokens, and makes each one's successor; marks known devices and what attempts are counted by, so all processes of an installation share
   * it. Apart from the keys of access tokens, so that these can be changed and nobody is logged out.
   */
  readonly refreshKey: string
  /** Where the answers to captchas are looked at; null: nobody is asked for one. */
  readonly captcha: { readonly verifyUrl: string; readonly secret: string } | null
  /** Seals what a mail will say on its way to the worker. */
  readonly mailKey: string
  /** Seal the secrets of authenticator apps where they are stored, and the challenges of a login. */
  readonly secondFactorKeys: SecondFactorKeys
  /** Whether an unusual login of an account without a second factor needs a code that is mailed to it. */
  readonly stepUpOnAnomaly: boolean
  /** How many passwords are hashed at once (null: one for each core but one), how many wait for that, and how long; TOO_BUSY above it. */
  readonly hashes: { readonly atOnce: number | null; readonly maxWaiting: number; readonly maxWaitMs: number }
  readonly publicUrl: string
}
export type TenantConfig = SubgraphConfig & {
  readonly keyPepper: string
  readonly mailKey: string
  readonly cursorKey: string
  readonly masterKeys: MasterKeys
}
export type CampaignConfig = SubgraphConfig
export type AnalyticsConfig = SubgraphConfig & {
  readonly clickhouse: ClickHouseConfig
  readonly tenantSecret: string
  readonly cursorKey: string
  /** Hashes the ids of users for keys that may not see them. Another one would make every user a stranger to those who joined by the hashes. */
  readonly userHashKey: string
  readonly masterKeys: MasterKeys
  /** Networks that webhooks may be sent to although they are not of the whole internet, also without TLS. */
  readonly webhookNetworks: readonly string[]
  readonly budgets: {
    /** What one question may use at most; QUERY_TOO_LARGE above it. `maxResultRows` is of the statement's rows, before the answer's own limit. */
    readonly query: { readonly maxSeconds: number; readonly maxMemoryBytes: number; readonly maxRowsRead: number; readonly maxResultRows: number }
    /** Questions that run and wait at once, of all tenants and of one; TOO_BUSY above it. */
    readonly queue: {
      readonly maxRunning: number
      readonly maxRunningPerTenant: number
      readonly maxWaiting: number
      readonly maxWaitingPerTenant: number
      /** Null: as long as its places allow. */
      readonly secondsPerMinutePerTenant: number | null
    }
  }
}
export type CollectorConfig = ProcessConfig & {
  /** Networks of the proxies whose X-Forwarded-For is believed; empty: nobody's. */
  readonly trustedProxies: readonly string[]
  readonly postgres: PostgresConfig
  readonly keyPepper: string
  readonly eventIdKey: string
  readonly deviceKey: string
  readonly masterKeys: MasterKeys
  readonly limits: {
    readonly bodyBytes: number
    readonly events: number
    /** Bytes of all requests waiting to be committed; above it the answer is 503. */
    readonly queueBytes: number
    /** The same for one tenant; above it the answer is 429. */
    readonly queueBytesPerTenant: number
  }
}
/** How mail leaves: by SMTP, by the HTTP provider Resend, or into a folder, for development. */
export type MailRoute =
  | { readonly kind: 'smtp'; readonly url: string }
  | { readonly kind: 'resend'; readonly url: string; readonly apiKey: string }
  | { readonly kind: 'files'; readonly folder: string }
export type WorkerConfig = ProcessConfig & {
  /** Role umg_worker: the outbox and BullMQ's schema. */
  readonly postgres: PostgresConfig
  /** Role umg_app: tenant tables, one tenant at a time. */
  readonly appPostgres: PostgresConfig
  /** User ingest: INSERT only. */
  readonly clickhouse: ClickHouseConfig
  /** User analytics with a signed tenant statement: verifies copies. */
  readonly verifyClickhouse: ClickHouseConfig
  readonly tenantSecret: string
  readonly mailRoute: MailRoute
  readonly mailFrom: string
  readonly mailKey: string
  readonly publicUrl: string
  /** Of the hash chains of the audit logs. */
  readonly auditKey: string
  readonly masterKeys: MasterKeys
  readonly secondFactorKeys: SecondFactorKeys
  readonly cursorKey: string
  /** As for analytics. */
  readonly webhookNetworks: readonly string[]
  /** In the mode *dedicated* alone; null in the others. */
  readonly databaseMaker: DatabaseMakerConfig | null
}
/** Verifying the audit logs. */
export type AuditConfig = {
  /** Role umg_worker: lists the tenants. */
  readonly workerUrl: string
  /** Role umg_app: reads one tenant at a time. */
  readonly appUrl: string
  readonly auditKey: string
  readonly masterKeys: MasterKeys
}
/** Asking for the move of a tenant. */
export type MoveConfig = {
  readonly tenancy: Tenancy
  /** Role umg_worker: asks, and looks how far it is. */
  readonly workerUrl: string
  /** Role umg_app: whether the tenant is made. */
  readonly appUrl: string
}
/** Who makes the databases that a tenant has for itself: the owners of both servers. */
export type DatabaseMakerConfig = {
  /** The owner of everything; may make roles and databases. */
  readonly ownerUrl: string
  /** User migrate. */
  readonly clickhouse: ClickHouseConfig
  /** How many tenants may have databases of their own. */
  readonly dedicatedDatabases: number
}
/** Migrations, provisioning and the demo: the only part that sees the owners of both databases. */
export type OwnerConfig = DatabaseMakerConfig & {
  readonly dataDir: string
  readonly isProduction: boolean
  readonly appUrl: string
  readonly authUrl: string
  readonly workerUrl: string
  readonly rolePasswords: Readonly<Record<'app' | 'auth' | 'worker', string>>
  readonly clickhousePasswords: Readonly<Record<'migrate' | 'ingest' | 'analytics' | 'stream', string>>
  readonly tenantSecret: string
  readonly keyPepper: string
}

/** What the supervisor itself needs from the environment. */
export type StartConfig = {
  readonly port: number
  readonly dataDir: string
  readonly isProduction: boolean
  /** true: that engine is a server of one's own, and is not started. */
  readonly hasOwnPostgres: boolean
  readonly hasOwnClickHouse: boolean
  /** How many tenants may have databases of their own; 0 but in the mode *dedicated*. */
  readonly dedicatedDatabases: number
  readonly logLevel: LogLevel
  readonly publicUrl: string
  /** The environment that children start from. */
  readonly env: Environment
}
