import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import type { Jwk, ProcessConfig } from '#ops/config.ts'
import type { Lifecycle } from '#ops/lifecycle.ts'
import type { Logger } from '#ops/logging.ts'
import { IDENTITY_HEADER, verifyIdentity, type Identity, type SubgraphName } from '#ops/security/identity.ts'
import { continueTrace, inSpan } from '#ops/telemetry.ts'
import { urlOf } from './address.ts'
import { readPlace } from './clientPlace.ts'
import { clientSignal } from './clientSignal.ts'
import {
  CLIENT_ADDRESS_HEADER,
  CLIENT_AGENT_HEADER,
  CLIENT_COORDINATES_HEADER,
  CLIENT_COUNTRY_HEADER,
  type HttpExchange,
  type ServiceContext,
} from './context.ts'
import { commonErrors, type ErrorCodes } from './errors.ts'
import { createErrorMask } from './masking.ts'
import { createMetrics, startAdmin, type Metrics } from './metrics.ts'
import { observeOperations } from './operationPlugin.ts'
import { PlainLists } from './plainLists.ts'
import { isAbsent } from './presence.ts'
import { inRequest, REQUEST_ID_HEADER, requestIdFrom } from './requestScope.ts'
import { endIdleConnections } from './idleConnections.ts'
import { asksForSocket } from './socketDoor.ts'
import { serveSubscriptions } from './subgraphSocket.ts'

export type SubgraphConfig = Pick<ProcessConfig, 'host' | 'port' | 'adminPort'> & { readonly name: SubgraphName; readonly identityPublicKey: Jwk }

export type SubgraphOptions<Context extends ServiceContext> = {
  /** Port and adminPort 0 take free ones. */
  readonly config: Omit<SubgraphConfig, 'name'> & { readonly name: string }
  readonly schema: GraphQLSchema
  /** Makes the resolvers' context of one request; its loaders are made here. */
  readonly createContext: (base: ServiceContext, http: HttpExchange) => Context
  readonly log: Logger
  /** The subgraph's own error codes; the common ones are always known. */
  readonly errorCodes?: ErrorCodes
  /** With it the server stops with the process: last in, first out. */
  readonly lifecycle?: Lifecycle
  /** Default: the system's clock. */
  readonly now?: () => Date
}

export type RunningSubgraph = {
  /** Such as `http://127.0.0.1:4003`; the endpoint is `/graphql` below it. */
  readonly url: string
  readonly adminUrl: string
  readonly metrics: Metrics
  /** Answers what is in flight, then closes. */
  readonly close: () => Promise<void>
}

/** The biggest request that the gateway may send: 10,000 entity representations are well below it. */
const MAX_BODY_BYTES = 4_000_000
/** Until a request has come in whole; Fastify's own default is for ever. */
export const REQUEST_TIMEOUT_MS = 30_000

/**
 * Serves a subgraph: POST /graphql, ws /graphql when it has subscriptions, and GET /health. Everything but /health needs an identity signed by the gateway for this very subgraph; without it
 * the answer is 401 as JSON, before any body is read. What fails inside is masked (see createErrorMask).
 */
export async function startSubgraph<Context extends ServiceContext>(options: SubgraphOptions<Context>): Promise<RunningSubgraph> {
  const { config, schema, createContext, log, lifecycle } = options
  const now = options.now ?? (() => new Date())
  const audience = subgraphName(config.name)
  const hasSubscriptions = !isAbsent(schema.getSubscriptionType())
  const metrics = createMetrics({ process: config.name })
  const refuse = (reply: FastifyReply) =>
    reply.code(401).send({ error: { code: 'UNAUTHENTICATED', message: `The ${audience} subgraph answers the gateway only.` } })
  const mask = createErrorMask({ codes: options.errorCodes })
  const apollo = createApollo<Context>({ schema, metrics, log, mask })
  await apollo.start()

  const server = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { shouldUpgradeCallback: (request) => hasSubscriptions && asksForSocket(request) },
    frameworkErrors: (_error, _request, reply) => refuse(reply),
  })
  endIdleConnections(server)
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: { code: 'NOT_FOUND', message: 'There is only POST /graphql and GET /health here.' } }),
  )
  server.setErrorHandler((error, request, reply) => answerFailure({ error, request, reply, log }))
  const identities = new WeakMap<FastifyRequest, Identity>()
  server.get('/health', () => ({ status: 'ok' }))
  server.addHook('onRequest', async (request, reply) => {
    if (request.method === 'GET' && request.url === '/health') return
    const token = request.headers[IDENTITY_HEADER]
    const identity = typeof token === 'string' ? await verifyIdentity({ token, audience, publicKey: config.identityPublicKey, now: now() }) : null
    // wall: signed-identity
    if (identity === null) return refuse(reply)
    identities.set(request, identity)
  })
  const handle = fastifyApolloHandler(apollo, {
    context: async (request, reply) => {
      const identity = identities.get(request)
      if (identity === undefined) throw new Error('A request without an identity came past the check.')
      const { requestId, log: requestLog } = scopeOf(request, log)
      return createContext({ identity, requestId, log: requestLog, plainLists: new PlainLists() }, exchangeOf(request, reply))
    },
  })
  server.post('/graphql', (request, reply) =>
    inRequest(scopeOf(request, log), () =>
      continueTrace(request.headers, () =>
        inSpan(`${audience} request`, { 'tenant.id': identities.get(request)?.tenantId ?? '' }, async () => handle.call(server, request, reply)),
      ),
    ),
  )
  const sockets = hasSubscriptions
    ? serveSubscriptions({ http: server.server, schema, createContext, audience, publicKey: config.identityPublicKey, mask, metrics, log, now })
    : null
  await server.listen({ host: config.host, port: config.port })
  const admin = await startAdmin({ port: config.adminPort, metrics })

  async function close(): Promise<void> {
    // 1012 tells the gateway to come again and go on where it was. HTTP takes no more requests meanwhile.
    await Promise.all([sockets?.close(1012, 'Service restart'), server.close()])
    await apollo.stop()
    await admin.close()
  }
  lifecycle?.onStop(`${config.name} server`, close)
  const url = urlOf(server)
  log.info({ url, adminUrl: admin.url }, 'serving')
  return { url, adminUrl: admin.url, metrics, close }
}

type ApolloOptions = {
  readonly schema: GraphQLSchema
  readonly metrics: Metrics
  readonly log: Logger
  readonly mask: ReturnType<typeof createErrorMask>
}

function createApollo<Context extends ServiceContext>({ schema, metrics, log, mask }: ApolloOptions): ApolloServer<Context> {
  return new ApolloServer<Context>({
    schema,
    introspection: false,
    // Only the gateway speaks to a subgraph, and it always sends JSON; what is hidden there stays hidden here too.
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: false,
    stopOnTerminationSignals: false,
    formatError: mask,
    // Cache control would wrap every field, a third of the time of a long answer.
    plugins: [ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginCacheControlDisabled(), fillPlainLists(), observeOperations({ metrics })],
    logger: log,
  })
}

const fillPlainLists = <Context extends ServiceContext>(): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue }) => {
      if (response.body.kind === 'single') contextValue.plainLists?.fill(response.body.singleResult.data)
    },
  }),
})

const SUBGRAPH_NAMES: readonly SubgraphName[] = ['auth', 'tenant', 'campaign', 'analytics']

function subgraphName(name: string): SubgraphName {
  const known = SUBGRAPH_NAMES.find((each) => each === name)
  if (known === undefined) throw new Error(`There is no subgraph ${name}.`)
  return known
}

function scopeOf(request: FastifyRequest, log: Logger) {
  const requestId = requestIdFrom(request.headers[REQUEST_ID_HEADER])
  return { requestId, log: log.child({ requestId }) }
}

function exchangeOf(request: FastifyRequest, reply: FastifyReply): HttpExchange {
  return {
    cookie: request.headers.cookie ?? null,
    clientAddress: text(request.headers[CLIENT_ADDRESS_HEADER]),
    userAgent: text(request.headers[CLIENT_AGENT_HEADER]),
    place: readPlace({ country: text(request.headers[CLIENT_COUNTRY_HEADER]), coordinates: text(request.headers[CLIENT_COORDINATES_HEADER]) }),
    addCookie: (cookie) => void reply.header('set-cookie', cookie),
    signal: clientSignal(reply.raw),
  }
}

function text(header: string | readonly string[] | undefined): string | null {
  return typeof header === 'string' ? header : null
}

type Failure = { readonly error: unknown; readonly request: FastifyRequest; readonly reply: FastifyReply; readonly log: Logger }

/** Answers what failed before GraphQL began: a body that is no JSON or too big keeps its status, anything else is a masked 500. */
export function answerFailure({ error, request, reply, log }: Failure): FastifyReply {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  const requestId = requestIdFrom(reply.getHeader(REQUEST_ID_HEADER)?.toString() ?? request.headers[REQUEST_ID_HEADER])
  if (status === 413) return reply.code(413).send({ error: { code: 'TOO_LARGE', message: 'The body of the request is too large.' } })
  if (status >= 400 && status < 500)
    return reply.code(status).send({ error: { code: 'BAD_REQUEST', message: 'The body of the request is not readable JSON.' } })
  log.error({ err: error, requestId }, 'request failed')
  return reply.code(500).send({ error: { code: 'INTERNAL', message: commonErrors.INTERNAL.message({ requestId }), requestId } })
}
