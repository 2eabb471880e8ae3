import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

const SWEEP_MS = 100

/** What was asked on a connection: `open` have not been answered to the last byte. */
type Asked = { count: number; open: number }

/**
 * Lets a server close as soon as all is answered to the last byte, in place of what Node does: that cuts off an answer of which the end is not written out
 * yet, and waits for connections that are answered only later, or on which nothing was ever asked, as browsers and fetch open them in advance.
 */
export function endIdleConnections(server: FastifyInstance): void {
  const connections = new Map<Socket, Asked>()
  server.server.on('connection', (socket) => {
    connections.set(socket, { count: 0, open: 0 })
    socket.once('close', () => connections.delete(socket))
  })
  server.server.on('request', ({ socket }, response) => {
    const asked = connections.get(socket)
    if (asked === undefined) return
    asked.count += 1
    asked.open += 1
    // An answer that is at its end may still be on its way to a slow client; it is closed when all is written out.
    response.once('close', () => (asked.open -= 1))
  })
  // A connection on which something came that is no request is a WebSocket's, or a request that is not whole yet.
  const isIdle = ([{ bytesRead }, { count, open }]: readonly [Socket, Asked]): boolean => open === 0 && (count > 0 || bytesRead === 0)
  // Node's own takes an answer that has ended for one that is written out, and cuts it off in its middle.
  server.server.closeIdleConnections = () => {}
  server.addHook('preClose', async () => {
    // Idle at two looks: what came in between has been read.
    let before = new Set<Socket>()
    const timer = setInterval(() => {
      const idle = [...connections].filter(isIdle).map(([socket]) => socket)
      for (const socket of idle) if (before.has(socket)) socket.destroySoon()
      before = new Set(idle)
    }, SWEEP_MS)
    server.server.once('close', () => clearInterval(timer))
  })
}
