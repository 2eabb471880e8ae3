import { once } from 'node:events'
import { connect } from 'node:net'
import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { endIdleConnections } from './idleConnections.ts'

it('a connection that a client opened in advance, or keeps for later, does not keep a server from closing; who has asked is answered', async () => {
  const server = Fastify({ forceCloseConnections: 'idle' })
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
