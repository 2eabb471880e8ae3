import { createServer } from 'node:net'

/** What one copy of the system listens on, as distances from the gateway's port. */
const offsets = [0, 1, 2, 3, 4, 5, 123, 124, 500, 501, 502, 503, 504, 505, 506, 932]

/** The ports of a copy at `port` that somebody already uses. */
export async function busyPorts(port: number): Promise<readonly number[]> {
  const taken = await Promise.all(offsets.map(async (offset) => ((await isFree(port + offset)) ? null : port + offset)))
  return taken.filter((busy) => busy !== null)
}

const attempts = 50

/** A gateway port, at random, with the whole row of ports of a copy free; for tests and benchmarks. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = 10_000 + Math.floor(Math.random() * 20) * 1000 + Math.floor(Math.random() * 40) * 7
    if ((await busyPorts(port)).length === 0) return port
  }
  throw new Error(`No free row of ports was found in ${attempts} attempts.`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
