// The yardstick: a server that does nothing but send one text to every subscription it was asked for, with the library that the gateway has.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

export type BareCommand = { readonly kind: 'listen' } | { readonly kind: 'send'; readonly text: string; readonly times: number } | { readonly kind: 'measure' }
export type BareAnswer = { readonly port: number; readonly cpuUs: number; readonly rssBytes: number; readonly subscriptions: number }

/** As the gateway does it: who has so much unread is waited for. */
const FULL_BYTES = 256 * 1024

const http = createServer()
const server = new WebSocketServer({ server: http, perMessageDeflate: false, handleProtocols: () => 'graphql-transport-ws' })
const subscriptions: { readonly socket: WebSocket; readonly head: string }[] = []

server.on('connection', (socket) => {
  socket.on('message', (bytes: Buffer) => {
    const message = JSON.parse(bytes.toString('utf8')) as { readonly type: string; readonly id?: string }
    if (message.type === 'connection_init') socket.send('{"type":"connection_ack"}')
    else if (message.type === 'subscribe') subscriptions.push({ socket, head: `{"id":${JSON.stringify(message.id)},"type":"next","payload":` })
  })
  socket.on('close', () => {
    for (let index = subscriptions.length - 1; index >= 0; index -= 1) if (subscriptions[index]?.socket === socket) subscriptions.splice(index, 1)
  })
})

async function obey(command: BareCommand): Promise<void> {
  if (command.kind === 'listen') await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve))
  if (command.kind !== 'send') return
  for (let time = 0; time < command.times; time += 1) {
    for (const { socket, head } of subscriptions) socket.send(`${head}${command.text}}`)
    do await new Promise((resolve) => void setImmediate(resolve))
    while (subscriptions.some(({ socket }) => socket.bufferedAmount > FULL_BYTES))
  }
}

process.on('message', (command: BareCommand) => {
  const before = process.cpuUsage()
  void obey(command).then(() => {
    const { user, system } = process.cpuUsage(before)
    const address = http.address() as AddressInfo | null
    const answer: BareAnswer = { port: address?.port ?? 0, cpuUs: user + system, rssBytes: process.memoryUsage.rss(), subscriptions: subscriptions.length }
    process.send?.(answer)
  })
})
process.on('disconnect', () => process.exit(0))
