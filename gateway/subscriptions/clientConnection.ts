import type { GraphQLFormattedError } from 'graphql'
import { CloseCode, MessageType, parseMessage, type Message, type SubscribePayload } from 'graphql-ws'
import type { WebSocket } from 'ws'
import type { Log } from '#ops/service/requestScope.ts'
import { isDeeperThan, MAX_BODY_DEPTH } from '../limits.ts'
import { readCredentials } from './connectionPayload.ts'
import type { RunOperation } from './runOperation.ts'
import { isSameViewer, MAX_SOCKETS_OF_ONE, SocketRefusal, type ViewerWatch, type Visitor } from './viewerWatch.ts'

export type ClientConnectionOptions = {
  readonly socket: WebSocket
  /** The tenants that the request for the socket named by path or header, as slugs. */
  readonly namedTenants: readonly string[]
  /** The Host header of that request. */
  readonly host: string | undefined
  readonly clientAddress: string
  readonly watch: ViewerWatch
  readonly run: RunOperation
  /** The client reads, though it does not answer pings: they wait behind what it has not read. */
  readonly showsLife: () => void
  readonly log: Log
}

/** Above this much unread by the client its streams are not read either, until it has read down to the lower mark. */
export const FULL_BYTES = 256 * 1024
const DRAINED_BYTES = 64 * 1024
/** In UTF-8, of one of the characters that a text's length counts. */
const MAX_BYTES_OF_CHARACTER = 3
const MAX_OPERATIONS = 50
const MAX_ID_CHARACTERS = 200
const INIT_TIMEOUT_MS = 3_000
const TRY_AGAIN_LATER = 1013
/** What a close frame takes; ws throws at more. */
const MAX_REASON_BYTES = 123

/**
 * One client's socket, in the protocol graphql-transport-ws. Not graphql-ws's own server, which would write each frame anew for each subscriber: here
 * the text of an event is made once.
 */
export class ClientConnection {
  readonly #options: ClientConnectionOptions
  readonly #operations = new Map<string, () => void>()
  /** Operations that take up a place: those above, and those that the client has completed and that run on. */
  readonly #running = new Set<object>()
  readonly #initTimer: NodeJS.Timeout
  #drained: (() => void)[] = []
  #isBackedUp = false
  #hasInit = false
  #visitor: Visitor | null = null

  constructor(options: ClientConnectionOptions) {
    this.#options = options
    this.#initTimer = setTimeout(() => this.#close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'), INIT_TIMEOUT_MS)
    if (options.socket.protocol === '') this.#close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable')
  }

  get operations(): number {
    return this.#operations.size
  }

  /** Takes one message; what it says wrong closes the socket. */
  async take(text: string): Promise<void> {
    // ws still hands over what arrives after we closed.
    if (this.#options.socket.readyState !== this.#options.socket.OPEN) return
    const message = readMessage(text)
    if (message === null) return this.#close(CloseCode.BadRequest, 'Invalid message received')
    try {
      await this.#answer(message)
    } catch (error) {
      if (error instanceof SocketRefusal) return this.#close(error.code, error.message)
      this.#options.log.error({ err: error }, 'a message of a client failed')
      this.#close(CloseCode.InternalServerError, 'Internal error')
    }
    this.#slowDown()
  }

  /** Who does not read the answers is not asked what else there is, or they would have no bound. */
  #slowDown(): void {
    const { socket } = this.#options
    if (socket.bufferedAmount <= FULL_BYTES || socket.isPaused) return
    socket.pause()
    this.#drained.push(() => socket.resume())
  }

  /** To be called when the socket is closed. */
  closed(): void {
    clearTimeout(this.#initTimer)
    this.#options.watch.forget(this)
    const stops = [...this.#operations.values()]
    this.#operations.clear()
    this.#drained = []
    for (const stop of stops) stop()
  }

  async #answer(message: Message): Promise<void> {
    switch (message.type) {
      case MessageType.ConnectionInit:
        return this.#init(message.payload)
      case MessageType.Ping:
        return this.#ping(message.payload)
      case MessageType.Pong:
        return
      case MessageType.Subscribe:
        return this.#subscribe(message.id, message.payload)
      case MessageType.Complete:
        return this.#stop(message.id)
      default:
        this.#close(CloseCode.BadRequest, 'Invalid message received')
    }
  }

  async #init(payload: unknown): Promise<void> {
    if (this.#hasInit) throw new SocketRefusal(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests')
    this.#hasInit = true
    clearTimeout(this.#initTimer)
    const { watch, namedTenants, host, socket, clientAddress } = this.#options
    const visitor = await watch.admit(readCredentials(payload, { namedTenants, host }), clientAddress)
    if (socket.readyState !== socket.OPEN) return
    if (watch.count(visitor, clientAddress) >= MAX_SOCKETS_OF_ONE) throw new SocketRefusal(TRY_AGAIN_LATER, 'Too many sockets')
    this.#admit(visitor)
    this.#send('{"type":"connection_ack"}')
  }

  /** A ping may bring a fresh token for the same viewer, so that a stream outlives the first one. */
  async #ping(payload: unknown): Promise<void> {
    const { watch, namedTenants, host, clientAddress } = this.#options
    const credentials = readCredentials(payload, { namedTenants, host })
    if (this.#visitor !== null && credentials.authorization !== undefined) {
      const visitor = await watch.admit(credentials, clientAddress)
      if (!isSameViewer(this.#visitor.identity, visitor.identity)) throw new SocketRefusal(CloseCode.Forbidden, 'The credential is of another viewer')
      // With the session of the fresh token: what is asked from now on is asked by it, whatever becomes of the one before.
      this.#admit(visitor)
    }
    this.#send('{"type":"pong"}')
  }

  #admit(visitor: Visitor): void {
    const { socket, watch, clientAddress } = this.#options
    if (socket.readyState !== socket.OPEN) return
    this.#visitor = visitor
    watch.watch(this, { visitor, clientAddress, close: ({ code, message }) => this.#close(code, message) })
  }

  #subscribe(id: string, payload: SubscribePayload): void {
    if (this.#visitor === null) throw new SocketRefusal(CloseCode.Unauthorized, 'Unauthorized')
    if (id.length > MAX_ID_CHARACTERS) throw new SocketRefusal(CloseCode.BadRequest, 'The id of an operation is too long')
    if (this.#operations.has(id)) throw new SocketRefusal(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id.slice(0, 60)} already exists`)
    const idText = JSON.stringify(id)
    if (this.#running.size >= MAX_OPERATIONS) return this.#fail(idText, [tooManyOperations()])
    const place = {}
    const leaving = new AbortController()
    this.#running.add(place)
    const head = `{"id":${idText},"type":"next","payload":`
    let isOver = false
    // It may end before `run` has answered how to stop it.
    this.#operations.set(id, () => {
      isOver = true
      leaving.abort()
    })
    const stop = this.#options.run(
      { payload, identity: this.#visitor.identity, after: null },
      {
        deliver: (text) => {
          if (!isOver) this.#send(`${head}${text}}`)
        },
        stands: () => {},
        end: (errors) => {
          this.#running.delete(place)
          if (isOver) return
          isOver = true
          this.#operations.delete(id)
          if (errors === null) this.#send(`{"id":${idText},"type":"complete"}`)
          else this.#fail(idText, errors)
        },
        isFull: () => this.#options.socket.bufferedAmount > FULL_BYTES,
        left: leaving.signal,
        whenDrained: (callback) => void this.#drained.push(callback),
      },
    )
    if (isOver) return
    this.#operations.set(id, () => {
      isOver = true
      leaving.abort()
      if (stop === null) return
      this.#running.delete(place)
      stop()
    })
  }

  #stop(id: string): void {
    const stop = this.#operations.get(id)
    this.#operations.delete(id)
    stop?.()
  }

  #fail(idText: string, errors: readonly GraphQLFormattedError[]): void {
    this.#send(`{"id":${idText},"type":"error","payload":${JSON.stringify(errors)}}`)
  }

  #send(text: string): void {
    const { socket } = this.#options
    if (socket.readyState !== socket.OPEN) return
    // To be called back costs a third of a delivery, so only while it may matter.
    const mayFill = this.#isBackedUp || socket.bufferedAmount + text.length * MAX_BYTES_OF_CHARACTER > DRAINED_BYTES
    if (!mayFill) return socket.send(text)
    socket.send(text, this.#flushed)
    if (socket.bufferedAmount > DRAINED_BYTES) this.#isBackedUp = true
  }

  /** Something was written out. Only when more waited than the kernel takes does that say that the client reads. */
  readonly #flushed = (): void => {
    if (!this.#isBackedUp) return
    this.#options.showsLife()
    if (this.#options.socket.bufferedAmount > DRAINED_BYTES) return
    this.#isBackedUp = false
    const callbacks = this.#drained
    this.#drained = []
    for (const callback of callbacks) callback()
  }

  #close(code: number, reason: string): void {
    this.#options.socket.close(code, cutReason(reason))
  }
}

/** Bytes, not characters: of what the client named a character may have four. One that would be cut in two is left out. */
function cutReason(reason: string): string {
  return new TextDecoder().decode(Buffer.from(reason).subarray(0, MAX_REASON_BYTES), { stream: true })
}

function readMessage(text: string): Message | null {
  try {
    const message: unknown = JSON.parse(text)
    // Past the parser of graphql-ws it is a message; what is in its payload is read where it is used.
    return isDeeperThan(message, MAX_BODY_DEPTH) ? null : parseMessage(text)
  } catch {
    return null
  }
}

function tooManyOperations(): GraphQLFormattedError {
  return { message: `A socket carries at most ${MAX_OPERATIONS} operations at a time.`, extensions: { code: 'BAD_REQUEST' } }
}
