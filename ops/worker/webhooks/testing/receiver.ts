import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'

export type Received = { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: string; readonly json: Record<string, unknown> }
/** Answers with a status and a text; what waits is answered when it resolves. */
export type Answering = (received: Received, response: ServerResponse) => void | Promise<void>

export type Receiver = {
  readonly url: string
  readonly port: number
  readonly received: readonly Received[]
  readonly bodiesAt: (path: string) => readonly Record<string, unknown>[]
  answer: Answering
  /** Connections that are open. */
  readonly connections: () => Promise<number>
  readonly close: () => Promise<void>
}

export const answerWith =
  (status: number, text = ''): Answering =>
  (_received, response) =>
    void response.writeHead(status).end(text)

/** A server that is sent webhooks; it answers 204 unless told otherwise. */
export async function startReceiver(tls?: { readonly key: string; readonly cert: string }): Promise<Receiver> {
  const received: Received[] = []
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(Buffer.from(part))
    const body = Buffer.concat(parts).toString('utf8')
    const one = { path: request.url ?? '', headers: request.headers, body, json: JSON.parse(body) }
    received.push(one)
    await receiver.answer(one, response)
  }
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => void handle(request, response).catch(() => response.destroy())
  const server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const receiver: Receiver = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    received,
    bodiesAt: (path) => received.filter((each) => each.path === path).map(({ json }) => json),
    answer: answerWith(204),
    connections: () => promisify(server.getConnections.bind(server))(),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return receiver
}

/** As a receiver checks it, by the words of the documentation alone. */
export function isSigned({ headers, body }: Pick<Received, 'headers' | 'body'>, secret: string, nowSeconds: number): boolean {
  const parts = String(headers['umg-signature'])
    .split(',')
    .map((part) => part.split('='))
  const time = Number(parts.find(([name]) => name === 't')?.[1])
  if (!(Math.abs(nowSeconds - time) <= 300)) return false
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest()
  return parts.filter(([name]) => name === 'v1').some(([, hex = '']) => hex.length === 64 && timingSafeEqual(Buffer.from(hex, 'hex'), expected))
}
