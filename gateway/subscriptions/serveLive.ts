import type { IncomingMessage, Server } from 'node:http'
import type { ServiceMap } from '@apollo/gateway'
import type { ApolloServer } from '@apollo/server'
import type { GatewayConfig } from '#ops/config.ts'
import { arrivalOf, clientAddressOf, userAgentOf } from '#ops/service/clientAddress.ts'
import type { Metrics } from '#ops/service/metrics.ts'
import { REQUEST_ID_HEADER, type Log } from '#ops/service/requestScope.ts'
import { openSocketDoor, type Admission, type SocketDoor } from '#ops/service/socketDoor.ts'
import type { SubgraphName } from '#ops/security/identity.ts'
import { traceHeaders } from '#ops/telemetry.ts'
import type { GatewayContext } from '../dataSource.ts'
import type { SignFor } from '../identitySigner.ts'
import { MAX_BODY_BYTES } from '../limits.ts'
import { createGatewayMask } from '../masking.ts'
import type { ReadViewer } from '../viewer.ts'
import { ClientConnection, type ClientConnectionOptions } from './clientConnection.ts'
import { createEventExecutor } from './executeEvent.ts'
import type { LiveSchemaSource } from './liveSchema.ts'
import { isOurOrigin } from './ourOrigin.ts'
import { createOperationReader } from './readOperation.ts'
import { createRunner, type RunnerClient } from './runOperation.ts'
import { openEventDoor, type EventDoor } from './serveEvents.ts'
import type { SilentPeersOptions } from './silentPeers.ts'
import { StreamHub } from './streamHub.ts'
import { openUpstreamSocket } from './upstreamSocket.ts'
import { ViewerWatch } from './viewerWatch.ts'

export type LiveOptions = {
  readonly http: Server
  readonly config: Pick<GatewayConfig, 'publicUrl' | 'subgraphUrls' | 'trustedProxies'>
  readonly apollo: ApolloServer<GatewayContext>
  readonly schemas: LiveSchemaSource
  readonly services: ServiceMap
  readonly signFor: SignFor
  readonly readViewer: ReadViewer
  readonly metrics: Metrics
  readonly log: Log & { child(fields: object): Log }
  readonly now: () => Date
  /** Milliseconds between pings to clients, and until other subgraphs have completed an event, and a subgraph that never answered is given up. */
  readonly timings?: {
    readonly heartbeatMs?: number
    readonly deadlineMs?: number
    readonly giveUpMs?: number
    readonly silentPeers?: SilentPeersOptions
  }
}

export type RunningLive = { readonly answer: EventDoor['answer']; readonly close: () => Promise<void> }

const MAX_SOCKETS = 20_000
const DEADLINE_MS = 10_000

/** Serves GraphQL over WebSocket and Server-Sent Events at /graphql and /t/<slug>/graphql: subscriptions of any subgraph, and queries and mutations too. */
export function serveLive(options: LiveOptions): RunningLive {
  const { http, config, schemas, metrics, log, now, timings = {} } = options
  const mask = createGatewayMask()
  const read = createOperationReader({ schemas, now: () => now().getTime() })
  const hub = createHub(options, { read, mask })
  schemas.onChange(() => hub.replan())
  const watch = new ViewerWatch({ readViewer: options.readViewer, log, now })
  const runner = { apollo: options.apollo, read, hub, mask }
  const connections = new Set<ClientConnection>()
  const door = openSocketDoor({
    http,
    maxFrameBytes: MAX_BODY_BYTES,
    maxSockets: MAX_SOCKETS,
    heartbeatMs: timings.heartbeatMs,
    log,
    admit: (request) => admit(request, config),
    opened: (socket, { namedTenants, host, clientAddress, userAgent }) => {
      const requestId = crypto.randomUUID()
      const socketLog = log.child({ requestId })
      const connection = new ClientConnection({
        socket,
        namedTenants,
        host,
        clientAddress,
        watch,
        run: createRunner(runner, { requestId, log: socketLog, clientAddress, userAgent }),
        showsLife: () => door.showsLife(socket),
        log: socketLog,
      })
      connections.add(connection)
      socket.on('message', (bytes: Buffer, isBinary) => {
        connection.take(isBinary ? '' : bytes.toString('utf8')).catch((error: unknown) => {
          socketLog.error({ err: error }, 'a socket failed')
          socket.terminate()
        })
      })
      return (code) => {
        connections.delete(connection)
        connection.closed()
        socketLog.debug({ code }, 'socket closed')
      }
    },
  })
  const events = openEventDoor({
    ...runner,
    watch,
    publicUrl: config.publicUrl,
    isCrowded: () => door.count() + events.count() >= MAX_SOCKETS,
    heartbeatMs: timings.heartbeatMs,
    silentPeers: timings.silentPeers,
  })
  countLive(metrics, { door, events, connections, hub })
  return {
    answer: (visit) => events.answer(visit),
    close: async () => {
      watch.close()
      events.close()
      await door.close(1012, 'Service restart')
    },
  }
}

type Counted = { readonly door: SocketDoor; readonly events: EventDoor; readonly connections: ReadonlySet<ClientConnection>; readonly hub: StreamHub }

function countLive(metrics: Metrics, { door, events, connections, hub }: Counted): void {
  metrics.gauge({
    name: 'umg_live',
    help: 'Sockets and event streams of clients, the operations on sockets, and the upstream subscriptions behind those, that are open now.',
    label: 'what',
    read: () => ({
      sockets: door.count(),
      eventStreams: events.count(),
      operations: [...connections].reduce((sum, { operations }) => sum + operations, 0),
      upstreams: hub.size,
    }),
  })
}

type HubParts = { readonly read: ReturnType<typeof createOperationReader>; readonly mask: ReturnType<typeof createGatewayMask> }

function createHub({ config, services, metrics, signFor, log, timings = {} }: LiveOptions, { read, mask }: HubParts): StreamHub {
  return new StreamHub({
    execute: createEventExecutor({ services, mask, metrics, deadlineMs: timings.deadlineMs ?? DEADLINE_MS }),
    mask,
    giveUpMs: timings.giveUpMs,
    read,
    log,
    openSocket: (caller) => (attempt, service) => {
      const name = subgraphNamed(service, config)
      return openUpstreamSocket({
        ...attempt,
        url: config.subgraphUrls[name].replace(/^http/, 'ws'),
        headers: { ...traceHeaders(), [REQUEST_ID_HEADER]: caller.requestId },
        sign: () => signFor(caller.identity, name),
        log: caller.log,
      })
    },
  })
}

type Ticket = Pick<ClientConnectionOptions, 'namedTenants' | 'host' | 'clientAddress'> & Pick<RunnerClient, 'userAgent'>

/** The path and the Origin. */
function admit(request: IncomingMessage, { publicUrl, trustedProxies }: LiveOptions['config']): Admission<Ticket> {
  const path = (request.url ?? '').split('?')[0] ?? ''
  const [, slug] = /^\/t\/([a-z0-9-]{1,100})\/graphql$/.exec(path) ?? []
  if (path !== '/graphql' && slug === undefined) return { refusal: { status: 404, code: 'NOT_FOUND', message: 'There is no socket at this path.' } }
  const named = request.headers['umg-tenant']
  if (!isOurOrigin(request.headers, publicUrl))
    return { refusal: { status: 403, code: 'FORBIDDEN', message: 'Sockets are for our own pages and for programs.' } }
  return {
    ticket: {
      namedTenants: [slug, named].filter((name) => typeof name === 'string'),
      host: request.headers.host,
      clientAddress: clientAddressOf(arrivalOf(request), trustedProxies),
      userAgent: userAgentOf(request),
    },
  }
}

function subgraphNamed(service: string, config: LiveOptions['config']): SubgraphName {
  for (const name of Object.keys(config.subgraphUrls) as SubgraphName[]) if (name === service) return name
  throw new Error(`The plan names a subgraph ${service} that has no URL.`)
}
