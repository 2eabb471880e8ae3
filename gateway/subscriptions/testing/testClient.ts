import { once } from 'node:events'
import { vi } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'

/** Polls until the check holds; a machine that does much else needs longer than a second. */
export const soon = <Value>(check: () => Value | Promise<Value>, timeout = 25_000): Promise<Value> => vi.waitFor(check, { timeout, interval: 20 })

/** Reads a number until it stays the same for a while. */
export async function settled(read: () => number): Promise<number> {
  let last = -1
  await vi.waitFor(
    () => {
      const now = read()
      if (now === last) return
      last = now
      throw new Error(`still moving, at ${now}`)
    },
    { timeout: 20_000, interval: 500 },
  )
  return last
}

export type ServerMessage = { readonly type: string; readonly id?: string; readonly payload?: any }

/** A client of graphql-transport-ws that hides nothing: every message as it came, and the code with which the socket was closed. */
export class TestClient {
  readonly socket: WebSocket
  readonly messages: ServerMessage[] = []
  closed: { readonly code: number; readonly reason: string } | null = null

  constructor(url: string, { protocols = ['graphql-transport-ws'], ...options }: ClientOptions & { readonly protocols?: string[] } = {}) {
    this.socket = new WebSocket(url, protocols, options)
    this.socket.on('message', (bytes: Buffer) => this.messages.push(JSON.parse(bytes.toString('utf8')) as ServerMessage))
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString('utf8') }
    })
    this.socket.on('error', () => {})
  }

  /** Opens and says who it is; resolves when that was acknowledged or refused. */
  static async connect(url: string, payload?: object, options?: ClientOptions): Promise<TestClient> {
    const client = new TestClient(url, options)
    await once(client.socket, 'open')
    client.send({ type: 'connection_init', payload })
    await soon(() => {
      if (client.closed === null && client.messages.length === 0) throw new Error('no answer yet')
    })
    return client
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message))
  }

  subscribe(id: string, query: string, variables?: Readonly<Record<string, unknown>>, extensions?: Readonly<Record<string, unknown>>): void {
    this.send({ id, type: 'subscribe', payload: { query, variables, extensions } })
  }

  payloads(id: string): any[] {
    return this.messages.filter((message) => message.type === 'next' && message.id === id).map(({ payload }) => payload)
  }

  /** The frames of an operation once there are that many. */
  async frames(id: string, count: number, timeout = 25_000): Promise<any[]> {
    await soon(() => {
      if (this.payloads(id).length < count)
        throw new Error(`${this.payloads(id).length} of ${count} frames, ${JSON.stringify(this.messages.at(-1))?.slice(0, 500)}`)
    }, timeout)
    return this.payloads(id)
  }

  /** The numbers of the log's entries that came, once there are that many. */
  async numbers(id: string, count: number, timeout = 25_000): Promise<number[]> {
    const seen = (): number[] => this.payloads(id).flatMap(({ data }) => data.log.entries.map((entry: { number: number }) => entry.number))
    await soon(() => {
      if (seen().length < count) throw new Error(`${seen().length} of ${count} entries, ${JSON.stringify(this.messages.at(-1))?.slice(0, 500)}`)
    }, timeout)
    return seen()
  }

  /** The error or complete message that ended an operation. */
  async ending(id: string, timeout = 25_000): Promise<ServerMessage> {
    return soon(() => {
      const message = this.messages.find((each) => each.id === id && each.type !== 'next')
      if (message === undefined) throw new Error('not ended')
      return message
    }, timeout)
  }

  /** The first frame of an operation, or what ended it without one. */
  async answered(id: string, timeout = 25_000): Promise<ServerMessage> {
    return soon(() => {
      const message = this.messages.find((each) => each.id === id)
      if (message === undefined && this.closed === null) throw new Error('not answered')
      return message ?? { type: 'closed' }
    }, timeout)
  }

  async closing(timeout = 25_000): Promise<{ readonly code: number; readonly reason: string }> {
    return soon(() => {
      if (this.closed === null) throw new Error('still open')
      return this.closed
    }, timeout)
  }

  end(): void {
    this.socket.terminate()
  }
}
