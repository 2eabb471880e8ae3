import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ResolveHost } from '#ops/security/outsideTarget.ts'
import { createPoster, type Poster } from './post.ts'
import { TEST_CERTIFICATE } from './testing/certificate.ts'
import { answerWith, startReceiver, type Receiver } from './testing/receiver.ts'

const PUBLIC = '93.184.216.34'

describe('posting to URLs of others', () => {
  let plain: Receiver
  let secure: Receiver
  const opened: Poster[] = []
  beforeAll(async () => {
    plain = await startReceiver()
    secure = await startReceiver(TEST_CERTIFICATE)
  })
  afterAll(async () => {
    for (const poster of opened) poster.close()
    await plain?.close()
    await secure?.close()
  })
  function open(given: { readonly allowedNetworks?: readonly string[]; readonly resolve?: ResolveHost; readonly ca?: string; readonly timeoutMs?: number }) {
    const poster = createPoster({ allowedNetworks: [], resolve: async () => ['127.0.0.1'], timeoutMs: 20_000, ...given })
    opened.push(poster)
    return (url: string) => poster.post({ url, headers: {}, body: '{}' })
  }

  it('is done by TLS with a certificate that is right for the name', async () => {
    const url = `https://hooks.example.test:${secure.port}/`
    const loopback = ['127.0.0.1/32']
    expect(await open({ allowedNetworks: loopback, ca: TEST_CERTIFICATE.cert })(url)).toEqual({ kind: 'answered', statusCode: 204, text: '' })
    expect(await open({ allowedNetworks: loopback })(url)).toMatchObject({ kind: 'failed', error: expect.stringMatching(/SELF_SIGNED/) })
    const other = `https://other.example.test:${secure.port}/`
    expect(await open({ allowedNetworks: loopback, ca: TEST_CERTIFICATE.cert })(other)).toMatchObject({
      kind: 'failed',
      error: expect.stringMatching(/ALTNAME/),
    })
  })

  it('a name that led outside when it was looked at and leads inside when the connection is made leads nowhere', async () => {
    const before = secure.received.length
    const answers: string[] = []
    // Allowed for the first to ask, where nobody listens, and where the receiver is for everybody after: whoever checks by one look and connects by
    // another reaches it.
    const resolve: ResolveHost = async () => {
      const address = answers.length === 0 ? '127.0.0.2' : '127.0.0.1'
      answers.push(address)
      return [address]
    }
    const post = open({ allowedNetworks: ['127.0.0.2/32'], resolve, ca: TEST_CERTIFICATE.cert })
    const url = `https://hooks.example.test:${secure.port}/`
    // The connection goes to what was looked at, which is not this machine.
    expect(await post(url)).toMatchObject({ kind: 'failed' })
    expect(answers).toEqual(['127.0.0.2'])
    expect(await post(url)).toEqual({ kind: 'failed', error: expect.stringMatching(/not of the public internet/) })
    expect(await post(url)).toEqual({ kind: 'failed', error: expect.stringMatching(/not of the public internet/) })
    expect(secure.received).toHaveLength(before)
  })

  it('an address of one’s own network is refused without a connection, by whatever name or spelling', async () => {
    const before = plain.received.length + secure.received.length
    const post = open({ ca: TEST_CERTIFICATE.cert })
    for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', 'localhost', 'hooks.example.test', '0'])
      expect(await post(`https://${host}:${secure.port}/`)).toEqual({ kind: 'failed', error: expect.stringMatching(/not of the public internet/) })
    for (const host of ['127.0.0.1', 'hooks.example.test']) expect(await post(`http://${host}:${plain.port}/`)).toMatchObject({ kind: 'failed' })
    expect(plain.received.length + secure.received.length).toBe(before)
  })

  it('a name with one address inside among many outside is refused', async () => {
    const post = open({ resolve: async () => [PUBLIC, '10.0.0.1'] })
    expect(await post('https://both.example.test/')).toEqual({ kind: 'failed', error: expect.stringMatching(/not of the public internet/) })
  })

  it('a resolver that fails or hangs is a failure in its time', async () => {
    const failing: ResolveHost = () => Promise.reject(Object.assign(new Error('no'), { code: 'ESERVFAIL' }))
    expect(await open({ resolve: failing })('https://a.example.test/')).toEqual({ kind: 'failed', error: 'The request failed: ESERVFAIL.' })
    const hanging: ResolveHost = () => new Promise(() => undefined)
    expect(await open({ resolve: hanging, timeoutMs: 50 })('https://a.example.test/')).toEqual({ kind: 'failed', error: 'No answer within 50 ms.' })
  })

  it('an answer that breaks off after its status has said it; one with no end is cut', async () => {
    const post = open({ allowedNetworks: ['127.0.0.0/8'] })
    plain.answer = (_received, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('beginning', () => response.destroy())
    }
    expect(await post(plain.url)).toEqual({ kind: 'answered', statusCode: 200, text: 'beginning' })
    plain.answer = (_received, response) => {
      response.writeHead(200)
      const more = (): void => void (response.destroyed || response.write('é'.repeat(1_000), more))
      more()
    }
    expect(await post(plain.url)).toEqual({ kind: 'answered', statusCode: 200, text: 'é'.repeat(512) })
    plain.answer = answerWith(204)
    expect(await post(plain.url)).toMatchObject({ statusCode: 204 })
  })
})
