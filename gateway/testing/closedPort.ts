import { createServer } from 'node:net'

/** A port of this machine on which nobody listens; another process may take it before the caller does. */
export async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('The server had no port.')
  return address.port
}
