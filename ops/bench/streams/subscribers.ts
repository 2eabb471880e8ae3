// A process of its own that subscribes many times and counts what comes, so that its work is not the server's.
import { once } from 'node:events'
import { WebSocket } from 'ws'

export type SubscribersCommand =
  | {
      readonly kind: 'open'
      readonly url: string
      readonly authorization: string
      /** The n-th subscription of this command has the n-th, and again from the first. */
      readonly queries: readonly string[]
      readonly sockets: number
      /** Subscriptions on each socket. */
      readonly each: number
    }
  | { readonly kind: 'count' }
  | { readonly kind: 'close' }

export type SubscribersAnswer = {
  /** Frames with a result, and the bytes of them all, since the count before. */
  readonly frames: number
  readonly bytes: number
  /** Milliseconds from the time in an entry's user id until it was here, of the first subscription. */
  readonly latencies: readonly number[]
}

const WAVE = 100
const READY_MS = 60_000

const sockets: WebSocket[] = []
let count = { frames: 0, bytes: 0, latencies: [] as number[] }

/** Where a message says of what type it is. */
const HEAD_BYTES = 40
const REFUSED = '"type":"error"'

/** `{"id":"…","type":"next"…` is the only message that begins with an id while nothing ends. */
const isFrame = (bytes: Buffer): boolean => bytes[2] === 'i'.charCodeAt(0)

async function open({ url, authorization, queries, each }: Extract<SubscribersCommand, { kind: 'open' }>, nth: number): Promise<void> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false })
  sockets.push(socket)
  await once(socket, 'open', { signal: AbortSignal.timeout(READY_MS) })
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }))
  const [first] = (await once(socket, 'message', { signal: AbortSignal.timeout(READY_MS) })) as [Buffer]
  if (!first.toString('utf8').includes('connection_ack')) throw new Error(first.toString('utf8'))
  socket.on('message', (bytes: Buffer) => {
    if (!isFrame(bytes)) return
    if (bytes.subarray(0, HEAD_BYTES).includes(REFUSED)) throw new Error(bytes.toString('utf8'))
    count.frames += 1
    count.bytes += bytes.length
    if (nth === 0) readTimes(bytes.toString('utf8'))
  })
  socket.on('close', (code, reason) => {
    if (code !== 1000 && code !== 1005) console.error(`a socket was closed: ${code} ${reason.toString('utf8')}`)
  })
  for (let id = 0; id < each; id += 1)
    socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query: queries[(nth * each + id) % queries.length] } }))
}

function readTimes(text: string): void {
  const now = Date.now()
  if (!text.startsWith('{"id":"0"')) return
  for (const [, at] of text.matchAll(/"at-(\d+)-/g)) count.latencies.push(now - Number(at))
}

async function obey(command: SubscribersCommand): Promise<SubscribersAnswer> {
  if (command.kind === 'open')
    for (let opened = 0; opened < command.sockets; opened += WAVE)
      await Promise.all(Array.from({ length: Math.min(WAVE, command.sockets - opened) }, async (_, index) => open(command, opened + index)))
  if (command.kind === 'close') {
    const closed = Promise.all(sockets.map(async (socket) => once(socket, 'close')))
    for (const socket of sockets.splice(0)) socket.close(1000)
    await closed
  }
  const answer = count
  count = { frames: 0, bytes: 0, latencies: [] }
  return answer
}

process.on('message', (command: SubscribersCommand) => {
  obey(command).then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))
