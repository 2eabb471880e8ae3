import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { verifyKey } from '#db/access/verifyKey.ts'
import { commitIngest } from '#db/ingest/commitIngest.ts'
import { findRates } from '#db/ingest/exchangeRates.ts'
import { notifyOutbox } from '#db/outbox/append.ts'
import type { Pool } from '#db/pool.ts'
import type { CollectorConfig } from '#ops/config.ts'
import type { Logger } from '#ops/logging.ts'
import type { Metrics } from '#ops/service/metrics.ts'
import { continueTrace, inSpan } from '#ops/telemetry.ts'
import { createAdmission, type Ticket } from './admission.ts'
import { createRequestScope } from './checkEvent.ts'
import { checkRequest, type AnsweredRejection } from './checkRequest.ts'
import { createCommitQueue } from './commitQueue.ts'
import { readBodyForm, tooLarge, unzip, type BodyForm } from './decodeBody.ts'
import { createKeyCache } from './keyCache.ts'
import { createRateCache } from './rates.ts'
import { readEvents } from './readEvents.ts'
import { isPostgresUnavailable, RequestError, unavailable } from './requestError.ts'
import { createKeyScope, type KeyScope } from './scope.ts'

export type CollectorOptions = {
  readonly config: Pick<CollectorConfig, 'keyPepper' | 'eventIdKey' | 'deviceKey' | 'limits'>
  /** Role umg_app: commits; as many connections as slots and one more. */
  readonly pool: Pool
  /** Role umg_app: keys, apart, so that a flood of wrong keys holds up no commit. */
  readonly keyPool: Pool
  readonly log: Logger
  readonly metrics: Metrics
  /** Default: the system's clock. */
  readonly now?: () => number
  /** Requests taken and not yet answered. Defaults 20,000 and 10,000. */
  readonly maxRequests?: number
  readonly maxRequestsPerTenant?: number
}

export type Collector = {
  readonly server: FastifyInstance
  /** Answers what is in hand, then closes. */
  readonly close: () => Promise<void>
}

/** The answer to POST /v1/events. */
export type EventsAnswer = { readonly accepted: number; readonly duplicates: number; readonly rejected: readonly AnsweredRejection[] }

// Two are busy at once; a third keeps the disk at work while their answers are written.
const COMMIT_SLOTS = 3
const NOTIFY_EVERY_MS = 100
const REQUEST_TIMEOUT_MS = 60_000
// A chunked body says no length before it is read.
const UNKNOWN_LENGTH_BYTES = 65_536

type Arrived = { readonly scope: KeyScope; readonly form: BodyForm; readonly ticket: Ticket; isHandled: boolean }

/** The HTTP server that takes events. It listens when told to. */
export function createCollector(options: CollectorOptions): Collector {
  const { config, pool, keyPool, log, metrics } = options
  const now = options.now ?? Date.now
  const { limits } = config
  const findKey = createKeyCache({ verify: (text) => verifyKey(keyPool, config.keyPepper, text), createScope: (key) => createKeyScope(key, config), now })
  const askRates = createRateCache({ find: (tenantId, questions) => findRates(pool, tenantId, questions), now })
  const admission = createAdmission({
    bytes: limits.queueBytes, bytesPerTenant: limits.queueBytesPerTenant, requests: options.maxRequests ?? 20_000, requestsPerTenant: options.maxRequestsPerTenant ?? 10_000,
  })
  const notifier = createNotifier(pool)
  const queue = createCommitQueue({
    slots: COMMIT_SLOTS,
    commit: (tenantId, submissions) =>
      inSpan('ingest.commit', { 'tenant.id': tenantId }, async () => {
        const outcomes = await commitIngest(pool, { tenantId, submissions })
        notifier.notify()
        return outcomes
      }),
  })
  const arrivals = new WeakMap<FastifyRequest, Arrived>()
  const server = Fastify({ bodyLimit: limits.bodyBytes, requestTimeout: REQUEST_TIMEOUT_MS, forceCloseConnections: 'idle' })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  server.setErrorHandler((error, request, reply) => answerError(reply, error, { log, maxBytes: limits.bodyBytes, requestId: request.id }))
  server.setNotFoundHandler((_request, reply) => answerError(reply, new RequestError(404, 'NOT_FOUND', 'There is nothing here. Events go to POST /v1/events.'), { log, maxBytes: 0, requestId: '' }))
  registerHealth(server, keyPool)
  metrics.gauge({ name: 'umg_collector_waiting', help: 'Requests taken and not yet answered, and the bytes of their bodies.', label: 'of', read: () => ({ ...admission.waiting() }) })

  async function admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const scope = await authorize(request.headers.authorization, findKey)
    const form = readBodyForm(request.headers)
    const length = Number(request.headers['content-length'] ?? UNKNOWN_LENGTH_BYTES)
    if (length > limits.bodyBytes) throw tooLarge(limits.bodyBytes)
    const ticket = admission.enter(scope.key.tenantId, length)
    const arrived: Arrived = { scope, form, ticket, isHandled: false }
    arrivals.set(request, arrived)
    // A client that hangs up before its body is here never reaches the handler.
    reply.raw.once('close', () => {
      if (!arrived.isHandled) ticket.leave()
    })
  }

  async function take(request: FastifyRequest<{ Body: unknown }>): Promise<EventsAnswer> {
    const arrived = arrivals.get(request)
    if (arrived === undefined) throw new Error('A request reached the handler without having been admitted.')
    arrived.isHandled = true
    const started = performance.now()
    try {
      const answer = await ingest(arrived, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))
      metrics.observe({ kind: 'events', outcome: 'ok', seconds: (performance.now() - started) / 1000 })
      return answer
    } catch (error) {
      metrics.observe({ kind: 'events', outcome: 'errors', seconds: (performance.now() - started) / 1000 })
      throw error
    } finally {
      arrived.ticket.leave()
    }
  }

  async function ingest({ scope, form, ticket }: Arrived, body: Buffer): Promise<EventsAnswer> {
    const text = form.isGzip ? await unzip(body, limits.bodyBytes) : body
    if (form.isGzip) ticket.grow(Math.max(0, text.length - body.length))
    const events = readEvents(text, { isLines: form.isLines, maxEvents: limits.events })
    const { tenantId } = scope.key
    try {
      const { submission, rejected } = await checkRequest({ events, scope: createRequestScope(scope, now()), findRates: askRates })
      if (submission.events.length + rejected.length === 0) return { accepted: 0, duplicates: 0, rejected }
      const { accepted, duplicates } = await queue.submit(tenantId, submission)
      return { accepted, duplicates, rejected }
    } catch (error) {
      throw isPostgresUnavailable(error) ? unavailable(error) : error
    }
  }

  server.post('/v1/events', { onRequest: admit }, (request, reply) => {
    reply.code(202)
    return continueTrace(request.headers, () => take(request))
  })

  const close = async (): Promise<void> => {
    await server.close()
    await queue.drain()
    notifier.stop()
  }
  return { server, close }
}

async function authorize(header: string | undefined, findKey: (text: string) => Promise<KeyScope | null>): Promise<KeyScope> {
  const [scheme = '', text = ''] = (header ?? '').split(' ', 2)
  if (scheme.toLowerCase() !== 'bearer' || text === '') throw new RequestError(401, 'UNAUTHENTICATED', 'Send an ingest key as Authorization: Bearer <key>.')
  const scope = await findKey(text).catch((error: unknown) => {
    throw unavailable(error)
  })
  if (scope === null) throw new RequestError(401, 'UNAUTHENTICATED', 'This ingest key is unknown, revoked or expired.')
  if (!scope.key.scopes.includes('events:write')) throw new RequestError(403, 'FORBIDDEN', 'This key may not send events; use an ingest key.')
  return scope
}

function registerHealth(server: FastifyInstance, pool: Pool): void {
  server.get('/health', () => ({ status: 'ok' }))
  server.get('/health/ready', async (_request, reply) => {
    try {
      await pool.query('SELECT 1')
      return { status: 'ok' }
    } catch {
      return reply.code(503).send({ status: 'unavailable', waitingFor: ['postgres'] })
    }
  })
}

type ErrorContext = { readonly log: Logger; readonly maxBytes: number; readonly requestId: string }

function answerError(reply: FastifyReply, error: unknown, { log, maxBytes, requestId }: ErrorContext): FastifyReply {
  const known = knownError(error, maxBytes)
  if (known === null || known.status >= 500) log.warn({ err: known?.cause ?? error, requestId }, 'a request could not be answered')
  const { status, code, message, retryAfterSeconds } = known ?? new RequestError(500, 'INTERNAL', 'The events could not be stored. The fault is ours.')
  if (retryAfterSeconds !== null) reply.header('retry-after', String(retryAfterSeconds))
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return reply.code(status).send({ error: { code, message } })
}

/** What fastify itself refuses is told in our form too. */
function knownError(error: unknown, maxBytes: number): RequestError | null {
  if (error instanceof RequestError) return error
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number' || error.statusCode >= 500) return null
  if (error.statusCode === 413) return tooLarge(maxBytes)
  return new RequestError(error.statusCode, 'BAD_REQUEST', error.message)
}

/** Wakes the relay at most ten times a second, apart from the commits: a notice inside a transaction would serialise them. */
function createNotifier(pool: Pool): { readonly notify: () => void; readonly stop: () => void } {
  let timer: NodeJS.Timeout | null = null
  return {
    notify: () => {
      timer ??= setTimeout(() => {
        timer = null
        // A notice that is lost costs the relay one poll.
        notifyOutbox(pool).catch(() => undefined)
      }, NOTIFY_EVERY_MS)
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}
