import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { watchSilentPeers, type Peer, type SilentPeers } from './silentPeers.ts'
import { EventClient } from './testing/eventClient.ts'
import { startLiveWorld } from './testing/liveWorld.ts'
import { soon } from './testing/testClient.ts'

const run = promisify(execFile)
// Another host: a network namespace of its own, joined to ours by a cable that can be cut. It needs root and Debian's iproute2.
const [NAMESPACE, OURS, THEIRS] = [`umg${process.pid}`, `umga${process.pid}`, `umgb${process.pid}`]
const [OUR_ADDRESS, THEIR_ADDRESS] = ['10.213.77.1', '10.213.77.2']
const ip = async (...args: readonly string[]): Promise<void> => void (await run('ip', [...args]))

function canHaveHosts(): boolean {
  try {
    execFileSync('ip', ['netns', 'add', NAMESPACE], { stdio: 'ignore' })
    execFileSync('ip', ['netns', 'del', NAMESPACE], { stdio: 'ignore' })
    return true
  } catch {
    console.log('silent peers: the tests with a second host are left out; they need root and the command ip (Debian’s iproute2).')
    return false
  }
}

/** A server that says something to whoever is connected, every so often. */
async function startTalker(
  host: string,
): Promise<{ readonly server: Server; readonly port: number; readonly sockets: Set<Socket>; readonly stop: () => void }> {
  const sockets = new Set<Socket>()
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(':\n\n')
    const talk = setInterval(() => response.write(':\n\n'), 200)
    response.on('close', () => clearInterval(talk))
    response.on('error', () => {})
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, host)
  await once(server, 'listening')
  const stop = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { server, port: (server.address() as AddressInfo).port, sockets, stop }
}

describe('a connection whose other end is gone without a word', () => {
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end()
  })
  const watching = (options: Parameters<typeof watchSilentPeers>[0], connections: Iterable<Peer>): SilentPeers => {
    const peers = watchSilentPeers(options)
    ends.push(peers.stop)
    for (const connection of connections) peers.add(connection)
    return peers
  }

  it.skipIf(!canHaveHosts())('is ended soon; one that is slow, and one that comes back in time, are not', { timeout: 60_000 }, async () => {
    await ip('netns', 'add', NAMESPACE)
    ends.push(() => ip('netns', 'del', NAMESPACE))
    await ip('link', 'add', OURS, 'type', 'veth', 'peer', 'name', THEIRS)
    ends.push(() => ip('link', 'del', OURS))
    await ip('link', 'set', THEIRS, 'netns', NAMESPACE)
    await ip('address', 'add', `${OUR_ADDRESS}/30`, 'dev', OURS)
    await ip('link', 'set', OURS, 'up')
    await ip('-n', NAMESPACE, 'address', 'add', `${THEIR_ADDRESS}/30`, 'dev', THEIRS)
    await ip('-n', NAMESPACE, 'link', 'set', THEIRS, 'up')
    const talker = await startTalker('0.0.0.0')
    ends.push(talker.stop)
    const reader = spawn('ip', [
      'netns',
      'exec',
      NAMESPACE,
      process.execPath,
      '-e',
      `fetch('http://${OUR_ADDRESS}:${talker.port}').then((answer) => answer.text())`,
    ])
    ends.push(() => reader.kill('SIGKILL'))
    await soon(() => expect(talker.sockets.size).toBe(1))
    // Who reads nothing acknowledges all the same.
    const slow = connect(talker.port, '127.0.0.1')
    ends.push(() => slow.destroy())
    slow.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n')
    slow.pause()
    await soon(() => expect(talker.sockets.size).toBe(2))
    const [far, near] = [...talker.sockets]
    watching({ lookMs: 100, silentMs: 5_000 }, talker.sockets)
    await ip('-n', NAMESPACE, 'link', 'set', THEIRS, 'down')
    const tries = (): number => Number(/retrans:(?:\d+)\/(\d+)/.exec(execFileSync('ss', ['-Hti', 'dst', THEIR_ADDRESS], { encoding: 'utf8' }))?.[1] ?? 0)
    await soon(() => expect(tries()).toBeGreaterThan(0))
    await ip('-n', NAMESPACE, 'link', 'set', THEIRS, 'up')
    const heard = far?.bytesWritten ?? 0
    await soon(() => expect(far?.bytesWritten).toBeGreaterThan(heard + 50))
    expect(far?.destroyed).toBe(false)
    await ip('-n', NAMESPACE, 'link', 'set', THEIRS, 'down')
    await soon(() => expect(far?.destroyed).toBe(true), 20_000)
    expect(near?.destroyed).toBe(false)
  })

  const PORT = 4000
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0')
  /** As the kernel prints it: both addresses in hex, the remote port, and the timer that runs. */
  const line = (address: string, remotePort: number, timer: string, { ours = address, port = PORT } = {}): string =>
    `   5: ${ours}:${hex(port)} ${address}:${hex(remotePort)} 01 00000005:00000000 ${timer}:00000B2C 00000004     0        0 6545 4`
  const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'

  it('is known by both its addresses and ports, in each spelling of an address, and by the kernel sending again', async () => {
    const newPeer = (address: string, remotePort: number) => {
      const peer = { localAddress: address, localPort: PORT, remoteAddress: address, remotePort, isEnded: false, destroy: () => (peer.isEnded = true) }
      return peer
    }
    const [four, six] = [newPeer('::ffff:127.0.0.1', 51_111), newPeer('::1', 52_222)]
    const [mapped, loopback] = ['0000000000000000FFFF00000100007F', '00000000000000000000000001000000']
    // A window that is closed, a connection of others, and the same ports at another address.
    const others = [line(loopback, six.remotePort, '04'), line(loopback, 1, '01'), line(mapped.replace('0100007F', '0200007F'), four.remotePort, '01')]
    others.push(line(loopback, six.remotePort, '01', { ours: loopback.replace('01', '02') }))
    let table = [HEAD, ...others, line(mapped, four.remotePort, '01')].join('\n')
    watching({ lookMs: 10, silentMs: 50, readTables: async () => ['', table] }, [four, six])
    await soon(() => expect(four.isEnded).toBe(true))
    expect(six.isEnded).toBe(false)
    table = [HEAD, ...others, line(loopback, six.remotePort, '01')].join('\n')
    await soon(() => expect(six.isEnded).toBe(true))
  })

  it('was reading events of the gateway: its stream is over, and the others are not', async () => {
    let table = ''
    const world = await startLiveWorld({ liveTimings: { silentPeers: { lookMs: 10, silentMs: 50, readTables: async () => [table] } } })
    ends.push(() => world.close())
    const headers = { authorization: await world.token() }
    const open = async (only: string) => {
      const client = await EventClient.open(`${world.gateway.url}/graphql`, { query: `subscription { log(only: ["${only}"]) { cursor } }` }, { headers })
      ends.push(() => client.end())
      return client
    }
    const [gone, other] = [await open('gone'), await open('other')]
    await soon(() => expect(world.log.readers).toBe(2))
    table = [HEAD, line('0100007F', gone.response.socket.localPort ?? 0, '01', { port: Number(new URL(world.gateway.url).port) })].join('\n')
    await soon(async () => expect([world.log.readers, await world.gauge('upstreams'), await world.gauge('eventStreams')]).toEqual([1, 1, 1]))
    expect([gone.response.complete, other.response.closed]).toEqual([false, false])
  })
})
