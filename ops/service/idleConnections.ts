import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

const SWEEP_MS = 50

/**
 * Lets a server close as soon as all is answered. Node ends the connections that are idle when it begins to close; it would wait for those that are
 * answered only then until their client leaves, and for those that nothing was ever asked on, which browsers and fetch open in advance.
 */
export function endIdleConnections(server: FastifyInstance): void {
  const open = new Set<Socket>()
  server.server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  server.addHook('preClose', async () => {
    const timer = setInterval(() => {
      server.server.closeIdleConnections()
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
    }, SWEEP_MS)
    server.server.once('close', () => clearInterval(timer))
  })
}
