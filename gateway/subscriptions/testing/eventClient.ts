import { once } from 'node:events'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { soon } from './testClient.ts'

export type EventQuestion = {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly operationName?: string
}

export type EventOptions = {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  /** Instead of the question as JSON. */
  readonly body?: string
  /** Instead of the question as the parameters of a GET. */
  readonly parameters?: string
}

/** One event as it came: without data it only moves the place. */
export type ServerEvent = { readonly event: string | null; readonly id: string | null; readonly data: string | null }

/** A client of Server-Sent Events that hides nothing: every event, comment and field as they came. */
export class EventClient {
  readonly response: IncomingMessage
  readonly events: ServerEvent[] = []
  readonly retries: number[] = []
  comments = 0
  hasEnded = false
  /** What came and is no whole event yet: all of an answer that is no event stream. */
  text = ''
  readonly #results: any[] = []
  readonly #request: ClientRequest

  constructor(call: ClientRequest, response: IncomingMessage) {
    this.#request = call
    this.response = response
    response.setEncoding('utf8')
    response.on('data', (text: string) => {
      this.text += text
      this.#parse()
    })
    response.on('close', () => {
      this.hasEnded = true
    })
    response.on('error', () => {})
  }

  /** Asks as GraphQL over SSE does; resolves when the head of the answer is there. */
  static async open(url: string, question: EventQuestion, { method = 'POST', headers = {}, body, parameters }: EventOptions = {}): Promise<EventClient> {
    const { query, operationName, variables } = question
    const asked = new URLSearchParams({
      query,
      ...(operationName === undefined ? {} : { operationName }),
      ...(variables === undefined ? {} : { variables: JSON.stringify(variables) }),
    })
    const content: Record<string, string> = method === 'POST' ? { 'content-type': 'application/json' } : {}
    const call = request(method === 'GET' ? `${url}?${parameters ?? asked.toString()}` : url, {
      method,
      headers: { accept: 'text/event-stream', ...content, ...headers },
      agent: false,
    })
    call.on('error', () => {})
    call.end(method === 'GET' ? undefined : (body ?? JSON.stringify(question)))
    const [response] = (await once(call, 'response')) as [IncomingMessage]
    return new EventClient(call, response)
  }

  get status(): number | undefined {
    return this.response.statusCode
  }

  /** What EventSource would send as Last-Event-ID. */
  get lastId(): string | null {
    return this.events.findLast(({ id }) => id !== null)?.id ?? null
  }

  /** The data of each `next`. */
  results(): any[] {
    return this.#results
  }

  async frames(count: number, timeout = 25_000): Promise<any[]> {
    await soon(() => {
      if (this.results().length < count) throw new Error(`${this.results().length} of ${count} events, ${JSON.stringify(this.events.at(-1))?.slice(0, 500)}`)
    }, timeout)
    return this.results()
  }

  /** The numbers of the log's entries that came, once there are that many. */
  async numbers(count: number, timeout = 25_000): Promise<number[]> {
    const seen = (): number[] => this.results().flatMap(({ data }) => data.log.entries.map((entry: { number: number }) => entry.number))
    await soon(() => {
      if (seen().length < count) throw new Error(`${seen().length} of ${count} entries, ${JSON.stringify(this.events.at(-1))?.slice(0, 500)}`)
    }, timeout)
    return seen()
  }

  /** All that came until the server ended it. */
  async ending(timeout = 25_000): Promise<readonly ServerEvent[]> {
    await soon(() => {
      if (!this.hasEnded) throw new Error(`still open, ${JSON.stringify(this.events.at(-1))?.slice(0, 500)}`)
    }, timeout)
    return this.events
  }

  /** The answer's body as JSON: it was no event stream. */
  async json(): Promise<any> {
    await this.ending()
    return JSON.parse(this.text)
  }

  end(): void {
    this.#request.destroy()
  }

  /** As the standard has it, for a server that ends its lines with a line feed. */
  #parse(): void {
    const blocks = this.text.split('\n\n')
    this.text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map<string, string>()
      for (const line of block.split('\n')) {
        const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
        if (name === '') this.comments += 1
        else if (name === 'retry') this.retries.push(Number(value))
        else fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value)
      }
      const read = (name: string): string | null => fields.get(name) ?? null
      if (fields.size === 0) continue
      this.events.push({ event: read('event'), id: read('id'), data: read('data') })
      if (read('event') === 'next') this.#results.push(JSON.parse(read('data') ?? ''))
    }
  }
}
