import { fastifyApolloHandler } from '@as-integrations/fastify'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { GatewayConfig } from '#ops/config.ts'
import type { Lifecycle } from '#ops/lifecycle.ts'
import type { Logger } from '#ops/logging.ts'
import { urlOf } from '#ops/service/address.ts'
import { arrivalOf, clientAddressOf, userAgentOf } from '#ops/service/clientAddress.ts'
import { clientSignal } from '#ops/service/clientSignal.ts'
import { createMetrics, startAdmin, type Metrics } from '#ops/service/metrics.ts'
import { inRequest, REQUEST_ID_HEADER } from '#ops/service/requestScope.ts'
import { endIdleConnections } from '#ops/service/idleConnections.ts'
import { asksForSocket } from '#ops/service/socketDoor.ts'
import { answerFailure, REQUEST_TIMEOUT_MS } from '#ops/service/startSubgraph.ts'
import type { Identity, SubgraphName } from '#ops/security/identity.ts'
import { inSpan } from '#ops/telemetry.ts'
import { clientPlaceOf } from './clientPlace.ts'
import { createAccessKeys, type AccessKeys } from './accessKeys.ts'
import { GRAPHIQL_PAGE, registerGraphiqlAssets } from './graphiql/assets.ts'
import { startGraphqlServer, type GraphqlServerOptions } from './graphqlServer.ts'
import { createIdentitySigner, type SignFor } from './identitySigner.ts'
import { createKeyVerifier } from './keyVerifier.ts'
import { isDeeperThan, MAX_BODY_BYTES, MAX_BODY_DEPTH } from './limits.ts'
import { pageHeaders, registerPages } from './pages.ts'
import { credentialsOf, viewerOf } from './requestViewer.ts'
import { registerAuditExport } from './rest/auditExport.ts'
import { registerAuthRoutes } from './rest/auth.ts'
import { registerDevelopmentOutbox } from './rest/developmentOutbox.ts'
import { registerMailEvents } from './rest/mailEvents.ts'
import { registerJwks } from './rest/jwks.ts'
import { serveLive, type LiveOptions } from './subscriptions/serveLive.ts'
import { createSessionVerifier } from './sessionVerifier.ts'
import { createTenantDomains } from './tenantDomains.ts'
import { createUpstream, type Caller, type Upstream } from './upstream.ts'
import { createViewerReader, type ReadViewer } from './viewer.ts'

export type GatewayOptions = {
  /** Port and adminPort 0 take free ones. */
  readonly config: Pick<
    GatewayConfig,
    | 'name'
    | 'host'
    | 'port'
    | 'adminPort'
    | 'publicUrl'
    | 'trustedProxies'
    | 'geoHeaders'
    | 'subgraphUrls'
    | 'identityPrivateKey'
    | 'accessPublicKeys'
    | 'explorerDir'
    | 'publicCollectorUrl'
    | 'outboxDir'
    | 'captcha'
    | 'mailEventSecret'
    | 'tenancy'
  >
  readonly supergraphSdl: GraphqlServerOptions['supergraphSdl']
  readonly log: Logger
  readonly lifecycle?: Lifecycle
  /** Default: the system's clock. */
  readonly now?: () => Date
  /** Milliseconds until a subgraph counts as gone; default: each subgraph's own. */
  readonly upstreamTimeoutMs?: number
  /** Default: see serveLive. */
  readonly liveTimings?: LiveOptions['timings']
}

export type RunningGateway = { readonly url: string; readonly adminUrl: string; readonly metrics: Metrics; readonly close: () => Promise<void> }

/** The front door: GraphQL over HTTP, WebSocket and Server-Sent Events, the explorer, GraphiQL, the REST aliases and the health pages. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { config, supergraphSdl, log, lifecycle, liveTimings: timings } = options
  const now = options.now ?? (() => new Date())
  const metrics = createMetrics({ process: config.name })
  const signFor = createIdentitySigner({ privateKey: config.identityPrivateKey, now })
  const upstreams = createUpstreams({ config, signFor, metrics, timeoutMs: options.upstreamTimeoutMs })
  const accessKeys = createAccessKeys({ configured: config.accessPublicKeys, auth: upstreams.auth, now: () => now().getTime() })
  const readViewer = createReader({ config, accessKeys, upstreams, now })
  const { apollo, services, schemas } = await startGraphqlServer({ supergraphSdl, upstreams, metrics, log })

  const server = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { shouldUpgradeCallback: asksForSocket },
    frameworkErrors: (_error, _request, reply) => refusePath(reply),
  })
  endIdleConnections(server)
  answerTheRest(server, log)
  const callerOf = createCallerReader(log, config)
  server.addHook('onRequest', async (request, reply) => {
    forgetOurHeaders(request)
    void reply.header(REQUEST_ID_HEADER, callerOf(request, reply).requestId).header('x-content-type-options', 'nosniff')
  })
  const live = serveLive({ http: server.server, config, apollo, schemas, services, signFor, readViewer, metrics, log, now, timings })
  const viewers = new WeakMap<FastifyRequest, Identity>()
  const viewerFound = (request: FastifyRequest): Identity => {
    const identity = viewers.get(request)
    if (identity === undefined) throw new Error('A request came past the check of its credentials.')
    return identity
  }
  const handle = fastifyApolloHandler(apollo, {
    context: async (request, reply) => ({ caller: { ...callerOf(request, reply), identity: viewerFound(request) } }),
  })
  await server.register(async (graphql) => {
    graphql.addHook('onRequest', async (request, reply) => {
      if (wantsPage(request)) return
      const viewer = await viewerOf({ credentials: credentialsOf(request), reply, readViewer, caller: callerOf(request, reply) })
      if (viewer === null) return reply
      viewers.set(request, viewer)
    })
    graphql.addHook('preValidation', refuseDeepBody)
    const serve = (request: FastifyRequest, reply: FastifyReply) => {
      if (wantsPage(request)) return reply.headers(pageHeaders).send(GRAPHIQL_PAGE)
      const caller = callerOf(request, reply)
      const identity = viewerFound(request)
      return inRequest({ requestId: caller.requestId, log: caller.log, isAnonymous: identity.kind === 'anonymous' }, () =>
        inSpan('gateway request', { 'tenant.id': identity.tenantId ?? '' }, async () =>
          live.answer({ request, reply, credentials: credentialsOf(request), identity, caller }) ? reply : handle.call(graphql, request, reply),
        ),
      )
    }
    for (const url of ['/graphql', '/t/:slug/graphql']) graphql.route({ method: ['GET', 'POST'], url, handler: serve })
  })
  await registerGraphiqlAssets(server)
  registerJwks(server, { accessKeys, callerOf })
  await registerPages(server, { ...config, upstreams: Object.values(upstreams) })
  await registerRest(server, { config, upstreams, readViewer, callerOf, metrics, now })
  await server.listen({ host: config.host, port: config.port })
  const admin = await startAdmin({ port: config.adminPort, metrics })

  async function close(): Promise<void> {
    await Promise.all([live.close(), server.close()])
    await apollo.stop()
    await Promise.all(Object.values(upstreams).map((upstream) => upstream.close()))
    await admin.close()
  }
  lifecycle?.onStop('gateway server', close)
  const url = urlOf(server)
  log.info({ url, adminUrl: admin.url }, 'serving')
  return { url, adminUrl: admin.url, metrics, close }
}

type ReaderOptions = {
  readonly config: GatewayOptions['config']
  readonly accessKeys: AccessKeys
  readonly upstreams: Readonly<Record<SubgraphName, Upstream>>
  readonly now: () => Date
}

function createReader({ config, accessKeys, upstreams: { auth, tenant }, now }: ReaderOptions): ReadViewer {
  const nowMs = (): number => now().getTime()
  return createViewerReader({
    accessKeys,
    verifyKey: createKeyVerifier({ tenant, now: nowMs }),
    verifySession: createSessionVerifier({ auth, now: nowMs }),
    tenantOfHost: createTenantDomains({ auth, publicUrl: config.publicUrl, now: nowMs }),
    onlyTenant: config.tenancy.onlyTenant,
    now,
  })
}

type RestOptions = {
  readonly config: Pick<GatewayConfig, 'outboxDir' | 'mailEventSecret'>
  readonly upstreams: Readonly<Record<SubgraphName, Upstream>>
  readonly readViewer: ReadViewer
  readonly callerOf: ReadCaller
  readonly metrics: Metrics
  readonly now: () => Date
}

/** What is asked without GraphQL. */
async function registerRest(server: FastifyInstance, { config, upstreams, readViewer, callerOf, metrics, now }: RestOptions): Promise<void> {
  await server.register(async (rest) => registerAuthRoutes(rest, { auth: upstreams.auth, callerOf, metrics }), { prefix: '/api/auth' })
  const { outboxDir, mailEventSecret: secret } = config
  if (secret !== null)
    await server.register(async (rest) => registerMailEvents(rest, { auth: upstreams.auth, secret, callerOf, metrics, now }), { prefix: '/api/mail' })
  if (outboxDir !== null) await server.register(async (rest) => registerDevelopmentOutbox(rest, outboxDir), { prefix: '/api/dev/outbox' })
  await server.register(async (rest) => registerAuditExport(rest, { tenant: upstreams.tenant, readViewer, callerOf }), { prefix: '/api/audit' })
}

type UpstreamsOptions = {
  readonly config: GatewayOptions['config']
  readonly signFor: SignFor
  readonly metrics: Metrics
  readonly timeoutMs: number | undefined
}

function createUpstreams({ config, signFor, metrics, timeoutMs }: UpstreamsOptions): Readonly<Record<SubgraphName, Upstream>> {
  const upstreamOf = (name: SubgraphName): Upstream => createUpstream({ name, url: config.subgraphUrls[name], signFor, timeoutMs })
  const upstreams = { auth: upstreamOf('auth'), tenant: upstreamOf('tenant'), campaign: upstreamOf('campaign'), analytics: upstreamOf('analytics') }
  metrics.gauge({
    name: 'umg_upstream_running',
    help: 'Requests on their way to each subgraph.',
    label: 'subgraph',
    read: () => Object.fromEntries(Object.values(upstreams).map((upstream) => [upstream.name, upstream.running()])),
  })
  return upstreams
}

async function refuseDeepBody(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (!isDeeperThan(request.body, MAX_BODY_DEPTH)) return undefined
  const message = `The body has more than ${MAX_BODY_DEPTH} levels of objects and lists.`
  return reply.code(400).send({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] })
}

const MAX_AUTH_COOKIES = 4

type ReadCaller = (request: FastifyRequest, reply: FastifyReply) => Omit<Caller, 'identity'>

/** The request id is always our own: a client's might be another's, or a line break for the log. */
function createCallerReader(log: Logger, { geoHeaders, trustedProxies }: Pick<GatewayConfig, 'geoHeaders' | 'trustedProxies'>): ReadCaller {
  const callers = new WeakMap<FastifyRequest, Omit<Caller, 'identity'>>()
  return (request, reply) => {
    const known = callers.get(request)
    if (known !== undefined) return known
    const requestId = crypto.randomUUID()
    const caller = {
      requestId,
      log: log.child({ requestId }),
      clientAddress: clientAddressOf(arrivalOf(request.raw), trustedProxies),
      userAgent: userAgentOf(request),
      place: clientPlaceOf(request, geoHeaders),
      cookie: authCookiesOf(request.headers.cookie),
      addCookie: (text: string) => void reply.header('set-cookie', text),
      signal: clientSignal(reply.raw),
    }
    callers.set(request, caller)
    return caller
  }
}

/** Only the cookies of auth go on to it, whatever else the browser holds for this host. */
function authCookiesOf(header: string | undefined): string | null {
  const own = header?.split(/; */).filter((part) => part.startsWith('umg_refresh=') || part.startsWith('umg_device=')) ?? []
  return own.length === 0 ? null : own.slice(0, MAX_AUTH_COOKIES).join('; ')
}

/** No header of ours is believed from outside; `Umg-Tenant` alone is the client's to send. */
function forgetOurHeaders(request: FastifyRequest): void {
  for (const name of Object.keys(request.headers)) if (name.startsWith('umg-') && name !== 'umg-tenant') delete request.headers[name]
}

const wantsPage = (request: FastifyRequest): boolean => request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')

/** For a path that is no UTF-8, or has a slug that is longer than any. */
function refusePath(reply: FastifyReply): FastifyReply {
  return reply.code(400).send({ error: { code: 'BAD_REQUEST', message: 'The path of the request is malformed or too long.' } })
}

function answerTheRest(server: FastifyInstance, log: Logger): void {
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: { code: 'NOT_FOUND', message: `There is nothing at ${request.method} ${request.url.split('?')[0]}.` } }),
  )
  server.setErrorHandler((error, request, reply) => answerFailure({ error, request, reply, log }))
}
