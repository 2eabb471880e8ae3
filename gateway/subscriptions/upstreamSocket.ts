import { GRAPHQL_TRANSPORT_WS_PROTOCOL, MessageType, parseMessage, type Message } from 'graphql-ws'
import { WebSocket } from 'ws'
import type { Log } from '#ops/service/requestScope.ts'
import { ErrorsSchema, ResponseSchema, type UpstreamError, type UpstreamResponse } from '../upstream.ts'

/** How a connection to the owner of a stream ended. */
export type UpstreamEnd =
  /** The subgraph is gone, restarts or does not answer: it may be asked again. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** The subgraph says that the stream has no more events. */
  | { readonly kind: 'complete' }
  /** The subgraph answered the subscription with errors. */
  | { readonly kind: 'refused'; readonly errors: readonly UpstreamError[] }
  /** An event is longer than we take, and would be again. */
  | { readonly kind: 'tooLarge' }

export type UpstreamSocketOptions = {
  /** The subgraph's ws address. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly request: { readonly query: string; readonly operationName: string | undefined; readonly variables: Readonly<Record<string, unknown>> }
  /** A signed identity that is good for at least RENEW_MS more. */
  readonly sign: () => Promise<string>
  readonly onAcknowledged: () => void
  /** `bytes`: the length of its message. */
  readonly onEvent: (event: UpstreamResponse, bytes: number) => void
  readonly onEnd: (end: UpstreamEnd) => void
  readonly log: Log
}

/** One subscription at a subgraph, on a socket of its own: stopping to read it stops this stream and no other. */
export type UpstreamSocket = {
  /** Stops reading; what the kernels' buffers hold stays there and the subgraph stops sending. */
  pause(): void
  resume(): void
  /** Ends it; nothing is called back any more. */
  close(): void
}

const RENEW_MS = 10_000
/** The subgraph pings every 15 s and answers our pings; without a sign of life for this long it is lost. */
const SILENCE_MS = 25_000
const HANDSHAKE_TIMEOUT_MS = 5_000
const CLOSE_TIMEOUT_MS = 1_000
/** A batch has at most 500 entries; with every field, each of them long, that is less than half of this. */
const MAX_MESSAGE_BYTES = 8_000_000
const ID = '1'

export function openUpstreamSocket(options: UpstreamSocketOptions): UpstreamSocket {
  const { log } = options
  let isOver = false
  let seenAt = performance.now()
  const socket = new WebSocket(options.url, GRAPHQL_TRANSPORT_WS_PROTOCOL, {
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: MAX_MESSAGE_BYTES,
    headers: options.headers,
  })
  const seen = (): void => {
    seenAt = performance.now()
  }

  function end(how: UpstreamEnd | null): void {
    if (isOver) return
    isOver = true
    clearInterval(renewal)
    // A socket that is not read cannot see the other side's goodbye.
    socket.resume()
    socket.close(1000)
    setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref()
    if (how !== null) options.onEnd(how)
  }

  function sendSigned(type: 'connection_init' | 'ping'): void {
    options.sign().then(
      (identity) => socket.readyState === socket.OPEN && socket.send(JSON.stringify({ type, payload: { identity } })),
      (error: unknown) => {
        log.error({ err: error }, 'an identity could not be signed')
        end({ kind: 'lost', reason: 'no identity' })
      },
    )
  }

  const renewal = setInterval(() => {
    if (!socket.isPaused && performance.now() - seenAt > SILENCE_MS) socket.terminate()
    else sendSigned('ping')
  }, RENEW_MS)
  socket.on('open', () => sendSigned('connection_init'))
  socket.on('ping', seen)
  socket.on('message', (bytes: Buffer) => {
    seen()
    if (isOver) return
    try {
      const how = take(parseMessage(bytes.toString('utf8')), { socket, options, bytes: bytes.length })
      if (how !== null) end(how)
    } catch (error) {
      log.error({ err: error }, 'a subgraph sent a message that is none')
      end({ kind: 'lost', reason: 'bad message' })
    }
  })
  socket.on('error', (error) => {
    log.debug({ err: error }, 'upstream socket failed')
    if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') end({ kind: 'tooLarge' })
  })
  socket.on('close', (code, reason) => end({ kind: 'lost', reason: `${code} ${reason.toString('utf8')}`.trim() }))

  return {
    pause: () => socket.pause(),
    resume: () => {
      // What was not read could not be seen.
      if (socket.isPaused) seen()
      socket.resume()
    },
    close: () => end(null),
  }
}

type Taking = { readonly socket: WebSocket; readonly options: UpstreamSocketOptions; readonly bytes: number }

/** Does what a message asks for; answers how the stream ended, if it did. */
function take(message: Message, { socket, options, bytes }: Taking): UpstreamEnd | null {
  switch (message.type) {
    case MessageType.ConnectionAck:
      socket.send(JSON.stringify({ id: ID, type: 'subscribe', payload: options.request }))
      options.onAcknowledged()
      return null
    case MessageType.Next: {
      const event = ResponseSchema.parse(message.payload)
      // Errors without data are the answer to the subscription itself.
      if (event.data === undefined) return { kind: 'refused', errors: event.errors ?? [] }
      options.onEvent(event, bytes)
      return null
    }
    case MessageType.Error:
      return { kind: 'refused', errors: ErrorsSchema.parse(message.payload) }
    case MessageType.Complete:
      return { kind: 'complete' }
    case MessageType.Ping:
      socket.send('{"type":"pong"}')
      return null
    default:
      return null
  }
}
