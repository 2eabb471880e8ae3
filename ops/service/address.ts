import type { FastifyInstance } from 'fastify'

/** Where a listening server is reached from this machine, such as `http://127.0.0.1:4001`. Throws before it listens. */
export function urlOf(server: FastifyInstance): string {
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port.')
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${host}:${address.port}`
}
