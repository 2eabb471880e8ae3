import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLiveWorld, type LiveWorld } from './subscriptions/testing/liveWorld.ts'
import { TestClient } from './subscriptions/testing/testClient.ts'
import { askGateway } from './testing/askGateway.ts'

const OFFICE = { allowedNetworks: ['192.0.2.0/24'] }

describe('a key of one network', () => {
  let behind: LiveWorld
  let alone: LiveWorld
  beforeAll(async () => {
    ;[behind, alone] = await Promise.all([startLiveWorld({ trustedProxies: ['127.0.0.0/8', '::1'] }), startLiveWorld()])
  })
  afterAll(() => Promise.all([behind?.close(), alone?.close()]))

  const ask = async (world: LiveWorld, forwardedFor: string) => {
    const headers = { authorization: world.key(OFFICE), 'x-forwarded-for': forwardedFor }
    const { status, codes } = await askGateway(world.gateway.url, { query: '{ me }', headers })
    return [status, ...codes]
  }

  it('works from there behind a proxy that is trusted, and from nowhere that the client invents', async () => {
    expect(await ask(behind, '192.0.2.7')).toEqual([200])
    expect(await ask(behind, '198.51.100.1')).toEqual([403, 'NETWORK_NOT_ALLOWED'])
    expect(await ask(behind, '192.0.2.7, 198.51.100.1')).toEqual([403, 'NETWORK_NOT_ALLOWED'])
  })

  it('is not opened by a header where no proxy is trusted', async () => {
    expect(await ask(alone, '192.0.2.7')).toEqual([403, 'NETWORK_NOT_ALLOWED'])
  })

  it('is held to it on a socket as well', async () => {
    const connect = (address: string) => TestClient.connect(behind.url, { authorization: behind.key(OFFICE) }, { headers: { 'x-forwarded-for': address } })
    const [inside, outside] = await Promise.all([connect('192.0.2.7'), connect('192.0.2.7, 198.51.100.1')])
    expect(inside.messages).toEqual([{ type: 'connection_ack' }])
    inside.end()
    expect(await outside.closing()).toMatchObject({ code: 4403, reason: expect.stringMatching(/^NETWORK_NOT_ALLOWED/) })
  })
})
