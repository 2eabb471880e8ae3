import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { handleProtocols } from 'graphql-ws'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Log } from './requestScope.ts'

/** Why a socket is not opened, as the HTTP answer to its request. */
export type Refusal = { readonly status: number; readonly code: string; readonly message: string }

/** Whether a request becomes a socket. What is needed of the request later is on the ticket, so that no socket keeps its request. */
export type Admission<Ticket> = { readonly ticket: Ticket } | { readonly refusal: Refusal }

export type SocketDoorOptions<Ticket> = {
  readonly http: Server
  /** Looks at the request before a socket is made of it. */
  readonly admit: (request: IncomingMessage) => Admission<Ticket>
  /** Takes over an open socket; answers what is to be done once it is closed. */
  readonly opened: (socket: WebSocket, ticket: Ticket) => (code: number) => void
  /** A longer frame closes its socket with 1009. */
  readonly maxFrameBytes: number
  /** At most this many sockets at a time; more are answered 503. */
  readonly maxSockets: number
  readonly log: Log
  /** A ping each so many milliseconds; who shows no life between two of them is ended. Default: 15 s, so that a dead one is gone within 30. */
  readonly heartbeatMs?: number
}

/** Where the WebSockets of an HTTP server come in. */
export type SocketDoor = {
  /** Sockets that are open now. */
  count(): number
  /** Says that the socket's peer lives, although no pong came: it reads what it is sent. */
  showsLife(socket: WebSocket): void
  /** Lets nobody in any more and closes all with that code; one that does not answer in time is ended. */
  close(code: number, reason: string): Promise<void>
}

const HEARTBEAT_MS = 15_000
const CLOSE_GRACE_MS = 1_000

/** For node:http's `shouldUpgradeCallback`: other upgrades, such as a client that would rather speak HTTP/2, stay ordinary requests. */
export const asksForSocket = (request: IncomingMessage): boolean => request.headers.upgrade?.toLowerCase() === 'websocket'

/** Opens a server for WebSockets, with heartbeats and limits but with no protocol above them. Without compression, which costs more than it saves here. */
export function openSocketDoor<Ticket>(options: SocketDoorOptions<Ticket>): SocketDoor {
  const { http, admit, opened, log } = options
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: options.maxFrameBytes, handleProtocols })
  const alive = new WeakSet<WebSocket>()
  let isClosing = false

  function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    // Until ws has its own listener a reset of the connection would be an uncaught error.
    const ended = () => stream.destroy()
    stream.on('error', ended)
    if (isClosing || server.clients.size >= options.maxSockets)
      return refuse(stream, { status: 503, code: 'DOWNSTREAM_UNAVAILABLE', message: 'No more sockets are taken at the moment.' })
    const admission = admit(request)
    if ('refusal' in admission) return refuse(stream, admission.refusal)
    server.handleUpgrade(request, stream, head, (socket) => {
      stream.off('error', ended)
      const signsOfLife = () => void alive.add(socket)
      signsOfLife()
      const closed = opened(socket, admission.ticket)
      socket.on('pong', signsOfLife).on('message', signsOfLife)
      // A frame that is too long or broken, or a lost connection: ws closes the socket by itself.
      socket.on('error', (error) => log.debug({ err: error }, 'socket failed'))
      socket.on('close', (code) => closed(code))
    })
  }

  const heartbeat = setInterval(() => {
    for (const socket of server.clients) {
      if (!alive.has(socket)) {
        socket.terminate()
        continue
      }
      alive.delete(socket)
      if (socket.readyState === socket.OPEN) socket.ping()
    }
  }, options.heartbeatMs ?? HEARTBEAT_MS)
  heartbeat.unref()
  http.on('upgrade', upgrade)

  async function close(code: number, reason: string): Promise<void> {
    isClosing = true
    clearInterval(heartbeat)
    const gone = [...server.clients].map((socket) => new Promise<void>((resolve) => void socket.once('close', () => resolve())))
    for (const socket of server.clients) socket.close(code, reason)
    const timer = setTimeout(() => server.clients.forEach((socket) => socket.terminate()), CLOSE_GRACE_MS)
    await Promise.all(gone)
    clearTimeout(timer)
    server.close()
  }

  return { count: () => server.clients.size, showsLife: (socket) => void alive.add(socket), close }
}

function refuse(stream: Duplex, { status, code, message }: Refusal): void {
  const body = JSON.stringify({ error: { code, message } })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  // A client that does not close its side would keep the descriptor for ever.
  stream.once('finish', () => stream.destroy())
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
