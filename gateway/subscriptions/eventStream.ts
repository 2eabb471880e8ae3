import type { ServerResponse } from 'node:http'
import type { GraphQLFormattedError } from 'graphql'
import { FULL_BYTES } from './clientConnection.ts'
import type { EventFormat } from './eventFormat.ts'
import type { Sink } from './streamHub.ts'

const CLOSE_GRACE_MS = 1_000

/**
 * The answer to one operation as a stream of events, in one of the formats that clients know.
 * The id of an event is the place in its stream after it, so that who lost the connection goes on there with Last-Event-ID.
 */
export class EventStream {
  readonly #response: ServerResponse
  readonly #format: EventFormat
  readonly #leaving = new AbortController()
  #drained: (() => void)[] = []
  #isOver = false
  /** The last place that the client was told, and one that it was not told yet. */
  #told: string | null = null
  #untold: string | null = null
  /** What had been written out at the last heartbeat. */
  #writtenBytes = -1
  readonly sink: Sink

  constructor(response: ServerResponse, { headers, format }: { readonly headers: Readonly<Record<string, unknown>>; readonly format: EventFormat }) {
    this.#response = response
    this.#format = format
    response.writeHead(200, { ...headers, 'content-type': format.contentType, 'cache-control': 'no-cache', 'x-accel-buffering': 'no' })
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
    this.#write(format.opening())
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
    if (this.#untold === null) this.#write(this.#format.heartbeat)
    else this.#tell(this.#untold)
  }

  /** Says that it is over, and why. */
  end(errors: readonly GraphQLFormattedError[] | null): void {
    if (this.#isOver) return
    this.#write(this.#format.ending(errors))
    this.#finish(() => this.#response.end())
  }

  /** Cuts the connection once all is written out, so that the client comes back and goes on where it was. An answer that ends is taken for one that is over. */
  hangUp(): void {
    this.#finish(() => this.#response.socket?.destroySoon())
  }

  /** To be called when the connection is closed. */
  closed(): void {
    this.#isOver = true
    this.#drained = []
    this.#leaving.abort()
  }

  #finish(close: () => void): void {
    this.#isOver = true
    const response = this.#response
    const timer = setTimeout(() => response.destroy(), CLOSE_GRACE_MS)
    response.once('close', () => clearTimeout(timer))
    close()
  }

  #next(text: string, place: string | null): void {
    if (this.#isOver) return
    if (!canBeId(place) || place === this.#told) return this.#write(this.#format.next(text, null))
    this.#told = place
    this.#untold = null
    this.#write(this.#format.next(text, place))
  }

  /** The first place goes out at once: from then on nothing is missed. Later ones, of what the client does not want to see, wait for the heartbeat. */
  #stands(place: string): void {
    if (this.#isOver || !canBeId(place) || place === this.#told) return
    if (this.#told === null) this.#tell(place)
    else this.#untold = place
  }

  #tell(place: string): void {
    this.#told = place
    this.#untold = null
    this.#write(this.#format.place(place))
  }

  #write(text: string): void {
    if (!this.#response.destroyed) this.#response.write(text)
  }
}

/** A line break would end the line, and browsers ignore an id with a zero. */
function canBeId(place: string | null): place is string {
  return place !== null && /^[\x20-\x7e]+$/.test(place)
}
