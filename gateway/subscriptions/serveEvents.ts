import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SubscribePayload } from 'graphql-ws'
import type { Identity } from '#ops/security/identity.ts'
import { commonErrors } from '#ops/service/errors.ts'
import type { Caller } from '../upstream.ts'
import type { Credentials } from '../viewer.ts'
import { multipartSubscription, serverSentEvents, type EventFormat } from './eventFormat.ts'
import { questionOf, wantedOf } from './eventQuestion.ts'
import { EventStream } from './eventStream.ts'
import { isOurOrigin } from './ourOrigin.ts'
import { createRunner, type RunnerOptions } from './runOperation.ts'
import { watchSilentPeers, type SilentPeersOptions } from './silentPeers.ts'
import { MAX_SOCKETS_OF_ONE, visitorOf, type ViewerWatch } from './viewerWatch.ts'

/** A GraphQL request whose credentials were looked at. */
export type EventVisit = {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly credentials: Credentials
  readonly identity: Identity
  readonly caller: Omit<Caller, 'identity'>
}

export type EventDoorOptions = RunnerOptions & {
  readonly watch: ViewerWatch
  readonly publicUrl: string
  /** Whether no more connections are taken, of sockets and streams together. */
  readonly isCrowded: () => boolean
  readonly heartbeatMs?: number
  readonly silentPeers?: SilentPeersOptions
}

/** Where Server-Sent Events go out, and Apollo's multipart streams. */
export type EventDoor = {
  /** Answers the request as an event stream if it wants one; false: it is to be answered with JSON. */
  answer(visit: EventVisit): boolean
  /** Streams that are open now. */
  count(): number
  /** Ends all subscriptions, whose clients come back; queries and mutations are answered. */
  close(): void
}

/** Between two heartbeats; one that takes nothing between two is ended, so within twice this, and one that is gone without a word within 30 s. */
const HEARTBEAT_MS = 12_000
const RETRY_AFTER_S = 5

type Opening = { readonly payload: SubscribePayload; readonly format: EventFormat; readonly isLasting: boolean }
type Refusal = { readonly status: number; readonly code: string; readonly message: string; readonly headers?: Readonly<Record<string, string>> }

export function openEventDoor(options: EventDoorOptions): EventDoor {
  const { watch, read } = options
  /** With each whether it is of a subscription. */
  const streams = new Map<EventStream, boolean>()
  let isClosing = false
  const heartbeat = setInterval(() => {
    for (const stream of streams.keys()) stream.beat()
  }, options.heartbeatMs ?? HEARTBEAT_MS)
  heartbeat.unref()
  const peers = watchSilentPeers(options.silentPeers)

  function open({ reply, credentials, identity, caller, request }: EventVisit, { payload, format, isLasting }: Opening): void {
    reply.hijack()
    const stream = new EventStream(reply.raw, { headers: reply.getHeaders(), format })
    streams.set(stream, isLasting)
    const { socket } = request.raw
    peers.add(socket)
    const visitor = visitorOf(credentials, identity)
    watch.watch(stream, { visitor, clientAddress: caller.clientAddress, close: ({ error }) => stream.end([error]) })
    let stop: (() => void) | null = null
    reply.raw.once('close', () => {
      streams.delete(stream)
      peers.delete(socket)
      watch.forget(stream)
      stream.closed()
      stop?.()
      caller.log.debug({}, 'event stream closed')
    })
    const { requestId, log, clientAddress, userAgent, place } = caller
    const run = createRunner(options, { requestId, log, clientAddress, userAgent, place })
    const lastId = request.headers['last-event-id']
    stop = run({ payload, identity, after: typeof lastId === 'string' && lastId !== '' ? lastId : null }, stream.sink)
  }

  /** Why the connection is not taken, however good the question. */
  function refusalOf({ request, credentials, identity, caller }: EventVisit): Refusal | null {
    if (!isOurOrigin(request.headers, options.publicUrl))
      return { status: 403, code: 'FORBIDDEN', message: 'Event streams are for our own pages and for programs.' }
    if (isClosing || options.isCrowded())
      return { status: 503, code: 'DOWNSTREAM_UNAVAILABLE', message: 'No more streams are taken at the moment.', headers: RETRY_AFTER }
    if (watch.count(visitorOf(credentials, identity), caller.clientAddress) < MAX_SOCKETS_OF_ONE) return null
    const message = `A viewer has at most ${MAX_SOCKETS_OF_ONE} connections at a time.`
    return { status: commonErrors.RATE_LIMITED.status, code: 'RATE_LIMITED', message, headers: RETRY_AFTER }
  }

  function answer(visit: EventVisit): boolean {
    const { request } = visit
    if (request.method !== 'GET' && request.method !== 'POST') return false
    const wanted = wantedOf(request.headers.accept)
    if (wanted === 'json') return false
    const payload = questionOf(request)
    const { query = '', operationName = null, variables } = payload ?? {}
    const kind = payload === null ? null : read({ query, operationName: operationName ?? null, variables: variables ?? {} }).kind
    if (wanted !== 'events' && kind !== 'subscription') return false
    const refusal = refusalOf(visit) ?? (kind === 'mutation' && request.method === 'GET' ? MUTATION_BY_GET : null)
    if (refusal !== null) refuse(visit.reply, refusal)
    else if (payload === null) refuse(visit.reply, NO_QUESTION)
    else open(visit, { payload, format: wanted === 'parts' ? multipartSubscription : serverSentEvents, isLasting: kind === 'subscription' })
    return true
  }

  return {
    answer,
    count: () => streams.size,
    close: () => {
      isClosing = true
      clearInterval(heartbeat)
      peers.stop()
      // What was asked once is answered once: its client would ask again, and a mutation would be done twice.
      for (const [stream, isLasting] of streams) if (isLasting) stream.hangUp()
    },
  }
}

const RETRY_AFTER = { 'retry-after': String(RETRY_AFTER_S) }
const MUTATION_BY_GET: Refusal = { status: 405, code: 'BAD_REQUEST', message: 'A mutation is sent by POST.', headers: { allow: 'POST' } }
const NO_QUESTION: Refusal = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'The request has to have a query: as JSON { "query", "variables", "operationName" } by POST, or as parameters of those names by GET.',
}

function refuse(reply: FastifyReply, { status, code, message, headers = {} }: Refusal): void {
  void reply
    .code(status)
    .headers(headers)
    .send({ errors: [{ message, extensions: { code } }] })
}
