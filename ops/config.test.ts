import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError, projectRoot, readConfig, readStartConfig, type Environment } from './config.ts'
import { ensureSecrets, rotateAccessKey } from './secrets.ts'

describe('configuration', () => {
  let folder: string
  let env: Environment
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'unmogrowp-config-'))
    ensureSecrets(folder)
    env = { DATA_DIR: folder }
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const problemsOf = (read: () => unknown): readonly string[] => {
    try {
      read()
    } catch (error) {
      if (error instanceof ConfigError) return error.problems
      throw error
    }
    return []
  }

  it('without any variable gives the documented addresses', () => {
    const gateway = readConfig.gateway(env)
    expect([gateway.port, gateway.adminPort, gateway.host]).toEqual([4000, 4500, '127.0.0.1'])
    expect(gateway.subgraphUrls).toEqual({
      auth: 'http://127.0.0.1:4001/graphql',
      tenant: 'http://127.0.0.1:4002/graphql',
      campaign: 'http://127.0.0.1:4003/graphql',
      analytics: 'http://127.0.0.1:4004/graphql',
    })
    expect([readConfig.collector(env).port, readConfig.worker(env).adminPort]).toEqual([4005, 4506])
    expect(new URL(readConfig.campaign(env).postgres.url).port).toBe('4932')
    expect(readConfig.analytics(env).clickhouse.url).toBe('http://127.0.0.1:4123/')
  })

  it('moves every port with PORT, and the data folder too', () => {
    const start = readStartConfig({ port: 6000, dataDir: null }, {})
    expect(start.dataDir).toBe(join(projectRoot, '.data/6000'))
    expect(readConfig.gateway({ ...env, PORT: '6000' }).subgraphUrls.analytics).toBe('http://127.0.0.1:6004/graphql')
    expect(new URL(readConfig.auth({ ...env, PORT: '6000' }).postgres.url).port).toBe('6932')
  })

  it('gives each process its own role and user, on a server of one’s own too', () => {
    const own = { ...env, DATABASE_URL: 'postgres://boss:secret@db.example:5432/growth', CLICKHOUSE_URL: 'http://boss:secret@ch.example:8123' }
    const roles = [readConfig.auth(own).postgres.url, readConfig.tenant(own).postgres.url, readConfig.worker(own).postgres.url].map((text) => new URL(text))
    expect(roles.map((url) => [url.username, url.host, url.pathname])).toEqual([
      ['umg_auth', 'db.example:5432', '/growth'],
      ['umg_app', 'db.example:5432', '/growth'],
      ['umg_worker', 'db.example:5432', '/growth'],
    ])
    expect(readConfig.owner(own).ownerUrl).toBe('postgres://boss:secret@db.example:5432/growth')
    expect(readConfig.analytics(own).clickhouse).toMatchObject({ url: 'http://ch.example:8123/', user: 'analytics' })
    expect(readConfig.owner(own).clickhouse).toMatchObject({ url: 'http://ch.example:8123/', user: 'boss', password: 'secret' })
  })

  it('lets a secret of the environment win over the file', () => {
    expect(readConfig.tenant({ ...env, KEY_PEPPER: 'from the environment' }).keyPepper).toBe('from the environment')
  })

  it('knows the master key before while a rotation is under way, and not otherwise', () => {
    expect(readConfig.worker({ ...env, DATA_MASTER_KEY: 'next', DATA_MASTER_KEY_PREVIOUS: 'old' }).masterKeys).toEqual({ current: 'next', previous: 'old' })
    expect(readConfig.worker({ ...env, DATA_MASTER_KEY: 'next', DATA_MASTER_KEY_PREVIOUS: '' }).masterKeys).toEqual({ current: 'next', previous: null })
    expect(readConfig.tenant(env).masterKeys.previous).toBeNull()
  })

  it('knows the key of second factors before while a rotation is under way, in both processes that need it', () => {
    const rotated = { ...env, SECOND_FACTOR_KEY: 'next', SECOND_FACTOR_KEY_PREVIOUS: 'old' }
    for (const read of [readConfig.auth, readConfig.worker]) {
      expect(read(rotated).secondFactorKeys).toEqual({ current: 'next', previous: 'old' })
      expect(read({ ...rotated, SECOND_FACTOR_KEY_PREVIOUS: '' }).secondFactorKeys).toEqual({ current: 'next', previous: null })
    }
  })

  it('knows the secret of the mail provider’s events, and never repeats one that is wrong', () => {
    expect(readConfig.gateway(env).mailEventSecret).toBeNull()
    const secret = Buffer.from('thirty-two bytes of some secret!')
    expect(readConfig.gateway({ ...env, RESEND_WEBHOOK_SECRET: `whsec_${secret.toString('base64')}` }).mailEventSecret).toEqual(secret)
    const wrong = { ...env, RESEND_WEBHOOK_SECRET: 'whsec_mistyped' }
    for (const read of [() => readConfig.gateway(wrong), () => readStartConfig({ port: null, dataDir: null }, wrong)])
      expect(problemsOf(read)).toEqual([expect.stringMatching(/^RESEND_WEBHOOK_SECRET: must be (?!.*mistyped)/)])
  })

  it('knows by which headers a proxy says where clients are, and that nobody says it by default', () => {
    expect(readConfig.gateway(env).geoHeaders).toEqual({ country: null, coordinates: [] })
    const set = { GEO_COUNTRY_HEADER: 'CF-IPCountry', GEO_COORDINATES_HEADER: 'cf-iplatitude,cf-iplongitude' }
    expect(readConfig.gateway({ ...env, ...set }).geoHeaders).toEqual({ country: 'cf-ipcountry', coordinates: ['cf-iplatitude', 'cf-iplongitude'] })
    const [problem] = problemsOf(() => readConfig.gateway({ ...env, GEO_COUNTRY_HEADER: 'no header' }))
    expect(problem).toMatch(/^GEO_COUNTRY_HEADER: must be the name of a header/)
    expect([readConfig.auth(env).stepUpOnAnomaly, readConfig.auth({ ...env, STEP_UP_ON_ANOMALY: 'true' }).stepUpOnAnomaly]).toEqual([false, true])
  })

  it('believes no proxy by default, and those alone that are named', () => {
    expect([readConfig.gateway(env).trustedProxies, readConfig.collector(env).trustedProxies]).toEqual([[], []])
    expect(readConfig.gateway({ ...env, TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).trustedProxies).toEqual(['10.0.0.0/8', '::1'])
    for (const wrong of ['true', '', '10.0.0.0/33'])
      expect(problemsOf(() => readConfig.collector({ ...env, TRUSTED_PROXIES: wrong }))[0]).toMatch(/^TRUSTED_PROXIES/)
  })

  it('lets webhooks go to this machine where it is no production, else to what is named alone', () => {
    const networksOf = (given: Record<string, string>) => readConfig.analytics({ ...env, ...given }).webhookNetworks
    expect([networksOf({}), networksOf({ NODE_ENV: 'production' })]).toEqual([['127.0.0.0/8', '::1/128'], []])
    expect([networksOf({ WEBHOOK_ALLOWED_NETWORKS: '10.0.0.0/8, ::1' }), networksOf({ WEBHOOK_ALLOWED_NETWORKS: '' })]).toEqual([['10.0.0.0/8', '::1'], []])
    expect(problemsOf(() => readConfig.analytics({ ...env, WEBHOOK_ALLOWED_NETWORKS: 'all' }))[0]).toMatch(/^WEBHOOK_ALLOWED_NETWORKS/)
  })

  it('gives analytics its budgets, of one question and of the questions of a tenant', () => {
    const set = { ANALYTICS_MAX_QUERY_SECONDS: '5', ANALYTICS_MAX_QUERY_MEMORY_BYTES: '1000000000', ANALYTICS_CONCURRENT_QUERIES_PER_TENANT: '2' }
    const { query, queue } = readConfig.analytics({ ...env, ...set }).budgets
    expect(query).toEqual({ maxSeconds: 5, maxMemoryBytes: 1_000_000_000, maxRowsRead: 10_000_000_000, maxResultRows: 1_000_000 })
    expect(queue).toEqual({ maxRunning: 8, maxRunningPerTenant: 2, maxWaiting: 64, maxWaitingPerTenant: 16, secondsPerMinutePerTenant: null })
    const bad = { ANALYTICS_MAX_QUERY_SECONDS: '56', ANALYTICS_CONCURRENT_QUERIES: '0' }
    expect(problemsOf(() => readConfig.analytics({ ...env, ...bad })).map((line) => line.split(':')[0])).toEqual(expect.arrayContaining(Object.keys(bad)))
  })

  it('sends mail by one way, and shows the development outbox only where there is one', () => {
    const route = (more: Environment) => readConfig.worker({ ...env, ...more }).mailRoute
    const shown = (more: Environment) => readConfig.gateway({ ...env, ...more }).outboxDir
    const smtp = { SMTP_URL: 'smtp://mail.example' }
    const resend = { RESEND_API_KEY: 're_1', RESEND_URL: 'http://127.0.0.1:9/' }
    expect([route({}), shown({})]).toEqual([{ kind: 'files', folder: join(folder, 'outbox') }, join(folder, 'outbox')])
    expect([route(smtp), shown(smtp)]).toEqual([{ kind: 'smtp', url: 'smtp://mail.example' }, null])
    expect([route(resend), shown(resend)]).toEqual([{ kind: 'resend', url: 'http://127.0.0.1:9', apiKey: 're_1' }, null])
    expect(shown({ NODE_ENV: 'production' })).toBeNull()
    const production = { NODE_ENV: 'production' } as const
    for (const read of [() => route(production), () => readStartConfig({ port: null, dataDir: null }, { ...env, ...production })])
      expect(problemsOf(read)).toEqual([expect.stringMatching(/^SMTP_URL, RESEND_API_KEY: .* set one, or MAIL_TO_FILES=true to leave mails in .*outbox$/)])
    expect(route({ ...production, MAIL_TO_FILES: 'true' }).kind).toBe('files')
    expect([route({ ...production, ...smtp }).kind, route({ ...production, ...resend }).kind]).toEqual(['smtp', 'resend'])
    expect(problemsOf(() => route({ ...smtp, ...resend }))).toEqual(['SMTP_URL, RESEND_API_KEY: mail leaves by one of them; only one may be set'])
  })

  it('has a captcha with all that it needs or none, and gives the gateway what a page may know', () => {
    const keys = { CAPTCHA_SECRET: 'the secret', CAPTCHA_SITE_KEY: 'the site key' }
    const turnstile = { CAPTCHA_VERIFY_URL: 'https://challenges.cloudflare.com/turnstile/v0/siteverify', ...keys }
    const page = (more: Environment) => readConfig.gateway({ ...env, ...more }).captcha
    expect([page({}), readConfig.auth(env).captcha]).toEqual([null, null])
    expect(readConfig.auth({ ...env, ...turnstile }).captcha).toEqual({ verifyUrl: turnstile.CAPTCHA_VERIFY_URL, secret: 'the secret' })
    const host = ['https://challenges.cloudflare.com']
    expect(page(turnstile)).toEqual({
      siteKey: 'the site key',
      scriptUrl: 'https://challenges.cloudflare.com/turnstile/v0/api.js',
      sources: { script: host, frame: host, style: [], connect: [] },
    })
    expect(page({ ...keys, CAPTCHA_VERIFY_URL: 'https://www.google.com/recaptcha/api/siteverify' })).toMatchObject({
      scriptUrl: 'https://www.google.com/recaptcha/api.js',
      sources: { script: ['https://www.google.com/recaptcha/', 'https://www.gstatic.com/recaptcha/'] },
    })
    expect(page({ ...keys, CAPTCHA_VERIFY_URL: 'https://api.hcaptcha.com/siteverify' })?.scriptUrl).toBe('https://js.hcaptcha.com/1/api.js')
    const own = { ...keys, CAPTCHA_VERIFY_URL: 'https://verify.example', CAPTCHA_SCRIPT_URL: 'https://captcha.example:8443/a/b.js?x=1' }
    const ownHost = ['https://captcha.example:8443']
    expect(page(own)).toEqual({
      siteKey: 'the site key',
      scriptUrl: own.CAPTCHA_SCRIPT_URL,
      sources: { script: ownHost, frame: ownHost, style: ownHost, connect: ownHost },
    })

    const auth = (set: Environment) => problemsOf(() => readConfig.auth({ ...env, ...set }))
    const start = (set: Environment) => problemsOf(() => readStartConfig({ port: null, dataDir: null }, { ...env, ...set }))
    for (const problems of [auth, start]) {
      expect(problems({ ...turnstile, CAPTCHA_SECRET: undefined })).toEqual(['CAPTCHA_SECRET: missing; goes with CAPTCHA_VERIFY_URL and CAPTCHA_SITE_KEY'])
      expect(problems({ ...turnstile, CAPTCHA_SITE_KEY: undefined })).toEqual(['CAPTCHA_SITE_KEY: missing; goes with CAPTCHA_VERIFY_URL and CAPTCHA_SECRET'])
    }
    expect(auth({ CAPTCHA_SITE_KEY: 'x' })).toEqual(['CAPTCHA_VERIFY_URL, CAPTCHA_SECRET: missing; goes with CAPTCHA_SITE_KEY'])
    const gateway = (set: Environment) => problemsOf(() => page(set))
    expect(gateway({ CAPTCHA_SCRIPT_URL: 'https://captcha.example/a.js' })).toEqual(['CAPTCHA_SITE_KEY: missing; goes with CAPTCHA_SCRIPT_URL'])
    expect(gateway({ ...own, CAPTCHA_SCRIPT_URL: undefined })).toEqual([expect.stringMatching(/^CAPTCHA_SCRIPT_URL: missing; CAPTCHA_SITE_KEY needs it/)])
    expect(gateway({ ...own, CAPTCHA_SCRIPT_URL: 'javascript:alert(1)' })[0]).toMatch(/^CAPTCHA_SCRIPT_URL: must be a URL/)
  })

  it('has three modes of tenancy, of which one names its tenant', () => {
    expect(readConfig.gateway(env).tenancy).toEqual({ mode: 'shared', onlyTenant: null })
    expect(readConfig.collector({ ...env, TENANCY_MODE: 'single', TENANT: 'acme' }).tenancy).toEqual({ mode: 'single', onlyTenant: 'acme' })
    expect(readConfig.worker({ ...env, TENANCY_MODE: 'dedicated' }).tenancy).toEqual({ mode: 'dedicated', onlyTenant: null })
    const wrong = [{ TENANCY_MODE: 'single' }, { TENANT: 'acme' }, { TENANCY_MODE: 'single', TENANT: 'Acme Inc.' }, { TENANCY_MODE: 'many' }]
    for (const set of wrong) expect(problemsOf(() => readConfig.gateway({ ...env, ...set })).join()).toMatch(/^TENAN/)
  })

  it('reports every bad and missing variable at once', () => {
    const problems = problemsOf(() =>
      readConfig.analytics({ DATA_DIR: join(folder, 'nowhere'), PORT: '70', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://x', KEY_PEPPER: 'x' }),
    )
    for (const name of ['PORT', 'LOG_LEVEL', 'DATABASE_URL', 'CLICKHOUSE_TENANT_SECRET', 'IDENTITY_PUBLIC_KEY', 'CURSOR_KEY'])
      expect(
        problems.some((line) => line.startsWith(`${name}:`)),
        name,
      ).toBe(true)
  })

  it('asks a process only for its own secrets', () => {
    const missing = (read: (own: Environment) => unknown) => problemsOf(() => read({ DATA_DIR: join(folder, 'nowhere') })).map((line) => line.split(':')[0])
    expect(missing(readConfig.gateway)).toEqual(['IDENTITY_PRIVATE_KEY', 'ACCESS_PUBLIC_KEY'])
    expect(missing(readConfig.campaign)).toEqual(['IDENTITY_PUBLIC_KEY', 'DATABASE_APP_PASSWORD'])
  })

  it('has a second key for access tokens while it is rotated, from a JWKS or a list, and its own first', () => {
    const [own] = readConfig.gateway(env).accessPublicKeys
    const other = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'the-other' }
    for (const text of [JSON.stringify([own, other]), JSON.stringify({ keys: [other] })])
      expect(readConfig.gateway({ ...env, ACCESS_PUBLIC_KEYS: text }).accessPublicKeys).toEqual([own, other])
    for (const bad of ['{', '[{"kty":"RSA","kid":"a"}]', JSON.stringify([{ ...other, d: 'secret' }])])
      expect(problemsOf(() => readConfig.gateway({ ...env, ACCESS_PUBLIC_KEYS: bad }))).toEqual([expect.stringMatching(/^ACCESS_PUBLIC_KEYS: must be/)])
  })

  it('is given a new key for access tokens by a rotation, which keeps the one before and everything else', () => {
    const rotated = join(folder, 'rotated')
    const before = ensureSecrets(rotated)
    const own = { ...env, DATA_DIR: rotated }
    const [old] = readConfig.gateway(own).accessPublicKeys
    rotateAccessKey(rotated)
    const { accessPrivateKey, accessPublicKeys, refreshKey } = readConfig.auth(own)
    expect(accessPublicKeys).toEqual([expect.objectContaining({ kid: accessPrivateKey['kid'] }), old])
    expect(accessPrivateKey['kid']).not.toBe(old?.['kid'])
    expect([refreshKey, ensureSecrets(rotated).KEY_PEPPER]).toEqual([before.REFRESH_KEY, before.KEY_PEPPER])
  })

  it('refuses a key that is no Ed25519 JWK', () => {
    expect(problemsOf(() => readConfig.campaign({ ...env, IDENTITY_PUBLIC_KEY: '{"kty":"RSA"}' }))).toEqual([
      'IDENTITY_PUBLIC_KEY: must be an Ed25519 key as JWK JSON',
    ])
  })
})
