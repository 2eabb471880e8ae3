import { once } from 'node:events'
import { connect } from 'node:net'
import Fastify from 'fastify'
import { expect, it, onTestFinished, vi } from 'vitest'
import { endIdleConnections } from './idleConnections.ts'

it('a connection that a client opened in advance, or keeps for later, does not keep a server from closing; who has asked is answered', async () => {
  const server = Fastify()
  endIdleConnections(server)
  let arrived = (): void => {}
  const isAsked = new Promise<void>((resolve) => (arrived = resolve))
  let answer = (): void => {}
  const mayAnswer = new Promise<void>((resolve) => (answer = resolve))
  server.get('/', async () => {
    arrived()
    await mayAnswer
    return 'to the end'
  })
  const address = new URL(await server.listen({ host: '127.0.0.1', port: 0 }))
  const silent = connect({ host: address.hostname, port: Number(address.port) })
  silent.resume()
  await once(silent, 'connect')
  const asked = fetch(address)
  await isAsked
  const gone = once(silent, 'close')
  const closing = server.close()
  await gone
  answer()
  expect(await (await asked).text()).toBe('to the end')
  await closing
})

it('an answer that ends while the server closes comes to a slow client as a whole', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const server = Fastify()
  endIdleConnections(server)
  const body = 'x'.repeat(30_000_000)
  server.get('/', async () => body)
  const { hostname: host, port } = new URL(await server.listen({ host: '127.0.0.1', port: 0 }))
  const slow = connect({ host, port: Number(port) })
  slow.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n')
  await once(slow, 'readable')
  const closing = server.close()
  await expect.poll(() => vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(10_000)
  let length = 0
  slow.on('data', (bytes: Buffer) => (length += bytes.length))
  await expect.poll(() => length, { timeout: 20_000 }).toBeGreaterThan(body.length)
  const gone = once(slow, 'close')
  vi.advanceTimersByTime(10_000)
  await gone
  await closing
})
