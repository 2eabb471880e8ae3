// The environment variables, what each may be and its default. Only ops/config.ts reads them.
import { z } from 'zod'
import { isNetwork } from './security/networks.ts'

const url = (protocols: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    message: `must be a URL starting with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  })
const headerName = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9-]{1,64}$/, 'must be the name of a header')
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max)

export const environmentSchema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  /** The gateway's port; the other processes follow at +1 … +6, the admin ports at +500. */
  PORT: whole(1024, 64000).default(4000),
  DATA_DIR: z.string().optional(),
  /** How tenants share this installation; see Tenancy. */
  TENANCY_MODE: z.enum(['shared', 'single', 'dedicated']).default('shared'),
  /** The slug of the one tenant; needed with TENANCY_MODE=single, and for nothing else. */
  TENANT: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be the slug of a tenant')
    .optional(),
  /** How many tenants may have databases of their own, with TENANCY_MODE=dedicated. */
  DEDICATED_DATABASES: whole(1, 500).default(16),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  DATABASE_POOL_SIZE: whole(1, 200).default(8),
  CLICKHOUSE_URL: url(['http:', 'https:']).optional(),
  CLICKHOUSE_DATABASE: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be a lower-case SQL name')
    .default('unmogrowp'),
  PUBLIC_URL: url(['http:', 'https:']).optional(),
  /** Where senders of events reach the collector; the explorer shows it. */
  PUBLIC_COLLECTOR_URL: url(['http:', 'https:']).optional(),
  /** The folder of the built explorer, which the gateway serves. */
  EXPLORER_DIR: z.string().optional(),
  AUTH_URL: url(['http:', 'https:']).optional(),
  TENANT_URL: url(['http:', 'https:']).optional(),
  CAMPAIGN_URL: url(['http:', 'https:']).optional(),
  ANALYTICS_URL: url(['http:', 'https:']).optional(),
  /** Addresses and CIDR blocks of the proxies before the gateway and the collector, with commas between: their X-Forwarded-For is believed, nobody else's. */
  TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(',').map((each) => each.trim()))
    .pipe(z.array(z.string().refine(isNetwork, 'must be addresses or blocks such as 10.0.0.0/8, with commas between')))
    .optional(),
  /** Addresses and CIDR blocks that webhooks may be sent to although they are not of the whole internet, also without TLS; with commas between. */
  WEBHOOK_ALLOWED_NETWORKS: z
    .string()
    .transform((text) => text.split(',').flatMap((each) => (each.trim() === '' ? [] : [each.trim()])))
    .pipe(z.array(z.string().refine(isNetwork, 'must be addresses or blocks such as 10.0.0.0/8, with commas between')))
    .optional(),
  /** Headers in which the proxy before the gateway says where a client is. Name one only where the proxy overwrites what clients send under it. */
  GEO_COUNTRY_HEADER: headerName.optional(),
  /** One header that holds `52.52,13.40`, or two with a comma between their names, of the latitude and the longitude. */
  GEO_COORDINATES_HEADER: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(headerName).min(1).max(2))
    .optional(),
  /** Whether an unusual login of an account without a second factor needs a code that is mailed to it. */
  STEP_UP_ON_ANOMALY: z.stringbool().default(false),
  /** Passwords hashed at once (default: one for each core but one), how many wait for that, and how long. */
  PASSWORD_HASHES_AT_ONCE: whole(1, 256).optional(),
  PASSWORD_HASHES_WAITING: whole(0, 10_000).default(64),
  PASSWORD_HASH_WAIT_MS: whole(0, 8_000).default(5_000),
  SMTP_URL: url(['smtp:', 'smtps:']).optional(),
  /** Mail by the HTTP provider Resend instead of SMTP; the address is another one only in tests. */
  RESEND_API_KEY: z.string().min(1).optional(),
  RESEND_URL: url(['http:', 'https:']).default('https://api.resend.com'),
  /** Of the webhook by which Resend tells of bounces and complaints, whsec_…; without it POST /api/mail/events is not there. */
  RESEND_WEBHOOK_SECRET: z.string().optional(),
  /** Production only starts with one of the two, or with this: mails are then left in files for somebody else to send. */
  MAIL_TO_FILES: z.stringbool().default(false),
  MAIL_FROM: z.string().default('UnMoGrowP <no-reply@unmogrowp.localhost>'),
  /** The siteverify address of reCAPTCHA, Turnstile or hCaptcha, with the secret and the site key that it gave. Without them nobody is asked for a captcha. */
  CAPTCHA_VERIFY_URL: url(['http:', 'https:']).optional(),
  CAPTCHA_SECRET: z.string().min(1).optional(),
  CAPTCHA_SITE_KEY: z.string().min(1).max(200).optional(),
  /** The script of the widget, where it is not what these three have; it defines `grecaptcha`, `hcaptcha` or `turnstile`. */
  CAPTCHA_SCRIPT_URL: url(['http:', 'https:']).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(['http:', 'https:']).optional(),
  SHUTDOWN_GRACE_MS: whole(0, 600_000).default(10_000),
  /** What one question of analytics may use. The ceilings are those of the readers' profile in ClickHouse; the gateway waits 60 seconds. */
  ANALYTICS_MAX_QUERY_SECONDS: whole(1, 55).default(45),
  ANALYTICS_MAX_QUERY_MEMORY_BYTES: whole(1_000_000, 4 * 1024 ** 3).default(4 * 1024 ** 3),
  ANALYTICS_MAX_QUERY_ROWS_READ: whole(1, 10_000_000_000).default(10_000_000_000),
  ANALYTICS_MAX_QUERY_RESULT_ROWS: whole(1, 1_000_000).default(1_000_000),
  /** Questions that run at once and that wait, of all tenants and of one. */
  ANALYTICS_CONCURRENT_QUERIES: whole(1, 64).default(8),
  ANALYTICS_CONCURRENT_QUERIES_PER_TENANT: whole(1, 64).default(4),
  ANALYTICS_WAITING_QUERIES: whole(0, 10_000).default(64),
  ANALYTICS_WAITING_QUERIES_PER_TENANT: whole(0, 10_000).default(16),
  /** Seconds that one tenant's questions may run within a minute, together; without it as long as its places allow. */
  ANALYTICS_SECONDS_PER_MINUTE_PER_TENANT: whole(1, 3_840).optional(),
  COLLECTOR_BODY_BYTES: whole(1, 1_000_000_000).default(10_000_000),
  COLLECTOR_EVENTS: whole(1, 1_000_000).default(10_000),
  COLLECTOR_QUEUE_BYTES: whole(1, 10_000_000_000).default(256_000_000),
  COLLECTOR_QUEUE_BYTES_PER_TENANT: whole(1, 10_000_000_000).default(128_000_000),
})
export type ParsedEnvironment = z.infer<typeof environmentSchema>
