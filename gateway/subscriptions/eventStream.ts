import type { ServerResponse } from 'node:http'
import type { GraphQLFormattedError } from 'graphql'
import { FULL_BYTES } from './clientConnection.ts'
import type { Sink } from './streamHub.ts'

const CLOSE_GRACE_MS = 1_000

/**
 * The answer to one operation as Server-Sent Events, in the distinct connections mode of GraphQL over SSE: `next` for each result, `complete` at the end.
 * The id of an event is the place in its stream after it, so that who lost the connection goes on there with Last-Event-ID.
 */
export class EventStream {
  readonly #response: ServerResponse
  readonly #leaving = new AbortController()
  #drained: (() => void)[] = []
  #isOver = false
  /** The last place that the client was told, and one that it was not told yet. */
  #told: string | null = null
  #untold: string | null = null
  /** What had been written out at the last heartbeat. */
  #writtenBytes = -1
  readonly sink: Sink

  constructor(response: ServerResponse, headers: Readonly<Record<string, unknown>>) {
    this.#response = response
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' })
    response.on('drain', () => {
      const callbacks = this.#drained
      this.#drained = []
      for (const callback of callbacks) callback()
    })
    // A lost connection closes the response too.
    response.on('error', () => {})
    this.sink = {
      deliver: (text, place) => this.#next(text, place),
      stands: (place) => this.#stands(place),
      end: (errors) => this.end(errors),
      isFull: () => response.writableLength > FULL_BYTES,
      whenDrained: (callback) => void this.#drained.push(callback),
      left: this.#leaving.signal,
    }
    // The headers alone would wait for the first event; the time is how long EventSource waits before it comes back, not the same for all.
    this.#write(`retry: ${1_000 + Math.floor(Math.random() * 2_000)}\n\n`)
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Shows the client, and whoever is between, that the stream lives; one that takes nothing between two heartbeats is ended. */
  beat(): void {
    if (this.#isOver) return
    const { socket, writableLength } = this.#response
    const writtenBytes = socket === null ? 0 : socket.bytesWritten - socket.writableLength
    if (writableLength > 0 && writtenBytes === this.#writtenBytes) return void this.#response.destroy()
    this.#writtenBytes = writtenBytes
    if (this.#untold === null) this.#write(':\n\n')
    else this.#tell(this.#untold)
  }

  /** Says that it is over, and why. */
  end(errors: readonly GraphQLFormattedError[] | null): void {
    if (this.#isOver) return
    if (errors !== null) this.#next(JSON.stringify({ errors }), null)
    this.#write('event: complete\ndata:\n\n')
    this.#finish()
  }

  /** Ends the connection; without `complete`, so that the client comes back and goes on where it was. */
  hangUp(): void {
    const { socket } = this.#response
    this.#finish()
    // Kept open for another request it would keep the server from closing.
    socket?.destroySoon()
  }

  /** To be called when the connection is closed. */
  closed(): void {
    this.#isOver = true
    this.#drained = []
    this.#leaving.abort()
  }

  #finish(): void {
    this.#isOver = true
    const response = this.#response
    const timer = setTimeout(() => response.destroy(), CLOSE_GRACE_MS)
    response.once('close', () => clearTimeout(timer))
    response.end()
  }

  #next(text: string, place: string | null): void {
    if (this.#isOver) return
    if (!canBeId(place) || place === this.#told) return this.#write(`event: next\ndata: ${text}\n\n`)
    this.#told = place
    this.#untold = null
    this.#write(`event: next\nid: ${place}\ndata: ${text}\n\n`)
  }

  /** The first place goes out at once: from then on nothing is missed. Later ones, of what the client does not want to see, wait for the heartbeat. */
  #stands(place: string): void {
    if (this.#isOver || !canBeId(place) || place === this.#told) return
    if (this.#told === null) this.#tell(place)
    else this.#untold = place
  }

  /** An event without data changes the place and is nobody's event. */
  #tell(place: string): void {
    this.#told = place
    this.#untold = null
    this.#write(`id: ${place}\n\n`)
  }

  #write(text: string): void {
    if (!this.#response.destroyed) this.#response.write(text)
  }
}

/** A line break would end the line, and browsers ignore an id with a zero. */
function canBeId(place: string | null): place is string {
  return place !== null && /^[\x20-\x7e]+$/.test(place)
}
