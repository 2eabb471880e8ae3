import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { verifyKey, type VerifiedKey } from '#db/access/verifyKey.ts'
import { findDeviceKey } from '#db/crypto/deviceKey.ts'
import { createVault, type Vault } from '#db/crypto/vault.ts'
import { withSettings, type Pool } from '#db/pool.ts'
import type { CollectorConfig } from '#ops/config.ts'
import type { Logger } from '#ops/logging.ts'
import { arrivalOf, clientAddressOf } from '#ops/service/clientAddress.ts'
import { isAddressIn } from '#ops/security/networks.ts'
import type { Metrics } from '#ops/service/metrics.ts'
import { endIdleConnections } from '#ops/service/idleConnections.ts'
import { continueTrace } from '#ops/telemetry.ts'
import { createAdmission, type Ticket } from './admission.ts'
import { answerError } from './answerError.ts'
import { readBodyForm, tooLarge, type BodyForm } from './decodeBody.ts'
import { createIngest, type EventsAnswer } from './ingest.ts'
import { createKeyCache } from './keyCache.ts'
import { RequestError, unavailable } from './requestError.ts'
import { createKeyScope, type KeyScope } from './scope.ts'

export type CollectorOptions = {
  readonly config: Pick<CollectorConfig, 'keyPepper' | 'eventIdKey' | 'deviceKey' | 'masterKeys' | 'limits' | 'tenancy' | 'trustedProxies'>
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

const REQUEST_TIMEOUT_MS = 60_000

type Arrived = { readonly scope: KeyScope; readonly form: BodyForm; readonly ticket: Ticket; isHandled: boolean }

/** The HTTP server that takes events. It listens when told to. */
export function createCollector(options: CollectorOptions): Collector {
  const { config, pool, keyPool, log, metrics } = options
  const now = options.now ?? Date.now
  const { limits } = config
  const vault = createVault(config.masterKeys)
  const findKey = createKeyCache({ verify: (text) => verify(options, text), createScope: (key) => scopeOf(options, key, vault), now })
  const admission = createAdmission({
    bytes: limits.queueBytes,
    bytesPerTenant: limits.queueBytesPerTenant,
    requests: options.maxRequests ?? 20_000,
    requestsPerTenant: options.maxRequestsPerTenant ?? 10_000,
  })
  const ingest = createIngest({ pool, vault, limits, now })
  const arrivals = new WeakMap<FastifyRequest, Arrived>()
  const server = Fastify({ bodyLimit: limits.bodyBytes, requestTimeout: REQUEST_TIMEOUT_MS })
  endIdleConnections(server)
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  server.setErrorHandler((error, request, reply) => answerError(reply, error, { log, maxBytes: limits.bodyBytes, requestId: request.id }))
  server.setNotFoundHandler((_request, reply) =>
    answerError(reply, new RequestError(404, 'NOT_FOUND', 'There is nothing here. Events go to POST /v1/events.'), { log, maxBytes: 0, requestId: '' }),
  )
  registerHealth(server, keyPool)
  metrics.gauge({
    name: 'umg_collector_waiting',
    help: 'Requests taken and not yet answered, and the bytes of their bodies.',
    label: 'of',
    read: () => ({ ...admission.waiting() }),
  })

  async function admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const scope = await authorize(
      { header: request.headers.authorization, clientAddress: clientAddressOf(arrivalOf(request.raw), config.trustedProxies) },
      findKey,
    )
    const form = readBodyForm(request.headers)
    // A body that comes in chunks may become as large as any.
    const length = Number(request.headers['content-length'] ?? limits.bodyBytes)
    if (length > limits.bodyBytes) throw tooLarge(limits.bodyBytes)
    // Anybody can take a public key out of an app: what waits under it must not keep the tenant's own servers out.
    const ticket = admission.enter(`${scope.key.tenantId}:${scope.key.ingestKind ?? ''}`, length)
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
      const answer = await ingest.take({ ...arrived, body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0) })
      metrics.observe({ kind: 'events', outcome: 'ok', seconds: (performance.now() - started) / 1000 })
      return answer
    } catch (error) {
      metrics.observe({ kind: 'events', outcome: 'errors', seconds: (performance.now() - started) / 1000 })
      throw error
    } finally {
      arrived.ticket.leave()
    }
  }

  server.post('/v1/events', { onRequest: admit }, (request, reply) => {
    reply.code(202)
    return continueTrace(request.headers, () => take(request))
  })

  const close = async (): Promise<void> => {
    await server.close()
    await ingest.close()
  }
  return { server, close }
}

type Arrival = { readonly header: string | undefined; readonly clientAddress: string }

async function authorize({ header, clientAddress }: Arrival, findKey: (text: string) => Promise<KeyScope | null>): Promise<KeyScope> {
  const [scheme = '', text = ''] = (header ?? '').split(' ', 2)
  if (scheme.toLowerCase() !== 'bearer' || text === '') throw new RequestError(401, 'UNAUTHENTICATED', 'Send an ingest key as Authorization: Bearer <key>.')
  const scope = await findKey(text).catch((error: unknown) => {
    throw unavailable(error)
  })
  if (scope === null) throw new RequestError(401, 'UNAUTHENTICATED', 'This ingest key is unknown, revoked or expired.')
  const { allowedNetworks, scopes } = scope.key
  if (allowedNetworks.length > 0 && !isAddressIn(allowedNetworks, clientAddress))
    throw new RequestError(403, 'NETWORK_NOT_ALLOWED', `This key may not be used from ${clientAddress}.`)
  if (!scopes.includes('events:write')) throw new RequestError(403, 'FORBIDDEN', 'This key may not send events; use an ingest key.')
  return scope
}

/** Where there is one tenant, the keys of others are as unknown as any. */
async function verify({ config, keyPool }: CollectorOptions, text: string): Promise<VerifiedKey | null> {
  const key = await verifyKey(keyPool, config.keyPepper, text)
  const { onlyTenant } = config.tenancy
  return key !== null && onlyTenant !== null && key.tenantSlug !== onlyTenant ? null : key
}

async function scopeOf({ config, keyPool }: CollectorOptions, key: VerifiedKey, vault: Vault): Promise<KeyScope> {
  const { tenantId } = key
  const { eventIdKey, deviceKey: commonKey } = config
  const deviceKey = await withSettings(keyPool, tenantId, (client) => findDeviceKey(client, { tenantId, vault, commonKey }))
  return createKeyScope(key, { eventIdKey, deviceKey })
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
