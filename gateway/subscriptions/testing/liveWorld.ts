import type { SupergraphSdlHook } from '@apollo/gateway'
import type { GraphQLSchema } from 'graphql'
import { createLogger } from '#ops/logging.ts'
import { composeSchema } from '#ops/schema/compose.ts'
import { signAccessToken } from '#ops/security/accessToken.ts'
import { formatKey } from '#ops/security/keys.ts'
import type { Role } from '#ops/security/permissions.ts'
import { createSigningKeyPair } from '#ops/security/signingKeys.ts'
import { startSubgraph, type RunningSubgraph } from '#ops/service/startSubgraph.ts'
import { startGateway, type GatewayOptions, type RunningGateway } from '../../startGateway.ts'
import { authSchema } from '../../testing/authSchema.ts'
import { TestLog } from './testLog.ts'
import { analyticsSchema, campaignSchema, tenantSchema, type Knobs, type TestContext, type TestKey } from './testSubgraphs.ts'

type Name = 'analytics' | 'auth' | 'campaign' | 'tenant'

/** A gateway over four real subgraphs of the test's own, on free ports in this process, without any database. */
export type LiveWorld = {
  readonly gateway: RunningGateway
  /** The gateway's ws address. */
  readonly url: string
  readonly knobs: Knobs
  readonly log: TestLog
  readonly subgraphUrl: (name: Name) => string
  readonly identityPrivateKey: Readonly<Record<string, string>>
  /** The gateway's gauge of that name. */
  readonly gauge: (what: 'sockets' | 'eventStreams' | 'operations' | 'upstreams') => Promise<number>
  readonly stop: (name: Name) => Promise<void>
  readonly start: (name: Name) => Promise<void>
  /** It comes back at the same address. */
  readonly stopGateway: () => Promise<void>
  readonly startGateway: () => Promise<void>
  /** `Bearer` and an access token of a member of the tenant. */
  readonly token: (options?: {
    readonly slug?: string
    readonly role?: Role
    readonly accountId?: string
    readonly sessionId?: string
    readonly issuedSecondsAgo?: number
  }) => Promise<string>
  /** `Bearer` and a new key. */
  readonly key: (options?: Partial<Pick<TestKey, 'filters' | 'allowedNetworks'>>) => string
  readonly revoke: (key: string) => void
  /** Moves the clock of all of them. */
  readonly passSeconds: (seconds: number) => void
  /** Brings another supergraph, of an analytics subgraph with its SDL changed. */
  readonly reload: (change: (sdl: string) => string) => void
  readonly close: () => Promise<void>
}

const TENANTS: Readonly<Record<string, string>> = { acme: '018f0000-0000-7000-8000-00000000000a', globex: '018f0000-0000-7000-8000-00000000000b' }

export async function startLiveWorld({
  liveTimings,
  explorerDir = null,
  outboxDir = null,
  captcha = null,
  trustedProxies = [],
}: Partial<
  Pick<GatewayOptions, 'liveTimings'> & Pick<GatewayOptions['config'], 'explorerDir' | 'outboxDir' | 'captcha' | 'trustedProxies'>
> = {}): Promise<LiveWorld> {
  const [identity, access] = await Promise.all([createSigningKeyPair(), createSigningKeyPair()])
  const log = new TestLog()
  const knobs: Knobs = {
    log,
    keys: new Map(),
    sessions: new Map(),
    sessionsVerified: 0,
    nameDelayMs: 0,
    asked: 0,
    left: 0,
    renamed: 0,
    verified: 0,
    keyDelayMs: 0,
    areKeysAway: false,
    campaignCalls: 0,
    newestReaders: 0,
    filler: '',
  }
  const logger = createLogger({ name: 'test', level: 'silent' })
  const auth = authSchema(({ sessionId }) => {
    knobs.sessionsVerified += 1
    return knobs.sessions.get(sessionId) ?? null
  })
  const schemas: Readonly<Record<Name, GraphQLSchema>> = {
    analytics: analyticsSchema(knobs),
    auth,
    campaign: campaignSchema(knobs),
    tenant: tenantSchema(knobs),
  }
  const composed = (change?: (sdl: string) => string): string =>
    composeSchema(Object.entries({ ...schemas, analytics: analyticsSchema(knobs, change) }).map(([name, schema]) => ({ name, schema }))).supergraph
  // Free ones at first, and the same for whoever starts again.
  const ports = { analytics: 0, campaign: 0, tenant: 0, auth: 0 }
  const running = new Map<Name, RunningSubgraph>()
  let skewMs = 0
  const now = () => new Date(Date.now() + skewMs)
  const start = async (name: Name): Promise<void> => {
    const config = { name, host: '127.0.0.1', port: ports[name], adminPort: 0, identityPublicKey: identity.publicKey }
    const createContext = (base: Omit<TestContext, 'signal'>, http: { readonly signal: AbortSignal }): TestContext => ({ ...base, signal: http.signal })
    const subgraph = await startSubgraph({ config, schema: schemas[name], createContext, log: logger, now })
    ports[name] = Number(new URL(subgraph.url).port)
    running.set(name, subgraph)
  }
  const stop = async (name: Name): Promise<void> => {
    await running.get(name)?.close()
    running.delete(name)
  }
  await Promise.all([start('analytics'), start('auth'), start('campaign'), start('tenant')])
  let update: (supergraphSdl: string) => void = () => {}
  const supergraphSdl: SupergraphSdlHook = async (hooks) => {
    update = hooks.update
    return { supergraphSdl: composed() }
  }
  const urlOf = (name: keyof typeof ports): string => `http://127.0.0.1:${ports[name]}/graphql`
  let gatewayPort = 0
  const openGateway = async () =>
    startGateway({
      config: {
        name: 'gateway',
        host: '127.0.0.1',
        port: gatewayPort,
        adminPort: 0,
        publicUrl: 'https://growth.example',
        trustedProxies,
        geoHeaders: { country: null, coordinates: [] },
        explorerDir,
        outboxDir,
        captcha,
        mailEventSecret: null,
        publicCollectorUrl: 'https://collect.growth.example',
        subgraphUrls: { auth: urlOf('auth'), tenant: urlOf('tenant'), campaign: urlOf('campaign'), analytics: urlOf('analytics') },
        identityPrivateKey: identity.privateKey,
        accessPublicKeys: [access.publicKey],
        tenancy: { mode: 'shared', onlyTenant: null },
      },
      supergraphSdl,
      log: logger,
      now,
      liveTimings,
    })
  let gateway = await openGateway()
  gatewayPort = Number(new URL(gateway.url).port)
  return {
    get gateway() {
      return gateway
    },
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    knobs,
    log,
    subgraphUrl: urlOf,
    identityPrivateKey: identity.privateKey,
    gauge: async (what) => {
      const text = await gateway.metrics.registry.getSingleMetricAsString('umg_live')
      return Number(new RegExp(`what="${what}"[^}]*\\} (\\d+)`).exec(text)?.[1])
    },
    start,
    stop,
    stopGateway: async () => gateway.close(),
    startGateway: async () => {
      gateway = await openGateway()
    },
    token: async ({
      slug = 'acme',
      role = 'owner',
      accountId = '018f0000-0000-7000-8000-0000000000cc',
      sessionId = crypto.randomUUID(),
      issuedSecondsAgo = 0,
    } = {}) => {
      const claims = { accountId, sessionId, tenantId: TENANTS[slug] ?? '', tenantSlug: slug, role }
      knobs.sessions.set(sessionId, { tenantId: claims.tenantId, tenantSlug: slug, role })
      return `Bearer ${await signAccessToken({ claims, privateKey: access.privateKey, now: new Date(Date.now() + skewMs - issuedSecondsAgo * 1000) })}`
    },
    key: (grants = {}) => {
      const keyId = crypto.randomUUID()
      const text = formatKey({ kind: 'partner', tenantId: TENANTS['acme'] ?? '', keyId, secret: 'ab'.repeat(32) })
      knobs.keys.set(text, {
        keyId,
        tenantId: TENANTS['acme'] ?? '',
        tenantSlug: 'acme',
        scopes: ['conversions:read', 'campaigns:read'],
        filters: [],
        ...grants,
      })
      return `Bearer ${text}`
    },
    revoke: (key) => void knobs.keys.delete(key.replace('Bearer ', '')),
    passSeconds: (seconds) => {
      skewMs += seconds * 1000
    },
    reload: (change) => update(composed(change)),
    close: async () => {
      await gateway.close()
      await Promise.all([...running.keys()].map(stop))
    },
  }
}
