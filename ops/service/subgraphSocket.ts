import type { IncomingMessage, Server } from 'node:http'
import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql'
import { CloseCode, makeServer, type Context, type SubscribePayload } from 'graphql-ws'
import type { WebSocket } from 'ws'
import type { Jwk } from '#ops/config.ts'
import { identityKey, verifyIdentity, type Identity, type SubgraphName } from '#ops/security/identity.ts'
import { expiryOf } from '#ops/security/signedToken.ts'
import { abortableStream } from './abortableStream.ts'
import { NOWHERE } from './clientPlace.ts'
import type { HttpExchange, ServiceContext } from './context.ts'
import type { Metrics } from './metrics.ts'
import { inRequest, REQUEST_ID_HEADER, requestIdFrom, type Log } from './requestScope.ts'
import { openSocketDoor, type Admission, type SocketDoor } from './socketDoor.ts'

export type SubgraphSocketOptions<Subscriber extends ServiceContext> = {
  readonly http: Server
  readonly schema: GraphQLSchema
  readonly createContext: (base: ServiceContext, http: HttpExchange) => Subscriber
  readonly audience: SubgraphName
  readonly publicKey: Jwk
  readonly mask: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError
  readonly metrics: Metrics
  readonly log: Log & { child(fields: object): Log }
  readonly now: () => Date
}

/** The gateway opens one socket for each stream, so these are far above what comes. */
const MAX_SOCKETS = 50_000
const MAX_OPERATIONS = 100
const MAX_FRAME_BYTES = 1_000_000
const MAX_TOKENS = 20_000
const INIT_TIMEOUT_MS = 3_000
const EXPIRY_CHECK_MS = 1_000

/** One socket: who it belongs to, until when that was said, and how its operations are ended. */
type Visit = {
  readonly socket: WebSocket
  readonly requestId: string
  readonly log: Log
  readonly endings: Map<string, AbortController>
  seal: { readonly identity: Identity; readonly expiresAt: number } | null
}

/**
 * Serves a subgraph's subscriptions at ws /graphql (graphql-transport-ws), to the gateway alone: `connection_init` carries `{ identity }`, signed like
 * the HTTP header, and a `ping` with the same payload renews it. Without one the socket is closed with 4403, once it has expired with 4401.
 */
export function serveSubscriptions<Subscriber extends ServiceContext>(options: SubgraphSocketOptions<Subscriber>): SocketDoor {
  const { http, audience, metrics, log, now } = options
  const visits = new Set<Visit>()
  const server = makeServer<Record<string, unknown>, Visit>({
    connectionInitWaitTimeout: INIT_TIMEOUT_MS,
    onConnect: async ({ connectionParams, extra }) => {
      extra.seal = await readSeal(connectionParams?.['identity'], options)
      return extra.seal !== null
    },
    onPing: async ({ extra }, payload) => renew(extra, { seal: await readSeal(payload?.['identity'], options), isAsked: payload?.['identity'] !== undefined }),
    onSubscribe: (context, id, payload) => prepare(context, { id, payload, options }),
    onOperation: (...[{ extra }, id, , , result]) => {
      const ending = extra.endings.get(id)
      return ending !== undefined && Symbol.asyncIterator in result ? abortableStream(result, ending) : undefined
    },
    onNext: (...[, , , , result]): FormattedExecutionResult => ({
      ...result,
      errors: result.errors?.map((error) => options.mask(error.toJSON(), error)),
    }),
    onError: (_context, _id, _payload, errors) => errors.map((error) => options.mask(error.toJSON(), error)),
    onComplete: ({ extra }, id) => finish(extra, id),
  })
  const door = openSocketDoor({
    http,
    maxFrameBytes: MAX_FRAME_BYTES,
    maxSockets: MAX_SOCKETS,
    log,
    admit,
    opened: (socket, { requestId }) => {
      const visit: Visit = { socket, requestId, log: log.child({ requestId }), endings: new Map(), seal: null }
      visits.add(visit)
      const closed = open(server, visit)
      return (code) => {
        visits.delete(visit)
        for (const id of visit.endings.keys()) finish(visit, id)
        closed(code, '').catch((error: unknown) => visit.log.error({ err: error }, 'a stream could not be ended'))
      }
    },
  })
  const watch = setInterval(() => {
    for (const { socket, seal } of visits) if (seal !== null && seal.expiresAt <= now().getTime()) socket.close(CloseCode.Unauthorized, 'Identity expired')
  }, EXPIRY_CHECK_MS)
  watch.unref()
  metrics.gauge({
    name: 'umg_live',
    help: 'Sockets and the operations on them that are open now.',
    label: 'what',
    read: () => ({ sockets: door.count(), operations: [...visits].reduce((sum, { endings }) => sum + endings.size, 0) }),
  })
  log.info({ audience }, 'subscriptions are served')
  return {
    ...door,
    close: async (code, reason) => {
      clearInterval(watch)
      await door.close(code, reason)
    },
  }
}

/** Puts graphql-ws on a socket. Its own binding prints to the console and tells the peer the texts of errors. */
function open(server: ReturnType<typeof makeServer<Record<string, unknown>, Visit>>, visit: Visit): (code: number, reason: string) => Promise<void> {
  const { socket, requestId, log } = visit
  return server.opened(
    {
      protocol: socket.protocol,
      // graphql-ws asks its source for more only when this is done, so that a reader that stops stops the stream, not fills memory.
      send: (text) => new Promise<void>((resolve) => (socket.readyState === socket.OPEN ? socket.send(text, () => resolve()) : resolve())),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (take) =>
        socket.on('message', (bytes: Buffer) => {
          // ws still hands over what arrives after we closed.
          if (socket.readyState !== socket.OPEN) return
          inRequest({ requestId, log }, () => take(bytes.toString('utf8'))).catch((error: unknown) => {
            log.error({ err: error, requestId }, 'a message on a socket failed')
            socket.close(CloseCode.InternalServerError, 'Internal error')
          })
        }),
      onPing: async () => socket.send('{"type":"pong"}'),
    },
    visit,
  )
}

async function readSeal<Subscriber extends ServiceContext>(
  token: unknown,
  { audience, publicKey, now }: Pick<SubgraphSocketOptions<Subscriber>, 'audience' | 'publicKey' | 'now'>,
): Promise<Visit['seal']> {
  if (typeof token !== 'string') return null
  const identity = await verifyIdentity({ token, audience, publicKey, now: now() })
  return identity && { identity, expiresAt: expiryOf(token) }
}

/** A stream runs in the name of whoever began it: a ping may prolong that, never change it. */
function renew(visit: Visit, { seal, isAsked }: { readonly seal: Visit['seal']; readonly isAsked: boolean }): void {
  if (!isAsked || visit.seal === null) return
  if (seal === null) visit.socket.close(CloseCode.Unauthorized, 'The identity is not valid')
  else if (identityKey(seal.identity) === identityKey(visit.seal.identity)) visit.seal = seal
  else visit.socket.close(CloseCode.Forbidden, 'The identity is of another viewer')
}

type Request<Subscriber extends ServiceContext> = {
  readonly id: string
  readonly payload: SubscribePayload
  readonly options: SubgraphSocketOptions<Subscriber>
}

function prepare<Subscriber extends ServiceContext>(
  { extra, subscriptions }: Context<Record<string, unknown>, Visit>,
  { id, payload, options }: Request<Subscriber>,
): ExecutionArgs | readonly GraphQLError[] {
  const { schema, createContext, now } = options
  if (extra.seal === null || extra.seal.expiresAt <= now().getTime()) return [badRequest('The identity has expired.')]
  if (Object.keys(subscriptions).length > MAX_OPERATIONS) return [badRequest(`A socket carries at most ${MAX_OPERATIONS} operations.`)]
  const document = read(payload.query)
  if (document instanceof GraphQLError) return [document]
  const faults = validate(schema, document)
  if (faults.length > 0) return faults.map((fault) => withCode(fault, 'GRAPHQL_VALIDATION_FAILED'))
  if (getOperationAST(document, payload.operationName)?.operation !== OperationTypeNode.SUBSCRIPTION)
    return [badRequest('Only subscriptions go over this socket.')]
  const ending = new AbortController()
  extra.endings.set(id, ending)
  const contextValue = createContext(
    { identity: extra.seal.identity, requestId: extra.requestId, log: extra.log },
    { cookie: null, clientAddress: null, userAgent: null, place: NOWHERE, addCookie: () => {}, signal: ending.signal },
  )
  return { schema, document, operationName: payload.operationName, variableValues: payload.variables, contextValue }
}

function finish(visit: Visit, id: string): void {
  visit.endings.get(id)?.abort()
  visit.endings.delete(id)
}

function read(text: string): DocumentNode | GraphQLError {
  try {
    return parse(text, { maxTokens: MAX_TOKENS })
  } catch (error) {
    if (error instanceof GraphQLError) return withCode(error, 'GRAPHQL_PARSE_FAILED')
    throw error
  }
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, { nodes: error.nodes, source: error.source, positions: error.positions, extensions: { code, ...error.extensions } })
}

function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } })
}

function admit({ url = '', headers }: IncomingMessage): Admission<{ readonly requestId: string }> {
  if (url.split('?')[0] !== '/graphql') return { refusal: { status: 404, code: 'NOT_FOUND', message: 'There is nothing here.' } }
  return { ticket: { requestId: requestIdFrom(headers[REQUEST_ID_HEADER]) } }
}
